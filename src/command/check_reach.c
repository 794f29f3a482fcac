/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_reach.h"

#include <string.h>
#include <strings.h>

#include "cleanup.h"

/* Whether LIST has an item equal to ITEM. */
static bool has_item(const char *list, const struct policy_item *item)
{
	struct policy_item found;

	while (policy_next_item(&list, &found))
		if (found.excludes == item->excludes && strcasecmp(found.text, item->text) == 0)
			return true;
	return false;
}

/* Whether ABOVE, an item of a rule, matches everything that BELOW, an item of a later rule,
 * matches. */
static bool covers_item(const struct policy_item *above, const struct policy_item *below)
{
	id_t min[2], max[2];

	if (above->excludes)
		return false;
	/* Only its own name and 0:0 match root. */
	if (strcasecmp(above->text, below->text) == 0 || strcmp(above->text, "*") == 0)
		return strcmp(below->text, "0:0") != 0 || strcmp(above->text, "*") != 0;
	return above->kind == below->kind && policy_item_range(above, &min[0], &max[0]) &&
	       policy_item_range(below, &min[1], &max[1]) && max[1] > 0 && min[0] <= min[1] &&
	       max[1] <= max[0];
}

/* The same for the list ABOVE, whose exclusions LIST, the list of the later rule, must have too. */
static bool covers(const char *above, const struct policy_item *item, const char *list)
{
	struct policy_item found;
	bool covered = false;

	while (policy_next_item(&above, &found)) {
		bool is_other = item->kind == POLICY_ITEM_USER && found.kind == POLICY_ITEM_USER &&
				strcasecmp(item->text, found.text);

		if (found.excludes && !is_other && !has_item(list, &found))
			return false;
		covered = covered || covers_item(&found, item);
	}
	return covered;
}

/* For an existing user, policy_rule_matches() decides, also about groups and ranges. */
static bool takes_user(const struct rule *above, const struct policy_item *user,
		       const struct rule *below, bool by_text)
{
	cleanup(cleanup_subject) struct subject *subject = NULL;
	const struct rule anywhere = {.who = above->who, .service = (char *)"*"};
	struct error error = {0};
	const char *why;

	if (user->kind != POLICY_ITEM_USER || by_text ||
	    subject_load(user->name, "", &subject, &error) < 0)
		return covers(above->who, user, below->who);
	return policy_rule_matches(&anywhere, subject, &why, &error) > 0;
}

static bool is_same_list(const char *one, const char *other)
{
	return one && other ? strcmp(one, other) == 0 : one == other;
}

/* Whether ABOVE is for every host and terminal that BELOW is for, as far as the text tells. */
static bool covers_conditions(const struct rule *above, const struct rule *below)
{
	return (!above->from || is_same_list(above->from, below->from)) &&
	       (!above->tty || is_same_list(above->tty, below->tty));
}

/* The first rule above BELOW that matches the sessions of USER by SERVICE; NULL for none. */
static const struct rule *find_taker(const struct policy *policy, const struct rule *below,
				     const struct policy_item *user,
				     const struct policy_item *service, bool by_text)
{
	for (const struct rule *above = policy->rules; above < below; above++)
		if (covers_conditions(above, below) &&
		    covers(above->service, service, below->service) &&
		    takes_user(above, user, below, by_text))
			return above;
	return NULL;
}

/*
 * The first rule of POLICY above RULE that matches sessions of RULE's, where the rules above match
 * all of them. *SEVERAL is set to whether more than one rule is needed for that. NULL where RULE
 * can match, or that is not known.
 */
static const struct rule *find_takers(const struct policy *policy, const struct rule *rule,
				      bool by_text, bool *several)
{
	const struct rule *taker = NULL;
	struct policy_item user, service;

	*several = false;
	for (const char *users = rule->who; policy_next_item(&users, &user);) {
		for (const char *rest = rule->service; policy_next_item(&rest, &service);) {
			const struct rule *found;

			if (user.excludes || service.excludes)
				continue;
			found = find_taker(policy, rule, &user, &service, by_text);
			if (!found)
				return NULL;
			*several = *several || (taker && found != taker);
			taker = taker && taker < found ? taker : found;
		}
	}
	return taker;
}

void check_reach(const struct policy *policy, const struct rule *rule, bool by_text,
		 struct report *report)
{
	bool several;
	const struct rule *taker = find_takers(policy, rule, by_text, &several);

	if (taker)
		report_say(report, SEVERITY_WARNING, CODE_UNREACHABLE_RULE, rule->file, rule->line,
			   several ? "this rule can never match: the rules above it, from line %u "
				     "on, take all of its sessions; put it above them, or leave it "
				     "out"
				   : "this rule can never match: line %u takes all of its "
				     "sessions; put it above that line, or leave it out",
			   taker->line);
}

/* Whether LIST is * for all but uid 0, which a rule matches by its own name alone anyway. */
static bool names_everyone(const char *list)
{
	struct policy_item item;
	bool everyone = false;
	id_t min, max;

	while (policy_next_item(&list, &item)) {
		if (item.excludes && strcmp(item.name, "root") != 0 &&
		    !(policy_item_range(&item, &min, &max) && max == 0))
			return false;
		everyone |= !item.excludes && item.kind == POLICY_ITEM_ALL;
	}
	return everyone;
}

void check_reach_last_rule(const struct policy *policy, struct report *report)
{
	const struct rule *rule = policy->rules;

	if (!policy->n_rules)
		return;
	for (size_t i = 0; i < policy->n_rules; i++, rule++)
		if (names_everyone(rule->who) && strcmp(rule->service, "*") == 0 &&
		    !rule_has_conditions(rule))
			return;
	report_say(report, SEVERITY_WARNING, CODE_NO_LAST_RULE, rule[-1].file, rule[-1].line,
		   "no last rule for everyone else: who matches none stays in the host's own "
		   "tree; write '* * -' below if that is meant, or name a tree");
}
