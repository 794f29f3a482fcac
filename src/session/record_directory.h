/* SPDX-License-Identifier: BSD-3-Clause */
/* The files of records: /run/nstree/UID/LEADER.NSID, one for each session, only root's to read. */
#ifndef NSTREE_RECORD_DIRECTORY_H
#define NSTREE_RECORD_DIRECTORY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"
#include "record.h"
#include "runfile.h"

#define RECORD_DIRECTORY RUNFILE_DIRECTORY
#define RECORD_SIZE_MAX (256 * 1024)
#define RECORD_NAME_SIZE RUNFILE_NAME_SIZE

/*
 * Opens /run/nstree/UID. MAKE creates what is missing of it, owned by root with mode 0700. Returns
 * a descriptor that the caller closes, or negative errno: -ENOENT, or -EPERM where a user other
 * than root could have written there.
 */
int record_directory(uid_t uid, bool make, struct error *error);

/* The file name of the record of LEADER's session in the mount namespace with the id NAMESPACE. */
void record_name(char name[RECORD_NAME_SIZE], pid_t leader, uint64_t namespace);

/*
 * Writes RECORD as NAME in DIRECTORY, and replaces an older one: the whole record or nothing. Where
 * the application's RLIMIT_FSIZE is too low that is -EFBIG, and no SIGXFSZ. Returns 0 or negative
 * errno.
 */
int record_write(int directory, const char *name, const struct record *record, struct error *error);

/*
 * Reads NAME in DIRECTORY, which must be a regular file of root's with mode 0600. Returns as
 * record_parse() does, or negative errno as openat(2).
 */
int record_read(int directory, const char *name, struct record **record, struct error *error);

/*
 * Removes from DIRECTORY the records of sessions that do not exist any more. Killed processes leave
 * these, and processes whose Landlock domain forbids to remove a file.
 */
void record_prune(int directory);

/* The same for unfinished records and those that cannot be read alone. */
void record_prune_unreadable(int directory);

/*
 * Calls EACH with DATA for every session's record of every user: the directory that holds it, its
 * name there and the record, which EACH may take, leaving NULL. One that cannot be read is skipped.
 * Ends where EACH returns other than 0, and returns that; else 0, or negative errno where
 * RECORD_DIRECTORY cannot be read (-ENOENT: there has been no session yet).
 */
int record_each(int (*each)(void *data, int directory, const char *name, struct record **record),
		void *data, struct error *error);

#endif
