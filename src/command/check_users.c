/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_users.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "cleanup.h"
#include "listing.h"
#include "loginlog.h"
#include "membership.h"
#include "nss.h"

static bool is_login_shell(const char *shell)
{
	const char *known;

	setusershell();
	do
		known = getusershell();
	while (known && strcmp(known, shell) != 0);
	endusershell();
	return known != NULL;
}

/* The index of the shell NAME, of which a host has few; -ENOMEM where memory ran out. */
static int find_shell(struct check_users *users, const char *name)
{
	struct check_shell *larger;
	size_t i = 0;

	while (i < users->n_shells && strcmp(users->shells[i].name, name) != 0)
		i++;
	if (i < users->n_shells)
		return (int)i;
	larger = array_grow(users->shells, i, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	users->shells = larger;
	larger[i] = (struct check_shell){strdup(name), is_login_shell(name)};
	if (!larger[i].name)
		return -ENOMEM;
	users->n_shells++;
	return (int)i;
}

static int list_user(struct check_users *users, const struct passwd *entry)
{
	struct check_user *larger = array_grow(users->users, users->n_users, sizeof(*larger));
	int shell = find_shell(users, entry->pw_shell);

	if (!larger)
		return -ENOMEM;
	users->users = larger;
	if (shell < 0)
		return shell;
	larger += users->n_users++;
	*larger = (struct check_user){.name = strdup(entry->pw_name),
				      .home = strdup(entry->pw_dir),
				      .shell = users->shells[shell].name,
				      .uid = entry->pw_uid,
				      .gid = entry->pw_gid,
				      .is_login = users->shells[shell].is_login};
	if (!larger->name || !larger->home)
		return -ENOMEM;
	return nametable_add(&users->by_name, larger->name, users->n_users - 1);
}

static void forget_services(struct check_users *users)
{
	for (size_t i = 0; i < users->n_services; i++) {
		free(users->services[i].name);
		free(users->services[i].reach);
	}
	free(steal_pointer(&users->services));
	users->n_services = 0;
}

void check_users_set_policy(struct check_users *users, const struct policy *policy)
{
	forget_services(users);
	users->policy = policy;
}

static int list_who_logged_in(const char *name, void *data)
{
	cleanup(nss_user_clear) struct nss_user found = {0};
	struct check_users *users = data;
	struct error ignored = {0};

	if (nametable_number(&users->by_name, name) ||
	    nss_user_by_name(name, &found, &ignored) < 0 ||
	    nametable_number(&users->by_name, found.entry.pw_name))
		return 0;
	return list_user(users, &found.entry);
}

int check_users_list(struct check_users *users)
{
	const struct passwd *entry;
	int result = 0;

	if (users->listed)
		return 0;
	users->listed = true;
	for (entry = listing_first_user(); result == 0 && entry; entry = listing_next_user())
		result = list_user(users, entry);
	if (result == 0 && !listing_has_all_users(users->partial, sizeof(users->partial)))
		result = loginlog_each(list_who_logged_in, users, &users->unread);
	return result;
}

struct check_user *check_users_find(const struct check_users *users, const char *name)
{
	const size_t *index = nametable_number(&users->by_name, name);

	return index ? &users->users[*index] : NULL;
}

struct check_user check_users_unlisted(const struct passwd *entry)
{
	return (struct check_user){.name = entry->pw_name,
				   .home = entry->pw_dir,
				   .shell = entry->pw_shell,
				   .uid = entry->pw_uid,
				   .gid = entry->pw_gid};
}

struct subject check_users_subject(struct check_users *users, const struct check_user *user,
				   const char *service, struct group_list *groups)
{
	*groups = (struct group_list){.ids = user->groups, .n_ids = user->n_groups};
	/* Without it the name service is asked. */
	if (!users->memory)
		users->memory = membership_new();
	return (struct subject){.user = user->name,
				.uid = user->uid,
				.gid = user->gid,
				.home = user->home,
				.service = (char *)(uintptr_t)service,
				.memory = users->memory,
				.groups = groups};
}

void check_users_keep_groups(struct check_user *user, struct group_list *groups)
{
	gid_t *ids;

	if (groups->ids == user->groups)
		return;
	ids = groups->failure.number
		      ? NULL
		      : reallocarray(groups->ids, groups->n_ids, sizeof(*groups->ids));
	if (!ids) {
		group_list_clear(groups);
		return;
	}
	user->groups = ids;
	user->n_groups = groups->n_ids;
}

/* What is known of the listed users by SERVICE; NULL where memory ran out. */
static size_t *find_reach(struct check_users *users, const char *service)
{
	struct check_service *larger;
	size_t i = 0;

	while (i < users->n_services && strcmp(users->services[i].name, service) != 0)
		i++;
	if (i < users->n_services)
		return users->services[i].reach;
	larger = array_grow(users->services, i, sizeof(*larger));
	if (!larger)
		return NULL;
	users->services = larger;
	larger[i] = (struct check_service){strdup(service),
					   calloc(users->n_users, sizeof(*larger->reach))};
	if (larger[i].name && larger[i].reach) {
		users->n_services++;
		return larger[i].reach;
	}
	free(larger[i].name);
	free(larger[i].reach);
	return NULL;
}

/* The place of USER's reach by SERVICE; NULL for a user who is not listed. */
static size_t *reach_of(struct check_users *users, const struct check_user *user,
			const char *service)
{
	size_t *reach;

	if (!users->n_users || user < users->users || user >= users->users + users->n_users)
		return NULL;
	reach = find_reach(users, service);
	return reach ? reach + (user - users->users) : NULL;
}

int check_users_may_get(struct check_users *users, const struct check_user *user,
			const struct subject *subject, const struct rule *rule, struct error *error)
{
	const struct policy *policy = users->policy;
	size_t *known = reach_of(users, user, subject->service), reach,
	       index = (size_t)(rule - policy->rules);
	struct error ignored = {0};

	if (known && !*known && policy_reach(policy, subject, &reach, &ignored) == 0)
		*known = reach + 1;
	if (!known || !*known || (index < *known - 1 && rule_has_conditions(rule)))
		return policy_may_get(policy, subject, rule, error);
	return index == *known - 1;
}

void check_users_clear(struct check_users *users)
{
	for (size_t i = 0; i < users->n_users; i++) {
		free(users->users[i].name);
		free(users->users[i].home);
		free(users->users[i].groups);
	}
	for (size_t i = 0; i < users->n_shells; i++)
		free(users->shells[i].name);
	forget_services(users);
	free(users->users);
	free(users->shells);
	nametable_clear(&users->by_name);
	membership_free(users->memory);
	*users = (struct check_users){0};
}
