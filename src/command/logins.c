/* SPDX-License-Identifier: BSD-3-Clause */
#include "logins.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "record_liveness.h"

static void login_clear(struct login *session)
{
	free(session->user);
	free(session->service);
	free(session->tty);
	free(session->from);
}

void logins_clear(struct logins *host)
{
	for (size_t i = 0; i < host->n_sessions; i++)
		login_clear(&host->sessions[i]);
	free(host->sessions);
	*host = (struct logins){0};
}

/* The time at which a process was started TICKS after boot. */
static int64_t time_of_ticks(uint64_t ticks)
{
	struct timespec now, boot;

	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	return now.tv_sec - boot.tv_sec + (int64_t)(ticks / (uint64_t)sysconf(_SC_CLK_TCK));
}

static char *user_name(uid_t uid)
{
	const struct passwd *entry = getpwuid(uid);
	char *number = NULL;

	if (entry)
		return strdup(entry->pw_name);
	return asprintf(&number, "%u", (unsigned)uid) < 0 ? NULL : number;
}

/* A copy of TEXT in *COPY; NULL where there is none. */
static bool copy_text(const char *text, char **copy)
{
	*copy = text && *text ? strdup(text) : NULL;
	return *copy || !text || !*text;
}

void logins_remove(struct logins *host, size_t index)
{
	login_clear(&host->sessions[index]);
	host->n_sessions--;
	memmove(&host->sessions[index], &host->sessions[index + 1],
		(host->n_sessions - index) * sizeof(*host->sessions));
}

int logins_add(struct logins *host, uid_t uid, pid_t leader, const char *service, const char *tty,
	       const char *from, struct error *error)
{
	uint64_t ticks = record_process_start(leader);
	struct login session = {.uid = uid, .leader = leader};
	struct login *larger;

	if (!ticks)
		return 0;
	session.since = time_of_ticks(ticks);
	session.user = user_name(uid);
	larger = reallocarray(host->sessions, host->n_sessions + 1, sizeof(*larger));
	if (larger)
		host->sessions = larger;
	if (!larger || !session.user || !copy_text(service, &session.service) ||
	    !copy_text(tty, &session.tty) || !copy_text(from, &session.from)) {
		login_clear(&session);
		return error_no_memory(error);
	}
	larger[host->n_sessions++] = session;
	return 0;
}
