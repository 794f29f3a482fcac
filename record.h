/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who is in which namespace: a file for each living session, /run/nstree/UID/LEADER.NSID, root's
 * alone. Nothing is kept alive by it; what it says is a clue that the kernel is asked about.
 */
#ifndef NSTREE_RECORD_H
#define NSTREE_RECORD_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"
#include "handle.h"
#include "namespace.h"

#define RECORD_DIRECTORY "/run/nstree"
#define RECORD_SIZE_MAX (256 * 1024)
#define RECORD_NAME_SIZE 64

struct record {
	uint64_t namespace; /* the mount namespace's id, as struct stay has it */
	char *user;
	uid_t uid;
	char *service;
	char *conf; /* the policy file, "-" where there were no rules (tree=) */
	char *tree;
	char *file;	  /* the tree's */
	unsigned isolate; /* enum isolate */
	bool shared;
	enum method method;    /* METHOD_NATIVE or METHOD_PIVOT */
	pid_t leader;	       /* who opened the session */
	uint64_t leader_start; /* field 22 of /proc/PID/stat; 0 where it could not be told */
	int64_t since;	       /* seconds since 1970 */
	struct handle mount, pid, ipc; /* of the namespaces; empty where there is none to say */
	char *key;		       /* tree_file_key(), of what others may join; else NULL */
	char *rows;		       /* tree_text() */
};

/* RECORD as text, the caller's to free(3); NULL where memory ran out. */
char *record_text(const struct record *record);

/*
 * Reads the SIZE bytes at TEXT, which must be just what record_text() writes, to the byte. *RECORD
 * is the caller's, for record_free(). Returns 0, -ENOMEM, or -EBADMSG for anything else.
 */
int record_parse(const char *text, size_t size, struct record **record, struct error *error);

/*
 * Opens /run/nstree/UID; MAKE makes what is missing of it, root's with mode 0700. Returns a
 * descriptor that the caller closes, or negative errno: -ENOENT, or -EPERM where another than root
 * could have written there.
 */
int record_directory(uid_t uid, bool make, struct error *error);

/*
 * Writes RECORD as NAME in DIRECTORY, in the place of an older one: the whole, or nothing. Returns
 * 0 or negative errno.
 */
int record_write(int directory, const char *name, const struct record *record, struct error *error);

/*
 * Reads NAME in DIRECTORY, which must be a file of root's alone. Returns as record_parse() does, or
 * negative errno as openat(2).
 */
int record_read(int directory, const char *name, struct record **record, struct error *error);

/* Frees it; NULL is fine. */
void record_free(struct record *record);

/* For cleanup(). */
static inline void cleanup_record(struct record **record)
{
	record_free(*record);
}

/* The name of the record of LEADER's session in the namespace with the id NAMESPACE. */
void record_name(char name[RECORD_NAME_SIZE], pid_t leader, uint64_t namespace);

/* When process PID was started, as struct record has it; 0 where there is no such process. */
uint64_t record_start(pid_t pid);

/*
 * Whether the session is there: its leader runs, or its namespace, where it is the session's own,
 * can still be opened.
 */
bool record_is_living(const struct record *record);

/*
 * Removes the records of sessions that are not there any more from DIRECTORY, as killed processes
 * leave them and those whose Landlock domain forbids to remove a file. Of a hundred at most, so
 * that a login is no slower for the sessions that there are.
 */
void record_prune(int directory);

/* The names in DIRECTORY, from the first on, for closedir(3); NULL where they cannot be read. */
DIR *record_list(int directory);

/*
 * Calls EACH with DATA for every session's record of every user: the directory that holds it, its
 * name there and what it says, which EACH may take, leaving NULL. One that cannot be read is passed
 * over. Ends where EACH returns other than 0, and returns that; else 0, or negative errno where
 * RECORD_DIRECTORY cannot be read (-ENOENT: there has been no session yet).
 */
int record_each(int (*each)(void *data, int directory, const char *name, struct record **record),
		void *data, struct error *error);

#endif
