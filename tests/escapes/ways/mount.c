/* SPDX-License-Identifier: BSD-3-Clause */
/* What covers the secret is moved, unmounted or passed by: as root in a copy of the tree, or in a
 * user namespace. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "kernel.h"
#include "ways.h"

#define MOUNTS_MAX 4096
#define STATUS_SIZE 8192
#define LOCKABLE (ST_RDONLY | ST_NOSUID | ST_NODEV)

#ifndef MOVE_MOUNT_BENEATH
#define MOVE_MOUNT_BENEATH 0x00000200
#endif

/* --- the mounts that there are
 * --------------------------------------------------------------------- */

static char *point_of(uint64_t mount)
{
	static struct {
		struct mount_status status;
		char text[STATUS_SIZE];
	} answer;
	struct mount_request request = {
		.size = sizeof(request), .mount = mount, .param = STATMOUNT_WANT_POINT};

	if (sys_statmount(&request, &answer.status, sizeof(answer)) < 0)
		return NULL;
	return strdup(answer.status.text + answer.status.point);
}

/* The mount points, from the first mounted on; by listmount(2), since not every tree has a /proc.
 */
static size_t mount_points(char *points[MOUNTS_MAX])
{
	static uint64_t ids[MOUNTS_MAX];
	struct mount_request request = {.size = sizeof(request), .mount = LISTMOUNT_ROOT};
	long n = sys_listmount(&request, ids, MOUNTS_MAX);
	size_t found = 0;

	if (n <= 0)
		err(1, "listmount");
	for (long i = 0; i < n; i++)
		if ((points[found] = point_of(ids[i])))
			found++;
	return found;
}

/* The root becomes what is on top of the namespace's. */
static bool root_again(void)
{
	int own = ioctl(pidfd_open(getpid(), 0), PIDFD_GET_MNT_NAMESPACE, 0);

	if (own >= 0 && setns(own, CLONE_NEWNS) == 0)
		return true;
	warn("setns to the own namespace");
	return false;
}

/* --- unmounting
 * ------------------------------------------------------------------------------------ */

/* Takes away the root as often as that works. */
static void way_unmount_root(char **arguments)
{
	(void)arguments;
	for (int i = 0; i < 100; i++) {
		if (umount2("/", MNT_DETACH) < 0) {
			warn("umount /");
			break;
		}
		if (!root_again())
			break;
		look_down();
	}
	look_down();
}

/* Takes away every mount, from the last to the first, looking beneath each. */
static void way_unmount_all(char **arguments)
{
	static char *points[MOUNTS_MAX];
	size_t n = mount_points(points);
	unsigned gone = 0;

	(void)arguments;
	while (n-- > 0)
		if (strcmp(points[n], "/") != 0 && umount2(points[n], MNT_DETACH) == 0) {
			gone++;
			show(AT_FDCWD, SECRET);
		}
	printf("unmounted %u\n", gone);
	look_down();
}

/*
 * A descriptor of a directory above the secret is kept while the mount that it is of goes: what is
 * detached lazily must not come apart.
 */
static void way_unmount_kept(char **arguments)
{
	int root = open("/", O_PATH | O_CLOEXEC), copy;

	(void)arguments;
	if (mount("/", ASIDE, NULL, MS_BIND | MS_REC, NULL) == 0) {
		copy = open(ASIDE, O_PATH | O_CLOEXEC);
		if (umount2(ASIDE, MNT_DETACH) < 0)
			warn("umount of a copy");
		if (show(copy, SECRET + 1) < 0)
			warn("beneath the copy");
	} else {
		warn("a copy of /");
	}
	if (umount2("/", MNT_DETACH) < 0)
		warn("umount /");
	if (show(root, SECRET + 1) < 0)
		warn("beneath the kept root");
}

static int empty_mount(void)
{
	int filesystem = (int)syscall(SYS_fsopen, "tmpfs", 0U);

	if (filesystem < 0 ||
	    syscall(SYS_fsconfig, filesystem, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		closed("fsopen");
	return (int)syscall(SYS_fsmount, filesystem, 0U, 0U);
}

/* Puts an empty mount beneath that of POINT, which makes the upper one look like one of the
 * process's own. */
static bool lift(const char *point)
{
	int below = empty_mount();
	bool lifted = syscall(SYS_move_mount, below, "", AT_FDCWD, point,
			      MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_BENEATH) == 0;

	close(below);
	return lifted;
}

static void way_beneath(char **arguments)
{
	static char *points[MOUNTS_MAX];
	size_t n = mount_points(points);
	unsigned lifted = 0, gone = 0;

	(void)arguments;
	while (n-- > 0) {
		if (strcmp(points[n], "/") == 0 || !lift(points[n]))
			continue;
		lifted++;
		/* The upper one, what was put beneath, and what was there before. */
		while (umount2(points[n], MNT_DETACH) == 0) {
			gone++;
			show(AT_FDCWD, SECRET);
		}
	}
	printf("lifted %u, unmounted %u\n", lifted, gone);
	look_down();
}

/* The same with the root: since Linux 7.0 there may be a mount beneath it. */
static void way_beneath_root(char **arguments)
{
	(void)arguments;
	if (!lift("/"))
		warn("MOVE_MOUNT_BENEATH of /");
	way_unmount_root(NULL);
}

/* --- other roots
 * ----------------------------------------------------------------------------------- */

/* Another root, and the old one as a directory of it: then no mount of it is the root any more. */
static void way_pivot(char **arguments)
{
	static char *points[MOUNTS_MAX];
	size_t n;

	(void)arguments;
	if (mount("tmpfs", ASIDE, "tmpfs", 0, NULL) < 0 || mkdir(ASIDE "/old", 0755) < 0)
		closed("a new root");
	if (sys_pivot_root(ASIDE, ASIDE "/old") < 0)
		closed("pivot_root");
	if (chdir("/old") < 0)
		warn("chdir");
	n = mount_points(points);
	while (n-- > 0)
		if (strncmp(points[n], "/old", 4) == 0 && umount2(points[n], MNT_DETACH) == 0) {
			show(AT_FDCWD, SECRET + 1);
			show(AT_FDCWD, "/old" SECRET);
		}
	if (show(AT_FDCWD, SECRET + 1) < 0)
		warn("beneath the old root");
}

/* --- past the cover
 * -------------------------------------------------------------------------------- */

/* bind DIRECTORY NAME: a bind mount without the mounts within. */
static void way_bind(char **arguments)
{
	char path[256];

	if (mount(arguments[0], ASIDE, NULL, MS_BIND, NULL) < 0)
		closed("mount --bind %s", arguments[0]);
	snprintf(path, sizeof(path), ASIDE "/%s", arguments[1]);
	show_or_close(AT_FDCWD, path);
}

/* overlay DIRECTORY NAME: a layer is one filesystem, without the mounts within; the other one is
 * empty. */
static void way_overlay(char **arguments)
{
	char path[256];

	if (mount("tmpfs", ASIDE, "tmpfs", 0, NULL) < 0 || mkdir(ASIDE "/layer", 0755) < 0 ||
	    mkdir(ASIDE "/merged", 0755) < 0)
		closed("a layer");
	snprintf(path, sizeof(path), "lowerdir=%s:" ASIDE "/layer", arguments[0]);
	if (mount("overlay", ASIDE "/merged", "overlay", 0, path) < 0)
		closed("mount -t overlay of %s", arguments[0]);
	snprintf(path, sizeof(path), ASIDE "/merged/%s", arguments[1]);
	show_or_close(AT_FDCWD, path);
}

/* move DIRECTORY: moves the mount there aside. */
static void way_move(char **arguments)
{
	if (mount(arguments[0], ASIDE, NULL, MS_MOVE, NULL) < 0)
		closed("mount --move %s", arguments[0]);
	look_down();
}

/* A copy of directory PATH without what covers it: as a namespace, or detached. */
static void copy_tree(char **arguments, unsigned flags)
{
	int fd = (int)syscall(SYS_open_tree, AT_FDCWD, arguments[0], flags | OPEN_TREE_CLOEXEC);

	if (fd < 0)
		closed("open_tree %s", arguments[0]);
	if (!(flags & OPEN_TREE_NAMESPACE)) {
		show_or_close(fd, arguments[1]);
		return;
	}
	if (setns(fd, CLONE_NEWNS) < 0)
		closed("setns to the copy");
	if (chdir("/") < 0)
		closed("chdir");
	show_or_close(AT_FDCWD, arguments[1]);
}

static void way_copy(char **arguments)
{
	copy_tree(arguments, OPEN_TREE_NAMESPACE);
}

static void way_clone(char **arguments)
{
	copy_tree(arguments, OPEN_TREE_CLONE);
}

/* --- other mounts
 * ---------------------------------------------------------------------------------- */

/* Whether a mount loses a flag. */
static void way_remount(char **arguments)
{
	static char *points[MOUNTS_MAX];
	size_t n = mount_points(points);

	(void)arguments;
	while (n-- > 0) {
		struct statvfs before, after;

		if (statvfs(points[n], &before) == 0 && before.f_flag & LOCKABLE &&
		    mount(NULL, points[n], NULL, MS_REMOUNT | MS_BIND, NULL) == 0 &&
		    statvfs(points[n], &after) == 0 &&
		    (before.f_flag & LOCKABLE) != (after.f_flag & LOCKABLE))
			printf("ESCAPED: %s\n", points[n]);
	}
}

/* A proc without hidepid, that there was, or a new one. */
static void way_proc_remount(char **arguments)
{
	(void)arguments;
	if (mount(NULL, "/proc", NULL, MS_REMOUNT, "hidepid=off") < 0)
		closed("mount -o remount /proc");
	escaped();
}

static void way_proc(char **arguments)
{
	char path[64];

	if (mount("proc", ASIDE, "proc", 0, "hidepid=off") < 0)
		closed("mount -t proc");
	snprintf(path, sizeof(path), ASIDE "/%s", arguments[0]);
	if (access(path, F_OK) < 0)
		closed("%s", path);
	escaped();
}

/* In a network namespace as well: that is whose a sysfs is. */
static void way_sysfs(char **arguments)
{
	(void)arguments;
	if (unshare(CLONE_NEWNET) < 0 || mount("sys", ASIDE, "sysfs", 0, NULL) < 0)
		closed("mount -t sysfs");
	if (access(ASIDE "/class", F_OK) == 0)
		escaped();
}

/* spread PATH...: a mount that the host looks for by its name, and takes away again here. */
static void way_spread(char **arguments)
{
	for (; *arguments; arguments++)
		if (mount("escape", *arguments, "tmpfs", 0, NULL) < 0)
			warn("mount on %s", *arguments);
}

static void way_unspread(char **arguments)
{
	for (; *arguments; arguments++)
		umount2(*arguments, MNT_DETACH);
}

/* Whether a mount of that name is to be seen here, on the host; it is taken away. */
static void way_has_spread(char **arguments)
{
	FILE *list = fopen("/proc/self/mountinfo", "re");
	char line[4096], point[1024];

	(void)arguments;
	while (list && fgets(line, sizeof(line), list))
		if (strstr(line, " - tmpfs escape ") &&
		    sscanf(line, "%*u %*u %*s %*s %1023s", point) == 1) {
			printf("ESCAPED: %s\n", point);
			umount2(point, MNT_DETACH);
		}
}

/* cover PATH: a mount there, with a file of the secret's words in it. */
static void way_cover(char **arguments)
{
	char path[256];
	int fd;

	if (mount("later", arguments[0], "tmpfs", 0, NULL) < 0)
		err(1, "mount on %s", arguments[0]);
	snprintf(path, sizeof(path), "%s/mounted", arguments[0]);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || dprintf(fd, "ESCAPED\n") < 0)
		err(1, "%s", path);
}

const struct way mount_ways[] = {
	{"beneath", way_beneath, 0},
	{"beneath-root", way_beneath_root, 0},
	{"bind", way_bind, 2},
	{"clone", way_clone, 2},
	{"copy", way_copy, 2},
	{"cover", way_cover, 1},
	{"has-spread", way_has_spread, 0},
	{"move", way_move, 1},
	{"overlay", way_overlay, 2},
	{"pivot", way_pivot, 0},
	{"proc", way_proc, 1},
	{"proc-remount", way_proc_remount, 0},
	{"remount", way_remount, 0},
	{"spread", way_spread, 1},
	{"sysfs", way_sysfs, 0},
	{"unmount-all", way_unmount_all, 0},
	{"unmount-kept", way_unmount_kept, 0},
	{"unmount-root", way_unmount_root, 0},
	{"unspread", way_unspread, 1},
	{0},
};
