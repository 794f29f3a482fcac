/* SPDX-License-Identifier: BSD-3-Clause */
#include "check.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "administrators.h"
#include "check_administrators.h"
#include "check_names.h"
#include "check_pam.h"
#include "check_reach.h"
#include "check_rule.h"
#include "check_selinux.h"
#include "check_services.h"
#include "cleanup.h"
#include "isolate.h"
#include "outcome.h"
#include "policy.h"
#include "runfile.h"
#include "trial.h"

static void report_policy_error(void *report, const struct error *error)
{
	report_add(report, SEVERITY_ERROR, CODE_RULE_COLUMNS, error);
}

int check_load(const char *file, bool installed, const struct faults *faults, struct report *report,
	       struct policy **policy, struct error *error)
{
	cleanup(cleanup_file) FILE *stream = NULL;
	int result = policy_load_all(file, faults, policy, error);

	if (result != -EPERM && result != -ELOOP)
		return result;
	report_add(report, installed ? SEVERITY_ERROR : SEVERITY_WARNING, CODE_UNTRUSTED_FILE,
		   error);
	*error = (struct error){0};
	stream = fopen(file, "re");
	if (!stream) {
		error_place(error, file, 0);
		return error_set(error, errno, "cannot be read: %m%s",
				 errno == EACCES ? "; run this as root" : "");
	}
	return policy_read_all(stream, file, NULL, faults, policy, error);
}

void check_note_root(struct report *report)
{
	if (geteuid() != 0)
		report_say(report, SEVERITY_NOTE, CODE_NOT_CHECKED, "", 0,
			   "not run as root: filesystems' own options, isolate=pid and isolate=ipc "
			   "were not tried on this kernel; run this as root");
}

static char *text_of(const char *constant)
{
	return (char *)(uintptr_t)constant;
}

/* tree= of a PAM line: as two rules, of which the second gives the tree to those who get it. */
static void check_line_tree(struct rule_check *check, const struct pamservice *service)
{
	const struct rule rules[] = {{.file = service->file,
				      .line = service->line,
				      .action = RULE_HOST,
				      .who = text_of(ADMINISTRATOR_ITEMS),
				      .service = text_of("*"),
				      .tree = text_of(RULE_TREE_HOST)},
				     {.file = service->file,
				      .line = service->line,
				      .action = RULE_ENTER,
				      .who = text_of("*"),
				      .service = service->service,
				      .tree = service->tree,
				      .isolate = ISOLATE_PTRACE}};
	const struct policy policy = {.file = service->file,
				      .rules = (struct rule *)(uintptr_t)rules + service->everyone,
				      .n_rules = service->everyone ? 1 : 2};

	check_rule_set_policy(check, &policy);
	check_rule_trees(check, &rules[1]);
}

/* The rules of the policy that conf= of a PAM line names. check_pam() says where it is wrong. */
static void check_line_policy(struct rule_check *check, const char *conf)
{
	cleanup(cleanup_policy) struct policy *policy = NULL;
	struct error ignored = {0};

	if (policy_load(conf, &policy, &ignored) < 0)
		return;
	check_rule_set_policy(check, policy);
	for (size_t i = 0; i < policy->n_rules; i++)
		check_rule(check, &policy->rules[i]);
	check_reach_last_rule(policy, check->report);
}

/* Whether an earlier one of SERVICES than INDEX goes by the same policy. */
static bool is_later(const struct pamservices *services, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (outcome_has_other_policy(&services->items[i]) &&
		    strcmp(services->items[i].conf, services->items[index].conf) == 0)
			return true;
	return false;
}

/* What the PAM stacks have in place of the policy, which takes effect through them. */
static void check_lines(struct rule_check *check, const struct pamservices *services)
{
	const struct policy *policy = check->policy;

	for (size_t i = 0; i < services->n_items; i++) {
		const struct pamservice *service = &services->items[i];

		if (service->tree)
			check_line_tree(check, service);
		else if (outcome_has_other_policy(service) && !is_later(services, i))
			check_line_policy(check, service->conf);
	}
	check_rule_set_policy(check, policy);
}

/* For a draft the stacks are only read. */
static void check_stacks(struct rule_check *check, bool installed)
{
	cleanup(pamservices_clear) struct pamservices services;
	char *const all[] = {NULL};

	if (installed)
		check_pam(all, check->report, &services);
	else
		pamservices_load(&services);
	check_services(check->policy, &services, check->report);
	if (installed)
		check_lines(check, &services);
}

/* Where logins cannot keep their records: they say so, and go on. */
static void check_records(const struct policy *policy, struct report *report)
{
	struct error error = {0};
	bool needed = false;
	int top;

	for (size_t i = 0; i < policy->n_rules; i++)
		needed = needed || policy->rules[i].action == RULE_ENTER;
	if (!needed || geteuid() != 0)
		return;
	top = runfile_top(false, &error);
	if (top >= 0)
		close(top);
	/* The first session makes it, where it can. */
	if (top == -ENOENT && (access("/run", W_OK) == 0 || errno != EROFS))
		return;
	if (top == -ENOENT)
		error_set(&error, EROFS, "'" RUNFILE_DIRECTORY "' cannot be made: %m");
	if (top < 0)
		report_say(
			report, SEVERITY_WARNING, CODE_LIVE_SESSIONS, "", 0,
			"%s; sessions open without a record: nstree list and refresh do not have "
			"them, and share=user has no effect; correct it",
			error.words);
}

/* What is said where the name service may know users that were not looked at. */
static void note_users(const struct check_users *users, struct report *report)
{
	if (users->partial[0])
		report_say(
			report, SEVERITY_NOTE, CODE_NOT_CHECKED, "/etc/nsswitch.conf", 0,
			"'%s' may know users whom it does not list: looked at were those that it "
			"lists, that rules name, that are members of groups that rules name, and "
			"that have logged in (lastlog, wtmp); ask for another with nstree "
			"explain USER",
			users->partial);
	if (users->unread)
		report_say(
			report, SEVERITY_NOTE, CODE_NOT_CHECKED, users->unread, 0,
			"cannot be read, so that who has logged in is not known from it; install "
			"libsqlite3");
}

void check_policy(const char *file, bool installed, bool tries, struct report *report)
{
	cleanup(cleanup_policy) struct policy *policy = NULL;
	cleanup(rule_check_clear) struct rule_check check = {.report = report};
	const struct faults faults = {report_policy_error, report};
	struct error error = {0};

	if (check_load(file, installed, &faults, report, &policy, &error) < 0) {
		report_add(report, SEVERITY_ERROR, CODE_UNREADABLE_FILE, &error);
		return;
	}
	check_rule_set_policy(&check, policy);
	check.tries = tries && trial_is_possible(report);
	check_name_service(report);
	check_records(policy, report);
	if (geteuid() == 0)
		check_selinux(report);
	if (homelist_load(&check.known.homes) < 0)
		report_say(report, SEVERITY_ERROR, CODE_UNREADABLE_FILE, "/etc/passwd", 0,
			   "cannot be read to its end");
	for (size_t i = 0; i < policy->n_rules; i++)
		check_rule(&check, &policy->rules[i]);
	check_reach_last_rule(policy, report);
	check_administrators(policy, report);
	check_stacks(&check, installed);
	note_users(&check.users, report);
	check_note_root(report);
}

void check_tree(const char *name, bool tries, struct report *report)
{
	cleanup(cleanup_policy) struct policy *policy = NULL;
	cleanup(rule_check_clear) struct rule_check check = {.report = report};
	cleanup(cleanup_file) FILE *stream = NULL;
	cleanup(cleanup_free) char *text = NULL;
	struct error error = {0};

	if (asprintf(&text, "* * %s\n", name) < 0)
		return;
	stream = fmemopen(text, strlen(text), "r");
	if (!stream || policy_read(stream, "", &policy, &error) < 0) {
		report_add(report, SEVERITY_ERROR, CODE_UNREADABLE_FILE, &error);
		return;
	}
	check_rule_set_policy(&check, policy);
	check.tries = tries && trial_is_possible(report);
	check_name_service(report);
	homelist_load(&check.known.homes);
	check_rule_trees(&check, &policy->rules[0]);
	check_note_root(report);
}
