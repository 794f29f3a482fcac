/* SPDX-License-Identifier: BSD-3-Clause */
#include "policy_item.h"

#include <errno.h>
#include <string.h>

/* No name holds these: they mark items here, or patterns, groups and quotes in other programs. */
#define NOT_IN_NAMES "!*:%\"'()"
#define DIGITS "0123456789"
#define OCTAL_DIGITS "01234567"

static enum policy_item_kind kind_of(const char *text)
{
	if (*text == '@')
		return strchr(text, ':') ? POLICY_ITEM_GIDS : POLICY_ITEM_GROUP;
	if (*text == '+')
		return POLICY_ITEM_NETGROUP;
	if (strchr(text, ':'))
		return POLICY_ITEM_UIDS;
	return strcmp(text, "*") == 0 ? POLICY_ITEM_ALL : POLICY_ITEM_USER;
}

/* The value of the three octal digits after the backslash at TEXT; -1 where it stands for itself.
 */
static int read_escape(const char *text)
{
	if (*text != '\\' || strspn(text + 1, OCTAL_DIGITS) < 3)
		return -1;
	return (text[1] - '0') * 64 + (text[2] - '0') * 8 + text[3] - '0';
}

/* As fstab(5) writes blanks. Any other backslash is one, as in DOMAIN\user. */
static void decode_name(const char *text, char *name)
{
	while (*text) {
		int byte = read_escape(text);

		*name++ = byte < 0 ? *text : (char)byte;
		text += byte < 0 ? 1 : 4;
	}
	*name = '\0';
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
	item->kind = kind_of(item->text);
	decode_name(item->text + (*item->text == '@' || *item->text == '+'), item->name);
	return true;
}

/* Reads LENGTH decimal digits. Not strtoul(3), which takes blanks, signs and "0x" too. */
static bool read_decimal_id(const char *digits, size_t length, id_t *id)
{
	unsigned long long value = 0;

	if (!length)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return false;
		value = value * 10 + (unsigned)(digits[i] - '0');
		if (value > (id_t)-1)
			return false;
	}
	*id = (id_t)value;
	return true;
}

/* The text of a range. What is written as \ooo is a character of a name, and no digit. */
static const char *range_of(const struct policy_item *item)
{
	return item->text + (*item->text == '@');
}

bool policy_item_range(const struct policy_item *item, id_t *min, id_t *max)
{
	const char *range = range_of(item), *colon = strchr(range, ':');
	size_t before = colon ? (size_t)(colon - range) : 0, after;

	if (!colon || !read_decimal_id(range, before, min))
		return false;
	*max = (id_t)-1;
	after = strlen(colon + 1);
	return !after || read_decimal_id(colon + 1, after, max);
}

static int check_range(const struct policy_item *item, struct error *error)
{
	const char *mark = item->kind == POLICY_ITEM_GIDS ? "@" : "";
	const char *id = item->kind == POLICY_ITEM_GIDS ? "gid" : "uid", *text = item->text;
	const char *range = range_of(item);
	id_t min, max;

	if (range[0] == ':' && read_decimal_id(range + 1, strlen(range + 1), &max))
		return error_set(error, EINVAL,
				 "'%s' has no first %s: write %s%u:%u for that %s alone, or "
				 "%sMIN:%u with the lowest %s as MIN",
				 text, id, mark, (unsigned)max, (unsigned)max, id, mark,
				 (unsigned)max, id);
	if (!policy_item_range(item, &min, &max))
		return error_set(error, EINVAL,
				 "'%s' is not a range of %ss: write %sMIN:MAX in decimal, such as "
				 "%s2000:2999, or %sMIN: for MIN and above",
				 text, id, mark, mark, mark);
	if (min > max)
		return error_set(error, EINVAL, "'%s' ends before it begins: write %s%u:%u", text,
				 mark, (unsigned)max, (unsigned)min);
	return 0;
}

static int check_group(const struct policy_item *item, struct error *error)
{
	bool netgroup = item->kind == POLICY_ITEM_NETGROUP;
	const char *what = netgroup ? "netgroup" : "group", *text = item->text;

	if (!text[1] || text[1] == text[0] || strpbrk(text + 1, NOT_IN_NAMES))
		return error_set(error, EINVAL,
				 "'%s' is not a %s: write %c and the name of one %s, such as "
				 "%ccontractors, with \\050 for ( and so on",
				 text, what, text[0], what, text[0]);
	return 0;
}

/* No name has a control character, and no byte is larger than 0377. */
static int check_escapes(const char *text, struct error *error)
{
	for (; *text; text++) {
		int byte = read_escape(text);

		if (byte >= 0 && (byte < ' ' || byte == 0x7f || byte > 0xff))
			return error_set(error, EINVAL,
					 "'%s' is not a character of a name: write \\040 for a "
					 "blank, and \\134 for a backslash before three digits",
					 (char[]){text[0], text[1], text[2], text[3], '\0'});
	}
	return 0;
}

/* A name as another program writes it: sudoers(5) "%group", access.conf(5) "(group)". */
static int refuse_foreign_name(const char *text, struct error *error)
{
	size_t length = strlen(text);
	const char *name = text + 1;
	int name_length = (int)length - 1;

	if (text[0] == '(' && text[length - 1] == ')')
		name_length--;
	else if (text[0] != '%')
		name_length = 0;
	if (name_length > 0 && strcspn(name, NOT_IN_NAMES "@") >= (size_t)name_length)
		return error_set(error, EINVAL, "'%s' is not a user: write @%.*s for the group",
				 text, name_length, name);
	return error_set(error, EINVAL, "'%s' is not a user: write a name, @group, MIN:MAX or *",
			 text);
}

/* A range as other files write it, "1000-2999". As a name it would match nobody, in silence. */
static int refuse_dash_range(const char *text, struct error *error)
{
	size_t before = strspn(text, DIGITS), after;

	if (!before || text[before] != '-')
		return 0;
	after = strspn(text + before + 1, DIGITS);
	if (text[before + 1 + after])
		return 0;
	return error_set(error, EINVAL, "'%s' is not a range of uids: write %.*s:%s", text,
			 (int)before, text, text + before + 1);
}

static int check_user_item(const char *text, struct error *error)
{
	if (!text[strspn(text, DIGITS)])
		return error_set(error, EINVAL,
				 "'%s' is a number and not a user name: write %s:%s for the user "
				 "with that uid",
				 text, text, text);
	if (strpbrk(text, NOT_IN_NAMES))
		return refuse_foreign_name(text, error);
	return refuse_dash_range(text, error);
}

static int check_who_item(const struct policy_item *item, struct error *error)
{
	int result = check_escapes(item->text, error);

	if (result < 0 || item->kind == POLICY_ITEM_ALL)
		return result;
	if (item->kind == POLICY_ITEM_UIDS || item->kind == POLICY_ITEM_GIDS)
		return check_range(item, error);
	if (item->kind == POLICY_ITEM_USER)
		return check_user_item(item->text, error);
	return check_group(item, error);
}

static int check_service_syntax(const struct policy_item *item, struct error *error)
{
	if (strpbrk(item->text, NOT_IN_NAMES "@/") && strcmp(item->text, "*") != 0)
		return error_set(error, EINVAL,
				 "'%s' is not a PAM service: write the name of a file in "
				 "/etc/pam.d without its directory, such as sshd, or *",
				 item->text);
	return 0;
}

/* What holds for every item, whatever it names. */
static int check_item(const struct policy_item *item, const char *list, struct error *error)
{
	if (!item->length && item->excludes)
		return error_set(error, EINVAL,
				 "'!' excludes nothing: write ! directly before what it excludes, "
				 "such as *,!carol");
	if (!item->length)
		return error_set(error, EINVAL,
				 "'%.100s' has an empty item: write items joined by one comma and "
				 "no blank, such as alice,bob",
				 list);
	if (item->length >= POLICY_ITEM_SIZE)
		return error_set(error, EINVAL,
				 "'%.100s...' is too long for a name: write at most %d bytes",
				 item->text, POLICY_ITEM_SIZE - 1);
	if (item->excludes && !strcmp(item->text, "*"))
		return error_set(error, EINVAL,
				 "'!*' excludes everything, so that the rule would never match: "
				 "write ! before single items, such as *,!carol");
	return 0;
}

int policy_check_list(const char *list, int (*check)(const struct policy_item *, struct error *),
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
		return error_set(error, EINVAL,
				 "'%.400s' only excludes, and matches nothing: write *,%.400s",
				 list, list);
	return 0;
}

int policy_check_who(const char *list, struct error *error)
{
	return policy_check_list(list, check_who_item, error);
}

int policy_check_service(const char *list, struct error *error)
{
	return policy_check_list(list, check_service_syntax, error);
}
