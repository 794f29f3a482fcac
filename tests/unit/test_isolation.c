/* SPDX-License-Identifier: BSD-3-Clause */
/* Namespaces to return to, their handles, the Landlock domain and the seccomp filter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "cleanup.h"
#include "isolate.h"
#include "isolation.h"
#include "landlock.h"
#include "nshandle.h"
#include "origin.h"
#include "sandbox.h"
#include "seccompfilter.h"

static const struct network no_network;
static const struct landlock_domain with_signals = {
	.processes = true, .signals = true, .network = &no_network};

static ino_t inode_of(const char *name)
{
	struct stat stat_;

	assert_int_equal(stat(name, &stat_), 0);
	return stat_.st_ino;
}

/* Runs FUNCTION in a child; its exit status. */
static int run_in_fork(int (*function)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(function());
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void returns_to_the_namespace_it_left(void **state)
{
	struct origin origin = ORIGIN_INIT;
	struct error error = {0};
	cleanup(cleanup_fd) int own = origin_open_current(CLONE_NEWIPC, &error);
	ino_t before = inode_of("/proc/self/ns/ipc");

	(void)state;
	assert_false(origin_is_kept(&origin));
	assert_int_equal(origin_keep(&origin, CLONE_NEWIPC, own, &error), 0);
	assert_true(origin_is_kept(&origin));
	/* A user namespace may not return to the machine's own: only to one that it made. */
	assert_int_equal(unshare(CLONE_NEWIPC), 0);
	assert_int_not_equal(inode_of("/proc/self/ns/ipc"), before);
	origin_close(&origin);
	cleanup_fd(&own);
	own = origin_open_current(CLONE_NEWIPC, &error);
	before = inode_of("/proc/self/ns/ipc");
	assert_int_equal(origin_keep(&origin, CLONE_NEWIPC, own, &error), 0);
	assert_int_equal(unshare(CLONE_NEWIPC), 0);
	assert_int_equal(origin_return(&origin, &error), 0);
	assert_int_equal(inode_of("/proc/self/ns/ipc"), before);
	origin_close(&origin);
	assert_false(origin_is_kept(&origin));
}

static void holds_a_descriptor_of_what_is_not_inits(void **state)
{
	struct origin origin = ORIGIN_INIT;
	struct error error = {0};
	cleanup(cleanup_fd) int own = -1;

	(void)state;
	assert_int_equal(unshare(CLONE_NEWIPC), 0);
	own = origin_open_current(CLONE_NEWIPC, &error);
	assert_false(origin_is_init(CLONE_NEWIPC, own));
	assert_int_equal(origin_keep(&origin, CLONE_NEWIPC, own, &error), 0);
	assert_true(origin.fd >= 0);
	assert_int_equal(origin.handle.type, 0);
	origin_close(&origin);
}

static void a_handle_names_one_namespace(void **state)
{
	struct nshandle one, other, none = {0};
	struct error error = {0};
	cleanup(cleanup_fd) int first = origin_open_current(CLONE_NEWIPC, &error);
	cleanup(cleanup_fd) int second = -1;

	(void)state;
	assert_int_equal(nshandle_open(&none), -ESTALE);
	if (nshandle_make(first, &one) < 0)
		skip(); /* before Linux 6.18 */
	assert_int_equal(unshare(CLONE_NEWIPC), 0);
	second = origin_open_current(CLONE_NEWIPC, &error);
	assert_int_equal(nshandle_make(second, &other), 0);
	assert_memory_not_equal(one.bytes, other.bytes, sizeof(one.bytes));
}

static int signal_the_parent(void)
{
	return kill(getppid(), 0) < 0 ? 1 : 0;
}

static int signal_the_parent_from_a_domain(void)
{
	struct error error = {0};
	int ruleset = landlock_prepare(&with_signals, &error);

	if (ruleset < 0 || landlock_enter(ruleset, &error) < 0)
		return 2;
	return kill(getppid(), 0) < 0 && errno == EPERM ? 1 : 0;
}

static void a_domain_denies_signals_to_the_outside(void **state)
{
	struct error error = {0};
	cleanup(cleanup_fd) int ruleset = landlock_prepare(&with_signals, &error);

	(void)state;
	if (ruleset == -EOPNOTSUPP)
		skip(); /* before Linux 6.12, or without Landlock */
	assert_int_equal(run_in_fork(signal_the_parent), 0);
	assert_int_equal(run_in_fork(signal_the_parent_from_a_domain), 1);
}

static int make_user_namespace(void)
{
	return unshare(CLONE_NEWUSER) < 0 ? 1 : 0;
}

static int make_user_namespace_under_the_filter(void)
{
	const struct seccomp_filter *filter = NULL;
	struct error error = {0};

	if (seccomp_filter_prepare(true, SECCOMP_SOCKETS_ANY, &filter, &error) < 0 ||
	    seccomp_filter_enter(filter, &error) < 0)
		return 2;
	if (unshare(CLONE_NEWNS) < 0)
		return 3;
	return unshare(CLONE_NEWUSER) < 0 && errno == EPERM ? 1 : 0;
}

static void the_filter_denies_user_namespaces(void **state)
{
	(void)state;
	assert_int_equal(run_in_fork(make_user_namespace), 0);
	assert_int_equal(run_in_fork(make_user_namespace_under_the_filter), 1);
}

static void prepares_nothing_for_no_words(void **state)
{
	struct isolation *isolation = NULL;
	struct error error = {0};

	(void)state;
	assert_int_equal(isolation_prepare(0, &no_network, NULL, &isolation, &error), 0);
	assert_int_equal(isolation->ruleset, -1);
	assert_int_equal(isolation->pid_namespace, -1);
	assert_null(isolation->filter);
	assert_int_equal(isolation_leave(isolation, &error), 0);
}

static void ports_that_restrict_nothing_need_no_domain(void **state)
{
	static const char *const words[][2] = {{"tcp=", "any"}, {"udp=", "none"}, {"udp=", "any"}};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		cleanup(network_clear) struct network network = {0};
		struct isolation *isolation = NULL;
		struct error error = {0};
		struct port_policy *ports = words[i][0][0] == 't' ? &network.tcp : &network.udp;

		assert_int_equal(network_read_ports(words[i][0], words[i][1], ports, &error), 0);
		if (isolation_prepare(0, &network, NULL, &isolation, &error) < 0)
			fail_msg("%s%s: %s", words[i][0], words[i][1], error.words);
		assert_int_equal(isolation->ruleset, -1);
		assert_non_null(isolation->filter);
		assert_int_equal(isolation_leave(isolation, &error), 0);
	}
}

static int count_processes_of_a_pid_namespace(void)
{
	struct isolation *isolation = NULL;
	struct error error = {0};
	int status;
	pid_t child;

	if (isolation_prepare(ISOLATE_PTRACE | ISOLATE_PID, &no_network, NULL, &isolation, &error) <
		    0 ||
	    isolation_enter(isolation, &error) < 0) {
		fprintf(stderr, "%s\n", error.words);
		return 2;
	}
	child = fork();
	if (child == 0)
		_exit(getpid() == 2 ? 0 : 1); /* the init process is 1 */
	if (waitpid(child, &status, 0) != child || status != 0)
		return 4;
	/* The namespace's init process ends with it, and is no child that is seen. */
	if (isolation_leave(isolation, &error) < 0 && error.number != EPERM)
		return 5;
	return waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD ? 0 : 6;
}

static void a_pid_namespace_has_an_init_process(void **state)
{
	struct error error = {0};
	cleanup(cleanup_fd) int ruleset = landlock_prepare(&with_signals, &error);

	(void)state;
	if (ruleset < 0)
		skip();
	assert_int_equal(run_in_fork(count_processes_of_a_pid_namespace), 0);
}

static int open_session_with_a_child(const struct isolation_shared *shared)
{
	struct isolation *isolation = NULL;
	struct error error = {0};
	int status = 0;
	pid_t child;

	if (isolation_prepare(ISOLATE_PID | ISOLATE_USERNS, &no_network, shared, &isolation,
			      &error) < 0 ||
	    isolation_enter(isolation, &error) < 0) {
		fprintf(stderr, "%s\n", error.words);
		return 2;
	}
	child = fork();
	if (child == 0)
		_exit(0);
	if (waitpid(child, &status, 0) != child || status != 0)
		return 3;
	return isolation_leave(isolation, &error) < 0 ? 4 : 0;
}

static int open_shared_session(void)
{
	cleanup(cleanup_fd) int lock = open("/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	cleanup(cleanup_fd) int first = open("/lock", O_RDWR | O_CLOEXEC);
	const struct isolation_shared shared = {
		.pid = -1, .ipc = -1, .net = -1, .lock = lock, .first = first};

	if (first < 0 || flock(lock, LOCK_SH) < 0)
		return 5;
	unlink("/lock");
	return open_session_with_a_child(&shared);
}

static int open_sessions(void)
{
	int result = 0;

	for (int i = 0; i < 2 && result == 0; i++) {
		result = open_session_with_a_child(NULL);
		if (result == 0)
			result = open_shared_session();
	}
	return result;
}

/* A session in the sandbox cannot return to the machine's PID namespace, but to one of its own. */
static int open_sessions_in_pid_namespace(void)
{
	return unshare(CLONE_NEWPID) < 0 ? 1 : run_in_fork(open_sessions);
}

/* The filter of the first session forbids clone3(2) to the process for good. */
static void sessions_with_pid_and_userns_follow_each_other(void **state)
{
	(void)state;
	assert_int_equal(run_in_fork(open_sessions_in_pid_namespace), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(returns_to_the_namespace_it_left),
		cmocka_unit_test(holds_a_descriptor_of_what_is_not_inits),
		cmocka_unit_test(a_handle_names_one_namespace),
		cmocka_unit_test(a_domain_denies_signals_to_the_outside),
		cmocka_unit_test(the_filter_denies_user_namespaces),
		cmocka_unit_test(prepares_nothing_for_no_words),
		cmocka_unit_test(ports_that_restrict_nothing_need_no_domain),
		cmocka_unit_test(a_pid_namespace_has_an_init_process),
		cmocka_unit_test(sessions_with_pid_and_userns_follow_each_other),
	};

	sandbox_enter();
	return cmocka_run_group_tests_name("isolation", tests, NULL, NULL);
}
