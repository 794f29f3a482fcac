/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Prints seccompfilters.h: every filter of namespace/seccompfilter.h, for each architecture that
 * Debian has, as libseccomp writes it. It runs on the machine that builds the project, whatever
 * that is built for; libseccomp is not loaded at a login.
 */
#include <endian.h>
#include <errno.h>
#include <error.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "seccompfilter.h"
#include "socketrules.h"

#define INSTRUCTIONS_MAX 4096

struct architecture {
	const char *condition;
	/* The system call ABIs that a kernel of the architecture may have; 0 ends them. */
	uint32_t abis[4];
	bool big_endian;
	/* clone(2) takes its flags second on s390. */
	unsigned clone_flags;
};

static const struct architecture architectures[] = {
	{"defined(__x86_64__)", {SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_X32}, false, 0},
	{"defined(__i386__)", {SCMP_ARCH_X86}, false, 0},
	{"defined(__aarch64__)", {SCMP_ARCH_AARCH64, SCMP_ARCH_ARM}, false, 0},
	{"defined(__arm__)", {SCMP_ARCH_ARM}, false, 0},
	{"defined(__s390x__)", {SCMP_ARCH_S390X, SCMP_ARCH_S390}, true, 1},
	{"defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)", {SCMP_ARCH_PPC64LE}, false, 0},
	{"defined(__riscv) && __riscv_xlen == 64", {SCMP_ARCH_RISCV64}, false, 0},
};

static void must(int result, const char *what)
{
	if (result < 0)
		error(1, -result, "seccomptable: %s", what);
}

static void add_userns_rules(scmp_filter_ctx filter, unsigned clone_flags)
{
	const uint32_t denied = SCMP_ACT_ERRNO(EPERM), missing = SCMP_ACT_ERRNO(ENOSYS);
	const uint64_t user = CLONE_NEWUSER;

	must(seccomp_rule_add(filter, denied, SCMP_SYS(unshare), 1,
			      SCMP_A0(SCMP_CMP_MASKED_EQ, user, user)),
	     "unshare");
	must(seccomp_rule_add(filter, denied, SCMP_SYS(clone), 1,
			      SCMP_CMP(clone_flags, SCMP_CMP_MASKED_EQ, user, user)),
	     "clone");
	must(seccomp_rule_add(filter, denied, SCMP_SYS(setns), 1,
			      SCMP_A1(SCMP_CMP_MASKED_EQ, user, user)),
	     "setns");
	/* Type 0 is any, a user namespace as well. */
	must(seccomp_rule_add(filter, denied, SCMP_SYS(setns), 1,
			      SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, 0)),
	     "setns");
	must(seccomp_rule_add(filter, missing, SCMP_SYS(clone3), 0), "clone3");
}

static void set_architecture(scmp_filter_ctx filter, const struct architecture *architecture)
{
	/* First: a filter has architectures of one byte order only. */
	must(seccomp_arch_remove(filter, SCMP_ARCH_NATIVE), "this machine's architecture");
	for (const uint32_t *abi = architecture->abis; *abi; abi++)
		must(seccomp_arch_add(filter, *abi), architecture->condition);
}

static scmp_filter_ctx make_filter(const struct architecture *architecture, bool userns,
				   enum seccomp_sockets sockets)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	must(filter ? 0 : -ENOMEM, "seccomp_init");
	set_architecture(filter, architecture);
	must(seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS)),
	     "SCMP_FLTATR_ACT_BADARCH");
	if (userns)
		add_userns_rules(filter, architecture->clone_flags);
	must(socketrules_add(filter, sockets), "sockets");
	return filter;
}

/* libseccomp writes a filter in the byte order of its architecture. */
static size_t export_filter(scmp_filter_ctx filter, struct sock_filter *instructions)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);
	size_t size = INSTRUCTIONS_MAX * sizeof(*instructions);
	ssize_t length;

	must(fd < 0 ? -errno : 0, "memfd_create");
	must(seccomp_export_bpf(filter, fd), "seccomp_export_bpf");
	length = pread(fd, instructions, size, 0);
	if (length <= 0 || (size_t)length == size)
		error(1, errno, "seccomptable: a filter of %zd bytes", length);
	close(fd);
	return (size_t)length / sizeof(*instructions);
}

static void print_filter(const struct architecture *architecture, unsigned number)
{
	static struct sock_filter instructions[INSTRUCTIONS_MAX];
	scmp_filter_ctx filter = make_filter(architecture, number & 1, number / 2);
	size_t length = export_filter(filter, instructions);

	printf("static const struct sock_filter seccomp_filter_%u[] = {\n", number);
	for (size_t i = 0; i < length; i++) {
		const struct sock_filter *one = &instructions[i];
		bool big = architecture->big_endian;

		printf("\t{0x%02x, %u, %u, 0x%08x},\n",
		       big ? be16toh(one->code) : le16toh(one->code), one->jt, one->jf,
		       big ? be32toh(one->k) : le32toh(one->k));
	}
	printf("};\n");
	seccomp_release(filter);
}

static void print_architecture(const struct architecture *architecture)
{
	for (unsigned number = 1; number < SECCOMP_N_FILTERS; number++)
		print_filter(architecture, number);
	printf("static const struct seccomp_filter seccomp_filters[] = {\n\t{0},\n");
	for (unsigned number = 1; number < SECCOMP_N_FILTERS; number++)
		printf("\t{seccomp_filter_%u, sizeof(seccomp_filter_%u) / sizeof(struct "
		       "sock_filter)},\n",
		       number, number);
	printf("};\n");
}

int main(void)
{
	printf("/* Generated by src/generate/seccomptable.c with libseccomp. */\n");
	for (size_t i = 0; i < sizeof(architectures) / sizeof(*architectures); i++) {
		printf("#%s %s\n", i ? "elif" : "if", architectures[i].condition);
		print_architecture(&architectures[i]);
	}
	printf("#else\n#error \"src/generate/seccomptable.c does not know this architecture: add "
	       "it there\"\n"
	       "#endif\n");
	return ferror(stdout) || fflush(stdout) != 0;
}
