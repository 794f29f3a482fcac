/* SPDX-License-Identifier: BSD-3-Clause */
/* What serves a file: the kernel alone, or a server that may not answer, or may lie. */
#ifndef NSTREE_SERVER_H
#define NSTREE_SERVER_H

#include <stdbool.h>
#include <sys/stat.h>

enum server {
	SERVER_NONE,   /* the kernel alone: disks, tmpfs, proc and similar */
	SERVER_REMOTE, /* NFS, root's FUSE mounts, any type that is not known: may never answer */
	SERVER_USER,   /* a FUSE mount of a user, who controls what its files look like */
	SERVER_AUTOFS, /* autofs: a look-up may wait for a daemon */
};

/* What of a mount is known without asking its server. */
struct server_info {
	enum server server;
	bool is_proc;
	bool is_sysfs;
	bool is_disk; /* a disk or a tmpfs, with no other filesystem beneath that has a server */
};

/*
 * What serves the mount of the descriptor FD (statx(2), statmount(2)): only the kernel is
 * asked. Where statmount(2) cannot tell, as for a mount that is not attached before Linux 7.0, a
 * child process asks the filesystem (fstatfs(2)).
 */
struct server_info server_of(int fd);

/*
 * Whether calls on a filesystem of TYPE, as fsopen(2) knows it, end by themselves: no server is
 * asked. Types that are not known count as having one.
 */
bool server_type_is_local(const char *type);

/*
 * Whether every mount beneath the one of the descriptor FD, at any depth, is of a type that
 * server_type_is_local() knows (listmount(2), statmount(2)): only the kernel is asked. False where
 * it cannot tell, or there are very many.
 */
bool server_is_none_beneath(int fd);

/*
 * What the kernel has in its cache of the file FD, in STAT: the device and inode are right, the
 * rest may be old, or wrong on a mount with a server. No server is asked (AT_STATX_DONT_SYNC).
 * Returns 0 or negative errno: -EACCES on a FUSE mount that the kernel hides from this user.
 */
int server_cached_stat(int fd, struct stat *stat);

/*
 * fstat(2) of FD, whose mount is SERVER's: by a child process where that may wait, for a limited
 * time (timedcall.h). Returns 0 or negative errno, -ETIMEDOUT for a server that does not answer.
 */
int server_stat(int fd, enum server server, struct stat *stat);

#endif
