/* SPDX-License-Identifier: BSD-3-Clause */
#include "refresh.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "isolate.h"
#include "live_mount.h"
#include "live_sessions.h"
#include "live_sources.h"
#include "printable.h"
#include "share.h"
#include "treediff.h"

/* The refresh of one namespace: what was changed, and what failed. */
struct refresh {
	const struct live_sessions *live;
	const struct live_session *first; /* of the sessions in it */
	json_t *mounted, *removed, *left_out, *failed;
};

static void refresh_clear(struct refresh *refresh)
{
	json_decref(refresh->mounted);
	json_decref(refresh->removed);
	json_decref(refresh->left_out);
	json_decref(refresh->failed);
}

/* TARGET is NULL for a failure that is not of a single row. */
static void add_failed(struct refresh *refresh, const char *target, const char *message)
{
	json_array_append_new(refresh->failed,
			      json_pack("{s:o, s:o}", "target",
					target ? printable_json(target) : json_null(), "message",
					printable_json(message)));
}

static void add_error(struct refresh *refresh, const char *target, const struct error *error)
{
	char text[ERROR_TEXT_SIZE];

	add_failed(refresh, target, error_text(error, text));
}

/* Whether the failure of CHANGE only follows from its counterpart's, which is reported. */
static bool is_reported(const struct live_mount *change)
{
	const struct live_mount *other = change->other;

	if (!other || other->result != LIVE_MOUNT_FAILED)
		return false;
	return change->row ? other->error.number != ECANCELED : change->error.number == ECANCELED;
}

static void add_changes(struct refresh *refresh, const struct treediff *diff)
{
	for (size_t i = 0; i < diff->n_changes; i++) {
		const struct live_mount *change = &diff->changes[i];

		if (change->result == LIVE_MOUNT_DONE)
			json_array_append_new(change->row ? refresh->mounted : refresh->removed,
					      printable_json(change->target));
		else if (change->result == LIVE_MOUNT_LEFT_OUT)
			json_array_append_new(refresh->left_out, printable_json(change->target));
		else if (change->result == LIVE_MOUNT_FAILED && !is_reported(change))
			add_error(refresh, change->target, &change->error);
	}
}

static bool is_reported_of_old(const struct treediff *diff, const char *target)
{
	for (size_t i = 0; i < diff->n_old; i++)
		if (diff->old[i].reason && strcmp(diff->old[i].target, target) == 0)
			return true;
	return false;
}

/* Rows that cannot be changed in a live session. */
static void add_unchangeable(struct refresh *refresh, const struct treediff *diff)
{
	for (size_t i = 0; i < diff->n_old; i++)
		if (diff->old[i].reason)
			add_failed(refresh, diff->old[i].target, diff->old[i].reason);
	for (size_t i = 0; i < diff->n_new; i++)
		if (diff->new[i].reason && !is_reported_of_old(diff, diff->new[i].target))
			add_failed(refresh, diff->new[i].target, diff->new[i].reason);
}

/* The namespace of a live session: by its handle, or through a process that is in it. */
static int open_namespace(const struct live_session *session, struct error *error)
{
	int fd = session->record->namespaces.mount.type
			 ? nshandle_open(&session->record->namespaces.mount)
			 : -ENOENT;

	if (fd < 0)
		fd = nslist_open(session->mntns);
	if (fd < 0)
		return error_set(error, -fd, "the session has ended");
	return fd;
}

/*
 * Another namespace of the session's, where it has one (WANTED); NAME is the one in /proc. Without
 * a handle the leader tells, who is root's. Returns -1 where there is none.
 */
static int open_isolated(const struct live_session *session, bool wanted,
			 const struct nshandle *handle, const char *name, struct error *error)
{
	char path[64];
	int fd = -ENOENT;

	if (!wanted)
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)session->record->session.leader, name);
	if (handle->type)
		fd = nshandle_open(handle);
	else if (session->has_leader && (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		fd = -errno;
	if (fd < 0)
		error_set(error, -fd, "the session's namespace '%s' cannot be entered: %s", name,
			  strerror(-fd));
	return fd;
}

static int change_rows(const struct live_session *session, const struct subject *subject,
		       struct treediff *diff, struct error *error)
{
	cleanup(cleanup_mountlist) struct mountlist *mounts = NULL;
	cleanup(cleanup_fd) int mount = open_namespace(session, error);
	const struct record *record = session->record;
	cleanup(cleanup_fd) int pid =
		open_isolated(session, record->recipe.isolate & ISOLATE_PID,
			      &record->namespaces.pid, "pid_for_children", error);
	cleanup(cleanup_fd) int ipc = open_isolated(session, record->recipe.isolate & ISOLATE_IPC,
						    &record->namespaces.ipc, "ipc", error);
	cleanup(cleanup_fd) int net =
		open_isolated(session, strncmp(record->recipe.network, "net=", 4) == 0,
			      &record->namespaces.net, "net", error);
	struct live_namespace ns = {.mount = mount,
				    .pid = pid,
				    .ipc = ipc,
				    .net = net,
				    .sockets_fixed = record->recipe.isolate & ISOLATE_SOCKET,
				    .subject = subject};
	int result;

	if (error->number)
		return -error->number;
	result = mountlist_load(session->mntns->id, session->mntns->process, &mounts, error);
	ns.mounts = mounts;
	return result < 0 ? result : live_mount_rows(&ns, diff->changes, diff->n_changes, error);
}

/* New contents of the records of a namespace's sessions. */
struct update {
	uint64_t namespace;
	char *rows;
	const struct tree *tree; /* NULL where a part of it could not be mounted */
	struct error *error;
};

static struct record updated_record(const struct update *update, const struct record *record)
{
	struct record changed = *record;

	changed.recipe.rows = update->rows;
	changed.recipe.tree = update->tree ? update->tree->name : record->recipe.tree;
	changed.recipe.file = update->tree ? update->tree->file : record->recipe.file;
	return changed;
}

static int update_record(void *data, int directory, const char *name, struct record **record)
{
	const struct update *update = data;
	struct record written = updated_record(update, *record);

	if ((*record)->namespaces.id != update->namespace)
		return 0;
	return record_write(directory, name, &written, update->error);
}

/*
 * The record by which later sessions join, which they do where the whole of the tree is there. Else
 * its key is one that no file has (those end in a newline), and a later refresh may make it whole.
 */
static int update_shared(const struct update *update, const struct record *shared, char *key,
			 int directory, struct error *error)
{
	struct record written = updated_record(update, shared);
	char none[64];

	snprintf(none, sizeof(none), "namespace %" PRIu64, shared->namespaces.id);
	written.recipe.key = update->tree ? key : none;
	return share_put(directory, &written, error);
}

static int update_records(const struct record *first, const struct tree *tree, char *key,
			  const struct treediff *diff, int directory, const struct record *shared,
			  struct error *error)
{
	cleanup(cleanup_free) char *whole = tree_text(tree);
	cleanup(cleanup_free) char *rows = treediff_rows(diff);
	struct update update = {first->namespaces.id, rows, NULL, error};
	int result = 0;

	if (!whole || !rows || !key)
		return error_no_memory(error);
	if (strcmp(rows, whole) == 0)
		update.tree = tree;
	/* Also of sessions that have joined since the records were read. */
	if (strcmp(rows, first->recipe.rows) != 0 ||
	    (update.tree && strcmp(tree->name, first->recipe.tree) != 0))
		result = record_each(update_record, &update, error);
	return result == 0 && shared ? update_shared(&update, shared, key, directory, error)
				     : result;
}

/* The difference between what the session has mounted and what a login would mount now. */
static int compare_rows(const struct live_session *session, const struct tree *tree,
			struct treediff **diff, struct error *error)
{
	cleanup(cleanup_free) bool *moved = calloc(tree->n_rows, sizeof(*moved));
	cleanup(cleanup_fd) int mntns = -1;
	int result;

	if (!moved)
		return error_no_memory(error);
	result = mntns = open_namespace(session, error);
	if (result >= 0)
		result = live_sources_compare(mntns, tree, moved, error);
	return result < 0 ? result
			  : treediff_make(session->record->recipe.rows, tree, moved, diff, error);
}

static int change_namespace(struct refresh *refresh, const struct subject *subject,
			    const struct decision *decision, int directory, struct error *error)
{
	const struct live_session *session = refresh->first;
	cleanup(cleanup_record) struct record *shared = NULL;
	cleanup(cleanup_treediff) struct treediff *diff = NULL;
	cleanup(cleanup_free) char *key = tree_file_key(decision->file, subject);
	struct error ignored = {0};
	int result = compare_rows(session, decision->tree, &diff, error);

	if (result < 0)
		return result;
	if (diff->stop) {
		add_failed(refresh, diff->stop->target, diff->stop->reason);
		return 0;
	}
	add_unchangeable(refresh, diff);
	/* If this process is killed now, no session joins a namespace that differs from its record.
	 */
	shared = share_take(directory, session->record->namespaces.id);
	result = change_rows(session, subject, diff, error);
	if (result == 0)
		add_changes(refresh, diff);
	if (result == 0)
		return update_records(session->record, decision->tree, key, diff, directory, shared,
				      error);
	if (shared)
		share_put(directory, shared, &ignored);
	return result;
}

/* Under the lock that also serializes the start of the user's sessions. */
static int change_locked(struct refresh *refresh, const struct subject *subject,
			 const struct decision *decision, struct error *error)
{
	const struct live_session *session = refresh->first;
	cleanup(cleanup_fd) int directory =
		record_directory(session->record->session.uid, false, error);
	cleanup(cleanup_record) struct record *again = NULL;
	int result = directory < 0 ? directory : share_lock(directory, error);

	if (result < 0)
		return result;
	result = record_read(directory, session->name, &again, error);
	if (result == 0 && strcmp(again->recipe.rows, session->record->recipe.rows) != 0)
		result = error_set(error, EAGAIN, "it was refreshed a moment ago; look again");
	if (result == 0)
		result = change_namespace(refresh, subject, decision, directory, error);
	share_unlock(directory);
	return result;
}

static void add_isolation_change(struct refresh *refresh, const struct decision *decision)
{
	char was[ISOLATE_TEXT_SIZE], is[ISOLATE_TEXT_SIZE], message[256];
	unsigned isolate = refresh->first->record->recipe.isolate;
	const char *before = refresh->first->record->recipe.network;
	cleanup(cleanup_free) char *network = network_text(&decision->network);

	if (live_sessions_has_isolation(refresh->first->record, decision))
		return;
	snprintf(message, sizeof(message),
		 "the isolation is %s%s%s now, and was %s%s%s when the session began; it takes a "
		 "new "
		 "login",
		 isolate_text(decision->isolate, is), network && *network ? " " : "",
		 network ? network : "", isolate_text(isolate, was), *before ? " " : "", before);
	add_failed(refresh, NULL, message);
}

/* Sessions of several services may share a namespace but have different trees now. */
static bool is_agreed(const struct refresh *refresh, const struct decision *decision)
{
	cleanup(cleanup_free) char *text = tree_text(decision->tree);

	for (size_t i = 0; text && i < refresh->live->n_sessions; i++) {
		const struct live_session *session = &refresh->live->sessions[i];
		cleanup(cleanup_subject) struct subject *subject = NULL;
		cleanup(decision_clear) struct decision other = {0};
		cleanup(cleanup_free) char *rows = NULL;
		struct error ignored = {0};

		if (session->mntns != refresh->first->mntns || session == refresh->first)
			continue;
		if (live_sessions_decide(session->record, &subject, &other, &ignored) >
		    LIVE_CHANGED)
			return false;
		rows = tree_text(other.tree);
		if (!rows || strcmp(rows, text) != 0)
			return false;
	}
	return text;
}

static void refresh_namespace(struct refresh *refresh)
{
	cleanup(cleanup_subject) struct subject *subject = NULL;
	cleanup(decision_clear) struct decision decision = {0};
	struct error error = {0};
	enum live_policy policy =
		live_sessions_decide(refresh->first->record, &subject, &decision, &error);

	if (policy == LIVE_GONE || policy == LIVE_BROKEN) {
		add_error(refresh, NULL, &error);
		return;
	}
	add_isolation_change(refresh, &decision);
	if (!is_agreed(refresh, &decision))
		add_failed(refresh, NULL,
			   "the sessions that share it would get different trees by now; they take "
			   "new logins");
	else if (change_locked(refresh, subject, &decision, &error) < 0)
		add_error(refresh, NULL, &error);
}

static void print_targets(const char *what, const json_t *targets)
{
	for (size_t i = 0; i < json_array_size(targets); i++) {
		printf("  %-9s ", what);
		printable_text(stdout, json_string_value(json_array_get(targets, i)));
		putchar('\n');
	}
}

static void print_refresh(const struct refresh *refresh, bool color)
{
	const struct record *record = refresh->first->record;
	bool nothing = !json_array_size(refresh->mounted) && !json_array_size(refresh->removed) &&
		       !json_array_size(refresh->left_out) && !json_array_size(refresh->failed);

	printable_text(stdout, record->session.user);
	printf(", namespace %" PRIu64 ":%s\n", record->namespaces.id,
	       nothing ? " nothing to do" : "");
	print_targets("removed", refresh->removed);
	print_targets("mounted", refresh->mounted);
	print_targets("left out", refresh->left_out);
	for (size_t i = 0; i < json_array_size(refresh->failed); i++) {
		const json_t *failed = json_array_get(refresh->failed, i);
		const char *target = json_string_value(json_object_get(failed, "target"));

		printable_color(stdout, color, PRINTABLE_RED);
		fputs("  failed", stdout);
		printable_color(stdout, color, PRINTABLE_PLAIN);
		fputs("    ", stdout);
		printable_text(stdout, target ? target : "");
		fputs(target ? ": " : "", stdout);
		printable_text(stdout, json_string_value(json_object_get(failed, "message")));
		putchar('\n');
	}
}

static json_t *refresh_json(const struct refresh *refresh)
{
	const struct record *record = refresh->first->record;

	return json_pack("{s:I, s:o, s:O, s:O, s:O, s:O}", "namespace",
			 (json_int_t)record->namespaces.id, "user",
			 printable_json(record->session.user), "mounted", refresh->mounted,
			 "removed", refresh->removed, "left_out", refresh->left_out, "failed",
			 refresh->failed);
}

int refresh_sessions(const char *which, bool json, bool color, struct error *error)
{
	cleanup(cleanup_live_sessions) struct live_sessions *live = NULL;
	json_t *namespaces = NULL;
	bool failed = false;
	int result = live_sessions_load(&live, error);

	if (result == 0 && which)
		result = live_sessions_select(live, which, error);
	if (result < 0)
		return result;
	namespaces = json_array();
	for (size_t i = 0; i < live->n_sessions; i++) {
		cleanup(refresh_clear) struct refresh refresh = {live,	       &live->sessions[i],
								 json_array(), json_array(),
								 json_array(), json_array()};

		if (!live_sessions_is_first(live, refresh.first))
			continue;
		refresh_namespace(&refresh);
		failed |= json_array_size(refresh.failed) > 0;
		if (json)
			json_array_append_new(namespaces, refresh_json(&refresh));
		else
			print_refresh(&refresh, color);
	}
	if (json)
		result = printable_print_json(json_pack("{s:o}", "namespaces", namespaces), stdout,
					      error);
	else
		json_decref(namespaces);
	return result < 0 ? result : failed;
}
