/* SPDX-License-Identifier: BSD-3-Clause */
#include "child.h"

#include <errno.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"

#define KILL_MILLISECONDS 1000

static int64_t milliseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* In a process of one thread unshare(CLONE_THREAD) does nothing; in any other it fails. */
bool child_may_allocate(void)
{
	return unshare(CLONE_THREAD) == 0;
}

bool child_ends_within(int pidfd, int milliseconds)
{
	const int64_t deadline = milliseconds_now() + milliseconds;
	struct pollfd poll_fd = {.fd = pidfd, .events = POLLIN};

	for (;;) {
		int64_t left = deadline - milliseconds_now();
		int ready = poll(&poll_fd, 1, left > 0 ? (int)left : 0);

		if (ready > 0)
			return true;
		if (ready == 0 || errno != EINTR || left <= 0)
			return false;
	}
}

/* The exit status as a negative errno. It does not block: the child has ended. */
static int reap_child(int pidfd)
{
	siginfo_t end = {0};

	while (waitid(P_PIDFD, (id_t)pidfd, &end, WEXITED | __WALL) < 0)
		if (errno != EINTR)
			return -ECHILD;
	return end.si_code == CLD_EXITED ? -end.si_status : -ECHILD;
}

/*
 * clone(2), where the filter of an earlier session in this process forbids clone3(2)
 * (isolate=userns), cannot reset the application's signal handlers by itself.
 */
pid_t child_start(unsigned flags, int *pidfd)
{
	struct clone_args arguments = {.flags = flags | CLONE_PIDFD | CLONE_CLEAR_SIGHAND,
				       .pidfd = (uintptr_t)pidfd};
	long pid = syscall(SYS_clone3, &arguments, sizeof(arguments));

	if (pid >= 0 || errno != ENOSYS)
		return (pid_t)pid;
#ifdef __s390x__
	pid = syscall(SYS_clone, NULL, (unsigned long)flags | CLONE_PIDFD, pidfd, NULL, NULL);
#else
	pid = syscall(SYS_clone, (unsigned long)flags | CLONE_PIDFD, NULL, pidfd, NULL, NULL);
#endif
	for (int number = 1; pid == 0 && number < _NSIG; number++)
		signal(number, SIG_DFL);
	return (pid_t)pid;
}

int child_call(int (*function)(void *data), void *data, bool share_files, int seconds)
{
	cleanup(cleanup_fd) int pidfd = -1;
	pid_t pid = child_start(share_files ? CLONE_FILES : 0, &pidfd);

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(-function(data));
	}
	if (child_ends_within(pidfd, seconds * 1000))
		return reap_child(pidfd);
	syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
	if (child_ends_within(pidfd, KILL_MILLISECONDS))
		reap_child(pidfd);
	return -ETIMEDOUT;
}
