/* SPDX-License-Identifier: BSD-3-Clause */
#include "check.h"

#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cleanup.h"
#include "isolate.h"
#include "policy.h"
#include "reach.h"
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
	rows_check(tree, check->rule->isolate, check->report);
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

static bool is_named(const struct policy *policy, const char *service)
{
	struct policy_item item;

	for (size_t i = 0; i < policy->n_rules; i++)
		for (const char *rest = policy->rules[i].service; policy_next_item(&rest, &item);)
			if (strcasecmp(item.text, service) == 0)
				return true;
	return false;
}

/* A service for `*`: by preference one that other rules do not take away. */
static const char *pick_service(const struct policy *policy)
{
	static const char *const services[] = {"sshd", "login", "su", "cron", "other"};
	size_t i = 0;

	while (i + 1 < sizeof(services) / sizeof(*services) && is_named(policy, services[i]))
		i++;
	return services[i];
}

static void check_members(struct check *check, const char *name, const char *service)
{
	const struct group *group = getgrnam(name);

	if (!group) {
		warn(check,
		     "there is no group '%s': this matches nobody until there is; correct the "
		     "name, or leave it out",
		     name);
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

/* For the users whom the rule matches, as far as they are known, their trees by SERVICE. */
static void check_users(struct check *check, const char *service)
{
	struct policy_item item;
	bool listed = strchr(check->rule->who, '@');

	for (const char *rest = check->rule->who; policy_next_item(&rest, &item);) {
		if (is_range_or_all(&item))
			listed = listed || !item.excludes;
		else if (item.text[0] == '@' && !item.excludes)
			check_members(check, item.text + 1, service);
		else if (item.text[0] != '@' && !getpwnam(item.text))
			warn(check,
			     "there is no user '%s': this matches nobody until there is; correct "
			     "the name, or leave it out",
			     item.text);
		else if (item.text[0] != '@' && !item.excludes)
			check_user(check, item.text, service);
	}
	if (listed)
		check_listed_users(check, service);
}

static void check_trees(struct check *check)
{
	struct policy_item item;

	for (const char *rest = check->rule->service; policy_next_item(&rest, &item);)
		if (!item.excludes)
			check_users(check, strcmp(item.text, "*") == 0 ? pick_service(check->policy)
								       : item.text);
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

static void check_reached(const struct check *check)
{
	bool several;
	const struct rule *taker = reach_find_taker(check->policy, check->rule, &several);

	if (!taker)
		return;
	if (several)
		warn(check,
		     "this rule can never match: the rules above it, from line %u on, take all of "
		     "its sessions; put it above them, or leave it out",
		     taker->line);
	else
		warn(check,
		     "this rule can never match: line %u takes all of its sessions; put it above "
		     "that line, or leave it out",
		     taker->line);
}

/* Whether this kernel can do WORDS, as isolation_prepare() says. */
static int try_isolation(unsigned words, struct error *error)
{
	struct isolation *isolation = NULL;
	struct error ignored = {0};
	int result;

	if (geteuid() != 0)
		words &= ~(unsigned)(ISOLATE_PID | ISOLATE_IPC);
	result = isolation_prepare(words, NULL, &isolation, error);
	if (result == 0)
		isolation_leave(isolation, &ignored);
	return result;
}

void check_kernel(const struct policy *policy, const struct rule *rule, struct report *report)
{
	struct error error = {0};
	int result = try_isolation(rule->isolate, &error);

	/* The default is given up where the kernel has no scopes, and the log says so. */
	if (result == -EOPNOTSUPP && !rule->isolate_said)
		report_say(report, SEVERITY_WARNING, policy->file, rule->line,
			   "%s, which is what sessions of this rule will get", error.words);
	else if (result < 0)
		report_say(report, SEVERITY_ERROR, policy->file, rule->line, "%s", error.words);
	if (rule->shared && share_check(&error) < 0)
		report_say(report, SEVERITY_WARNING, policy->file, rule->line, "%s", error.words);
}

static void check_rule(struct check *check)
{
	check_services(check);
	check_reached(check);
	if (strcmp(check->rule->tree, "-") == 0)
		return;
	check_kernel(check->policy, check->rule, check->report);
	check_trees(check);
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

int check_load(const char *file, bool installed, const struct faults *faults, struct report *report,
	       struct policy **policy, struct error *error)
{
	cleanup(cleanup_file) FILE *stream = NULL;
	int result = policy_load_all(file, faults, policy, error);

	if (result != -EPERM && result != -ELOOP)
		return result;
	report_add(report, installed ? SEVERITY_ERROR : SEVERITY_WARNING, error);
	*error = (struct error){0};
	stream = fopen(file, "re");
	if (!stream) {
		error_place(error, file, 0);
		return error_say(error, errno, "cannot be read: %m%s",
				 errno == EACCES ? "; run this as root" : "");
	}
	return policy_read_all(stream, file, faults, policy, error);
}

void check_note_root(struct report *report)
{
	if (geteuid() != 0)
		report_say(report, SEVERITY_NOTE, "", 0,
			   "not run as root: filesystems' own options, isolate=pid and isolate=ipc "
			   "were not tried on this kernel");
}

void check_policy(const char *file, bool installed, struct report *report)
{
	cleanup(cleanup_policy) struct policy *policy = NULL;
	const struct faults faults = {tell_error, report};
	struct check check = {.report = report};
	struct error error = {0};

	if (check_load(file, installed, &faults, report, &policy, &error) < 0) {
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
	check_note_root(report);
}
