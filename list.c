/* SPDX-License-Identifier: BSD-3-Clause */
#include "list.h"

#include <errno.h>
#include <inttypes.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cleanup.h"
#include "screen.h"

#define CELL_SIZE 64

static const char *method_name(const struct record *record)
{
	return record->method == METHOD_NATIVE ? "native" : "pivot";
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
	[COLUMN_USER] = {"USER", 0},
	[COLUMN_SERVICE] = {"SERVICE", 0},
	[COLUMN_TREE] = {"TREE", 0},
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
		return record->user;
	case COLUMN_SERVICE:
		return record->service;
	case COLUMN_TREE:
		return record->tree;
	case COLUMN_SINCE:
		return time_text(record->since, text);
	case COLUMN_METHOD:
		return method_name(record);
	case COLUMN_POLICY:
		return live_policy_name(session->policy);
	case COLUMN_LEADER:
		if (!session->has_leader)
			return "-";
		snprintf(text, CELL_SIZE, "%d", (int)record->leader);
		return text;
	case COLUMN_MOUNTS:
		if (!session->space->mounts)
			return "-";
		snprintf(text, CELL_SIZE, "%u", session->space->mounts);
		return text;
	case COLUMN_PROCS:
		snprintf(text, CELL_SIZE, "%u", session->space->processes);
		return text;
	case COLUMN_NAMESPACE:
		snprintf(text, CELL_SIZE, "%" PRIu64, session->space->id);
		return text;
	case N_COLUMNS:
		break;
	}
	return "";
}

static bool add_session(struct libscols_table *table, const struct live_session *session)
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

static int print_list(const struct live *live, bool color, struct error *error)
{
	struct libscols_table *table = scols_new_table();
	bool drawn = table;

	if (drawn)
		scols_table_enable_colors(table, color);
	for (int i = 0; drawn && i < N_COLUMNS; i++)
		drawn = scols_table_new_column(table, columns[i].name, 0, columns[i].flags);
	for (size_t i = 0; drawn && i < live->n_sessions; i++)
		drawn = add_session(table, &live->sessions[i]);
	drawn = drawn && scols_print_table(table) == 0;
	scols_unref_table(table);
	return drawn ? 0 : error_say(error, ENOMEM, "out of memory");
}

static json_t *isolation_json(unsigned isolate)
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
	bool rules = strcmp(record->conf, "-") != 0;

	return json_pack("{s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:I, s:i, s:i, s:I, s:s, "
			 "s:s}",
			 "user", screen_json(record->user), "uid", (json_int_t)record->uid,
			 "service", screen_json(record->service), "tree", screen_json(record->tree),
			 "file", screen_json(record->file), "conf",
			 rules ? screen_json(record->conf) : json_null(), "isolate",
			 isolation_json(record->isolate), "share", record->shared ? "user" : "none",
			 "leader", session->has_leader ? json_integer(record->leader) : json_null(),
			 "since", (json_int_t)record->since, "mounts", (int)session->space->mounts,
			 "processes", (int)session->space->processes, "namespace",
			 (json_int_t)session->space->id, "method", method_name(record), "policy",
			 live_policy_name(session->policy));
}

static json_t *sessions_json(const struct live *live, const struct space *space)
{
	json_t *sessions = json_array();

	for (size_t i = 0; i < live->n_sessions; i++)
		if (!space || live->sessions[i].space == space)
			json_array_append_new(sessions, list_session_json(&live->sessions[i]));
	return sessions;
}

int list_sessions(bool json, bool color, struct error *error)
{
	cleanup(cleanup_live) struct live *live = NULL;
	int result = live_load(&live, error);

	if (result < 0)
		return result;
	if (json)
		return screen_print_json(json_pack("{s:o}", "sessions", sessions_json(live, NULL)),
					 stdout, error);
	if (live->n_sessions)
		return print_list(live, color, error);
	puts("No sessions.");
	return 0;
}

/* --- show ------------------------------------------------------------------------------------- */

static void print_fact(const char *name, const char *value, const char *more, bool color)
{
	screen_color(stdout, color, SCREEN_BOLD);
	printf("%-10s", name);
	screen_color(stdout, color, SCREEN_PLAIN);
	screen_text(stdout, value);
	if (more) {
		fputs(" (", stdout);
		screen_text(stdout, more);
		putchar(')');
	}
	putchar('\n');
}

static void print_facts(const struct live_session *session, bool color)
{
	const struct record *record = session->record;
	char text[ISOLATE_TEXT_SIZE > CELL_SIZE ? ISOLATE_TEXT_SIZE : CELL_SIZE];

	snprintf(text, sizeof(text), "uid %u", (unsigned)record->uid);
	print_fact("user", record->user, text, color);
	print_fact("service", record->service, NULL, color);
	print_fact("tree", record->tree, record->file, color);
	print_fact("policy", live_policy_name(session->policy),
		   strcmp(record->conf, "-") == 0 ? "tree= in the PAM stack" : record->conf, color);
	print_fact("isolate", isolate_text(record->isolate, text), NULL, color);
	print_fact("leader", cell_text(session, COLUMN_LEADER, text), NULL, color);
	print_fact("since", time_text(record->since, text), NULL, color);
	putchar('\n');
}

/* The line of the mount that MOUNTED is mounted on; NULL where that is none of these. */
static struct libscols_line *parent_line(const struct mounts *mounts, const struct mounted *mounted,
					 struct libscols_line **lines)
{
	for (size_t i = 0; i < mounts->n_entries; i++)
		if (mounts->entries[i].id == mounted->parent && &mounts->entries[i] < mounted)
			return lines[i];
	return NULL;
}

static int draw_mounts(const struct mounts *mounts)
{
	cleanup(cleanup_free) struct libscols_line **lines =
		calloc(mounts->n_entries + 1, sizeof(struct libscols_line *));
	struct libscols_table *table = scols_new_table();
	bool drawn = lines && table && scols_table_new_column(table, "TARGET", 0, SCOLS_FL_TREE) &&
		     scols_table_new_column(table, "SOURCE", 0, 0) &&
		     scols_table_new_column(table, "FSTYPE", 0, 0) &&
		     scols_table_new_column(table, "OPTIONS", 0, SCOLS_FL_NOEXTREMES);

	for (size_t i = 0; drawn && i < mounts->n_entries; i++) {
		const struct mounted *mounted = &mounts->entries[i];

		lines[i] = scols_table_new_line(table, parent_line(mounts, mounted, lines));
		drawn = lines[i] && scols_line_set_data(lines[i], 0, mounted->target) == 0 &&
			scols_line_set_data(lines[i], 1, mounted->source) == 0 &&
			scols_line_set_data(lines[i], 2, mounted->type) == 0 &&
			scols_line_set_data(lines[i], 3, mounted->options) == 0;
	}
	drawn = drawn && scols_print_table(table) == 0;
	scols_unref_table(table);
	return drawn ? 0 : -ENOMEM;
}

static json_t *mounts_json(const struct mounts *mounts)
{
	json_t *array = json_array();

	for (size_t i = 0; i < mounts->n_entries; i++) {
		const struct mounted *mounted = &mounts->entries[i];

		json_array_append_new(array, json_pack("{s:I, s:I, s:o, s:o, s:o, s:o}", "id",
						       (json_int_t)mounted->id, "parent",
						       (json_int_t)mounted->parent, "target",
						       screen_json(mounted->target), "source",
						       screen_json(mounted->source), "fstype",
						       screen_json(mounted->type), "options",
						       screen_json(mounted->options)));
	}
	return array;
}

/* Prints the namespace, or adds it to NAMESPACES where that is not NULL. */
static int show_space(const struct live *live, const struct live_session *first, bool color,
		      json_t *namespaces, struct error *error)
{
	cleanup(cleanup_mounts) struct mounts *mounts = NULL;
	const struct space *space = first->space;
	int result = mounts_load(space, &mounts, error);

	if (result < 0)
		return result;
	if (namespaces) {
		json_array_append_new(namespaces, json_pack("{s:I, s:s, s:i, s:o, s:o}",
							    "namespace", (json_int_t)space->id,
							    "method", method_name(first->record),
							    "processes", (int)space->processes,
							    "sessions", sessions_json(live, space),
							    "mounts", mounts_json(mounts)));
		return 0;
	}
	for (size_t i = 0; i < live->n_sessions; i++)
		if (live->sessions[i].space == space)
			print_facts(&live->sessions[i], color);
	printf("namespace %" PRIu64 ", %s, %zu mounts, %u process%s:\n", space->id,
	       method_name(first->record), mounts->n_entries, space->processes,
	       space->processes == 1 ? "" : "es");
	return draw_mounts(mounts) < 0 ? error_say(error, ENOMEM, "out of memory") : 0;
}

int list_show(const char *which, bool json, bool color, struct error *error)
{
	cleanup(cleanup_live) struct live *live = NULL;
	json_t *namespaces = NULL;
	bool begun = false;
	int result = live_load(&live, error);

	if (result == 0)
		result = live_select(live, which, error);
	if (result < 0)
		return result;
	namespaces = json ? json_array() : NULL;
	for (size_t i = 0; result == 0 && i < live->n_sessions; i++) {
		const struct live_session *session = &live->sessions[i];

		if (!live_is_first(live, session))
			continue;
		if (begun && !json)
			putchar('\n');
		begun = true;
		result = show_space(live, session, color, namespaces, error);
	}
	if (result < 0)
		json_decref(namespaces);
	else if (json)
		result = screen_print_json(json_pack("{s:o}", "namespaces", namespaces), stdout,
					   error);
	return result;
}
