/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_kernel.h"

#include <errno.h>
#include <jansson.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cleanup.h"
#include "isolate.h"
#include "isolation.h"
#include "kernel.h"
#include "landlock.h"
#include "namespace.h"
#include "printable.h"
#include "selinux.h"
#include "share.h"

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_REFUSED };

/* A probe returns a descriptor or 0 where the kernel has the feature, or -1 with errno. */
struct feature {
	const char *name;
	int (*probe)(void);
	const char *since;
	const char *by;
	const char *without; /* what happens on a kernel without it */
};

static int probe_native(void)
{
	errno = ENOSYS;
	return namespace_is_native() ? 0 : -1;
}

static int probe_share(void)
{
	struct error error = {0};
	int result = share_check(&error);

	errno = error.number;
	return result;
}

static int open_probe_filesystem(const char *type)
{
	return (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
}

static int probe_pidns(void)
{
	cleanup(cleanup_fd) int filesystem = open_probe_filesystem("proc");

	if (filesystem < 0)
		return -1;
	return (int)syscall(SYS_fsconfig, filesystem, FSCONFIG_SET_STRING, "pidns",
			    "/proc/self/ns/pid", 0);
}

/* A detached tmpfs mount with one directory. */
static int open_mount(void)
{
	cleanup(cleanup_fd) int filesystem = open_probe_filesystem("tmpfs");
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
	cleanup(cleanup_fd) int overlay = open_probe_filesystem("overlay");
	cleanup(cleanup_fd) int mount = open_mount();
	cleanup(cleanup_fd) int layer = -1;

	if (overlay < 0 || mount < 0)
		return -1;
	layer = openat(mount, "directory", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (layer < 0)
		return -1;
	return (int)syscall(SYS_fsconfig, overlay, FSCONFIG_SET_FD, "upperdir", NULL, layer);
}

/* With invalid arguments, a system call that exists fails with an errno other than ENOSYS. */
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
	static const struct network host;
	const struct landlock_domain domain = {true, signals, sockets, &host};
	int ruleset = landlock_prepare(&domain, &error);

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

/* One port that may be used: what the kernel cannot restrict it does not take. */
static int probe_port(bool udp)
{
	struct port_range port = {1, 1};
	const struct port_policy one = {
		.said = true, .connect = {.ranges = &port, .n_ranges = 1}, .bind = {.any = true}};
	const struct network network = {.tcp = udp ? (struct port_policy){0} : one,
					.udp = udp ? one : (struct port_policy){0}};
	const struct landlock_domain domain = {.network = &network};
	struct error error = {0};
	int ruleset = landlock_prepare(&domain, &error);

	if (ruleset < 0)
		errno = -ruleset;
	return ruleset;
}

static int probe_tcp(void)
{
	return probe_port(false);
}

static int probe_udp(void)
{
	return probe_port(true);
}

static int probe_net(void)
{
	return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
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

static int probe_selinux(void)
{
	int result = selinux_in_use() ? selinux_has_type(SELINUX_RUNTIME_TYPE) : 1;

	errno = result < 0 ? -result : ENOENT;
	return result > 0 ? 0 : -1;
}

static const struct feature features[] = {
	{"method=native", probe_native, "7.0", "open_tree(OPEN_TREE_NAMESPACE)",
	 "method=auto takes pivot: the same tree, slower"},
	{"share=user", probe_share, "6.18", "handles of namespaces",
	 "each session has a tree of its own"},
	{"isolate=ptrace", probe_ptrace, "6.12", "Landlock, ABI 6",
	 "refused where a rule asks for it, else left out with a warning"},
	{"isolate=signal", probe_signal, "6.12", "Landlock, ABI 6", "refused"},
	{"isolate=socket", probe_socket, "7.1", "Landlock, ABI 9", "refused"},
	{"isolate=ipc", probe_ipc, "3.0", "IPC namespaces", "refused"},
	{"isolate=userns", probe_filter, "4.14", "seccomp filters", "refused"},
	{"isolate=pid", probe_pidns, "6.18", "proc's option pidns=", "refused"},
	{"net=", probe_net, "3.0", "network namespaces", "refused"},
	{"tcp=", probe_tcp, "6.7", "Landlock, ABI 4; not listen(2) without bind(2)", "refused"},
	{"udp=", probe_udp, "7.2", "Landlock, ABI 10", "refused, but for none and any"},
	{"X-mount.subdir", probe_subdirectory, "6.15", "open_tree of a detached mount",
	 "refused on a filesystem made for the session"},
	{"x-nstree.upper", probe_upper, "6.15", "overlay of a detached mount", "refused"},
	{"X-mount.mode", probe_mode, "6.6", "fchmodat2", "refused"},
	{"SELinux", probe_selinux, "2.6", "not in use, or with the policy module nstree",
	 "trees are refused while it is enforcing"},
	{"nstree list", probe_listns, "6.19", "listns", "looks through /proc"},
};

#define N_FEATURES (sizeof(features) / sizeof(*features))

static enum answer ask_features(const struct feature *feature)
{
	cleanup(cleanup_fd) int fd = feature->probe();

	if (fd >= 0) {
		/* A probe without a descriptor returns 0, which must not be closed. */
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
	static const enum printable_color colors[] = {PRINTABLE_RED, PRINTABLE_GREEN,
						      PRINTABLE_YELLOW};
	struct utsname name;

	fprintf(stream, "Linux %s, Landlock ABI %d\n\n%-16s%-7s%-7s%s\n", kernel_release(&name),
		landlock_abi(), "WHAT", "HERE", "SINCE", "BY");
	for (size_t i = 0; i < N_FEATURES; i++) {
		const struct feature *feature = &features[i];

		fprintf(stream, "%-16s", feature->name);
		printable_color(stream, color, colors[answers[i]]);
		fprintf(stream, "%-7s", words[answers[i]]);
		printable_color(stream, color, PRINTABLE_PLAIN);
		fprintf(stream, "%-7s%s", feature->since, feature->by);
		if (answers[i] == ANSWER_NO)
			fprintf(stream, "; without it: %s", feature->without);
		fputc('\n', stream);
	}
}

static int print_features_json(FILE *stream, const enum answer *answers)
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
	return printable_print_json(json_pack("{s:s, s:i, s:o}", "kernel", kernel_release(&name),
					      "landlock", landlock_abi(), "features", list),
				    stream, &ignored);
}

int check_kernel(FILE *stream, bool json, bool color)
{
	enum answer answers[N_FEATURES];
	int refused = 0;

	for (size_t i = 0; i < N_FEATURES; i++) {
		answers[i] = ask_features(&features[i]);
		refused += answers[i] == ANSWER_REFUSED;
	}
	if (json && print_features_json(stream, answers) < 0)
		return -EIO;
	if (!json)
		print_table(stream, answers, color);
	return refused;
}

/* Prepares WORDS and NETWORK on this kernel and undoes it. Returns as isolation_prepare(). */
static int try_isolation(unsigned words, const struct network *network, struct error *error)
{
	struct network tried = *network;
	struct isolation *isolation = NULL;
	struct error ignored = {0};
	int result;

	if (geteuid() != 0)
		words &= ~(unsigned)(ISOLATE_PID | ISOLATE_IPC);
	/* (A copy that owns nothing.) */
	if (geteuid() != 0)
		tried.name = NULL;
	result = isolation_prepare(words, &tried, NULL, &isolation, error);
	if (result == 0)
		isolation_leave(isolation, &ignored);
	return result;
}

void check_kernel_rule(const struct rule *rule, struct report *report)
{
	struct error error = {0}, ignored = {0};
	int result = try_isolation(rule->isolate, &rule->network, &error);

	/* Sessions do without the default isolation where the kernel has no Landlock scopes. */
	if (result == -EOPNOTSUPP && !rule->isolate_said &&
	    try_isolation(0, &rule->network, &ignored) == 0)
		report_say(report, SEVERITY_WARNING, CODE_KERNEL_FEATURE, rule->file, rule->line,
			   "%s, which is what sessions of this rule will get", error.words);
	else if (result < 0)
		report_say(report, SEVERITY_ERROR, error.code ? error.code : CODE_KERNEL_FEATURE,
			   rule->file, rule->line, "%s", error.words);
	if (rule->shared && share_check(&ignored) < 0)
		report_say(report, SEVERITY_WARNING, CODE_KERNEL_FEATURE, rule->file, rule->line,
			   "%s", ignored.words);
}
