/* SPDX-License-Identifier: BSD-3-Clause */
#include "nss.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

/* A group of a large directory may fill some MiB; a source that asks for more than this is broken.
 */
#define ENTRY_SIZE_MAX (64UL * 1024 * 1024)

/*
 * The errno before a look-up. Where no source can be loaded glibc calls none, and returns the errno
 * that it finds: 0 there would read as "not found".
 */
#define ERRNO_NO_SOURCE ENODATA

/* What is looked up: by `name`, or by `id` where that is NULL. */
struct key {
	const char *name;
	unsigned id;
	nss_getgrnam_function *in_source; /* the source's own, for look_up_in_source() */
};

/* Calls one of the getXXbyYY_r(3) functions. Returns 0 or a positive errno; *FOUND as they do. */
typedef int look_up_function(const struct key *key, void *entry, char *buffer, size_t size,
			     void **found);

static int look_up_user(const struct key *key, void *entry, char *buffer, size_t size, void **found)
{
	struct passwd *user = NULL;
	int number = key->name ? getpwnam_r(key->name, entry, buffer, size, &user)
			       : getpwuid_r(key->id, entry, buffer, size, &user);

	*found = user;
	return number;
}

static int look_up_group(const struct key *key, void *entry, char *buffer, size_t size,
			 void **found)
{
	struct group *group = NULL;
	int number = key->name ? getgrnam_r(key->name, entry, buffer, size, &group)
			       : getgrgid_r(key->id, entry, buffer, size, &group);

	*found = group;
	return number;
}

bool nss_could_not_answer(enum nss_status status, int number)
{
	return status == NSS_STATUS_TRYAGAIN || (status == NSS_STATUS_UNAVAIL && number != ESRCH);
}

static int look_up_in_source(const struct key *key, void *entry, char *buffer, size_t size,
			     void **found)
{
	int number = 0;
	enum nss_status status = key->in_source(key->name, entry, buffer, size, &number);

	*found = status == NSS_STATUS_SUCCESS ? entry : NULL;
	if (!nss_could_not_answer(status, number))
		return 0;
	return number ? number : EIO;
}

/* "user 'NAME'" or "group ID" into TEXT, which it returns. */
static const char *describe(const struct key *key, const char *kind, char *text, size_t size)
{
	if (key->name)
		snprintf(text, size, "%s '%.256s'", kind, key->name);
	else
		snprintf(text, size, "%s %u", kind, key->id);
	return text;
}

static int set_failed(const struct key *key, const char *kind, int number, struct error *error)
{
	char what[300];

	describe(key, kind, what, sizeof(what));
	/* -ENOENT is the answer "not found", which a failed source did not give. */
	if (number == ERRNO_NO_SOURCE || number == ENOENT)
		return error_set(error, EIO,
				 "cannot look up %s: no source of nsswitch.conf could answer",
				 what);
	if (number == ERANGE)
		return error_set(error, EFBIG,
				 "cannot look up %s: its entry is larger than %lu MiB", what,
				 ENTRY_SIZE_MAX / (1024 * 1024));
	return error_set(error, number, "cannot look up %s: %s", what, strerror(number));
}

static int look_up(look_up_function *function, const struct key *key, const char *kind, void *entry,
		   char **kept, struct error *error)
{
	cleanup(cleanup_free) char *buffer = NULL;
	void *found = NULL;
	int number = ERANGE;
	char what[300];

	for (size_t size = 1024; number == ERANGE && size <= ENTRY_SIZE_MAX; size *= 2) {
		free(buffer);
		buffer = malloc(size);
		if (!buffer)
			return error_no_memory(error);
		errno = ERRNO_NO_SOURCE;
		number = function(key, entry, buffer, size, &found);
	}
	if (number)
		return error_mark(error, CODE_NAME_SERVICE, set_failed(key, kind, number, error));
	if (!found)
		return error_set(error, ENOENT, "no such %s",
				 describe(key, kind, what, sizeof(what)));
	*kept = steal_pointer(&buffer);
	return 0;
}

int nss_user_by_name(const char *name, struct nss_user *user, struct error *error)
{
	return look_up(look_up_user, &(struct key){.name = name}, "user", &user->entry,
		       &user->buffer, error);
}

int nss_user_by_id(uid_t uid, struct nss_user *user, struct error *error)
{
	return look_up(look_up_user, &(struct key){.id = uid}, "user", &user->entry, &user->buffer,
		       error);
}

int nss_group_by_name(const char *name, struct nss_group *group, struct error *error)
{
	return look_up(look_up_group, &(struct key){.name = name}, "group", &group->entry,
		       &group->buffer, error);
}

int nss_group_by_id(gid_t gid, struct nss_group *group, struct error *error)
{
	return look_up(look_up_group, &(struct key){.id = gid}, "group", &group->entry,
		       &group->buffer, error);
}

int nss_group_by_source(const struct nss_source *source, const char *name, struct nss_group *group,
			struct error *error)
{
	struct key key = {.name = name};
	void *function = NULL;
	int result = nss_source_function(source, "getgrnam_r", &function, error);

	if (result < 0)
		return result;
	if (!function)
		return error_set(error, ENOENT, "no such group '%s'", name);
	key.in_source = (nss_getgrnam_function *)function;
	return look_up(look_up_in_source, &key, "group", &group->entry, &group->buffer, error);
}

void nss_user_clear(struct nss_user *user)
{
	free(user->buffer);
	user->buffer = NULL;
}

void nss_group_clear(struct nss_group *group)
{
	free(group->buffer);
	group->buffer = NULL;
}
