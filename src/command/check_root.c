/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "accounts.h"
#include "check.h"
#include "check_reach.h"
#include "check_rows.h"
#include "cleanup.h"
#include "isolate.h"
#include "names.h"
#include "nearest.h"
#include "policy_set.h"
#include "specifier.h"
#include "textfile.h"
#include "tree.h"

#define SUFFIX ".fstab"

/* For whom a tree is read that nobody is known to get. */
static const struct accounts_user example = {.name = (char *)(uintptr_t) "user",
					     .home = (char *)(uintptr_t) "/home/user",
					     .shell = (char *)(uintptr_t) "/bin/sh",
					     .uid = 1000,
					     .gid = 1000};

struct root_check {
	const char *root;
	struct policy_set set;
	struct accounts accounts;
	char *shells; /* the lines of shells(5), from one newline to the next; NULL without it */
	struct report *report;
	const struct tree_file *last; /* the last tree that was read, and for what values */
	char *last_key;
};

static void root_check_clear(struct root_check *check)
{
	policy_set_clear(&check->set);
	accounts_clear(&check->accounts);
	free(check->shells);
	free(check->last_key);
}

static void report_root_error(void *report, const struct error *error)
{
	report_add(report, SEVERITY_ERROR, CODE_TREE_UNUSABLE, error);
}

static void read_shells(struct root_check *check)
{
	cleanup(cleanup_free) char *text = NULL;
	char path[PATH_MAX];
	size_t length;

	snprintf(path, sizeof(path), "%s/etc/shells", check->root);
	if (textfile_read_in(&check->set.root, path, &text, &length) == 0 &&
	    asprintf(&check->shells, "\n%s\n", text) < 0)
		check->shells = NULL;
}

/* Whether USER has a shell of shells(5), or, without that file, one whose name ends in "sh". */
static bool is_login(const struct root_check *check, const struct accounts_user *user)
{
	const char *shell = *user->shell ? user->shell : "/bin/sh";
	cleanup(cleanup_free) char *line = NULL;

	if (!check->shells)
		return strlen(shell) >= 2 && strcmp(shell + strlen(shell) - 2, "sh") == 0;
	return asprintf(&line, "\n%s\n", shell) > 0 && strstr(check->shells, line);
}

/* For a tree that no rule gives to anyone: the last user of passwd(5) who is no service's. */
static const struct accounts_user *example_user(const struct root_check *check)
{
	for (size_t i = check->accounts.n_users; i-- > 0;)
		if (is_login(check, &check->accounts.users[i]))
			return &check->accounts.users[i];
	return &example;
}

static struct subject describe_account(const struct root_check *check,
				       const struct accounts_user *user, const char *service)
{
	return (struct subject){.user = user->name,
				.uid = user->uid,
				.gid = user->gid,
				.home = user->home,
				.service = (char *)(uintptr_t)service,
				.accounts = &check->accounts};
}

/* Whether FILE was read last for a subject of the same values. */
static bool was_read_last(struct root_check *check, const struct tree_file *file,
			  const struct subject *subject)
{
	char *key = tree_file_key(file, subject);
	bool same =
		key && check->last == file && check->last_key && strcmp(check->last_key, key) == 0;

	free(check->last_key);
	check->last_key = key;
	check->last = file;
	return same;
}

/* RULE is NULL for a tree that no rule names. */
static void read_tree_for(struct root_check *check, const char *name, const struct rule *rule,
			  const struct subject *subject)
{
	const struct faults faults = {report_root_error, check->report};
	cleanup(buffer_clear) struct buffer fields = {0};
	cleanup(cleanup_tree) struct tree *tree = NULL;
	const struct tree_file *file = NULL;
	struct error error = {0};
	const char *directories[POLICY_SET_DIRECTORIES + 1] = {0};
	int result = policy_set_tree(&check->set, name, subject, &file, &error);

	for (size_t i = 0; i < check->set.n_directories; i++)
		directories[i] = check->set.directories[i];
	nearest_add_tree_of(&error, directories);
	if (result == 0 && was_read_last(check, file, subject))
		return;
	report_set_user(check->report, subject);
	if (result == 0)
		result = tree_parse_all(file, &fields, subject, &faults, &tree, &error);
	if (result == 0)
		check_rows_text(tree, subject, rule ? rule->isolate : 0, check->report);
	if (result < 0 && rule)
		error_place(&error, rule->file, rule->line);
	if (result < 0)
		report_add(check->report, SEVERITY_ERROR, CODE_TREE_UNUSABLE, &error);
	report_set_user(check->report, NULL);
}

static void check_root_name(const struct root_check *check, const struct rule *rule,
			    const struct policy_item *item)
{
	bool group = item->kind == POLICY_ITEM_GROUP;
	char suggestion[NEAREST_TEXT_SIZE];
	struct nearest nearest;

	if (group ? accounts_find_group(&check->accounts, item->name) != NULL
		  : accounts_find_user(&check->accounts, item->name) != NULL)
		return;
	nearest_begin(&nearest, item->name);
	for (size_t i = 0; group && i < check->accounts.n_groups; i++)
		nearest_consider(&nearest, check->accounts.groups[i].name);
	for (size_t i = 0; !group && i < check->accounts.n_users; i++)
		nearest_consider(&nearest, check->accounts.users[i].name);
	report_say(check->report, SEVERITY_ERROR, group ? CODE_UNKNOWN_GROUP : CODE_UNKNOWN_USER,
		   rule->file, rule->line,
		   "there is no %s '%s' in %.200s/etc/%s, and this matches nobody: correct the "
		   "name, or leave it out%s%s%s",
		   group ? "group" : "user", item->name, check->root, group ? "group" : "passwd",
		   !group && accounts_find_group(&check->accounts, item->name)
			   ? "; for the group of that name put @ before it"
			   : "",
		   !group && nearest_means_all(item->name) ? "; for everyone write *" : "",
		   nearest_text(&nearest, suggestion));
}

static void check_root_names(const struct root_check *check, const struct rule *rule)
{
	struct policy_item item;

	for (const char *rest = rule->who; policy_next_item(&rest, &item);) {
		if ((item.kind == POLICY_ITEM_GROUP && check->accounts.n_groups) ||
		    (item.kind == POLICY_ITEM_USER && check->accounts.n_users))
			check_root_name(check, rule, &item);
		if (item.kind == POLICY_ITEM_NETGROUP)
			report_say(check->report, SEVERITY_NOTE, CODE_UNKNOWN_NETGROUP, rule->file,
				   rule->line,
				   "netgroups are not looked up in a directory: nobody is taken to "
				   "be in '%s'",
				   item.text);
	}
}

/* Whether an item of RULE is SUBJECT's name, or a group of SUBJECT's. */
static bool is_named_in(const struct rule *rule, const struct subject *subject)
{
	struct policy_item item;
	const char *why;

	for (const char *rest = rule->who; policy_next_item(&rest, &item);) {
		const struct rule alone = {.who = item.text, .service = (char *)(uintptr_t) "*"};
		struct error ignored = {0};

		if (!item.excludes &&
		    (item.kind == POLICY_ITEM_USER || item.kind == POLICY_ITEM_GROUP) &&
		    policy_rule_matches(&alone, subject, &why, &ignored) > 0)
			return true;
	}
	return false;
}

/* Reads the rule's tree for each user that gets it by SERVICE. Returns whether there is any. */
static bool check_root_users(struct root_check *check, const struct rule *rule, const char *service)
{
	bool found = false;

	for (size_t i = 0; i < check->accounts.n_users; i++) {
		const struct subject subject =
			describe_account(check, &check->accounts.users[i], service);
		struct error ignored = {0};

		/* No name service is asked. */
		if (policy_may_get(check->set.policy, &subject, rule, &ignored) <= 0 ||
		    (!is_login(check, &check->accounts.users[i]) && !is_named_in(rule, &subject)))
			continue;
		read_tree_for(check, rule->tree, rule, &subject);
		found = true;
	}
	return found;
}

static void check_root_rule(struct root_check *check, const struct rule *rule)
{
	const struct subject nobody = describe_account(check, example_user(check), "sshd");
	struct policy_item item;
	bool found = false;

	check_root_names(check, rule);
	check_reach(check->set.policy, rule, true, check->report);
	if (rule->action != RULE_ENTER)
		return;
	for (const char *rest = rule->service; policy_next_item(&rest, &item);)
		if (!item.excludes)
			found |= check_root_users(check, rule,
						  strcmp(item.text, "*") == 0 ? "sshd" : item.text);
	if (!found)
		read_tree_for(check, rule->tree, rule, &nobody);
}

static bool was_read(const struct root_check *check, const char *path)
{
	for (size_t i = 0; i < check->set.n_files; i++)
		if (strcmp(check->set.files[i]->path, path) == 0)
			return true;
	return false;
}

/* A tree of ROOT that no rule names, or that an earlier directory has as well. */
static void check_unnamed(struct root_check *check, const char *path)
{
	const struct subject nobody = describe_account(check, example_user(check), "sshd");
	cleanup(cleanup_free) char *name = strdup(name_last(path));

	if (!name || was_read(check, path))
		return;
	name[strlen(name) - strlen(SUFFIX)] = '\0';
	read_tree_for(check, name, NULL, &nobody);
}

static int is_tree_file(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > strlen(SUFFIX) &&
	       strcmp(entry->d_name + length - strlen(SUFFIX), SUFFIX) == 0;
}

static void check_unnamed_in(struct root_check *check, const char *directory)
{
	cleanup(cleanup_fd) int fd =
		rootdir_open(&check->set.root, directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent **entries = NULL;
	int n = fd < 0 ? 0 : scandirat(fd, ".", &entries, is_tree_file, alphasort);

	for (int i = 0; i < n; i++) {
		char path[PATH_MAX + sizeof(entries[i]->d_name)];

		snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
		check_unnamed(check, path);
		free(entries[i]);
	}
	free(entries);
}

static void check_unnamed_trees(struct root_check *check)
{
	for (size_t i = 0; i < check->set.n_directories; i++)
		if (check->set.root.path[0] &&
		    rootdir_has(&check->set.root, check->set.directories[i]))
			check_unnamed_in(check, check->set.directories[i]);
}

static void check_root_policy(struct root_check *check)
{
	const struct policy *policy = check->set.policy;

	for (size_t i = 0; policy && i < policy->n_rules; i++)
		check_root_rule(check, &policy->rules[i]);
	check_unnamed_trees(check);
	if (policy && !policy->faulty)
		check_reach_last_rule(policy, check->report);
	for (size_t i = 0; policy && i < policy->n_include; i++)
		if (!rootdir_has(check->set.root.path[0] ? &check->set.root : NULL,
				 policy->include[i]))
			report_say(check->report, SEVERITY_WARNING, CODE_NOT_CHECKED,
				   policy->include[i], 0,
				   "this file of an include line was read from this machine; "
				   "copy it into %.200s if it is part of what is checked",
				   check->root);
}

static void note_limits(const struct root_check *check)
{
	if (!check->accounts.n_users)
		report_say(check->report, SEVERITY_NOTE, CODE_NOT_CHECKED, check->root, 0,
			   "has no etc/passwd with users: names were not checked, and trees were "
			   "read as for a user named 'user'; copy the host's file there");
	report_say(check->report, SEVERITY_NOTE, CODE_NOT_CHECKED, "", 0,
		   "--root: only text was read, not whether sources, targets, services and kernel "
		   "features exist; run nstree check on the host itself for that");
}

void check_root_directory(const char *root, const char *tree, struct report *report)
{
	cleanup(root_check_clear) struct root_check check = {.root = root, .report = report};
	struct error error = {0};
	struct stat stat_;

	if (stat(root, &stat_) < 0 || !S_ISDIR(stat_.st_mode)) {
		report_say(report, SEVERITY_ERROR, CODE_UNREADABLE_FILE, root, 0,
			   "is not a directory: name one that has etc and usr, or that nstree "
			   "import has written");
		return;
	}
	policy_set_load(root, &check.set, report);
	if (accounts_load(root, &check.accounts, &error) < 0)
		report_add(report, SEVERITY_ERROR, CODE_UNREADABLE_FILE, &error);
	read_shells(&check);
	if (tree) {
		const struct subject user = describe_account(&check, example_user(&check), "sshd");

		read_tree_for(&check, tree, NULL, &user);
	} else {
		check_root_policy(&check);
	}
	note_limits(&check);
}
