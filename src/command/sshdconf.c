/* SPDX-License-Identifier: BSD-3-Clause */
#include "sshdconf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "array.h"
#include "buffer.h"
#include "cleanup.h"

#define BLANKS " \t\r\f"

#define NAME_ENDS BLANKS "=" /* a keyword's or a criterion's */

/* Whether the backslash at TEXT stands before what it takes the meaning off. */
static bool is_escape(const char *text, char quote)
{
	return text[0] == '\\' && text[1] &&
	       (strchr("'\"\\", text[1]) || (!quote && text[1] == ' '));
}

/*
 * The next word of *REST, which is changed; it ends at one of ENDS, and quotes and backslashes are
 * taken off as sshd does (argv_split). NULL at the end or a comment.
 */
static char *next_word(char **rest, const char *ends)
{
	char *word = *rest + strspn(*rest, BLANKS "="), *from, *to = word, quote = '\0';

	if (!*word || *word == '#')
		return NULL;
	for (from = word; *from && (quote || !strchr(ends, *from)); from++) {
		if (is_escape(from, quote))
			*to++ = *++from;
		else if (quote ? *from == quote : *from == '"' || *from == '\'')
			quote = quote ? '\0' : *from;
		else
			*to++ = *from;
	}
	*rest = *from ? from + 1 : from;
	*to = '\0';
	return word;
}

/* What is left of a line, without blanks at its end. */
static char *whole_rest(char *rest)
{
	size_t length;

	rest += strspn(rest, BLANKS "=");
	length = strlen(rest);
	while (length && strchr(BLANKS, rest[length - 1]))
		length--;
	rest[length] = '\0';
	return rest;
}

static int set_once(char **value, const char *text)
{
	if (*value || !text)
		return 0;
	*value = strdup(text);
	return *value ? 0 : -ENOMEM;
}

static struct sshdconf_block *add_block(struct sshdconf *conf, unsigned line)
{
	struct sshdconf_block *grown = array_grow(conf->blocks, conf->n_blocks, sizeof(*grown));

	if (!grown)
		return NULL;
	conf->blocks = grown;
	grown += conf->n_blocks++;
	*grown = (struct sshdconf_block){.line = line};
	return grown;
}

static int add_other(struct sshdconf_block *block, const char *criterion, const char *value)
{
	char *text;

	if (asprintf(&text, "%s%s%s%s%s", block->others ? block->others : "",
		     block->others ? " " : "", criterion, value ? " " : "", value ? value : "") < 0)
		return -ENOMEM;
	free(block->others);
	block->others = text;
	return 0;
}

/* Where BLOCK has the value of CRITERION; NULL where it has none of its own. */
static char **criterion_of(struct sshdconf_block *block, const char *criterion)
{
	if (strcasecmp(criterion, "user") == 0)
		return &block->users;
	if (strcasecmp(criterion, "group") == 0)
		return &block->groups;
	return strcasecmp(criterion, "address") == 0 ? &block->addresses : NULL;
}

static int read_criteria(struct sshdconf_block *block, char *rest)
{
	int result = 0;

	for (char *word; result == 0 && (word = next_word(&rest, NAME_ENDS));) {
		char *value, **known;

		if (strcasecmp(word, "all") == 0) {
			result = set_once(&block->users, "*");
			continue;
		}
		value = next_word(&rest, BLANKS);
		known = criterion_of(block, word);
		/* Of two of a kind, both must match. */
		if (known && value && !*known)
			result = set_once(known, value);
		else
			result = add_other(block, word, value);
	}
	return result;
}

static int read_conf_line(struct sshdconf *conf, char *line, unsigned number)
{
	struct sshdconf_block *block = &conf->blocks[conf->n_blocks - 1];
	char *rest = line, *keyword = next_word(&rest, NAME_ENDS);
	int result = 0;

	if (!keyword)
		return 0;
	if (strcasecmp(keyword, "match") == 0) {
		block = add_block(conf, number);
		return block ? read_criteria(block, rest) : -ENOMEM;
	}
	if (strcasecmp(keyword, "chrootdirectory") == 0) {
		block->chroot_line = block->chroot ? block->chroot_line : number;
		result = set_once(&block->chroot, next_word(&rest, BLANKS));
	} else if (strcasecmp(keyword, "forcecommand") == 0) {
		result = set_once(&block->command, whole_rest(rest));
	} else if (strcasecmp(keyword, "include") == 0 && !conf->include) {
		conf->include_line = number;
		result = set_once(&conf->include, next_word(&rest, BLANKS));
	} else if (strcasecmp(keyword, "pamservicename") == 0) {
		result = set_once(&block->service, next_word(&rest, BLANKS));
	} else if (strcasecmp(keyword, "usepam") == 0 && !conf->use_pam) {
		conf->use_pam_line = number;
		result = set_once(&conf->use_pam, next_word(&rest, BLANKS));
	}
	return result;
}

int sshdconf_read(const char *text, size_t length, struct sshdconf *conf)
{
	cleanup(cleanup_free) char *copy = strndup(text, length);
	char *rest = copy;
	unsigned number = 0;
	int result;

	*conf = (struct sshdconf){0};
	if (!copy || !add_block(conf, 0))
		return -ENOMEM;
	result = 0;
	for (char *line; result == 0 && (line = strsep(&rest, "\n"));)
		result = read_conf_line(conf, line, ++number);
	return result;
}

void sshdconf_clear(struct sshdconf *conf)
{
	for (size_t i = 0; i < conf->n_blocks; i++) {
		struct sshdconf_block *block = &conf->blocks[i];

		free(block->users);
		free(block->groups);
		free(block->addresses);
		free(block->others);
		free(block->chroot);
		free(block->command);
		free(block->service);
	}
	free(conf->blocks);
	free(conf->include);
	free(conf->use_pam);
	*conf = (struct sshdconf){0};
}
