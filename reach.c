/* SPDX-License-Identifier: BSD-3-Clause */
#include "reach.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"

/* Whether LIST has an item that reads as ITEM does. */
static bool has_item(const char *list, const struct policy_item *item)
{
	struct policy_item found;

	while (policy_next_item(&list, &found))
		if (found.excludes == item->excludes && strcasecmp(found.text, item->text) == 0)
			return true;
	return false;
}

static bool read_range(const char *text, unsigned *min, unsigned *max)
{
	char end;

	if (sscanf(text, "%u:%u%c", min, max, &end) == 2)
		return true;
	*max = UINT_MAX;
	return sscanf(text, "%u:%c", min, &end) == 1;
}

/* Whether ABOVE, one item of a rule, takes all that BELOW, an item of a later one, stands for. */
static bool covers_item(const struct policy_item *above, const struct policy_item *below)
{
	unsigned min[2], max[2];

	if (above->excludes)
		return false;
	/* Only its own name and 0:0 match root. */
	if (strcasecmp(above->text, below->text) == 0 || strcmp(above->text, "*") == 0)
		return strcmp(below->text, "0:0") != 0 || strcmp(above->text, "*") != 0;
	return read_range(above->text, &min[0], &max[0]) &&
	       read_range(below->text, &min[1], &max[1]) && max[1] > 0 && min[0] <= min[1] &&
	       max[1] <= max[0];
}

/* The same for a whole list, whose exclusions must be those of the later rule, LIST. */
static bool covers(const char *above, const struct policy_item *item, const char *list)
{
	struct policy_item found;
	bool covered = false;

	while (policy_next_item(&above, &found)) {
		bool is_other = strcmp(item->text, "*") != 0 && !strpbrk(item->text, ":@") &&
				!strpbrk(found.text, ":@*") && strcasecmp(item->text, found.text);

		if (found.excludes && !is_other && !has_item(list, &found))
			return false;
		covered = covered || covers_item(&found, item);
	}
	return covered;
}

/* For a user who exists the rule itself can be asked, about groups and ranges too. */
static bool takes_user(const struct rule *above, const struct policy_item *user,
		       const struct rule *below)
{
	cleanup(cleanup_subject) struct subject *subject = NULL;
	const struct rule anywhere = {.who = above->who, .service = (char *)"*"};
	struct error error = {0};
	const char *why;

	if (strpbrk(user->text, ":@*") || subject_load(user->text, "", &subject, &error) < 0)
		return covers(above->who, user, below->who);
	return policy_rule_matches(&anywhere, subject, &why, &error) > 0;
}

/* The first rule above BELOW that takes the sessions of USER by SERVICE; NULL for none. */
static const struct rule *find_taker(const struct policy *policy, const struct rule *below,
				     const struct policy_item *user,
				     const struct policy_item *service)
{
	for (const struct rule *above = policy->rules; above < below; above++)
		if (covers(above->service, service, below->service) &&
		    takes_user(above, user, below))
			return above;
	return NULL;
}

const struct rule *reach_find_taker(const struct policy *policy, const struct rule *rule,
				    bool *several)
{
	const struct rule *taker = NULL;
	struct policy_item user, service;

	*several = false;
	for (const char *users = rule->who; policy_next_item(&users, &user);) {
		for (const char *rest = rule->service; policy_next_item(&rest, &service);) {
			const struct rule *found;

			if (user.excludes || service.excludes)
				continue;
			found = find_taker(policy, rule, &user, &service);
			if (!found)
				return NULL;
			*several = *several || (taker && found != taker);
			taker = taker && taker < found ? taker : found;
		}
	}
	return taker;
}
