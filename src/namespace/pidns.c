/* SPDX-License-Identifier: BSD-3-Clause */
#include "pidns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "child.h"
#include "cleanup.h"
#include "kernel.h"

/* What is shared with the process that is started. */
struct pidns_page {
	uint32_t end; /* 1 asks it to end (a Landlock domain may forbid signals) */
	int pidfd;    /* of a shared namespace's init process, or negative errno */
};

#define END_SECONDS 10
#define LOOK_SECONDS 2

/* The application's handlers are not for this process; ignoring SIGCHLD has the kernel reap. */
static void reset_init_signals(void)
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
static bool is_parent_there(void)
{
	return access("stat", F_OK) == 0 || errno != ESRCH;
}

/* The timeout is only needed for a parent whose death is not signalled. */
static void wait_until_asked(const struct pidns *pidns)
{
	const struct timespec pause = {LOOK_SECONDS, 0};
	uint32_t *end = &pidns->page->end;

	while (!__atomic_load_n(end, __ATOMIC_ACQUIRE) &&
	       (!pidns->poll_parent || is_parent_there()))
		syscall(SYS_futex, end, FUTEX_WAIT, 0, pidns->poll_parent ? &pause : NULL, NULL, 0);
}

/* Closes the parent's descriptors, except KEPT, if that is one. */
static void close_all_but(int kept)
{
	if ((kept >= 0 && dup2(kept, 0) < 0) ||
	    syscall(SYS_close_range, kept >= 0 ? 1 : 0, UINT_MAX, 0) < 0)
		_exit(1);
}

/*
 * The init process itself, or the session's own one, which keeps LOCK, in a copy of its parent's
 * memory: system calls and nothing more. The byte on READY says that it is set up; where that fails
 * its end closes READY without one.
 */
static _Noreturn void run_init(const struct pidns *pidns, int parent, int ready, int lock)
{
	struct pollfd ended = {.fd = parent, .events = POLLIN};
	char directory[32];

	reset_init_signals();
	setsid();
	prctl(PR_SET_NAME, lock < 0 ? "nstree-first" : "nstree-session");
	snprintf(directory, sizeof(directory), "/proc/%d", (int)pidns->parent);
	if (chdir(pidns->poll_parent ? directory : "/") < 0)
		_exit(1);
	drop_capabilities();
	/* After the capabilities: a change of those would take it back (PR_SET_PDEATHSIG(2const)).
	 */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || poll(&ended, 1, 0) != 0)
		_exit(1);
	if (write(ready, "", 1) != 1)
		_exit(1);
	close_all_but(lock);
	wait_until_asked(pidns);
	_exit(0);
}

/* The same for the init process of a shared namespace, which does not end with its parent. */
static _Noreturn void run_shared_init(int ready, int lock)
{
	reset_init_signals();
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

static int set_start_error(struct error *error)
{
	if (errno == ENOSPC)
		return error_set(error, ENOSPC,
				 "isolate=pid: the limit of PID namespaces is reached; raise the "
				 "sysctl user.max_pid_namespaces");
	return error_set(error, errno, "isolate=pid: a PID namespace cannot be made: %m");
}

/* FLAGS is CLONE_NEWPID or 0, LOCK what it keeps or -1. */
static int start_process(struct pidns *pidns, unsigned flags, int parent, int ready, int lock,
			 struct error *error)
{
	int pidfd = -1;
	pid_t pid = child_start(flags, &pidfd);

	if (pid == 0)
		run_init(pidns, parent, ready, lock);
	if (pid < 0)
		return set_start_error(error);
	pidns->pid = pid;
	return pidfd;
}

static void wait_for(pid_t pid)
{
	while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
		;
}

/*
 * By an intermediate process, which shares this one's descriptor table: its child is reparented to
 * init once it has ended, and leaves no zombie in an application that outlives the session.
 */
static int start_shared(struct pidns_page *page, int ready, int lock, struct error *error)
{
	cleanup(cleanup_fd) int between = -1;
	pid_t pid = child_start(CLONE_FILES, &between);

	if (pid == 0) {
		pid = child_start(CLONE_NEWPID, &page->pidfd);
		if (pid == 0)
			run_shared_init(ready, lock);
		if (pid < 0)
			page->pidfd = -errno;
		_exit(0);
	}
	if (pid < 0)
		return set_start_error(error);
	wait_for(pid);
	errno = page->pidfd < 0 ? -page->pidfd : 0;
	return page->pidfd < 0 ? set_start_error(error) : page->pidfd;
}

/* Waits until what writes to READY is set up: in a namespace whose init process has ended nothing
 * can fork. */
static int wait_until_ready(int ready, struct error *error)
{
	ssize_t got;
	char byte;

	do
		got = read(ready, &byte, 1);
	while (got < 0 && errno == EINTR);
	if (got != 1)
		return error_set(error, EIO,
				 "isolate=pid: the PID namespace's init process cannot be set up");
	return 0;
}

static int open_pipe(int *from, int *to, struct error *error)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(error, errno, "isolate=pid: pipe2: %m");
	*from = ends[0];
	*to = ends[1];
	return 0;
}

static int start_ready(struct pidns *pidns, unsigned flags, int parent, int lock,
		       struct error *error)
{
	cleanup(cleanup_fd) int from = -1;
	cleanup(cleanup_fd) int pidfd = -1;
	int to = -1, result = open_pipe(&from, &to, error);

	if (result < 0)
		return result;
	pidfd = start_process(pidns, flags, parent, to, lock, error);
	close(to);
	if (pidfd < 0)
		return pidfd;
	result = wait_until_ready(from, error);
	return result < 0 ? result : steal_fd(&pidfd);
}

/* Of the process PIDFD; the name in /proc serves kernels before 6.11. */
static int namespace_of(const struct pidns *pidns, int pidfd, struct error *error)
{
	char name[64];
	int fd = ioctl(pidfd, PIDFD_GET_PID_NAMESPACE, 0);

	snprintf(name, sizeof(name), "/proc/%d/ns/pid", (int)pidns->pid);
	if (fd < 0)
		fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set(error, errno,
				 "isolate=pid: the PID namespace cannot be opened: %m");
	return fd;
}

static struct pidns_page *map_page(struct error *error)
{
	struct pidns_page *page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (page != MAP_FAILED)
		return page;
	error_no_memory(error);
	return NULL;
}

/* Returns the process's pidfd, or negative errno: then nothing was started. */
static int start_own(struct pidns *pidns, unsigned flags, bool poll_parent, int lock,
		     struct error *error)
{
	cleanup(cleanup_fd) int parent = (int)syscall(SYS_pidfd_open, getpid(), 0);
	struct error ignored = {0};
	int pidfd;

	*pidns = (struct pidns){.parent = getpid(), .poll_parent = poll_parent};
	if (parent < 0)
		return error_set(error, errno, "isolate=pid: pidfd_open: %m");
	pidns->page = map_page(error);
	if (!pidns->page)
		return -ENOMEM;
	pidfd = start_ready(pidns, flags, parent, lock, error);
	if (pidfd < 0)
		pidns_end(pidns, &ignored);
	return pidfd;
}

int pidns_start(struct pidns *pidns, bool poll_parent, struct error *error)
{
	cleanup(cleanup_fd) int pidfd = start_own(pidns, CLONE_NEWPID, poll_parent, -1, error);
	struct error ignored = {0};
	int result;

	if (pidfd < 0)
		return pidfd;
	result = namespace_of(pidns, pidfd, error);
	if (result < 0)
		pidns_end(pidns, &ignored);
	return result;
}

int pidns_join(struct pidns *pidns, bool poll_parent, int lock, struct error *error)
{
	cleanup(cleanup_fd) int pidfd = start_own(pidns, 0, poll_parent, lock, error);

	return pidfd < 0 ? pidfd : 0;
}

int pidns_share(int lock, struct error *error)
{
	cleanup(cleanup_fd) int from = -1;
	cleanup(cleanup_fd) int pidfd = -1;
	struct pidns_page *page = map_page(error);
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
	return fd < 0 ? error_set(error, errno,
				  "isolate=pid: the PID namespace cannot be opened: %m")
		      : fd;
}

/* A child that has ended, or ends within the time, is reaped. */
static int reap_process(pid_t pid, struct error *error)
{
	cleanup(cleanup_fd) int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	bool ended = pidfd < 0 || child_ends_within(pidfd, END_SECONDS * 1000);

	if (!ended)
		return error_set(
			error, ETIMEDOUT,
			"a process of the session has not ended in %d seconds: it is stuck "
			"in the kernel, as on a dead NFS server",
			END_SECONDS);
	wait_for(pid);
	return 0;
}

int pidns_end(struct pidns *pidns, struct error *error)
{
	int result = 0;

	if (pidns->page && pidns->pid && pidns->parent == getpid()) {
		__atomic_store_n(&pidns->page->end, 1, __ATOMIC_RELEASE);
		syscall(SYS_futex, &pidns->page->end, FUTEX_WAKE, 1, NULL, NULL, 0);
		result = reap_process(pidns->pid, error);
	}
	pidns_forget(pidns);
	return result;
}

void pidns_forget(struct pidns *pidns)
{
	if (pidns->page)
		munmap(pidns->page, sizeof(*pidns->page));
	*pidns = (struct pidns){0};
}
