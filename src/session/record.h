/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A session's record: who opened it, what it is made of, and which namespaces it has; as a
 * structure and as text. Nothing is kept alive by a record. What it says is checked with the
 * kernel before it is used.
 *
 * The text has one "KEY VALUE" line for each field, in a fixed order. Its first line is the
 * format's number. A later version still reads format 1 (docs/design.md).
 */
#ifndef NSTREE_RECORD_H
#define NSTREE_RECORD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"
#include "nshandle.h"
#include "recipe.h"

/* Who opened the session, and when. */
struct record_session {
	char *user;
	uid_t uid;
	char *service;
	char *rhost, *tty;     /* PAM_RHOST and PAM_TTY, which rules may depend on; NULL for none */
	pid_t leader;	       /* the process that opened the session */
	uint64_t leader_start; /* field 22 of /proc/PID/stat; 0 if it could not be read */
	int64_t since;	       /* seconds since 1970 */
};

/* Its namespaces. A handle is empty where there is no such namespace, or no handle of it. */
struct record_namespaces {
	uint64_t id; /* the mount namespace's, as struct mntns has it */
	struct nshandle mount, pid, ipc, net;
};

struct record {
	struct record_session session;
	struct recipe recipe;
	struct record_namespaces namespaces;
};

/* RECORD as text, the caller's to free(3); NULL where memory ran out. */
char *record_text(const struct record *record);

/*
 * Parses the SIZE bytes at TEXT, which must be exactly what record_text() would write. *RECORD is
 * the caller's, for record_free(). Returns 0, -ENOMEM, or -EBADMSG for anything else.
 */
int record_parse(const char *text, size_t size, struct record **record, struct error *error);

/* Frees what record_parse() made; NULL is fine. */
void record_free(struct record *record);

/* For cleanup(). */
static inline void cleanup_record(struct record **record)
{
	record_free(*record);
}

#endif
