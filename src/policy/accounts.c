/* SPDX-License-Identifier: BSD-3-Clause */
#include "accounts.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>

#include "array.h"
#include "cleanup.h"
#include "textfile.h"

static int add_account(struct accounts *accounts, const struct passwd *entry)
{
	struct accounts_user *user,
		*larger = array_grow(accounts->users, accounts->n_users, sizeof(*user));

	if (!larger)
		return -ENOMEM;
	accounts->users = larger;
	user = &larger[accounts->n_users++];
	*user = (struct accounts_user){.name = strdup(entry->pw_name),
				       .home = strdup(entry->pw_dir),
				       .shell = strdup(entry->pw_shell),
				       .uid = entry->pw_uid,
				       .gid = entry->pw_gid};
	return user->name && user->home && user->shell ? 0 : -ENOMEM;
}

static int copy_members(struct accounts_group *group, char *const *members)
{
	size_t n = 0;

	while (members[n])
		n++;
	group->members = calloc(n + 1, sizeof(*group->members));
	for (size_t i = 0; group->members && i < n; i++)
		if (!(group->members[i] = strdup(members[i])))
			return -ENOMEM;
	return group->members && group->name ? 0 : -ENOMEM;
}

static int add_account_group(struct accounts *accounts, const struct group *entry)
{
	struct accounts_group *larger =
		array_grow(accounts->groups, accounts->n_groups, sizeof(*accounts->groups));

	if (!larger)
		return -ENOMEM;
	accounts->groups = larger;
	larger[accounts->n_groups] =
		(struct accounts_group){.name = strdup(entry->gr_name), .gid = entry->gr_gid};
	return copy_members(&larger[accounts->n_groups++], entry->gr_mem);
}

/* *STREAM is NULL where the file does not exist. */
static int open_accounts(const char *root, const char *name, FILE **stream, struct error *error)
{
	struct rootdir top = {.inside = ""};
	char path[PATH_MAX + sizeof("/etc/")];
	int result;

	snprintf(top.path, sizeof(top.path), "%s", root);
	snprintf(path, sizeof(path), "%s/etc/%s", root, name);
	result = textfile_open_in(&top, path, stream, error);
	if (result == -ENOENT) {
		*error = (struct error){0};
		return 0;
	}
	return result;
}

int accounts_load(const char *root, struct accounts *accounts, struct error *error)
{
	cleanup(cleanup_file) FILE *users = NULL;
	cleanup(cleanup_file) FILE *groups = NULL;
	const struct passwd *user;
	const struct group *group;
	int result;

	*accounts = (struct accounts){0};
	result = open_accounts(root, "passwd", &users, error);
	if (result == 0)
		result = open_accounts(root, "group", &groups, error);
	if (result < 0)
		return result;
	while (result == 0 && users && (user = fgetpwent(users)))
		result = add_account(accounts, user);
	while (result == 0 && groups && (group = fgetgrent(groups)))
		result = add_account_group(accounts, group);
	return result < 0 ? error_no_memory(error) : 0;
}

const struct accounts_user *accounts_find_user(const struct accounts *accounts, const char *name)
{
	for (size_t i = 0; i < accounts->n_users; i++)
		if (strcmp(accounts->users[i].name, name) == 0)
			return &accounts->users[i];
	return NULL;
}

const struct accounts_group *accounts_find_group(const struct accounts *accounts, const char *name)
{
	for (size_t i = 0; i < accounts->n_groups; i++)
		if (strcmp(accounts->groups[i].name, name) == 0)
			return &accounts->groups[i];
	return NULL;
}

const struct accounts_group *accounts_find_gid(const struct accounts *accounts, gid_t gid)
{
	for (size_t i = 0; i < accounts->n_groups; i++)
		if (accounts->groups[i].gid == gid)
			return &accounts->groups[i];
	return NULL;
}

int accounts_member(const struct accounts *accounts, const char *user, gid_t gid, const char *group,
		    struct error *error)
{
	const struct accounts_group *found = accounts_find_group(accounts, group);

	if (!found)
		return error_set(error, ENOENT, "no such group '%s'", group);
	for (char *const *member = found->members; *member; member++)
		if (strcmp(*member, user) == 0)
			return 1;
	return found->gid == gid;
}

void accounts_clear(struct accounts *accounts)
{
	for (size_t i = 0; i < accounts->n_users; i++) {
		free(accounts->users[i].name);
		free(accounts->users[i].home);
		free(accounts->users[i].shell);
	}
	for (size_t i = 0; i < accounts->n_groups; i++) {
		for (char **member = accounts->groups[i].members; member && *member; member++)
			free(*member);
		free(accounts->groups[i].members);
		free(accounts->groups[i].name);
	}
	free(accounts->users);
	free(accounts->groups);
	*accounts = (struct accounts){0};
}
