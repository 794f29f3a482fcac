/* SPDX-License-Identifier: BSD-3-Clause */
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/wait.h>

#include "cleanup.h"
#include "kernel.h"

#define CONFIG_SIZE_MAX (1024 * 1024)
#define LINKS_MAX 40 /* as the kernel's own MAXSYMLINKS */
#define AUTOFS_SECONDS 10

/* A walk under way: FOUND is the directory reached so far, REST what is still to be walked. */
struct walk {
	struct path *found;
	const char *rest;
	char *text; /* PATH_MAX bytes, where the rest is kept once a link was followed */
	unsigned links;
	bool autofs; /* the directory reached lies on autofs: a look-up in it may wait for a daemon
		      */
	bool served; /* it lies on a FUSE mount that another than root serves */
	struct error *error;
};

void path_close(struct path *path)
{
	cleanup_fd(&path->fd);
	cleanup_fd(&path->parent);
	path->fd = path->parent = -1;
}

const char *path_distrust(const struct stat *stat)
{
	if (stat->st_uid != 0)
		return "is not root's";
	if (stat->st_mode & S_IWOTH)
		return "is writable by everyone";
	if (stat->st_mode & S_IWGRP)
		return "is writable by its group";
	return NULL;
}

/* Keeps the first component that cannot be trusted: the nearest to the root is the one to mend. */
static void judge(struct walk *walk)
{
	struct path *found = walk->found;
	const char *why = walk->served ? "is on a FUSE mount that another than root serves"
				       : path_distrust(&found->stat);

	if (why && !found->untrusted[0])
		snprintf(found->untrusted, sizeof(found->untrusted), "'%s' %s (uid %u, mode %04o)",
			 found->name[0] ? found->name : "/", why, (unsigned)found->stat.st_uid,
			 (unsigned)found->stat.st_mode & 07777);
}

static bool is_on(int fd, long magic)
{
	struct statfs statfs;

	return fstatfs(fd, &statfs) == 0 && statfs.f_type == magic;
}

/*
 * Who serves a FUSE mount says what he likes of its files, also that they are root's: whether FD is
 * on one that a user made, or may be. Root's own (virtiofs, ntfs-3g) is as good as any file system.
 */
static bool is_served_by_user(int fd)
{
	struct mount_request request = {.size = sizeof(request),
					.param = STATMOUNT_WANT_TYPE | STATMOUNT_WANT_OPTIONS};
	union {
		struct mount_status status;
		char room[4096];
	} answer;
	struct statx found;
	const char *user = NULL;

	if (!is_on(fd, FUSE_SUPER_MAGIC))
		return false;
	if (statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID_UNIQUE, &found) < 0 ||
	    !(found.stx_mask & STATX_MNT_ID_UNIQUE))
		return true;
	request.mount = found.stx_mnt_id;
	if (sys_statmount(&request, &answer.status, sizeof(answer)) < 0 ||
	    !(answer.status.mask & STATMOUNT_WANT_TYPE))
		return true;
	/* Virtiofs has no such option: root alone mounts it. */
	if (strncmp(answer.status.text + answer.status.type, "fuse", strlen("fuse")) != 0)
		return false;
	if (answer.status.mask & STATMOUNT_WANT_OPTIONS)
		user = strstr(answer.status.text + answer.status.options, "user_id=");
	return !user || strtoul(user + strlen("user_id="), NULL, 10) != 0;
}

/* In the child. PLACE, unless it is negative, is a descriptor of the parent's to open into. */
static void open_for_parent(int directory, const char *name, int flags, int place)
{
	int fd = openat(directory, name, flags | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		_exit(errno);
	if (place >= 0 && (dup3(fd, place, O_CLOEXEC) < 0 || close(fd) < 0))
		_exit(errno);
	_exit(0);
}

/*
 * Opens NAME in a child, because a daemon or server that never answers must not hang the login and
 * only a signal ends the wait. The child has no exit signal: the application's SIGCHLD is not ours.
 */
static int open_in_child(int directory, const char *name, int flags, int place)
{
	cleanup(cleanup_fd) int pidfd = -1;
	struct clone_args arguments = {
		.flags = CLONE_PIDFD | CLONE_CLEAR_SIGHAND | (place >= 0 ? CLONE_FILES : 0),
		.pidfd = (uintptr_t)&pidfd,
	};
	siginfo_t end = {0};
	int answered;
	long pid;

	pid = syscall(SYS_clone3, &arguments, sizeof(arguments));
	if (pid < 0)
		return -errno;
	if (pid == 0)
		open_for_parent(directory, name, flags, place);
	do
		answered = poll(&(struct pollfd){.fd = pidfd, .events = POLLIN}, 1,
				AUTOFS_SECONDS * 1000);
	while (answered < 0 && errno == EINTR);
	if (answered <= 0)
		syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
	while (waitid(P_PIDFD, (id_t)pidfd, &end, WEXITED | __WALL) < 0 && errno == EINTR)
		;
	if (answered <= 0 || end.si_code != CLD_EXITED)
		return -ETIMEDOUT;
	return -end.si_status;
}

/* What the child opens is the daemon's to mount, and is gone with the child. */
static int wait_for_autofs(int directory, const char *name)
{
	int result = open_in_child(directory, name, O_RDONLY | O_DIRECTORY | O_NONBLOCK, -1);

	return result == -ETIMEDOUT ? result : 0;
}

/*
 * Whether NAME is missing in DIRECTORY, where the kernel said that it would have to look. A tmpfs
 * (/run) remembers no names that it does not have, so that every row with nofail there would cost a
 * child. Renaming a name to itself never does anything, looks at no mount, and so waits for none.
 */
static bool is_missing(int directory, const char *name)
{
	return is_on(directory, TMPFS_MAGIC) &&
	       renameat2(directory, name, directory, name, RENAME_NOREPLACE) < 0 && errno == ENOENT;
}

int path_examine(int fd, struct stat *stat)
{
	struct statx device;

	if (fstat(fd, stat) == 0)
		return 0;
	if (errno != EACCES || statx(fd, "", AT_EMPTY_PATH, 0, &device) < 0)
		return -errno;
	*stat = (struct stat){.st_dev = makedev(device.stx_dev_major, device.stx_dev_minor),
			      .st_mode = S_IFDIR | 0777,
			      .st_uid = (uid_t)-1,
			      .st_gid = (gid_t)-1};
	return 0;
}

/* Opens NAME, a mount that the kernel lets root see nothing of, once more: as a directory alone. */
static int open_hidden(const struct walk *walk, const char *name, struct stat *stat, int *fd)
{
	struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
			       .resolve = RESOLVE_CACHED};

	cleanup_fd(fd);
	*fd = (int)syscall(SYS_openat2, walk->found->fd, name, &how, sizeof(how));
	return *fd < 0 ? -EACCES : path_examine(*fd, stat);
}

/*
 * What the kernel knows without asking anyone, as it mostly does, is opened at once; else a child
 * opens it: even looking at an automount that another process is waiting for would hang.
 */
static int open_component(const struct walk *walk, const char *name, struct stat *stat, int *fd)
{
	struct open_how how = {.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC, .resolve = RESOLVE_CACHED};
	int result;

	*fd = (int)syscall(SYS_openat2, walk->found->fd, name, &how, sizeof(how));
	if (*fd < 0 && errno == EAGAIN) {
		if (is_missing(walk->found->fd, name))
			return -ENOENT;
		/* The child's table of descriptors is this one: what it puts there is open here. */
		*fd = fcntl(walk->found->fd, F_DUPFD_CLOEXEC, 3);
		if (*fd >= 0 && (result = open_in_child(walk->found->fd, name, O_PATH, *fd)) < 0)
			return result;
	}
	if (*fd < 0)
		return -errno;
	if (fstat(*fd, stat) == 0)
		return 0;
	return errno == EACCES ? open_hidden(walk, name, stat, fd) : -errno;
}

/* Opens NAME in the directory reached, with what autofs mounts there where it has a say in it. */
static int look_up(struct walk *walk, const char *name, struct stat *stat, int *fd)
{
	int result;

	if (walk->autofs && (result = wait_for_autofs(walk->found->fd, name)) < 0)
		return result;
	result = open_component(walk, name, stat, fd);
	if (result < 0 || stat->st_dev == walk->found->stat.st_dev)
		return result;
	walk->autofs = is_on(*fd, AUTOFS_SUPER_MAGIC);
	if (!walk->autofs)
		return 0;
	result = wait_for_autofs(walk->found->fd, name);
	if (result < 0)
		return result;
	cleanup_fd(fd);
	result = open_component(walk, name, stat, fd);
	if (result == 0)
		walk->autofs = is_on(*fd, AUTOFS_SUPER_MAGIC);
	return result;
}

/* Puts the text of the link FD before what is left of the walk. */
static int follow_link(struct walk *walk, const char *name, const struct stat *stat, int fd)
{
	char target[PATH_MAX], whole[PATH_MAX];
	ssize_t length;

	if (stat->st_uid != 0 || walk->found->untrusted[0])
		return error_say(walk->error, EPERM,
				 "'%s' is a symbolic link that another than root could have "
				 "placed; write the path that it stands for",
				 name);
	if (is_on(fd, PROC_SUPER_MAGIC))
		return error_say(walk->error, EPERM,
				 "'%s' is a link of /proc; write the path that it stands for",
				 name);
	if (++walk->links > LINKS_MAX)
		return error_say(walk->error, ELOOP, "more than %d symbolic links, at '%s'",
				 LINKS_MAX, name);
	length = readlinkat(fd, "", target, sizeof(target) - 1);
	if (length < 0)
		return error_say(walk->error, errno, "cannot read the link '%s': %m", name);
	target[length] = '\0';
	if ((size_t)snprintf(whole, sizeof(whole), "%s/%s", target, walk->rest) >= sizeof(whole))
		return error_say(walk->error, ENAMETOOLONG, "the link '%s' is too long", name);
	walk->rest = strcpy(walk->text, whole);
	return 0;
}

/* Starts, or starts again for an absolute link, at the process's root. */
static int start_at_root(struct walk *walk)
{
	struct path *found = walk->found;

	path_close(found);
	found->fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (found->fd < 0 || fstat(found->fd, &found->stat) < 0)
		return error_say(walk->error, errno, "cannot open '/': %m");
	found->name[0] = '\0';
	walk->autofs = walk->served = false;
	judge(walk);
	return 0;
}

/* Goes on to FD, which NAME means in the directory reached so far. */
static void arrive(struct walk *walk, const char *name, const struct stat *stat, int fd)
{
	struct path *found = walk->found;

	cleanup_fd(&found->parent);
	if (stat->st_dev != found->stat.st_dev)
		walk->served = is_served_by_user(fd);
	found->parent = found->fd;
	found->fd = fd;
	found->stat = *stat;
	snprintf(found->name, sizeof(found->name), "%s", name);
	memcpy(found->parent_untrusted, found->untrusted, sizeof(found->untrusted));
	judge(walk);
}

/* The last component is missing: what is needed to make it is kept. */
static int missing(struct walk *walk, const char *name)
{
	struct path *found = walk->found;

	if (walk->rest[strspn(walk->rest, "/")] == '\0') {
		cleanup_fd(&found->parent);
		found->parent = steal_fd(&found->fd);
		snprintf(found->name, sizeof(found->name), "%s", name);
		memcpy(found->parent_untrusted, found->untrusted, sizeof(found->untrusted));
	} else {
		path_close(found);
	}
	return error_say(walk->error, ENOENT, "'%s' does not exist", name);
}

/* Takes the next component off the rest; its length, 0 at the end, or -ENAMETOOLONG. */
static int next_component(struct walk *walk, char name[NAME_MAX + 1])
{
	size_t skip = strspn(walk->rest, "/");
	size_t length = strcspn(walk->rest + skip, "/");

	if (length > NAME_MAX)
		return error_say(walk->error, ENAMETOOLONG, "a component of the path is too long");
	memcpy(name, walk->rest + skip, length);
	name[length] = '\0';
	walk->rest += skip + length;
	return (int)length;
}

static int step(struct walk *walk, const char *name)
{
	cleanup(cleanup_fd) int fd = -1;
	struct stat stat;
	int result;

	result = look_up(walk, name, &stat, &fd);
	if (result == -ENOENT)
		return missing(walk, name);
	if (result == -ETIMEDOUT)
		return error_say(walk->error, ETIMEDOUT,
				 "the automounter did not mount '%s' within %d seconds", name,
				 AUTOFS_SECONDS);
	if (result == -EACCES && geteuid() == 0)
		return error_say(walk->error, EACCES,
				 "cannot open '%s': " PATH_REFUSES_ROOT
				 "; name a directory above that root may enter",
				 name);
	if (result < 0)
		return error_say(walk->error, -result, "cannot open '%s': %s", name,
				 strerror(-result));
	if (!S_ISLNK(stat.st_mode)) {
		arrive(walk, name, &stat, steal_fd(&fd));
		return 0;
	}
	result = follow_link(walk, name, &stat, fd);
	if (result == 0 && walk->rest[0] == '/')
		result = start_at_root(walk);
	return result;
}

int path_open(const char *name, struct path *found, struct error *error)
{
	char text[PATH_MAX], component[NAME_MAX + 1];
	struct walk walk = {.found = found, .rest = name, .text = text, .error = error};
	int result;

	*found = (struct path)PATH_INIT;
	if (name[0] != '/' || strlen(name) >= sizeof(text))
		return error_say(error, EINVAL, "'%.64s' is not an absolute path", name);
	result = start_at_root(&walk);
	while (result == 0 && (result = next_component(&walk, component)) > 0)
		result = strcmp(component, ".") == 0 ? 0 : step(&walk, component);
	return result;
}

static int check_config(const struct path *found, struct error *error)
{
	if (!S_ISREG(found->stat.st_mode))
		return error_say(error, EINVAL, "is not a regular file; write a plain text file");
	if (found->untrusted[0])
		return error_say(error, EPERM,
				 "cannot be trusted: %s; it and every directory above must be "
				 "root's, and writable by no one else (chown root, chmod go-w)",
				 found->untrusted);
	if (found->stat.st_size == 0)
		return error_say(error, EINVAL,
				 "is empty; write at least one line, or put back the file that "
				 "belongs here");
	if (found->stat.st_size > CONFIG_SIZE_MAX)
		return error_say(error, EFBIG,
				 "is larger than 1 MiB; write fewer lines, or put back the file "
				 "that belongs here");
	return 0;
}

/* Opens for reading what FOUND is; no other file can be met, as root alone can change the way. */
static int reopen_config(const struct path *found, FILE **stream, struct error *error)
{
	cleanup(cleanup_fd) int fd = -1;
	struct stat stat;

	fd = openat(found->parent, found->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &stat) < 0)
		return error_say(error, errno, "cannot be read: %m");
	if (stat.st_dev != found->stat.st_dev || stat.st_ino != found->stat.st_ino)
		return error_say(error, ESTALE, "was replaced while it was opened; try again");
	*stream = fdopen(fd, "re");
	if (!*stream)
		return error_say(error, errno, "cannot be read: %m");
	steal_fd(&fd);
	return 0;
}

int config_open(const char *file, FILE **stream, struct error *error)
{
	cleanup(path_close) struct path found = PATH_INIT;
	int result;

	result = path_open(file, &found, error);
	if (result == 0)
		result = check_config(&found, error);
	if (result == 0)
		result = reopen_config(&found, stream, error);
	if (result < 0)
		error_place(error, file, 0);
	return result;
}
