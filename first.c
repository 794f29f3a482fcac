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
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "cleanup.h"
#include "kernel.h"

/* What is shared with the process that is started. */
struct first_page {
	uint32_t end; /* 1 asks it to end (a Landlock domain may forbid signals) */
	int pidfd;    /* of a shared namespace's first process, or negative errno */
};

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
	uint32_t *end = &first->page->end;

	while (!__atomic_load_n(end, __ATOMIC_ACQUIRE) && (!first->mute || has_parent()))
		syscall(SYS_futex, end, FUTEX_WAIT, 0, first->mute ? &pause : NULL, NULL, 0);
}

/* What the parent has open is not for this process: all but KEPT goes, if that is one. */
static void close_all_but(int kept)
{
	if ((kept >= 0 && dup2(kept, 0) < 0) ||
	    syscall(SYS_close_range, kept >= 0 ? 1 : 0, UINT_MAX, 0) < 0)
		_exit(1);
}

/*
 * The first process itself, or the session's own one, which keeps LOCK, in a copy of its parent's
 * memory: system calls and nothing more. The byte on READY says that it is set up; where that fails
 * its end closes READY without one.
 */
static _Noreturn void be_first(const struct first *first, int parent, int ready, int lock)
{
	struct pollfd ended = {.fd = parent, .events = POLLIN};
	char directory[32];

	reset_signals();
	setsid();
	prctl(PR_SET_NAME, lock < 0 ? "nstree-first" : "nstree-session");
	snprintf(directory, sizeof(directory), "/proc/%d", (int)first->parent);
	if (chdir(first->mute ? directory : "/") < 0)
		_exit(1);
	drop_capabilities();
	/* After the capabilities: a change of those would take it back (PR_SET_PDEATHSIG(2const)).
	 */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || poll(&ended, 1, 0) != 0)
		_exit(1);
	if (write(ready, "", 1) != 1)
		_exit(1);
	close_all_but(lock);
	wait_for_end(first);
	_exit(0);
}

/* The same for the first process of a shared namespace, which no one's end ends. */
static _Noreturn void be_shared_first(int ready, int lock)
{
	reset_signals();
	setsid();
	prctl(PR_SET_NAME, "nstree-first");
	if (chdir("/") < 0)
		_exit(1);
	drop_capabilities();
	if (write(ready, "", 1) != 1)
		_exit(1);
	close_all_but(lock);
	while (flock(0, LOCK_EX) < 0 && errno == EINTR)
		;
	fchmod(0, 0);
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

/*
 * Not fork(3): no SIGCHLD, so that the application does not take it for a child of its own. FLAGS
 * is CLONE_NEWPID or 0, LOCK what it keeps or -1.
 */
static int start(struct first *first, uint64_t flags, int parent, int ready, int lock,
		 struct error *error)
{
	int pidfd = -1;
	struct clone_args args = {.flags = flags | CLONE_PIDFD,
				  .pidfd = (uint64_t)(uintptr_t)&pidfd};
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (pid == 0)
		be_first(first, parent, ready, lock);
	if (pid < 0)
		return say_start(error);
	first->pid = (pid_t)pid;
	return pidfd;
}

static void wait_for(pid_t pid)
{
	while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
		;
}

/*
 * By a process in between, whose table of descriptors is this one's: its child is init's once it
 * has ended, and no zombie of an application that outlives the session.
 */
static int start_shared(struct first_page *page, int ready, int lock, struct error *error)
{
	struct clone_args between = {.flags = CLONE_FILES};
	struct clone_args args = {.flags = CLONE_NEWPID | CLONE_PIDFD,
				  .pidfd = (uint64_t)(uintptr_t)&page->pidfd};
	long pid = syscall(SYS_clone3, &between, sizeof(between));

	if (pid == 0) {
		pid = syscall(SYS_clone3, &args, sizeof(args));
		if (pid == 0)
			be_shared_first(ready, lock);
		if (pid < 0)
			page->pidfd = -errno;
		_exit(0);
	}
	if (pid < 0)
		return say_start(error);
	wait_for((pid_t)pid);
	errno = page->pidfd < 0 ? -page->pidfd : 0;
	return page->pidfd < 0 ? say_start(error) : page->pidfd;
}

/* Waits until what writes to READY is set up: in a namespace whose first process has ended nothing
 * can fork. */
static int wait_until_ready(int ready, struct error *error)
{
	ssize_t got;
	char byte;

	do
		got = read(ready, &byte, 1);
	while (got < 0 && errno == EINTR);
	if (got != 1)
		return error_say(error, EIO,
				 "isolate=pid: the PID namespace's first process cannot be set up");
	return 0;
}

static int open_pipe(int *from, int *to, struct error *error)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_say(error, errno, "isolate=pid: pipe2: %m");
	*from = ends[0];
	*to = ends[1];
	return 0;
}

static int start_ready(struct first *first, uint64_t flags, int parent, int lock,
		       struct error *error)
{
	cleanup(cleanup_fd) int from = -1;
	cleanup(cleanup_fd) int pidfd = -1;
	int to = -1, result = open_pipe(&from, &to, error);

	if (result < 0)
		return result;
	pidfd = start(first, flags, parent, to, lock, error);
	close(to);
	if (pidfd < 0)
		return pidfd;
	result = wait_until_ready(from, error);
	return result < 0 ? result : steal_fd(&pidfd);
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

static struct first_page *map_page(struct error *error)
{
	struct first_page *page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (page != MAP_FAILED)
		return page;
	error_say(error, ENOMEM, "out of memory");
	return NULL;
}

/* Returns the process's pidfd, or negative errno: then nothing was started. */
static int start_own(struct first *first, uint64_t flags, bool mute, int lock, struct error *error)
{
	cleanup(cleanup_fd) int parent = (int)syscall(SYS_pidfd_open, getpid(), 0);
	struct error ignored = {0};
	int pidfd;

	*first = (struct first){.parent = getpid(), .mute = mute};
	if (parent < 0)
		return error_say(error, errno, "isolate=pid: pidfd_open: %m");
	first->page = map_page(error);
	if (!first->page)
		return -ENOMEM;
	pidfd = start_ready(first, flags, parent, lock, error);
	if (pidfd < 0)
		first_end(first, &ignored);
	return pidfd;
}

int first_start(struct first *first, bool mute, struct error *error)
{
	cleanup(cleanup_fd) int pidfd = start_own(first, CLONE_NEWPID, mute, -1, error);
	struct error ignored = {0};
	int result;

	if (pidfd < 0)
		return pidfd;
	result = namespace_of(first, pidfd, error);
	if (result < 0)
		first_end(first, &ignored);
	return result;
}

int first_join(struct first *first, bool mute, int lock, struct error *error)
{
	cleanup(cleanup_fd) int pidfd = start_own(first, 0, mute, lock, error);

	return pidfd < 0 ? pidfd : 0;
}

int first_share(int lock, struct error *error)
{
	cleanup(cleanup_fd) int from = -1;
	cleanup(cleanup_fd) int pidfd = -1;
	struct first_page *page = map_page(error);
	int to = -1, fd, result = page ? open_pipe(&from, &to, error) : -ENOMEM;

	if (result == 0) {
		page->pidfd = -EIO;
		pidfd = start_shared(page, to, lock, error);
		close(to);
		result = pidfd < 0 ? pidfd : wait_until_ready(from, error);
	}
	if (page)
		munmap(page, sizeof(*page));
	if (result < 0)
		return result;
	/* Where namespaces can be shared, a pidfd can be asked. */
	fd = ioctl(pidfd, PIDFD_GET_PID_NAMESPACE, 0);
	return fd < 0 ? error_say(error, errno,
				  "isolate=pid: the PID namespace cannot be opened: %m")
		      : fd;
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
	wait_for(pid);
	return 0;
}

int first_end(struct first *first, struct error *error)
{
	int result = 0;

	if (first->page && first->pid && first->parent == getpid()) {
		__atomic_store_n(&first->page->end, 1, __ATOMIC_RELEASE);
		syscall(SYS_futex, &first->page->end, FUTEX_WAKE, 1, NULL, NULL, 0);
		result = reap(first->pid, error);
	}
	first_forget(first);
	return result;
}

void first_forget(struct first *first)
{
	if (first->page)
		munmap(first->page, sizeof(*first->page));
	*first = (struct first){0};
}
