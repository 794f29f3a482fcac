/* SPDX-License-Identifier: BSD-3-Clause */
#include "userlist.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "listing.h"
#include "loginlog.h"
#include "netgroup.h"
#include "nss.h"
#include "nsswitch.h"

struct entry {
	struct subject subject;
	bool has_login_shell;
};

/* Entries while they are collected. */
struct entries {
	struct entry *items;
	size_t n_items, room;
	char **shells; /* of shells(5) */
};

static void free_listed_user(struct subject *subject)
{
	free(subject->user);
	free(subject->home);
}

static void entries_clear(struct entries *entries)
{
	for (size_t i = 0; i < entries->n_items; i++)
		free_listed_user(&entries->items[i].subject);
	free(entries->items);
	for (size_t i = 0; entries->shells && entries->shells[i]; i++)
		free(entries->shells[i]);
	free(entries->shells);
}

static int load_shells(struct entries *entries)
{
	size_t n = 0;
	const char *shell;

	setusershell();
	while ((shell = getusershell())) {
		char **larger = reallocarray(entries->shells, n + 2, sizeof(*larger));

		if (!larger)
			break;
		entries->shells = larger;
		larger[n++] = strdup(shell);
		larger[n] = NULL;
	}
	endusershell();
	return shell ? -ENOMEM : 0;
}

static bool has_login_shell(const struct entries *entries, const char *shell)
{
	for (size_t i = 0; entries->shells && entries->shells[i]; i++)
		if (strcmp(entries->shells[i], shell) == 0)
			return true;
	return false;
}

static int add_entry(struct entries *entries, const struct passwd *user)
{
	struct entry *entry;

	if (entries->n_items == entries->room) {
		size_t room = entries->room ? 2 * entries->room : 64;
		struct entry *larger = reallocarray(entries->items, room, sizeof(*larger));

		if (!larger)
			return -ENOMEM;
		entries->items = larger;
		entries->room = room;
	}
	entry = &entries->items[entries->n_items++];
	*entry = (struct entry){.subject = {.user = strdup(user->pw_name),
					    .uid = user->pw_uid,
					    .gid = user->pw_gid,
					    .home = strdup(user->pw_dir)},
				.has_login_shell = has_login_shell(entries, user->pw_shell)};
	return entry->subject.user && entry->subject.home ? 0 : -ENOMEM;
}

static int add_listed(struct entries *entries)
{
	const struct passwd *user;
	int result = 0;

	for (user = listing_first_user(); user && result == 0; user = listing_next_user())
		result = add_entry(entries, user);
	return result;
}

static int compare_user_names(const void *left, const void *right)
{
	return strcmp(((const struct entry *)left)->subject.user,
		      ((const struct entry *)right)->subject.user);
}

/* Adds NAME, if it exists, unless it is among the first N_LISTED, which are sorted by name, or was
 * added since. */
static int add_named(struct entries *entries, size_t n_listed, const char *name)
{
	const struct entry key = {.subject.user = (char *)(uintptr_t)name};
	cleanup(nss_user_clear) struct nss_user user = {0};
	struct error ignored = {0};

	if (n_listed &&
	    bsearch(&key, entries->items, n_listed, sizeof(*entries->items), compare_user_names))
		return 0;
	for (size_t i = n_listed; i < entries->n_items; i++)
		if (strcmp(entries->items[i].subject.user, name) == 0)
			return 0;
	/* check_names() reports a user that does not exist. */
	if (nss_user_by_name(name, &user, &ignored) < 0)
		return 0;
	return add_entry(entries, &user.entry);
}

static int add_members(struct entries *entries, size_t n_listed, const char *name)
{
	cleanup(nss_group_clear) struct nss_group group = {0};
	struct error ignored = {0};
	int result = 0;

	if (nss_group_by_name(name, &group, &ignored) < 0)
		return 0;
	for (char *const *member = group.entry.gr_mem; result == 0 && *member; member++)
		result = add_named(entries, n_listed, *member);
	return result;
}

/* Where the users of a netgroup or of a log are added. */
struct added_entries {
	struct entries *entries;
	size_t n_listed;
};

static int add_netgroup_user(const char *user, const char *domain, void *data)
{
	const struct added_entries *netgroup = data;

	(void)domain;
	return user ? add_named(netgroup->entries, netgroup->n_listed, user) : 0;
}

static int add_netgroup_users(struct entries *entries, size_t n_listed, const char *name)
{
	struct added_entries netgroup = {entries, n_listed};
	struct error ignored = {0};

	return netgroup_each(name, add_netgroup_user, &netgroup, &ignored) == -ENOMEM ? -ENOMEM : 0;
}

static int add_users_of_rules(struct entries *entries, const struct policy *policy)
{
	size_t n_listed = entries->n_items;
	int result = 0;

	if (n_listed)
		qsort(entries->items, n_listed, sizeof(*entries->items), compare_user_names);
	for (size_t i = 0; i < policy->n_rules; i++) {
		const char *rest = policy->rules[i].who;
		struct policy_item item;

		while (result == 0 && policy_next_item(&rest, &item)) {
			if (item.kind == POLICY_ITEM_GROUP)
				result = add_members(entries, n_listed, item.name);
			else if (item.kind == POLICY_ITEM_NETGROUP)
				result = add_netgroup_users(entries, n_listed, item.name);
			else if (item.kind == POLICY_ITEM_USER)
				result = add_named(entries, n_listed, item.name);
		}
	}
	return result;
}

/* Those who have logged in, where the name service may not list all. */
static int add_logged_in(const char *user, void *data)
{
	const struct added_entries *list = data;

	return add_named(list->entries, list->n_listed, user);
}

static int add_who_logged_in(struct entries *entries)
{
	struct added_entries list = {entries, entries->n_items};
	char source[NSS_SOURCE_NAME_SIZE];
	const char *unread;

	if (listing_has_all_users(source, sizeof(source)))
		return 0;
	if (entries->n_items)
		qsort(entries->items, entries->n_items, sizeof(*entries->items),
		      compare_user_names);
	return loginlog_each(add_logged_in, &list, &unread);
}

static int compare_entries(const void *left, const void *right)
{
	const struct entry *one = left, *other = right;

	if (one->has_login_shell != other->has_login_shell)
		return one->has_login_shell ? -1 : 1;
	if (one->subject.uid != other->subject.uid)
		return one->subject.uid < other->subject.uid ? -1 : 1;
	return compare_user_names(left, right);
}

int userlist_load(const struct policy *const *policies, size_t n_policies, struct userlist *list)
{
	cleanup(entries_clear) struct entries entries = {0};
	int result = load_shells(&entries);

	*list = (struct userlist){0};
	if (result == 0)
		result = add_listed(&entries);
	if (result == 0)
		result = add_who_logged_in(&entries);
	for (size_t i = 0; result == 0 && i < n_policies; i++)
		result = add_users_of_rules(&entries, policies[i]);
	if (result < 0 || !entries.n_items)
		return result;
	qsort(entries.items, entries.n_items, sizeof(*entries.items), compare_entries);
	list->users = calloc(entries.n_items, sizeof(*list->users));
	if (!list->users)
		return -ENOMEM;
	for (size_t i = 0; i < entries.n_items; i++)
		list->users[i] = entries.items[i].subject;
	list->n_users = entries.n_items;
	entries.n_items = 0;
	return 0;
}

int userlist_of_accounts(const struct accounts *accounts, struct userlist *list)
{
	*list = (struct userlist){.users = calloc(accounts->n_users + 1, sizeof(*list->users))};
	for (size_t i = 0; list->users && i < accounts->n_users; i++) {
		const struct accounts_user *user = &accounts->users[i];
		struct subject *subject = &list->users[list->n_users++];

		*subject = (struct subject){.user = strdup(user->name),
					    .home = strdup(user->home),
					    .uid = user->uid,
					    .gid = user->gid,
					    .accounts = accounts};
		if (!subject->user || !subject->home)
			return -ENOMEM;
	}
	return list->users ? 0 : -ENOMEM;
}

void userlist_clear(struct userlist *list)
{
	for (size_t i = 0; i < list->n_users; i++)
		free_listed_user(&list->users[i]);
	free(list->users);
	*list = (struct userlist){0};
}
