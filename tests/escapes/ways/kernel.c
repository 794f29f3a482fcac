/* SPDX-License-Identifier: BSD-3-Clause */
/* What the kernel does for who may ask: user namespaces, settings, core dumps. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ways.h"

static bool write_map(const char *path, unsigned id)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written = fd >= 0 && dprintf(fd, "0 %u 1\n", id) > 0;

	close(fd);
	return written;
}

/*
 * userns WAY...: in a user and a mount namespace of the process's own. Where the tree has no /proc
 * there is no map, and its capabilities are all the same.
 */
static void way_userns(char **arguments)
{
	unsigned uid = geteuid(), gid = getegid();
	int fd;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		closed("unshare");
	fd = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC);
	if (fd >= 0 && dprintf(fd, "deny") < 0)
		warn("setgroups");
	if (!write_map("/proc/self/uid_map", uid) || !write_map("/proc/self/gid_map", gid))
		puts("no map");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		warn("MS_PRIVATE");
	if (!way_go(arguments))
		puts("FAILED: no such way");
}

/* own-mounts WAY...: by root, so that what it does to the tree ends with it. */
static void way_own_mounts(char **arguments)
{
	if (unshare(CLONE_NEWNS) < 0)
		closed("unshare");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		warn("MS_PRIVATE");
	if (!way_go(arguments))
		puts("FAILED: no such way");
}

/* unshare(2) as a program for 32 bits makes it: by another table of calls, and another number. */
static int unshare_32(unsigned long flags)
{
	long result = -ENOSYS;

#ifdef __x86_64__
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(310L), "b"(flags)
			 : "r8", "r9", "r10", "r11", "memory");
#endif
	errno = result < 0 ? (int)-result : 0;
	return result < 0 ? -1 : 0;
}

/* newuser unshare|unshare-32|clone|clone3 */
static void way_newuser(char **arguments)
{
	uint64_t clone3[8] = {CLONE_NEWUSER};
	pid_t pid = -1;

	clone3[4] = SIGCHLD;
	if (strcmp(arguments[0], "unshare") == 0)
		pid = unshare(CLONE_NEWUSER);
	else if (strcmp(arguments[0], "unshare-32") == 0)
		pid = unshare_32(CLONE_NEWUSER);
	else if (strcmp(arguments[0], "clone") == 0)
		pid = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
	else if (strcmp(arguments[0], "clone3") == 0)
		pid = (pid_t)syscall(SYS_clone3, clone3, sizeof(clone3));
	if (pid < 0)
		closed("%s", arguments[0]);
	if (pid > 0) {
		waitpid(pid, NULL, 0);
		return;
	}
	escaped();
	fflush(stdout);
	_exit(0);
}

/* A process that dumps core: the host looks whether its handler ran. */
static void way_core(char **arguments)
{
	const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
	pid_t pid = fork();

	(void)arguments;
	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &unlimited);
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

const struct way kernel_ways[] = {
	{"core", way_core, 0},
	{"newuser", way_newuser, 1},
	{"own-mounts", way_own_mounts, 1},
	{"userns", way_userns, 1},
	{0},
};
