/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * share=user: sessions of one user with the same recipe are in one namespace. The first session
 * leaves a record of it, /run/nstree/UID/shared.HASH, and later ones open it by the handle in that
 * record. No reference is kept and nothing is counted: the kernel ends the namespace with its last
 * process.
 */
#ifndef NSTREE_SHARE_H
#define NSTREE_SHARE_H

#include <stdbool.h>

#include "error.h"
#include "isolation.h"
#include "record_directory.h"

/* A lock on the user's records, and the namespace to join or to make while it is held. */
struct share {
	int directory; /* of the user's records, the caller's; locked with flock(2) */
	char name[RECORD_NAME_SIZE];
	unsigned isolate;
	int mount;	      /* the namespace to join; -1 if one is to be made */
	struct record *found; /* the record of the one to join */
	enum method method;   /* by which it was made */
	struct isolation_shared namespaces;
	bool written;
};

/*
 * Checks that the kernel has what sharing needs: nsfs file handles, since Linux 6.18, which since
 * Linux 7.0 cannot be opened in a container. Returns 0, or -EOPNOTSUPP with a message that says so.
 */
int share_check(struct error *error);

/*
 * Locks DIRECTORY, so that of a user's sessions that begin at the same time one builds and the
 * others join. Then looks for a namespace of WANTED's user and recipe. The record found is compared
 * field by field, and the kernel is asked whether the namespace exists, has the recorded id and is
 * not the host's. NETWORK is the one that WANTED's recipe has. If there is none, SHARE is for one
 * that is to be made. *SHARE is the caller's, for share_close(). Returns 0, or negative errno:
 * -ETIMEDOUT if the lock was not available for 15 seconds, -EOPNOTSUPP if this kernel cannot share.
 */
int share_open(int directory, const struct record *wanted, const struct network *network,
	       struct share *share, struct error *error);

/*
 * Gives up the namespace to join, because it could not be entered: SHARE is then for one that is to
 * be made. Returns 0 or negative errno.
 */
int share_anew(struct share *share, struct error *error);

/*
 * Writes RECORD, of the namespace that was made, and replaces an older record. Returns 0, or
 * negative errno: then no other session will join.
 */
int share_write(struct share *share, const struct record *record, struct error *error);

/* Unlocks, and closes what SHARE holds. If the session failed (not GOOD), removes its record. */
void share_close(struct share *share, bool good);

/*
 * For changing a shared namespace: between the two calls no session of the user begins or joins.
 * share_lock() returns as share_open() does.
 */
int share_lock(int directory, struct error *error);
void share_unlock(int directory);

/*
 * Removes the shared record of the namespace with the id NAMESPACE, so that no session joins it any
 * more while it is changed. The directory must be locked. Returns the record, for record_free(), or
 * NULL if no session would have joined.
 */
struct record *share_take(int directory, uint64_t namespace);

/*
 * Writes RECORD, which has a key, for later sessions to join its namespace, unless there is a
 * record of another one with the same recipe. The directory must be locked. Returns 0 or negative
 * errno.
 */
int share_put(int directory, const struct record *record, struct error *error);

/*
 * Whether the log should say that this kernel cannot share: true once per boot, for all users
 * together.
 */
bool share_is_first_told(int directory);

#endif
