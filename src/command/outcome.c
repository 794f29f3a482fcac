/* SPDX-License-Identifier: BSD-3-Clause */
#include "outcome.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "administrators.h"
#include "buffer.h"
#include "cleanup.h"
#include "isolate.h"
#include "printable.h"
#include "tree.h"
#include "treefile.h"

#define say_why(outcome, ...) snprintf((outcome)->why, sizeof((outcome)->why), __VA_ARGS__)

static void set_outcome(struct outcome *outcome, enum outcome_kind kind, const char *tree)
{
	*outcome = (struct outcome){.kind = kind};
	snprintf(outcome->tree, sizeof(outcome->tree), "%s", tree);
}

void outcome_of_rule(const struct rule *rule, struct outcome *outcome)
{
	set_outcome(outcome, OUTCOME_HOST, "");
	if (rule->action == RULE_ENTER)
		set_outcome(outcome, OUTCOME_TREE, rule->tree);
	else if (rule->action == RULE_DENY)
		set_outcome(outcome, OUTCOME_DENIED, "");
	outcome->rule = rule;
	say_why(outcome, "%s:%u", rule->file, rule->line);
}

void outcome_of_rules(const struct policy *policy, const struct subject *subject,
		      struct outcome *outcome)
{
	const struct rule *rule = NULL;
	struct error error = {0};
	char text[ERROR_TEXT_SIZE];

	set_outcome(outcome, OUTCOME_HOST, "");
	if (policy_match(policy, subject, &rule, &error) < 0) {
		/* uid 0 is let in on the host's tree, whatever is wrong. */
		outcome->kind = subject->uid == 0 ? OUTCOME_HOST : OUTCOME_REFUSED;
		say_why(outcome, "%s", error_text(&error, text));
		return;
	}
	if (rule)
		outcome_of_rule(rule, outcome);
	else
		say_why(outcome, "no rule of %s matches", policy->file);
}

static void set_refused(struct outcome *outcome, const struct error *error)
{
	char text[ERROR_TEXT_SIZE];

	set_outcome(outcome, OUTCOME_REFUSED, "");
	say_why(outcome, "%s", error_text(error, text));
}

void outcome_try_tree(struct outcome *outcome, const struct subject *subject)
{
	cleanup(cleanup_tree_file) struct tree_file *file = NULL;
	cleanup(cleanup_tree) struct tree *tree = NULL;
	struct error error = {0};

	if (outcome->kind == OUTCOME_TREE &&
	    (tree_file_load(outcome->tree, subject, &file, &error) < 0 ||
	     tree_parse(file, subject, &tree, &error) < 0))
		set_refused(outcome, &error);
}

/* Where the tree's file cannot be read, or one that it is built on. */
static void refuse_without_tree(const char *tree, const struct subject *subject,
				struct outcome *outcome)
{
	cleanup(cleanup_tree_file) struct tree_file *file = NULL;
	struct error error = {0};

	if (tree_file_load(tree, subject, &file, &error) < 0)
		set_refused(outcome, &error);
}

/* The module refuses all but uid 0. */
static void outcome_of_fault(const struct pamservice *service, const struct subject *subject,
			     struct outcome *outcome)
{
	set_outcome(outcome, subject->uid == 0 ? OUTCOME_HOST : OUTCOME_REFUSED, "");
	say_why(outcome, "%s:%u: %.900s", service->file, service->line, service->fault);
}

/* tree= is as a last rule for everyone but root and, without `everyone`, administrators. */
static void outcome_of_tree(const struct pamservice *service, const struct subject *subject,
			    struct outcome *outcome)
{
	struct error error = {0};

	if (subject->uid == 0) {
		say_why(outcome, "tree= in %s:%u is not for uid 0", service->file, service->line);
	} else if (!service->everyone && administrator_check(subject, &error) > 0) {
		say_why(outcome, "tree= in %s:%u is not for administrators", service->file,
			service->line);
	} else {
		set_outcome(outcome, OUTCOME_TREE, service->tree);
		say_why(outcome, "tree= in %s:%u", service->file, service->line);
		refuse_without_tree(service->tree, subject, outcome);
	}
}

/* By the policy that conf= names. */
static void outcome_of_conf(const char *file, const struct subject *subject,
			    struct outcome *outcome)
{
	cleanup(cleanup_policy) struct policy *policy = NULL;
	struct error error = {0};
	char text[ERROR_TEXT_SIZE];

	if (policy_load(file, &policy, &error) == 0) {
		outcome_of_rules(policy, subject, outcome);
		outcome->rule = NULL;
		return;
	}
	set_outcome(outcome, subject->uid == 0 ? OUTCOME_HOST : OUTCOME_REFUSED, "");
	say_why(outcome, "%s", error_text(&error, text));
}

bool outcome_has_other_policy(const struct pamservice *service)
{
	return service->file && !service->tree && service->conf &&
	       strcmp(service->conf, POLICY_FILE) != 0;
}

void outcome_of_service(const struct pamservice *service, const struct policy *policy,
			const struct policy *other, const struct subject *subject,
			struct outcome *outcome)
{
	struct subject by_service = *subject;

	by_service.service = service->service;
	set_outcome(outcome, OUTCOME_HOST, "");
	if (!service->file)
		say_why(outcome, "%s has no line of pam_nstree", service->stack);
	else if (service->fault)
		outcome_of_fault(service, &by_service, outcome);
	else if (service->tree)
		outcome_of_tree(service, &by_service, outcome);
	else if (!outcome_has_other_policy(service))
		outcome_of_rules(policy, &by_service, outcome);
	else if (other)
		outcome_of_rules(other, &by_service, outcome);
	else
		outcome_of_conf(service->conf, &by_service, outcome);
}

const char *outcome_word(enum outcome_kind kind)
{
	static const char *const words[] = {[OUTCOME_HOST] = "host",
					    [OUTCOME_TREE] = "tree",
					    [OUTCOME_DENIED] = "denied",
					    [OUTCOME_REFUSED] = "refused"};

	return words[kind];
}

char *outcome_options(const struct rule *rule)
{
	cleanup(buffer_clear) struct buffer text = {0};
	cleanup(cleanup_free) char *network = NULL;
	char words[ISOLATE_TEXT_SIZE];

	if (!rule || rule->action != RULE_ENTER)
		return strdup("");
	network = network_text(&rule->network);
	if (!network)
		return NULL;
	buffer_add(&text, "isolate=");
	buffer_add(&text, isolate_text(rule->isolate, words));
	buffer_add(&text, rule->shared ? " share=user" : " share=none");
	buffer_add(&text, *network ? " " : "");
	buffer_add(&text, network);
	return buffer_take(&text);
}

char *outcome_conditions(const struct rule *rule)
{
	struct buffer text = {0};

	buffer_add(&text, rule->from ? "from=" : "");
	buffer_add(&text, rule->from ? rule->from : "");
	buffer_add(&text, rule->from && rule->tty ? " " : "");
	buffer_add(&text, rule->tty ? "tty=" : "");
	buffer_add(&text, rule->tty ? rule->tty : "");
	return buffer_take(&text);
}

/* Whether RULE is for SUBJECT from some host, on some terminal. What NSS cannot say is. */
static bool is_for(const struct rule *rule, const struct subject *subject)
{
	struct rule unconditional = *rule;
	struct error ignored = {0};
	const char *why;

	unconditional.from = unconditional.tty = NULL;
	return !subject || policy_rule_matches(&unconditional, subject, &why, &ignored) != 0;
}

void outcome_note_conditions(const struct policy *policy, const struct rule *last,
			     const struct subject *subject, struct report *report)
{
	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = &policy->rules[i];
		cleanup(cleanup_free) char *conditions = outcome_conditions(rule);

		if (rule_has_conditions(rule) && conditions && is_for(rule, subject))
			report_say(report, SEVERITY_NOTE, CODE_RULE_CONDITION, rule->file,
				   rule->line,
				   "'%.200s': this depends on where a session comes from; --from "
				   "ADDRESS and --tty NAME ask for such a session",
				   conditions);
		if (rule == last)
			break;
	}
}

json_t *outcome_json(const struct outcome *outcome)
{
	cleanup(cleanup_free) char *options = outcome_options(outcome->rule);

	return json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:o}", "outcome", outcome_word(outcome->kind), "tree",
		outcome->kind == OUTCOME_TREE ? printable_json(outcome->tree) : json_null(),
		"options", printable_json(options ? options : ""), "file",
		outcome->rule ? printable_json(outcome->rule->file) : json_null(), "line",
		outcome->rule ? json_integer(outcome->rule->line) : json_null(), "why",
		printable_json(outcome->why));
}
