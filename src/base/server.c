/* SPDX-License-Identifier: BSD-3-Clause */
#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "kernel.h"
#include "timedcall.h"

#define MOUNTS_MAX 64 /* beneath one mount; a host has a dozen in /sys */

/* Filesystem types whose calls end by themselves, and that have no other filesystem beneath. */
static const char *const disk_types[] = {
	"ext2", "ext3",	 "ext4",    "xfs", "btrfs",    "bcachefs", "f2fs",     "zfs",
	"vfat", "exfat", "iso9660", "udf", "squashfs", "tmpfs",	   "devtmpfs", NULL,
};

/* The others whose calls end by themselves. fuseblk is not among them. */
static const char *const kernel_types[] = {
	"erofs",     "ramfs",	 "rootfs",	"overlay",    "proc",	   "sysfs",
	"devpts",    "cgroup",	 "cgroup2",	"mqueue",     "nsfs",	   "bpf",
	"debugfs",   "tracefs",	 "configfs",	"securityfs", "hugetlbfs", "pstore",
	"selinuxfs", "efivarfs", "binfmt_misc", "fusectl",    NULL,
};

static bool is_type_of(const char *type, const char *const *types)
{
	for (; *types; types++)
		if (strcmp(type, *types) == 0)
			return true;
	return false;
}

bool server_type_is_local(const char *type)
{
	return is_type_of(type, disk_types) || is_type_of(type, kernel_types);
}

/* OPTIONS of a FUSE mount have the user who made it; NULL where they are not known. */
static bool is_roots(const char *options)
{
	const char *user = options ? strstr(options, "user_id=") : NULL;

	return user && strtoul(user + strlen("user_id="), NULL, 10) == 0;
}

static struct server_info info_of_type(const char *type, const char *options)
{
	struct server_info info = {.server = SERVER_REMOTE,
				   .is_proc = strcmp(type, "proc") == 0,
				   .is_sysfs = strcmp(type, "sysfs") == 0,
				   .is_disk = is_type_of(type, disk_types)};

	if (server_type_is_local(type))
		info.server = SERVER_NONE;
	else if (strcmp(type, "autofs") == 0)
		info.server = SERVER_AUTOFS;
	else if (strncmp(type, "fuse", strlen("fuse")) == 0 && !is_roots(options))
		info.server = SERVER_USER;
	return info;
}

/*
 * The type that the kernel's number MAGIC (linux/magic.h) stands for, of those that are most
 * common, or NULL. ext2 and ext3 have the number of ext4, and devtmpfs that of tmpfs.
 */
static const char *type_of_magic(uint64_t magic)
{
	switch (magic) {
	case AUTOFS_SUPER_MAGIC:
		return "autofs";
	case BPF_FS_MAGIC:
		return "bpf";
	case BTRFS_SUPER_MAGIC:
		return "btrfs";
	case CGROUP2_SUPER_MAGIC:
		return "cgroup2";
	case DEBUGFS_MAGIC:
		return "debugfs";
	case DEVPTS_SUPER_MAGIC:
		return "devpts";
	case EXT4_SUPER_MAGIC:
		return "ext4";
	case OVERLAYFS_SUPER_MAGIC:
		return "overlay";
	case PROC_SUPER_MAGIC:
		return "proc";
	case SECURITYFS_MAGIC:
		return "securityfs";
	case SQUASHFS_MAGIC:
		return "squashfs";
	case SYSFS_MAGIC:
		return "sysfs";
	case TMPFS_MAGIC:
		return "tmpfs";
	case TRACEFS_MAGIC:
		return "tracefs";
	case XFS_SUPER_MAGIC:
		return "xfs";
	default:
		return NULL;
	}
}

static int get_magic(int fd, void *magic)
{
	struct statfs found;

	if (fstatfs(fd, &found) < 0)
		return -errno;
	*(long *)magic = (long)found.f_type;
	return 0;
}

/* Without statmount(2). */
static struct server_info ask_filesystem(int fd)
{
	const char *type;
	long magic = 0;

	if (timed_call(get_magic, fd, &magic, sizeof(magic), NULL) < 0)
		return (struct server_info){.server = SERVER_REMOTE};
	type = magic == FUSE_SUPER_MAGIC ? "fuse" : type_of_magic((uint64_t)magic);
	return type ? info_of_type(type, NULL) : (struct server_info){.server = SERVER_REMOTE};
}

struct mount_text {
	struct mount_status status;
	char room[2048];
};

/*
 * What WANTED (one of STATMOUNT_WANT_TYPE and its kin) says of the mount ID of FD, in TEXT. One
 * that is attached nowhere has no id that statmount(2) finds; FD is -1 where it has to be attached.
 */
static bool get_mount_text(int fd, uint64_t id, uint64_t wanted, struct mount_text *text)
{
	struct mount_request request = {.size = sizeof(request), .mount = id, .param = wanted};

	if (sys_statmount(&request, &text->status, sizeof(*text)) < 0) {
		request.fd = (uint32_t)fd;
		request.mount = 0;
		if (errno != ENOENT || fd < 0 ||
		    sys_statmount_of(&request, &text->status, sizeof(*text)) < 0)
			return false;
	}
	return text->status.mask & wanted;
}

/* The type of the mount ID of FD by its number, which costs the kernel no buffer for text, or NULL.
 */
static const char *common_type(int fd, uint64_t id)
{
	struct mount_text text;

	return get_mount_text(fd, id, STATMOUNT_WANT_SUPER, &text)
		       ? type_of_magic(text.status.magic)
		       : NULL;
}

bool server_is_none_beneath(int fd)
{
	struct mount_request request = {.size = sizeof(request)};
	uint64_t mounts[MOUNTS_MAX];
	struct mount_text text;
	struct statx found;
	long count;

	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_MNT_ID_UNIQUE, &found) < 0 ||
	    !(found.stx_mask & STATX_MNT_ID_UNIQUE))
		return false;
	request.mount = found.stx_mnt_id;
	count = sys_listmount(&request, mounts, MOUNTS_MAX);
	if (count < 0 || count == MOUNTS_MAX)
		return false;
	for (long i = 0; i < count; i++) {
		const char *type = common_type(-1, mounts[i]);

		if (!type && get_mount_text(-1, mounts[i], STATMOUNT_WANT_TYPE, &text))
			type = text.status.text + text.status.type;
		if (!type || !server_type_is_local(type))
			return false;
	}
	return true;
}

struct server_info server_of(int fd)
{
	struct mount_text type, options;
	const char *common;
	struct statx found;

	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_MNT_ID_UNIQUE, &found) < 0)
		return (struct server_info){.server =
						    errno == EACCES ? SERVER_USER : SERVER_REMOTE};
	if (!(found.stx_mask & STATX_MNT_ID_UNIQUE))
		return ask_filesystem(fd);
	common = common_type(fd, found.stx_mnt_id);
	if (common)
		return info_of_type(common, NULL);
	if (!get_mount_text(fd, found.stx_mnt_id, STATMOUNT_WANT_TYPE, &type))
		return ask_filesystem(fd);
	if (strncmp(type.status.text + type.status.type, "fuse", strlen("fuse")) != 0 ||
	    !get_mount_text(fd, found.stx_mnt_id, STATMOUNT_WANT_OPTIONS, &options))
		return info_of_type(type.status.text + type.status.type, NULL);
	return info_of_type(type.status.text + type.status.type,
			    options.status.text + options.status.options);
}

int server_cached_stat(int fd, struct stat *stat)
{
	struct statx found;

	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_BASIC_STATS, &found) < 0)
		return -errno;
	*stat = (struct stat){
		.st_dev = makedev(found.stx_dev_major, found.stx_dev_minor),
		.st_ino = found.stx_ino,
		.st_mode = found.stx_mode,
		.st_nlink = found.stx_nlink,
		.st_uid = found.stx_uid,
		.st_gid = found.stx_gid,
		.st_rdev = makedev(found.stx_rdev_major, found.stx_rdev_minor),
		.st_size = (off_t)found.stx_size,
	};
	return 0;
}

static int call_fstat(int fd, void *stat)
{
	return fstat(fd, stat) < 0 ? -errno : 0;
}

int server_stat(int fd, enum server server, struct stat *stat)
{
	return timed_call_if(server != SERVER_NONE && server != SERVER_AUTOFS, call_fstat, fd, stat,
			     sizeof(*stat), NULL);
}
