/* SPDX-License-Identifier: BSD-3-Clause */
#include "subject.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "lookup.h"
#include "names.h"
#include "nss.h"

/* The name as NSS spells it: a source that ignores case must not let "Carol" pass by carol's rule.
 */
static int fill_subject(struct subject *subject, const struct passwd *entry, const char *service,
			struct error *error)
{
	subject->user = strdup(entry->pw_name);
	subject->uid = entry->pw_uid;
	subject->gid = entry->pw_gid;
	subject->home = strdup(entry->pw_dir);
	subject->service = strdup(service);
	subject->groups = calloc(1, sizeof(*subject->groups));
	subject->addresses = calloc(1, sizeof(*subject->addresses));
	subject->limited = true;
	if (!subject->user || !subject->home || !subject->service || !subject->groups ||
	    !subject->addresses)
		return error_no_memory(error);
	return 0;
}

int subject_load(const char *user, const char *service, struct subject **subject,
		 struct error *error)
{
	struct subject *made cleanup(cleanup_subject) = calloc(1, sizeof(*made));
	cleanup(nss_user_clear) struct nss_user found = {0};
	int result = made ? nss_user_by_name(user, &found, error) : error_no_memory(error);

	if (result == 0)
		result = fill_subject(made, &found.entry, service, error);
	if (result < 0)
		return result;
	*subject = steal_pointer(&made);
	return 0;
}

int subject_set_origin(struct subject *subject, const char *rhost, const char *tty,
		       struct error *error)
{
	subject->rhost = rhost ? strdup(rhost) : NULL;
	subject->tty = tty ? strdup(tty) : NULL;
	if ((rhost && !subject->rhost) || (tty && !subject->tty))
		return error_no_memory(error);
	return 0;
}

int subject_make_id(struct subject *subject, struct error *error)
{
	unsigned char bytes[(SUBJECT_ID_SIZE - 1) / 2];

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return error_set(error, errno, "getrandom: %m");
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(subject->id + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

static void free_environment(struct subject *subject)
{
	for (size_t i = 0; subject->environment && subject->environment[i]; i++)
		free(subject->environment[i]);
	free(steal_pointer(&subject->environment));
}

int subject_set_environment(struct subject *subject, char *const *list, struct error *error)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	free_environment(subject);
	subject->environment = calloc(n + 1, sizeof(*subject->environment));
	if (!subject->environment)
		return error_no_memory(error);
	for (size_t i = 0; i < n; i++)
		if (!(subject->environment[i] = strdup(list[i])))
			return error_no_memory(error);
	return 0;
}

const char *subject_variable(const struct subject *subject, const char *name, size_t length)
{
	for (char **each = subject->environment; each && *each; each++)
		if (strncmp(*each, name, length) == 0 && (*each)[length] == '=')
			return *each + length + 1;
	return NULL;
}

void subject_free(struct subject *subject)
{
	if (!subject)
		return;
	free_environment(subject);
	free(subject->user);
	free(subject->home);
	free(subject->service);
	if (subject->groups)
		group_list_clear(subject->groups);
	free(subject->groups);
	free(subject->addresses);
	free(subject->rhost);
	free(subject->tty);
	free(subject);
}

int subject_load_groups(const struct subject *subject, struct error *error)
{
	struct group_list *groups = subject->groups;
	int result =
		lookup_group_list(subject->user, subject->gid, subject->limited, groups, error);

	if (result == 0 && groups->failure.number) {
		*error = groups->failure;
		return -error->number;
	}
	return result;
}

int subject_in_group(const struct subject *subject, const char *group, struct error *error)
{
	if (subject->accounts)
		return accounts_member(subject->accounts, subject->user, subject->gid, group,
				       error);
	if (subject->memory)
		return subject->memory->in_group(subject->memory, subject, group, error);
	return lookup_member(subject->user, subject->gid, group, subject->limited, subject->groups,
			     error);
}

int subject_in_netgroup(const struct subject *subject, const char *netgroup, struct error *error)
{
	if (subject->accounts)
		return error_set(error, ENOENT, "no such netgroup '%s'", netgroup);
	return lookup_netgroup_member(subject->user, netgroup, subject->limited, error);
}

int subject_look_up_host(const struct subject *subject, struct host_addresses *addresses,
			 struct error *error)
{
	int result = 0;

	if (subject->addresses && subject->addresses->n) {
		*addresses = *subject->addresses;
		return 0;
	}
	result = lookup_host(subject->rhost, subject->limited, addresses, error);
	if (result == 0 && subject->addresses)
		*subject->addresses = *addresses;
	return result;
}

static int account_group_name(const struct subject *subject, char **name, struct error *error)
{
	const struct accounts_group *group = accounts_find_gid(subject->accounts, subject->gid);

	*name = strdup(group ? group->name : "group");
	return *name ? 0 : error_no_memory(error);
}

static int account_in_any_group(const struct subject *subject, const char *const *groups,
				struct error *error)
{
	int result = 0;

	for (; *groups && result == 0; groups++) {
		result = subject_in_group(subject, *groups, error);
		if (result == -ENOENT)
			result = 0;
	}
	return result;
}

int subject_in_any_group(const struct subject *subject, const char *const *groups,
			 struct error *error)
{
	if (subject->accounts)
		return account_in_any_group(subject, groups, error);
	return lookup_any_member(subject->user, subject->gid, groups, subject->limited,
				 subject->groups, error);
}

int subject_group_name(const struct subject *subject, char **name, struct error *error)
{
	int result;

	if (subject->accounts)
		return account_group_name(subject, name, error);
	result = lookup_group_name(subject->gid, subject->limited, name, error);
	if (result == -ENOENT)
		return error_set(error, ENOENT, "group %u, the primary group of '%s', has no name",
				 (unsigned)subject->gid, subject->user);
	return result;
}

int subject_look_up_uid(const struct subject *subject, const char *name, uid_t *uid,
			struct error *error)
{
	const struct accounts_user *user;

	if (!subject->accounts)
		return lookup_uid(name, subject->limited, uid, error);
	user = accounts_find_user(subject->accounts, name);
	if (!user)
		return error_set(error, ENOENT, "no such user '%s'", name);
	*uid = user->uid;
	return 0;
}

int subject_look_up_gid(const struct subject *subject, const char *name, gid_t *gid,
			struct error *error)
{
	const struct accounts_group *group;

	if (!subject->accounts)
		return lookup_gid(name, subject->limited, gid, error);
	group = accounts_find_group(subject->accounts, name);
	if (!group)
		return error_set(error, ENOENT, "no such group '%s'", name);
	*gid = group->gid;
	return 0;
}

bool subject_has_console(const struct subject *subject, char path[PATH_MAX])
{
	const char *name = name_of_terminal(subject->tty ? subject->tty : "");
	struct stat found;

	return name_is_component(name) && snprintf(path, PATH_MAX, "/dev/%s", name) < PATH_MAX &&
	       lstat(path, &found) == 0 && S_ISCHR(found.st_mode);
}
