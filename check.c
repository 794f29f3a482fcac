/* SPDX-License-Identifier: BSD-3-Clause */
#include "check.h"

#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "isolate.h"
#include "landlock.h"
#include "policy.h"
#include "rows.h"
#include "share.h"
#include "tree.h"

#define USERS_MAX 1000 /* of a rule's: enough to find what one user's tree has wrong */

/* A look at a policy; one rule of it at a time. */
struct check {
	struct report *report;
	const struct policy *policy;
	const struct rule *rule;
	unsigned n_trees; /* looked at for this rule */
};

static void tell_error(void *report, const struct error *error)
{
	report_add(report, SEVERITY_ERROR, error);
}

static void cleanup_policy(struct policy **policy)
{
	policy_free(*policy);
}

static void cleanup_subject(struct subject **subject)
{
	subject_free(*subject);
}

static void cleanup_tree(struct tree **tree)
{
	tree_free(*tree);
}

#define warn(check, ...)                                                                           \
	report_say((check)->report, SEVERITY_WARNING, (check)->policy->file, (check)->rule->line,  \
		   __VA_ARGS__)

/* One user's tree: what is wrong with its file, then with its rows. */
static void check_tree(struct check *check, const struct subject *subject)
{
	const struct faults faults = {tell_error, check->report};
	cleanup(cleanup_tree) struct tree *tree = NULL;
	struct error error = {0};

	check->n_trees++;
	if (tree_load_all(check->rule->tree, subject, &faults, &tree, &error) < 0) {
		error_place(&error, check->policy->file, check->rule->line);
		report_add(check->report, SEVERITY_ERROR, &error);
		return;
	}
	rows_check(tree, check->report);
}

/* USER's tree, if this is the rule that USER would get. */
static void check_user(struct check *check, const char *user, const char *service)
{
	cleanup(cleanup_subject) struct subject *subject = NULL;
	const struct rule *rule = NULL;
	struct error error = {0};

	if (subject_load(user, service, &subject, &error) == 0 &&
	    policy_match(check->policy, subject, &rule, &error) == 0 && rule == check->rule)
		check_tree(check, subject);
}

/* The first service that a rule names, or one that no rule can mean in particular. */
static void pick_service(const char *list, struct policy_item *item)
{
	while (policy_next_item(&list, item))
		if (!item->excludes && strcmp(item->text, "*") != 0)
			return;
	snprintf(item->text, sizeof(item->text), "sshd");
}

static void check_members(struct check *check, const char *name, const char *service)
{
	const struct group *group = getgrnam(name);

	if (!group) {
		warn(check, "there is no group '%s': this matches nobody until there is", name);
		return;
	}
	for (unsigned i = 0; i < USERS_MAX && group->gr_mem[i]; i++) {
		cleanup(cleanup_free) char *user = strdup(group->gr_mem[i]);

		if (user)
			check_user(check, user, service);
		group = getgrnam(name);
		if (!group)
			return;
	}
}

/* Whether SHELL lets its user log in (shells(5)): the others' sessions are not what a rule is for.
 */
static bool is_login_shell(const char *shell)
{
	const char *known;

	setusershell();
	do
		known = getusershell();
	while (known && strcmp(known, shell) != 0);
	endusershell();
	return known != NULL;
}

/* Who is known by the passwd database's own list: it may not have everyone. */
static void check_listed_users(struct check *check, const char *service)
{
	const struct passwd *entry;

	setpwent();
	for (unsigned i = 0; i < USERS_MAX && (entry = getpwent()); i++) {
		cleanup(cleanup_free) char *user = strdup(entry->pw_name);

		if (user && is_login_shell(entry->pw_shell))
			check_user(check, user, service);
	}
	endpwent();
}

static bool is_range_or_all(const struct policy_item *item)
{
	return strchr(item->text, ':') || strcmp(item->text, "*") == 0;
}

static void check_users(struct check *check)
{
	struct policy_item item, service;
	bool listed = false;

	pick_service(check->rule->service, &service);
	for (const char *rest = check->rule->who; policy_next_item(&rest, &item);) {
		if (is_range_or_all(&item))
			listed = listed || !item.excludes;
		else if (item.text[0] == '@' && !item.excludes)
			check_members(check, item.text + 1, service.text);
		else if (item.text[0] != '@' && !getpwnam(item.text))
			warn(check, "there is no user '%s': this matches nobody until there is",
			     item.text);
		else if (!item.excludes)
			check_user(check, item.text, service.text);
	}
	if (listed || strchr(check->rule->who, '@'))
		check_listed_users(check, service.text);
}

/* By the name in lower case, which pam_start(3) makes of it. */
static bool has_service(const char *directory, const char *service)
{
	char path[PATH_MAX];
	size_t start = strlen(directory) + 1;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, service) >= sizeof(path))
		return false;
	for (char *c = path + start; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return access(path, F_OK) == 0 || errno != ENOENT;
}

int check_service(const char *service, struct error *error)
{
	if (!strchr(service, '/') &&
	    (has_service("/etc/pam.d", service) || has_service("/usr/lib/pam.d", service)))
		return 0;
	return error_say(error, ENOENT,
			 "there is no service '%s': /etc/pam.d/%s does not exist; correct the "
			 "name, or install what brings the file",
			 service, service);
}

static void check_services(const struct check *check)
{
	struct policy_item item;

	for (const char *rest = check->rule->service; policy_next_item(&rest, &item);) {
		struct error error = {0};

		if (strcmp(item.text, "*") != 0 && check_service(item.text, &error) < 0)
			warn(check, "%s", error.words);
	}
}

/* A rule that nobody known would get: its tree is read for one whom every machine has. */
static void check_nobody(struct check *check)
{
	cleanup(cleanup_subject) struct subject *nobody = NULL;
	const struct faults faults = {tell_error, check->report};
	cleanup(cleanup_tree) struct tree *tree = NULL;
	struct error error = {0};

	if (check->n_trees || strchr(check->rule->tree, '%') ||
	    subject_load("nobody", "sshd", &nobody, &error) < 0)
		return;
	if (tree_load_all(check->rule->tree, nobody, &faults, &tree, &error) == 0)
		return;
	error_place(&error, check->policy->file, check->rule->line);
	report_add(check->report, SEVERITY_ERROR, &error);
}

static bool covers_list(const char *above, const char *below)
{
	return strcmp(above, "*") == 0 || strcmp(above, below) == 0;
}

/* Root is matched by its own name and 0:0 alone, so that a `*` above does not cover it. */
static bool may_be_root(const char *who)
{
	struct policy_item item;

	while (policy_next_item(&who, &item)) {
		const struct passwd *entry = getpwnam(item.text);

		if (!item.excludes &&
		    (strcmp(item.text, "0:0") == 0 || (entry && entry->pw_uid == 0)))
			return true;
	}
	return false;
}

static void check_reached(const struct check *check)
{
	const struct rule *below = check->rule;

	for (const struct rule *above = check->policy->rules; above < below; above++) {
		if (!covers_list(above->who, below->who) ||
		    !covers_list(above->service, below->service))
			continue;
		if (strcmp(above->who, below->who) != 0 && may_be_root(below->who))
			continue;
		warn(check,
		     "this rule can never match: line %u takes all of its sessions; put it "
		     "above that line, or leave it out",
		     above->line);
		return;
	}
}

static void check_isolation(const struct check *check)
{
	struct error error = {0};
	unsigned words = check->rule->isolate;
	cleanup(cleanup_fd) int ruleset = -1;

	if (!words || !check->rule->isolate_said)
		return;
	ruleset = landlock_prepare(words & ISOLATE_SIGNAL, words & ISOLATE_SOCKET, &error);
	if (ruleset >= 0)
		return;
	error_place(&error, check->policy->file, check->rule->line);
	report_add(check->report, SEVERITY_ERROR, &error);
}

static void check_share(const struct check *check)
{
	struct error error = {0};

	if (!check->rule->shared || share_check(&error) == 0)
		return;
	error_place(&error, check->policy->file, check->rule->line);
	report_add(check->report, SEVERITY_WARNING, &error);
}

static void check_rule(struct check *check)
{
	check_services(check);
	check_reached(check);
	if (strcmp(check->rule->tree, "-") == 0)
		return;
	check_isolation(check);
	check_share(check);
	check_users(check);
	check_nobody(check);
}

static void check_last(const struct policy *policy, struct report *report)
{
	const struct rule *rule = policy->rules;

	for (size_t i = 0; i < policy->n_rules; i++, rule++)
		if (strcmp(rule->who, "*") == 0 && strcmp(rule->service, "*") == 0)
			return;
	report_say(report, SEVERITY_WARNING, policy->file, rule[-1].line,
		   "no last rule for everyone else: who matches none stays in the host's own "
		   "tree; write '* * -' below if that is meant, or name a tree");
}

/* A file that logins would not trust is read all the same, to find what else there is. */
static int load(const char *file, bool installed, struct report *report, struct policy **policy,
		struct error *error)
{
	const struct faults faults = {tell_error, report};
	cleanup(cleanup_file) FILE *stream = NULL;
	int result = policy_load_all(file, &faults, policy, error);

	if (result != -EPERM && result != -ELOOP)
		return result;
	report_add(report, installed ? SEVERITY_ERROR : SEVERITY_WARNING, error);
	*error = (struct error){0};
	stream = fopen(file, "re");
	if (!stream) {
		error_place(error, file, 0);
		return error_say(error, errno, "cannot be read: %m");
	}
	return policy_read_all(stream, file, &faults, policy, error);
}

void check_policy(const char *file, bool installed, struct report *report)
{
	cleanup(cleanup_policy) struct policy *policy = NULL;
	struct check check = {.report = report};
	struct error error = {0};

	if (load(file, installed, report, &policy, &error) < 0) {
		report_add(report, SEVERITY_ERROR, &error);
		return;
	}
	check.policy = policy;
	for (size_t i = 0; i < policy->n_rules; i++) {
		check.rule = &policy->rules[i];
		check.n_trees = 0;
		check_rule(&check);
	}
	check_last(policy, report);
}
