/* SPDX-License-Identifier: BSD-3-Clause */
#include "kernelcheck.h"

#include <errno.h>
#include <jansson.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "cleanup.h"
#include "handle.h"
#include "kernel.h"
#include "landlock.h"
#include "namespace.h"
#include "screen.h"

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_REFUSED };

/* A probe returns a descriptor, 0 or more where the thing is there, or -1 with errno. */
struct feature {
	const char *name;
	int (*probe)(void);
	const char *since;
	const char *by;
	const char *without; /* what happens where it is not there */
};

static int probe_native(void)
{
	errno = ENOSYS;
	return namespace_is_native() ? 0 : -1;
}

/* This process's own mount namespace, opened again by its handle. */
static int probe_handles(void)
{
	cleanup(cleanup_fd) int namespace = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	struct handle handle;
	int result = namespace < 0 ? -errno : handle_make(namespace, &handle);

	if (result == 0)
		result = handle_open(&handle);
	if (result < 0)
		errno = -result;
	return result;
}

static int open_filesystem(const char *type)
{
	return (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
}

static int probe_pidns(void)
{
	cleanup(cleanup_fd) int filesystem = open_filesystem("proc");

	if (filesystem < 0)
		return -1;
	return (int)syscall(SYS_fsconfig, filesystem, FSCONFIG_SET_STRING, "pidns",
			    "/proc/self/ns/pid", 0);
}

/* A tmpfs that is mounted nowhere, with a directory in it. */
static int open_mount(void)
{
	cleanup(cleanup_fd) int filesystem = open_filesystem("tmpfs");
	cleanup(cleanup_fd) int mount = -1;

	if (filesystem < 0 ||
	    syscall(SYS_fsconfig, filesystem, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -1;
	mount = (int)syscall(SYS_fsmount, filesystem, FSMOUNT_CLOEXEC, 0);
	if (mount < 0 || mkdirat(mount, "directory", 0700) < 0)
		return -1;
	return steal_fd(&mount);
}

static int probe_subdirectory(void)
{
	cleanup(cleanup_fd) int mount = open_mount();

	if (mount < 0)
		return -1;
	return (int)syscall(SYS_open_tree, mount, "directory", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
}

static int probe_upper(void)
{
	cleanup(cleanup_fd) int overlay = open_filesystem("overlay");
	cleanup(cleanup_fd) int mount = open_mount();
	cleanup(cleanup_fd) int layer = -1;

	if (overlay < 0 || mount < 0)
		return -1;
	layer = openat(mount, "directory", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (layer < 0)
		return -1;
	return (int)syscall(SYS_fsconfig, overlay, FSCONFIG_SET_FD, "upperdir", NULL, layer);
}

/* A call that the kernel has finds something else wrong with these arguments. */
static int has_call(long result)
{
	return result < 0 && errno == ENOSYS ? -1 : 0;
}

static int probe_listns(void)
{
	return has_call(sys_listns(NULL, NULL, 0));
}

static int probe_mode(void)
{
	return has_call(sys_fchmodat2(-1, "", 0, AT_EMPTY_PATH));
}

static int probe_landlock(bool signals, bool sockets)
{
	struct error error = {0};
	int ruleset = landlock_prepare(signals, sockets, &error);

	if (ruleset < 0)
		errno = -ruleset;
	return ruleset;
}

static int probe_ptrace(void)
{
	return probe_landlock(false, false);
}

static int probe_signal(void)
{
	return probe_landlock(true, false);
}

static int probe_socket(void)
{
	return probe_landlock(false, true);
}

static int probe_filter(void)
{
	uint32_t action = SECCOMP_RET_ERRNO;

	return (int)syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
}

static int probe_ipc(void)
{
	return open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC);
}

static const struct feature features[] = {
	{"method=native", probe_native, "7.0", "open_tree(OPEN_TREE_NAMESPACE)",
	 "method=auto takes pivot: the same tree, slower"},
	{"share=user", probe_handles, "6.18", "handles of namespaces",
	 "each session has a tree of its own"},
	{"isolate=ptrace", probe_ptrace, "6.12", "Landlock, ABI 6",
	 "refused where a rule asks for it, else left out with a warning"},
	{"isolate=signal", probe_signal, "6.12", "Landlock, ABI 6", "refused"},
	{"isolate=socket", probe_socket, "7.1", "Landlock, ABI 9", "refused"},
	{"isolate=ipc", probe_ipc, "3.0", "IPC namespaces", "refused"},
	{"isolate=userns", probe_filter, "4.14", "seccomp filters", "refused"},
	{"isolate=pid", probe_pidns, "6.18", "proc's option pidns=", "refused"},
	{"X-mount.subdir", probe_subdirectory, "6.15", "open_tree of a detached mount",
	 "refused on a filesystem made for the session"},
	{"x-nstree.upper", probe_upper, "6.15", "overlay of a detached mount", "refused"},
	{"X-mount.mode", probe_mode, "6.6", "fchmodat2", "refused"},
	{"nstree list", probe_listns, "6.19", "listns", "looks through /proc"},
};

#define N_FEATURES (sizeof(features) / sizeof(*features))

static enum answer ask(const struct feature *feature)
{
	cleanup(cleanup_fd) int fd = feature->probe();

	if (fd >= 0) {
		/* 0 of a probe without a descriptor is not standard input's. */
		fd = fd == 0 ? -1 : fd;
		return ANSWER_YES;
	}
	return errno == EPERM || errno == EACCES ? ANSWER_REFUSED : ANSWER_NO;
}

static const char *kernel_release(struct utsname *name)
{
	return uname(name) == 0 ? name->release : "";
}

static int landlock_abi(void)
{
	int abi = sys_landlock_create_ruleset(NULL, 0, LANDLOCK_VERSION_FLAG);

	return abi < 0 ? 0 : abi;
}

static void print_table(FILE *stream, const enum answer *answers, bool color)
{
	static const char *const words[] = {"no", "yes", "root?"};
	static const enum screen_color colors[] = {SCREEN_RED, SCREEN_GREEN, SCREEN_YELLOW};
	struct utsname name;

	fprintf(stream, "Linux %s, Landlock ABI %d\n\n%-16s%-7s%-7s%s\n", kernel_release(&name),
		landlock_abi(), "WHAT", "HERE", "SINCE", "BY");
	for (size_t i = 0; i < N_FEATURES; i++) {
		const struct feature *feature = &features[i];

		fprintf(stream, "%-16s", feature->name);
		screen_color(stream, color, colors[answers[i]]);
		fprintf(stream, "%-7s", words[answers[i]]);
		screen_color(stream, color, SCREEN_PLAIN);
		fprintf(stream, "%-7s%s", feature->since, feature->by);
		if (answers[i] == ANSWER_NO)
			fprintf(stream, "; without it: %s", feature->without);
		fputc('\n', stream);
	}
}

static int print_json(FILE *stream, const enum answer *answers)
{
	json_t *list = json_array();
	struct error ignored = {0};
	struct utsname name;

	for (size_t i = 0; i < N_FEATURES; i++) {
		json_t *works =
			answers[i] == ANSWER_REFUSED ? json_null() : json_boolean(answers[i]);

		json_array_append_new(list, json_pack("{s:s, s:o, s:s, s:s, s:s}", "name",
						      features[i].name, "works", works, "since",
						      features[i].since, "by", features[i].by,
						      "without", features[i].without));
	}
	return screen_print_json(json_pack("{s:s, s:i, s:o}", "kernel", kernel_release(&name),
					   "landlock", landlock_abi(), "features", list),
				 stream, &ignored);
}

int kernel_check(FILE *stream, bool json, bool color)
{
	enum answer answers[N_FEATURES];
	int refused = 0;

	for (size_t i = 0; i < N_FEATURES; i++) {
		answers[i] = ask(&features[i]);
		refused += answers[i] == ANSWER_REFUSED;
	}
	if (json && print_json(stream, answers) < 0)
		return -EIO;
	if (!json)
		print_table(stream, answers, color);
	return refused;
}
