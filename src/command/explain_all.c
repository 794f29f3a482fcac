/* SPDX-License-Identifier: BSD-3-Clause */
#include "explain_all.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "check.h"
#include "cleanup.h"
#include "crowd.h"
#include "outcome.h"
#include "printable.h"
#include "userlist.h"

/* A service that opens sessions, and what decides there. */
struct way {
	const struct pamservice *service;
	struct policy *other; /* of conf=, where it can be read */
};

/* All sessions with the same outcome for the same reason. */
struct shared_outcome {
	struct outcome outcome; /* of the first */
	struct crowd crowd;
};

struct survey {
	const struct explain_all_options *options;
	struct report *report;
	struct policy *policy;
	struct pamservices services;
	struct userlist list;
	struct way *ways;
	const char **names; /* of the services */
	size_t n_ways;
	struct shared_outcome *outcomes;
	size_t n_outcomes;
	json_t *sessions; /* with --users --json */
};

static void survey_clear(struct survey *survey)
{
	for (size_t i = 0; i < survey->n_ways; i++)
		policy_free(survey->ways[i].other);
	for (size_t i = 0; i < survey->n_outcomes; i++)
		crowd_clear(&survey->outcomes[i].crowd);
	free(survey->ways);
	free(survey->names);
	free(survey->outcomes);
	userlist_clear(&survey->list);
	pamservices_clear(&survey->services);
	policy_free(survey->policy);
	report_free(survey->report);
	json_decref(survey->sessions);
}

static int load_ways(struct survey *survey, struct error *error)
{
	struct error ignored = {0};

	pamservices_load(&survey->services);
	survey->ways = calloc(survey->services.n_items + 1, sizeof(*survey->ways));
	survey->names = calloc(survey->services.n_items + 1, sizeof(*survey->names));
	if (!survey->ways || !survey->names)
		return error_no_memory(error);
	survey->n_ways = survey->services.n_items;
	for (size_t i = 0; i < survey->n_ways; i++) {
		struct way *way = &survey->ways[i];

		way->service = &survey->services.items[i];
		survey->names[i] = way->service->service;
		if (outcome_has_other_policy(way->service))
			policy_load(way->service->conf, &way->other, &ignored);
	}
	return 0;
}

static struct shared_outcome *add_outcome(struct survey *survey, const struct outcome *outcome)
{
	struct shared_outcome *larger =
		reallocarray(survey->outcomes, survey->n_outcomes + 1, sizeof(*larger));

	if (!larger)
		return NULL;
	survey->outcomes = larger;
	larger += survey->n_outcomes;
	larger->outcome = *outcome;
	if (crowd_init(&larger->crowd, survey->n_ways) < 0)
		return NULL;
	survey->n_outcomes++;
	return larger;
}

/* Each rule has an outcome, also one that decides for nobody. */
static int add_outcomes_of_rules(struct survey *survey, struct error *error)
{
	for (size_t i = 0; i < survey->policy->n_rules; i++) {
		const struct rule *rule = &survey->policy->rules[i];
		struct outcome outcome = {.kind = OUTCOME_HOST};

		outcome_of_rule(rule, &outcome);
		if (!add_outcome(survey, &outcome))
			return error_no_memory(error);
	}
	return 0;
}

static struct shared_outcome *find_outcome(struct survey *survey, const struct outcome *outcome)
{
	for (size_t i = 0; i < survey->n_outcomes; i++) {
		const struct outcome *known = &survey->outcomes[i].outcome;

		if (known->rule == outcome->rule && known->kind == outcome->kind &&
		    strcmp(known->why, outcome->why) == 0)
			return &survey->outcomes[i];
	}
	return add_outcome(survey, outcome);
}

static const char *tree_column(const struct outcome *outcome)
{
	if (outcome->kind == OUTCOME_TREE)
		return outcome->tree;
	return outcome->kind == OUTCOME_HOST ? RULE_TREE_HOST : "none";
}

static void print_user_session(const struct subject *user, const char *service,
			       const struct outcome *outcome)
{
	cleanup(cleanup_free) char *options = outcome_options(outcome->rule);

	printable_padded(stdout, user->user, 15);
	putchar(' ');
	printable_padded(stdout, service, 15);
	putchar(' ');
	printable_padded(stdout, tree_column(outcome), 15);
	putchar(' ');
	printable_text(stdout, outcome->why);
	if (options && *options) {
		fputs("  ", stdout);
		printable_text(stdout, options);
	}
	putchar('\n');
}

static void tell_user(const struct survey *survey, const struct subject *user, const char *service,
		      const struct outcome *outcome)
{
	json_t *object;

	if (!survey->options->json) {
		print_user_session(user, service, outcome);
		return;
	}
	object = json_pack("{s:o, s:I, s:o}", "user", printable_json(user->user), "uid",
			   (json_int_t)user->uid, "service", printable_json(service));
	json_object_update_new(object, outcome_json(outcome));
	json_array_append_new(survey->sessions, object);
}

static int survey_user(struct survey *survey, const struct subject *listed, struct error *error)
{
	cleanup(group_list_clear) struct group_list groups = {0};
	struct subject user = *listed;

	user.groups = &groups;
	user.rhost = (char *)(uintptr_t)survey->options->from;
	user.tty = (char *)(uintptr_t)survey->options->tty;
	for (size_t i = 0; i < survey->n_ways; i++) {
		const struct way *way = &survey->ways[i];
		struct outcome outcome;
		struct shared_outcome *shared;

		outcome_of_service(way->service, survey->policy, way->other, &user, &outcome);
		/* The same reason for all of these services. */
		if (!way->service->file)
			snprintf(outcome.why, sizeof(outcome.why),
				 "no line of pam_nstree in the stack");
		shared = find_outcome(survey, &outcome);
		if (!shared)
			return error_no_memory(error);
		crowd_count(&shared->crowd, listed, i);
		if (survey->options->users)
			tell_user(survey, listed, way->service->service, &outcome);
	}
	return 0;
}

static void print_outcome(const struct survey *survey, const struct shared_outcome *shared)
{
	static const char *const words[] = {[OUTCOME_HOST] = "the host's tree",
					    [OUTCOME_TREE] = "tree ",
					    [OUTCOME_DENIED] = "denied",
					    [OUTCOME_REFUSED] = "refused"};
	const struct outcome *outcome = &shared->outcome;
	cleanup(cleanup_free) char *options = outcome_options(outcome->rule);

	printable_color(stdout, survey->options->color, PRINTABLE_BOLD);
	printable_text(stdout, outcome->why);
	if (outcome->rule) {
		fputs(": ", stdout);
		printable_text(stdout, outcome->rule->who);
		fputs("  ", stdout);
		printable_text(stdout, outcome->rule->service);
	}
	fputs(": ", stdout);
	fputs(words[outcome->kind], stdout);
	printable_text(stdout, outcome->tree);
	if (options && *options) {
		fputs("  ", stdout);
		printable_text(stdout, options);
	}
	printable_color(stdout, survey->options->color, PRINTABLE_PLAIN);
	putchar('\n');
	crowd_print(&shared->crowd, survey->names, survey->n_ways);
}

static int print_survey_json(struct survey *survey, struct error *error)
{
	json_t *outcomes = json_array(), *whole;

	for (size_t i = 0; i < survey->n_outcomes; i++) {
		const struct shared_outcome *shared = &survey->outcomes[i];
		json_t *object = outcome_json(&shared->outcome);

		json_object_update_new(object,
				       crowd_json(&shared->crowd, survey->names, survey->n_ways));
		json_array_append_new(outcomes, object);
	}
	whole = json_pack(
		"{s:o, s:I, s:o, s:o}", "file",
		printable_json(survey->policy ? survey->policy->file : survey->options->file),
		"users", (json_int_t)survey->list.n_users, "outcomes", outcomes, "findings",
		report_findings_json(survey->report));
	if (survey->options->users)
		json_object_set_new(whole, "sessions", steal_pointer(&survey->sessions));
	return printable_print_json(whole, stdout, error);
}

static int take_survey(struct survey *survey, struct error *error)
{
	const struct policy *policies[1];
	int result = check_load(survey->options->file, survey->options->installed, NULL,
				survey->report, &survey->policy, error);

	if (result < 0)
		return result;
	policies[0] = survey->policy;
	if (userlist_load(policies, 1, &survey->list) < 0)
		return error_no_memory(error);
	result = load_ways(survey, error);
	if (result == 0)
		result = add_outcomes_of_rules(survey, error);
	for (size_t i = 0; result == 0 && i < survey->list.n_users; i++)
		result = survey_user(survey, &survey->list.users[i], error);
	outcome_note_conditions(survey->policy, NULL, NULL, survey->report);
	return result;
}

static bool has_refusal(const struct survey *survey)
{
	for (size_t i = 0; i < survey->n_outcomes; i++)
		if (survey->outcomes[i].crowd.n_users &&
		    survey->outcomes[i].outcome.kind == OUTCOME_REFUSED)
			return true;
	return false;
}

int explain_all(const struct explain_all_options *options, struct error *error)
{
	cleanup(survey_clear) struct survey survey = {.options = options, .report = report_new()};
	int result;

	if (options->users && options->json)
		survey.sessions = json_array();
	if (!survey.report)
		return error_no_memory(error);
	result = take_survey(&survey, error);
	if (result < 0 && !options->json)
		return result;
	if (result < 0)
		report_add(survey.report, SEVERITY_ERROR, CODE_UNREADABLE_FILE, error);
	if (options->json)
		result = print_survey_json(&survey, error) < 0 || result < 0;
	for (size_t i = 0; !options->json && !options->users && i < survey.n_outcomes; i++)
		print_outcome(&survey, &survey.outcomes[i]);
	if (!options->json)
		report_print(survey.report, SEVERITY_ALL, stdout, options->color);
	return result || has_refusal(&survey) ? 1 : 0;
}
