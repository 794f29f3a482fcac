/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The list of directories that x-nstree.remove is to take away, and of the sessions that use them:
 * an entry, a file, for each of both, in a directory that only root can read. It survives a crash
 * of the machine.
 *
 * The name of an entry, BOOT.PID.ID.N, says which process takes the directory away, since which
 * boot: where that process has ended, others do it.
 */
#ifndef NSTREE_REMOVAL_LIST_H
#define NSTREE_REMOVAL_LIST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"
#include "runfile.h"

#define REMOVAL_DIRECTORY "/var/lib/nstree/.remove"
#define REMOVAL_NAME_SIZE RUNFILE_NAME_SIZE
#define REMOVAL_BOOT_SIZE 37

struct removal_entry {
	char boot[REMOVAL_BOOT_SIZE]; /* /proc/sys/kernel/random/boot_id when it was written */
	pid_t leader;		      /* of a session that is not complete yet; else 0 */
	uint64_t leader_start;
	uint64_t namespace; /* the session's, 0 until it is known */
	uid_t uid;	    /* the owner */
	gid_t gid;
	uint64_t device, inode; /* the directory's */
	uint64_t parent_inode;
	char *path;
};

/*
 * Opens REMOVAL_DIRECTORY; MAKE creates it. Returns a descriptor that the caller closes, or
 * negative errno: -ENOENT, or -EPERM where others than root could have written there.
 */
int removal_list_open(bool make, struct error *error);

/*
 * Locks the list for a claim, or to find out that nobody uses a directory (flock(2)). Returns 0, or
 * -ETIMEDOUT after 15 seconds.
 */
int removal_list_lock(int list, struct error *error);
void removal_list_unlock(int list);

/* The boot id of this machine in BOOT; returns 0 or negative errno. */
int removal_list_boot(char boot[REMOVAL_BOOT_SIZE], struct error *error);

/* The name of entry N of the session with ID, of which process PID takes care, in this BOOT. */
void removal_list_name(char name[REMOVAL_NAME_SIZE], const char *boot, pid_t pid, const char *id,
		       unsigned n);

/*
 * Whether the process that takes care of the entry NAME has ended, by the name alone. One whose
 * directory could not be taken away is nobody's until the next boot, or with ALL.
 */
bool removal_list_is_left(const char *name, const char *boot, bool all);

/* The name in the directory's parent that the directory of the entry NAME has while it is emptied.
 */
void removal_list_moved_name(char moved[REMOVAL_NAME_SIZE], const char *name);

/* Gives the entry NAME to process PID; 0 for nobody. NAME becomes the new one. */
void removal_list_give(int list, char name[REMOVAL_NAME_SIZE], const char *boot, pid_t pid);

/*
 * Writes ENTRY as NAME in LIST; with DURABLE it is on the disk when this returns. Returns 0 or
 * negative errno.
 */
int removal_list_write(int list, const char *name, const struct removal_entry *entry, bool durable,
		       struct error *error);

/* Reads NAME into ENTRY, for removal_entry_clear(). Returns as record_read() does. */
int removal_list_read(int list, const char *name, struct removal_entry *entry, struct error *error);

/* ENTRY as text, the caller's to free(3), NULL where memory ran out; and back: 0 or -EBADMSG. */
char *removal_entry_text(const struct removal_entry *entry);
int removal_entry_parse(const char *text, size_t size, struct removal_entry *entry,
			struct error *error);

void removal_entry_clear(struct removal_entry *entry);

#endif
