/* SPDX-License-Identifier: BSD-3-Clause */
#include "subject.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

/* Where NSS asks for ever more room it is broken: a group of a directory may well fill some MiB. */
#define ENTRY_SIZE_MAX (64UL * 1024 * 1024)
#define GROUPS_MAX (2 * NGROUPS_MAX)

/* More room in *ENTRY for what a getXXbyYY_r(3) call wants to tell; false where there is none. */
static bool entry_grow(char **entry, size_t *size)
{
	size_t larger = *size ? *size * 2 : 1024;
	char *grown = larger <= ENTRY_SIZE_MAX ? realloc(*entry, larger) : NULL;

	if (!grown)
		return false;
	*entry = grown;
	*size = larger;
	return true;
}

static int say_no_memory(struct error *error)
{
	return error_say(error, ENOMEM, "out of memory while asking for users and groups");
}

/* The name is NSS's own spelling: one that ignores case must not let "Carol" pass by carol's rule.
 */
static int fill(struct subject *subject, const struct passwd *entry, const char *service,
		struct error *error)
{
	subject->user = strdup(entry->pw_name);
	subject->uid = entry->pw_uid;
	subject->gid = entry->pw_gid;
	subject->home = strdup(entry->pw_dir);
	subject->service = strdup(service);
	subject->groups = calloc(1, sizeof(*subject->groups));
	if (!subject->user || !subject->home || !subject->service || !subject->groups)
		return say_no_memory(error);
	return 0;
}

int subject_load(const char *user, const char *service, struct subject **subject,
		 struct error *error)
{
	struct subject *made cleanup(cleanup_subject) = calloc(1, sizeof(*made));
	char *buffer cleanup(cleanup_free) = NULL;
	struct passwd entry, *found = NULL;
	int number = ERANGE, result;
	size_t size = 0;

	if (!made)
		return say_no_memory(error);
	while (number == ERANGE) {
		if (!entry_grow(&buffer, &size))
			return say_no_memory(error);
		number = getpwnam_r(user, &entry, buffer, size, &found);
	}
	if (number)
		return error_say(error, number, "cannot look up user '%s': %s", user,
				 strerror(number));
	if (!found)
		return error_say(error, ENOENT, "no such user '%s'", user);
	result = fill(made, found, service, error);
	if (result < 0)
		return result;
	*subject = steal_pointer(&made);
	return 0;
}

void subject_free(struct subject *subject)
{
	if (!subject)
		return;
	free(subject->user);
	free(subject->home);
	free(subject->service);
	if (subject->groups)
		free(subject->groups->ids);
	free(subject->groups);
	free(subject);
}

/* getgrouplist(3) tells how much room it wants, but NSS may change its mind between two calls. */
int subject_load_groups(const struct subject *subject, struct error *error)
{
	struct groups *groups = subject->groups;
	int room = 0, n = 64;

	if (groups->ids)
		return 0;
	do {
		room = n > room ? n : room * 2;
		gid_t *grown = room <= GROUPS_MAX
				       ? reallocarray(groups->ids, (size_t)room, sizeof(*grown))
				       : NULL;
		if (!grown)
			return say_no_memory(error);
		groups->ids = grown;
		n = room;
	} while (getgrouplist(subject->user, subject->gid, groups->ids, &n) < 0);
	groups->n_ids = (size_t)n;
	return 0;
}

static bool has_gid(const struct subject *subject, gid_t gid)
{
	for (size_t i = 0; i < subject->groups->n_ids; i++)
		if (subject->groups->ids[i] == gid)
			return true;
	return false;
}

int subject_in_group(const struct subject *subject, const char *group, struct error *error)
{
	char *buffer cleanup(cleanup_free) = NULL;
	struct group entry, *found = NULL;
	int number = ERANGE;
	size_t size = 0;

	while (number == ERANGE) {
		if (!entry_grow(&buffer, &size))
			return say_no_memory(error);
		number = getgrnam_r(group, &entry, buffer, size, &found);
	}
	if (number)
		return error_say(error, number, "cannot look up group '%s': %s", group,
				 strerror(number));
	if (!found)
		return 0;
	number = -subject_load_groups(subject, error);
	return number ? -number : has_gid(subject, found->gr_gid);
}

int subject_group_name(const struct subject *subject, char **name, struct error *error)
{
	char *buffer cleanup(cleanup_free) = NULL;
	struct group entry, *found = NULL;
	int number = ERANGE;
	size_t size = 0;

	while (number == ERANGE) {
		if (!entry_grow(&buffer, &size))
			return say_no_memory(error);
		number = getgrgid_r(subject->gid, &entry, buffer, size, &found);
	}
	if (number)
		return error_say(error, number, "cannot look up group %u: %s",
				 (unsigned)subject->gid, strerror(number));
	if (!found)
		return error_say(error, ENOENT, "group %u, the primary group of '%s', has no name",
				 (unsigned)subject->gid, subject->user);
	*name = strdup(found->gr_name);
	return *name ? 0 : say_no_memory(error);
}
