/* SPDX-License-Identifier: BSD-3-Clause */
/* Which rule matches a subject: nstree.conf(5), "Who" and "Service". */
#include "policy.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "condition.h"
#include "policy_item.h"

static bool is_in_range(const struct policy_item *item, id_t id)
{
	id_t min, max;

	return policy_item_range(item, &min, &max) && min <= id && id <= max;
}

/* Whether ITEM is one of those that the name service is asked about. */
static bool is_asked_for(const struct policy_item *item)
{
	return item->kind == POLICY_ITEM_GROUP || item->kind == POLICY_ITEM_NETGROUP;
}

/* uid 0 must be able to log in and repair a policy: only an item that names it matches it. */
static bool item_matches(const struct policy_item *item, const struct subject *subject)
{
	bool exempt = subject->uid == 0 && !item->excludes;
	id_t min, max;

	switch (item->kind) {
	case POLICY_ITEM_ALL:
		return !exempt;
	case POLICY_ITEM_UIDS:
		return is_in_range(item, subject->uid) &&
		       (!exempt || (policy_item_range(item, &min, &max) && max == 0));
	case POLICY_ITEM_GIDS:
		return !exempt && is_in_range(item, subject->gid);
	default:
		return strcmp(item->name, subject->user) == 0;
	}
}

/* Whether an item of LIST other than a group matches SUBJECT: one with '!' where EXCLUDES. */
static bool finds_name(const char *list, const struct subject *subject, bool excludes)
{
	struct policy_item item;

	while (policy_next_item(&list, &item))
		if (item.excludes == excludes && !is_asked_for(&item) &&
		    item_matches(&item, subject))
			return true;
	return false;
}

static int is_member(const struct policy_item *item, const struct subject *subject,
		     struct error *error)
{
	return item->kind == POLICY_ITEM_NETGROUP ? subject_in_netgroup(subject, item->name, error)
						  : subject_in_group(subject, item->name, error);
}

static void warn_of_unknown(const struct policy_item *item, struct error *warning)
{
	if (!warning->number)
		warning->code = item->kind == POLICY_ITEM_NETGROUP ? CODE_UNKNOWN_NETGROUP
								   : CODE_UNKNOWN_GROUP;
	if (!warning->number)
		error_set(warning, ENOENT,
			  "no source knows the %s '%s', so that '%s' has no members: correct the "
			  "name, or take it out of the rule",
			  item->kind == POLICY_ITEM_NETGROUP ? "netgroup" : "group", item->name,
			  item->text);
}

/*
 * The same for groups and netgroups, in which order they are written. Returns 1 or 0, or negative
 * errno where NSS could not say. One that no source knows has no members, and is reported in
 * WARNING.
 */
static int finds_group(const char *list, const struct subject *subject, bool excludes,
		       struct error *warning, struct error *error)
{
	struct policy_item item;

	while (policy_next_item(&list, &item)) {
		struct error failure = {0};
		int found;

		if (item.excludes != excludes || !is_asked_for(&item))
			continue;
		found = is_member(&item, subject, &failure);
		if (found > 0)
			return found;
		if (found == -ENOENT)
			warn_of_unknown(&item, warning);
		if (found < 0 && found != -ENOENT) {
			*error = failure;
			return found;
		}
	}
	return 0;
}

/* Groups come last, and only where they decide: the source may be slow, or not there. */
static int who_matches(const char *who, const struct subject *subject, const char **why,
		       struct error *warning, struct error *error)
{
	int excluded;

	*why = "the user is excluded by name";
	if (finds_name(who, subject, true))
		return 0;
	*why = subject->uid == 0 ? "uid 0 is matched by its own name or 0:0 only"
				 : "the user is none of these";
	if (!finds_name(who, subject, false)) {
		int found =
			subject->uid == 0 ? 0 : finds_group(who, subject, false, warning, error);

		if (found <= 0)
			return found;
	}
	excluded = finds_group(who, subject, true, warning, error);
	*why = excluded ? "the user is in an excluded group" : "user and service match";
	return excluded < 0 ? excluded : !excluded;
}

/* Ignores case, because pam_start(3) converts the service's name to lower case. */
static bool service_matches(const char *list, const char *service)
{
	bool matches = false;
	struct policy_item item;

	while (policy_next_item(&list, &item)) {
		if (strcmp(item.text, "*") != 0 && strcasecmp(item.text, service) != 0)
			continue;
		if (item.excludes)
			return false;
		matches = true;
	}
	return matches;
}

static int host_matches(const struct rule *rule, const struct subject *subject, const char **why,
			struct error *error)
{
	int result = rule->from ? condition_has_host(rule->from, subject, error) : 1;

	if (result == 0)
		*why = "it is for sessions from other hosts";
	return result;
}

/* A host name is only looked up for a rule that is the user's. */
static int rule_matches(const struct rule *rule, const struct subject *subject, const char **why,
			struct error *warning, struct error *error)
{
	bool asks = rule->from && condition_asks_for_host(subject);
	int result;

	*why = "it is for other services";
	if (!service_matches(rule->service, subject->service))
		return 0;
	*why = "it is for sessions on other terminals";
	if (rule->tty && !condition_has_tty(rule->tty, subject))
		return 0;
	result = asks ? 1 : host_matches(rule, subject, why, error);
	if (result > 0)
		result = who_matches(rule->who, subject, why, warning, error);
	return result > 0 && asks ? host_matches(rule, subject, why, error) : result;
}

int policy_rule_matches(const struct rule *rule, const struct subject *subject, const char **why,
			struct error *error)
{
	struct error ignored = {0};

	return rule_matches(rule, subject, why, &ignored, error);
}

int policy_find_rule(const struct policy *policy, const struct subject *subject,
		     const struct rule **rule, struct error *warning, struct error *error)
{
	*rule = NULL;
	for (size_t i = 0; i < policy->n_rules && !*rule; i++) {
		const struct rule *candidate = &policy->rules[i];
		const char *why;
		int matches = rule_matches(candidate, subject, &why, warning, error);

		/* The place of the first warning is set already when a later rule has one. */
		if (warning->number)
			error_place(warning, candidate->file, candidate->line);
		if (matches < 0) {
			error_place(error, candidate->file, candidate->line);
			return matches;
		}
		if (matches)
			*rule = candidate;
	}
	return 0;
}

/* policy_rule_matches() from some remote host, on some terminal. */
static int may_match(const struct rule *rule, const struct subject *subject, struct error *error)
{
	struct rule unconditional = *rule;
	const char *why;
	int matches;

	unconditional.from = unconditional.tty = NULL;
	matches = policy_rule_matches(&unconditional, subject, &why, error);
	if (matches < 0)
		error_place(error, rule->file, rule->line);
	return matches;
}

int policy_may_get(const struct policy *policy, const struct subject *subject,
		   const struct rule *rule, struct error *error)
{
	for (const struct rule *above = policy->rules; above <= rule; above++) {
		int matches = may_match(above, subject, error);

		if (above == rule || matches < 0)
			return matches;
		if (matches && !rule_has_conditions(above))
			return 0;
	}
	return 0;
}

int policy_reach(const struct policy *policy, const struct subject *subject, size_t *reach,
		 struct error *error)
{
	for (*reach = 0; *reach < policy->n_rules; ++*reach) {
		const struct rule *rule = &policy->rules[*reach];
		int matches = may_match(rule, subject, error);

		if (matches < 0)
			return matches;
		if (matches && !rule_has_conditions(rule))
			break;
	}
	return 0;
}
