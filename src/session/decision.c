/* SPDX-License-Identifier: BSD-3-Clause */
#include "decision.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "administrators.h"
#include "buffer.h"
#include "cleanup.h"
#include "isolate.h"
#include "policy.h"
#include "session_rows.h"
#include "treecache.h"

/* Whether SUBJECT stays in the host's tree although all others get a tree. */
static bool stays_on_host(const struct subject *subject, struct error *warning)
{
	struct error error = {0};
	int result = administrator_check(subject, &error);

	if (result < 0)
		error_set(warning, -result,
			  "whether the user is an administrator cannot be found out, and the "
			  "session gets the tree: %s",
			  error.words);
	return result > 0;
}

/* As the rule or the argument has it, so that the log of a session that is refused has it, too. */
static int load_tree_file(const char *name, const struct subject *subject,
			  struct decision *decision, struct error *error)
{
	snprintf(decision->name, sizeof(decision->name), "%s", name);
	return tree_file_load(name, subject, &decision->file, error);
}

static int decide_by_name(const struct subject *subject, const char *name, bool everyone,
			  struct decision *decision, struct error *error)
{
	int result;

	decision->isolate = ISOLATE_PTRACE;
	if (subject->uid == 0 || (!everyone && stays_on_host(subject, &decision->warning)))
		return 0;
	result = load_tree_file(name, subject, decision, error);
	return result < 0 ? result : decision_parse(decision, subject, error);
}

/* A rule with deny is not a broken policy: one that names uid 0 denies uid 0 too. */
static int deny(const struct rule *rule, struct decision *decision, struct error *error)
{
	decision->denied = true;
	error_place(error, rule->file, rule->line);
	return error_set(error, EACCES,
			 "the rule '%.200s %.200s " RULE_TREE_DENY "' denies this session",
			 rule->who, rule->service);
}

static int decide_by_rules(const struct subject *subject, const char *conf,
			   struct decision *decision, struct error *error)
{
	cleanup(cleanup_policy) struct policy *policy = NULL;
	const struct rule *rule = NULL;
	int result;

	result = policy_load(conf, &policy, error);
	if (result == 0)
		result = policy_find_rule(policy, subject, &rule, &decision->warning, error);
	if (result < 0 || !rule || rule->action == RULE_HOST)
		return result;
	if (rule->action == RULE_DENY)
		return deny(rule, decision, error);
	decision->conf = conf;
	decision->rule_file = strdup(rule->file);
	decision->rule_line = rule->line;
	if (!decision->rule_file)
		return error_no_memory(error);
	decision->isolate = rule->isolate;
	decision->isolate_said = rule->isolate_said;
	decision->shared = rule->shared;
	result = network_copy(&decision->network, &rule->network, error);
	if (result == 0)
		result = load_tree_file(rule->tree, subject, decision, error);
	if (result == 0 && (!rule->shared || subject->uid == 0))
		result = decision_parse(decision, subject, error);
	if (result < 0)
		decision_place(decision, error);
	return result;
}

void decision_place(const struct decision *decision, struct error *error)
{
	if (decision->rule_file)
		error_place(error, decision->rule_file, decision->rule_line);
}

int decision_make(const struct subject *subject, const char *conf, const char *tree, bool everyone,
		  struct decision *decision, struct error *error)
{
	int result;

	*decision = (struct decision){0};
	result = tree ? decide_by_name(subject, tree, everyone, decision, error)
		      : decide_by_rules(subject, conf, decision, error);
	if (result < 0)
		decision_clear(decision);
	return result;
}

/* Kept fields that do not give a tree are not believed, whatever the error says. */
static int parse_kept(struct decision *decision, const struct subject *subject)
{
	cleanup(buffer_clear) struct buffer fields = {0};
	struct error ignored = {0};

	treecache_read(decision->file, &fields);
	return fields.length ? tree_parse_fields(decision->file, &fields, subject, &decision->tree,
						 &ignored)
			     : -ENOENT;
}

static int parse_anew(struct decision *decision, const struct subject *subject, struct error *error)
{
	cleanup(buffer_clear) struct buffer fields = {0};
	int result = tree_parse_fields(decision->file, &fields, subject, &decision->tree, error);

	if (result == 0)
		treecache_write(decision->file, &fields);
	return result;
}

int decision_parse(struct decision *decision, const struct subject *subject, struct error *error)
{
	int result = 0;

	if (decision->tree)
		return 0;
	if (parse_kept(decision, subject) < 0)
		result = parse_anew(decision, subject, error);
	if (result == 0)
		result = session_rows_add(decision->tree, subject, &decision->network, error);
	if (result < 0)
		decision_place(decision, error);
	return result;
}

void decision_clear(struct decision *decision)
{
	tree_free(steal_pointer(&decision->tree));
	tree_file_free(steal_pointer(&decision->file));
	network_clear(&decision->network);
	free(steal_pointer(&decision->rule_file));
}
