/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a child process finds out about one component of a path, where the call may wait for a
 * server or an automounter. Each takes 10 seconds at most (timedcall.h).
 */
#ifndef NSTREE_PATHCHILD_H
#define NSTREE_PATHCHILD_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

/* What a child is asked for, and its answer: it is copied back, and so holds no pointer. */
struct pathchild_answer {
	char name[NAME_MAX + 1];
	bool hidden; /* the kernel does not show it to root (path_examine()); nothing else is set */
	struct stat stat;
	char link[PATH_MAX]; /* the text of a symbolic link, else "" */
};

/*
 * Opens NAME in DIRECTORY (O_PATH, O_NOFOLLOW) and examines it. *OPENED is the caller's to close
 * where this returns 0. Returns 0 or negative errno: -ETIMEDOUT where a server did not answer.
 */
int pathchild_open(int directory, const char *name, int *opened, struct pathchild_answer *answer);

/* Examines the descriptor FD (fstat(2), readlinkat(2)). Returns 0 or negative errno, as above. */
int pathchild_examine(int fd, struct pathchild_answer *answer);

/*
 * Has the automounter mount what belongs on NAME in DIRECTORY. Returns 0, also where it has nothing
 * to mount there, or negative errno where it did not answer.
 */
int pathchild_wait_for_autofs(int directory, const char *name);

#endif
