/* SPDX-License-Identifier: BSD-3-Clause */
/* Calls with a time limit, whatever signals arrive; and a path on a FUSE mount that nobody serves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "cleanup.h"
#include "path.h"
#include "sandbox.h"
#include "server.h"
#include "timedcall.h"

static void ignore_tick(int number)
{
	(void)number;
}

/* A signal every 3 seconds, or every 0 for none, with a handler that lets calls fail with EINTR. */
static void set_ticks(int seconds)
{
	const struct sigaction action = {.sa_handler = ignore_tick};
	const struct itimerval timer = {{seconds, 0}, {seconds, 0}};

	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

static int count_up(int fd, void *data)
{
	(void)fd;
	++*(int *)data;
	return -EDOM;
}

static int open_null(int fd, void *data)
{
	(void)fd;
	(void)data;
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static int count_descriptors(int fd, void *data)
{
	int *count = data;

	for (int other = 0; other < 256; other++)
		*count += fcntl(other, F_GETFD) >= 0;
	return fcntl(fd, F_GETFD) >= 0 ? 0 : -EBADF;
}

static int end_without_answer(int fd, void *data)
{
	(void)fd;
	(void)data;
	_exit(0);
}

static int sleep_long(int fd, void *data)
{
	(void)fd;
	(void)data;
	return (int)sleep(3600);
}

static void brings_back_result_and_data(void **state)
{
	int number = 41;

	(void)state;
	assert_int_equal(timed_call(count_up, -1, &number, sizeof(number), NULL), -EDOM);
	assert_int_equal(number, 42);
	assert_int_equal(timed_call(end_without_answer, -1, &number, sizeof(number), NULL), -EIO);
}

static void brings_back_a_descriptor(void **state)
{
	cleanup(cleanup_fd) int opened = -1;
	struct stat stat;

	(void)state;
	assert_int_equal(timed_call(open_null, -1, NULL, 0, &opened), 0);
	assert_int_equal(fstat(opened, &stat), 0);
	assert_true(S_ISCHR(stat.st_mode));
	assert_int_equal(fcntl(opened, F_GETFD), FD_CLOEXEC);
}

/* The child holds its socket and the one descriptor that it was given. */
static void holds_no_other_descriptor(void **state)
{
	cleanup(cleanup_fd) int fd = open("/", O_PATH | O_CLOEXEC);
	cleanup(cleanup_fd) int other = open("/", O_PATH | O_CLOEXEC);
	int count = 0;

	(void)state;
	assert_true(other >= 0);
	assert_int_equal(timed_call(count_descriptors, fd, &count, sizeof(count), NULL), 0);
	assert_int_equal(count, 2);
}

/* Returns how many descriptors there are, if the second is among them. */
static int count_with_second(int fd, void *second)
{
	int count = 0;

	if (fcntl(*(int *)second, F_GETFD) < 0)
		return -EBADF;
	count_descriptors(fd, &count);
	return count;
}

static void holds_the_second_descriptor(void **state)
{
	cleanup(cleanup_fd) int low = open("/", O_PATH | O_CLOEXEC);
	cleanup(cleanup_fd) int other = open("/", O_PATH | O_CLOEXEC);
	cleanup(cleanup_fd) int high = open("/", O_PATH | O_CLOEXEC);

	(void)state;
	assert_true(other >= 0);
	assert_int_equal(timed_call_of_two(count_with_second, low, high), 3);
	assert_int_equal(timed_call_of_two(count_with_second, high, low), 3);
}

static void leaves_no_child(void **state)
{
	(void)state;
	assert_int_equal(waitpid(-1, NULL, __WALL), -1);
	assert_int_equal(errno, ECHILD);
}

/* With one limit for every interruption this would never return. */
static void ends_in_time_whatever_signals_arrive(void **state)
{
	(void)state;
	set_ticks(3);
	assert_int_equal(timed_call(sleep_long, -1, NULL, 0, NULL), -ETIMEDOUT);
	set_ticks(0);
}

/* Returns false where this machine has no FUSE. */
static bool mount_unserved(const char *directory)
{
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	char options[128];

	if (fd < 0)
		return false;
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
	assert_int_equal(mkdir(directory, 0755), 0);
	assert_int_equal(mount("unserved", directory, "fuse.unserved", 0, options), 0);
	return true;
}

/* Whether a plain stat(2) of NAME returns within a second: the control. */
static bool stat_returns(const char *name)
{
	struct stat stat_;
	pid_t child = fork();
	bool ended = false;

	if (child == 0)
		_exit(stat(name, &stat_) < 0);
	for (int tries = 0; tries < 10 && !ended; tries++) {
		ended = waitpid(child, NULL, WNOHANG) == child;
		usleep(100000);
	}
	if (!ended) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	return ended;
}

/* In a child, because a look-up that hangs cannot be ended otherwise. */
static int look_up_unserved(void)
{
	cleanup(path_close) struct path found = PATH_INIT;
	struct error error = {0};

	set_ticks(3);
	if (path_open("/unserved", &found, &error) != -ETIMEDOUT)
		return 1;
	return strstr(error.words, "of 'unserved' did not answer within 10 seconds") ? 0 : 2;
}

static void a_mount_that_nobody_serves_is_refused_in_time(void **state)
{
	cleanup(cleanup_fd) int fd = -1;
	struct stat stat;
	int status = -1;
	pid_t child;

	(void)state;
	if (!mount_unserved("/unserved"))
		skip();
	assert_true(stat_returns("/"));
	assert_false(stat_returns("/unserved"));
	child = fork();
	if (child == 0)
		_exit(look_up_unserved());
	for (int tries = 0; tries < 60 && waitpid(child, &status, WNOHANG) != child; tries++)
		sleep(1);
	kill(child, SIGKILL);
	assert_int_equal(status, 0);
	/* Nothing is asked for these. */
	fd = open("/unserved", O_PATH | O_CLOEXEC);
	assert_int_equal(server_of(fd).server, SERVER_REMOTE);
	assert_int_equal(path_examine(fd, &stat), 0);
	assert_true(S_ISDIR(stat.st_mode));
}

static void knows_who_serves(void **state)
{
	cleanup(cleanup_fd) int root = open("/", O_PATH | O_CLOEXEC);
	cleanup(cleanup_fd) int proc = open("/proc", O_PATH | O_CLOEXEC);

	(void)state;
	assert_int_equal(server_of(root).server, SERVER_NONE);
	assert_true(server_of(root).is_disk);
	assert_true(server_of(proc).is_proc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(brings_back_result_and_data),
		cmocka_unit_test(brings_back_a_descriptor),
		cmocka_unit_test(holds_no_other_descriptor),
		cmocka_unit_test(holds_the_second_descriptor),
		cmocka_unit_test(ends_in_time_whatever_signals_arrive),
		cmocka_unit_test(leaves_no_child),
		cmocka_unit_test(a_mount_that_nobody_serves_is_refused_in_time),
		cmocka_unit_test(knows_who_serves),
	};

	sandbox_enter();
	return cmocka_run_group_tests_name("timedcall", tests, NULL, NULL);
}
