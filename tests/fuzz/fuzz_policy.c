/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * nstree.conf(5): any bytes are a policy or are refused in words. A policy matches each subject by
 * the rule that the manual says, which is worked out here a second time and in another way.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../../cleanup.h"
#include "../../isolate.h"
#include "../../policy.h"
#include "lib.h"

#define SUBJECT(user_, uid_, service_, ...)                                                        \
	{                                                                                          \
		.user = (char[]){user_}, .uid = uid_, .home = (char[]){"/nowhere"},                \
		.service = (char[]){service_}, .groups = &(struct groups)                          \
		{                                                                                  \
			(gid_t[]){__VA_ARGS__}, COUNT(((gid_t[]){__VA_ARGS__}))                    \
		}                                                                                  \
	}

static const struct subject subjects[] = {
	SUBJECT("root", 0, "sshd", 0),
	SUBJECT("toor", 0, "login", 0, 50, 3000),
	SUBJECT("alice", 1000, "sshd", 1000, 3000),
	SUBJECT("carol", 2500, "SSHD", 3000, 50),
	SUBJECT("1000", 4294967294, "su", 7),
};

static int read_policy(const char *bytes, size_t size, struct policy **policy, struct error *error)
{
	FILE *stream cleanup(cleanup_file) = fuzz_stream(bytes, size);
	int result;

	*error = (struct error){0};
	*policy = NULL;
	result = policy_read(stream, FUZZ_FILE, policy, error);
	claim(!result == !!*policy);
	return result;
}

/* The line at fault is the first one: what stands before it can be read, or holds no rule. */
static void claim_refusal(int result, const struct error *error, const char *bytes, size_t size)
{
	struct policy *policy cleanup(cleanup_policy) = NULL;
	struct error before;

	fuzz_claim_refusal(result, error, bytes, size);
	claim(result == -EINVAL);
	if (error->line &&
	    read_policy(bytes, fuzz_line_start(bytes, size, error->line), &policy, &before) < 0)
		claim(!before.line);
}

static bool has_group(const struct subject *subject, const char *group, bool broken)
{
	if (!strcmp(group, FUZZ_GROUP_BROKEN))
		return broken;
	for (size_t i = 0; i < subject->groups->n_ids; i++)
		if (subject->groups->ids[i] == fuzz_gid(group))
			return true;
	return false;
}

static bool in_range(const char *item, const char *colon, const struct subject *subject,
		     bool excludes)
{
	unsigned long min = strtoul(item, NULL, 10);
	unsigned long max = colon[1] ? strtoul(colon + 1, NULL, 10) : UINT32_MAX;

	if (colon == item)
		min = max;
	if (subject->uid == 0 && !excludes)
		return min == 0 && max == 0;
	return subject->uid >= min && subject->uid <= max;
}

/* Whether ITEM, a '!' before it taken off, means SUBJECT. */
static bool means(const char *item, const struct subject *subject, bool excludes, bool broken)
{
	const char *colon = strchr(item, ':');
	bool spared = subject->uid == 0 && !excludes;

	if (*item == '@')
		return !spared && has_group(subject, item + 1, broken);
	if (*item == '*')
		return !spared;
	if (colon)
		return in_range(item, colon, subject, excludes);
	return !strcmp(item, subject->user);
}

static bool means_service(const char *item, const char *service)
{
	return *item == '*' || !strcasecmp(item, service);
}

/* What nstree.conf(5) says of RULE, if the group that cannot be looked up has SUBJECT or not. */
static bool rule_holds(const struct rule *rule, const struct subject *subject, bool broken)
{
	char *who cleanup(cleanup_free) = strdup(rule->who);
	char *service cleanup(cleanup_free) = strdup(rule->service);
	bool in = false, out = false, service_in = false, service_out = false;
	char *item, *rest = who;

	while ((item = strsep(&rest, ",")))
		if (*item == '!')
			out |= means(item + 1, subject, true, broken);
		else
			in |= means(item, subject, false, broken);
	rest = service;
	while ((item = strsep(&rest, ",")))
		if (*item == '!')
			service_out |= means_service(item + 1, subject->service);
		else
			service_in |= means_service(item, subject->service);
	return in && !out && service_in && !service_out;
}

static const struct rule *first_rule(const struct policy *policy, const struct subject *subject,
				     bool broken)
{
	for (size_t i = 0; i < policy->n_rules; i++)
		if (rule_holds(&policy->rules[i], subject, broken))
			return &policy->rules[i];
	return NULL;
}

/* Nobody gets past a rule because a group could not be looked up, nor into one. */
static void claim_no_answer(const struct policy *policy, const struct error *error)
{
	claim(error->number == EIO && error->words[0]);
	claim(!strcmp(error->file, FUZZ_FILE));
	for (size_t i = 0; i < policy->n_rules; i++)
		if (policy->rules[i].line == error->line) {
			claim(strstr(policy->rules[i].who, "@" FUZZ_GROUP_BROKEN));
			return;
		}
	claim(!"the line is a rule's");
}

static void claim_match(const struct policy *policy, const struct subject *subject)
{
	const struct rule *rule, *again;
	struct error error = {0};
	int result = policy_match(policy, subject, &rule, &error);

	claim(result == policy_match(policy, subject, &again, &(struct error){0}));
	claim(rule == again);
	if (result < 0) {
		claim(!rule);
		claim_no_answer(policy, &error);
		return;
	}
	claim(rule == first_rule(policy, subject, false));
	claim(rule == first_rule(policy, subject, true));
}

static unsigned isolate_bit(const char *word)
{
	static const struct {
		const char *name;
		unsigned bit;
	} words[] = {{"ptrace", ISOLATE_PTRACE}, {"signal", ISOLATE_SIGNAL},
		     {"socket", ISOLATE_SOCKET}, {"ipc", ISOLATE_IPC},
		     {"userns", ISOLATE_USERNS}, {"pid", ISOLATE_PID},
		     {"nnp", ISOLATE_NNP}};

	for (size_t i = 0; i < COUNT(words); i++)
		if (!strcmp(word, words[i].name))
			return words[i].bit;
	claim(!"a word that the manual has");
	return 0;
}

/* WORDS is what isolate= has, NULL where the rule has none. */
static void claim_isolate(const struct rule *rule, char *words)
{
	unsigned should = ISOLATE_PTRACE;

	claim(rule->isolate_said == !!words);
	if (words && !strcmp(words, "none"))
		should = 0;
	while (should && words)
		should |= isolate_bit(strsep(&words, "+"));
	claim(rule->isolate == should);
}

/* REST is where the rule's line goes on after the tree. */
static void claim_options(const struct rule *rule, char *rest)
{
	char *option, *isolate = NULL, *share = NULL;

	while ((option = strtok_r(NULL, FUZZ_BLANKS, &rest))) {
		const char *key = strsep(&option, "=");
		char **value = !strcmp(key, "isolate") ? &isolate : &share;

		claim(strcmp(rule->tree, "-") != 0);
		claim(value == &isolate || !strcmp(key, "share"));
		claim(!*value && option);
		*value = option;
	}
	claim_isolate(rule, isolate);
	claim(rule->share_said == !!share);
	claim(!share || !strcmp(share, "user") || !strcmp(share, "none"));
	claim(rule->shared == (share && !strcmp(share, "user")));
}

/* Every line that is neither blank nor a comment is one rule, in the words that stand there. */
static void claim_lines(const struct policy *policy, const char *bytes, size_t size)
{
	unsigned line = 0;

	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = &policy->rules[i];
		char *text cleanup(cleanup_free) = NULL;
		char *rest;

		line = fuzz_next_row(bytes, size, line + 1);
		claim(rule->line == line);
		text = fuzz_line(bytes, size, line);
		text[strcspn(text, "#")] = '\0';
		claim(!strcmp(rule->who, strtok_r(text, FUZZ_BLANKS, &rest)));
		claim(!strcmp(rule->service, strtok_r(NULL, FUZZ_BLANKS, &rest)));
		claim(!strcmp(rule->tree, strtok_r(NULL, FUZZ_BLANKS, &rest)));
		claim(!strchr(rule->tree, '/') && strcmp(rule->tree, "..") != 0);
		claim_options(rule, rest);
	}
	claim(!fuzz_next_row(bytes, size, line + 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct policy *policy cleanup(cleanup_policy) = NULL;
	const char *bytes = (const char *)data;
	struct error error;
	int result = read_policy(bytes, size, &policy, &error);

	if (result < 0) {
		claim_refusal(result, &error, bytes, size);
		return 0;
	}
	claim(!error.number && !error.words[0]);
	claim_lines(policy, bytes, size);
	for (size_t i = 0; i < COUNT(subjects); i++)
		claim_match(policy, &subjects[i]);
	return 0;
}
