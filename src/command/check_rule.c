/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_rule.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "check_kernel.h"
#include "check_names.h"
#include "check_network.h"
#include "check_reach.h"
#include "check_sources.h"
#include "cleanup.h"
#include "nearest.h"
#include "netgroup.h"
#include "nss.h"
#include "specifier.h"
#include "tree.h"
#include "trial.h"

/* What is known of one rule's trees. */
static void forget_rule(struct rule_check *check)
{
	tree_free(steal_pointer(&check->known.tree));
	tree_file_free(steal_pointer(&check->file));
	buffer_clear(&check->fields);
	free(steal_pointer(&check->seen));
	for (size_t i = 0; i < check->n_tried; i++)
		free(check->tried[i]);
	free(steal_pointer(&check->tried));
	check->n_tried = 0;
	check->n_trees = 0;
}

void check_rule_set_policy(struct rule_check *check, const struct policy *policy)
{
	check->policy = policy;
	check_users_set_policy(&check->users, policy);
}

void rule_check_clear(struct rule_check *check)
{
	forget_rule(check);
	homelist_clear(&check->known.homes);
	mountlist_free(check->known.mounts);
	check_users_clear(&check->users);
}

static void report_check_error(void *report, const struct error *error)
{
	report_add(report, SEVERITY_ERROR, CODE_TREE_UNUSABLE, error);
}

/* Whether no user with SHELL has tried the tree of FILE by this rule, which is then noted. */
static bool is_first_trial(struct rule_check *check, const char *file, const char *shell)
{
	cleanup(cleanup_free) char *pair = NULL;
	char **grown;

	if (asprintf(&pair, "%s %s", file, shell) < 0)
		return false;
	for (size_t i = 0; i < check->n_tried; i++)
		if (strcmp(check->tried[i], pair) == 0)
			return false;
	grown = reallocarray(check->tried, check->n_tried + 1, sizeof(*grown));
	if (!grown)
		return false;
	check->tried = grown;
	check->tried[check->n_tried++] = steal_pointer(&pair);
	return true;
}

/* With SHELL as the login shell. */
static void try_tree(struct rule_check *check, const struct tree *tree,
		     const struct subject *subject, const char *shell)
{
	if (check->tries && trial_is_of_use(tree, check->report) &&
	    is_first_trial(check, tree->file, shell))
		trial_run(check->rule, subject, check->report);
}

/* A file whose name is the same for everyone is read once. */
static int load_rule_file(struct rule_check *check, const struct subject *subject,
			  struct error *error)
{
	if (check->file && !strchr(check->rule->tree, '%'))
		return 0;
	tree_file_free(steal_pointer(&check->file));
	buffer_clear(&check->fields);
	return tree_file_load(check->rule->tree, subject, &check->file, error);
}

/* Checks the tree file of the rule, expanded for SUBJECT, and then its rows. */
static void check_rule_tree(struct rule_check *check, const struct subject *subject,
			    const char *shell)
{
	const struct faults faults = {report_check_error, check->report};
	cleanup(cleanup_tree) struct tree *tree = NULL;
	struct error error = {0};
	int result;

	check->n_trees++;
	report_set_user(check->report, subject);
	result = load_rule_file(check, subject, &error);
	if (result == 0)
		result = tree_parse_all(check->file, &check->fields, subject, &faults, &tree,
					&error);
	if (result == 0) {
		check_rows(tree, subject, check->rule->isolate, &check->known, check->report);
		check_network(check->rule, tree, check->report);
		try_tree(check, tree, subject, shell);
		if (!check->known.tree)
			check_sources_left_out(tree, subject, check->report);
		if (!check->known.tree)
			check->known.tree = steal_pointer(&tree);
	} else {
		nearest_add_tree(&error);
		error_place(&error, check->rule->file, check->rule->line);
		report_add(check->report, SEVERITY_ERROR, CODE_TREE_UNUSABLE, &error);
	}
	report_set_user(check->report, NULL);
}

/* Checks the tree for USER, if that one gets this rule by SERVICE; returns whether so. */
static bool check_for_user(struct rule_check *check, struct check_user *user, const char *service)
{
	struct group_list groups;
	const struct subject subject = check_users_subject(&check->users, user, service, &groups);
	struct error error = {0};
	int matches = check_users_may_get(&check->users, user, &subject, check->rule, &error);

	if (matches > 0) {
		check_rule_tree(check, &subject, user->shell);
	} else if (matches < 0) {
		size_t length = strlen(error.words);

		snprintf(error.words + length, sizeof(error.words) - length, "%s",
			 CHECK_NAMES_UNANSWERED);
		report_set_user(check->report, &subject);
		report_add(check->report, SEVERITY_ERROR, CODE_NAME_SERVICE, &error);
		report_set_user(check->report, NULL);
	}
	check_users_keep_groups(user, &groups);
	return matches > 0;
}

/* Whether the tree of the rule, which has been read, depends on the service. */
static bool depends_on_service(const struct rule_check *check)
{
	for (const struct tree_file *file = check->file; file; file = file->base)
		if (specifier_is_in(file->text, 's'))
			return true;
	return !check->file || specifier_is_in(check->rule->tree, 's');
}

/* A tree is checked once for a user, not by each service, unless it depends on the service. */
static void check_listed_user(struct rule_check *check, struct check_user *user,
			      const char *service)
{
	bool *seen = &check->seen[user - check->users.users];

	if ((!*seen || depends_on_service(check)) && check_for_user(check, user, service))
		*seen = true;
}

static void check_user(struct rule_check *check, const char *name, const char *service)
{
	struct check_user *listed = check_users_find(&check->users, name);
	cleanup(nss_user_clear) struct nss_user found = {0};
	struct error ignored = {0};
	struct check_user unlisted;

	if (listed && check->seen) {
		check_listed_user(check, listed, service);
	} else if (nss_user_by_name(name, &found, &ignored) == 0) {
		unlisted = check_users_unlisted(&found.entry);
		check_for_user(check, &unlisted, service);
		free(unlisted.groups);
	}
}

static bool is_named(const struct policy *policy, const char *service)
{
	struct policy_item item;

	for (size_t i = 0; i < policy->n_rules; i++)
		for (const char *rest = policy->rules[i].service; policy_next_item(&rest, &item);)
			if (strcasecmp(item.text, service) == 0)
				return true;
	return false;
}

/* A service to represent `*`: preferably one that no other rule names. */
static const char *pick_service(const struct policy *policy)
{
	static const char *const services[] = {"sshd", "login", "su", "cron", "other"};
	size_t i = 0;

	while (i + 1 < sizeof(services) / sizeof(*services) && is_named(policy, services[i]))
		i++;
	return services[i];
}

/* Users of a netgroup while their trees are checked. */
struct netgroup_check {
	struct rule_check *check;
	const char *service;
	bool names_all; /* a triple without a user was found */
};

static void check_group_members(struct rule_check *check, const char *name, const char *service)
{
	cleanup(nss_group_clear) struct nss_group group = {0};
	struct error error = {0};

	if (nss_group_by_name(name, &group, &error) < 0)
		return; /* check_names() reports this. */
	for (char *const *member = group.entry.gr_mem; *member; member++)
		check_user(check, *member, service);
}

/* The users that are listed, which may not be all. */
static void check_listed_users(struct rule_check *check, const char *service)
{
	for (size_t i = 0; check->seen && i < check->users.n_users; i++)
		if (check->users.users[i].is_login)
			check_listed_user(check, &check->users.users[i], service);
}

static int check_netgroup_user(const char *user, const char *domain, void *data)
{
	struct netgroup_check *netgroup = data;

	(void)domain;
	netgroup->names_all = netgroup->names_all || !user;
	if (user)
		check_user(netgroup->check, user, netgroup->service);
	return 0;
}

/* Returns whether the netgroup has users that it does not name. */
static bool check_netgroup_users(struct rule_check *check, const char *name, const char *service)
{
	struct netgroup_check netgroup = {check, service, false};
	struct error ignored = {0};

	/* check_names() reports one that cannot be looked up. */
	netgroup_each(name, check_netgroup_user, &netgroup, &ignored);
	return netgroup.names_all;
}

/* Checks the users that ITEM names; returns whether there are others whom only a list has. */
static bool check_item_users(struct rule_check *check, const struct policy_item *item,
			     const char *service)
{
	switch (item->kind) {
	case POLICY_ITEM_USER:
		check_user(check, item->name, service);
		return false;
	case POLICY_ITEM_GROUP:
		check_group_members(check, item->name, service);
		return true;
	case POLICY_ITEM_NETGROUP:
		return check_netgroup_users(check, item->name, service);
	default:
		return true;
	}
}

/* Lists the users, unless the rule names each of its own: a look-up by name reads all of passwd(5).
 */
static void list_users(struct rule_check *check)
{
	struct policy_item item;
	bool needed = false;

	for (const char *rest = check->rule->who; policy_next_item(&rest, &item);)
		needed = needed || (!item.excludes && item.kind != POLICY_ITEM_USER);
	if (needed && check_users_list(&check->users) == 0 && !check->seen)
		check->seen = calloc(check->users.n_users + 1, sizeof(*check->seen));
}

/* Checks the trees of all known users that the rule matches, for logins by SERVICE. */
static void check_users_by(struct rule_check *check, const char *service)
{
	struct policy_item item;
	bool listed = false;

	for (const char *rest = check->rule->who; policy_next_item(&rest, &item);)
		if (!item.excludes)
			listed |= check_item_users(check, &item, service);
	if (listed)
		check_listed_users(check, service);
}

static void check_trees(struct rule_check *check)
{
	struct policy_item item;

	list_users(check);
	for (const char *rest = check->rule->service; policy_next_item(&rest, &item);)
		if (!item.excludes)
			check_users_by(check, strcmp(item.text, "*") == 0
						      ? pick_service(check->policy)
						      : item.text);
}

/* For a rule that no known user gets, the tree is read as for the user nobody. */
static void check_unmatched_rule(struct rule_check *check)
{
	cleanup(cleanup_subject) struct subject *nobody = NULL;
	const struct faults faults = {report_check_error, check->report};
	cleanup(cleanup_tree) struct tree *tree = NULL;
	struct error error = {0};

	if (check->n_trees || strchr(check->rule->tree, '%') ||
	    subject_load("nobody", "sshd", &nobody, &error) < 0)
		return;
	if (tree_load_all(check->rule->tree, nobody, &faults, &tree, &error) == 0)
		return;
	nearest_add_tree(&error);
	error_place(&error, check->rule->file, check->rule->line);
	report_add(check->report, SEVERITY_ERROR, CODE_TREE_UNUSABLE, &error);
}

void check_rule_trees(struct rule_check *check, const struct rule *rule)
{
	check->rule = rule;
	check_trees(check);
	check_unmatched_rule(check);
	forget_rule(check);
}

void check_rule(struct rule_check *check, const struct rule *rule)
{
	check->rule = rule;
	check_names(rule, check->report);
	check_reach(check->policy, rule, false, check->report);
	if (rule->action != RULE_ENTER)
		return;
	check_kernel_rule(rule, check->report);
	check_rule_trees(check, rule);
}
