/* SPDX-License-Identifier: BSD-3-Clause */
/* System calls and constants newer than the C library's headers (Debian 12 has glibc 2.36). */
#ifndef NSTREE_KERNEL_H
#define NSTREE_KERNEL_H

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

/* open_tree(2), since Linux 7.0: copies the tree into a mount namespace of its own. */
#ifndef OPEN_TREE_NAMESPACE
#define OPEN_TREE_NAMESPACE (1 << 1)
#endif

/* fchmodat2(2), since Linux 6.6, has one number on every architecture. */
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

static inline int sys_fchmodat2(int fd, const char *path, mode_t mode, int flags)
{
	return (int)syscall(SYS_fchmodat2, fd, path, mode, flags);
}

static inline int sys_pivot_root(const char *new_root, const char *put_old)
{
	return (int)syscall(SYS_pivot_root, new_root, put_old);
}

/* A pidfd's namespaces, since Linux 6.11 (include/uapi/linux/pidfd.h): needs no /proc. */
#ifndef PIDFD_GET_MNT_NAMESPACE
#define PIDFD_GET_IPC_NAMESPACE _IO(0xFF, 2)
#define PIDFD_GET_MNT_NAMESPACE _IO(0xFF, 3)
#define PIDFD_GET_NET_NAMESPACE _IO(0xFF, 4)
#define PIDFD_GET_PID_NAMESPACE _IO(0xFF, 5)
#define PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE _IO(0xFF, 6)
#endif

/* A mount namespace's 64-bit id and number of mounts, since Linux 6.12 (linux/nsfs.h). */
#ifndef NS_MNT_GET_INFO
struct mnt_ns_info {
	uint32_t size;
	uint32_t nr_mounts;
	uint64_t mnt_ns_id;
};
#define NS_MNT_GET_INFO _IOR(0xb7, 10, struct mnt_ns_info)
#endif

/* The directory of nsfs handles for open_by_handle_at(2), since Linux 6.18 (linux/fcntl.h). */
#ifndef FD_NSFS_ROOT
#define FD_NSFS_ROOT (-10003)
#endif

/* listns(2), since Linux 6.19 (linux/nsfs.h): the ids of the kernel's namespaces. */
#ifndef SYS_listns
#define SYS_listns 470
#endif
struct listns_request {
	uint32_t size;
	uint32_t spare;
	uint64_t after; /* the last id of the batch before; 0 for the first batch */
	uint32_t type;
	uint32_t spare2;
	uint64_t user_namespace; /* 0 for all */
};

static inline long sys_listns(const struct listns_request *request, uint64_t *ids, size_t n_ids)
{
	return syscall(SYS_listns, request, ids, n_ids, 0);
}

/* listmount(2) and statmount(2), of any mount namespace since Linux 6.11 (linux/mount.h). */
#ifndef SYS_statmount
#define SYS_statmount 457
#define SYS_listmount 458
#endif
#define LISTMOUNT_ROOT UINT64_MAX
#ifndef STATX_MNT_ID_UNIQUE /* the 64-bit id, since Linux 6.8 */
#define STATX_MNT_ID_UNIQUE 0x4000U
#endif
#ifndef STATMOUNT_BY_FD
#define STATMOUNT_BY_FD 1U
#endif
struct mount_request {
	uint32_t size;
	uint32_t fd;	/* for STATMOUNT_BY_FD */
	uint64_t mount; /* its 64-bit id */
	uint64_t param; /* listmount: the last id of the batch before; statmount: what is wanted */
	uint64_t namespace;
};
enum {
	STATMOUNT_WANT_SUPER = 1 << 0,
	STATMOUNT_WANT_MOUNT = 1 << 1,
	STATMOUNT_WANT_ROOT = 1 << 3,
	STATMOUNT_WANT_POINT = 1 << 4,
	STATMOUNT_WANT_TYPE = 1 << 5,
	STATMOUNT_WANT_OPTIONS = 1 << 7, /* since Linux 6.11 */
	STATMOUNT_WANT_SUBTYPE = 1 << 8, /* these two since Linux 6.14 */
	STATMOUNT_WANT_SOURCE = 1 << 9,
};
struct mount_status {
	uint32_t size;
	uint32_t options; /* like the other fields marked "text", an offset in `text` */
	uint64_t mask;	  /* which of the requested fields are set */
	uint32_t device_major, device_minor;
	uint64_t magic;
	uint32_t super_flags;
	uint32_t type; /* text */
	uint64_t mount, parent;
	uint32_t old_mount, old_parent;
	uint64_t attributes; /* MOUNT_ATTR_* */
	uint64_t propagation, peer_group, master, propagate_from;
	uint32_t root, point; /* texts */
	uint64_t namespace;
	uint32_t subtype, source; /* texts */
	uint64_t spare[48];
	char text[];
};
_Static_assert(sizeof(struct mount_status) == 512, "struct statmount has 512 bytes");

static inline long sys_listmount(const struct mount_request *request, uint64_t *ids, size_t n_ids)
{
	return syscall(SYS_listmount, request, ids, n_ids, 0);
}

static inline long sys_statmount(const struct mount_request *request, struct mount_status *status,
				 size_t size)
{
	return syscall(SYS_statmount, request, status, size, 0);
}

/* Of the mount of the descriptor request->fd, attached or not; since Linux 7.0. */
static inline long sys_statmount_of(const struct mount_request *request,
				    struct mount_status *status, size_t size)
{
	return syscall(SYS_statmount, request, status, size, STATMOUNT_BY_FD);
}

/* Landlock, as of ABI 10 (linux/landlock.h, landlock(7)): the header may be older. */
struct landlock_ruleset {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};
struct landlock_path {
	uint64_t allowed_access;
	int32_t parent_fd;
} __attribute__((packed));
struct landlock_port {
	uint64_t allowed_access;
	uint64_t port;
};
#define LANDLOCK_FILES ((1ULL << 16) - 1) /* every right to files and directories of ABI 5 */
#define LANDLOCK_RESOLVE_UNIX (1ULL << 16)
#define LANDLOCK_BIND_TCP (1ULL << 0)
#define LANDLOCK_CONNECT_TCP (1ULL << 1)
#define LANDLOCK_BIND_UDP (1ULL << 2)
#define LANDLOCK_SEND_UDP (1ULL << 3) /* connect(2) and sendto(2) */
#define LANDLOCK_SCOPE_SOCKETS (1ULL << 0)
#define LANDLOCK_SCOPE_SIGNALS (1ULL << 1)
#define LANDLOCK_VERSION_FLAG (1U << 0)
#define LANDLOCK_PATH_BENEATH 1
#define LANDLOCK_NET_PORT 2
#define LANDLOCK_ABI_TCP 4     /* Linux 6.7 */
#define LANDLOCK_ABI_SCOPES 6  /* Linux 6.12 */
#define LANDLOCK_ABI_SOCKETS 9 /* Linux 7.1 */
#define LANDLOCK_ABI_UDP 10    /* Linux 7.2 */

static inline int sys_landlock_create_ruleset(const struct landlock_ruleset *attr, size_t size,
					      uint32_t flags)
{
	return (int)syscall(SYS_landlock_create_ruleset, attr, size, flags);
}

static inline int sys_landlock_add_path(int ruleset, const struct landlock_path *path)
{
	return (int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_PATH_BENEATH, path, 0);
}

static inline int sys_landlock_add_port(int ruleset, const struct landlock_port *port)
{
	return (int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_NET_PORT, port, 0);
}

static inline int sys_landlock_restrict_self(int ruleset, uint32_t flags)
{
	return (int)syscall(SYS_landlock_restrict_self, ruleset, flags);
}

#endif
