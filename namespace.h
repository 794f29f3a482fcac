/* SPDX-License-Identifier: BSD-3-Clause */
/* A tree made into a mount namespace, entered once it is whole, and left again. */
#ifndef NSTREE_NAMESPACE_H
#define NSTREE_NAMESPACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "error.h"
#include "isolate.h"
#include "subject.h"
#include "tree.h"
#include "wayback.h"

enum method {
	METHOD_AUTO,   /* native where the kernel has it, else pivot */
	METHOD_NATIVE, /* open_tree(OPEN_TREE_NAMESPACE), since Linux 7.0 */
	METHOD_PIVOT,  /* unshare(2) and pivot_root(2) */
};

/* A stay in a namespace, and the way back. */
struct stay {
	enum method method;   /* the one that was used */
	bool joined;	      /* the namespace was there before */
	uint64_t id;	      /* the kernel's mount namespace id; its inode before Linux 6.12 */
	unsigned mounts;      /* mounts in it when it was entered */
	dev_t entered_device; /* which nsfs file the namespace is */
	ino_t entered_inode;
	struct way_back origin; /* the namespace that the process came from */
	int origin_root;	/* its root, for a process that was chrooted; else -1 */
	char *directory;	/* its working directory by name, NULL where it had none */
	struct stat directory_stat;
};

/* Who is told of a namespace that is made, while the process is still where it was. */
struct birth {
	/* STAY has the id, NAMESPACE is a descriptor of it; nothing of it is the teller's to keep.
	 */
	void (*tell)(void *data, const struct stay *stay, int namespace);
	void *data;
};

/*
 * Builds TREE for SUBJECT by METHOD and moves the calling process into it, its root and working
 * directory at the tree's root. Its proc rows show ISOLATION's PID namespace, and its sockets are
 * added to what ISOLATION lets the session reach, which is entered last. BIRTH is told once the
 * namespace is there. The process must have one thread (setns(2)). The stay is the caller's:
 * namespace_leave() goes back, namespace_free() forgets. Returns 0, or negative errno with file and
 * line where a row is at fault; then the process is where it was (namespace, root, working
 * directory, umask, descriptors) and nothing made is left.
 */
int namespace_enter(const struct tree *tree, const struct subject *subject, enum method method,
		    struct isolation *isolation, const struct birth *birth, struct stay **stay,
		    struct error *error);

/*
 * Joins NAMESPACE, which namespace_enter() made of TREE before, by METHOD: moves the calling
 * process to its root, and tells BIRTH as well. With ISOLATE_SOCKET in ISOLATION the sockets that
 * TREE's rows mounted there may be reached. Returns as namespace_enter() does.
 */
int namespace_join(int namespace, const struct tree *tree, enum method method,
		   struct isolation *isolation, const struct birth *birth, struct stay **stay,
		   struct error *error);

/* Whether the descriptor NAMESPACE is a mount namespace and the kernel says that ID is its id. */
bool namespace_has_id(int namespace, uint64_t id);

/*
 * Takes the process back where it came from if it is still inside (setns(2)); a process that has
 * gone elsewhere stays there. Returns 0 or negative errno.
 */
int namespace_leave(struct stay *stay, struct error *error);

/* Frees STAY and closes its descriptors; the process stays where it is. NULL is fine. */
void namespace_free(struct stay *stay);

/*
 * Which method WANTED means on this kernel, in *METHOD. Returns 0, or -EOPNOTSUPP where the method
 * is not to be had.
 */
int namespace_method(enum method wanted, enum method *method, struct error *error);

/*
 * Whether this kernel has OPEN_TREE_NAMESPACE: asked of the kernel, never of its version.
 * Needs CAP_SYS_ADMIN, as building does.
 */
bool namespace_is_native(void);

#endif
