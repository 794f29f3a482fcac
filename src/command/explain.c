/* SPDX-License-Identifier: BSD-3-Clause */
#include "explain.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "check_kernel.h"
#include "check_network.h"
#include "check_rows.h"
#include "check_sources.h"
#include "cleanup.h"
#include "explain_services.h"
#include "isolate.h"
#include "list.h"
#include "mounttable.h"
#include "names.h"
#include "outcome.h"
#include "policy.h"
#include "printable.h"
#include "report.h"
#include "row.h"
#include "session_rows.h"
#include "tree.h"
#include "trial.h"

/* What a session of one user by one service would get. */
struct explanation {
	struct policy *policy;
	struct subject *subject;
	const struct rule *rule; /* NULL where none matches */
	struct tree *tree;	 /* NULL for the host's own, or if it cannot be read */
	struct report *report;
};

static const struct {
	unsigned bit;
	const char *word, *adds;
} isolations[] = {
	{ISOLATE_PTRACE, "ptrace",
	 "no tracing, no /proc/PID/root and no abstract sockets of processes outside"},
	{ISOLATE_SIGNAL, "signal", "no signals to processes outside"},
	{ISOLATE_SOCKET, "socket", "no pathname sockets but those of the tree's rows"},
	{ISOLATE_IPC, "ipc", "an IPC namespace of its own"},
	{ISOLATE_USERNS, "userns", "no user namespaces"},
	{ISOLATE_PID, "pid", "a PID namespace, which ends with the session"},
	{ISOLATE_NNP, "nnp", "set-uid programs give nothing"},
};

/* RULE, which may be NULL, names a tree. */
static bool has_tree(const struct rule *rule)
{
	return rule && rule->action == RULE_ENTER;
}

static bool is_denied(const struct rule *rule)
{
	return rule && rule->action == RULE_DENY;
}

static void explanation_clear(struct explanation *explanation)
{
	policy_free(explanation->policy);
	subject_free(explanation->subject);
	tree_free(explanation->tree);
	report_free(explanation->report);
}

/* The options of ROW as the record of a session has them; the caller's to free. */
static char *row_options_text(const struct row *row)
{
	struct buffer text = {0};

	row_add_options(row, &text);
	return buffer_take(&text);
}

static void report_explain_error(void *report, const struct error *error)
{
	report_add(report, SEVERITY_ERROR, CODE_TREE_UNUSABLE, error);
}

/* As nstree check does, where nothing is wrong with the text. */
static void try_explained_tree(struct explanation *explanation)
{
	if (explanation->tree && !explanation->tree->faulty &&
	    !report_count(explanation->report, SEVERITY_ERROR) &&
	    trial_is_possible(explanation->report))
		trial_run(explanation->rule, explanation->subject, explanation->report);
}

/* Loads the tree. What would refuse the session is added to the report. */
static void load_tree(struct explanation *explanation)
{
	const struct faults faults = {report_explain_error, explanation->report};
	const struct rule *rule = explanation->rule;
	struct check_rows_known known = {0};
	struct error error = {0};

	if (is_denied(rule))
		report_say(explanation->report, SEVERITY_ERROR, CODE_DENIED,
			   explanation->policy->file, rule->line,
			   "the rule '%.200s %.200s " RULE_TREE_DENY "' denies this session",
			   rule->who, rule->service);
	if (!has_tree(rule))
		return;
	check_kernel_rule(rule, explanation->report);
	tree_load_all(rule->tree, explanation->subject, &faults, &explanation->tree, &error);
	if (explanation->tree &&
	    session_rows_add(explanation->tree, explanation->subject, &rule->network, &error) < 0)
		return report_add(explanation->report, SEVERITY_ERROR, CODE_TREE_UNUSABLE, &error);
	homelist_load(&known.homes);
	if (explanation->tree)
		check_rows(explanation->tree, explanation->subject, rule->isolate, &known,
			   explanation->report);
	if (explanation->tree)
		check_network(rule, explanation->tree, explanation->report);
	if (explanation->tree)
		check_sources_left_out(explanation->tree, explanation->subject,
				       explanation->report);
	homelist_clear(&known.homes);
	mountlist_free(known.mounts);
	check_note_root(explanation->report);
	if (!error.number)
		return try_explained_tree(explanation);
	error_place(&error, rule->file, rule->line);
	report_add(explanation->report, SEVERITY_ERROR, CODE_TREE_UNUSABLE, &error);
}

static void print_conditions(const struct rule *rule)
{
	cleanup(cleanup_free) char *conditions = outcome_conditions(rule);

	if (!conditions || !*conditions)
		return;
	fputs("  ", stdout);
	printable_text(stdout, conditions);
}

static void print_rules(const struct explanation *explanation, bool color)
{
	for (size_t i = 0; i < explanation->policy->n_rules; i++) {
		const struct rule *rule = &explanation->policy->rules[i];
		struct error error = {0};
		const char *why;
		int matches = policy_rule_matches(rule, explanation->subject, &why, &error);

		printable_color(stdout, color && matches > 0, PRINTABLE_BOLD);
		fputs(matches > 0 ? "-> " : "   ", stdout);
		printable_text(stdout, rule->file);
		printf(":%u: ", rule->line);
		printable_text(stdout, rule->who);
		fputs("  ", stdout);
		printable_text(stdout, rule->service);
		fputs("  ", stdout);
		printable_text(stdout, rule->tree);
		print_conditions(rule);
		fputs(": ", stdout);
		printable_text(stdout, matches < 0 ? error.words : why);
		printable_color(stdout, color && matches > 0, PRINTABLE_PLAIN);
		fputc('\n', stdout);
		if (matches)
			return;
	}
	puts("   no rule matches");
}

/* "TREE:LINE", where ROW is written; NULL where memory ran out. For free(3). */
static char *row_place_text(const struct row *row)
{
	const char *name = name_last(row->file), *suffix = strrchr(name, '.');
	char *text;

	return asprintf(&text, "%.*s:%u", suffix ? (int)(suffix - name) : (int)strlen(name), name,
			row->line) < 0
		       ? NULL
		       : text;
}

/* A row that sessions do without has "(missing)" behind its source. For free(3). */
static char *row_source_text(const struct row *row)
{
	char *text;

	return asprintf(&text, "%s%s", row->source,
			check_sources_is_left_out(row) ? " (missing)" : "") < 0
		       ? NULL
		       : text;
}

static int draw_tree(const struct tree *tree)
{
	bool has_base = tree->n_files > 1;
	cleanup(cleanup_free) struct libscols_line **lines =
		calloc(tree->n_rows, sizeof(struct libscols_line *));
	struct libscols_table *table = mounttable_new(has_base ? "FROM" : NULL);
	bool drawn = lines && table;

	for (size_t i = 0; drawn && i < tree->n_rows; i++) {
		const struct row *row = &tree->rows[i];
		const struct row *parent = i ? check_rows_covering(tree, i) : NULL;
		cleanup(cleanup_free) char *options = row_options_text(row);
		cleanup(cleanup_free) char *place = has_base ? row_place_text(row) : NULL;
		cleanup(cleanup_free) char *source = row_source_text(row);

		lines[i] = mounttable_add(table, parent ? lines[parent - tree->rows] : NULL,
					  row->target, source ? source : row->source, row_type(row),
					  options ? options : "", place);
		drawn = lines[i] != NULL;
	}
	if (drawn)
		mounttable_fit(table);
	drawn = drawn && scols_print_table(table) == 0;
	scols_unref_table(table);
	return drawn ? 0 : -ENOMEM;
}

/* The tree's file, and those that it is built on. */
static void print_files(const struct tree *tree)
{
	putchar('\n');
	for (size_t i = tree->n_files; i-- > 0;) {
		printable_text(stdout, tree->files[i]);
		puts(i ? ", built on" : ":");
	}
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

static void print_ports(const char *protocol, const char *words, const struct ports *ports)
{
	printf("  %-7s %s ", protocol, words);
	if (ports->any || !ports->n_ranges)
		fputs(ports->any ? "any port" : "no port", stdout);
	else
		fputs("the ports", stdout);
	for (size_t i = 0; !ports->any && i < ports->n_ranges; i++)
		printf(ports->ranges[i].first == ports->ranges[i].last ? " %u" : " %u-%u",
		       ports->ranges[i].first, ports->ranges[i].last);
	putchar('\n');
}

static void print_protocol(const char *protocol, const struct port_policy *policy)
{
	if (!policy->said)
		return;
	print_ports(protocol, "connects to", &policy->connect);
	print_ports(protocol, "listens on", &policy->bind);
}

static void print_network(const struct network *network)
{
	puts("\nnetwork:");
	if (!network_is_separate(network))
		puts("  host    the host's own");
	else if (strcmp(network->name, "none") == 0)
		puts("  none    a loopback interface of its own, and nothing else");
	else
		printf("  %-7s the network namespace of that name\n", network->name);
	print_protocol("tcp", &network->tcp);
	print_protocol("udp", &network->udp);
	if (network_has_ports(network) && !network->udp.said)
		puts("  udp     no sockets of it");
	if (network_has_ports(network))
		puts("  others  no sockets of other protocols");
}

/* The errors, which would refuse the session, then warnings and notes. */
static void print_findings(const struct explanation *explanation, bool color)
{
	const unsigned errors = 1U << SEVERITY_ERROR;

	if (!report_count(explanation->report, SEVERITY_ERROR))
		puts("\nNothing that can be seen from here would refuse the session.");
	else
		puts("\nThe session would be refused, or could not be used:");
	report_print(explanation->report, errors, stdout, color);
	if (report_count(explanation->report, SEVERITY_WARNING) +
	    report_count(explanation->report, SEVERITY_NOTE))
		putchar('\n');
	report_print(explanation->report, SEVERITY_ALL & ~errors, stdout, color);
}

static int print_explanation(const struct explanation *explanation, bool color, struct error *error)
{
	print_rules(explanation, color);
	if (is_denied(explanation->rule)) {
		print_findings(explanation, color);
		explain_services_print(explanation->policy, explanation->subject);
		return 0;
	}
	if (!has_tree(explanation->rule)) {
		puts("\nThe session stays in the host's own tree.");
		report_print(explanation->report, SEVERITY_ALL, stdout, color);
		explain_services_print(explanation->policy, explanation->subject);
		return 0;
	}
	if (explanation->tree && explanation->tree->n_rows) {
		print_files(explanation->tree);
		if (draw_tree(explanation->tree) < 0)
			return error_no_memory(error);
	}
	print_isolation(explanation->rule);
	print_share(explanation->rule);
	print_network(&explanation->rule->network);
	print_findings(explanation, color);
	explain_services_print(explanation->policy, explanation->subject);
	return 0;
}

static json_t *rules_json(const struct explanation *explanation)
{
	json_t *rules = json_array();

	for (size_t i = 0; i < explanation->policy->n_rules; i++) {
		const struct rule *rule = &explanation->policy->rules[i];
		struct error error = {0};
		cleanup(cleanup_free) char *conditions = outcome_conditions(rule);
		const char *why;
		int matches = policy_rule_matches(rule, explanation->subject, &why, &error);

		json_array_append_new(rules,
				      json_pack("{s:o, s:i, s:o, s:o, s:o, s:o, s:b, s:o}", "file",
						printable_json(rule->file), "line", (int)rule->line,
						"who", printable_json(rule->who), "service",
						printable_json(rule->service), "tree",
						printable_json(rule->tree), "conditions",
						printable_json(conditions ? conditions : ""),
						"matches", matches > 0, "why",
						printable_json(matches < 0 ? error.words : why)));
		if (matches)
			break;
	}
	return rules;
}

static json_t *row_json(const struct row *row)
{
	cleanup(cleanup_free) char *options = row_options_text(row);

	return json_pack("{s:o, s:i, s:o, s:o, s:s, s:o, s:b}", "file", printable_json(row->file),
			 "line", (int)row->line, "target", printable_json(row->target), "source",
			 printable_json(row->source), "fstype", row_type(row), "options",
			 printable_json(options ? options : ""), "missing",
			 check_sources_is_left_out(row));
}

/* The files that the tree is built on, the nearest first. */
static json_t *bases_json(const struct tree *tree)
{
	json_t *bases = json_array();

	for (size_t i = tree->n_files - 1; i-- > 0;)
		json_array_append_new(bases, printable_json(tree->files[i]));
	return bases;
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
	return json_pack("{s:o, s:o, s:o, s:o}", "name", printable_json(tree->name), "file",
			 printable_json(tree->file), "bases", bases_json(tree), "rows", rows);
}

static json_t *rule_share_json(const struct rule *rule)
{
	if (!has_tree(rule))
		return json_null();
	return json_string(rule->shared ? "user" : "none");
}

/* The options of the rule that describe the network, as network_text() has them. */
static json_t *rule_network_json(const struct rule *rule)
{
	cleanup(cleanup_free) char *text = rule ? network_text(&rule->network) : NULL;

	return json_string(text ? text : "");
}

static const char *explain_outcome(const struct explanation *explanation)
{
	if (is_denied(explanation->rule))
		return "denied";
	if (report_count(explanation->report, SEVERITY_ERROR))
		return "refused";
	return has_tree(explanation->rule) ? "tree" : "host";
}

/* Also where there is no such user, or no policy that can be read. */
static int print_explanation_json(const struct explanation *explanation,
				  const struct explain_options *options, struct error *error)
{
	const struct policy *policy = explanation->policy;
	const struct subject *subject = explanation->subject;
	json_t *whole = json_pack(
		"{s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "user",
		printable_json(subject ? subject->user : options->user), "service",
		printable_json(options->service), "file",
		printable_json(policy ? policy->file : options->file), "outcome",
		explain_outcome(explanation), "rules",
		policy ? rules_json(explanation) : json_array(), "tree",
		tree_json(explanation->tree), "isolate",
		has_tree(explanation->rule) ? list_isolation_json(explanation->rule->isolate)
					    : json_array(),
		"share", rule_share_json(explanation->rule), "network",
		rule_network_json(explanation->rule), "refused",
		report_messages(explanation->report, SEVERITY_ERROR), "warnings",
		report_messages(explanation->report, SEVERITY_WARNING), "services",
		policy ? explain_services_json(policy, subject) : json_array(), "notes",
		report_messages(explanation->report, SEVERITY_NOTE), "findings",
		report_findings_json(explanation->report));

	return printable_print_json(whole, stdout, error);
}

int explain_session(const struct explain_options *options, struct error *error)
{
	cleanup(explanation_clear) struct explanation explanation = {.report = report_new()};
	struct error warning = {0};
	int result;

	if (!explanation.report)
		return error_no_memory(error);
	result = error_mark(
		error, CODE_UNKNOWN_USER,
		subject_load(options->user, options->service, &explanation.subject, error));
	if (result == 0)
		result =
			subject_set_origin(explanation.subject, options->from, options->tty, error);
	if (result == 0 && options->env)
		result = subject_set_environment(explanation.subject, options->env, error);
	if (result == 0)
		result = check_load(options->file, options->installed, NULL, explanation.report,
				    &explanation.policy, error);
	if (result == 0)
		result = error_mark(error, CODE_NAME_SERVICE,
				    policy_find_rule(explanation.policy, explanation.subject,
						     &explanation.rule, &warning, error));
	if (result < 0 && options->json) {
		report_add(explanation.report, SEVERITY_ERROR, CODE_UNREADABLE_FILE, error);
		result = print_explanation_json(&explanation, options, error);
		return result < 0 ? result : 1;
	}
	if (result < 0)
		return result;
	if (warning.number)
		report_add(explanation.report, SEVERITY_WARNING, warning.code, &warning);
	outcome_note_conditions(explanation.policy, explanation.rule, explanation.subject,
				explanation.report);
	load_tree(&explanation);
	result = options->json ? print_explanation_json(&explanation, options, error)
			       : print_explanation(&explanation, options->color, error);
	if (result < 0)
		return result;
	return report_count(explanation.report, SEVERITY_ERROR) ? 1 : 0;
}
