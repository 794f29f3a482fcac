/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * nstree.conf(5): any bytes are a policy or are refused in words. A policy matches each subject by
 * the rule that the manual says, which is worked out here a second time and in another way.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "isolation.h"
#include "lib.h"
#include "policy.h"

#define SUBJECT(user_, uid_, service_, ...)                                                        \
	{                                                                                          \
		.user = (char[]){user_}, .uid = uid_, .gid = uid_, .home = (char[]){"/nowhere"},   \
		.service = (char[]){service_}, .groups = &(struct group_list)                      \
		{                                                                                  \
			.ids = (gid_t[]){__VA_ARGS__}, .n_ids = COUNT(((gid_t[]){__VA_ARGS__}))    \
		}                                                                                  \
	}

#define ORIGIN(user_, rhost_, tty_)                                                                \
	{                                                                                          \
		.user = (char[]){user_}, .uid = 1000, .gid = 1000, .home = (char[]){"/nowhere"},   \
		.service = (char[]){"sshd"}, .rhost = (char[]){rhost_}, .tty = (char[]){tty_},     \
		.groups = &(struct group_list)                                                     \
		{                                                                                  \
			.ids = (gid_t[]){1000}, .n_ids = 1                                         \
		}                                                                                  \
	}

static const struct subject subjects[] = {
	SUBJECT("root", 0, "sshd", 0),
	SUBJECT("toor", 0, "login", 0, 50, 3000),
	SUBJECT("alice", 1000, "sshd", 1000, 3000),
	ORIGIN("alice", "192.0.2.7", "ssh"),
	ORIGIN("alice", "2001:db8::7", "pts/3"),
	ORIGIN("alice", "::ffff:192.0.2.7", "tty1"),
	SUBJECT("carol", 2500, "SSHD", 3000, 50),
	SUBJECT("1000", 4294967294, "su", 7),
	SUBJECT("EX\\al ice", 3000, "sshd", 5000, 50),
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

/* Whether TEXT, a line, includes files: it has two fields, or the second is an absolute path. */
static bool is_include(const char *text)
{
	char *copy cleanup(cleanup_free) = strndup(text, strcspn(text, "#"));
	char *rest = NULL;
	const char *first = strtok_r(copy, FUZZ_BLANKS, &rest);
	const char *second = strtok_r(NULL, FUZZ_BLANKS, &rest);

	if (!first || !second || strcmp(first, "include") != 0)
		return false;
	return *second == '/' || !strtok_r(NULL, FUZZ_BLANKS, &rest);
}

static unsigned next_rule(const char *bytes, size_t size, unsigned from)
{
	unsigned line = fuzz_next_row(bytes, size, from);

	while (line) {
		char *text cleanup(cleanup_free) = fuzz_line(bytes, size, line);

		if (!is_include(text))
			break;
		line = fuzz_next_row(bytes, size, line + 1);
	}
	return line;
}

/* The line at fault is the first one: what stands before it can be read, or holds no rule. */
static void claim_refusal(int result, const struct error *error, const char *bytes, size_t size)
{
	struct policy *policy cleanup(cleanup_policy) = NULL;
	struct error before;

	if (error->line || next_rule(bytes, size, 1) || !fuzz_next_row(bytes, size, 1))
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
	if (fuzz_gid(group) == subject->gid)
		return true;
	for (size_t i = 0; i < subject->groups->n_ids; i++)
		if (subject->groups->ids[i] == fuzz_gid(group))
			return true;
	return false;
}

static bool in_netgroup(const struct subject *subject, const char *netgroup, bool broken)
{
	int result = fuzz_in_netgroup(netgroup, subject->user);

	return result == -EIO ? broken : result > 0;
}

/* RANGE is of uids, or of gids after an '@'. */
static bool in_range(const char *range, const char *colon, const struct subject *subject,
		     bool excludes)
{
	bool primary = *range == '@';
	unsigned long min = strtoul(range + primary, NULL, 10);
	unsigned long max = colon[1] ? strtoul(colon + 1, NULL, 10) : UINT32_MAX;
	unsigned long id = primary ? subject->gid : subject->uid;

	if (subject->uid == 0 && !excludes)
		return !primary && min == 0 && max == 0;
	return id >= min && id <= max;
}

/* ITEM with a byte for each \ooo; the caller's to free. */
static char *decode(const char *item)
{
	char *text = strdup(item);
	unsigned byte;

	for (char *at = text; at && (at = strchr(at, '\\')); at++) {
		char digits[4] = "";

		strncat(digits, at + 1, 3);
		if (strlen(digits) < 3 || digits[strspn(digits, "01234567")])
			continue;
		byte = (unsigned)strtoul(digits, NULL, 8);
		claim(byte >= ' ' && byte != 0x7f && byte <= 0xff);
		*at = (char)byte;
		memmove(at + 1, at + 4, strlen(at + 4) + 1);
	}
	return text;
}

/* Whether ITEM, a '!' before it taken off, means SUBJECT. */
static bool means(const char *item, const struct subject *subject, bool excludes, bool broken)
{
	const char *colon = strchr(item, ':');
	char *name cleanup(cleanup_free) = decode(item);
	bool exempt = subject->uid == 0 && !excludes;

	claim(name);
	if (colon && *item != '+')
		return in_range(item, colon, subject, excludes);
	if (*item == '@')
		return !exempt && has_group(subject, name + 1, broken);
	if (*item == '+')
		return !exempt && in_netgroup(subject, name + 1, broken);
	if (*item == '*')
		return !exempt;
	claim(item[strspn(item, "0123456789")]);
	return !strcmp(name, subject->user);
}

static bool means_service(const char *item, const char *service)
{
	return *item == '*' || !strcasecmp(item, service);
}

/* LENGTH bits of the address TEXT, or all for -1, as 0 and 1, after its family. */
static bool write_bits(const char *text, int length, char bits[130])
{
	unsigned char bytes[16];
	int size = strchr(text, ':') ? 16 : 4;

	if (inet_pton(size == 4 ? AF_INET : AF_INET6, text, bytes) != 1)
		return false;
	if (size == 16 && !memcmp(bytes, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) &&
	    (length < 0 || length >= 96)) {
		memmove(bytes, bytes + 12, 4);
		size = 4;
		length = length < 0 ? length : length - 96;
	}
	*bits++ = size == 4 ? '4' : '6';
	for (int i = 0; i < (length < 0 ? size * 8 : length); i++)
		*bits++ = (bytes[i / 8] >> (7 - i % 8)) & 1 ? '1' : '0';
	*bits = '\0';
	return true;
}

/* Whether ITEM of from= has the host RHOST, an address, or "" for none. */
static bool means_host(const char *item, const char *rhost)
{
	char block[130], address[130], *text cleanup(cleanup_free) = strdup(item);
	char *slash = strchr(text, '/');

	if (!strcmp(item, "*") || !strcmp(item, "local"))
		return *item == '*' || !*rhost;
	if (slash)
		*slash = '\0';
	claim(write_bits(text, slash ? atoi(slash + 1) : -1, block));
	return *rhost && write_bits(rhost, -1, address) && !strncmp(address, block, strlen(block));
}

static bool means_tty(const char *item, const char *tty)
{
	item += strncmp(item, "/dev/", 5) ? 0 : 5;
	return fnmatch(item, tty, 0) == 0;
}

/* Whether LIST, of which MEANS tells one item, has VALUE. */
static bool in_list(const char *list, const char *value,
		    bool (*means_item)(const char *item, const char *value))
{
	char *copy cleanup(cleanup_free) = strdup(list);
	char *item, *rest = copy;
	bool in = false, out = false;

	while ((item = strsep(&rest, ",")))
		if (*item == '!')
			out |= means_item(item + 1, value);
		else
			in |= means_item(item, value);
	return in && !out;
}

/* What nstree.conf(5) says of RULE, if the group that cannot be looked up has SUBJECT or not. */
static bool rule_holds(const struct rule *rule, const struct subject *subject, bool broken)
{
	char *who cleanup(cleanup_free) = strdup(rule->who);
	bool in = false, out = false;
	char *item, *rest = who;

	while ((item = strsep(&rest, ",")))
		if (*item == '!')
			out |= means(item + 1, subject, true, broken);
		else
			in |= means(item, subject, false, broken);
	return in && !out && in_list(rule->service, subject->service, means_service) &&
	       (!rule->from ||
		in_list(rule->from, subject->rhost ? subject->rhost : "", means_host)) &&
	       (!rule->tty || in_list(rule->tty, subject->tty ? subject->tty : "", means_tty));
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
			claim(strpbrk(policy->rules[i].who, "@+"));
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

static void claim_ports(const struct port_policy *policy, const char *words)
{
	const struct ports *lists[] = {&policy->connect, &policy->bind};

	claim(policy->said == !!words);
	for (size_t i = 0; words && i < COUNT(lists); i++) {
		claim(!lists[i]->any || strstr(words, "any"));
		for (size_t j = 0; j < lists[i]->n_ranges; j++) {
			const struct port_range *range = &lists[i]->ranges[j];

			claim(range->first && range->first <= range->last);
		}
	}
}

/* REST is where the rule's line goes on after the tree. */
static void claim_options(const struct rule *rule, char *rest)
{
	static const char *const keys[] = {"isolate", "share", "net", "tcp", "udp", "from", "tty"};
	char *option, *values[COUNT(keys)] = {NULL};
	const char *net;

	while ((option = strtok_r(NULL, FUZZ_BLANKS, &rest))) {
		const char *key = strsep(&option, "=");
		size_t i = 0;

		while (i < COUNT(keys) && strcmp(key, keys[i]) != 0)
			i++;
		claim(rule->action == RULE_ENTER || i >= 5);
		claim(i < COUNT(keys) && !values[i] && option);
		values[i] = option;
	}
	claim_isolate(rule, values[0]);
	claim(rule->share_said == !!values[1]);
	claim(!values[1] || !strcmp(values[1], "user") || !strcmp(values[1], "none"));
	claim(rule->shared == (values[1] && !strcmp(values[1], "user")));
	net = values[2];
	claim(rule->net_said == !!net);
	claim(!!rule->network.name == (net && strcmp(net, "host") != 0));
	claim(!rule->network.name || !strcmp(rule->network.name, net));
	claim(!net || (*net && !strchr(net, '/') && strcmp(net, "..") != 0));
	claim_ports(&rule->network.tcp, values[3]);
	claim_ports(&rule->network.udp, values[4]);
	claim(!rule->from == !values[5] && !rule->tty == !values[6]);
	claim(!values[5] || (!strcmp(rule->from, values[5]) && *values[5]));
	claim(!values[6] || (!strcmp(rule->tty, values[6]) && *values[6]));
}

/*
 * Every line that is neither blank nor a comment is one rule, in the words that stand there, or
 * includes files, of which there are none.
 */
static void claim_lines(const struct policy *policy, const char *bytes, size_t size)
{
	unsigned line = 0;

	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = &policy->rules[i];
		char *text cleanup(cleanup_free) = NULL;
		char *rest;

		line = next_rule(bytes, size, line + 1);
		claim(rule->line == line);
		claim(!strcmp(rule->file, FUZZ_FILE));
		text = fuzz_line(bytes, size, line);
		text[strcspn(text, "#")] = '\0';
		claim(!strcmp(rule->who, strtok_r(text, FUZZ_BLANKS, &rest)));
		claim(!strcmp(rule->service, strtok_r(NULL, FUZZ_BLANKS, &rest)));
		claim(!strcmp(rule->tree, strtok_r(NULL, FUZZ_BLANKS, &rest)));
		claim(!strchr(rule->tree, '/') && strcmp(rule->tree, "..") != 0);
		claim((rule->action == RULE_HOST) == !strcmp(rule->tree, "-"));
		claim((rule->action == RULE_DENY) == !strcmp(rule->tree, "deny"));
		claim_options(rule, rest);
	}
	claim(!next_rule(bytes, size, line + 1));
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
	claim(size < 3 || memcmp(bytes, "\xef\xbb\xbf", 3) != 0);
	claim_lines(policy, bytes, size);
	for (size_t i = 0; i < COUNT(subjects); i++)
		claim_match(policy, &subjects[i]);
	return 0;
}
