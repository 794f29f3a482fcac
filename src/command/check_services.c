/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_services.h"

#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "treefile.h"

#define LINE "session required " PAMSERVICES_MODULE

/* Pairs of services that one command uses, depending on its options. */
static const struct {
	const char *service, *other, *how;
} pairs[] = {
	{"su", "su-l", "su -"},
	{"runuser", "runuser-l", "runuser -"},
	{"sudo", "sudo-i", "sudo -i"},
};

#define add(rule, report, severity, code, ...)                                                     \
	report_say(report, severity, code, (rule)->file, (rule)->line, __VA_ARGS__)

static bool names_service(const struct rule *rule, const char *service)
{
	struct policy_item item;

	for (const char *rest = rule->service; policy_next_item(&rest, &item);)
		if (strcmp(item.text, "*") == 0 || strcasecmp(item.text, service) == 0)
			return true;
	return false;
}

static void check_module_line(const struct policy *policy, const struct rule *rule,
			      const char *name, const struct pamservice *service,
			      struct report *report)
{
	if (!service->file && service->wrong_file)
		add(rule, report, SEVERITY_ERROR, CODE_PAM_ABSENT,
		    "sessions of '%s' do not get what the rule says: a line of its stack is wrong, "
		    "%s:%u; correct it, as 'nstree check --pam %s' says",
		    name, service->wrong_file, service->wrong_line, name);
	else if (!service->file)
		add(rule, report, SEVERITY_ERROR, CODE_PAM_ABSENT,
		    "sessions of '%s' begin in the host's tree, whatever the rule says: %s has no "
		    "line of pam_nstree(8); write '" LINE "' as its last session line",
		    name, service->stack);
	else if (service->tree)
		add(rule, report, SEVERITY_WARNING, CODE_PAM_ELSEWHERE,
		    "'%s' goes by tree=%s in %s:%u, and not by this rule: take one of them out",
		    name, service->tree, service->file, service->line);
	else if (service->conf && strcmp(service->conf, policy->file) != 0)
		add(rule, report, SEVERITY_WARNING, CODE_PAM_ELSEWHERE,
		    "'%s' goes by conf=%s in %s:%u, and not by this file: write the rule there",
		    name, service->conf, service->file, service->line);
}

/* A rule for su does not match `su -`, whose service is su-l. */
static void check_other_of_pair(const struct rule *rule, const char *name,
				const struct pamservices *services, struct report *report)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		if (strcasecmp(name, pairs[i].service) == 0 &&
		    pamservices_find(services, pairs[i].other) &&
		    !names_service(rule, pairs[i].other))
			add(rule, report, SEVERITY_WARNING, CODE_SERVICE_PAIR,
			    "'%s' does not match '%s', whose service is %s: write %s,%s for both",
			    name, pairs[i].how, pairs[i].other, name, pairs[i].other);
}

static void check_named_service(const struct policy *policy, const struct rule *rule,
				const char *name, const struct pamservices *services,
				struct report *report)
{
	const struct pamservice *service = pamservices_find(services, name);
	char file[PATH_MAX];

	if (service)
		check_module_line(policy, rule, name, service, report);
	else if (pamstack_find(name, file))
		add(rule, report, SEVERITY_ERROR, CODE_PAM_ABSENT,
		    "'%s' opens no sessions: %s has no session line; write '" LINE "' there, or "
		    "leave the service out",
		    name, file);
	if (service && service->file)
		check_other_of_pair(rule, name, services, report);
}

/* With user_readenv=1 pam_env(8) sets what the user writes into ~/.pam_environment. */
static void check_variables(const struct rule *rule, const struct pamservices *services,
			    struct report *report)
{
	cleanup(cleanup_tree_file) struct tree_file *file = NULL;
	const struct subject nobody = {0};
	struct error ignored = {0};

	if (strchr(rule->tree, '%') || tree_file_load(rule->tree, &nobody, &file, &ignored) < 0 ||
	    !tree_file_has_specifier(file, '{'))
		return;
	for (size_t i = 0; i < services->n_items; i++)
		if (services->items[i].file && services->items[i].user_variables &&
		    names_service(rule, services->items[i].service))
			add(rule, report, SEVERITY_WARNING, CODE_USER_VARIABLE,
			    "users choose the variables of tree '%s' in sessions of '%s': "
			    "pam_env(8) has user_readenv=1 there and reads ~/.pam_environment; "
			    "take that out",
			    rule->tree, services->items[i].service);
}

void check_services(const struct policy *policy, const struct pamservices *services,
		    struct report *report)
{
	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = &policy->rules[i];
		struct policy_item item;

		if (rule->action == RULE_ENTER)
			check_variables(rule, services, report);
		if (rule->action == RULE_HOST)
			continue;
		for (const char *rest = rule->service; policy_next_item(&rest, &item);)
			if (!item.excludes && strcmp(item.text, "*") != 0)
				check_named_service(policy, rule, item.text, services, report);
	}
}
