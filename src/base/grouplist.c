/* SPDX-License-Identifier: BSD-3-Clause */
#include "grouplist.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "nss.h"

#define GROUPS_MAX (2 * NGROUPS_MAX)
#define GROUPS_FIRST 64

/* glibc's interface of an NSS module: appends to *GROUPS, which has room for *SIZE and may grow. */
typedef enum nss_status initgroups_function(const char *user, gid_t group, long *start, long *size,
					    gid_t **groups, long limit, int *number);

bool group_list_has(const struct group_list *list, gid_t gid)
{
	for (size_t i = 0; i < list->n_ids; i++)
		if (list->ids[i] == gid)
			return true;
	return false;
}

void group_list_clear(struct group_list *list)
{
	free(list->ids);
	*list = (struct group_list){0};
}

static const char *status_text(enum nss_status status)
{
	return status == NSS_STATUS_TRYAGAIN ? "TRYAGAIN" : "UNAVAIL";
}

static void note_failure(struct group_list *list, const char *user, const char *source,
			 enum nss_status status, int number)
{
	if (list->failure.number)
		return;
	list->failure.code = CODE_NAME_SERVICE;
	error_set(&list->failure, EIO,
		  "cannot list the groups of user '%s': the source '%s' of nsswitch.conf could not "
		  "answer (%s%s%s)",
		  user, source, status_text(status), number ? ": " : "",
		  number ? strerror(number) : "");
}

/* The groups that getgrouplist(3) returns, in *IDS for free(3). Returns their number or -ENOMEM. */
static int load_getgrouplist(const char *user, gid_t gid, gid_t **ids, struct error *error)
{
	int room = 0, n = GROUPS_FIRST;

	/* It says how much room it needs, but a source may have more groups at the next call. */
	do {
		room = n > room ? n : room * 2;
		gid_t *grown = room <= GROUPS_MAX ? reallocarray(*ids, (size_t)room, sizeof(*grown))
						  : NULL;
		if (!grown)
			return error_no_memory(error);
		*ids = grown;
		n = room;
	} while (getgrouplist(user, gid, *ids, &n) < 0);
	return n;
}

/*
 * For a source without initgroups_dyn, all whose groups glibc has to list. A failure is not seen
 * here, but would be by getgrnam_r(3) for the group that is asked for.
 */
static int append_getgrouplist(const char *user, gid_t gid, struct group_list *list, long *size,
			       struct error *error)
{
	cleanup(cleanup_free) gid_t *more = NULL;
	int n = load_getgrouplist(user, gid, &more, error);
	gid_t *grown = NULL;

	if (n < 0)
		return n;
	if (n > *size - (long)list->n_ids) {
		grown = reallocarray(list->ids, list->n_ids + (size_t)n, sizeof(*grown));
		if (!grown)
			return error_no_memory(error);
		list->ids = grown;
		*size = (long)list->n_ids + n;
	}
	memcpy(list->ids + list->n_ids, more, (size_t)n * sizeof(*more));
	list->n_ids += (size_t)n;
	return 0;
}

static enum nss_status ask_module(initgroups_function *function, const struct nss_source *source,
				  const char *user, gid_t gid, struct group_list *list, long *size)
{
	long n = (long)list->n_ids;
	int number = 0;
	enum nss_status status = function(user, gid, &n, size, &list->ids, -1, &number);

	list->n_ids = (size_t)n;
	if (nss_could_not_answer(status, number))
		note_failure(list, user, source->name, status, number);
	return status;
}

int group_list_ask(const struct nss_source *source, const char *user, gid_t gid,
		   struct group_list *list, long *size, enum nss_status *status,
		   struct error *error)
{
	struct error unloaded = {0};
	void *function = NULL;

	*status = NSS_STATUS_SUCCESS;
	if (nss_source_function(source, "initgroups_dyn", &function, &unloaded) < 0) {
		*status = NSS_STATUS_UNAVAIL;
		if (!list->failure.number)
			list->failure = unloaded;
		return 0;
	}
	if (!function)
		return append_getgrouplist(user, gid, list, size, error);
	*status = ask_module((initgroups_function *)function, source, user, gid, list, size);
	return 0;
}

static void remove_duplicates(struct group_list *list)
{
	struct group_list kept = {.ids = list->ids};

	for (size_t i = 0; i < list->n_ids; i++)
		if (!group_list_has(&kept, list->ids[i]))
			kept.ids[kept.n_ids++] = list->ids[i];
	list->n_ids = kept.n_ids;
}

static int confirm_source(const struct nss_source *source, const char *name, struct error *error)
{
	struct group entry;
	char buffer[4096];
	enum nss_status status;
	void *function = NULL;
	int number = 0, result;

	result = nss_source_function(source, "getgrnam_r", &function, error);
	if (result < 0 || !function)
		return result;
	status = ((nss_getgrnam_function *)function)(name, &entry, buffer, sizeof(buffer), &number);
	if (status == NSS_STATUS_NOTFOUND)
		return 0;
	/* A source that has found it now did not answer before. */
	if (status == NSS_STATUS_SUCCESS || number == ERANGE)
		return error_mark(
			error, CODE_NAME_SERVICE,
			error_set(error, EAGAIN,
				  "cannot look up group '%s': the source '%s' of nsswitch.conf did "
				  "not have it at first; try again",
				  name, source->name));
	return error_mark(
		error, CODE_NAME_SERVICE,
		error_set(error, EIO,
			  "cannot look up group '%s': the source '%s' of nsswitch.conf could not "
			  "answer (%s)",
			  name, source->name, status_text(status)));
}

int group_confirm_missing(const char *name, struct error *error)
{
	struct nss_sources sources;
	int result = nss_sources_load("group", &sources, error);

	for (size_t i = 0; result == 0 && i < sources.n; i++) {
		result = confirm_source(&sources.source[i], name, error);
		if (sources.source[i].returns & nss_status_bit(NSS_STATUS_NOTFOUND))
			break;
	}
	return result;
}

int group_list_load(const char *user, gid_t gid, struct group_list *list, struct error *error)
{
	struct nss_sources sources;
	enum nss_status status = NSS_STATUS_SUCCESS;
	long size = GROUPS_FIRST;
	int result;

	*list = (struct group_list){0};
	result = nss_sources_load_initgroups(&sources, error);
	if (result < 0)
		return result;
	list->ids = calloc(GROUPS_FIRST, sizeof(*list->ids));
	if (!list->ids)
		return error_no_memory(error);
	list->ids[list->n_ids++] = gid;
	for (size_t i = 0; i < sources.n && result == 0; i++) {
		result = group_list_ask(&sources.source[i], user, gid, list, &size, &status, error);
		if (sources.source[i].returns & nss_status_bit(status))
			break;
	}
	if (result < 0)
		group_list_clear(list);
	else
		remove_duplicates(list);
	return result;
}
