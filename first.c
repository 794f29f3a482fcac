/* SPDX-License-Identifier: BSD-3-Clause */
#include "first.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "cleanup.h"
#include "kernel.h"

#define END_SECONDS 10
#define LOOK_SECONDS 2

/* The application's handlers are not for this process; ignoring SIGCHLD has the kernel reap. */
static void reset_signals(void)
{
	sigset_t none;

	for (int number = 1; number < _NSIG; number++)
		signal(number, SIG_DFL);
	signal(SIGCHLD, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];

	memset(none, 0, sizeof(none));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
	    syscall(SYS_capset, &header, none) < 0)
		_exit(1);
}

/* In the parent's directory of /proc: whether it is still there. Hidden (hidepid=) is there, too.
 */
static bool has_parent(void)
{
	return access("stat", F_OK) == 0 || errno != ESRCH;
}

/* A futex without a time would do, but for a parent whose death is not told. */
static void wait_for_end(const struct first *first)
{
	const struct timespec pause = {LOOK_SECONDS, 0};

	while (!__atomic_load_n(first->end, __ATOMIC_ACQUIRE) && (!first->mute || has_parent()))
		syscall(SYS_futex, first->end, FUTEX_WAIT, 0, first->mute ? &pause : NULL, NULL, 0);
}

/*
 * The first process itself, in a copy of its parent's memory: system calls and nothing more. The
 * byte on READY says that it is set up; where that fails its end closes READY without one.
 */
static _Noreturn void be_first(const struct first *first, int parent, int ready)
{
	struct pollfd ended = {.fd = parent, .events = POLLIN};
	char directory[32];

	reset_signals();
	setsid();
	prctl(PR_SET_NAME, "nstree-first");
	snprintf(directory, sizeof(directory), "/proc/%d", (int)first->parent);
	if (chdir(first->mute ? directory : "/") < 0)
		_exit(1);
	drop_capabilities();
	/* After the capabilities: a change of those would take it back (PR_SET_PDEATHSIG(2const)).
	 */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || poll(&ended, 1, 0) != 0)
		_exit(1);
	if (write(ready, "", 1) != 1 || syscall(SYS_close_range, 0, UINT_MAX, 0) < 0)
		_exit(1);
	wait_for_end(first);
	_exit(0);
}

static int say_start(struct error *error)
{
	if (errno == ENOSPC)
		return error_say(error, ENOSPC,
				 "isolate=pid: the limit of PID namespaces is reached; raise the "
				 "sysctl user.max_pid_namespaces");
	return error_say(error, errno, "isolate=pid: a PID namespace cannot be made: %m");
}

/* Not fork(3): no SIGCHLD, so that the application does not take it for a child of its own. */
static int start(struct first *first, int parent, int ready, struct error *error)
{
	int pidfd = -1;
	struct clone_args args = {.flags = CLONE_NEWPID | CLONE_PIDFD,
				  .pidfd = (uint64_t)(uintptr_t)&pidfd};
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (pid == 0)
		be_first(first, parent, ready);
	if (pid < 0)
		return say_start(error);
	first->pid = (pid_t)pid;
	return pidfd;
}

/* Starts it and waits until it is set up: in a namespace whose first process has ended nothing can
 * fork. */
static int start_ready(struct first *first, int parent, struct error *error)
{
	cleanup(cleanup_fd) int ready = -1;
	cleanup(cleanup_fd) int pidfd = -1;
	int ends[2];
	char byte;
	ssize_t got;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_say(error, errno, "isolate=pid: pipe2: %m");
	ready = ends[0];
	pidfd = start(first, parent, ends[1], error);
	close(ends[1]);
	if (pidfd < 0)
		return pidfd;
	do
		got = read(ready, &byte, 1);
	while (got < 0 && errno == EINTR);
	if (got != 1)
		return error_say(error, EIO,
				 "isolate=pid: the PID namespace's first process cannot be set up");
	return steal_fd(&pidfd);
}

/* Of the process PIDFD; the name in /proc serves kernels before 6.11. */
static int namespace_of(const struct first *first, int pidfd, struct error *error)
{
	char name[64];
	int fd = ioctl(pidfd, PIDFD_GET_PID_NAMESPACE, 0);

	snprintf(name, sizeof(name), "/proc/%d/ns/pid", (int)first->pid);
	if (fd < 0)
		fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_say(error, errno,
				 "isolate=pid: the PID namespace cannot be opened: %m");
	return fd;
}

int first_start(struct first *first, bool mute, struct error *error)
{
	cleanup(cleanup_fd) int parent = (int)syscall(SYS_pidfd_open, getpid(), 0);
	cleanup(cleanup_fd) int pidfd = -1;
	struct error ignored = {0};
	int result;

	*first = (struct first){.parent = getpid(), .mute = mute};
	if (parent < 0)
		return error_say(error, errno, "isolate=pid: pidfd_open: %m");
	first->end = mmap(NULL, sizeof(*first->end), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (first->end == MAP_FAILED) {
		first->end = NULL;
		return error_say(error, ENOMEM, "out of memory");
	}
	result = pidfd = start_ready(first, parent, error);
	if (result >= 0)
		result = namespace_of(first, pidfd, error);
	if (result < 0)
		first_end(first, &ignored);
	return result;
}

/* A child that has ended, or ends within the time, is reaped. */
static int reap(pid_t pid, struct error *error)
{
	cleanup(cleanup_fd) int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd ended = {.fd = pidfd, .events = POLLIN};
	int ready;

	do
		ready = pidfd < 0 ? 1 : poll(&ended, 1, END_SECONDS * 1000);
	while (ready < 0 && errno == EINTR);
	if (ready == 0)
		return error_say(
			error, ETIMEDOUT,
			"a process of the session has not ended in %d seconds: it is stuck "
			"in the kernel, as on a dead NFS server",
			END_SECONDS);
	while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
		;
	return 0;
}

int first_end(struct first *first, struct error *error)
{
	int result = 0;

	if (first->end && first->pid && first->parent == getpid()) {
		__atomic_store_n(first->end, 1, __ATOMIC_RELEASE);
		syscall(SYS_futex, first->end, FUTEX_WAKE, 1, NULL, NULL, 0);
		result = reap(first->pid, error);
	}
	first_forget(first);
	return result;
}

void first_forget(struct first *first)
{
	if (first->end)
		munmap(first->end, sizeof(*first->end));
	*first = (struct first){0};
}
