/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A root directory of the test's own, for tests that mount: a user and a mount namespace of the
 * calling process, in which it is root, with an empty tmpfs as the root and the machine's /proc.
 * What is made in it ends with the process.
 */
#ifndef NSTREE_TEST_SANDBOX_H
#define NSTREE_TEST_SANDBOX_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline void sandbox_die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

static inline void sandbox_write(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || close(fd) < 0)
		sandbox_die(name);
}

static inline void sandbox_map(const char *file, unsigned id)
{
	char line[64];

	snprintf(line, sizeof(line), "0 %u 1", id);
	sandbox_write(file, line);
}

static inline void sandbox_build(void)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", "/tmp", "tmpfs", 0, "mode=0755") < 0 || mkdir("/tmp/proc", 0755) < 0 ||
	    mkdir("/tmp/dev", 0755) < 0 ||
	    mount("/proc", "/tmp/proc", NULL, MS_BIND | MS_REC, NULL) < 0 ||
	    mount("/dev", "/tmp/dev", NULL, MS_BIND | MS_REC, NULL) < 0)
		sandbox_die("the sandbox cannot be built");
	if (chdir("/tmp") < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
	    umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		sandbox_die("the sandbox cannot be entered");
}

/*
 * Enters the sandbox, or prints a TAP line that skips all tests, with the reason, and exits. The
 * program is started again in its namespaces: what the kernel lets a process do to its children
 * depends on the user namespace that it was started in.
 */
static inline void sandbox_enter(void)
{
	unsigned uid = geteuid(), gid = getegid();

	umask(0);
	if (getenv("NSTREE_TEST_SANDBOX")) {
		sandbox_build();
		return;
	}
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) {
		printf("1..0 # SKIP user namespaces are off: %s\n", strerror(errno));
		exit(0);
	}
	sandbox_write("/proc/self/setgroups", "deny");
	sandbox_map("/proc/self/uid_map", uid);
	sandbox_map("/proc/self/gid_map", gid);
	setenv("NSTREE_TEST_SANDBOX", "1", 1);
	execl("/proc/self/exe", "sandbox", NULL);
	sandbox_die("the test cannot be started again");
}

#endif
