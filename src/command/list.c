/* SPDX-License-Identifier: BSD-3-Clause */
#include "list.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cleanup.h"
#include "host_sessions.h"
#include "isolate.h"
#include "mountlist.h"
#include "mounttable.h"
#include "printable.h"

#define CELL_SIZE 64

static const char *method_name(const struct record *record)
{
	return method_word(record->recipe.method);
}

static const char *time_text(int64_t since, char text[CELL_SIZE])
{
	time_t seconds = (time_t)since;
	struct tm broken;

	if (!localtime_r(&seconds, &broken) || !strftime(text, CELL_SIZE, "%F %T", &broken))
		snprintf(text, CELL_SIZE, "%" PRId64, since);
	return text;
}

/* --- list ------------------------------------------------------------------------------------- */

enum column {
	COLUMN_USER,
	COLUMN_SERVICE,
	COLUMN_TREE,
	COLUMN_LEADER,
	COLUMN_SINCE,
	COLUMN_MOUNTS,
	COLUMN_PROCS,
	COLUMN_NAMESPACE,
	COLUMN_METHOD,
	COLUMN_POLICY,
	N_COLUMNS
};

static const struct {
	const char *name;
	int flags;
} columns[N_COLUMNS] = {
	[COLUMN_USER] = {"USER", SCOLS_FL_TRUNC},
	[COLUMN_SERVICE] = {"SERVICE", SCOLS_FL_TRUNC},
	[COLUMN_TREE] = {"TREE", SCOLS_FL_TRUNC},
	[COLUMN_LEADER] = {"LEADER", SCOLS_FL_RIGHT},
	[COLUMN_SINCE] = {"SINCE", 0},
	[COLUMN_MOUNTS] = {"MOUNTS", SCOLS_FL_RIGHT},
	[COLUMN_PROCS] = {"PROCS", SCOLS_FL_RIGHT},
	[COLUMN_NAMESPACE] = {"NAMESPACE", SCOLS_FL_RIGHT},
	[COLUMN_METHOD] = {"METHOD", 0},
	[COLUMN_POLICY] = {"POLICY", 0},
};

static const char *cell_text(const struct live_session *session, enum column column,
			     char text[CELL_SIZE])
{
	const struct record *record = session->record;

	switch (column) {
	case COLUMN_USER:
		return record->session.user;
	case COLUMN_SERVICE:
		return record->session.service;
	case COLUMN_TREE:
		return record->recipe.tree;
	case COLUMN_SINCE:
		return time_text(record->session.since, text);
	case COLUMN_METHOD:
		return method_name(record);
	case COLUMN_POLICY:
		return live_sessions_policy_name(session->policy);
	case COLUMN_LEADER:
		if (!session->has_leader)
			return "-";
		snprintf(text, CELL_SIZE, "%d", (int)record->session.leader);
		return text;
	case COLUMN_MOUNTS:
		if (!session->mntns->mounts)
			return "-";
		snprintf(text, CELL_SIZE, "%u", session->mntns->mounts);
		return text;
	case COLUMN_PROCS:
		snprintf(text, CELL_SIZE, "%u", session->mntns->processes);
		return text;
	case COLUMN_NAMESPACE:
		snprintf(text, CELL_SIZE, "%" PRIu64, session->mntns->id);
		return text;
	case N_COLUMNS:
		break;
	}
	return "";
}

static bool add_session_line(struct libscols_table *table, const struct live_session *session)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	bool added = line;

	for (int i = 0; added && i < N_COLUMNS; i++) {
		char text[CELL_SIZE];

		added = scols_line_set_data(line, (size_t)i,
					    cell_text(session, (enum column)i, text)) == 0;
	}
	if (added && session->policy != LIVE_CURRENT)
		scols_cell_set_color(scols_line_get_cell(line, COLUMN_POLICY), "yellow");
	return added;
}

/* A session on the host's tree, with "-" for what it does not have. */
static bool add_host_line(struct libscols_table *table, const struct login *session)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char leader[CELL_SIZE], since[CELL_SIZE];
	bool added = line;

	snprintf(leader, sizeof(leader), "%d", (int)session->leader);
	for (int i = 0; added && i < N_COLUMNS; i++)
		added = scols_line_set_data(line, (size_t)i, "-") == 0;
	return added && scols_line_set_data(line, COLUMN_USER, session->user) == 0 &&
	       (!session->service ||
		scols_line_set_data(line, COLUMN_SERVICE, session->service) == 0) &&
	       scols_line_set_data(line, COLUMN_LEADER, leader) == 0 &&
	       scols_line_set_data(line, COLUMN_SINCE, time_text(session->since, since)) == 0;
}

static int print_list(const struct live_sessions *live, const struct logins *host, bool color,
		      struct error *error)
{
	struct libscols_table *table = scols_new_table();
	bool drawn = table;

	if (drawn) {
		scols_table_enable_colors(table, color);
		mounttable_fit(table);
	}
	for (int i = 0; drawn && i < N_COLUMNS; i++)
		drawn = scols_table_new_column(table, columns[i].name, 0, columns[i].flags);
	for (size_t i = 0; drawn && i < live->n_sessions; i++)
		drawn = add_session_line(table, &live->sessions[i]);
	for (size_t i = 0; drawn && i < host->n_sessions; i++)
		drawn = add_host_line(table, &host->sessions[i]);
	drawn = drawn && scols_print_table(table) == 0;
	scols_unref_table(table);
	return drawn ? 0 : error_no_memory(error);
}

json_t *list_isolation_json(unsigned isolate)
{
	char text[ISOLATE_TEXT_SIZE], *rest = text, *word;
	json_t *words = json_array();

	isolate_text(isolate, text);
	while (isolate && (word = strsep(&rest, "+")))
		json_array_append_new(words, json_string(word));
	return words;
}

json_t *list_session_json(const struct live_session *session)
{
	const struct record *record = session->record;
	bool rules = strcmp(record->recipe.conf, "-") != 0;

	return json_pack("{s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:I, s:i, s:i, s:I, "
			 "s:s, s:s}",
			 "user", printable_json(record->session.user), "uid",
			 (json_int_t)record->session.uid, "service",
			 printable_json(record->session.service), "tree",
			 printable_json(record->recipe.tree), "file",
			 printable_json(record->recipe.file), "conf",
			 rules ? printable_json(record->recipe.conf) : json_null(), "isolate",
			 list_isolation_json(record->recipe.isolate), "share",
			 record->recipe.shared ? "user" : "none", "network",
			 printable_json(record->recipe.network), "leader",
			 session->has_leader ? json_integer(record->session.leader) : json_null(),
			 "since", (json_int_t)record->session.since, "mounts",
			 (int)session->mntns->mounts, "processes", (int)session->mntns->processes,
			 "namespace", (json_int_t)session->mntns->id, "method", method_name(record),
			 "policy", live_sessions_policy_name(session->policy));
}

static json_t *sessions_json(const struct live_sessions *live, const struct nslist_entry *mntns)
{
	json_t *sessions = json_array();

	for (size_t i = 0; i < live->n_sessions; i++)
		if (!mntns || live->sessions[i].mntns == mntns)
			json_array_append_new(sessions, list_session_json(&live->sessions[i]));
	return sessions;
}

static void set_known(json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new(object, key, printable_json(text));
}

static json_t *host_sessions_json(const struct logins *host)
{
	json_t *sessions = json_array();

	for (size_t i = 0; i < host->n_sessions; i++) {
		const struct login *session = &host->sessions[i];
		json_t *object =
			json_pack("{s:o, s:I, s:i, s:I}", "user", printable_json(session->user),
				  "uid", (json_int_t)session->uid, "leader", (int)session->leader,
				  "since", (json_int_t)session->since);

		set_known(object, "service", session->service);
		set_known(object, "tty", session->tty);
		set_known(object, "from", session->from);
		json_array_append_new(sessions, object);
	}
	return json_pack("{s:s, s:o}", "source", host->source, "sessions", sessions);
}

int list_sessions(bool all, bool json, bool color, struct error *error)
{
	cleanup(cleanup_live_sessions) struct live_sessions *live = NULL;
	cleanup(logins_clear) struct logins host = {0};
	int result = live_sessions_load(&live, error);

	if (result == 0 && all)
		result = host_sessions_load(live, &host, error);
	if (result < 0)
		return result;
	if (json) {
		json_t *object = json_pack("{s:o}", "sessions", sessions_json(live, NULL));

		if (all)
			json_object_set_new(object, "host", host_sessions_json(&host));
		return printable_print_json(object, stdout, error);
	}
	if (live->n_sessions || host.n_sessions)
		return print_list(live, &host, color, error);
	puts("No sessions.");
	return 0;
}

/* --- show ------------------------------------------------------------------------------------- */

static void print_field_value(const char *name, const char *value, const char *more, bool color)
{
	printable_color(stdout, color, PRINTABLE_BOLD);
	printf("%-10s", name);
	printable_color(stdout, color, PRINTABLE_PLAIN);
	printable_text(stdout, value);
	if (more) {
		fputs(" (", stdout);
		printable_text(stdout, more);
		putchar(')');
	}
	putchar('\n');
}

static void print_session_fields(const struct live_session *session, bool color)
{
	const struct record *record = session->record;
	char text[ISOLATE_TEXT_SIZE > CELL_SIZE ? ISOLATE_TEXT_SIZE : CELL_SIZE];

	snprintf(text, sizeof(text), "uid %u", (unsigned)record->session.uid);
	print_field_value("user", record->session.user, text, color);
	print_field_value("service", record->session.service, NULL, color);
	if (record->session.rhost)
		print_field_value("from", record->session.rhost, NULL, color);
	if (record->session.tty)
		print_field_value("tty", record->session.tty, NULL, color);
	print_field_value("tree", record->recipe.tree, record->recipe.file, color);
	print_field_value("policy", live_sessions_policy_name(session->policy),
			  strcmp(record->recipe.conf, "-") == 0 ? "tree= in the PAM stack"
								: record->recipe.conf,
			  color);
	print_field_value("isolate", isolate_text(record->recipe.isolate, text), NULL, color);
	if (record->recipe.network[0])
		print_field_value("network", record->recipe.network, NULL, color);
	print_field_value("leader", cell_text(session, COLUMN_LEADER, text), NULL, color);
	print_field_value("since", time_text(record->session.since, text), NULL, color);
	putchar('\n');
}

/* The line of ENTRY's parent mount; NULL where that is not in MOUNTS. */
static struct libscols_line *parent_line(const struct mountlist *mounts,
					 const struct mountlist_entry *entry,
					 struct libscols_line **lines)
{
	for (size_t i = 0; i < mounts->n_entries; i++)
		if (mounts->entries[i].id == entry->parent && &mounts->entries[i] < entry)
			return lines[i];
	return NULL;
}

static int draw_mounts(const struct mountlist *mounts)
{
	cleanup(cleanup_free) struct libscols_line **lines =
		calloc(mounts->n_entries + 1, sizeof(struct libscols_line *));
	struct libscols_table *table = mounttable_new(NULL);
	bool drawn = lines && table;

	for (size_t i = 0; drawn && i < mounts->n_entries; i++) {
		const struct mountlist_entry *entry = &mounts->entries[i];

		lines[i] = mounttable_add(table, parent_line(mounts, entry, lines), entry->target,
					  entry->source, entry->type, entry->options, NULL);
		drawn = lines[i] != NULL;
	}
	if (drawn)
		mounttable_fit(table);
	drawn = drawn && scols_print_table(table) == 0;
	scols_unref_table(table);
	return drawn ? 0 : -ENOMEM;
}

static json_t *mounts_json(const struct mountlist *mounts)
{
	json_t *array = json_array();

	for (size_t i = 0; i < mounts->n_entries; i++) {
		const struct mountlist_entry *entry = &mounts->entries[i];

		json_array_append_new(array, json_pack("{s:I, s:I, s:o, s:o, s:o, s:o}", "id",
						       (json_int_t)entry->id, "parent",
						       (json_int_t)entry->parent, "target",
						       printable_json(entry->target), "source",
						       printable_json(entry->source), "fstype",
						       printable_json(entry->type), "options",
						       printable_json(entry->options)));
	}
	return array;
}

/* Prints the namespace, or adds it to NAMESPACES where that is not NULL. */
static int show_namespace(const struct live_sessions *live, const struct live_session *first,
			  bool color, json_t *namespaces, struct error *error)
{
	cleanup(cleanup_mountlist) struct mountlist *mounts = NULL;
	const struct nslist_entry *mntns = first->mntns;
	int result = mountlist_load(mntns->id, mntns->process, &mounts, error);

	if (result < 0)
		return result;
	if (namespaces) {
		json_array_append_new(namespaces, json_pack("{s:I, s:s, s:i, s:o, s:o}",
							    "namespace", (json_int_t)mntns->id,
							    "method", method_name(first->record),
							    "processes", (int)mntns->processes,
							    "sessions", sessions_json(live, mntns),
							    "mounts", mounts_json(mounts)));
		return 0;
	}
	for (size_t i = 0; i < live->n_sessions; i++)
		if (live->sessions[i].mntns == mntns)
			print_session_fields(&live->sessions[i], color);
	printf("namespace %" PRIu64 ", %s, %zu mounts, %u process%s:\n", mntns->id,
	       method_name(first->record), mounts->n_entries, mntns->processes,
	       mntns->processes == 1 ? "" : "es");
	return draw_mounts(mounts) < 0 ? error_no_memory(error) : 0;
}

int list_show(const char *which, bool json, bool color, struct error *error)
{
	cleanup(cleanup_live_sessions) struct live_sessions *live = NULL;
	json_t *namespaces = NULL;
	bool printed = false;
	int result = live_sessions_load(&live, error);

	if (result == 0)
		result = live_sessions_select(live, which, error);
	if (result < 0)
		return result;
	namespaces = json ? json_array() : NULL;
	for (size_t i = 0; result == 0 && i < live->n_sessions; i++) {
		const struct live_session *session = &live->sessions[i];

		if (!live_sessions_is_first(live, session))
			continue;
		if (printed && !json)
			putchar('\n');
		printed = true;
		result = show_namespace(live, session, color, namespaces, error);
	}
	if (result < 0)
		json_decref(namespaces);
	else if (json)
		result = printable_print_json(json_pack("{s:o}", "namespaces", namespaces), stdout,
					      error);
	return result;
}
