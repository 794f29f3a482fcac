/* SPDX-License-Identifier: BSD-3-Clause */
#include "bare.h"

#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel.h"

#define QUIET (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)

/* Puts MOUNT, which it closes, on NAME of ROOT. */
static int put(int mount, int root, const char *name)
{
	int result = mount < 0 ? -1
			       : (int)syscall(SYS_move_mount, mount, "", root, name,
					      MOVE_MOUNT_F_EMPTY_PATH);

	close(mount);
	return result;
}

static int filesystem(const char *type, const char *mode, unsigned attributes)
{
	int fs = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC), mount = -1;

	if (fs < 0 || (mode && syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "mode", mode, 0) < 0))
		return -1;
	if (syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		mount = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, attributes);
	close(fs);
	return mount;
}

static int bind_mount(const char *source, unsigned attributes)
{
	struct mount_attr attr = {.attr_set = attributes, .propagation = MS_PRIVATE};
	int mount =
		(int)syscall(SYS_open_tree, AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (mount < 0 ||
	    syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0)
		return -1;
	return mount;
}

static int make_mount_points(int root, const char *home)
{
	struct mount_attr attr = {.attr_set = QUIET | MOUNT_ATTR_RDONLY};

	if (mkdirat(root, "usr", 0755) < 0 || mkdirat(root, "etc", 0755) < 0 ||
	    symlinkat("usr/lib64", root, "lib64") < 0 || mkdirat(root, "proc", 0755) < 0 ||
	    mkdirat(root, "run", 0755) < 0 || mknodat(root, "run/utmp", S_IFREG | 0444, 0) < 0 ||
	    mkdirat(root, "home", 0755) < 0 || mkdirat(root, home, 0755) < 0 ||
	    mkdirat(root, "tmp", 0755) < 0)
		return -1;
	return (int)syscall(SYS_mount_setattr, root, "", AT_EMPTY_PATH, &attr, sizeof(attr));
}

static int enter_copy(int root)
{
	int namespace = (int)syscall(SYS_open_tree, root, "",
				     OPEN_TREE_NAMESPACE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH |
					     AT_RECURSIVE);
	int result = namespace < 0 ? -1 : setns(namespace, CLONE_NEWNS);

	close(namespace);
	return result;
}

static int enter_eight(const char *home)
{
	int root = filesystem("tmpfs", "0755", 0), result;

	if (root < 0 || make_mount_points(root, home + 1) < 0 ||
	    put(bind_mount("/usr", QUIET | MOUNT_ATTR_RDONLY), root, "usr") < 0 ||
	    put(bind_mount("/etc", QUIET | MOUNT_ATTR_RDONLY), root, "etc") < 0 ||
	    put(filesystem("proc", NULL, QUIET | MOUNT_ATTR_NOEXEC), root, "proc") < 0 ||
	    put(bind_mount("/run/utmp", QUIET | MOUNT_ATTR_NOEXEC), root, "run/utmp") < 0 ||
	    put(bind_mount(home, QUIET), root, home + 1) < 0 ||
	    put(filesystem("tmpfs", "1777", QUIET), root, "tmp") < 0)
		return -1;
	result = enter_copy(root);
	close(root);
	return result;
}

static int enter_native(const char *place)
{
	int root = open(place, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int result = root < 0 ? -1 : enter_copy(root);

	close(root);
	return result;
}

static int enter_pivot(const char *place)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount(place, place, NULL, MS_BIND | MS_REC, NULL) < 0 || chdir(place) < 0 ||
	    sys_pivot_root(".", ".") < 0 || umount2(".", MNT_DETACH) < 0)
		return -1;
	return chdir("/");
}

int bare_enter(const char *name, const char *place)
{
	if (strcmp(name, "eight") == 0)
		return enter_eight(place);
	if (strcmp(name, "native") == 0)
		return enter_native(place);
	if (strcmp(name, "pivot") == 0)
		return enter_pivot(place);
	return -1;
}
