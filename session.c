/* SPDX-License-Identifier: BSD-3-Clause */
#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "policy.h"

static void cleanup_policy(struct policy **policy)
{
	policy_free(*policy);
}

static int decide_by_name(const struct subject *subject, const char *name,
			  struct decision *decision, struct error *error)
{
	decision->isolate = ISOLATE_PTRACE;
	return subject->uid == 0 ? 0 : tree_load(name, subject, &decision->tree, error);
}

static int decide_by_rules(const struct subject *subject, const char *conf,
			   struct decision *decision, struct error *error)
{
	cleanup(cleanup_policy) struct policy *policy = NULL;
	const struct rule *rule = NULL;
	int result;

	result = policy_load(conf, &policy, error);
	if (result == 0)
		result = policy_match(policy, subject, &rule, error);
	if (result < 0 || !rule || strcmp(rule->tree, "-") == 0)
		return result;
	decision->isolate = rule->isolate;
	decision->isolate_said = rule->isolate_said;
	result = tree_load(rule->tree, subject, &decision->tree, error);
	if (result < 0)
		error_place(error, policy->file, rule->line);
	return result;
}

int decision_make(const struct subject *subject, const char *conf, const char *tree,
		  struct decision *decision, struct error *error)
{
	*decision = (struct decision){0};
	return tree ? decide_by_name(subject, tree, decision, error)
		    : decide_by_rules(subject, conf, decision, error);
}

void decision_clear(struct decision *decision)
{
	tree_free(decision->tree);
	decision->tree = NULL;
}

/*
 * Only the default may be given up on a kernel without Landlock's scopes: what a rule asks for is
 * what it gets.
 */
static int prepare_isolation(const struct decision *decision, struct isolation **isolation,
			     struct error *notice, struct error *error)
{
	int result = isolation_prepare(decision->isolate, isolation, error);

	if (result != -EOPNOTSUPP || decision->isolate_said)
		return result;
	error_say(notice, EOPNOTSUPP, "%s; going on as with isolate=none", error->words);
	*error = (struct error){0};
	return isolation_prepare(0, isolation, error);
}

int session_enter(const struct subject *subject, const struct decision *decision,
		  enum method method, struct session **session, struct error *notice,
		  struct error *error)
{
	struct error ignored = {0};
	int result;

	*session = calloc(1, sizeof(**session));
	if (!*session)
		return error_say(error, ENOMEM, "out of memory");
	result = prepare_isolation(decision, &(*session)->isolation, notice, error);
	if (result == 0)
		result = namespace_enter(decision->tree, subject, method, (*session)->isolation,
					 &(*session)->stay, error);
	if (result < 0) {
		session_leave(*session, &ignored);
		session_free(steal_pointer(session));
	}
	return result;
}

int session_leave(struct session *session, struct error *error)
{
	struct error later = {0};

	isolation_leave(steal_pointer(&session->isolation), error);
	if (session->stay && namespace_leave(session->stay, &later) < 0 && !error->number)
		*error = later;
	namespace_free(steal_pointer(&session->stay));
	return -error->number;
}

void session_free(struct session *session)
{
	if (!session)
		return;
	isolation_free(session->isolation);
	namespace_free(session->stay);
	free(session);
}
