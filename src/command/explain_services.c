/* SPDX-License-Identifier: BSD-3-Clause */
#include "explain_services.h"

#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "outcome.h"
#include "pamservices.h"
#include "printable.h"

/* What to print as the tree: "-" for the host's own; WITHOUT where there is no session. */
static const char *outcome_tree(const struct outcome *outcome, const char *without)
{
	if (outcome->kind == OUTCOME_HOST)
		return RULE_TREE_HOST;
	return outcome->kind == OUTCOME_TREE ? outcome->tree : without;
}

static const char *outcome_prefix(const struct outcome *outcome)
{
	if (outcome->kind == OUTCOME_DENIED)
		return "denied by ";
	return outcome->kind == OUTCOME_REFUSED ? "refused: " : "";
}

static void outcome_with_tree(const struct pamservice *service, const struct policy *policy,
			      const struct subject *subject, struct outcome *outcome)
{
	struct subject by_service = *subject;

	by_service.service = service->service;
	outcome_of_service(service, policy, NULL, subject, outcome);
	outcome_try_tree(outcome, &by_service);
}

void explain_services_print(const struct policy *policy, const struct subject *subject)
{
	cleanup(pamservices_clear) struct pamservices services;

	pamservices_load(&services);
	puts("\nservices:");
	for (size_t i = 0; i < services.n_items; i++) {
		struct outcome outcome;

		outcome_with_tree(&services.items[i], policy, subject, &outcome);
		fputs("  ", stdout);
		printable_padded(stdout, services.items[i].service, 15);
		putchar(' ');
		printable_padded(stdout, outcome_tree(&outcome, "none"), 15);
		putchar(' ');
		fputs(outcome_prefix(&outcome), stdout);
		printable_text(stdout, outcome.why);
		putchar('\n');
	}
}

json_t *explain_services_json(const struct policy *policy, const struct subject *subject)
{
	cleanup(pamservices_clear) struct pamservices services;
	json_t *list = json_array();

	pamservices_load(&services);
	for (size_t i = 0; i < services.n_items; i++) {
		char why[sizeof(((struct outcome *)0)->why) + 16];
		struct outcome outcome;
		const char *tree;

		outcome_with_tree(&services.items[i], policy, subject, &outcome);
		tree = outcome_tree(&outcome, NULL);
		snprintf(why, sizeof(why), "%s%s", outcome_prefix(&outcome), outcome.why);
		json_array_append_new(list, json_pack("{s:o, s:s, s:o, s:o}", "service",
						      printable_json(services.items[i].service),
						      "outcome", outcome_word(outcome.kind), "tree",
						      tree ? printable_json(tree) : json_null(),
						      "why", printable_json(why)));
	}
	return list;
}
