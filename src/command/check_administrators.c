/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_administrators.h"

#include <errno.h>
#include <limits.h>
#include <shadow.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "administrators.h"
#include "cleanup.h"
#include "isolate.h"
#include "names.h"
#include "nss.h"
#include "sudoers.h"
#include "tree.h"

#define SUDO "/usr/bin/sudo"

/* A look at root and the administrators, up to the first who can become root. */
struct admin_check {
	const struct policy *policy;
	const struct rule *root_rule; /* why root itself cannot repair the policy; NULL for none */
	char sudo[PATH_MAX];	      /* where the program itself is */
	bool free;		      /* somebody can */
	char *first;		      /* the first who cannot; NULL for none */
	const struct rule *rule;      /* for that reason */
	const char *reason;
	char who[POLICY_ITEM_SIZE]; /* what a rule would call them: a user or an @group */
};

/* Whether NAME has a password: not one that is locked or was never set, and one's absence is one.
 */
static bool has_password(const char *name)
{
	const struct spwd *entry = getspnam(name);

	return entry && entry->sp_pwdp && !strchr("!*", entry->sp_pwdp[0] ?: ' ');
}

static bool holds_key(const char *home, const char *name)
{
	cleanup(cleanup_file) FILE *stream = NULL;
	cleanup(cleanup_free) char *line = NULL;
	char path[PATH_MAX];
	size_t size = 0;

	snprintf(path, sizeof(path), "%s/.ssh/%s", home, name);
	stream = fopen(path, "re");
	while (stream && getline(&line, &size, stream) >= 0)
		if (!strchr("#\n", line[strspn(line, " \t")]))
			return true;
	return false;
}

/* What of TREE shows at PATH: the last row that covers it. */
static const struct row *row_at(const struct tree *tree, const char *path)
{
	for (size_t i = tree->n_rows; i-- > 0;)
		if (tree->rows[i].kind != ROW_SYMLINK && name_below(path, tree->rows[i].target))
			return &tree->rows[i];
	return NULL;
}

/* Whether ROW, which covers PATH, has a file there; true where that is not known. */
static bool has_file(const struct row *row, const char *path)
{
	char source[PATH_MAX];
	struct stat stat_;

	if (row->kind == ROW_FILESYSTEM)
		return strcmp(row->type, "tmpfs") != 0;
	if (row->kind != ROW_BIND)
		return false;
	snprintf(source, sizeof(source), "%s/%s", row->source, name_below(path, row->target));
	return stat(source, &stat_) == 0;
}

/* Why SUDO makes nobody root in TREE, in words; NULL where it does, or where that is not known. */
static const char *find_hindrance(const struct tree *tree, unsigned isolate, const char *sudo)
{
	const struct row *row = row_at(tree, sudo);

	if (!row)
		return NULL;
	if (!has_file(row, sudo))
		return "there is none in it";
	if (row->attributes_set & MOUNT_ATTR_NOSUID)
		return "nosuid";
	return isolate & ISOLATE_NNP ? "isolate=nnp" : NULL;
}

/* Whether FILE, which is on the host, can be changed in TREE. */
static bool can_change(const struct tree *tree, const char *file)
{
	const struct row *row = row_at(tree, file);
	struct stat on_host, in_tree;
	char source[PATH_MAX];

	if (!row || row->kind != ROW_BIND || row->attributes_set & MOUNT_ATTR_RDONLY)
		return false;
	snprintf(source, sizeof(source), "%s/%s", row->source, name_below(file, row->target));
	return stat(file, &on_host) == 0 && stat(source, &in_tree) == 0 &&
	       on_host.st_dev == in_tree.st_dev && on_host.st_ino == in_tree.st_ino;
}

/*
 * Whether USER gets a session by SERVICE, by which rule, and in which tree, which is NULL for the
 * host's; both are the caller's to look at only where this returns true. What cannot be found out
 * is the host's tree.
 */
static bool finds_tree(const struct admin_check *check, const char *user, const char *service,
		       const struct rule **rule, struct tree **tree)
{
	cleanup(cleanup_subject) struct subject *subject = NULL;
	cleanup(cleanup_tree_file) struct tree_file *file = NULL;
	struct error ignored = {0};

	*rule = NULL;
	*tree = NULL;
	if (subject_load(user, service, &subject, &ignored) < 0 ||
	    policy_match(check->policy, subject, rule, &ignored) < 0 || !*rule ||
	    (*rule)->action == RULE_HOST)
		return true;
	return (*rule)->action != RULE_DENY &&
	       tree_file_load((*rule)->tree, subject, &file, &ignored) == 0 &&
	       tree_parse(file, subject, tree, &ignored) == 0;
}

/* Why USER cannot become root by SERVICE, and the rule that says so; NULL as find_hindrance(). */
static const char *find_reason(const struct admin_check *check, const char *user,
			       const char *service, const struct rule **rule)
{
	cleanup(cleanup_tree) struct tree *tree = NULL;

	if (!finds_tree(check, user, service, rule, &tree))
		return "its sessions are refused";
	return tree ? find_hindrance(tree, (*rule)->isolate, check->sudo) : NULL;
}

/*
 * Whether root, who can log in by SERVICE, can repair the policy then. A broken tree lets uid 0 in,
 * on the host's.
 */
static bool can_repair(struct admin_check *check, const char *root, const char *service)
{
	cleanup(cleanup_tree) struct tree *tree = NULL;
	const struct rule *rule;
	bool repairs = finds_tree(check, root, service, &rule, &tree)
			       ? !tree || can_change(tree, rule->file)
			       : rule->action != RULE_DENY;

	if (!repairs && !check->root_rule)
		check->root_rule = rule;
	return repairs;
}

static bool root_has_way_in(struct admin_check *check)
{
	cleanup(nss_user_clear) struct nss_user root = {0};
	struct error ignored = {0};
	const char *name, *home;

	if (nss_user_by_id(0, &root, &ignored) < 0)
		return true;
	name = root.entry.pw_name;
	home = root.entry.pw_dir;
	if (has_password(name) && can_repair(check, name, "login"))
		return true;
	return (holds_key(home, "authorized_keys") || holds_key(home, "authorized_keys2")) &&
	       can_repair(check, name, "sshd");
}

/* WHO is what a rule would name USER by. */
static void judge_user(struct admin_check *check, const char *user, const char *prefix,
		       const char *who)
{
	const struct rule *rule, *at_login;
	const char *reason;
	struct error ignored = {0};
	cleanup(nss_user_clear) struct nss_user entry = {0};

	if (check->free || nss_user_by_name(user, &entry, &ignored) < 0 || entry.entry.pw_uid == 0)
		return;
	reason = find_reason(check, user, "sshd", &rule);
	check->free =
		!reason || (has_password(user) && !find_reason(check, user, "login", &at_login));
	if (check->free || check->first)
		return;
	check->first = strdup(user);
	check->rule = rule;
	check->reason = reason;
	snprintf(check->who, sizeof(check->who), "%s%s", prefix, who);
}

static void judge_group(struct admin_check *check, const char *name)
{
	cleanup(nss_group_clear) struct nss_group group = {0};
	struct error ignored = {0};

	if (nss_group_by_name(name, &group, &ignored) < 0)
		return;
	for (char *const *member = group.entry.gr_mem; *member; member++)
		judge_user(check, *member, "@", name);
}

static void judge_found(void *data, const char *name, bool group)
{
	if (group)
		judge_group(data, name);
	else
		judge_user(data, name, "", name);
}

static void clear_check(struct admin_check *check)
{
	free(check->first);
}

/* Whether nobody can become root by POLICY; CHECK then has root's rule, or who was found first. */
static bool is_closed(const struct policy *policy, struct admin_check *check)
{
	*check = (struct admin_check){.policy = policy};
	if (geteuid() != 0 || root_has_way_in(check))
		return false;
	if (realpath(SUDO, check->sudo)) {
		for (const char *const *group = administrator_groups; *group; group++)
			judge_group(check, *group);
		sudoers_each_administrator(SUDOERS_FILE, judge_found, check);
	}
	return !check->free && (check->first || check->root_rule);
}

#define NOBODY "nobody can become root any more: "
#define LOCKED_OUT                                                                                 \
	NOBODY "'%s' may by sudo, but not in the tree '%s' (%s), and "                             \
	       "root has neither a password nor an ssh key; "

/* Root's own rule comes first: without it root has a way in. */
void check_administrators(const struct policy *policy, struct report *report)
{
	cleanup(clear_check) struct admin_check check;

	if (!is_closed(policy, &check))
		return;
	if (!check.root_rule)
		report_say(report, SEVERITY_WARNING, CODE_NO_ADMINISTRATOR, check.rule->file,
			   check.rule->line, LOCKED_OUT "put a rule '%s * -' above this one",
			   check.first, check.rule->tree, check.reason, check.who);
	else if (check.root_rule->action == RULE_DENY)
		report_say(report, SEVERITY_WARNING, CODE_NO_ADMINISTRATOR, check.root_rule->file,
			   check.root_rule->line,
			   NOBODY "this rule denies root; put a rule 'root * -' above this one");
	else
		report_say(report, SEVERITY_WARNING, CODE_NO_ADMINISTRATOR, check.root_rule->file,
			   check.root_rule->line,
			   NOBODY "this rule gives root the tree '%s', where '%s' cannot be "
				  "changed; put a rule 'root * -' above this one",
			   check.root_rule->tree, check.root_rule->file);
}

void check_administrators_tree(const char *tree, const char *file, unsigned line,
			       struct report *report)
{
	cleanup(clear_check) struct admin_check check = {0};
	cleanup(cleanup_policy) struct policy *policy = NULL;
	cleanup(cleanup_file) FILE *stream = NULL;
	cleanup(cleanup_free) char *text = NULL;
	struct error ignored = {0};

	if (asprintf(&text, "* * %s\n", tree) < 0)
		return;
	stream = fmemopen(text, strlen(text), "r");
	if (!stream || policy_read(stream, file, &policy, &ignored) < 0)
		return;
	if (is_closed(policy, &check))
		report_say(report, SEVERITY_WARNING, CODE_NO_ADMINISTRATOR, file, line,
			   LOCKED_OUT "leave 'everyone' out of this line", check.first, tree,
			   check.reason);
}
