/* SPDX-License-Identifier: BSD-3-Clause */
#include "inspect_programs.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "capture.h"
#include "interpreter.h"

#define GETENT "getent"
#define GETENT_NOT_FOUND 2
#define REASON_SIZE 512

#define error(inspection, code, ...) inspection_say(inspection, SEVERITY_ERROR, code, __VA_ARGS__)
#define warn(inspection, code, ...) inspection_say(inspection, SEVERITY_WARNING, code, __VA_ARGS__)

/* Why PROGRAM, which exists, cannot be run, into REASON; TEXT is what it printed. */
static void find_reason_in_tree(const char *program, char *text, char reason[REASON_SIZE])
{
	char loader[PATH_MAX];
	struct statvfs mount;

	if (interpreter_of(program, loader) && access(loader, F_OK) < 0)
		snprintf(reason, REASON_SIZE,
			 "it is started by '%.300s', which is not in the tree: add a row, or the "
			 "link that leads there",
			 loader);
	else if (statvfs(program, &mount) == 0 && (mount.f_flag & ST_NOEXEC))
		snprintf(reason, REASON_SIZE, "its mount is noexec: leave noexec out of that row");
	else if (strstr(text, strerror(EACCES)))
		snprintf(reason, REASON_SIZE,
			 "%.300s; give it and the directories above it the mode 0755",
			 capture_last_line(text));
	else
		snprintf(reason, REASON_SIZE, "%.400s", capture_last_line(text));
}

/* Runs COMMAND, whose first word is a path that exists. Returns false, with REASON, where it does
 * not start. */
static bool starts(const struct inspection *inspection, char **command, char reason[REASON_SIZE])
{
	char text[CAPTURE_SIZE];
	int status = capture_run(inspection->env, command, text);

	if (status == -ETIMEDOUT)
		snprintf(reason, REASON_SIZE, "it had not ended after %d seconds", CAPTURE_SECONDS);
	else if (status < 0)
		snprintf(reason, REASON_SIZE, "%s", strerror(-status));
	else if (status == CAPTURE_CANNOT_RUN || status == CAPTURE_NOT_FOUND)
		find_reason_in_tree(command[0], text, reason);
	else if (status > 128)
		snprintf(reason, REASON_SIZE, "it was ended by signal %d (%s)", status - 128,
			 strsignal(status - 128));
	else
		return true;
	return false;
}

static bool is_there(const char *path)
{
	struct stat stat_;

	return stat(path, &stat_) == 0;
}

/* A tree without a trace of programs: no directory for them, nor a link to one. */
static bool has_no_programs(void)
{
	static const char *const places[] = {"/bin", "/usr", "/lib"};
	struct stat stat_;

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (lstat(places[i], &stat_) == 0)
			return false;
	return true;
}

/* For sshd's internal-sftp no file is needed in the tree. Where sshd cannot say, it is trusted. */
static bool is_for_sftp(const struct inspection *inspection)
{
	return strcmp(inspection->subject->service, "sshd") == 0 && has_no_programs() &&
	       (!inspection->sshd.known || sshd_settings_is_internal(inspection->sshd.sftp));
}

static void inspect_shell(struct inspection *inspection)
{
	const char *shell = inspection->env->shell, *user = inspection->subject->user;
	char *command[] = {(char *)(uintptr_t)shell, (char *)(uintptr_t) "-c",
			   (char *)(uintptr_t) "true", NULL};
	char reason[REASON_SIZE];

	if (is_there(shell)) {
		if (!starts(inspection, command, reason))
			error(inspection, CODE_LOGIN_SHELL,
			      "the login shell '%s' of %s does not start in the tree: %s", shell,
			      user, reason);
		return;
	}
	if (!is_for_sftp(inspection)) {
		error(inspection, CODE_LOGIN_SHELL,
		      "the login shell '%s' of %s is not in the tree: add the row or the link that "
		      "brings it; if the tree is for sftp alone, write "
		      "'ForceCommand " SSHD_SETTINGS_INTERNAL "' for %s in sshd_config(5)",
		      shell, user, user);
		return;
	}
	inspection->purpose = PURPOSE_SFTP;
	inspection_say(inspection, SEVERITY_NOTE, CODE_LOGIN_SHELL,
		       "no programs in this tree: nothing works in it but sftp, by "
		       "sshd's " SSHD_SETTINGS_INTERNAL);
}

static void inspect_git(const struct inspection *inspection)
{
	char *command[] = {(char *)(uintptr_t) "/usr/bin/git", (char *)(uintptr_t) "--version",
			   NULL};
	char reason[REASON_SIZE] = "it is not there";

	if (!is_there(command[0]) || !starts(inspection, command, reason))
		error(inspection, CODE_PROGRAM_UNUSABLE,
		      "'%s' does not start in the tree, and git-shell runs it: %s", command[0],
		      reason);
}

/* FORCED is whether sessions run nothing else. */
static void inspect_sftp_server(const struct inspection *inspection, const char *program,
				bool forced)
{
	char *command[] = {(char *)(uintptr_t)program, (char *)(uintptr_t) "-h", NULL};
	char reason[REASON_SIZE] = "it is not there";

	if (*program != '/' || (is_there(program) && starts(inspection, command, reason)))
		return;
	inspection_say(inspection, forced ? SEVERITY_ERROR : SEVERITY_WARNING, CODE_SFTP_SERVER,
		       "sftp and scp do not work in the tree: '%s' of sshd_config(5) does not "
		       "start: %s; write 'Subsystem sftp " SSHD_SETTINGS_INTERNAL "' there",
		       program, reason);
}

static void inspect_sftp(const struct inspection *inspection)
{
	const struct sshd_settings *sshd = &inspection->sshd;

	if (strstr(sshd->forced_command, "sftp-server"))
		inspect_sftp_server(inspection, sshd->forced_command, true);
	else if (!sshd->forced_command[0])
		inspect_sftp_server(inspection, sshd->sftp, false);
}

/* getent's exit status for the entry ID of DATABASE. */
static int ask_getent(const struct inspection *inspection, const char *database, unsigned id)
{
	char text[CAPTURE_SIZE], number[16];
	char *command[] = {(char *)(uintptr_t)GETENT, (char *)(uintptr_t)database, number, NULL};

	snprintf(number, sizeof(number), "%u", id);
	return capture_run(inspection->env, command, text);
}

/* By what the tree's own C library and name service know. */
static void inspect_names_by_getent(struct inspection *inspection)
{
	const struct subject *subject = inspection->subject;
	int user = ask_getent(inspection, "passwd", subject->uid);

	if (user != 0 && user != GETENT_NOT_FOUND && user != -ETIMEDOUT)
		return;
	inspection->names_known = true;
	if (user != 0)
		warn(inspection, CODE_USER_WITHOUT_NAME,
		     "uid %u, %s, has no name in the tree, and ssh and git say \"No user exists "
		     "for uid\": add rows for /etc/passwd and /etc/nsswitch.conf, or for the "
		     "socket "
		     "of its source in nsswitch.conf(5)",
		     (unsigned)subject->uid, subject->user);
	if (ask_getent(inspection, "group", subject->gid) != 0)
		warn(inspection, CODE_USER_WITHOUT_NAME,
		     "gid %u, the primary group of %s, has no name in the tree: add rows for "
		     "/etc/group and /etc/nsswitch.conf, or for the socket of its source in "
		     "nsswitch.conf(5)",
		     (unsigned)subject->gid, subject->user);
}

void inspect_programs(struct inspection *inspection)
{
	if (inspection->purpose != PURPOSE_SFTP)
		inspect_shell(inspection);
	if (inspection->purpose == PURPOSE_GIT)
		inspect_git(inspection);
	if (inspection->purpose == PURPOSE_SHELL)
		inspect_sftp(inspection);
	if (inspection->purpose != PURPOSE_SFTP)
		inspect_names_by_getent(inspection);
}
