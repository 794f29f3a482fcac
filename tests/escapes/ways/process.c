/* SPDX-License-Identifier: BSD-3-Clause */
/* Processes outside, of the same user. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel.h"
#include "ways.h"

/* linux/ioprio.h */
#define IOPRIO_WHO_PROCESS 1

static void way_ptrace(char **arguments)
{
	pid_t pid = pid_of(arguments[0]);

	if (ptrace(PTRACE_ATTACH, pid, NULL, NULL) < 0)
		closed("PTRACE_ATTACH");
	waitpid(pid, NULL, __WALL);
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	escaped();
}

static void way_seize(char **arguments)
{
	if (ptrace(PTRACE_SEIZE, pid_of(arguments[0]), NULL, NULL) < 0)
		closed("PTRACE_SEIZE");
	escaped();
}

/* Reads the secret at the twin's address. */
static void way_vm_read(char **arguments)
{
	char text[64] = "";
	struct iovec local = {text, sizeof(text) - 1};
	struct iovec remote = {(void *)number(arguments[1]), sizeof(text) - 1};

	if (process_vm_readv(pid_of(arguments[0]), &local, 1, &remote, 1, 0) < 0)
		closed("process_vm_readv");
	show_found(text, sizeof(text));
}

/* Overwrites the secret there with itself. */
static void way_vm_write(char **arguments)
{
	char text[] = "ESCAPED\n";
	struct iovec local = {text, sizeof(text)};
	struct iovec remote = {(void *)number(arguments[1]), sizeof(text)};

	if (process_vm_writev(pid_of(arguments[0]), &local, 1, &remote, 1, 0) < 0)
		closed("process_vm_writev");
	escaped();
}

static void way_mem(char **arguments)
{
	char path[64], text[64] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/mem", arguments[0]);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || pread(fd, text, sizeof(text) - 1, (off_t)number(arguments[1])) < 0)
		closed("%s", path);
	show_found(text, sizeof(text));
}

static int opened_pidfd(const char *pid)
{
	int pidfd = pidfd_open(pid_of(pid), 0);

	if (pidfd < 0)
		closed("pidfd_open");
	return pidfd;
}

static void way_getfd(char **arguments)
{
	int fd = pidfd_getfd(opened_pidfd(arguments[0]), TWIN_FD, 0);

	if (fd < 0)
		closed("pidfd_getfd");
	show_or_close(fd, "secret");
}

static void way_setns(char **arguments)
{
	if (setns(opened_pidfd(arguments[0]), CLONE_NEWUSER | CLONE_NEWNS) < 0)
		closed("setns to a pidfd");
	show_or_close(AT_FDCWD, SECRET);
}

static void way_prlimit(char **arguments)
{
	struct rlimit limit;

	if (prlimit(pid_of(arguments[0]), RLIMIT_NOFILE, NULL, &limit) < 0 ||
	    prlimit(pid_of(arguments[0]), RLIMIT_NOFILE, &limit, NULL) < 0)
		closed("prlimit");
	escaped();
}

/* What follows is set to what it is already: the call is allowed, and the process goes on as it
 * did. */
static void way_priority(char **arguments)
{
	id_t pid = (id_t)pid_of(arguments[0]);
	int nice;

	errno = 0;
	nice = getpriority(PRIO_PROCESS, pid);
	if ((nice == -1 && errno) || setpriority(PRIO_PROCESS, pid, nice) < 0)
		closed("setpriority");
	escaped();
}

static void way_affinity(char **arguments)
{
	pid_t pid = pid_of(arguments[0]);
	cpu_set_t cpus;

	if (sched_getaffinity(pid, sizeof(cpus), &cpus) < 0 ||
	    sched_setaffinity(pid, sizeof(cpus), &cpus) < 0)
		closed("sched_setaffinity");
	escaped();
}

static void way_scheduler(char **arguments)
{
	pid_t pid = pid_of(arguments[0]);
	struct sched_param parameters;

	if (sched_getparam(pid, &parameters) < 0 ||
	    sched_setscheduler(pid, SCHED_OTHER, &parameters) < 0)
		closed("sched_setscheduler");
	escaped();
}

static void way_ioprio(char **arguments)
{
	long pid = pid_of(arguments[0]);
	long priority = syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, pid);

	if (priority < 0 || syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, pid, priority) < 0)
		closed("ioprio_set");
	escaped();
}

/* All processes of the user's at once: to a value that no other has, until the host sets it back.
 */
static void way_user_priority(char **arguments)
{
	(void)arguments;
	if (setpriority(PRIO_USER, 0, 5) < 0)
		closed("setpriority of all");
}

/* By the host: whether that process has that value; then it has it no more. */
static void way_has_priority(char **arguments)
{
	id_t pid = (id_t)pid_of(arguments[0]);

	if (getpriority(PRIO_PROCESS, pid) == 5)
		escaped();
	if (setpriority(PRIO_PROCESS, pid, 0) < 0)
		printf("FAILED: the priority stays\n");
}

/* Whether there is such a process, whoever's it is. */
static void way_exists(char **arguments)
{
	if (kill(pid_of(arguments[0]), 0) < 0 && errno == ESRCH)
		closed("kill");
	escaped();
}

static void way_exists_pidfd(char **arguments)
{
	opened_pidfd(arguments[0]);
	escaped();
}

static void way_kill(char **arguments)
{
	if (kill(pid_of(arguments[0]), SIGUSR1) < 0)
		closed("kill");
}

/* To every process that there is. SIGURG, since that ends none of them. */
static void way_kill_all(char **arguments)
{
	(void)arguments;
	if (kill(-1, SIGURG) < 0)
		closed("kill of all");
}

static void way_sigio(char **arguments)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		err(1, "socketpair");
	if (fcntl(pair[0], F_SETOWN, pid_of(arguments[0])) < 0 ||
	    fcntl(pair[0], F_SETSIG, SIGUSR1) < 0 || fcntl(pair[0], F_SETFL, O_ASYNC) < 0)
		closed("F_SETOWN");
	if (write(pair[1], "x", 1) != 1)
		closed("write");
}

/* A process that stays; the host looks for its name, which is the argument. */
static void way_leave(char **arguments)
{
	pid_t pid = fork();

	if (pid != 0)
		return;
	setsid();
	alarm(60);
	prctl(PR_SET_NAME, arguments[0]);
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	for (;;)
		pause();
}

static void way_exec(char **arguments)
{
	execv(arguments[0], arguments);
	closed("%s", arguments[0]);
}

const struct way process_ways[] = {
	{"affinity", way_affinity, 1},
	{"exec", way_exec, 1},
	{"exists", way_exists, 1},
	{"exists-pidfd", way_exists_pidfd, 1},
	{"getfd", way_getfd, 1},
	{"has-priority", way_has_priority, 1},
	{"ioprio", way_ioprio, 1},
	{"kill", way_kill, 1},
	{"kill-all", way_kill_all, 0},
	{"leave", way_leave, 1},
	{"mem", way_mem, 2},
	{"priority", way_priority, 1},
	{"prlimit", way_prlimit, 1},
	{"ptrace", way_ptrace, 1},
	{"scheduler", way_scheduler, 1},
	{"seize", way_seize, 1},
	{"setns", way_setns, 1},
	{"sigio", way_sigio, 1},
	{"user-priority", way_user_priority, 0},
	{"vm-read", way_vm_read, 2},
	{"vm-write", way_vm_write, 2},
	{0},
};
