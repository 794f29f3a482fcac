/* SPDX-License-Identifier: BSD-3-Clause */
/* A mount namespace with a tree: built, entered when it is complete, joined, and left. */
#ifndef NSTREE_NAMESPACE_H
#define NSTREE_NAMESPACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "error.h"
#include "isolation.h"
#include "method.h"
#include "origin.h"
#include "subject.h"
#include "tree.h"

/* A mount namespace that the process has entered, and what is needed to leave it. */
struct mntns {
	enum method method;   /* the one that was used */
	bool joined;	      /* another session had built it */
	uint64_t id;	      /* the kernel's mount namespace id; its inode before Linux 6.12 */
	unsigned mounts;      /* mounts in it when it was entered */
	dev_t entered_device; /* which nsfs file the namespace is */
	ino_t entered_inode;
	struct origin origin; /* the namespace that the process came from */
	int origin_root;      /* its root, for a process that was chrooted; else -1 */
	char *directory;      /* its working directory by name, NULL where it had none */
	struct stat directory_stat;
};

/* Is called when the namespace exists, before anything of the process is changed for good. */
struct mntns_hook {
	/*
	 * MNTNS has the id, NAMESPACE is a descriptor of it; the hook keeps neither. Returns 0, or
	 * negative errno, which refuses the session.
	 */
	int (*created)(void *data, const struct mntns *mntns, int namespace, struct error *error);
	void *data;
	/*
	 * NULL for none. For a namespace that is built: the process is in the complete tree and not
	 * yet under ISOLATION. May call isolation_enter() in a child process. A negative errno
	 * takes the process back, and what was made for the session is removed.
	 */
	int (*inspect)(void *data, struct isolation *isolation, struct error *error);
};

/*
 * Builds a namespace with TREE for SUBJECT by METHOD and moves the calling process into it, with
 * its root and working directory at the tree's root. Proc rows show ISOLATION's PID namespace, and
 * ISOLATION, which is entered last, allows the sockets of the rows. HOOK is called when the
 * namespace exists. The process must have one thread (setns(2)). *MNTNS is the caller's, for
 * namespace_leave() and namespace_free(). Returns 0, or negative errno with file and line if a row
 * is at fault; then the process is where it was (namespace, root, working directory, umask,
 * descriptors), and what was made is removed.
 */
int namespace_enter(const struct tree *tree, const struct subject *subject, enum method method,
		    struct isolation *isolation, const struct mntns_hook *hook,
		    struct mntns **mntns, struct error *error);

/*
 * Joins NAMESPACE, which namespace_enter() built with TREE by METHOD before: moves the calling
 * process to its root, and calls HOOK as well. With ISOLATE_SOCKET in ISOLATION the sockets that
 * TREE's rows mounted there are allowed. Returns as namespace_enter() does.
 */
int namespace_join(int namespace, const struct tree *tree, enum method method,
		   struct isolation *isolation, const struct mntns_hook *hook, struct mntns **mntns,
		   struct error *error);

/* Whether the descriptor NAMESPACE is a mount namespace and the kernel says that ID is its id. */
bool namespace_has_id(int namespace, uint64_t id);

/*
 * Returns the process to where it came from, if it is still in the namespace (setns(2)); a process
 * that has moved to another one stays there. Returns 0 or negative errno.
 */
int namespace_leave(struct mntns *mntns, struct error *error);

/* Frees MNTNS and closes its descriptors; the process stays where it is. NULL is fine. */
void namespace_free(struct mntns *mntns);

/*
 * The method that WANTED means on this kernel, in *METHOD. Returns 0, or -EOPNOTSUPP if this kernel
 * does not have it.
 */
int namespace_method(enum method wanted, enum method *method, struct error *error);

/*
 * Whether this kernel has OPEN_TREE_NAMESPACE: asked of the kernel, never of its version.
 * Needs CAP_SYS_ADMIN, as building does.
 */
bool namespace_is_native(void);

#endif
