/* SPDX-License-Identifier: BSD-3-Clause */
#include "host_sessions.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utmpx.h>

#include "cleanup.h"
#include "logind.h"

#define NO_AUDIT_ID UINT32_MAX

/* --- utmp ------------------------------------------------------------------------------------- */

static int add_utmp_entry(struct logins *host, const struct utmpx *entry, struct error *error)
{
	char user[sizeof(entry->ut_user) + 1], tty[sizeof(entry->ut_line) + 1];
	char from[sizeof(entry->ut_host) + 1];
	const struct passwd *passwd;

	if (entry->ut_type != USER_PROCESS)
		return 0;
	/* Its texts need not end with '\0'. */
	snprintf(user, sizeof(user), "%.*s", (int)sizeof(entry->ut_user), entry->ut_user);
	snprintf(tty, sizeof(tty), "%.*s", (int)sizeof(entry->ut_line), entry->ut_line);
	snprintf(from, sizeof(from), "%.*s", (int)sizeof(entry->ut_host), entry->ut_host);
	passwd = getpwnam(user);
	return passwd ? logins_add(host, passwd->pw_uid, entry->ut_pid, NULL, tty, from, error) : 0;
}

/* Returns 1, 0 where there is no utmp, or -ENOMEM. */
static int load_utmp(struct logins *host, struct error *error)
{
	const struct utmpx *entry;
	int result = 0;

	if (access(_PATH_UTMPX, F_OK) < 0)
		return 0;
	setutxent();
	while (result == 0 && (entry = getutxent()))
		result = add_utmp_entry(host, entry, error);
	endutxent();
	return result < 0 ? result : 1;
}

/* --- the kernel ------------------------------------------------------------------------------- */

/* The number in /proc/PID/NAME; NO_AUDIT_ID where there is none. */
static uint32_t audit_number(const char *pid, const char *name)
{
	cleanup(cleanup_file) FILE *file = NULL;
	char path[64];
	uint32_t number;

	snprintf(path, sizeof(path), "/proc/%.20s/%s", pid, name);
	file = fopen(path, "re");
	return file && fscanf(file, "%" SCNu32, &number) == 1 ? number : NO_AUDIT_ID;
}

/* The process that was started first in each audit session. */
struct audit_session {
	uint32_t id;
	uid_t uid;
	pid_t leader;
	uint64_t started;
};

struct audit_sessions {
	struct audit_session *sessions;
	size_t n_sessions;
};

static void audit_sessions_clear(struct audit_sessions *audit)
{
	free(audit->sessions);
}

static int add_audit_process(struct audit_sessions *audit, const char *pid, struct error *error)
{
	struct audit_session found = {.id = audit_number(pid, "sessionid"),
				      .uid = audit_number(pid, "loginuid"),
				      .leader = (pid_t)strtol(pid, NULL, 10)};
	struct audit_session *larger;

	if (found.id == NO_AUDIT_ID || found.uid == NO_AUDIT_ID)
		return 0;
	found.started = record_process_start(found.leader);
	if (!found.started)
		return 0;
	for (size_t i = 0; i < audit->n_sessions; i++) {
		if (audit->sessions[i].id != found.id)
			continue;
		if (found.started < audit->sessions[i].started)
			audit->sessions[i] = found;
		return 0;
	}
	larger = reallocarray(audit->sessions, audit->n_sessions + 1, sizeof(*larger));
	if (!larger)
		return error_no_memory(error);
	audit->sessions = larger;
	larger[audit->n_sessions++] = found;
	return 0;
}

static int load_audit(struct logins *host, struct error *error)
{
	cleanup(audit_sessions_clear) struct audit_sessions audit = {0};
	cleanup(cleanup_directory) DIR *proc = opendir("/proc");
	const struct dirent *entry;
	int result = 0;

	while (result == 0 && proc && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]))
			result = add_audit_process(&audit, entry->d_name, error);
	for (size_t i = 0; result == 0 && i < audit.n_sessions; i++)
		result = logins_add(host, audit.sessions[i].uid, audit.sessions[i].leader, NULL,
				    NULL, NULL, error);
	return result;
}

/* --- all of them ------------------------------------------------------------------------------ */

/* Whether LEADER opened a session of LIVE, or is in its namespace. */
static bool is_in_tree(const struct live_sessions *live, pid_t leader)
{
	const struct nslist_entry *mntns = nslist_find_process(live->nslist, leader);

	for (size_t i = 0; i < live->n_sessions; i++)
		if ((mntns && live->sessions[i].mntns == mntns) ||
		    (live->sessions[i].has_leader &&
		     live->sessions[i].record->session.leader == leader))
			return true;
	return false;
}

static void drop_sessions_in_trees(const struct live_sessions *live, struct logins *host)
{
	for (size_t i = host->n_sessions; i-- > 0;)
		if (is_in_tree(live, host->sessions[i].leader))
			logins_remove(host, i);
}

static int compare_since(const void *a, const void *b)
{
	const struct login *one = a, *other = b;

	return one->since < other->since ? -1 : one->since > other->since;
}

static int load_sessions(struct logins *host, struct error *error)
{
	int result;

	host->source = "logind";
	result = logind_load(host, error);
	if (result != 0)
		return result;
	host->source = "utmp";
	result = load_utmp(host, error);
	if (result != 0)
		return result;
	host->source = "audit";
	return load_audit(host, error);
}

int host_sessions_load(const struct live_sessions *live, struct logins *host, struct error *error)
{
	int result;

	*host = (struct logins){0};
	result = load_sessions(host, error);
	if (result < 0)
		return result;
	drop_sessions_in_trees(live, host);
	if (host->n_sessions)
		qsort(host->sessions, host->n_sessions, sizeof(*host->sessions), compare_since);
	return 0;
}
