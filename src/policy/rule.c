/* SPDX-License-Identifier: BSD-3-Clause */
#include "rule.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "condition.h"
#include "isolate.h"
#include "lines.h"
#include "policy_item.h"

#define BLANKS " \t"
#define LINE_SIZE_MAX 4096
#define ISOLATE_OPTION "isolate="
#define SHARE_OPTION "share="
#define NET_OPTION "net="
#define TCP_OPTION "tcp="
#define UDP_OPTION "udp="
#define FROM_OPTION "from="
#define TTY_OPTION "tty="

void rule_clear(struct rule *rule)
{
	free(rule->who);
	free(rule->service);
	free(rule->from);
	free(rule->tty);
	network_clear(&rule->network);
	free(rule->tree);
	*rule = (struct rule){0};
}

static int check_tree_name(const char *tree, struct error *error)
{
	if (strchr(tree, '/') || !strcmp(tree, ".") || !strcmp(tree, "..") ||
	    strlen(tree) > NAME_MAX)
		return error_set(error, EINVAL,
				 "'%.100s' is not a tree: write its name without directory and "
				 ".fstab, such as contractor, or - for the host's own tree, or "
				 "deny to refuse the session",
				 tree);
	return 0;
}

static int read_isolate(const char *words, struct rule *rule, struct error *error)
{
	if (rule->isolate_said)
		return error_set(error, EINVAL,
				 "a second '" ISOLATE_OPTION "%.100s': write it once, its words "
				 "joined by +, such as " ISOLATE_OPTION "ptrace+signal",
				 words);
	rule->isolate_said = true;
	return isolate_parse(words, &rule->isolate, error);
}

static int read_share(const char *word, struct rule *rule, struct error *error)
{
	if (rule->share_said)
		return error_set(error, EINVAL, "a second '" SHARE_OPTION "%.100s': write it once",
				 word);
	rule->share_said = true;
	rule->shared = strcmp(word, "user") == 0;
	if (rule->shared || strcmp(word, "none") == 0)
		return 0;
	return error_set(error, EINVAL,
			 "'" SHARE_OPTION "%.100s' is unknown: write " SHARE_OPTION "user, with "
			 "which all sessions of a user are in one tree, or " SHARE_OPTION "none%s",
			 word, strchr(word, ',') ? ", and a blank before the next option" : "");
}

static int read_net(const char *word, struct rule *rule, struct error *error)
{
	if (rule->net_said)
		return error_set(error, EINVAL, "a second '" NET_OPTION "%.100s': write it once",
				 word);
	rule->net_said = true;
	return network_read_name(word, &rule->network, error);
}

static int read_ports(const char *option, const char *words, struct port_policy *policy,
		      struct error *error)
{
	if (policy->said)
		return error_set(error, EINVAL, "a second '%s%.100s': write it once", option,
				 words);
	return network_read_ports(option, words, policy, error);
}

/* The value of OPTION, whose list is LIST, in *KEPT. */
static int read_condition(const char *option, const char *list,
			  int (*check)(const char *, struct error *), char **kept,
			  struct error *error)
{
	int result;

	if (*kept)
		return error_set(error, EINVAL,
				 "a second '%s%.100s': write it once, its items "
				 "joined by a comma",
				 option, list);
	result = check(list, error);
	if (result < 0)
		return result;
	*kept = strdup(list);
	return *kept ? 0 : error_no_memory(error);
}

/* OPTION without a value: "share", or "share" of "share = user". */
static bool is_bare_option(const char *option)
{
	static const char *const options[] = {ISOLATE_OPTION, SHARE_OPTION, NET_OPTION, TCP_OPTION,
					      UDP_OPTION,     FROM_OPTION,  TTY_OPTION};

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (strlen(option) + 1 == strlen(options[i]) &&
		    strncmp(option, options[i], strlen(option)) == 0)
			return true;
	return false;
}

static int read_rule_option(const char *option, struct rule *rule, struct error *error)
{
	if (strncmp(option, ISOLATE_OPTION, strlen(ISOLATE_OPTION)) == 0)
		return error_mark(error, CODE_RULE_ISOLATE,
				  read_isolate(option + strlen(ISOLATE_OPTION), rule, error));
	if (strncmp(option, SHARE_OPTION, strlen(SHARE_OPTION)) == 0)
		return error_mark(error, CODE_RULE_SHARE,
				  read_share(option + strlen(SHARE_OPTION), rule, error));
	if (strncmp(option, NET_OPTION, strlen(NET_OPTION)) == 0)
		return error_mark(error, CODE_RULE_NETWORK,
				  read_net(option + strlen(NET_OPTION), rule, error));
	if (strncmp(option, TCP_OPTION, strlen(TCP_OPTION)) == 0)
		return error_mark(error, CODE_RULE_NETWORK,
				  read_ports(TCP_OPTION, option + strlen(TCP_OPTION),
					     &rule->network.tcp, error));
	if (strncmp(option, UDP_OPTION, strlen(UDP_OPTION)) == 0)
		return error_mark(error, CODE_RULE_NETWORK,
				  read_ports(UDP_OPTION, option + strlen(UDP_OPTION),
					     &rule->network.udp, error));
	if (strncmp(option, FROM_OPTION, strlen(FROM_OPTION)) == 0)
		return error_mark(error, CODE_RULE_CONDITION,
				  read_condition(FROM_OPTION, option + strlen(FROM_OPTION),
						 condition_check_from, &rule->from, error));
	if (strncmp(option, TTY_OPTION, strlen(TTY_OPTION)) == 0)
		return error_mark(error, CODE_RULE_CONDITION,
				  read_condition(TTY_OPTION, option + strlen(TTY_OPTION),
						 condition_check_tty, &rule->tty, error));
	if (is_bare_option(option))
		return error_set(error, EINVAL,
				 "'%s' has no value: write %s=VALUE, without blanks around the =",
				 option, option);
	return error_set(error, EINVAL,
			 "unknown option '%.100s': " ISOLATE_OPTION ", " SHARE_OPTION
			 ", " NET_OPTION ", " TCP_OPTION ", " UDP_OPTION ", " FROM_OPTION
			 " and " TTY_OPTION " are known; correct it or leave it out",
			 option);
}

/* The first option that describes a session in a tree; NULL where there is none. */
static const char *find_option_said(const struct rule *rule)
{
	const struct {
		bool said;
		const char *option;
	} options[] = {
		{rule->isolate_said, ISOLATE_OPTION}, {rule->share_said, SHARE_OPTION},
		{rule->net_said, NET_OPTION},	      {rule->network.tcp.said, TCP_OPTION},
		{rule->network.udp.said, UDP_OPTION},
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (options[i].said)
			return options[i].option;
	return NULL;
}

static int check_options(const struct rule *rule, struct error *error)
{
	const char *option = rule->action == RULE_ENTER ? NULL : find_option_said(rule);

	if (!option)
		return 0;
	return error_set(error, EINVAL,
			 "'%s' %s does nothing: name a tree, or leave the option out", option,
			 rule->action == RULE_HOST ? "on the host's own tree" : "with deny");
}

static enum rule_action action_of_tree(const char *tree)
{
	if (strcmp(tree, RULE_TREE_HOST) == 0)
		return RULE_HOST;
	return strcmp(tree, RULE_TREE_DENY) == 0 ? RULE_DENY : RULE_ENTER;
}

static int read_fields(const char *who, const char *service, const char *tree, struct rule *rule,
		       struct error *error)
{
	int result = error_mark(error, CODE_RULE_WHO, policy_check_who(who, error));

	if (!result)
		result = error_mark(error, CODE_RULE_SERVICE, policy_check_service(service, error));
	if (!result)
		result = error_mark(error, CODE_RULE_TREE, check_tree_name(tree, error));
	if (result < 0)
		return result;
	rule->action = action_of_tree(tree);
	rule->who = strdup(who);
	rule->service = strdup(service);
	rule->tree = strdup(tree);
	return rule->who && rule->service && rule->tree ? 0 : error_no_memory(error);
}

/* As other programs write a line that includes a file. */
static bool is_misspelt_include(const char *who, const char *service)
{
	static const char *const words[] = {"include", "@include", "includedir", "@includedir"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcasecmp(who, words[i]) == 0)
			return service[0] == '/';
	return false;
}

int rule_read(char *text, const char *file, unsigned line, struct rule *rule, struct error *error)
{
	char *rest = NULL;
	const char *who, *service, *tree, *blank;
	int result;

	*rule = (struct rule){.file = file, .line = line, .isolate = ISOLATE_PTRACE};
	if (strlen(text) > LINE_SIZE_MAX)
		return error_set(
			error, EINVAL,
			"the line is longer than %d bytes: write several rules, or a group",
			LINE_SIZE_MAX);
	text[strcspn(text, "#")] = '\0';
	blank = lines_false_blank(text);
	if (blank)
		return error_set(error, EINVAL,
				 "the line holds %s, which separates nothing: write blanks or tabs "
				 "alone",
				 blank);
	who = strtok_r(text, BLANKS, &rest);
	service = who ? strtok_r(NULL, BLANKS, &rest) : NULL;
	tree = service ? strtok_r(NULL, BLANKS, &rest) : NULL;
	if (!who)
		return 0;
	if (service && is_misspelt_include(who, service))
		return error_set(error, EINVAL,
				 "'%.100s' includes nothing: write 'include %.300s%s'", who,
				 service, strstr(who, "dir") ? "/*.conf" : "");
	if (!tree)
		return error_set(error, EINVAL,
				 "the rule has no %s: write who, service and tree, such as "
				 "'@contractors sshd contractor'",
				 service ? "tree" : "service and no tree");
	result = read_fields(who, service, tree, rule, error);
	for (const char *option; !result && (option = strtok_r(NULL, BLANKS, &rest));)
		result = error_mark(error, CODE_RULE_OPTION, read_rule_option(option, rule, error));
	if (!result)
		result = error_mark(error, CODE_RULE_OPTION, check_options(rule, error));
	return result < 0 ? result : 1;
}
