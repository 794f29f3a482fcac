/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * share=user: the sessions of a user that have the same tree, isolation and method are in one
 * namespace. The first leaves a record of it, /run/nstree/UID/shared.HASH, by whose handle later
 * ones find it. Nothing is pinned and nothing counted: the namespace ends with its last process.
 */
#ifndef NSTREE_SHARE_H
#define NSTREE_SHARE_H

#include <stdbool.h>

#include "error.h"
#include "isolate.h"
#include "record.h"

struct share {
	int directory; /* of the user's records, the caller's; locked (flock(2)) */
	char name[RECORD_NAME_SIZE];
	unsigned isolate;
	int mount;	      /* the namespace to join; -1 for one that is to be made */
	struct record *found; /* what is written of the one to join */
	enum method method;   /* by which it was made */
	struct isolation_shared namespaces;
	bool written;
};

/*
 * Asks the kernel for what sharing needs, nsfs file handles, which it has since Linux 6.18. Returns
 * 0, or -EOPNOTSUPP with that said.
 */
int share_check(struct error *error);

/*
 * Locks DIRECTORY, so that of the sessions of a user that begin at once one builds and the others
 * join, and looks for a namespace with the key, tree, user, isolation and method of WANTED. What a
 * file says is no more than a place to look: the text is compared as a whole, and the kernel is
 * asked whether the namespace is there, has the id that is written and is not the host's. Where
 * there is none SHARE is for one that is to be made. *SHARE is the caller's, for share_close().
 * Returns 0, or negative errno: -ETIMEDOUT where the lock was not to be had in 15 seconds,
 * -EOPNOTSUPP where this kernel cannot share.
 */
int share_open(int directory, const struct record *wanted, struct share *share,
	       struct error *error);

/*
 * Gives up the namespace to join, if there is one, because it was not to be entered: SHARE is for
 * one that is to be made. Returns 0 or negative errno.
 */
int share_anew(struct share *share, struct error *error);

/*
 * Leaves RECORD, of the namespace that was made, in the place of an older one. Returns 0, or
 * negative errno: then no other session will join.
 */
int share_write(struct share *share, const struct record *record, struct error *error);

/* Unlocks, and closes what SHARE holds; of a session that is not GOOD nothing written is left. */
void share_close(struct share *share, bool good);

/*
 * For who changes a namespace that is shared: no session joins it or begins between the two.
 * share_lock() returns as share_open() does.
 */
int share_lock(int directory, struct error *error);
void share_unlock(int directory);

/*
 * Takes the file of the namespace with the id NAMESPACE away, so that no session joins it any more:
 * for who is about to change it and has locked the directory. Returns what it said, for
 * record_free(), or NULL where no session would have joined it.
 */
struct record *share_take(int directory, uint64_t namespace);

/*
 * Leaves RECORD, which has a key, for later sessions to join its namespace, unless they join
 * another one that is the same. The directory is locked. Returns 0 or negative errno.
 */
int share_put(int directory, const struct record *record, struct error *error);

/*
 * Whether the user has yet to hear that this kernel cannot share: true once between two boots for
 * all of them.
 */
bool share_is_first_told(int directory);

#endif
