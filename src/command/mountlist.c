/* SPDX-License-Identifier: BSD-3-Clause */
#include "mountlist.h"

#include <errno.h>
#include <libmount/libmount.h>
#include <linux/mount.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "kernel.h"

#define BATCH 256
#define STATUS_SIZE_MAX (1024 * 1024)
#define WANTED                                                                                     \
	(STATMOUNT_WANT_SUPER | STATMOUNT_WANT_MOUNT | STATMOUNT_WANT_ROOT |                       \
	 STATMOUNT_WANT_POINT | STATMOUNT_WANT_TYPE | STATMOUNT_WANT_OPTIONS |                     \
	 STATMOUNT_WANT_SUBTYPE | STATMOUNT_WANT_SOURCE)
/* Without one of these the mount is not shown whole, and /proc shows it better. */
#define NEEDED (WANTED & ~(STATMOUNT_WANT_OPTIONS | STATMOUNT_WANT_SUBTYPE))

static void cleanup_libmount_table(struct libmnt_table **table)
{
	mnt_unref_table(*table);
}

static void clear_mount(struct mountlist_entry *entry)
{
	free(entry->target);
	free(entry->source);
	free(entry->type);
	free(entry->options);
}

void mountlist_free(struct mountlist *mounts)
{
	if (!mounts)
		return;
	for (size_t i = 0; i < mounts->n_entries; i++)
		clear_mount(&mounts->entries[i]);
	free(mounts->entries);
	free(mounts);
}

/* Moves MOUNTED into MOUNTS; where one of its texts is missing there was no memory for it. */
static int add_mount(struct mountlist *mounts, struct mountlist_entry entry, struct error *error)
{
	struct mountlist_entry *larger = NULL;

	if (entry.target && entry.source && entry.type && entry.options)
		larger = reallocarray(mounts->entries, mounts->n_entries + 1, sizeof(*larger));
	if (!larger) {
		clear_mount(&entry);
		return error_no_memory(error);
	}
	mounts->entries = larger;
	mounts->entries[mounts->n_entries++] = entry;
	return 0;
}

/* SOURCE with the directory ROOT of it that is bound, which "/" is not; the caller's to free. */
static char *source_with_root(const char *source, const char *root)
{
	char *text;

	if (!root || strcmp(root, "/") == 0)
		return strdup(source);
	return asprintf(&text, "%s[%s]", source, root) < 0 ? NULL : text;
}

/* The ids of what is entry in NAMESPACE, the caller's to free; NULL where it cannot be told. */
static uint64_t *list_mounts(uint64_t namespace, size_t *n)
{
	struct mount_request request = {
		.size = sizeof(request), .mount = LISTMOUNT_ROOT, .namespace = namespace};
	cleanup(cleanup_free) uint64_t *ids = NULL;
	long more;

	do {
		uint64_t *larger = reallocarray(ids, *n + BATCH, sizeof(*ids));

		if (!larger)
			return NULL;
		ids = larger;
		more = sys_listmount(&request, ids + *n, BATCH);
		if (more < 0)
			return NULL;
		*n += (size_t)more;
		request.param = *n ? ids[*n - 1] : 0;
	} while (more == BATCH);
	return steal_pointer(&ids);
}

unsigned mountlist_count(uint64_t namespace)
{
	size_t n = 0;
	cleanup(cleanup_free) uint64_t *ids = list_mounts(namespace, &n);

	return ids ? (unsigned)n : 0;
}

/* What statmount(2) says of the mount, the caller's to free; NULL with errno where it does not. */
static struct mount_status *query_statmount(const struct mount_request *request)
{
	for (size_t size = 4096; size <= STATUS_SIZE_MAX; size *= 4) {
		struct mount_status *status = malloc(size);

		if (!status || sys_statmount(request, status, size) == 0)
			return status;
		free(status);
		if (errno != EOVERFLOW)
			break;
	}
	return NULL;
}

static const struct {
	uint64_t mask, bits;
	const char *word;
} attributes[] = {
	{MOUNT_ATTR_NOSUID, MOUNT_ATTR_NOSUID, ",nosuid"},
	{MOUNT_ATTR_NODEV, MOUNT_ATTR_NODEV, ",nodev"},
	{MOUNT_ATTR_NOEXEC, MOUNT_ATTR_NOEXEC, ",noexec"},
	{MOUNT_ATTR__ATIME, MOUNT_ATTR_NOATIME, ",noatime"},
	{MOUNT_ATTR_NODIRATIME, MOUNT_ATTR_NODIRATIME, ",nodiratime"},
	{MOUNT_ATTR__ATIME, MOUNT_ATTR_RELATIME, ",relatime"},
	{MOUNT_ATTR_NOSYMFOLLOW, MOUNT_ATTR_NOSYMFOLLOW, ",nosymfollow"},
};

/* The options as /proc/PID/mountinfo has them in its two fields, made one; the caller's to free. */
static char *mount_options_text(const struct mount_status *status)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	fputs((status->attributes & MOUNT_ATTR_RDONLY) || (status->super_flags & MS_RDONLY) ? "ro"
											    : "rw",
	      stream);
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++)
		if ((status->attributes & attributes[i].mask) == attributes[i].bits)
			fputs(attributes[i].word, stream);
	if (status->super_flags & MS_SYNCHRONOUS)
		fputs(",sync", stream);
	if (status->super_flags & MS_DIRSYNC)
		fputs(",dirsync", stream);
	if (status->super_flags & MS_LAZYTIME)
		fputs(",lazytime", stream);
	if ((status->mask & STATMOUNT_WANT_OPTIONS) && status->text[status->options])
		fprintf(stream, ",%s", status->text + status->options);
	fclose(stream);
	return text;
}

static char *type_of(const struct mount_status *status)
{
	const char *type = status->text + status->type, *subtype = status->text + status->subtype;
	char *text;

	if (!(status->mask & STATMOUNT_WANT_SUBTYPE))
		return strdup(type);
	return asprintf(&text, "%s.%s", type, subtype) < 0 ? NULL : text;
}

/* One mount; *WHOLE becomes false where this kernel does not tell enough of it. */
static int add_by_statmount(struct mountlist *mounts, const struct mount_request *request,
			    bool *whole, struct error *error)
{
	cleanup(cleanup_free) struct mount_status *status = query_statmount(request);

	/* A mount that was unmounted meanwhile is skipped. */
	if (!status && errno == ENOENT)
		return 0;
	*whole = status && (status->mask & NEEDED) == NEEDED;
	if (!*whole)
		return 0;
	return add_mount(mounts,
			 (struct mountlist_entry){
				 .id = status->mount,
				 .parent = status->parent,
				 .target = strdup(status->text + status->point),
				 .source = source_with_root(status->text + status->source,
							    status->text + status->root),
				 .type = type_of(status),
				 .options = mount_options_text(status),
			 },
			 error);
}

/* Returns 1, or 0 where this kernel cannot tell all of it, or negative errno. */
static int load_by_statmount(uint64_t namespace, struct mountlist *mounts, struct error *error)
{
	size_t n = 0;
	cleanup(cleanup_free) uint64_t *ids = list_mounts(namespace, &n);
	bool whole = ids && n;
	int result = 0;

	for (size_t i = 0; whole && result == 0 && i < n; i++)
		result = add_by_statmount(
			mounts,
			&(struct mount_request){.size = sizeof(struct mount_request),
						.mount = ids[i],
						.param = WANTED,
						.namespace = namespace},
			&whole, error);
	return result < 0 ? result : whole;
}

static int add_libmount_entry(struct mountlist *mounts, struct libmnt_fs *fs, struct error *error)
{
	const char *options = mnt_fs_get_options(fs), *source = mnt_fs_get_srcpath(fs);

	if (!source)
		source = mnt_fs_get_source(fs);
	return add_mount(
		mounts,
		(struct mountlist_entry){
			.id = (uint64_t)mnt_fs_get_id(fs),
			.parent = (uint64_t)mnt_fs_get_parent_id(fs),
			.target = strdup(mnt_fs_get_target(fs)),
			.source = source_with_root(source ? source : "none", mnt_fs_get_root(fs)),
			.type = strdup(mnt_fs_get_fstype(fs)),
			.options = strdup(options ? options : ""),
		},
		error);
}

static int load_by_mountinfo(uint64_t namespace, pid_t process, struct mountlist *mounts,
			     struct error *error)
{
	cleanup(cleanup_libmount_table) struct libmnt_table *table = NULL;
	struct libmnt_iter *iterator;
	struct libmnt_fs *fs;
	int result = 0;
	char name[64];

	snprintf(name, sizeof(name), "/proc/%d/mountinfo", (int)process);
	table = process ? mnt_new_table_from_file(name) : NULL;
	if (!table)
		return error_set(error, ENOENT, "namespace %ju has ended", (uintmax_t) namespace);
	iterator = mnt_new_iter(MNT_ITER_FORWARD);
	if (!iterator)
		return error_no_memory(error);
	while (result == 0 && mnt_table_next_fs(table, iterator, &fs) == 0)
		result = add_libmount_entry(mounts, fs, error);
	mnt_free_iter(iterator);
	return result;
}

/* Moves the mounts on that at INDEX to behind those that are DONE, each followed by its own. */
static void sort_below(struct mountlist *mounts, const struct mountlist_entry *parent, size_t *done)
{
	const uint64_t id = parent->id;

	for (size_t i = *done; i < mounts->n_entries; i++) {
		struct mountlist_entry found = mounts->entries[i];
		size_t place = *done;

		if (found.parent != id)
			continue;
		memmove(&mounts->entries[place + 1], &mounts->entries[place],
			(i - place) * sizeof(found));
		mounts->entries[place] = found;
		++*done;
		sort_below(mounts, &mounts->entries[place], done);
		i = *done - 1;
	}
}

static bool has_listed_parent(const struct mountlist *mounts, const struct mountlist_entry *entry)
{
	for (size_t i = 0; i < mounts->n_entries; i++)
		if (mounts->entries[i].id == entry->parent && &mounts->entries[i] != entry)
			return true;
	return false;
}

/* Each mount after the one that it is on. */
static void sort_mounts(struct mountlist *mounts)
{
	size_t done = 0;

	for (size_t i = 0; i < mounts->n_entries; i++) {
		struct mountlist_entry found = mounts->entries[i];

		if (i < done || has_listed_parent(mounts, &mounts->entries[i]))
			continue;
		memmove(&mounts->entries[done + 1], &mounts->entries[done],
			(i - done) * sizeof(found));
		mounts->entries[done] = found;
		sort_below(mounts, &mounts->entries[done++], &done);
	}
}

int mountlist_load(uint64_t namespace, pid_t process, struct mountlist **mounts,
		   struct error *error)
{
	cleanup(cleanup_mountlist) struct mountlist *made = calloc(1, sizeof(*made));
	int result;

	if (!made)
		return error_no_memory(error);
	result = load_by_statmount(namespace, made, error);
	if (result == 0) {
		mountlist_free(made);
		made = calloc(1, sizeof(*made));
		result = made ? load_by_mountinfo(namespace, process, made, error)
			      : error_no_memory(error);
	}
	if (result < 0)
		return result;
	sort_mounts(made);
	*mounts = steal_pointer(&made);
	return 0;
}
