/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "grouplist.h"
#include "nearest.h"
#include "netgroup.h"
#include "nss.h"
#include "pamstack.h"

/* State of one check_names(). */
struct item_check {
	const struct rule *rule;
	struct report *report;
	const char *text; /* the name */
};

#define add(check, severity, code, ...)                                                            \
	report_say((check)->report, severity, code, (check)->rule->file, (check)->rule->line,      \
		   __VA_ARGS__)

static bool is_known_group(const char *name)
{
	cleanup(nss_group_clear) struct nss_group group = {0};
	struct error error = {0};

	return nss_group_by_name(name, &group, &error) == 0;
}

static void check_user_name(const struct item_check *check)
{
	cleanup(nss_user_clear) struct nss_user user = {0};
	char suggestion[NEAREST_TEXT_SIZE];
	struct error error = {0};
	struct nearest nearest;
	int result;

	result = nss_user_by_name(check->text, &user, &error);
	if (result == 0 && strcmp(user.entry.pw_name, check->text) != 0)
		add(check, SEVERITY_ERROR, CODE_UNKNOWN_USER,
		    "the name service spells the user '%s' as '%s', and only that matches: write "
		    "it so",
		    check->text, user.entry.pw_name);
	if (result == 0)
		return;
	if (result != -ENOENT) {
		add(check, SEVERITY_ERROR, CODE_NAME_SERVICE,
		    "%s; see nsswitch.conf(5), and check again", error.words);
		return;
	}
	nearest_begin(&nearest, check->text);
	nearest_consider_users(&nearest);
	add(check, SEVERITY_ERROR, CODE_UNKNOWN_USER,
	    "there is no user '%s', and this matches nobody: correct the name, or leave it "
	    "out%s%s%s",
	    check->text,
	    is_known_group(check->text) ? "; for the group of that name put @ before it" : "",
	    nearest_means_all(check->text) ? "; for everyone write *" : "",
	    nearest_text(&nearest, suggestion));
}

/* As a login does: glibc says "not found" also where a source could not answer. */
static int find_certain_group(const char *name, struct nss_group *group, struct error *error)
{
	struct error unanswered = {0};
	int result = nss_group_by_name(name, group, error);

	if (result != -ENOENT || group_confirm_missing(name, &unanswered) == 0)
		return result;
	*error = unanswered;
	return -error->number;
}

static void check_group_name(const struct item_check *check)
{
	cleanup(nss_group_clear) struct nss_group group = {0};
	char suggestion[NEAREST_TEXT_SIZE];
	struct error error = {0};
	struct nearest nearest;
	int result;

	result = find_certain_group(check->text, &group, &error);
	if (result == 0)
		return;
	if (result != -ENOENT) {
		add(check, SEVERITY_ERROR, CODE_NAME_SERVICE, "%s" CHECK_NAMES_UNANSWERED,
		    error.words);
		return;
	}
	nearest_begin(&nearest, check->text);
	nearest_consider_groups(&nearest);
	add(check, SEVERITY_ERROR, CODE_UNKNOWN_GROUP,
	    "there is no group '%s', and this matches nobody: correct the name, or leave it out%s",
	    check->text, nearest_text(&nearest, suggestion));
}

static int stop_at_first(const char *user, const char *domain, void *data)
{
	(void)user;
	(void)domain;
	(void)data;
	return 1;
}

static void check_netgroup_name(const struct item_check *check)
{
	struct error error = {0};
	int result = netgroup_each(check->text, stop_at_first, NULL, &error);

	if (result == -ENOENT)
		add(check, SEVERITY_ERROR, CODE_UNKNOWN_NETGROUP,
		    "no source of nsswitch.conf(5) knows the netgroup '%s', and this matches "
		    "nobody: correct the name, or leave it out%s",
		    check->text,
		    is_known_group(check->text) ? "; for the group of that name write @ in place "
						  "of +"
						: "");
	else if (result < 0)
		add(check, SEVERITY_ERROR, CODE_NAME_SERVICE, "%s" CHECK_NAMES_UNANSWERED,
		    error.words);
}

/* Whether RULE has its tree before its service. */
static bool has_tree_first(const struct rule *rule, const char *service)
{
	char file[PATH_MAX];

	return rule->action == RULE_ENTER && strcmp(rule->service, service) == 0 &&
	       pamstack_find(rule->tree, file);
}

static void check_service_exists(const struct item_check *check)
{
	struct error error = {0};

	if (strcmp(check->text, "*") == 0 || check_service(check->text, &error) == 0)
		return;
	if (has_tree_first(check->rule, check->text))
		add(check, SEVERITY_ERROR, CODE_UNKNOWN_SERVICE,
		    "there is no service '%s', but '%s' is one, and stands in the tree's column: "
		    "write '%.100s %s %s'",
		    check->text, check->rule->tree, check->rule->who, check->rule->tree,
		    check->text);
	else
		add(check, SEVERITY_ERROR, CODE_UNKNOWN_SERVICE, "%s", error.words);
}

void check_names(const struct rule *rule, struct report *report)
{
	struct item_check check = {rule, report, NULL};
	struct policy_item item;

	for (const char *rest = rule->who; policy_next_item(&rest, &item);) {
		check.text = item.name;
		if (item.kind == POLICY_ITEM_GROUP)
			check_group_name(&check);
		else if (item.kind == POLICY_ITEM_NETGROUP)
			check_netgroup_name(&check);
		else if (item.kind == POLICY_ITEM_USER)
			check_user_name(&check);
	}
	for (const char *rest = rule->service; policy_next_item(&rest, &item);) {
		check.text = item.text;
		check_service_exists(&check);
	}
}

void check_name_service(struct report *report)
{
	cleanup(nss_user_clear) struct nss_user root = {0};
	struct error error = {0};
	int result = nss_user_by_name("root", &root, &error);

	if (result < 0 && result != -ENOENT)
		report_say(report, SEVERITY_ERROR, CODE_NAME_SERVICE, "/etc/nsswitch.conf", 0,
			   "%s; nobody can log in until the line 'passwd:' names a source that "
			   "answers: write 'passwd: files', with the others behind it",
			   error.words);
}

int check_service(const char *service, struct error *error)
{
	char suggestion[NEAREST_TEXT_SIZE], file[PATH_MAX];
	struct nearest nearest;

	if (pamstack_find(service, file))
		return 0;
	nearest_begin(&nearest, service);
	for (size_t i = 0; pamstack_directories[i]; i++)
		nearest_consider_files(&nearest, pamstack_directories[i], "");
	return error_mark(
		error, CODE_UNKNOWN_SERVICE,
		error_set(error, ENOENT,
			  "there is no service '%s': /etc/pam.d/%s does not exist; correct the "
			  "name, or install what brings the file%s%s",
			  service, service,
			  nearest_means_all(service) ? "; for all of them write *" : "",
			  nearest_text(&nearest, suggestion)));
}
