/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * swap USER CPU MICROSECONDS STASH NAMES PATH...: the attacker of races.test. As USER, in a mount
 * namespace of its own, exchanges a PATH with an entry of STASH (links, directories, a FIFO) and
 * back, at random and without end, pausing up to MICROSECONDS between. It removes what the comma
 * list NAMES names, so that every session has that to make again. Ends at SIGTERM, and prints how
 * many exchanges there were.
 *
 * It starts as root to pin itself to CPU and to be scheduled whenever its pause is over: then the
 * exchanges fall anywhere in a session's start, also where there is one processor.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

/* Another mount namespace, and no privilege. */
static void become(const char *name)
{
	const struct passwd *user = getpwnam(name);

	if (!user)
		fail(name);
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		fail("unshare");
	if (initgroups(name, user->pw_gid) < 0 || setgid(user->pw_gid) < 0 ||
	    setuid(user->pw_uid) < 0)
		fail("setuid");
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static void be_quick(const char *cpu)
{
	struct sched_param first = {.sched_priority = 1};
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(atoi(cpu), &set);
	sched_setaffinity(0, sizeof(set), &set);
	sched_setscheduler(0, SCHED_FIFO, &first);
	/* Pauses of microseconds are to be that short. */
	prctl(PR_SET_TIMERSLACK, 1L);
}

static unsigned list(const char *stash, char entries[][PATH_MAX], unsigned room)
{
	DIR *directory = opendir(stash);
	struct dirent *entry;
	unsigned n = 0;

	if (!directory)
		fail(stash);
	while (n < room && (entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			snprintf(entries[n++], PATH_MAX, "%.2000s/%s", stash, entry->d_name);
	closedir(directory);
	return n;
}

/* What a session made is in the way of the next one's. */
static void sweep(const char *names)
{
	char list[PATH_MAX], *rest = list, *name;

	snprintf(list, sizeof(list), "%s", names);
	while ((name = strsep(&rest, ",")))
		if (unlink(name) < 0 && errno == EISDIR)
			rmdir(name);
}

static void rest(unsigned microseconds)
{
	struct timespec time = {0, microseconds ? (rand() % (long)microseconds) * 1000 : 0};

	if (microseconds)
		nanosleep(&time, NULL);
}

int main(int argc, char **argv)
{
	static char entries[16][PATH_MAX];
	unsigned long exchanges = 0;
	unsigned n, pause;

	if (argc < 7)
		return 2;
	signal(SIGTERM, end);
	be_quick(argv[2]);
	become(argv[1]);
	srand((unsigned)getpid());
	pause = (unsigned)atoi(argv[3]);
	n = list(argv[4], entries, 16);
	while (!ended && n) {
		const char *path = argv[6 + rand() % (argc - 6)],
			   *other = entries[(unsigned)rand() % n];

		if (renameat2(AT_FDCWD, path, AT_FDCWD, other, RENAME_EXCHANGE) == 0)
			exchanges++;
		rest(pause);
		if (rand() % 64 == 0)
			sweep(argv[5]);
		if (renameat2(AT_FDCWD, path, AT_FDCWD, other, RENAME_EXCHANGE) == 0)
			exchanges++;
		rest(pause);
	}
	printf("%s: %lu exchanges\n", argv[1], exchanges);
	return 0;
}
