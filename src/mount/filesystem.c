/* SPDX-License-Identifier: BSD-3-Clause */
#include "filesystem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "kernel.h"
#include "limit.h"
#include "path.h"
#include "selinux.h"
#include "server.h"
#include "source.h"
#include "timedcall.h"
#include "trust.h"

/* The kernel's own messages about a filesystem, read back from the fsopen() descriptor. */
static int set_filesystem_error(int fs, const struct filesystem *filesystem, const char *what,
				struct error *error)
{
	int number = errno;
	char words[512] = "", *end;
	ssize_t length = read(fs, words, sizeof(words) - 1);

	words[length > 0 ? length : 0] = '\0';
	end = words + strcspn(words, "\n");
	*end = '\0';
	if (length <= 2)
		return error_set(error, number, "%s: %s: %s", filesystem->type, what,
				 strerror(number));
	/* The text is "e words", "w words" or "i words". */
	return error_set(error, number, "%s: %s: %s (the kernel says: %s)", filesystem->type, what,
			 strerror(number), words + 2);
}

static bool is_overlay(const struct filesystem *filesystem)
{
	return strcmp(filesystem->type, "overlay") == 0;
}

/* An image or a device for a source, a directory for overlay: a FIFO would hang the kernel's open.
 */
static int check_option_kind(const struct filesystem *filesystem, const char *name, mode_t mode,
			     struct error *error)
{
	if (is_overlay(filesystem) ? S_ISDIR(mode)
				   : S_ISREG(mode) || S_ISBLK(mode) || S_ISDIR(mode))
		return 0;
	return error_set(error, ENOTDIR, "'%s' is %s", name,
			 is_overlay(filesystem)
				 ? "not a directory"
				 : "not an image file, a block device or a directory");
}

static int access_layer(int fd, void *unused)
{
	(void)unused;
	return faccessat(fd, "", R_OK | X_OK, AT_EMPTY_PATH | AT_EACCESS) < 0 ? -errno : 0;
}

/* Overlay reads its layers with the rights of the process that mounted it, for all users. */
static int check_layer(const char *name, const struct path *layer, struct error *error)
{
	int result = timed_call(access_layer, layer->fd, NULL, 0, NULL);

	if (result == -ETIMEDOUT)
		return error_set(error, ETIMEDOUT,
				 "'%s' cannot be a layer: its server did not answer", name);
	if (result == 0)
		return 0;
	if (result != -EACCES)
		return error_set(error, -result, "'%s' cannot be looked at: %s", name,
				 strerror(-result));
	return error_set(error, EACCES,
			 "'%s' cannot be a layer: " PATH_REFUSES_ROOT "; write a bind row for it",
			 name);
}

/* The kernel looks these paths up by name: root alone may change what they mean. */
static int check_option_path(const struct filesystem *filesystem, const char *name,
			     struct error *error)
{
	cleanup(path_close) struct path found = PATH_INIT;
	struct error why = {0};
	int result = path_open(name, &found, &why);

	if (result < 0)
		return error_set(error, -result, "'%s' cannot be used: %s%s", name, why.words,
				 result == -ENOENT ? "; make it, or correct the path" : "");
	if (found.parent_untrusted[0])
		return error_set(
			error, EPERM,
			"'%s' cannot be used, because a user other than root can change where it "
			"leads: %s",
			name, found.parent_untrusted);
	/* Files with root's code must be root's, not only their path; group disk counts as root. */
	if (trust_is_code_place(filesystem->target) && found.untrusted[0] &&
	    !S_ISBLK(found.stat.st_mode))
		return error_mark(
			error, CODE_ROOT_CODE,
			error_set(error, EPERM,
				  "'%s' cannot be used for '%s', where root's code is loaded from: "
				  "%s; it must be root's, and writable by no one else",
				  name, filesystem->target, found.untrusted));
	result = check_option_kind(filesystem, name, found.stat.st_mode, error);
	return result == 0 && is_overlay(filesystem) ? check_layer(name, &found, error) : result;
}

/* Every path of an overlay's colon list. */
static int check_option_paths(const struct filesystem *filesystem, const char *value,
			      struct error *error)
{
	char names[PATH_MAX], *rest = names, *name;
	int result = 0;

	if ((size_t)snprintf(names, sizeof(names), "%s", value) >= sizeof(names))
		return error_set(error, ENAMETOOLONG, "an option is too long");
	while (result == 0 && (name = strsep(&rest, ":")))
		if (name[0] == '/')
			result = check_option_path(filesystem, name, error);
	return result;
}

/* Elsewhere a value with a slash is not the host's: NFS's server:/export, btrfs's subvol=/home. */
static int check_option_value(const struct filesystem *filesystem, const char *key,
			      const char *value, struct error *error)
{
	if (is_overlay(filesystem))
		return check_option_paths(filesystem, value, error);
	if (strcmp(key, "source") == 0 && value[0] == '/')
		return check_option_path(filesystem, value, error);
	return 0;
}

static int configure_filesystem(int fs, const struct filesystem *filesystem, const char *key,
				const char *value, struct error *error)
{
	char what[256];
	int result;

	if (value && (result = check_option_value(filesystem, key, value, error)) < 0)
		return result;
	if (syscall(SYS_fsconfig, fs, value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG, key, value,
		    0) == 0)
		return 0;
	snprintf(what, sizeof(what), "option '%s%s%s'", key, value ? "=" : "", value ? value : "");
	return set_filesystem_error(fs, filesystem, what, error);
}

/* A proc of the session's PID namespace, while the caller is in its own. */
static int configure_pid_namespace(int fs, int pid_namespace, struct error *error)
{
	if (syscall(SYS_fsconfig, fs, FSCONFIG_SET_FD, "pidns", NULL, pid_namespace) == 0)
		return 0;
	if (errno == EINVAL)
		return error_mark(
			error, CODE_KERNEL_FEATURE,
			error_set(error, EOPNOTSUPP,
				  "isolate=pid: this kernel's proc has no option pidns (Linux 6.18 "
				  "and later have); leave pid out"));
	return error_set(error, errno, "isolate=pid: proc: option 'pidns': %m");
}

/* As mount(8) does: the kernel knows these where SELinux is in use alone. */
static bool is_left_out(const struct filesystem_option *option)
{
	return selinux_is_option(option->key) && !selinux_in_use();
}

static int set_options(int fs, const struct filesystem *filesystem, int pid_namespace,
		       struct error *error)
{
	int result = configure_filesystem(fs, filesystem, "source", filesystem->source, error);

	/* A file or device is opened read-only from the start; a tmpfs still wants mount points. */
	if (result == 0 && filesystem->source[0] == '/' && filesystem->read_only)
		result = configure_filesystem(fs, filesystem, "ro", NULL, error);
	for (size_t i = 0; result == 0 && i < filesystem->n_options; i++)
		if (!is_left_out(&filesystem->options[i]))
			result = configure_filesystem(fs, filesystem, filesystem->options[i].key,
						      filesystem->options[i].value, error);
	if (result == 0 && pid_namespace >= 0 && strcmp(filesystem->type, "proc") == 0)
		result = configure_pid_namespace(fs, pid_namespace, error);
	return result;
}

static int open_type(const char *type, struct error *error)
{
	int fs = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);

	if (fs < 0 && errno == ENODEV)
		return error_set(error, ENODEV,
				 "this kernel knows no filesystem type '%s': correct the "
				 "name, or load its module",
				 type);
	if (fs < 0)
		return error_set(error, errno, "%s: %m", type);
	return fs;
}

/* Mounts what is below X-mount.subdir instead of the filesystem's root. */
static int mount_subdirectory(int whole, const struct row *row, struct error *error)
{
	cleanup(cleanup_fd) int directory = source_open_subdirectory(whole, row, error);
	int mount;

	if (directory < 0)
		return directory;
	mount = (int)syscall(SYS_open_tree, directory, "",
			     OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	if (mount < 0 && errno == EINVAL)
		return error_mark(
			error, CODE_KERNEL_FEATURE,
			error_set(error, EOPNOTSUPP,
				  "this kernel has no X-mount.subdir for a filesystem made for the "
				  "session; Linux 6.15 or later has"));
	if (mount < 0)
		return error_set(error, errno, "X-mount.subdir=%s: %m", row->subdirectory);
	return mount;
}

static int call_create(int fs, void *unused)
{
	(void)unused;
	return syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0 ? -errno : 0;
}

/* A server that does not answer keeps the context locked: the kernel's words cannot be read. */
static int set_timeout_error(const struct filesystem *filesystem, struct error *error)
{
	return error_set(error, ETIMEDOUT,
			 "%s: the server of '%s' did not answer within %d seconds",
			 filesystem->type, filesystem->source, TIMED_CALL_SECONDS);
}

static int create_filesystem(int fs, const struct filesystem *filesystem, struct error *error)
{
	int mount, result;

	result = timed_call_if(!server_type_is_local(filesystem->type), call_create, fs, NULL, 0,
			       NULL);
	if (result == -ETIMEDOUT)
		return set_timeout_error(filesystem, error);
	errno = -result;
	if (result < 0)
		return set_filesystem_error(fs, filesystem,
					    is_overlay(filesystem) ? "cannot be made; it needs "
								     "lowerdir=, and workdir= with "
								     "upperdir="
								   : "cannot be made",
					    error);
	mount = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0);
	if (mount < 0 && errno == ENOSPC)
		return limit_set_error("fsmount", error);
	if (mount < 0)
		return set_filesystem_error(fs, filesystem, "cannot be mounted", error);
	return mount;
}

/* A tmpfs of mode 0755 and SIZE, mounted nowhere. */
int filesystem_open_tmpfs(const char *source, const char *target, const char *size,
			  struct error *error)
{
	const struct filesystem_option options[] = {{.key = "mode", .value = "0755"},
						    {.key = "size", .value = size}};
	const struct filesystem filesystem = {.type = "tmpfs",
					      .source = source,
					      .target = target,
					      .options = options,
					      .n_options = sizeof(options) / sizeof(*options)};
	cleanup(cleanup_fd) int fs = open_type(filesystem.type, error);
	int result = fs < 0 ? fs : set_options(fs, &filesystem, -1, error);

	return result < 0 ? result : create_filesystem(fs, &filesystem, error);
}

static int set_layer(int fs, int tmpfs, const char *name, const char *key, struct error *error)
{
	cleanup(cleanup_fd) int layer = -1;

	if (mkdirat(tmpfs, name, 0755) == 0)
		layer = openat(tmpfs, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (layer < 0)
		return error_set(error, errno, "x-nstree.upper: cannot make '%s': %m", name);
	if (syscall(SYS_fsconfig, fs, FSCONFIG_SET_FD, key, NULL, layer) == 0)
		return 0;
	if (errno == EINVAL)
		return error_mark(
			error, CODE_KERNEL_FEATURE,
			error_set(error, EOPNOTSUPP,
				  "x-nstree.upper: this kernel's overlay takes no layer that is "
				  "mounted nowhere (Linux 6.15 and later do); write upperdir= and "
				  "workdir="));
	return error_set(error, errno, "x-nstree.upper: overlay: option '%s': %m", key);
}

/*
 * An upper layer in memory that nothing but the overlay holds: it ends with the session. What is
 * returned is to stay open until the overlay is made, which takes no layer of a mount that is gone.
 */
static int configure_upper(int fs, const struct row *row, struct error *error)
{
	cleanup(cleanup_fd) int mount =
		filesystem_open_tmpfs("tmpfs", row->target, row->upper, error);
	int result;

	if (mount < 0)
		return mount;
	result = set_layer(fs, mount, "upper", "upperdir", error);
	if (result == 0)
		result = set_layer(fs, mount, "work", "workdir", error);
	return result < 0 ? result : steal_fd(&mount);
}

/*
 * Opens ROW's filesystem context (fsopen(2)) and sets all its options. *UPPER must stay open until
 * the filesystem is created.
 */
static int configure_row(const struct row *row, int pid_namespace, int *upper, struct error *error)
{
	const struct filesystem filesystem = row_filesystem(row);
	cleanup(cleanup_fd) int fs = open_type(filesystem.type, error);
	int result = fs < 0 ? fs : set_options(fs, &filesystem, pid_namespace, error);

	if (result == 0 && row->upper && (*upper = configure_upper(fs, row, error)) < 0)
		result = *upper;
	return result < 0 ? result : steal_fd(&fs);
}

int filesystem_open(const struct row *row, int pid_namespace, struct error *error)
{
	const struct filesystem filesystem = row_filesystem(row);
	cleanup(cleanup_fd) int upper = -1;
	cleanup(cleanup_fd) int fs = error_mark(error, CODE_FILESYSTEM,
						configure_row(row, pid_namespace, &upper, error));
	cleanup(cleanup_fd) int mount = -1;

	if (fs < 0)
		return fs;
	mount = error_mark(error, CODE_FILESYSTEM, create_filesystem(fs, &filesystem, error));
	return mount >= 0 && row->subdirectory ? mount_subdirectory(mount, row, error)
					       : steal_fd(&mount);
}

int filesystem_check(const struct row *row, int pid_namespace, struct error *error)
{
	cleanup(cleanup_fd) int upper = -1;
	cleanup(cleanup_fd) int fs = error_mark(error, CODE_FILESYSTEM,
						configure_row(row, pid_namespace, &upper, error));

	return fs < 0 ? fs : 0;
}
