/* SPDX-License-Identifier: BSD-3-Clause */
#include "mount.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "cleanup.h"
#include "kernel.h"
#include "path.h"
#include "target.h"

#define RESOLVE_SUBDIRECTORY (RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)

const char *const mount_places[] = {
	"/",	  "/etc",   "/usr",    "/usr/lib", "/usr/lib64", "/usr/bin", "/usr/sbin", "/lib",
	"/lib32", "/lib64", "/libx32", "/bin",	   "/sbin",	 "/run",     "/dev",	  NULL};

/* Root's code runs in the tree (NSS modules, sshd's monitor) and is loaded from these. */
static const char *const trusted_places[] = {"/etc", "/usr", "/bin", "/sbin"};

bool mount_is_trusted_place(const char *target)
{
	if (strcmp(target, "/") == 0 || strncmp(target, "/lib", 4) == 0)
		return true;
	for (size_t i = 0; i < sizeof(trusted_places) / sizeof(*trusted_places); i++)
		if (target_below(target, trusted_places[i]))
			return true;
	return false;
}

/*
 * The mode of a directory that was made and not handed to the user yet: one system call cannot do
 * both, and a login that is killed between the two must not lock the user out of what it left.
 */
#define MODE_UNFINISHED S_ISVTX

/* Hands the directory FD to the user where that was not done yet, by this login or another's. */
static int finish_source(int fd, const struct row *row, const struct subject *subject,
			 const char *name, struct error *error)
{
	struct stat stat;

	if (fstat(fd, &stat) < 0)
		return error_say(error, errno, "'%s' cannot be examined: %m", name);
	/* A directory whose group its contents take on has S_ISGID from the one above. */
	if ((stat.st_mode & 07777 & ~(unsigned)S_ISGID) != MODE_UNFINISHED ||
	    !S_ISDIR(stat.st_mode))
		return 0;
	if (fchownat(fd, "", subject->uid, subject->gid, AT_EMPTY_PATH) < 0 ||
	    sys_fchmodat2(fd, "", row->create_mode, AT_EMPTY_PATH) < 0)
		return error_say(error, errno, "cannot give '%s' to %s: %m", name, subject->user);
	return 0;
}

/* Makes NAME, and for the last one hands it to the user; root alone can change what is above. */
static int create_component(const struct row *row, const struct subject *subject, const char *name,
			    bool last, struct made *made, struct error *error)
{
	cleanup(path_close) struct path found = PATH_INIT;
	cleanup(cleanup_fd) int fd = -1;
	int result;

	result = path_open(name, &found, error);
	if (result == 0 && last && !found.parent_untrusted[0])
		return finish_source(found.fd, row, subject, name, error);
	if (result != -ENOENT || found.parent < 0)
		return result;
	if (found.parent_untrusted[0])
		return error_say(error, EPERM,
				 "'%s' is not made, because another than root can change where: %s",
				 name, found.parent_untrusted);
	fd = made_directory(made, &(struct made_place){found.parent, found.name, found.parent},
			    last ? MODE_UNFINISHED : 0755, error);
	if (fd < 0)
		return fd;
	return last ? finish_source(fd, row, subject, name, error) : 0;
}

static int create_source(const struct row *row, const struct subject *subject, struct made *made,
			 struct error *error)
{
	char name[PATH_MAX];
	int result = 0;

	if ((size_t)snprintf(name, sizeof(name), "%s", row->source) >= sizeof(name))
		return error_say(error, ENAMETOOLONG, "the source is too long");
	for (char *slash = name + 1; result == 0 && *slash; slash++) {
		slash += strcspn(slash, "/");
		char kept = *slash;

		*slash = '\0';
		result = create_component(row, subject, name, kept == '\0', made, error);
		*slash = kept;
		if (!kept)
			break;
	}
	return result;
}

static int check_bind_source(const struct row *row, const struct path *source, struct error *error)
{
	mode_t mode = source->stat.st_mode;

	if (S_ISFIFO(mode) || S_ISCHR(mode) || S_ISBLK(mode))
		return error_say(error, ENOTDIR,
				 "'%s' is a %s; a row takes a directory, a file or a socket",
				 row->source, S_ISFIFO(mode) ? "FIFO" : "device");
	if (!S_ISDIR(mode) && (strcmp(row->target, "/") == 0 || row->subdirectory))
		return error_say(error, ENOTDIR, "'%s' is not a directory", row->source);
	if (mount_is_trusted_place(row->target) && source->untrusted[0])
		return error_say(error, EPERM,
				 "'%s' cannot be mounted on '%s', where root's code is loaded "
				 "from: %s; it and every directory above must be root's, and "
				 "writable by no one else (chown root, chmod go-w)",
				 row->source, row->target, source->untrusted);
	return 0;
}

static int open_subdirectory(int directory, const struct row *row, struct error *error)
{
	struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
			       .resolve = RESOLVE_SUBDIRECTORY};
	int fd = (int)syscall(SYS_openat2, directory, row->subdirectory, &how, sizeof(how));

	if (fd < 0 && errno == EACCES && geteuid() == 0)
		return error_say(error, EACCES,
				 "X-mount.subdir=%s: " PATH_REFUSES_ROOT "; leave the option out",
				 row->subdirectory);
	if (fd < 0)
		return error_say(error, errno, "X-mount.subdir=%s: %m", row->subdirectory);
	return fd;
}

int mount_try_source(const struct row *row, const struct path *source, struct error *error)
{
	cleanup(cleanup_fd) int directory = -1;
	int result = check_bind_source(row, source, error);

	if (result == 0 && row->subdirectory)
		result = directory = open_subdirectory(source->fd, row, error);
	return result < 0 ? result : 0;
}

int mount_say_limit(const char *what, struct error *error)
{
	return error_say(error, ENOSPC,
			 "%s: the limit of mount namespaces or mounts is reached; raise the sysctl "
			 "user.max_mnt_namespaces (or fs.mount-max)",
			 what);
}

static int clone_tree(int fd, const struct row *row, struct error *error)
{
	unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH;
	int mount =
		(int)syscall(SYS_open_tree, fd, "", row->recursive ? flags | AT_RECURSIVE : flags);

	if (mount >= 0)
		return mount;
	if (errno == ENOSPC)
		return mount_say_limit("open_tree", error);
	if (errno == EINVAL)
		return error_say(error, EINVAL,
				 "'%s' cannot be bound: it is on an unbindable mount, or not in "
				 "this mount namespace (findmnt -o TARGET,PROPAGATION shows it)",
				 row->source);
	return error_say(error, errno, "'%s' cannot be bound: %m", row->source);
}

/* A copy of a shared mount is a peer of the host's: what is mounted on it would show there. */
static int cut_propagation(int mount, const struct row *row, struct error *error)
{
	struct mount_attr attr = {.propagation = row->slave ? MS_SLAVE : MS_PRIVATE};

	if (syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr,
		    sizeof(attr)) < 0)
		return error_say(error, errno, "'%s' cannot be made private: %m", row->source);
	return 0;
}

static int open_bind(const struct row *row, const struct mounting *mounting, int *host,
		     struct error *error)
{
	cleanup(path_close) struct path source = PATH_INIT;
	cleanup(cleanup_fd) int directory = -1;
	cleanup(cleanup_fd) int mount = -1;
	int result = 0;

	if (row->create_source)
		result = create_source(row, mounting->subject, mounting->made, error);
	if (result == 0)
		result = path_open(row->source, &source, error);
	if (result == 0)
		result = check_bind_source(row, &source, error);
	if (result < 0)
		return result;
	directory =
		row->subdirectory ? open_subdirectory(source.fd, row, error) : steal_fd(&source.fd);
	if (directory < 0)
		return directory;
	mount = clone_tree(directory, row, error);
	if (mount < 0)
		return mount;
	result = cut_propagation(mount, row, error);
	if (result < 0)
		return result;
	*host = steal_fd(&directory);
	return steal_fd(&mount);
}

/* The kernel's own words about a filesystem, read back from the fsopen() descriptor. */
static int say_kernel_words(int fs, const struct row *row, const char *what, struct error *error)
{
	int number = errno;
	char words[512] = "", *end;
	ssize_t length = read(fs, words, sizeof(words) - 1);

	words[length > 0 ? length : 0] = '\0';
	end = words + strcspn(words, "\n");
	*end = '\0';
	if (length <= 2)
		return error_say(error, number, "%s: %s: %s", row->type, what, strerror(number));
	/* The text is "e words", "w words" or "i words". */
	return error_say(error, number, "%s: %s: %s (the kernel says: %s)", row->type, what,
			 strerror(number), words + 2);
}

static bool is_overlay(const struct row *row)
{
	return strcmp(row->type, "overlay") == 0;
}

/* An image or a device for a source, a directory for overlay: a FIFO would hang the kernel's open.
 */
static int check_option_kind(const struct row *row, const char *name, mode_t mode,
			     struct error *error)
{
	if (is_overlay(row) ? S_ISDIR(mode) : S_ISREG(mode) || S_ISBLK(mode) || S_ISDIR(mode))
		return 0;
	return error_say(error, ENOTDIR, "'%s' is %s", name,
			 is_overlay(row) ? "not a directory"
					 : "not an image file, a block device or a directory");
}

/* Overlay reads its layers with the rights of who mounted it, whoever uses it then. */
static int check_layer(const char *name, const struct path *layer, struct error *error)
{
	if (faccessat(layer->fd, "", R_OK | X_OK, AT_EMPTY_PATH | AT_EACCESS) == 0 ||
	    errno != EACCES)
		return 0;
	return error_say(error, EACCES,
			 "'%s' cannot be a layer: " PATH_REFUSES_ROOT "; write a bind row for it",
			 name);
}

/* The kernel looks these paths up by name: root alone may change what they mean. */
static int check_option_path(const struct row *row, const char *name, struct error *error)
{
	cleanup(path_close) struct path found = PATH_INIT;
	struct error why = {0};
	int result = path_open(name, &found, &why);

	if (result < 0)
		return error_say(error, -result, "'%s' cannot be used: %s", name, why.words);
	if (found.parent_untrusted[0])
		return error_say(error, EPERM,
				 "'%s' cannot be used, another than root can change where it "
				 "leads: %s",
				 name, found.parent_untrusted);
	/* What holds root's code is root's, not only the way to it; who is in group disk is root.
	 */
	if (mount_is_trusted_place(row->target) && found.untrusted[0] &&
	    !S_ISBLK(found.stat.st_mode))
		return error_say(error, EPERM,
				 "'%s' cannot be used for '%s', where root's code is loaded from: "
				 "%s; it must be root's, and writable by no one else",
				 name, row->target, found.untrusted);
	result = check_option_kind(row, name, found.stat.st_mode, error);
	return result == 0 && is_overlay(row) ? check_layer(name, &found, error) : result;
}

/* Every path of an overlay's colon list. */
static int check_option_paths(const struct row *row, const char *value, struct error *error)
{
	char names[PATH_MAX], *rest = names, *name;
	int result = 0;

	if ((size_t)snprintf(names, sizeof(names), "%s", value) >= sizeof(names))
		return error_say(error, ENAMETOOLONG, "an option is too long");
	while (result == 0 && (name = strsep(&rest, ":")))
		if (name[0] == '/')
			result = check_option_path(row, name, error);
	return result;
}

/* Elsewhere a value with a slash is not the host's: NFS's server:/export, btrfs's subvol=/home. */
static int check_option(const struct row *row, const char *key, const char *value,
			struct error *error)
{
	if (is_overlay(row))
		return check_option_paths(row, value, error);
	if (strcmp(key, "source") == 0 && value[0] == '/')
		return check_option_path(row, value, error);
	return 0;
}

static int configure(int fs, const struct row *row, const char *key, const char *value,
		     struct error *error)
{
	char what[256];
	int result;

	if (value && (result = check_option(row, key, value, error)) < 0)
		return result;
	if (syscall(SYS_fsconfig, fs, value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG, key, value,
		    0) == 0)
		return 0;
	snprintf(what, sizeof(what), "option '%s%s%s'", key, value ? "=" : "", value ? value : "");
	return say_kernel_words(fs, row, what, error);
}

/* A proc of the session's PID namespace, while the caller is in its own. */
static int configure_pid_namespace(int fs, int pid_namespace, struct error *error)
{
	if (syscall(SYS_fsconfig, fs, FSCONFIG_SET_FD, "pidns", NULL, pid_namespace) == 0)
		return 0;
	if (errno == EINVAL)
		return error_say(error, EOPNOTSUPP,
				 "isolate=pid: this kernel's proc has no option pidns (Linux 6.18 "
				 "and later have); leave pid out");
	return error_say(error, errno, "isolate=pid: proc: option 'pidns': %m");
}

static int set_options(int fs, const struct row *row, int pid_namespace, struct error *error)
{
	int result = configure(fs, row, "source", row->source, error);

	/* A file or device is opened read-only from the start; a tmpfs still wants mount points. */
	if (result == 0 && row->source[0] == '/' && (row->attributes_set & MOUNT_ATTR_RDONLY))
		result = configure(fs, row, "ro", NULL, error);
	for (size_t i = 0; result == 0 && i < row->n_options; i++)
		result = configure(fs, row, row->options[i].key, row->options[i].value, error);
	if (result == 0 && pid_namespace >= 0 && strcmp(row->type, "proc") == 0)
		result = configure_pid_namespace(fs, pid_namespace, error);
	return result;
}

static int open_type(const char *type, struct error *error)
{
	int fs = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);

	if (fs < 0 && errno == ENODEV)
		return error_say(error, ENODEV,
				 "this kernel knows no filesystem type '%s': correct the "
				 "name, or load its module",
				 type);
	if (fs < 0)
		return error_say(error, errno, "%s: %m", type);
	return fs;
}

/* Mounts what is below X-mount.subdir instead of the filesystem's root. */
static int mount_subdirectory(int whole, const struct row *row, struct error *error)
{
	cleanup(cleanup_fd) int directory = open_subdirectory(whole, row, error);
	int mount;

	if (directory < 0)
		return directory;
	mount = (int)syscall(SYS_open_tree, directory, "",
			     OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	if (mount < 0 && errno == EINVAL)
		return error_say(error, EOPNOTSUPP,
				 "this kernel has no X-mount.subdir for a filesystem made for the "
				 "session; Linux 6.15 or later has");
	if (mount < 0)
		return error_say(error, errno, "X-mount.subdir=%s: %m", row->subdirectory);
	return mount;
}

static int open_filesystem(const struct row *row, const char *type, int pid_namespace,
			   struct error *error);

static int give_layer(int fs, int tmpfs, const char *name, const char *key, struct error *error)
{
	cleanup(cleanup_fd) int layer = -1;

	if (mkdirat(tmpfs, name, 0755) == 0)
		layer = openat(tmpfs, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (layer < 0)
		return error_say(error, errno, "x-nstree.upper: cannot make '%s': %m", name);
	if (syscall(SYS_fsconfig, fs, FSCONFIG_SET_FD, key, NULL, layer) == 0)
		return 0;
	if (errno == EINVAL)
		return error_say(error, EOPNOTSUPP,
				 "x-nstree.upper: this kernel's overlay takes no layer that is "
				 "mounted nowhere (Linux 6.15 and later do); write upperdir= and "
				 "workdir=");
	return error_say(error, errno, "x-nstree.upper: overlay: option '%s': %m", key);
}

/*
 * An upper layer in memory that nothing but the overlay holds: it ends with the session. What is
 * returned is to stay open until the overlay is made, which takes no layer of a mount that is gone.
 */
static int configure_upper(int fs, const struct row *row, struct error *error)
{
	struct row_option options[] = {{(char *)"mode", (char *)"0755"},
				       {(char *)"size", row->upper}};
	struct row tmpfs = {.type = (char *)"tmpfs",
			    .source = (char *)"tmpfs",
			    .options = options,
			    .n_options = sizeof(options) / sizeof(*options)};
	cleanup(cleanup_fd) int mount = open_filesystem(&tmpfs, "tmpfs", -1, error);
	int result;

	if (mount < 0)
		return mount;
	result = give_layer(fs, mount, "upper", "upperdir", error);
	if (result == 0)
		result = give_layer(fs, mount, "work", "workdir", error);
	return result < 0 ? result : steal_fd(&mount);
}

static int open_filesystem(const struct row *row, const char *type, int pid_namespace,
			   struct error *error)
{
	cleanup(cleanup_fd) int fs = open_type(type, error);
	cleanup(cleanup_fd) int upper = -1;
	cleanup(cleanup_fd) int mount = -1;
	int result;

	if (fs < 0)
		return fs;
	result = set_options(fs, row, pid_namespace, error);
	if (result == 0 && row->upper && (upper = configure_upper(fs, row, error)) < 0)
		result = upper;
	if (result < 0)
		return result;
	if (syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return say_kernel_words(fs, row, "cannot be made", error);
	mount = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0);
	if (mount < 0 && errno == ENOSPC)
		return mount_say_limit("fsmount", error);
	if (mount < 0)
		return say_kernel_words(fs, row, "cannot be mounted", error);
	return row->subdirectory ? mount_subdirectory(mount, row, error) : steal_fd(&mount);
}

int mount_try_filesystem(const struct row *row, int pid_namespace, struct error *error)
{
	cleanup(cleanup_fd) int fs = open_type(row->type, error);
	cleanup(cleanup_fd) int upper = -1;
	int result = fs < 0 ? fs : set_options(fs, row, pid_namespace, error);

	if (result == 0 && row->upper && (upper = configure_upper(fs, row, error)) < 0)
		result = upper;
	return result;
}

static const struct device {
	const char *name;
	unsigned major, minor;
} devices[] = {
	{"null", 1, 3},	   {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8},
	{"urandom", 1, 9}, {"tty", 5, 0},  {"ptmx", 5, 2},
};

static const struct link {
	const char *name, *text;
} links[] = {
	{"fd", "/proc/self/fd"},
	{"stdin", "/proc/self/fd/0"},
	{"stdout", "/proc/self/fd/1"},
	{"stderr", "/proc/self/fd/2"},
};

static int fill_devices(int mount, struct error *error)
{
	for (size_t i = 0; i < sizeof(devices) / sizeof(*devices); i++)
		if (mknodat(mount, devices[i].name, S_IFCHR | 0666,
			    makedev(devices[i].major, devices[i].minor)) < 0)
			return error_say(error, errno, "cannot make the device '%s': %m",
					 devices[i].name);
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		if (symlinkat(links[i].text, mount, links[i].name) < 0)
			return error_say(error, errno, "cannot make the link '%s': %m",
					 links[i].name);
	return 0;
}

static int open_devices(const struct row *row, struct error *error)
{
	struct row_option options[] = {{(char *)"mode", (char *)"0755"},
				       {(char *)"size", (char *)"64k"}};
	struct row tmpfs = *row;
	cleanup(cleanup_fd) int mount = -1;
	int result;

	tmpfs.type = (char *)"tmpfs";
	tmpfs.options = options;
	tmpfs.n_options = sizeof(options) / sizeof(*options);
	mount = open_filesystem(&tmpfs, "tmpfs", -1, error);
	if (mount < 0)
		return mount;
	result = fill_devices(mount, error);
	return result < 0 ? result : steal_fd(&mount);
}

int mount_open(const struct row *row, const struct mounting *mounting, int *host,
	       struct error *error)
{
	*host = -1;
	switch (row->kind) {
	case ROW_BIND:
		return open_bind(row, mounting, host, error);
	case ROW_FILESYSTEM:
		return open_filesystem(row, row->type, mounting->pid_namespace, error);
	case ROW_DEVICES:
		return open_devices(row, error);
	case ROW_SYMLINK:
		break;
	}
	return error_say(error, EINVAL, "this row is no mount");
}

int mount_finish(int mount, const struct row *row, struct error *error)
{
	struct mount_attr attr = {.attr_set = row->attributes_set,
				  .attr_clr = row->attributes_clear};

	if ((row->owner != ROW_UNSET || row->group != ROW_UNSET) &&
	    fchownat(mount, "", row->owner, row->group, AT_EMPTY_PATH) < 0)
		return error_say(error, errno, "X-mount.owner, X-mount.group: %m");
	if (row->mode != ROW_UNSET && sys_fchmodat2(mount, "", row->mode, AT_EMPTY_PATH) < 0)
		return error_say(error, errno, "X-mount.mode=%04o: %m", (unsigned)row->mode);
	if (!attr.attr_set && !attr.attr_clr)
		return 0;
	if (syscall(SYS_mount_setattr, mount, "",
		    AT_EMPTY_PATH | (row->recursive ? AT_RECURSIVE : 0), &attr, sizeof(attr)) < 0)
		return error_say(error, errno, "the mount's options cannot be set: %m");
	return 0;
}
