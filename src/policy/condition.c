/* SPDX-License-Identifier: BSD-3-Clause */
#include "condition.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "names.h"
#include "policy_item.h"

#define ALL "*"
#define LOCAL "local"
#define DEVICES "/dev/"

static int check_host(const struct policy_item *item, struct error *error)
{
	struct address_block ignored;

	if (strcmp(item->text, ALL) == 0 || strcmp(item->text, LOCAL) == 0)
		return 0;
	if (strcasecmp(item->text, LOCAL) == 0)
		return error_set(error, EINVAL, "'%s' is not an address: write " LOCAL, item->text);
	return address_block_parse(item->text, &ignored, error);
}

int condition_check_from(const char *list, struct error *error)
{
	return policy_check_list(list, check_host, error);
}

static int check_terminal(const struct policy_item *item, struct error *error)
{
	if (item->text[0] == '/' && strncmp(item->text, DEVICES, strlen(DEVICES)) != 0)
		return error_set(error, EINVAL,
				 "'%s' is not a terminal: write a name in /dev, such as tty1, or a "
				 "pattern, such as pts/*",
				 item->text);
	return 0;
}

int condition_check_tty(const char *list, struct error *error)
{
	return policy_check_list(list, check_terminal, error);
}

bool condition_has_tty(const char *list, const struct subject *subject)
{
	const char *tty = name_of_terminal(subject->tty ? subject->tty : "");
	bool found = false;
	struct policy_item item;

	while (policy_next_item(&list, &item)) {
		if (fnmatch(name_of_terminal(item.text), tty, 0) != 0)
			continue;
		if (item.excludes)
			return false;
		found = true;
	}
	return found;
}

static bool is_without_host(const struct subject *subject)
{
	return !subject->rhost || !*subject->rhost;
}

bool condition_asks_for_host(const struct subject *subject)
{
	struct address ignored;

	return !is_without_host(subject) && !address_parse(subject->rhost, &ignored);
}

/* Whether ITEM has ADDRESS, which is NULL for a session without a remote host. */
static bool host_item_has(const struct policy_item *item, const struct address *address)
{
	struct address_block block;
	struct error ignored = {0};

	if (strcmp(item->text, ALL) == 0)
		return true;
	if (strcmp(item->text, LOCAL) == 0)
		return !address;
	return address && address_block_parse(item->text, &block, &ignored) == 0 &&
	       address_is_in(address, &block);
}

static bool list_has(const char *list, const struct address *address)
{
	bool found = false;
	struct policy_item item;

	while (policy_next_item(&list, &item)) {
		if (!host_item_has(&item, address))
			continue;
		if (item.excludes)
			return false;
		found = true;
	}
	return found;
}

/* Whether LIST has no address, so that it is the same for all remote hosts. */
static bool has_words_alone(const char *list)
{
	struct policy_item item;

	while (policy_next_item(&list, &item))
		if (strcmp(item.text, ALL) != 0 && strcmp(item.text, LOCAL) != 0)
			return false;
	return true;
}

/* The addresses of the host name that PAM_RHOST is, all of which have to give one answer. */
static int has_named_host(const char *list, const struct subject *subject, struct error *error)
{
	struct host_addresses addresses;
	struct error why = {0};
	int result = subject_look_up_host(subject, &addresses, &why);
	bool found;

	if (result < 0)
		return error_set(
			error, -result,
			"from= cannot be decided: %s; let the application give the address "
			"(UseDNS no in sshd_config)",
			why.words);
	found = list_has(list, &addresses.list[0]);
	for (size_t i = 1; i < addresses.n; i++)
		if (list_has(list, &addresses.list[i]) != found)
			return error_set(error, ENOTUNIQ,
					 "from= cannot be decided: the host name '%.200s' has "
					 "several addresses, of which it has only some; let the "
					 "application give the address (UseDNS no in "
					 "sshd_config)",
					 subject->rhost);
	return found;
}

int condition_has_host(const char *list, const struct subject *subject, struct error *error)
{
	struct address address = {{0}};

	if (is_without_host(subject))
		return list_has(list, NULL);
	if (address_parse(subject->rhost, &address) || has_words_alone(list))
		return list_has(list, &address);
	return has_named_host(list, subject, error);
}
