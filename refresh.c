/* SPDX-License-Identifier: BSD-3-Clause */
#include "refresh.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "graft.h"
#include "live.h"
#include "plan.h"
#include "screen.h"
#include "share.h"

/* One namespace's refresh: what was done and what could not be. */
struct refresh {
	const struct live *live;
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

/* TARGET is NULL for what is no single row's. */
static void say_failed(struct refresh *refresh, const char *target, const char *message)
{
	json_array_append_new(refresh->failed, json_pack("{s:o, s:o}", "target",
							 target ? screen_json(target) : json_null(),
							 "message", screen_json(message)));
}

static void say_error(struct refresh *refresh, const char *target, const struct error *error)
{
	char text[ERROR_TEXT_SIZE];

	say_failed(refresh, target, error_text(error, text));
}

/* A row whose other half failed for a reason of its own has said enough. */
static bool is_said(const struct graft *graft)
{
	const struct graft *other = graft->other;

	if (!other || other->end != GRAFT_FAILED)
		return false;
	return graft->row ? other->error.number != ECANCELED : graft->error.number == ECANCELED;
}

static void say_grafts(struct refresh *refresh, const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_grafts; i++) {
		const struct graft *graft = &plan->grafts[i];

		if (graft->end == GRAFT_DONE)
			json_array_append_new(graft->row ? refresh->mounted : refresh->removed,
					      screen_json(graft->target));
		else if (graft->end == GRAFT_LEFT_OUT)
			json_array_append_new(refresh->left_out, screen_json(graft->target));
		else if (!is_said(graft))
			say_error(refresh, graft->target, &graft->error);
	}
}

static bool is_said_of_old(const struct plan *plan, const char *target)
{
	for (size_t i = 0; i < plan->n_old; i++)
		if (plan->old[i].stays && strcmp(plan->old[i].target, target) == 0)
			return true;
	return false;
}

/* What was not even tried. */
static void say_plan(struct refresh *refresh, const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_old; i++)
		if (plan->old[i].stays)
			say_failed(refresh, plan->old[i].target, plan->old[i].stays);
	for (size_t i = 0; i < plan->n_new; i++)
		if (plan->new[i].stays && !is_said_of_old(plan, plan->new[i].target))
			say_failed(refresh, plan->new[i].target, plan->new[i].stays);
}

/* The namespace of a living session: by its handle, or by way of a process that is in it. */
static int open_namespace(const struct live_session *session, struct error *error)
{
	int fd = session->record->mount.type ? handle_open(&session->record->mount) : -ENOENT;

	if (fd < 0)
		fd = tables_open(session->space);
	if (fd < 0)
		return error_say(error, -fd, "the session has ended");
	return fd;
}

/*
 * Another namespace of the session's, which the word WORD of isolate= gave it; NAME is the one in
 * /proc. Without a handle the leader tells, who is root's. Returns -1 where there is none.
 */
static int open_isolated(const struct live_session *session, unsigned word,
			 const struct handle *handle, const char *name, struct error *error)
{
	char path[64];
	int fd = -ENOENT;

	if (!(session->record->isolate & word))
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)session->record->leader, name);
	if (handle->type)
		fd = handle_open(handle);
	else if (session->has_leader && (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		fd = -errno;
	if (fd < 0)
		error_say(error, -fd, "the session's namespace '%s' cannot be entered: %s", name,
			  strerror(-fd));
	return fd;
}

static int graft(const struct live_session *session, const struct subject *subject,
		 const char *file, struct plan *plan, struct error *error)
{
	cleanup(cleanup_mounts) struct mounts *mounts = NULL;
	cleanup(cleanup_fd) int mount = open_namespace(session, error);
	cleanup(cleanup_fd) int pid = open_isolated(session, ISOLATE_PID, &session->record->pid,
						    "pid_for_children", error);
	cleanup(cleanup_fd) int ipc =
		open_isolated(session, ISOLATE_IPC, &session->record->ipc, "ipc", error);
	struct stock stock = {.mount = mount,
			      .pid = pid,
			      .ipc = ipc,
			      .sockets_fixed = session->record->isolate & ISOLATE_SOCKET,
			      .subject = subject,
			      .file = file};
	int result;

	if (error->number)
		return -error->number;
	result = mounts_load(session->space, &mounts, error);
	stock.mounts = mounts;
	return result < 0 ? result : graft_rows(&stock, plan->grafts, plan->n_grafts, error);
}

/* What the records of a namespace's sessions are to say by now. */
struct update {
	uint64_t namespace;
	char *rows;
	const struct tree *tree; /* NULL where they have not all of it */
	struct error *error;
};

static struct record updated(const struct update *update, const struct record *record)
{
	struct record changed = *record;

	changed.rows = update->rows;
	changed.tree = update->tree ? update->tree->name : record->tree;
	changed.file = update->tree ? update->tree->file : record->file;
	return changed;
}

static int update_record(void *data, int directory, const char *name, struct record **record)
{
	const struct update *update = data;
	struct record written = updated(update, *record);

	if ((*record)->namespace != update->namespace)
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
	struct record written = updated(update, shared);
	char none[64];

	snprintf(none, sizeof(none), "namespace %" PRIu64, shared->namespace);
	written.key = update->tree ? key : none;
	return share_put(directory, &written, error);
}

static int update_records(const struct record *first, const struct tree *tree, char *key,
			  const struct plan *plan, int directory, const struct record *shared,
			  struct error *error)
{
	cleanup(cleanup_free) char *whole = tree_text(tree);
	cleanup(cleanup_free) char *rows = plan_rows(plan);
	struct update update = {first->namespace, rows, NULL, error};
	int result = 0;

	if (!whole || !rows || !key)
		return error_say(error, ENOMEM, "out of memory");
	if (strcmp(rows, whole) == 0)
		update.tree = tree;
	/* Of those as well that have joined since the records were read. */
	if (strcmp(rows, first->rows) != 0 || (update.tree && strcmp(tree->name, first->tree) != 0))
		result = record_each(update_record, &update, error);
	return result == 0 && shared ? update_shared(&update, shared, key, directory, error)
				     : result;
}

static int change(struct refresh *refresh, const struct subject *subject,
		  const struct decision *decision, int directory, struct error *error)
{
	const struct live_session *session = refresh->first;
	cleanup(cleanup_record) struct record *shared = NULL;
	cleanup(cleanup_plan) struct plan *plan = NULL;
	cleanup(cleanup_free) char *key = tree_file_key(decision->file, subject);
	struct error ignored = {0};
	int result = plan_make(session->record->rows, decision->tree, &plan, error);

	if (result < 0)
		return result;
	if (plan->stop) {
		say_failed(refresh, plan->stop->target, plan->stop->stays);
		return 0;
	}
	say_plan(refresh, plan);
	/* Should this be killed half way, nobody joins a namespace that is not what it says. */
	shared = share_take(directory, session->record->namespace);
	result = graft(session, subject, decision->tree->file, plan, error);
	if (result == 0)
		say_grafts(refresh, plan);
	if (result == 0)
		return update_records(session->record, decision->tree, key, plan, directory, shared,
				      error);
	if (shared)
		share_put(directory, shared, &ignored);
	return result;
}

/* One at a time, and while no other session of the user's begins. */
static int change_locked(struct refresh *refresh, const struct subject *subject,
			 const struct decision *decision, struct error *error)
{
	const struct live_session *session = refresh->first;
	cleanup(cleanup_fd) int directory = record_directory(session->record->uid, false, error);
	cleanup(cleanup_record) struct record *again = NULL;
	int result = directory < 0 ? directory : share_lock(directory, error);

	if (result < 0)
		return result;
	result = record_read(directory, session->name, &again, error);
	if (result == 0 && strcmp(again->rows, session->record->rows) != 0)
		result = error_say(error, EAGAIN, "it was refreshed a moment ago; look again");
	if (result == 0)
		result = change(refresh, subject, decision, directory, error);
	share_unlock(directory);
	return result;
}

static void say_isolation(struct refresh *refresh, const struct decision *decision)
{
	char was[ISOLATE_TEXT_SIZE], is[ISOLATE_TEXT_SIZE], message[256];
	unsigned isolate = refresh->first->record->isolate;

	if (live_has_isolation(refresh->first->record, decision))
		return;
	snprintf(message, sizeof(message),
		 "the isolation is %s now, and was %s when the session began; it takes a new login",
		 isolate_text(decision->isolate, is), isolate_text(isolate, was));
	say_failed(refresh, NULL, message);
}

/* Sessions of several services may share a namespace, and get different trees by now. */
static bool is_agreed(const struct refresh *refresh, const struct decision *decision)
{
	cleanup(cleanup_free) char *text = tree_text(decision->tree);

	for (size_t i = 0; text && i < refresh->live->n_sessions; i++) {
		const struct live_session *session = &refresh->live->sessions[i];
		cleanup(cleanup_subject) struct subject *subject = NULL;
		cleanup(decision_clear) struct decision other = {0};
		cleanup(cleanup_free) char *rows = NULL;
		struct error ignored = {0};

		if (session->space != refresh->first->space || session == refresh->first)
			continue;
		if (live_decide(session->record, &subject, &other, &ignored) > LIVE_CHANGED)
			return false;
		rows = tree_text(other.tree);
		if (!rows || strcmp(rows, text) != 0)
			return false;
	}
	return text;
}

static void refresh_space(struct refresh *refresh)
{
	cleanup(cleanup_subject) struct subject *subject = NULL;
	cleanup(decision_clear) struct decision decision = {0};
	struct error error = {0};
	enum live_policy policy = live_decide(refresh->first->record, &subject, &decision, &error);

	if (policy == LIVE_GONE || policy == LIVE_BROKEN) {
		say_error(refresh, NULL, &error);
		return;
	}
	say_isolation(refresh, &decision);
	if (!is_agreed(refresh, &decision))
		say_failed(refresh, NULL,
			   "the sessions that share it would get different trees by now; they take "
			   "new logins");
	else if (change_locked(refresh, subject, &decision, &error) < 0)
		say_error(refresh, NULL, &error);
}

static void print_targets(const char *what, const json_t *targets)
{
	for (size_t i = 0; i < json_array_size(targets); i++) {
		printf("  %-9s ", what);
		screen_text(stdout, json_string_value(json_array_get(targets, i)));
		putchar('\n');
	}
}

static void print_refresh(const struct refresh *refresh, bool color)
{
	const struct record *record = refresh->first->record;
	bool nothing = !json_array_size(refresh->mounted) && !json_array_size(refresh->removed) &&
		       !json_array_size(refresh->left_out) && !json_array_size(refresh->failed);

	screen_text(stdout, record->user);
	printf(", namespace %" PRIu64 ":%s\n", record->namespace, nothing ? " nothing to do" : "");
	print_targets("removed", refresh->removed);
	print_targets("mounted", refresh->mounted);
	print_targets("left out", refresh->left_out);
	for (size_t i = 0; i < json_array_size(refresh->failed); i++) {
		const json_t *failed = json_array_get(refresh->failed, i);
		const char *target = json_string_value(json_object_get(failed, "target"));

		screen_color(stdout, color, SCREEN_RED);
		fputs("  failed", stdout);
		screen_color(stdout, color, SCREEN_PLAIN);
		fputs("    ", stdout);
		screen_text(stdout, target ? target : "");
		fputs(target ? ": " : "", stdout);
		screen_text(stdout, json_string_value(json_object_get(failed, "message")));
		putchar('\n');
	}
}

static json_t *refresh_json(const struct refresh *refresh)
{
	const struct record *record = refresh->first->record;

	return json_pack("{s:I, s:o, s:O, s:O, s:O, s:O}", "namespace",
			 (json_int_t)record->namespace, "user", screen_json(record->user),
			 "mounted", refresh->mounted, "removed", refresh->removed, "left_out",
			 refresh->left_out, "failed", refresh->failed);
}

int refresh_sessions(const char *which, bool json, bool color, struct error *error)
{
	cleanup(cleanup_live) struct live *live = NULL;
	json_t *namespaces = NULL;
	bool failed = false;
	int result = live_load(&live, error);

	if (result == 0 && which)
		result = live_select(live, which, error);
	if (result < 0)
		return result;
	namespaces = json_array();
	for (size_t i = 0; i < live->n_sessions; i++) {
		cleanup(refresh_clear) struct refresh refresh = {live,	       &live->sessions[i],
								 json_array(), json_array(),
								 json_array(), json_array()};

		if (!live_is_first(live, refresh.first))
			continue;
		refresh_space(&refresh);
		failed |= json_array_size(refresh.failed) > 0;
		if (json)
			json_array_append_new(namespaces, refresh_json(&refresh));
		else
			print_refresh(&refresh, color);
	}
	if (json)
		result = screen_print_json(json_pack("{s:o}", "namespaces", namespaces), stdout,
					   error);
	else
		json_decref(namespaces);
	return result < 0 ? result : failed;
}
