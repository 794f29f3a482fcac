/* SPDX-License-Identifier: BSD-3-Clause */
#include "filter.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"

/* The other sets of calls that a kernel of this architecture may serve. */
static const uint32_t companions[] = {
#if defined(__x86_64__)
	SCMP_ARCH_X86,
	SCMP_ARCH_X32,
#elif defined(__aarch64__)
	SCMP_ARCH_ARM,
#elif defined(__s390x__)
	SCMP_ARCH_S390,
#endif
	SCMP_ARCH_NATIVE,
};

/* clone(2) takes its flags second on s390. */
#if defined(__s390__)
#define CLONE_FLAGS SCMP_A1
#else
#define CLONE_FLAGS SCMP_A0
#endif

static int add_rules(scmp_filter_ctx filter)
{
	const uint32_t denied = SCMP_ACT_ERRNO(EPERM), missing = SCMP_ACT_ERRNO(ENOSYS);
	const uint64_t user = CLONE_NEWUSER;
	int result = seccomp_rule_add(filter, denied, SCMP_SYS(unshare), 1,
				      SCMP_A0(SCMP_CMP_MASKED_EQ, user, user));

	if (result == 0)
		result = seccomp_rule_add(filter, denied, SCMP_SYS(clone), 1,
					  CLONE_FLAGS(SCMP_CMP_MASKED_EQ, user, user));
	if (result == 0)
		result = seccomp_rule_add(filter, denied, SCMP_SYS(setns), 1,
					  SCMP_A1(SCMP_CMP_MASKED_EQ, user, user));
	/* Type 0 is any, a user namespace as well. */
	if (result == 0)
		result = seccomp_rule_add(filter, denied, SCMP_SYS(setns), 1,
					  SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, 0));
	if (result == 0)
		result = seccomp_rule_add(filter, missing, SCMP_SYS(clone3), 0);
	return result;
}

static int set_up(scmp_filter_ctx filter)
{
	/* isolate=nnp has a word of its own. */
	int result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0);

	if (result == 0)
		result = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS));
	for (size_t i = 0; result == 0 && i < sizeof(companions) / sizeof(*companions); i++) {
		result = seccomp_arch_add(filter, companions[i]);
		if (result == -EEXIST)
			result = 0;
	}
	return result == 0 ? add_rules(filter) : result;
}

/* libseccomp makes a filter on any kernel; only loading it, when it is late, would tell. */
static bool has_filters(void)
{
	uint32_t action = SECCOMP_RET_ERRNO;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

int filter_prepare(struct filter **filter, struct error *error)
{
	scmp_filter_ctx made;
	int result;

	if (!has_filters())
		return error_say(error, EOPNOTSUPP,
				 "isolate=userns: this kernel has no seccomp filters "
				 "(CONFIG_SECCOMP_FILTER); leave userns out");
	made = seccomp_init(SCMP_ACT_ALLOW);
	if (!made)
		return error_say(error, ENOMEM, "isolate=userns: seccomp_init: out of memory");
	result = set_up(made);
	if (result < 0) {
		seccomp_release(made);
		return error_say(error, -result, "isolate=userns: the filter cannot be made: %s",
				 strerror(-result));
	}
	*filter = made;
	return 0;
}

int filter_enter(const struct filter *filter, struct error *error)
{
	int result = seccomp_load((const scmp_filter_ctx)filter);

	if (result < 0)
		return error_say(error, -result,
				 "isolate=userns: seccomp_load: %s (the kernel must have "
				 "CONFIG_SECCOMP_FILTER)",
				 strerror(-result));
	return 0;
}

void filter_free(struct filter *filter)
{
	if (filter)
		seccomp_release(filter);
}
