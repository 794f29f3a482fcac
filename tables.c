/* SPDX-License-Identifier: BSD-3-Clause */
#include "tables.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libmount/libmount.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

static void cleanup_tables(struct tables **tables)
{
	tables_free(*tables);
}

static void cleanup_table(struct libmnt_table **table)
{
	mnt_unref_table(*table);
}

static int say_no_memory(struct error *error)
{
	return error_say(error, ENOMEM, "out of memory while reading the kernel's tables");
}

void tables_free(struct tables *tables)
{
	if (!tables)
		return;
	free(tables->spaces);
	free(tables);
}

static struct space *add_space(struct tables *tables, struct error *error)
{
	struct space *larger = reallocarray(tables->spaces, tables->n_spaces + 1, sizeof(*larger));

	if (!larger) {
		say_no_memory(error);
		return NULL;
	}
	tables->spaces = larger;
	larger += tables->n_spaces++;
	*larger = (struct space){0};
	return larger;
}

static struct space *find_inode(const struct tables *tables, ino_t inode)
{
	for (size_t i = 0; i < tables->n_spaces; i++)
		if (tables->spaces[i].inode == inode)
			return &tables->spaces[i];
	return NULL;
}

const struct space *tables_find(const struct tables *tables, uint64_t id)
{
	for (size_t i = 0; i < tables->n_spaces; i++)
		if (tables->spaces[i].id == id)
			return &tables->spaces[i];
	return NULL;
}

const struct space *tables_find_process(const struct tables *tables, pid_t process)
{
	char name[64];
	struct stat stat_;

	snprintf(name, sizeof(name), "/proc/%d/ns/mnt", (int)process);
	return stat(name, &stat_) < 0 ? NULL : find_inode(tables, stat_.st_ino);
}

int tables_open(const struct space *space)
{
	cleanup(cleanup_fd) int fd = -1;
	struct stat stat;
	char name[64];

	snprintf(name, sizeof(name), "/proc/%d/ns/mnt", (int)space->process);
	fd = space->process ? open(name, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0 || fstat(fd, &stat) < 0 || stat.st_ino != space->inode)
		return -ENOENT;
	return steal_fd(&fd);
}

/* One process: its namespace is known already, or is added. What ended meanwhile is passed over. */
static int add_process(struct tables *tables, int proc, const char *pid, struct error *error)
{
	struct mnt_ns_info info = {.size = sizeof(info)};
	cleanup(cleanup_fd) int fd = -1;
	struct space *space;
	struct stat stat;
	char name[64];

	snprintf(name, sizeof(name), "%.20s/ns/mnt", pid);
	if (fstatat(proc, name, &stat, 0) < 0)
		return 0;
	space = find_inode(tables, stat.st_ino);
	if (space) {
		space->processes++;
		return 0;
	}
	fd = openat(proc, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &stat) < 0)
		return 0;
	space = add_space(tables, error);
	if (!space)
		return -ENOMEM;
	*space = (struct space){
		.id = stat.st_ino, .inode = stat.st_ino, .processes = 1, .process = atoi(pid)};
	if (ioctl(fd, NS_MNT_GET_INFO, &info) == 0) {
		space->id = info.mnt_ns_id;
		space->mounts = info.nr_mounts;
	}
	return 0;
}

static int add_processes(struct tables *tables, struct error *error)
{
	cleanup(cleanup_directory) DIR *proc = opendir("/proc");
	struct dirent *entry;
	int result = 0;

	if (!proc)
		return error_say(error, errno, "cannot read /proc: %m");
	while (result == 0 && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]))
			result = add_process(tables, dirfd(proc), entry->d_name, error);
	return result;
}

static uint64_t *list_mounts(uint64_t namespace, size_t *n);

/* Namespaces in which no process is: somebody holds a descriptor or a handle was just opened. */
static int add_listed(struct tables *tables, struct error *error)
{
	struct listns_request request = {.size = sizeof(request), .type = CLONE_NEWNS};
	uint64_t ids[BATCH];
	long n;

	while ((n = sys_listns(&request, ids, BATCH)) > 0) {
		for (long i = 0; i < n; i++) {
			cleanup(cleanup_free) uint64_t *mounts = NULL;
			struct space *space;
			size_t n_mounts = 0;

			if (tables_find(tables, ids[i]))
				continue;
			space = add_space(tables, error);
			if (!space)
				return -ENOMEM;
			space->id = ids[i];
			mounts = list_mounts(ids[i], &n_mounts);
			space->mounts = (unsigned)n_mounts;
		}
		request.after = ids[n - 1];
	}
	return 0;
}

int tables_load(struct tables **tables, struct error *error)
{
	cleanup(cleanup_tables) struct tables *made = calloc(1, sizeof(*made));
	int result;

	if (!made)
		return say_no_memory(error);
	result = add_processes(made, error);
	if (result == 0)
		result = add_listed(made, error);
	if (result < 0)
		return result;
	*tables = steal_pointer(&made);
	return 0;
}

/* --- the mounts of one namespace ------------------------------------------------------------- */

static void clear_mounted(struct mounted *mounted)
{
	free(mounted->target);
	free(mounted->source);
	free(mounted->type);
	free(mounted->options);
}

void mounts_free(struct mounts *mounts)
{
	if (!mounts)
		return;
	for (size_t i = 0; i < mounts->n_entries; i++)
		clear_mounted(&mounts->entries[i]);
	free(mounts->entries);
	free(mounts);
}

/* Moves MOUNTED into MOUNTS; where one of its texts is missing there was no memory for it. */
static int add_mounted(struct mounts *mounts, struct mounted mounted, struct error *error)
{
	struct mounted *larger = NULL;

	if (mounted.target && mounted.source && mounted.type && mounted.options)
		larger = reallocarray(mounts->entries, mounts->n_entries + 1, sizeof(*larger));
	if (!larger) {
		clear_mounted(&mounted);
		return say_no_memory(error);
	}
	mounts->entries = larger;
	mounts->entries[mounts->n_entries++] = mounted;
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

/* The ids of what is mounted in NAMESPACE, the caller's to free; NULL where it cannot be told. */
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

/* What statmount(2) says of the mount, the caller's to free; NULL with errno where it does not. */
static struct mount_status *ask_status(const struct mount_request *request)
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
static char *options_of(const struct mount_status *status)
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
static int add_status(struct mounts *mounts, const struct mount_request *request, bool *whole,
		      struct error *error)
{
	cleanup(cleanup_free) struct mount_status *status = ask_status(request);

	/* What was unmounted meanwhile is no loss. */
	if (!status && errno == ENOENT)
		return 0;
	*whole = status && (status->mask & NEEDED) == NEEDED;
	if (!*whole)
		return 0;
	return add_mounted(mounts,
			   (struct mounted){
				   .id = status->mount,
				   .parent = status->parent,
				   .target = strdup(status->text + status->point),
				   .source = source_with_root(status->text + status->source,
							      status->text + status->root),
				   .type = type_of(status),
				   .options = options_of(status),
			   },
			   error);
}

/* Returns 1, or 0 where this kernel cannot tell all of it, or negative errno. */
static int load_status(const struct space *space, struct mounts *mounts, struct error *error)
{
	size_t n = 0;
	cleanup(cleanup_free) uint64_t *ids = list_mounts(space->id, &n);
	bool whole = ids && n;
	int result = 0;

	for (size_t i = 0; whole && result == 0 && i < n; i++)
		result = add_status(mounts,
				    &(struct mount_request){.size = sizeof(struct mount_request),
							    .mount = ids[i],
							    .param = WANTED,
							    .namespace = space->id},
				    &whole, error);
	return result < 0 ? result : whole;
}

static int add_entry(struct mounts *mounts, struct libmnt_fs *fs, struct error *error)
{
	const char *options = mnt_fs_get_options(fs), *source = mnt_fs_get_srcpath(fs);

	if (!source)
		source = mnt_fs_get_source(fs);
	return add_mounted(
		mounts,
		(struct mounted){
			.id = (uint64_t)mnt_fs_get_id(fs),
			.parent = (uint64_t)mnt_fs_get_parent_id(fs),
			.target = strdup(mnt_fs_get_target(fs)),
			.source = source_with_root(source ? source : "none", mnt_fs_get_root(fs)),
			.type = strdup(mnt_fs_get_fstype(fs)),
			.options = strdup(options ? options : ""),
		},
		error);
}

static int load_proc(const struct space *space, struct mounts *mounts, struct error *error)
{
	cleanup(cleanup_table) struct libmnt_table *table = NULL;
	struct libmnt_iter *iterator;
	struct libmnt_fs *fs;
	int result = 0;
	char name[64];

	snprintf(name, sizeof(name), "/proc/%d/mountinfo", (int)space->process);
	table = space->process ? mnt_new_table_from_file(name) : NULL;
	if (!table)
		return error_say(error, ENOENT, "namespace %ju has ended", (uintmax_t)space->id);
	iterator = mnt_new_iter(MNT_ITER_FORWARD);
	if (!iterator)
		return say_no_memory(error);
	while (result == 0 && mnt_table_next_fs(table, iterator, &fs) == 0)
		result = add_entry(mounts, fs, error);
	mnt_free_iter(iterator);
	return result;
}

/* Moves the mounts on that at INDEX to behind those that are DONE, each followed by its own. */
static void sort_below(struct mounts *mounts, const struct mounted *parent, size_t *done)
{
	const uint64_t id = parent->id;

	for (size_t i = *done; i < mounts->n_entries; i++) {
		struct mounted found = mounts->entries[i];
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

static bool has_parent(const struct mounts *mounts, const struct mounted *mounted)
{
	for (size_t i = 0; i < mounts->n_entries; i++)
		if (mounts->entries[i].id == mounted->parent && &mounts->entries[i] != mounted)
			return true;
	return false;
}

/* Each mount after the one that it is on. */
static void sort(struct mounts *mounts)
{
	size_t done = 0;

	for (size_t i = 0; i < mounts->n_entries; i++) {
		struct mounted found = mounts->entries[i];

		if (i < done || has_parent(mounts, &mounts->entries[i]))
			continue;
		memmove(&mounts->entries[done + 1], &mounts->entries[done],
			(i - done) * sizeof(found));
		mounts->entries[done] = found;
		sort_below(mounts, &mounts->entries[done++], &done);
	}
}

int mounts_load(const struct space *space, struct mounts **mounts, struct error *error)
{
	cleanup(cleanup_mounts) struct mounts *made = calloc(1, sizeof(*made));
	int result;

	if (!made)
		return say_no_memory(error);
	result = load_status(space, made, error);
	if (result == 0) {
		mounts_free(made);
		made = calloc(1, sizeof(*made));
		result = made ? load_proc(space, made, error) : say_no_memory(error);
	}
	if (result < 0)
		return result;
	sort(made);
	*mounts = steal_pointer(&made);
	return 0;
}
