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

#include "cleanup.h"
#include "kernel.h"
#include "mountlist.h"

#define BATCH 256

static void cleanup_nslist(struct nslist **nslist)
{
	nslist_free(*nslist);
}

void nslist_free(struct nslist *nslist)
{
	if (!nslist)
		return;
	free(nslist->entries);
	free(nslist);
}

static struct nslist_entry *add_nslist_entry(struct nslist *nslist, struct error *error)
{
	struct nslist_entry *larger =
		reallocarray(nslist->entries, nslist->n_entries + 1, sizeof(*larger));

	if (!larger) {
		error_no_memory(error);
		return NULL;
	}
	nslist->entries = larger;
	larger += nslist->n_entries++;
	*larger = (struct nslist_entry){0};
	return larger;
}

static struct nslist_entry *find_inode(const struct nslist *nslist, ino_t inode)
{
	for (size_t i = 0; i < nslist->n_entries; i++)
		if (nslist->entries[i].inode == inode)
			return &nslist->entries[i];
	return NULL;
}

const struct nslist_entry *nslist_find(const struct nslist *nslist, uint64_t id)
{
	for (size_t i = 0; i < nslist->n_entries; i++)
		if (nslist->entries[i].id == id)
			return &nslist->entries[i];
	return NULL;
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
	struct nslist_entry *mntns;
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
	mntns = add_nslist_entry(nslist, error);
	if (!mntns)
		return -ENOMEM;
	*mntns = (struct nslist_entry){
		.id = stat.st_ino, .inode = stat.st_ino, .processes = 1, .process = atoi(pid)};
	if (ioctl(fd, NS_MNT_GET_INFO, &info) == 0) {
		mntns->id = info.mnt_ns_id;
		mntns->mounts = info.nr_mounts;
	}
	return 0;
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
			struct nslist_entry *mntns;

			if (nslist_find(nslist, ids[i]))
				continue;
			mntns = add_nslist_entry(nslist, error);
			if (!mntns)
				return -ENOMEM;
			mntns->id = ids[i];
			mntns->mounts = mountlist_count(ids[i]);
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
