/* SPDX-License-Identifier: BSD-3-Clause */
#include "nslist.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "array.h"
#include "cleanup.h"
#include "kernel.h"
#include "mountlist.h"

#define BATCH 256
#define PLACES_FIRST 64

static void cleanup_nslist(struct nslist **nslist)
{
	nslist_free(*nslist);
}

void nslist_free(struct nslist *nslist)
{
	if (!nslist)
		return;
	free(nslist->entries);
	free(nslist->by_id);
	free(nslist->by_inode);
	free(nslist);
}

/* The place of KEY, or the empty one where it would be. Ids and inodes are counted up. */
static size_t *find_nslist_place(const struct nslist *nslist, size_t *places, uint64_t key)
{
	size_t i = (size_t)key & (nslist->n_places - 1);

	for (; places[i]; i = (i + 1) & (nslist->n_places - 1)) {
		const struct nslist_entry *entry = &nslist->entries[places[i] - 1];

		if ((places == nslist->by_id ? entry->id : entry->inode) == key)
			break;
	}
	return &places[i];
}

/* Of several with the same key, which the kernel does not have, the first is found. */
static void put_nslist_entry(const struct nslist *nslist, size_t index)
{
	const struct nslist_entry *entry = &nslist->entries[index];
	size_t *place = find_nslist_place(nslist, nslist->by_id, entry->id);

	*place = *place ? *place : index + 1;
	if (!entry->inode)
		return;
	place = find_nslist_place(nslist, nslist->by_inode, entry->inode);
	*place = *place ? *place : index + 1;
}

static int make_nslist_places(struct nslist *nslist)
{
	size_t n_places = nslist->n_places ? 2 * nslist->n_places : PLACES_FIRST;

	free(nslist->by_id);
	free(nslist->by_inode);
	nslist->by_id = calloc(n_places, sizeof(*nslist->by_id));
	nslist->by_inode = calloc(n_places, sizeof(*nslist->by_inode));
	nslist->n_places = nslist->by_id && nslist->by_inode ? n_places : 0;
	if (!nslist->n_places)
		return -ENOMEM;
	for (size_t i = 0; i < nslist->n_entries; i++)
		put_nslist_entry(nslist, i);
	return 0;
}

static int add_nslist_entry(struct nslist *nslist, const struct nslist_entry *entry,
			    struct error *error)
{
	struct nslist_entry *larger =
		array_grow(nslist->entries, nslist->n_entries, sizeof(*larger));

	if (!larger)
		return error_no_memory(error);
	nslist->entries = larger;
	if (2 * (nslist->n_entries + 1) > nslist->n_places && make_nslist_places(nslist) < 0)
		return error_no_memory(error);
	larger[nslist->n_entries] = *entry;
	put_nslist_entry(nslist, nslist->n_entries++);
	return 0;
}

static struct nslist_entry *find_nslist_entry(const struct nslist *nslist, size_t *places,
					      uint64_t key)
{
	size_t found = nslist->n_places ? *find_nslist_place(nslist, places, key) : 0;

	return found ? &nslist->entries[found - 1] : NULL;
}

static struct nslist_entry *find_inode(const struct nslist *nslist, ino_t inode)
{
	return find_nslist_entry(nslist, nslist->by_inode, inode);
}

const struct nslist_entry *nslist_find(const struct nslist *nslist, uint64_t id)
{
	return find_nslist_entry(nslist, nslist->by_id, id);
}

const struct nslist_entry *nslist_find_process(const struct nslist *nslist, pid_t process)
{
	char name[64];
	struct stat stat_;

	snprintf(name, sizeof(name), "/proc/%d/ns/mnt", (int)process);
	return stat(name, &stat_) < 0 ? NULL : find_inode(nslist, stat_.st_ino);
}

int nslist_open(const struct nslist_entry *mntns)
{
	cleanup(cleanup_fd) int fd = -1;
	struct stat stat;
	char name[64];

	snprintf(name, sizeof(name), "/proc/%d/ns/mnt", (int)mntns->process);
	fd = mntns->process ? open(name, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0 || fstat(fd, &stat) < 0 || stat.st_ino != mntns->inode)
		return -ENOENT;
	return steal_fd(&fd);
}

/* Counts one process in its namespace, which is added if new. Skips a process that has exited. */
static int add_process(struct nslist *nslist, int proc, const char *pid, struct error *error)
{
	struct mnt_ns_info info = {.size = sizeof(info)};
	cleanup(cleanup_fd) int fd = -1;
	struct nslist_entry *mntns, found;
	struct stat stat;
	char name[64];

	snprintf(name, sizeof(name), "%.20s/ns/mnt", pid);
	if (fstatat(proc, name, &stat, 0) < 0)
		return 0;
	mntns = find_inode(nslist, stat.st_ino);
	if (mntns) {
		mntns->processes++;
		return 0;
	}
	fd = openat(proc, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &stat) < 0)
		return 0;
	found = (struct nslist_entry){
		.id = stat.st_ino, .inode = stat.st_ino, .processes = 1, .process = atoi(pid)};
	if (ioctl(fd, NS_MNT_GET_INFO, &info) == 0) {
		found.id = info.mnt_ns_id;
		found.mounts = info.nr_mounts;
	}
	return add_nslist_entry(nslist, &found, error);
}

static int add_processes(struct nslist *nslist, struct error *error)
{
	cleanup(cleanup_directory) DIR *proc = opendir("/proc");
	struct dirent *entry;
	int result = 0;

	if (!proc)
		return error_set(error, errno, "cannot read /proc: %m");
	while (result == 0 && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]))
			result = add_process(nslist, dirfd(proc), entry->d_name, error);
	return result;
}

/* Adds namespaces without a process, which a descriptor keeps alive. */
static int add_listns_entries(struct nslist *nslist, struct error *error)
{
	struct listns_request request = {.size = sizeof(request), .type = CLONE_NEWNS};
	uint64_t ids[BATCH];
	long n;

	while ((n = sys_listns(&request, ids, BATCH)) > 0) {
		for (long i = 0; i < n; i++) {
			struct nslist_entry found = {.id = ids[i]};

			if (nslist_find(nslist, ids[i]))
				continue;
			found.mounts = mountlist_count(ids[i]);
			if (add_nslist_entry(nslist, &found, error) < 0)
				return -ENOMEM;
		}
		request.after = ids[n - 1];
	}
	return 0;
}

int nslist_load(struct nslist **nslist, struct error *error)
{
	cleanup(cleanup_nslist) struct nslist *made = calloc(1, sizeof(*made));
	int result;

	if (!made)
		return error_no_memory(error);
	result = add_processes(made, error);
	if (result == 0)
		result = add_listns_entries(made, error);
	if (result < 0)
		return result;
	*nslist = steal_pointer(&made);
	return 0;
}
