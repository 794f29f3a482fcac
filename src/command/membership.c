/* SPDX-License-Identifier: BSD-3-Clause */
#include "membership.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "cleanup.h"
#include "nametable.h"
#include "nss.h"
#include "nsswitch.h"

#define GROUP_FILE "/etc/group"
#define FILES "files"
#define SYSTEMD "systemd"
#define IDS_FIRST 64

/* What the name service says of a group. */
struct known_group {
	char *name;
	int result; /* negative errno where it says nothing, with `error` */
	struct error error;
	struct nss_group found, in_systemd;
	struct nametable members; /* of both */
	struct error unanswered;  /* why those of systemd are not known; number 0 where they are */
};

/* That a user is a member of a group in /etc/group. */
struct file_membership {
	gid_t gid;
	size_t next; /* the user's next one: an index, or NONE */
};

#define NONE SIZE_MAX

struct membership {
	struct subject_memory memory;
	struct nametable by_name; /* indices of `groups` */
	struct known_group **groups;
	size_t n_groups;
	struct nss_sources sources; /* of a user's groups */
	bool has_sources, has_file; /* /etc/group has been read */
	bool by_group; /* the groups of no user need to be listed: see are_known_by_group() */
	struct nametable users; /* of /etc/group; each one's last in `in_file` */
	char **names;
	size_t n_names;
	struct file_membership *in_file;
	size_t n_in_file;
};

static struct membership *membership_of(struct subject_memory *memory)
{
	return (struct membership *)memory;
}

static void free_known_group(struct known_group *group)
{
	if (!group)
		return;
	nametable_clear(&group->members);
	nss_group_clear(&group->found);
	nss_group_clear(&group->in_systemd);
	free(group->name);
	free(group);
}

static void cleanup_known_group(struct known_group **group)
{
	free_known_group(*group);
}

static int list_members(struct known_group *group, const struct nss_group *found)
{
	int result = 0;

	for (char *const *member = found->entry.gr_mem; result == 0 && member && *member; member++)
		result = nametable_add(&group->members, *member, 0);
	return result;
}

/* The members that a user record or a membership of systemd adds to GROUP. */
static int add_members_of_systemd(const struct membership *known, struct known_group *group)
{
	for (size_t i = 0; i < known->sources.n; i++) {
		const struct nss_source *source = &known->sources.source[i];
		int result = strcmp(source->name, SYSTEMD) == 0
				     ? nss_group_by_source(source, group->name, &group->in_systemd,
							   &group->unanswered)
				     : -ENOENT;

		if (result == -ENOENT)
			group->unanswered = (struct error){0};
		else
			return result < 0 ? 0 : list_members(group, &group->in_systemd);
	}
	return 0;
}

/* Asks for the group NAME, which then is the last one that is known. */
static int ask_for_group(struct membership *known, const char *name)
{
	cleanup(cleanup_known_group) struct known_group *made = calloc(1, sizeof(*made));
	struct known_group **larger;

	if (!made || !(made->name = strdup(name)))
		return -ENOMEM;
	made->result = nss_group_by_name(name, &made->found, &made->error);
	if (made->result == 0 && list_members(made, &made->found) < 0)
		return -ENOMEM;
	if (made->result == 0 && known->by_group && add_members_of_systemd(known, made) < 0)
		return -ENOMEM;
	larger = array_grow(known->groups, known->n_groups, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	known->groups = larger;
	if (nametable_add(&known->by_name, made->name, known->n_groups) < 0)
		return -ENOMEM;
	larger[known->n_groups++] = steal_pointer(&made);
	return 0;
}

/* NULL where memory ran out. */
static const struct known_group *find_known_group(struct membership *known, const char *name)
{
	const size_t *index = nametable_number(&known->by_name, name);

	if (index)
		return known->groups[*index];
	return ask_for_group(known, name) < 0 ? NULL : known->groups[known->n_groups - 1];
}

/* --- a user's own list, of which the source `files` is read once --------------------------------
 */

static int add_name(struct membership *known, const char *name)
{
	char **larger = array_grow(known->names, known->n_names, sizeof(*larger)), *copy;

	if (!larger)
		return -ENOMEM;
	known->names = larger;
	copy = larger[known->n_names] = strdup(name);
	if (!copy)
		return -ENOMEM;
	known->n_names++;
	return nametable_add(&known->users, copy, NONE);
}

static int add_file_membership(struct membership *known, const char *user, gid_t gid)
{
	struct file_membership *larger =
		array_grow(known->in_file, known->n_in_file, sizeof(*larger));
	size_t *last;

	if (!larger)
		return -ENOMEM;
	known->in_file = larger;
	last = nametable_number(&known->users, user);
	if (!last && add_name(known, user) < 0)
		return -ENOMEM;
	last = last ? last : nametable_number(&known->users, user);
	larger[known->n_in_file] = (struct file_membership){gid, *last};
	*last = known->n_in_file++;
	return 0;
}

static int read_group_file(struct membership *known)
{
	cleanup(cleanup_file) FILE *stream = fopen(GROUP_FILE, "re");
	const struct group *group;
	int result = 0;

	known->has_file = stream;
	while (result == 0 && stream && (group = fgetgrent(stream)))
		for (char *const *member = group->gr_mem; result == 0 && member && *member;
		     member++)
			result = add_file_membership(known, *member, group->gr_gid);
	return result;
}

/*
 * Whether a group's members say the same as the lists of its users. `files` is read once for both.
 * systemd's source answers both from the same memberships (nss-systemd(8)), with some hundred
 * system calls for each user; but to `[NOTFOUND=return]` and the like only a user's list can tell.
 */
static bool are_known_by_group(const struct membership *known)
{
	for (size_t i = 0; i < known->sources.n; i++) {
		const struct nss_source *source = &known->sources.source[i];

		if (source->returns || !((known->has_file && strcmp(source->name, FILES) == 0) ||
					 strcmp(source->name, SYSTEMD) == 0))
			return false;
	}
	return true;
}

static int load_sources(struct membership *known, struct error *error)
{
	int result = known->has_sources ? 0 : nss_sources_load_initgroups(&known->sources, error);

	if (result < 0 || known->has_sources)
		return result;
	known->has_sources = true;
	if (read_group_file(known) < 0)
		return error_no_memory(error);
	known->by_group = are_known_by_group(known);
	return 0;
}

static int append_id(struct group_list *list, long *size, gid_t gid)
{
	if ((long)list->n_ids == *size) {
		gid_t *larger = reallocarray(list->ids, (size_t)*size * 2, sizeof(*larger));

		if (!larger)
			return -ENOMEM;
		list->ids = larger;
		*size *= 2;
	}
	list->ids[list->n_ids++] = gid;
	return 0;
}

/* What the source `files` says, whose function for this reads all of the file. */
static int ask_file(const struct membership *known, const struct subject *subject,
		    struct group_list *list, long *size, enum nss_status *status)
{
	const size_t *last = nametable_number(&known->users, subject->user);
	int result = 0;

	*status = NSS_STATUS_NOTFOUND;
	for (size_t i = last ? *last : NONE; result == 0 && i != NONE; i = known->in_file[i].next)
		if (known->in_file[i].gid != subject->gid) {
			result = append_id(list, size, known->in_file[i].gid);
			*status = NSS_STATUS_SUCCESS;
		}
	return result;
}

/* group_list_load(). */
static int list_groups(struct membership *known, const struct subject *subject,
		       struct group_list *list, struct error *error)
{
	const struct nss_sources *sources = &known->sources;
	long size = IDS_FIRST;
	int result = 0;

	list->ids = calloc((size_t)size, sizeof(*list->ids));
	if (!list->ids)
		return error_no_memory(error);
	list->ids[list->n_ids++] = subject->gid;
	for (size_t i = 0; result == 0 && i < sources->n; i++) {
		const struct nss_source *source = &sources->source[i];
		enum nss_status status;

		if (known->has_file && strcmp(source->name, FILES) == 0)
			result = ask_file(known, subject, list, &size, &status) < 0
					 ? error_no_memory(error)
					 : 0;
		else
			result = group_list_ask(source, subject->user, subject->gid, list, &size,
						&status, error);
		if (source->returns & nss_status_bit(status))
			break;
	}
	if (result < 0)
		group_list_clear(list);
	return result;
}

static bool is_in_file(const struct membership *known, const char *user, gid_t gid)
{
	const size_t *last = nametable_number(&known->users, user);

	for (size_t i = last ? *last : NONE; i != NONE; i = known->in_file[i].next)
		if (known->in_file[i].gid == gid)
			return true;
	return false;
}

static int is_in_known_group(struct subject_memory *memory, const struct subject *subject,
			     const char *group, struct error *error)
{
	struct membership *known = membership_of(memory);
	struct group_list *list = subject->groups;
	int result = load_sources(known, error);
	const struct known_group *found;
	gid_t gid;

	if (result < 0)
		return result;
	found = find_known_group(known, group);
	if (!found)
		return error_no_memory(error);
	if (found->result < 0) {
		*error = found->error;
		return found->result;
	}
	gid = found->found.entry.gr_gid;
	if (gid == subject->gid || nametable_number(&found->members, subject->user))
		return 1;
	if (known->by_group) {
		if (is_in_file(known, subject->user, gid))
			return 1;
		*error = found->unanswered;
		return -error->number;
	}
	if (!list->ids)
		result = list_groups(known, subject, list, error);
	if (result < 0 || group_list_has(list, gid))
		return result < 0 ? result : 1;
	*error = list->failure;
	return -list->failure.number;
}

struct subject_memory *membership_new(void)
{
	struct membership *made = calloc(1, sizeof(*made));

	if (!made)
		return NULL;
	made->memory.in_group = is_in_known_group;
	return &made->memory;
}

void membership_free(struct subject_memory *memory)
{
	struct membership *known = membership_of(memory);

	if (!known)
		return;
	for (size_t i = 0; i < known->n_groups; i++)
		free_known_group(known->groups[i]);
	for (size_t i = 0; i < known->n_names; i++)
		free(known->names[i]);
	nametable_clear(&known->by_name);
	nametable_clear(&known->users);
	free(known->groups);
	free(known->names);
	free(known->in_file);
	free(known);
}
