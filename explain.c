/* SPDX-License-Identifier: BSD-3-Clause */
#include "explain.h"

#include <errno.h>
#include <jansson.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "cleanup.h"
#include "isolate.h"
#include "policy.h"
#include "report.h"
#include "row.h"
#include "rows.h"
#include "screen.h"
#include "tree.h"

/* What was found out about one session to be. */
struct finding_out {
	struct policy *policy;
	struct subject *subject;
	const struct rule *rule; /* NULL where none matches */
	struct tree *tree;	 /* NULL for the host's own, or where it is broken */
	struct report *report;
};

static const struct {
	unsigned bit;
	const char *word, *adds;
} isolations[] = {
	{ISOLATE_PTRACE, "ptrace",
	 "no tracing, no /proc/PID/root and no abstract sockets of processes outside"},
	{ISOLATE_SIGNAL, "signal", "no signals to processes outside"},
	{ISOLATE_SOCKET, "socket", "no sockets on disk but those of the tree's rows"},
	{ISOLATE_IPC, "ipc", "an IPC namespace of its own"},
	{ISOLATE_USERNS, "userns", "no user namespaces"},
	{ISOLATE_PID, "pid", "a PID namespace, which ends with the session"},
	{ISOLATE_NNP, "nnp", "set-uid programs give nothing"},
};

static void finding_out_clear(struct finding_out *found)
{
	policy_free(found->policy);
	subject_free(found->subject);
	tree_free(found->tree);
	report_free(found->report);
}

/* The options of ROW as the record of a session has them; the caller's to free. */
static char *options_of(const struct row *row)
{
	struct text text = {0};

	row_add_options(row, &text);
	return text_take(&text);
}

static void tell_error(void *report, const struct error *error)
{
	report_add(report, SEVERITY_ERROR, error);
}

/* The tree and what would refuse it; a fault is a finding here, not an error. */
static void look_at_tree(struct finding_out *found)
{
	const struct faults faults = {tell_error, found->report};
	const struct rule *rule = found->rule;
	struct error error = {0};

	if (!rule || strcmp(rule->tree, "-") == 0)
		return;
	check_kernel(found->policy, rule, found->report);
	tree_load_all(rule->tree, found->subject, &faults, &found->tree, &error);
	if (found->tree)
		rows_check(found->tree, rule->isolate, found->report);
	check_note_root(found->report);
	if (!error.number)
		return;
	error_place(&error, found->policy->file, rule->line);
	report_add(found->report, SEVERITY_ERROR, &error);
}

static void print_rules(const struct finding_out *found, bool color)
{
	for (size_t i = 0; i < found->policy->n_rules; i++) {
		const struct rule *rule = &found->policy->rules[i];
		struct error error = {0};
		const char *why;
		int matches = policy_rule_matches(rule, found->subject, &why, &error);

		screen_color(stdout, color && matches > 0, SCREEN_BOLD);
		fputs(matches > 0 ? "-> " : "   ", stdout);
		screen_text(stdout, found->policy->file);
		printf(":%u: ", rule->line);
		screen_text(stdout, rule->who);
		fputs("  ", stdout);
		screen_text(stdout, rule->service);
		fputs("  ", stdout);
		screen_text(stdout, rule->tree);
		fputs(": ", stdout);
		screen_text(stdout, matches < 0 ? error.words : why);
		screen_color(stdout, color && matches > 0, SCREEN_PLAIN);
		fputc('\n', stdout);
		if (matches)
			return;
	}
	puts("   no rule matches");
}

static struct libscols_line *line_of_row(struct libscols_table *table, const struct tree *tree,
					 size_t index, struct libscols_line **lines)
{
	const struct row *row = &tree->rows[index], *parent = NULL;
	cleanup(cleanup_free) char *options = options_of(row);
	struct libscols_line *line;

	if (index)
		parent = rows_covering(tree, index);
	line = scols_table_new_line(table, parent ? lines[parent - tree->rows] : NULL);
	if (!line || scols_line_set_data(line, 0, row->target) < 0 ||
	    scols_line_set_data(line, 1, row->source) < 0 ||
	    scols_line_set_data(line, 2, row_type(row)) < 0 ||
	    scols_line_set_data(line, 3, options ? options : "") < 0)
		return NULL;
	return line;
}

static int draw_tree(const struct tree *tree)
{
	struct libscols_line *lines[tree->n_rows];
	struct libscols_table *table = scols_new_table();
	bool drawn = table && scols_table_new_column(table, "TARGET", 0, SCOLS_FL_TREE) &&
		     scols_table_new_column(table, "SOURCE", 0, 0) &&
		     scols_table_new_column(table, "FSTYPE", 0, 0) &&
		     scols_table_new_column(table, "OPTIONS", 0, SCOLS_FL_NOEXTREMES);

	for (size_t i = 0; drawn && i < tree->n_rows; i++)
		drawn = (lines[i] = line_of_row(table, tree, i, lines)) != NULL;
	drawn = drawn && scols_print_table(table) == 0;
	scols_unref_table(table);
	return drawn ? 0 : -ENOMEM;
}

static void print_isolation(const struct rule *rule)
{
	puts("\nisolate:");
	if (!rule->isolate)
		puts("  none    nothing more than the tree");
	for (size_t i = 0; i < sizeof(isolations) / sizeof(*isolations); i++)
		if (rule->isolate & isolations[i].bit)
			printf("  %-7s %s\n", isolations[i].word, isolations[i].adds);
}

static void print_share(const struct rule *rule)
{
	puts("\nshare:");
	if (rule->shared)
		puts("  user    in one namespace with the user's other sessions under the same "
		     "tree and isolation");
	else
		puts("  none    a namespace of its own");
}

/* What would refuse the session, then what else there is to say. */
static void print_findings(const struct finding_out *found, bool color)
{
	const unsigned errors = 1U << SEVERITY_ERROR;

	if (!report_count(found->report, SEVERITY_ERROR))
		puts("\nNothing that can be seen from here would refuse the session.");
	else
		puts("\nThe session would be refused:");
	report_print(found->report, errors, stdout, color);
	if (report_count(found->report, SEVERITY_WARNING) +
	    report_count(found->report, SEVERITY_NOTE))
		putchar('\n');
	report_print(found->report, SEVERITY_ALL & ~errors, stdout, color);
}

static int print(const struct finding_out *found, bool color, struct error *error)
{
	print_rules(found, color);
	if (!found->rule || strcmp(found->rule->tree, "-") == 0) {
		puts("\nThe session stays in the host's own tree.");
		report_print(found->report, SEVERITY_ALL, stdout, color);
		return 0;
	}
	if (found->tree && found->tree->n_rows) {
		putchar('\n');
		screen_text(stdout, found->tree->file);
		puts(":");
		if (draw_tree(found->tree) < 0)
			return error_say(error, ENOMEM, "out of memory");
	}
	print_isolation(found->rule);
	print_share(found->rule);
	print_findings(found, color);
	return 0;
}

static json_t *rules_json(const struct finding_out *found)
{
	json_t *rules = json_array();

	for (size_t i = 0; i < found->policy->n_rules; i++) {
		const struct rule *rule = &found->policy->rules[i];
		struct error error = {0};
		const char *why;
		int matches = policy_rule_matches(rule, found->subject, &why, &error);

		json_array_append_new(
			rules,
			json_pack("{s:i, s:o, s:o, s:o, s:b, s:o}", "line", (int)rule->line, "who",
				  screen_json(rule->who), "service", screen_json(rule->service),
				  "tree", screen_json(rule->tree), "matches", matches > 0, "why",
				  screen_json(matches < 0 ? error.words : why)));
		if (matches)
			break;
	}
	return rules;
}

static json_t *row_json(const struct row *row)
{
	cleanup(cleanup_free) char *options = options_of(row);

	return json_pack("{s:i, s:o, s:o, s:s, s:o}", "line", (int)row->line, "target",
			 screen_json(row->target), "source", screen_json(row->source), "fstype",
			 row_type(row), "options", screen_json(options ? options : ""));
}

static json_t *tree_json(const struct tree *tree)
{
	json_t *rows = json_array();

	if (!tree) {
		json_decref(rows);
		return json_null();
	}
	for (size_t i = 0; i < tree->n_rows; i++)
		json_array_append_new(rows, row_json(&tree->rows[i]));
	return json_pack("{s:o, s:o, s:o}", "name", screen_json(tree->name), "file",
			 screen_json(tree->file), "rows", rows);
}

static json_t *isolation_json(const struct rule *rule)
{
	json_t *words = json_array();

	for (size_t i = 0; rule && i < sizeof(isolations) / sizeof(*isolations); i++)
		if (strcmp(rule->tree, "-") != 0 && (rule->isolate & isolations[i].bit))
			json_array_append_new(words, json_string(isolations[i].word));
	return words;
}

static json_t *share_json(const struct rule *rule)
{
	if (!rule || strcmp(rule->tree, "-") == 0)
		return json_null();
	return json_string(rule->shared ? "user" : "none");
}

static int print_json(const struct finding_out *found, struct error *error)
{
	json_t *whole = json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "user",
		screen_json(found->subject->user), "service", screen_json(found->subject->service),
		"file", screen_json(found->policy->file), "rules", rules_json(found), "tree",
		tree_json(found->tree), "isolate", isolation_json(found->rule), "share",
		share_json(found->rule), "refused", report_messages(found->report, SEVERITY_ERROR),
		"warnings", report_messages(found->report, SEVERITY_WARNING), "notes",
		report_messages(found->report, SEVERITY_NOTE));

	return screen_print_json(whole, stdout, error);
}

int explain_session(const struct explain_options *options, struct error *error)
{
	cleanup(finding_out_clear) struct finding_out found = {.report = report_new()};
	int result;

	if (!found.report)
		return error_say(error, ENOMEM, "out of memory");
	result = subject_load(options->user, options->service, &found.subject, error);
	if (result == 0)
		result = check_load(options->file, options->installed, NULL, found.report,
				    &found.policy, error);
	if (result == 0)
		result = policy_match(found.policy, found.subject, &found.rule, error);
	if (result < 0)
		return result;
	look_at_tree(&found);
	result = options->json ? print_json(&found, error) : print(&found, options->color, error);
	if (result < 0)
		return result;
	return report_count(found.report, SEVERITY_ERROR) ? 1 : 0;
}
