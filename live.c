/* SPDX-License-Identifier: BSD-3-Clause */
#include "live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"

void live_free(struct live *live)
{
	if (!live)
		return;
	for (size_t i = 0; i < live->n_sessions; i++)
		record_free(live->sessions[i].record);
	free(live->sessions);
	tables_free(live->tables);
	free(live);
}

const char *live_policy_name(enum live_policy policy)
{
	static const char *const names[] = {[LIVE_CURRENT] = "current",
					    [LIVE_CHANGED] = "changed",
					    [LIVE_GONE] = "gone",
					    [LIVE_BROKEN] = "broken"};

	return names[policy];
}

bool live_has_isolation(const struct record *record, const struct decision *decision)
{
	return decision->isolate == record->isolate ||
	       (!decision->isolate_said && !record->isolate);
}

enum live_policy live_decide(const struct record *record, struct subject **subject,
			     struct decision *decision, struct error *error)
{
	cleanup(cleanup_free) char *rows = NULL;
	bool rules = strcmp(record->conf, "-") != 0;
	int result;

	*subject = NULL;
	*decision = (struct decision){0};
	result = subject_load(record->user, record->service, subject, error);
	if (result < 0)
		return result == -ENOENT ? LIVE_GONE : LIVE_BROKEN;
	result =
		decision_make(*subject, record->conf, rules ? NULL : record->tree, decision, error);
	if (result < 0)
		return LIVE_BROKEN;
	if (!decision->file || (*subject)->uid != record->uid) {
		error_say(error, ENOENT, "a login of %s by %s would now get the host's own tree",
			  record->user, record->service);
		return LIVE_GONE;
	}
	if (decision_parse(decision, *subject, error) < 0)
		return LIVE_BROKEN;
	rows = tree_text(decision->tree);
	return rows && strcmp(rows, record->rows) == 0 && live_has_isolation(record, decision)
		       ? LIVE_CURRENT
		       : LIVE_CHANGED;
}

static enum live_policy policy_of(const struct record *record)
{
	cleanup(cleanup_subject) struct subject *subject = NULL;
	cleanup(decision_clear) struct decision decision = {0};
	struct error ignored = {0};

	return live_decide(record, &subject, &decision, &ignored);
}

static int add_session(void *data, int directory, const char *name, struct record **record)
{
	struct live *live = data;
	struct live_session *larger;

	(void)directory;
	larger = reallocarray(live->sessions, live->n_sessions + 1, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	live->sessions = larger;
	larger += live->n_sessions++;
	*larger = (struct live_session){.record = steal_pointer(record)};
	snprintf(larger->name, sizeof(larger->name), "%s", name);
	return 0;
}

static void remove_record(const struct live_session *session)
{
	struct error ignored = {0};
	cleanup(cleanup_fd) int directory = record_directory(session->record->uid, false, &ignored);

	if (directory >= 0)
		unlinkat(directory, session->name, 0);
}

/* Whether SESSION is there; the record of one that is not is removed. */
static bool is_there(const struct live *live, struct live_session *session)
{
	const struct record *record = session->record;

	session->space = tables_find(live->tables, record->namespace);
	session->has_leader =
		record->leader_start && record_start(record->leader) == record->leader_start;
	if (!session->space && !record_is_living(record))
		remove_record(session);
	return session->space;
}

/* Keeps the sessions for which KEEP says so. */
static void filter(struct live *live,
		   bool (*keep)(const struct live *live, struct live_session *session,
				const void *data),
		   const void *data)
{
	size_t kept = 0;

	for (size_t i = 0; i < live->n_sessions; i++) {
		struct live_session *session = &live->sessions[i];

		if (keep(live, session, data))
			live->sessions[kept++] = *session;
		else
			record_free(session->record);
	}
	live->n_sessions = kept;
}

static bool keep_there(const struct live *live, struct live_session *session, const void *data)
{
	(void)data;
	return is_there(live, session);
}

static int compare(const void *left, const void *right)
{
	const struct record *one = ((const struct live_session *)left)->record;
	const struct record *other = ((const struct live_session *)right)->record;

	if (one->since != other->since)
		return one->since < other->since ? -1 : 1;
	return one->leader < other->leader ? -1 : one->leader > other->leader;
}

int live_load(struct live **live, struct error *error)
{
	cleanup(cleanup_live) struct live *made = calloc(1, sizeof(*made));
	struct error none = {0};
	int result;

	if (!made)
		return error_say(error, ENOMEM, "out of memory");
	if (geteuid() != 0)
		return error_say(error, EPERM,
				 "the sessions are root's to see: run it as root, or with sudo");
	/* The records first: of what ends in between there is then no namespace. */
	result = record_each(add_session, made, &none);
	if (result < 0 && result != -ENOENT) {
		*error = none;
		return none.number ? result : error_say(error, -result, "out of memory");
	}
	result = tables_load(&made->tables, error);
	if (result < 0)
		return result;
	filter(made, keep_there, NULL);
	if (made->n_sessions)
		qsort(made->sessions, made->n_sessions, sizeof(*made->sessions), compare);
	for (size_t i = 0; i < made->n_sessions; i++)
		made->sessions[i].policy = policy_of(made->sessions[i].record);
	*live = steal_pointer(&made);
	return 0;
}

bool live_is_first(const struct live *live, const struct live_session *session)
{
	const struct live_session *first = live->sessions;

	while (first->space != session->space)
		first++;
	return first == session;
}

static bool keep_user(const struct live *live, struct live_session *session, const void *user)
{
	(void)live;
	return strcmp(session->record->user, user) == 0;
}

static bool keep_space(const struct live *live, struct live_session *session, const void *space)
{
	(void)live;
	return session->space == space;
}

static bool is_ours(const struct live *live, const struct space *space)
{
	for (size_t i = 0; space && i < live->n_sessions; i++)
		if (live->sessions[i].space == space)
			return true;
	return false;
}

/* A namespace's id before a process's. */
static int select_number(struct live *live, const char *which, struct error *error)
{
	uint64_t number = strtoull(which, NULL, 10);
	const struct space *space = tables_find(live->tables, number);
	const struct space *entered = NULL;

	if (!is_ours(live, space) && number && number <= INT32_MAX)
		entered = tables_find_process(live->tables, (pid_t)number);
	if (is_ours(live, space) || is_ours(live, entered)) {
		filter(live, keep_space, entered ? entered : space);
		return 0;
	}
	if (space)
		return error_say(error, ENOENT, "namespace %s is not one of pam_nstree's", which);
	if (entered)
		return error_say(error, ENOENT,
				 "process %s is in namespace %ju, which is not one of pam_nstree's",
				 which, (uintmax_t)entered->id);
	return error_say(error, ENOENT,
			 "there is no namespace and no process %s: it has ended, or never was",
			 which);
}

int live_select(struct live *live, const char *which, struct error *error)
{
	cleanup(cleanup_subject) struct subject *subject = NULL;
	int result;

	if (*which && !which[strspn(which, "0123456789")])
		return select_number(live, which, error);
	filter(live, keep_user, which);
	if (live->n_sessions)
		return 0;
	result = subject_load(which, "sshd", &subject, error);
	if (result < 0)
		return result;
	return error_say(error, ENOENT, "user %s has no session in a tree of pam_nstree's", which);
}
