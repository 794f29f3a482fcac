/* SPDX-License-Identifier: BSD-3-Clause */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "home.h"
#include "kernel.h"
#include "server.h"
#include "timedcall.h"
#include "trust.h"

#define RESOLVE_SUBDIRECTORY (RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)

/*
 * The mode of a directory that was made and not handed to the user yet: one system call cannot do
 * both, and a login that is killed between the two must not leave a directory without access.
 */
#define MODE_UNFINISHED S_ISVTX

/* The owner and group that x-nstree.create gives to ROW's source. */
static uid_t source_owner(const struct row *row, const struct subject *subject)
{
	return row->owner != ROW_UNSET ? row->owner : subject->uid;
}

/* Whether the directory of STAT was made for OWNER by a login that did not finish it. */
static bool is_unfinished(const struct stat *stat, uid_t owner)
{
	/* A directory in one with S_ISGID has that bit as well. */
	return S_ISDIR(stat->st_mode) &&
	       (stat->st_mode & 07777 & ~(unsigned)S_ISGID) == MODE_UNFINISHED &&
	       (stat->st_uid == 0 || stat->st_uid == owner);
}

/* Whose a directory is to be. */
struct recipient {
	uid_t owner;
	gid_t group;
	mode_t mode;
};

static int give_to_owner(int fd, void *data)
{
	const struct recipient *to = data;
	struct stat stat;

	if (fstat(fd, &stat) < 0)
		return -errno;
	if (!is_unfinished(&stat, to->owner))
		return 0;
	if (fchownat(fd, "", to->owner, to->group, AT_EMPTY_PATH) < 0 ||
	    sys_fchmodat2(fd, "", to->mode, AT_EMPTY_PATH) < 0)
		return -errno;
	return 0;
}

/* Tells CONTEXT's owner of the directory FD in PARENT, if no login has finished it yet. */
static void tell_made(const struct mount_context *context, const struct row *row, int parent,
		      int fd)
{
	struct stat stat, parent_stat;

	if (context->made && server_stat(fd, server_of(fd).server, &stat) == 0 &&
	    is_unfinished(&stat, source_owner(row, context->subject)) &&
	    path_examine(parent, &parent_stat) == 0)
		context->made(context->data, &parent_stat, &stat);
}

/* Gives the directory FD to its owner where no login has done so yet. */
static int finish_source(int fd, const struct row *row, const struct subject *subject,
			 const char *name, struct error *error)
{
	struct recipient to = {.owner = source_owner(row, subject),
			       .group = row->group != ROW_UNSET ? row->group : subject->gid,
			       .mode = row->create_mode};
	int result = timed_call_if(server_of(fd).server != SERVER_NONE, give_to_owner, fd, &to,
				   sizeof(to), NULL);

	if (result < 0)
		return error_set(
			error, -result, "cannot give '%s' to uid %u: %s", name, (unsigned)to.owner,
			result == -ETIMEDOUT ? "its server did not answer" : strerror(-result));
	return 0;
}

/* Makes NAME where it is missing. The LAST component is the source itself. Only root can change
 * what is above it. */
static int create_component(const struct row *row, const struct mount_context *context,
			    const char *name, bool last, struct error *error)
{
	cleanup(path_close) struct path found = PATH_INIT;
	cleanup(cleanup_fd) int fd = -1;
	struct undolog_place place;
	int result;

	result = path_open_known(context->known, name, &found, error);
	if (result == 0 && last && !found.parent_untrusted[0]) {
		tell_made(context, row, found.parent, found.fd);
		return finish_source(found.fd, row, context->subject, name, error);
	}
	if (result != -ENOENT || found.parent < 0)
		return result;
	if (found.parent_untrusted[0])
		return error_mark(error, CODE_SOURCE_PLACE,
				  error_set(error, EPERM,
					    "'%s' is not made, because a user other than root can "
					    "change where: %s",
					    name, found.parent_untrusted));
	place = (struct undolog_place){found.parent, found.name, found.parent,
				       server_of(found.parent).server != SERVER_NONE};
	fd = undolog_mkdir(context->undo, &place, last ? MODE_UNFINISHED : 0755, error);
	if (fd < 0)
		return fd;
	if (last)
		tell_made(context, row, found.parent, fd);
	return last ? finish_source(fd, row, context->subject, name, error) : 0;
}

int source_create(const struct row *row, const struct mount_context *context, struct error *error)
{
	char name[PATH_MAX];
	int result = 0;

	if ((size_t)snprintf(name, sizeof(name), "%s", row->source) >= sizeof(name))
		return error_set(error, ENAMETOOLONG, "the source is too long");
	for (char *slash = name + 1; result == 0 && *slash; slash++) {
		slash += strcspn(slash, "/");
		char kept = *slash;

		*slash = '\0';
		result = create_component(row, context, name, kept == '\0', error);
		*slash = kept;
		if (!kept)
			break;
	}
	return result;
}

/*
 * A source that x-nstree.create finds must be what it would have made: otherwise a user who made
 * the directory first, or had the user's name before, has access to what the session writes there.
 */
static int check_existing(const struct row *row, const struct subject *subject,
			  const struct path *source, struct error *error)
{
	const uid_t owner = source_owner(row, subject), found = source->stat.st_uid;

	if (source->served_by_user)
		return error_mark(
			error, CODE_SOURCE_OWNER,
			error_set(
				error, EPERM,
				"'%s' is on a FUSE mount of a user: x-nstree.create does not take "
				"it, as the owners that it shows cannot be trusted; unmount it, "
				"or leave x-nstree.create out",
				row->source));
	if (!S_ISDIR(source->stat.st_mode))
		return error_mark(
			error, CODE_SOURCE_OWNER,
			error_set(error, ENOTDIR,
				  "'%s' is not a directory, as x-nstree.create would have made it; "
				  "move it away, or leave x-nstree.create out",
				  row->source));
	if (found == owner || found == subject->uid || is_unfinished(&source->stat, owner))
		return 0;
	return error_mark(
		error, CODE_SOURCE_OWNER,
		error_set(error, EPERM,
			  "'%s' exists and belongs to uid %u, not to uid %u (%s): x-nstree.create "
			  "takes only a directory of its own; look at what is in it, then move it "
			  "away, or give it to the user (chown -R), or name its owner in the row "
			  "(X-mount.owner)",
			  row->source, (unsigned)found, (unsigned)owner,
			  row->owner != ROW_UNSET ? "X-mount.owner" : subject->user));
}

static int check_kind(const struct row *row, const struct path *source, struct error *error)
{
	mode_t mode = source->stat.st_mode;

	if (S_ISFIFO(mode) || (!row->device && (S_ISCHR(mode) || S_ISBLK(mode))))
		return error_mark(
			error, CODE_SOURCE_KIND,
			error_set(error, ENOTDIR,
				  "'%s' is a %s; a row takes a directory, a file or a socket%s",
				  row->source, S_ISFIFO(mode) ? "FIFO" : "device",
				  S_ISFIFO(mode) ? ""
						 : ": write devices= in a row of type nstree.dev"));
	if (!S_ISDIR(mode) && (strcmp(row->target, "/") == 0 || row->subdirectory))
		return error_mark(error, CODE_SOURCE_KIND,
				  error_set(error, ENOTDIR, "'%s' is not a directory; name one",
					    row->source));
	return 0;
}

static int check_source(const struct row *row, const struct subject *subject,
			const struct path *source, struct home_places *known, struct error *error)
{
	int result = check_kind(row, source, error);

	if (result == 0)
		result = home_check_source(row, subject, source, known, error);
	if (result == 0 && trust_is_code_place(row->target) && source->untrusted[0])
		result = error_mark(
			error, CODE_ROOT_CODE,
			error_set(error, EPERM,
				  "'%s' cannot be mounted on '%s', where root's code is loaded "
				  "from: %s; it and every directory above must be root's, and "
				  "writable by no one else (chown root, chmod go-w)",
				  row->source, row->target, source->untrusted));
	if (result == 0 && row->create_source)
		result = check_existing(row, subject, source, error);
	return result;
}

static int open_beneath(int directory, void *path)
{
	struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
			       .resolve = RESOLVE_SUBDIRECTORY};
	int fd = (int)syscall(SYS_openat2, directory, path, &how, sizeof(how));

	return fd < 0 ? -errno : fd;
}

/* Opens *FD, in a child process where a server may have to be asked. */
static int open_subdirectory(int directory, const char *name, int *fd)
{
	struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
			       .resolve = RESOLVE_SUBDIRECTORY | RESOLVE_CACHED};
	char path[PATH_MAX];

	*fd = (int)syscall(SYS_openat2, directory, name, &how, sizeof(how));
	if (*fd >= 0 || errno != EAGAIN)
		return *fd < 0 ? -errno : 0;
	if ((size_t)snprintf(path, sizeof(path), "%s", name) >= sizeof(path))
		return -ENAMETOOLONG;
	return timed_call(open_beneath, directory, path, sizeof(path), fd);
}

int source_open_subdirectory(int directory, const struct row *row, struct error *error)
{
	int fd = -1, result = open_subdirectory(directory, row->subdirectory, &fd);

	if (result == -EACCES && geteuid() == 0)
		return error_set(error, EACCES,
				 "X-mount.subdir=%s: " PATH_REFUSES_ROOT "; leave the option out",
				 row->subdirectory);
	if (result < 0)
		return error_set(error, -result, "X-mount.subdir=%s: %s", row->subdirectory,
				 result == -ETIMEDOUT ? "the server did not answer"
						      : strerror(-result));
	return fd;
}

int source_check(const struct row *row, const struct subject *subject, const struct path *source,
		 struct home_places *known, struct error *error)
{
	cleanup(cleanup_fd) int directory = -1;
	int result = check_source(row, subject, source, known, error);

	if (result == 0 && row->subdirectory)
		result = directory = source_open_subdirectory(source->fd, row, error);
	return result < 0 ? result : 0;
}

int source_check_mounted(const struct row *row, struct pathcache *known, struct error *error)
{
	cleanup(path_close) struct path found = PATH_INIT;
	struct error why = {0};
	struct statx statx_ = {0};
	int result = row->mounted ? path_open_known(known, row->mounted, &found, &why) : 0;

	if (!row->mounted)
		return 0;
	if (result == 0 &&
	    statx(found.fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &statx_) < 0)
		result = error_set(&why, errno, "'%s' cannot be examined: %m", row->mounted);
	if (result < 0 && result != -ENOENT)
		return error_mark(error, why.code, error_set(error, -result, "%s", why.words));
	if (statx_.stx_attributes & STATX_ATTR_MOUNT_ROOT)
		return 0;
	return error_mark(error, CODE_MISSING_SOURCE,
			  error_set(error, ENODEV,
				    "nothing is mounted on '%s', and x-nstree.mounted wants it: "
				    "mount it, or leave the option out",
				    row->mounted));
}

int source_set_missing(const struct row *row, struct error *error)
{
	*error = (struct error){0};
	if (row->device)
		return error_mark(error, CODE_MISSING_SOURCE,
				  error_set(error, ENOENT,
					    "the host has no device '%s': take it out of devices=, "
					    "or add nofail, which is for all of its names",
					    row->source));
	return error_mark(error, CODE_MISSING_SOURCE,
			  error_set(error, ENOENT, "the source '%s' does not exist: make it, or %s",
				    row->source,
				    strcmp(row->target, "/") == 0
					    ? "name another directory"
					    : "add nofail if it may be missing"));
}

/* Opens what is to be mounted; the message says what to write where it is missing. */
static int open_existing(const struct row *row, struct pathcache *known, struct path *source,
			 struct error *error)
{
	struct error why = {0};
	int result = path_open_known(known, row->source, source, &why);

	if (result == -ENOENT)
		return source_set_missing(row, error);
	if (result < 0)
		error_mark(error, why.code, error_set(error, -result, "%s", why.words));
	return result;
}

int source_open(const struct row *row, const struct mount_context *context, struct error *error)
{
	cleanup(path_close) struct path source = PATH_INIT;
	int result = source_check_mounted(row, context->known, error);

	if (result == 0 && row->create_source)
		result = source_create(row, context, error);
	if (result == 0)
		result = open_existing(row, context->known, &source, error);
	if (result == 0)
		result = check_source(row, context->subject, &source, NULL, error);
	if (result < 0)
		return result;
	return row->subdirectory ? source_open_subdirectory(source.fd, row, error)
				 : steal_fd(&source.fd);
}
