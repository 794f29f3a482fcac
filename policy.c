/* SPDX-License-Identifier: BSD-3-Clause */
#include "policy.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "isolate.h"
#include "path.h"

#define BLANKS " \t"
#define LINE_SIZE_MAX 4096
#define ISOLATE_OPTION "isolate="
#define SHARE_OPTION "share="

/* What no name holds: signs of items, of other programs' patterns and groups, and quotes. */
#define NOT_IN_NAMES "!*:%\"'"

static int say_no_memory(struct error *error)
{
	return error_say(error, ENOMEM, "out of memory while reading the policy");
}

bool policy_next_item(const char **rest, struct policy_item *item)
{
	const char *text = *rest, *end;
	size_t copied;

	if (!text)
		return false;
	end = text + strcspn(text, ",");
	*rest = *end ? end + 1 : NULL;
	item->excludes = *text == '!';
	text += item->excludes;
	item->length = (size_t)(end - text);
	copied = item->length < POLICY_ITEM_SIZE ? item->length : POLICY_ITEM_SIZE - 1;
	memcpy(item->text, text, copied);
	item->text[copied] = '\0';
	return true;
}

/* Reads LENGTH decimal digits; not strtoul(3), which takes blanks, signs and "0x" too. */
static bool uid_read(const char *digits, size_t length, uid_t *uid)
{
	unsigned long long value = 0;

	if (!length)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return false;
		value = value * 10 + (unsigned)(digits[i] - '0');
		if (value > (uid_t)-1)
			return false;
	}
	*uid = (uid_t)value;
	return true;
}

/* MIN:MAX, MIN: for MIN and above, or :MAX for exactly MAX, all three as limits.conf(5) has them.
 */
static bool range_read(const char *text, uid_t *min, uid_t *max)
{
	const char *colon = strchr(text, ':');
	size_t before = (size_t)(colon - text), after = strlen(colon + 1);

	if (!before && uid_read(colon + 1, after, max)) {
		*min = *max;
		return true;
	}
	*max = (uid_t)-1;
	return uid_read(text, before, min) && (!after || uid_read(colon + 1, after, max));
}

static int check_range(const char *text, struct error *error)
{
	uid_t min, max;

	if (!range_read(text, &min, &max))
		return error_say(error, EINVAL,
				 "'%s' is no range of uids: write MIN:MAX in decimal, such as "
				 "2000:2999, or MIN: for MIN and above",
				 text);
	if (min > max)
		return error_say(error, EINVAL, "'%s' ends before it begins: write %u:%u", text,
				 (unsigned)max, (unsigned)min);
	if (text[0] == ':' && max == 0)
		return error_say(error, EINVAL, "'%s' may be read as uid 0: if meant, write 0:0",
				 text);
	return 0;
}

static int check_who_item(const struct policy_item *item, struct error *error)
{
	const char *text = item->text;

	if (text[0] == '@') {
		if (!text[1] || text[1] == '@' || strpbrk(text + 1, NOT_IN_NAMES))
			return error_say(error, EINVAL,
					 "'%s' is no group: write @ and the name of one group, "
					 "such as @contractors",
					 text);
		return 0;
	}
	if (strchr(text, ':'))
		return check_range(text, error);
	if (strpbrk(text, NOT_IN_NAMES) && strcmp(text, "*") != 0)
		return error_say(error, EINVAL,
				 "'%s' is no user: write a name, @group, MIN:MAX or *", text);
	return 0;
}

static int check_service_item(const struct policy_item *item, struct error *error)
{
	if (strpbrk(item->text, NOT_IN_NAMES "@/") && strcmp(item->text, "*") != 0)
		return error_say(error, EINVAL,
				 "'%s' is no PAM service: write the name of a file in /etc/pam.d, "
				 "such as sshd, or *",
				 item->text);
	return 0;
}

/* What holds for every item, whatever it names. */
static int check_item(const struct policy_item *item, const char *list, struct error *error)
{
	if (!item->length && item->excludes)
		return error_say(error, EINVAL,
				 "'!' excludes nothing: write ! with what it excludes right "
				 "behind it, such as *,!carol");
	if (!item->length)
		return error_say(error, EINVAL,
				 "'%.100s' has an empty item: write items joined by one comma and "
				 "no blank, such as alice,bob",
				 list);
	if (item->length >= POLICY_ITEM_SIZE)
		return error_say(error, EINVAL,
				 "'%.100s...' is too long for a name: write at most %d bytes",
				 item->text, POLICY_ITEM_SIZE - 1);
	if (item->excludes && !strcmp(item->text, "*"))
		return error_say(error, EINVAL,
				 "'!*' excludes everything, so that the rule would never match: "
				 "write ! before single items, such as *,!carol");
	return 0;
}

static int check_list(const char *list, int (*check)(const struct policy_item *, struct error *),
		      struct error *error)
{
	bool only_excludes = true;
	struct policy_item item;

	for (const char *rest = list; policy_next_item(&rest, &item);) {
		int result = check_item(&item, list, error);

		if (!result)
			result = check(&item, error);
		if (result < 0)
			return result;
		only_excludes = only_excludes && item.excludes;
	}
	if (only_excludes)
		return error_say(error, EINVAL,
				 "'%.400s' only excludes, and matches nothing: write *,%.400s",
				 list, list);
	return 0;
}

static int check_tree(const char *tree, struct error *error)
{
	if (strchr(tree, '/') || !strcmp(tree, ".") || !strcmp(tree, "..") ||
	    strlen(tree) > NAME_MAX)
		return error_say(error, EINVAL,
				 "'%.100s' is no tree: write its name without directory and "
				 ".fstab, such as contractor, or - for the host's own tree",
				 tree);
	return 0;
}

static int read_isolate(const char *words, struct rule *rule, struct error *error)
{
	if (rule->isolate_said)
		return error_say(error, EINVAL,
				 "a second '" ISOLATE_OPTION "%.100s': write it once, its words "
				 "joined by +, such as " ISOLATE_OPTION "ptrace+signal",
				 words);
	rule->isolate_said = true;
	return isolate_parse(words, &rule->isolate, error);
}

static int read_share(const char *word, struct rule *rule, struct error *error)
{
	if (rule->share_said)
		return error_say(error, EINVAL, "a second '" SHARE_OPTION "%.100s': write it once",
				 word);
	rule->share_said = true;
	rule->shared = strcmp(word, "user") == 0;
	if (rule->shared || strcmp(word, "none") == 0)
		return 0;
	return error_say(error, EINVAL,
			 "'" SHARE_OPTION "%.100s' is unknown: write " SHARE_OPTION "user, with "
			 "which all sessions of a user are in one tree, or " SHARE_OPTION "none",
			 word);
}

static int read_option(const char *option, struct rule *rule, struct error *error)
{
	if (strncmp(option, ISOLATE_OPTION, strlen(ISOLATE_OPTION)) == 0)
		return read_isolate(option + strlen(ISOLATE_OPTION), rule, error);
	if (strncmp(option, SHARE_OPTION, strlen(SHARE_OPTION)) == 0)
		return read_share(option + strlen(SHARE_OPTION), rule, error);
	return error_say(error, EINVAL,
			 "unknown option '%.100s': only " ISOLATE_OPTION " and " SHARE_OPTION
			 " are known; correct it or leave it out",
			 option);
}

/* What an option says is said of a tree. */
static int check_host(const struct rule *rule, struct error *error)
{
	if (!rule->isolate_said && !rule->share_said)
		return 0;
	return error_say(
		error, EINVAL,
		"'%s' on the host's own tree does nothing: name a tree, or leave the option "
		"out",
		rule->isolate_said ? ISOLATE_OPTION : SHARE_OPTION);
}

/* Reads the fields of LINE, which it cuts up, into RULE; a line without any leaves RULE as it is.
 */
static int read_rule(char *line, struct rule *rule, struct error *error)
{
	char *rest;
	const char *who = strtok_r(line, BLANKS, &rest);
	const char *service = who ? strtok_r(NULL, BLANKS, &rest) : NULL;
	const char *tree = service ? strtok_r(NULL, BLANKS, &rest) : NULL;
	int result;

	if (!who)
		return 0;
	if (!tree)
		return error_say(error, EINVAL,
				 "the rule has no %s: write who, service and tree, such as "
				 "'@contractors sshd contractor'",
				 service ? "tree" : "service and no tree");
	result = check_list(who, check_who_item, error);
	if (!result)
		result = check_list(service, check_service_item, error);
	if (!result)
		result = check_tree(tree, error);
	for (const char *option; !result && (option = strtok_r(NULL, BLANKS, &rest));)
		result = read_option(option, rule, error);
	if (!result && !strcmp(tree, "-"))
		result = check_host(rule, error);
	if (result < 0)
		return result;
	rule->who = strdup(who);
	rule->service = strdup(service);
	rule->tree = strdup(tree);
	return rule->who && rule->service && rule->tree ? 0 : say_no_memory(error);
}

/* Of comments too: a NUL, or a lone carriage return, hides from a reader what this program sees. */
static int check_bytes(const char *line, size_t length, struct error *error)
{
	if (length > LINE_SIZE_MAX)
		return error_say(
			error, EINVAL,
			"the line is longer than %d bytes: write several rules, or a group",
			LINE_SIZE_MAX);
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)line[i];

		if ((byte < ' ' && byte != '\t') || byte == 0x7f)
			return error_say(error, EINVAL,
					 "control character 0x%02x: write plain text, with "
					 "newlines alone as line ends",
					 byte);
	}
	return 0;
}

static void rule_free(struct rule *rule)
{
	free(rule->who);
	free(rule->service);
	free(rule->tree);
}

/* Adds the rule that LINE holds, if it holds one. */
static int read_line(struct policy *policy, char *line, size_t length, unsigned number,
		     struct error *error)
{
	struct rule rule cleanup(rule_free) = {.line = number, .isolate = ISOLATE_PTRACE};
	struct rule *grown;
	int result;

	if (length && line[length - 1] == '\n')
		line[--length] = '\0';
	result = check_bytes(line, length, error);
	if (result < 0)
		return result;
	line[strcspn(line, "#")] = '\0';
	result = read_rule(line, &rule, error);
	if (result < 0 || !rule.who)
		return result;
	grown = reallocarray(policy->rules, policy->n_rules + 1, sizeof(*grown));
	if (!grown)
		return say_no_memory(error);
	policy->rules = grown;
	policy->rules[policy->n_rules++] = rule;
	rule = (struct rule){0};
	return 0;
}

static int read_lines(FILE *stream, struct policy *policy, const struct faults *faults,
		      struct error *error)
{
	char *line cleanup(cleanup_free) = NULL;
	size_t size = 0;
	ssize_t length;

	for (unsigned number = 1; (length = getline(&line, &size, stream)) >= 0; number++) {
		int result = read_line(policy, line, (size_t)length, number, error);

		if (result < 0)
			error_place(error, policy->file, number);
		if (result < 0 && (result = error_go_on(error, faults)) < 0)
			return result;
	}
	/* Not ferror(3), which getline(3) leaves unset where it runs out of memory. */
	if (!feof(stream)) {
		error_say(error, errno, "cannot be read: %s", strerror(errno));
		error_place(error, policy->file, 0);
		return -error->number;
	}
	return 0;
}

int policy_read_all(FILE *stream, const char *file, const struct faults *faults,
		    struct policy **policy, struct error *error)
{
	struct policy *made cleanup(cleanup_policy) = calloc(1, sizeof(*made));
	int result;

	if (!made || !(made->file = strdup(file)))
		return say_no_memory(error);
	result = read_lines(stream, made, faults, error);
	if (result < 0)
		return result;
	if (!made->n_rules) {
		error_place(error, file, 0);
		return error_say(error, EINVAL,
				 "holds no rule: write at least one, such as '* * -', which leaves "
				 "every session in the host's own tree");
	}
	*policy = steal_pointer(&made);
	return 0;
}

int policy_read(FILE *stream, const char *file, struct policy **policy, struct error *error)
{
	return policy_read_all(stream, file, NULL, policy, error);
}

int policy_load_all(const char *file, const struct faults *faults, struct policy **policy,
		    struct error *error)
{
	FILE *stream cleanup(cleanup_file) = NULL;
	int result = config_open(file, &stream, error);

	if (result == -ENOENT)
		return error_say(error, ENOENT,
				 "does not exist: write it, with the rule '* * -' for a start, or "
				 "name another file with conf=");
	if (result < 0)
		return result;
	return policy_read_all(stream, file, faults, policy, error);
}

int policy_load(const char *file, struct policy **policy, struct error *error)
{
	return policy_load_all(file, NULL, policy, error);
}

void policy_free(struct policy *policy)
{
	if (!policy)
		return;
	for (size_t i = 0; i < policy->n_rules; i++)
		rule_free(&policy->rules[i]);
	free(policy->rules);
	free(policy->file);
	free(policy);
}

static bool is_group(const struct policy_item *item)
{
	return item->text[0] == '@';
}

/* uid 0 is the way in for who mends a policy: what matches it must have been meant for it. */
static bool item_matches(const struct policy_item *item, const struct subject *subject)
{
	bool spared = subject->uid == 0 && !item->excludes;
	uid_t min, max;

	if (!strcmp(item->text, "*"))
		return !spared;
	if (!strchr(item->text, ':'))
		return !strcmp(item->text, subject->user);
	if (!range_read(item->text, &min, &max))
		return false;
	return min <= subject->uid && subject->uid <= max && (!spared || max == 0);
}

/* Whether an item of LIST that is no group matches SUBJECT; of those with '!' where EXCLUDES. */
static bool finds_name(const char *list, const struct subject *subject, bool excludes)
{
	struct policy_item item;

	while (policy_next_item(&list, &item))
		if (item.excludes == excludes && !is_group(&item) && item_matches(&item, subject))
			return true;
	return false;
}

/* The same for the groups. Returns 1 or 0, or negative errno where NSS could not say. */
static int finds_group(const char *list, const struct subject *subject, bool excludes,
		       struct error *error)
{
	struct policy_item item;

	while (policy_next_item(&list, &item)) {
		int found;

		if (item.excludes != excludes || !is_group(&item))
			continue;
		found = subject_in_group(subject, item.text + 1, error);
		if (found)
			return found;
	}
	return 0;
}

/* Groups come last, and only where they decide: they may ask a server that is slow or gone. */
static int who_matches(const char *who, const struct subject *subject, const char **why,
		       struct error *error)
{
	int excluded;

	*why = "the user is excluded by name";
	if (finds_name(who, subject, true))
		return 0;
	*why = subject->uid == 0 ? "uid 0 is matched by its own name or 0:0 only"
				 : "the user is none of these";
	if (!finds_name(who, subject, false)) {
		int found = subject->uid == 0 ? 0 : finds_group(who, subject, false, error);

		if (found <= 0)
			return found;
	}
	excluded = finds_group(who, subject, true, error);
	*why = excluded ? "the user is in an excluded group" : "user and service match";
	return excluded < 0 ? excluded : !excluded;
}

/* Without regard to case: pam_start(3) itself turns a service's name to lower case. */
static bool service_matches(const char *list, const char *service)
{
	bool matches = false;
	struct policy_item item;

	while (policy_next_item(&list, &item)) {
		if (strcmp(item.text, "*") != 0 && strcasecmp(item.text, service) != 0)
			continue;
		if (item.excludes)
			return false;
		matches = true;
	}
	return matches;
}

int policy_rule_matches(const struct rule *rule, const struct subject *subject, const char **why,
			struct error *error)
{
	*why = "it is for other services";
	if (!service_matches(rule->service, subject->service))
		return 0;
	return who_matches(rule->who, subject, why, error);
}

int policy_match(const struct policy *policy, const struct subject *subject,
		 const struct rule **rule, struct error *error)
{
	*rule = NULL;
	for (size_t i = 0; i < policy->n_rules && !*rule; i++) {
		const struct rule *candidate = &policy->rules[i];
		const char *why;
		int matches = policy_rule_matches(candidate, subject, &why, error);

		if (matches < 0) {
			error_place(error, policy->file, candidate->line);
			return matches;
		}
		if (matches)
			*rule = candidate;
	}
	return 0;
}
