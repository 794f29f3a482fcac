/* SPDX-License-Identifier: BSD-3-Clause */
#include "live_sessions.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "buffer.h"
#include "cleanup.h"
#include "nametable.h"
#include "record_directory.h"
#include "source_mounts.h"

void live_sessions_free(struct live_sessions *live)
{
	if (!live)
		return;
	for (size_t i = 0; i < live->n_sessions; i++)
		record_free(live->sessions[i].record);
	free(live->sessions);
	nslist_free(live->nslist);
	free(live);
}

const char *live_sessions_policy_name(enum live_policy policy)
{
	static const char *const names[] = {[LIVE_CURRENT] = "current",
					    [LIVE_CHANGED] = "changed",
					    [LIVE_GONE] = "gone",
					    [LIVE_BROKEN] = "broken"};

	return names[policy];
}

bool live_sessions_has_isolation(const struct record *record, const struct decision *decision)
{
	cleanup(cleanup_free) char *network = network_text(&decision->network);

	if (!network || strcmp(network, record->recipe.network) != 0)
		return false;
	return decision->isolate == record->recipe.isolate ||
	       (!decision->isolate_said && !record->recipe.isolate);
}

/* The values that the tree's specifiers had when the session began. */
static int set_values(struct subject *subject, const struct recipe *recipe, struct error *error)
{
	cleanup(cleanup_free) char *text = strdup(recipe->environment ? recipe->environment : "");
	cleanup(cleanup_free) char **list = calloc(strlen(text ? text : "") + 1, sizeof(*list));
	char *rest = text, *word;
	size_t n = 0;

	if (!text || !list)
		return error_no_memory(error);
	while ((word = strsep(&rest, " ")))
		if (*word)
			list[n++] = word;
	snprintf(subject->id, sizeof(subject->id), "%s", recipe->id ? recipe->id : "");
	return subject_set_environment(subject, list, error);
}

enum live_policy live_sessions_decide(const struct record *record, struct subject **subject,
				      struct decision *decision, struct error *error)
{
	cleanup(cleanup_free) char *rows = NULL;
	bool rules = strcmp(record->recipe.conf, "-") != 0;
	int result;

	*subject = NULL;
	*decision = (struct decision){0};
	result = subject_load(record->session.user, record->session.service, subject, error);
	if (result == 0)
		result = subject_set_origin(*subject, record->session.rhost, record->session.tty,
					    error);
	if (result == 0)
		result = set_values(*subject, &record->recipe, error);
	if (result < 0)
		return result == -ENOENT ? LIVE_GONE : LIVE_BROKEN;
	/* A session that was opened by tree= was not an administrator's, or the line has everyone.
	 */
	result = decision_make(*subject, record->recipe.conf, rules ? NULL : record->recipe.tree,
			       true, decision, error);
	if (result < 0)
		return LIVE_BROKEN;
	if (!decision->file || (*subject)->uid != record->session.uid) {
		error_set(error, ENOENT, "a login of %s by %s would now get the host's own tree",
			  record->session.user, record->session.service);
		return LIVE_GONE;
	}
	if (decision_parse(decision, *subject, error) < 0)
		return LIVE_BROKEN;
	rows = tree_text(decision->tree);
	return rows && strcmp(rows, record->recipe.rows) == 0 &&
			       live_sessions_has_isolation(record, decision)
		       ? LIVE_CURRENT
		       : LIVE_CHANGED;
}

static enum live_policy find_policy_state(const struct record *record)
{
	cleanup(cleanup_subject) struct subject *subject = NULL;
	cleanup(decision_clear) struct decision decision = {0};
	struct error ignored = {0};

	return live_sessions_decide(record, &subject, &decision, &ignored);
}

/* What the answer depends on besides the rows; NULL where memory ran out. */
static char *describe_alike(const struct record *record)
{
	const char *const words[] = {record->session.user,  record->session.service,
				     record->session.rhost, record->session.tty,
				     record->recipe.conf,   record->recipe.tree,
				     record->recipe.network};
	struct buffer text = {0};
	char numbers[64];

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		buffer_add(&text, words[i] ? " =" : " -");
		buffer_add_field(&text, words[i] ? words[i] : "");
	}
	snprintf(numbers, sizeof(numbers), " %u %u", (unsigned)record->session.uid,
		 record->recipe.isolate);
	buffer_add(&text, numbers);
	return buffer_take(&text);
}

/* Of many sessions the same is asked once: whose rows are those of the last one like it. */
static int find_policy_states(struct live_sessions *live)
{
	cleanup(nametable_clear) struct nametable known = {0};
	char **names = calloc(live->n_sessions + 1, sizeof(*names));
	int result = names ? 0 : -ENOMEM;

	for (size_t i = 0; result == 0 && i < live->n_sessions; i++) {
		struct live_session *session = &live->sessions[i], *alike = NULL;
		size_t *last;

		names[i] = describe_alike(session->record);
		result = names[i] ? nametable_add(&known, names[i], i) : -ENOMEM;
		last = result == 0 ? nametable_number(&known, names[i]) : NULL;
		alike = last ? &live->sessions[*last] : NULL;
		if (alike && alike != session &&
		    strcmp(alike->record->recipe.rows, session->record->recipe.rows) == 0)
			session->policy = alike->policy;
		else
			session->policy = find_policy_state(session->record);
		if (last)
			*last = i;
	}
	for (size_t i = 0; names && i < live->n_sessions; i++)
		free(names[i]);
	free(names);
	return result;
}

/* The texts may be the same, and what is mounted another one. */
static void compare_source_mounts(struct live_sessions *live)
{
	cleanup(source_mounts_clear) struct source_mounts known = {0};

	for (size_t i = 0; i < live->n_sessions; i++) {
		struct live_session *session = &live->sessions[i];

		if (session->policy == LIVE_CURRENT &&
		    source_mounts_differ(&known, session->record->recipe.rows,
					 session->mntns->process))
			session->policy = LIVE_CHANGED;
	}
}

static int add_live_session(void *data, int directory, const char *name, struct record **record)
{
	struct live_sessions *live = data;
	struct live_session *larger;

	(void)directory;
	larger = array_grow(live->sessions, live->n_sessions, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	live->sessions = larger;
	larger += live->n_sessions++;
	*larger = (struct live_session){.record = steal_pointer(record)};
	snprintf(larger->name, sizeof(larger->name), "%s", name);
	return 0;
}

static void remove_stale_record(const struct live_session *session)
{
	struct error ignored = {0};
	cleanup(cleanup_fd) int directory =
		record_directory(session->record->session.uid, false, &ignored);

	if (directory >= 0)
		unlinkat(directory, session->name, 0);
}

/* Whether SESSION exists; the record of one that does not is removed. */
static bool is_alive(const struct live_sessions *live, struct live_session *session)
{
	const struct record *record = session->record;

	session->mntns = nslist_find(live->nslist, record->namespaces.id);
	session->has_leader =
		record->session.leader_start &&
		record_process_start(record->session.leader) == record->session.leader_start;
	if (!session->mntns && !record_is_alive(record))
		remove_stale_record(session);
	return session->mntns;
}

/* Keeps the sessions for which KEEP says so. */
static void keep_sessions(struct live_sessions *live,
			  bool (*keep)(const struct live_sessions *live,
				       struct live_session *session, const void *data),
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

static bool keep_alive(const struct live_sessions *live, struct live_session *session,
		       const void *data)
{
	(void)data;
	return is_alive(live, session);
}

/* Removes stale files that record_each() skips: unfinished ones, and those that cannot be read. */
static void prune_all_users(void)
{
	cleanup(cleanup_directory) DIR *list = opendir(RECORD_DIRECTORY);
	const struct dirent *entry;

	while (list && (entry = readdir(list))) {
		struct error ignored = {0};
		cleanup(cleanup_fd) int directory = -1;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		directory =
			record_directory((uid_t)strtoul(entry->d_name, NULL, 10), false, &ignored);
		if (directory >= 0)
			record_prune_unreadable(directory);
	}
}

static int compare_age(const void *left, const void *right)
{
	const struct record_session *one = &((const struct live_session *)left)->record->session;
	const struct record_session *other = &((const struct live_session *)right)->record->session;

	if (one->since != other->since)
		return one->since < other->since ? -1 : 1;
	return one->leader < other->leader ? -1 : one->leader > other->leader;
}

int live_sessions_load(struct live_sessions **live, struct error *error)
{
	cleanup(cleanup_live_sessions) struct live_sessions *made = calloc(1, sizeof(*made));
	struct error none = {0};
	int result;

	if (!made)
		return error_no_memory(error);
	if (geteuid() != 0)
		return error_set(error, EPERM,
				 "the sessions are root's to see: run it as root, or with sudo");
	/* The records before the namespaces: a session that ends in between has no namespace then.
	 */
	result = record_each(add_live_session, made, &none);
	if (result < 0 && result != -ENOENT) {
		*error = none;
		return none.number ? result : error_set(error, -result, "out of memory");
	}
	result = nslist_load(&made->nslist, error);
	if (result < 0)
		return result;
	keep_sessions(made, keep_alive, NULL);
	prune_all_users();
	if (made->n_sessions)
		qsort(made->sessions, made->n_sessions, sizeof(*made->sessions), compare_age);
	if (find_policy_states(made) < 0)
		return error_no_memory(error);
	compare_source_mounts(made);
	*live = steal_pointer(&made);
	return 0;
}

bool live_sessions_is_first(const struct live_sessions *live, const struct live_session *session)
{
	const struct live_session *first = live->sessions;

	while (first->mntns != session->mntns)
		first++;
	return first == session;
}

static bool keep_user(const struct live_sessions *live, struct live_session *session,
		      const void *user)
{
	(void)live;
	return strcmp(session->record->session.user, user) == 0;
}

static bool keep_namespace(const struct live_sessions *live, struct live_session *session,
			   const void *mntns)
{
	(void)live;
	return session->mntns == mntns;
}

static bool has_session(const struct live_sessions *live, const struct nslist_entry *mntns)
{
	for (size_t i = 0; mntns && i < live->n_sessions; i++)
		if (live->sessions[i].mntns == mntns)
			return true;
	return false;
}

/* A number that is both is a namespace's id, not a pid. */
static int select_number(struct live_sessions *live, const char *which, struct error *error)
{
	uint64_t number = strtoull(which, NULL, 10);
	const struct nslist_entry *mntns = nslist_find(live->nslist, number);
	const struct nslist_entry *of_process = NULL;

	if (!has_session(live, mntns) && number && number <= INT32_MAX)
		of_process = nslist_find_process(live->nslist, (pid_t)number);
	if (has_session(live, mntns) || has_session(live, of_process)) {
		keep_sessions(live, keep_namespace, of_process ? of_process : mntns);
		return 0;
	}
	if (mntns)
		return error_set(error, ENOENT, "namespace %s is not one of pam_nstree's", which);
	if (of_process)
		return error_set(error, ENOENT,
				 "process %s is in namespace %ju, which is not one of pam_nstree's",
				 which, (uintmax_t)of_process->id);
	return error_set(error, ENOENT,
			 "there is no namespace and no process %s: it has ended, or never was",
			 which);
}

int live_sessions_select(struct live_sessions *live, const char *which, struct error *error)
{
	cleanup(cleanup_subject) struct subject *subject = NULL;
	int result;

	if (*which && !which[strspn(which, "0123456789")])
		return select_number(live, which, error);
	keep_sessions(live, keep_user, which);
	if (live->n_sessions)
		return 0;
	result = subject_load(which, "sshd", &subject, error);
	if (result < 0)
		return result;
	return error_set(error, ENOENT, "user %s has no session in a tree of pam_nstree's", which);
}
