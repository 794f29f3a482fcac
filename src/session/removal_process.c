/* SPDX-License-Identifier: BSD-3-Clause */
#include "removal_process.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "cleanup.h"
#include "inhabitant.h"
#include "removal_list.h"
#include "removal_sweep.h"

#define LOOK_MILLISECONDS 5000
#define PAUSE_NANOSECONDS 50000000

static void log_left(const struct error *error)
{
	char text[ERROR_TEXT_SIZE];

	snprintf(text, sizeof(text), "%s", error->words);
	error_mask_controls(text);
	syslog(LOG_AUTHPRIV | LOG_WARNING, "%s", text);
}

/* --- waiting -------------------------------------------------------------------------------------
 */

/*
 * Until process PID has ended, or left the namespace, which is looked at now and then. Not longer
 * than that where it is not to be in it (NAMESPACE 0).
 */
static void wait_for_process(pid_t pid, uint64_t namespace)
{
	cleanup(cleanup_fd) int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	while (pidfd >= 0 && !child_ends_within(pidfd, LOOK_MILLISECONDS))
		if (!namespace || !inhabitant_is_in(pid, namespace))
			return;
}

/* Until the session of ENTRY may be over. */
static void wait_for_session(const struct removal_entry *entry)
{
	const pid_t pid = entry->namespace ? inhabitant_find(entry->namespace) : 0;
	const struct timespec pause = {.tv_sec = pid < 0 ? LOOK_MILLISECONDS / 1000 : 0,
				       .tv_nsec = PAUSE_NANOSECONDS};

	if (pid > 0)
		wait_for_process(pid, entry->namespace);
	else if (pid == 0 && entry->leader)
		wait_for_process(entry->leader, 0);
	/* A process that begins others and ends must not keep this one busy. */
	nanosleep(&pause, NULL);
}

/* --- its own entries -----------------------------------------------------------------------------
 */

/* The name of the next entry of this process after AFTER, in the order of the names. */
static bool next_own(int list, const char *boot, char name[REMOVAL_NAME_SIZE])
{
	cleanup(cleanup_directory) DIR *names = runfile_list(list);
	char own[REMOVAL_NAME_SIZE], next[REMOVAL_NAME_SIZE] = "";
	const struct dirent *each;

	removal_list_name(own, boot, getpid(), "", 0);
	*strrchr(own, '.') = '\0';
	while (names && (each = readdir(names)))
		if (strncmp(each->d_name, own, strlen(own)) == 0 &&
		    strcmp(each->d_name, name) > 0 && (!*next || strcmp(each->d_name, next) < 0))
			snprintf(next, sizeof(next), "%.63s", each->d_name);
	strcpy(name, next);
	return *next;
}

/* From now on only processes in the namespace count. */
static void mark_complete(int list, const char *boot)
{
	char name[REMOVAL_NAME_SIZE] = "";

	while (next_own(list, boot, name)) {
		cleanup(removal_entry_clear) struct removal_entry entry = {0};
		struct error ignored = {0};

		if (removal_list_read(list, name, &entry, &ignored) < 0 || !entry.namespace)
			continue;
		entry.leader = 0;
		entry.leader_start = 0;
		removal_list_write(list, name, &entry, false, &ignored);
	}
}

static void take_own_away(int list, const char *boot, char name[REMOVAL_NAME_SIZE])
{
	for (;;) {
		cleanup(removal_entry_clear) struct removal_entry entry = {0};
		struct error error = {0};
		int result = removal_take_away(list, name, boot, &error);

		if (result < 0)
			log_left(&error);
		if (result <= 0 || removal_list_read(list, name, &entry, &error) < 0)
			return;
		wait_for_session(&entry);
	}
}

/* Others' entries may come to this process while it takes away its own. */
static void take_all_away(int list, const char *boot)
{
	char name[REMOVAL_NAME_SIZE] = "", kept[REMOVAL_NAME_SIZE];

	while (next_own(list, boot, name)) {
		strcpy(kept, name);
		take_own_away(list, boot, kept);
		name[0] = '\0';
	}
}

/* --- the process ---------------------------------------------------------------------------------
 */

/* In a copy of the application's memory, with nothing else of it. A service manager that ends the
 * session's processes sends signals to this one, too: it ends with the last of them. */
static void leave_application(int kept)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	signal(SIGCHLD, SIG_DFL);
	setsid();
	prctl(PR_SET_NAME, "nstree-remove");
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	umask(077);
	closelog();
	if (chdir("/") < 0 || (kept >= 0 && dup2(kept, STDIN_FILENO) < 0))
		_exit(1);
	syscall(SYS_close_range, kept >= 0 ? 1 : 0, UINT_MAX, 0);
	openlog("pam_nstree", 0, LOG_AUTHPRIV);
}

static _Noreturn void run_session_process(int socket)
{
	struct error error = {0};
	char boot[REMOVAL_BOOT_SIZE], byte;
	pid_t pid = getpid();
	bool complete;
	int list;

	leave_application(socket);
	if (send(STDIN_FILENO, &pid, sizeof(pid), MSG_NOSIGNAL) != sizeof(pid))
		_exit(1);
	complete = recv(STDIN_FILENO, &byte, 1, 0) == 1;
	list = removal_list_open(false, &error);
	if (list < 0 || removal_list_boot(boot, &error) < 0)
		_exit(1);
	if (complete)
		mark_complete(list, boot);
	take_all_away(list, boot);
	_exit(0);
}

static _Noreturn void run_sweep_process(int unused)
{
	struct error error = {0};

	leave_application(unused);
	removal_sweep(false, log_left, &error);
	_exit(0);
}

/* By an intermediate process, so that the application gets no child: it is reparented to init. */
static int start_detached(void (*run)(int socket), int socket)
{
	int pidfd = -1;
	pid_t pid = child_start(0, &pidfd);

	if (pid == 0) {
		if (child_start(0, &pidfd) == 0)
			run(socket);
		_exit(0);
	}
	if (pid < 0)
		return -errno;
	close(pidfd);
	while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
		;
	return 0;
}

static int receive_pid(int socket, pid_t *pid)
{
	ssize_t got;

	do
		got = recv(socket, pid, sizeof(*pid), 0);
	while (got < 0 && errno == EINTR);
	return got == sizeof(*pid) ? 0 : -ECHILD;
}

int removal_process_start(pid_t *pid, struct error *error)
{
	cleanup(cleanup_fd) int own = -1;
	int ends[2], result;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return error_set(error, errno, "socketpair: %m");
	own = ends[0];
	result = start_detached(run_session_process, ends[1]);
	close(ends[1]);
	if (result == 0)
		result = receive_pid(own, pid);
	if (result < 0)
		return error_set(error, -result, "a process cannot be made: %s", strerror(-result));
	return steal_fd(&own);
}

void removal_process_sweep(void)
{
	start_detached(run_sweep_process, -1);
}
