/* SPDX-License-Identifier: BSD-3-Clause */
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "cleanup.h"
#include "pathcache.h"
#include "server.h"
#include "timedcall.h"

#define LINKS_MAX 40 /* as the kernel's own MAXSYMLINKS */

/* A path walk: FOUND is the directory reached so far, REST what is still to be looked up. */
struct walk {
	struct path *found;
	struct pathcache *cache; /* may be NULL */
	const char *name;	 /* the path that was asked for */
	const char *rest;
	char *text; /* PATH_MAX bytes, which hold the rest once a link was followed */
	unsigned links;
	struct server_info mount; /* the one that the directory reached is on */
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

/* Keeps the first component that cannot be trusted: it is the one to correct. */
static void note_distrust(struct walk *walk)
{
	struct path *found = walk->found;
	const char *why = walk->mount.server == SERVER_USER
				  ? "is on a FUSE mount that a user other than root serves"
				  : path_distrust(&found->stat);

	if (why && !found->untrusted[0])
		snprintf(found->untrusted, sizeof(found->untrusted), "'%s' %s (uid %u, mode %04o)",
			 found->name[0] ? found->name : "/", why, (unsigned)found->stat.st_uid,
			 (unsigned)found->stat.st_mode & 07777);
}

/* A component of the path that was looked up. */
struct component {
	int fd;
	struct stat stat;
	struct server_info mount; /* the one that it is on */
	bool link_is_read;	  /* whether `link` has the text of a symbolic link */
	char link[PATH_MAX];
};

/* What a child process is asked for, and its answer: it is copied back, and so holds no pointer. */
struct request {
	char name[NAME_MAX + 1];
	bool hidden; /* the kernel does not show it to root: see path_examine() */
	struct stat stat;
	char link[PATH_MAX];
};

/* Fills in REQUEST for the descriptor FD. */
static int examine_in_child(int fd, void *data)
{
	struct request *request = data;
	ssize_t length;

	if (fstat(fd, &request->stat) < 0) {
		request->hidden = errno == EACCES;
		return request->hidden ? 0 : -errno;
	}
	if (!S_ISLNK(request->stat.st_mode))
		return 0;
	length = readlinkat(fd, "", request->link, sizeof(request->link) - 1);
	if (length < 0)
		return -errno;
	request->link[length] = '\0';
	return 0;
}

static int open_in_child(int directory, void *data)
{
	struct request *request = data;
	int fd = openat(directory, request->name, O_PATH | O_NOFOLLOW | O_CLOEXEC), result;

	if (fd < 0)
		return -errno;
	result = examine_in_child(fd, request);
	return result < 0 ? result : fd;
}

/* Opening the directory makes the daemon mount on it; the descriptor is closed with the child. */
static int trigger_in_child(int directory, void *data)
{
	const struct request *request = data;
	int fd = openat(directory, request->name,
			O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : 0;
}

/* Runs CALL for NAME in DIRECTORY, or for the descriptor DIRECTORY itself if NAME is "". */
static int ask_child(timed_function *call, int directory, const char *name, struct request *request,
		     int *opened)
{
	*request = (struct request){0};
	snprintf(request->name, sizeof(request->name), "%s", name);
	return timed_call(call, directory, request, sizeof(*request), opened);
}

static int wait_for_autofs(int directory, const char *name)
{
	struct request request;
	int result = ask_child(trigger_in_child, directory, name, &request, NULL);

	return result == -ETIMEDOUT || result == -ECHILD || result == -EIO ? result : 0;
}

/*
 * Whether NAME is missing in DIRECTORY of a local filesystem, where RESOLVE_CACHED did not find it;
 * a tmpfs (/run) caches no negative entries. renameat2(2) of a name to itself changes nothing,
 * crosses no mount point, and so waits for nothing but the disk. What it finds is in the cache
 * then.
 */
static bool is_missing(int directory, const char *name)
{
	return renameat2(directory, name, directory, name, RENAME_NOREPLACE) < 0 && errno == ENOENT;
}

int path_examine(int fd, struct stat *stat)
{
	struct statx device;
	int result = server_cached_stat(fd, stat);

	if (result != -EACCES)
		return result;
	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, 0, &device) < 0)
		return -errno;
	*stat = (struct stat){.st_dev = makedev(device.stx_dev_major, device.stx_dev_minor),
			      .st_mode = S_IFDIR | 0777,
			      .st_uid = (uid_t)-1,
			      .st_gid = (gid_t)-1};
	return 0;
}

/* Opens NAME again, a mount whose attributes the kernel hides from root: only as a directory. */
static int open_hidden(const struct walk *walk, const char *name, struct component *component)
{
	struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
			       .resolve = RESOLVE_CACHED};

	cleanup_fd(&component->fd);
	component->fd = (int)syscall(SYS_openat2, walk->found->fd, name, &how, sizeof(how));
	component->mount = (struct server_info){.server = SERVER_USER};
	return component->fd < 0 ? -EACCES : path_examine(component->fd, &component->stat);
}

/* Takes over what a child found. */
static int take_answer(const struct walk *walk, const char *name, const struct request *request,
		       struct component *component)
{
	if (request->hidden)
		return open_hidden(walk, name, component);
	component->stat = request->stat;
	component->link_is_read = true;
	memcpy(component->link, request->link, sizeof(component->link));
	return 0;
}

/* The mount that COMPONENT is on: mostly the one of the directory reached. */
static struct server_info mount_of(const struct walk *walk, const struct component *component)
{
	return component->stat.st_dev == walk->found->stat.st_dev ? walk->mount
								  : server_of(component->fd);
}

/*
 * sysfs answers no look-up by RESOLVE_CACHED, and makes nobody wait for one. What could is an
 * automounter or a server that root has mounted in it.
 */
static bool is_kernels_alone(const struct walk *walk)
{
	return walk->mount.is_sysfs && !walk->found->untrusted[0] &&
	       server_is_none_beneath(walk->found->fd);
}

static int open_cached(const struct walk *walk, const char *name)
{
	struct open_how how = {.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC, .resolve = RESOLVE_CACHED};
	const int directory = walk->found->fd;
	int fd = (int)syscall(SYS_openat2, directory, name, &how, sizeof(how));

	if (fd >= 0 || errno != EAGAIN)
		return fd < 0 ? -errno : fd;
	if (is_kernels_alone(walk)) {
		fd = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		return fd < 0 ? -errno : fd;
	}
	if (!walk->mount.is_disk)
		return -EAGAIN;
	if (is_missing(directory, name))
		return -ENOENT;
	fd = (int)syscall(SYS_openat2, directory, name, &how, sizeof(how));
	return fd < 0 ? -errno : fd;
}

/* The kernel does not know NAME without asking: a child opens it. */
static int open_uncached(const struct walk *walk, const char *name, struct component *component)
{
	struct request request;
	int result = ask_child(open_in_child, walk->found->fd, name, &request, &component->fd);

	if (result == 0)
		result = take_answer(walk, name, &request, component);
	if (result == 0 && !request.hidden)
		component->mount = mount_of(walk, component);
	return result;
}

/*
 * What is in the kernel's caches, as it mostly is, is opened directly. Otherwise a child opens it,
 * because even the look-up of an automount point that another process is waiting for blocks, and so
 * does the request for the owner and mode of a file that a server has.
 */
static int open_path_component(const struct walk *walk, const char *name,
			       struct component *component)
{
	struct request request;
	int result = component->fd = open_cached(walk, name);

	if (result < 0)
		return result == -EAGAIN ? open_uncached(walk, name, component) : result;
	result = server_cached_stat(component->fd, &component->stat);
	if (result < 0)
		return result == -EACCES ? open_hidden(walk, name, component) : result;
	component->mount = mount_of(walk, component);
	if (component->mount.server == SERVER_NONE || component->mount.server == SERVER_AUTOFS)
		return 0;
	result = ask_child(examine_in_child, component->fd, "", &request, NULL);
	return result < 0 ? result : take_answer(walk, name, &request, component);
}

/* Opens NAME in the directory reached, after autofs has mounted what belongs there. */
static int look_up_component(const struct walk *walk, const char *name, struct component *component)
{
	int result;

	if (walk->mount.server == SERVER_AUTOFS &&
	    (result = wait_for_autofs(walk->found->fd, name)) < 0)
		return result;
	result = open_path_component(walk, name, component);
	if (result < 0 || component->stat.st_dev == walk->found->stat.st_dev ||
	    component->mount.server != SERVER_AUTOFS)
		return result;
	result = wait_for_autofs(walk->found->fd, name);
	if (result < 0)
		return result;
	cleanup_fd(&component->fd);
	return open_path_component(walk, name, component);
}

/* Reads the target of a symbolic link, unless a child has read it. */
static int read_link(struct component *component)
{
	ssize_t length =
		readlinkat(component->fd, "", component->link, sizeof(component->link) - 1);

	if (length < 0)
		return -errno;
	component->link[length] = '\0';
	return 0;
}

/* Puts the target of the link COMPONENT before the rest of the path. */
static int follow_link(struct walk *walk, const char *name, struct component *component)
{
	char whole[PATH_MAX];
	int result = 0;

	if (component->stat.st_uid != 0 || walk->found->untrusted[0])
		return error_set(walk->error, EPERM,
				 "'%s' is a symbolic link that a user other than root could have "
				 "placed; write the path that it stands for",
				 name);
	if (component->mount.is_proc)
		return error_set(walk->error, EPERM,
				 "'%s' is a link of /proc; write the path that it stands for",
				 name);
	if (++walk->links > LINKS_MAX)
		return error_set(walk->error, ELOOP,
				 "more than %d symbolic links, at '%s'; correct the links",
				 LINKS_MAX, name);
	if (!component->link_is_read)
		result = read_link(component);
	if (result < 0)
		return error_set(walk->error, -result, "cannot read the link '%s': %s", name,
				 strerror(-result));
	if ((size_t)snprintf(whole, sizeof(whole), "%s/%s", component->link, walk->rest) >=
	    sizeof(whole))
		return error_set(walk->error, ENAMETOOLONG, "the link '%s' is too long", name);
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
		return error_set(walk->error, errno, "cannot open '/': %m");
	found->name[0] = '\0';
	walk->mount = server_of(found->fd);
	found->served_by_user = false;
	note_distrust(walk);
	return 0;
}

/* Keeps the directory reached for the next path, unless a link has led to it. */
static void keep_directory(const struct walk *walk)
{
	const struct path *found = walk->found;
	const struct pathcache_entry directory = {.name = walk->name,
						  .fd = found->fd,
						  .stat = found->stat,
						  .mount = walk->mount,
						  .untrusted = found->untrusted};

	if (walk->cache && walk->links == 0)
		pathcache_add(walk->cache, &directory, (size_t)(walk->rest - walk->name));
}

/* Starts in the last directory that an earlier path has led to, or at the process's root. */
static int start_walk(struct walk *walk)
{
	const struct pathcache_entry *known =
		walk->cache ? pathcache_find(walk->cache, walk->name) : NULL;
	struct path *found = walk->found;
	int result = 0;

	if (known)
		found->fd = fcntl(known->fd, F_DUPFD_CLOEXEC, 3);
	if (found->fd < 0) {
		result = start_at_root(walk);
		if (result == 0 && !known)
			keep_directory(walk);
		return result;
	}
	found->stat = known->stat;
	walk->mount = known->mount;
	walk->rest += strlen(known->name);
	snprintf(found->untrusted, sizeof(found->untrusted), "%s", known->untrusted);
	return 0;
}

/* Goes on to COMPONENT, which NAME means in the directory reached so far. */
static void enter_component(struct walk *walk, const char *name, struct component *component)
{
	struct path *found = walk->found;

	cleanup_fd(&found->parent);
	walk->mount = component->mount;
	found->parent = found->fd;
	found->fd = steal_fd(&component->fd);
	found->stat = component->stat;
	found->served_by_user = walk->mount.server == SERVER_USER;
	snprintf(found->name, sizeof(found->name), "%s", name);
	memcpy(found->parent_untrusted, found->untrusted, sizeof(found->untrusted));
	note_distrust(walk);
}

/* The last component is missing: keeps what is needed to create it. */
static int note_missing(struct walk *walk, const char *name)
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
	return error_set(walk->error, ENOENT, "'%s' does not exist", name);
}

/* Takes the next component off the rest. Returns its length, 0 at the end, or -ENAMETOOLONG. */
static int next_component(struct walk *walk, char name[NAME_MAX + 1])
{
	size_t skip = strspn(walk->rest, "/");
	size_t length = strcspn(walk->rest + skip, "/");

	if (length > NAME_MAX)
		return error_set(walk->error, ENAMETOOLONG, "a component of the path is too long");
	memcpy(name, walk->rest + skip, length);
	name[length] = '\0';
	walk->rest += skip + length;
	return (int)length;
}

static int set_lookup_error(const struct walk *walk, const char *name,
			    const struct component *component, int result)
{
	if (result == -ETIMEDOUT &&
	    (walk->mount.server == SERVER_AUTOFS || component->mount.server == SERVER_AUTOFS))
		return error_set(walk->error, ETIMEDOUT,
				 "the automounter did not mount '%s' within %d seconds", name,
				 TIMED_CALL_SECONDS);
	if (result == -ETIMEDOUT)
		return error_set(walk->error, ETIMEDOUT,
				 "the server or automounter of '%s' did not answer within %d "
				 "seconds",
				 name, TIMED_CALL_SECONDS);
	if (result == -EACCES && geteuid() == 0)
		return error_set(walk->error, EACCES,
				 "cannot open '%s': " PATH_REFUSES_ROOT
				 "; name a directory above that root may enter",
				 name);
	if (result == -ENOTDIR)
		return error_set(walk->error, ENOTDIR,
				 "'%s' is looked for in what is not a directory; correct the path",
				 name);
	return error_set(walk->error, -result, "cannot open '%s': %s", name, strerror(-result));
}

static void close_component(struct component *component)
{
	cleanup_fd(&component->fd);
}

static int walk_component(struct walk *walk, const char *name)
{
	cleanup(close_component) struct component component = {.fd = -1};
	int result = look_up_component(walk, name, &component);

	if (result == -ENOENT)
		return note_missing(walk, name);
	if (result < 0)
		return error_mark(walk->error, CODE_UNREACHABLE_PATH,
				  set_lookup_error(walk, name, &component, result));
	if (!S_ISLNK(component.stat.st_mode)) {
		enter_component(walk, name, &component);
		if (*walk->rest)
			keep_directory(walk);
		return 0;
	}
	result = follow_link(walk, name, &component);
	if (result == 0 && walk->rest[0] == '/')
		result = start_at_root(walk);
	return result;
}

int path_open_known(struct pathcache *cache, const char *name, struct path *found,
		    struct error *error)
{
	char text[PATH_MAX], component[NAME_MAX + 1];
	struct walk walk = {.found = found,
			    .cache = cache,
			    .name = name,
			    .rest = name,
			    .text = text,
			    .error = error};
	int result;

	*found = (struct path)PATH_INIT;
	if (name[0] != '/' || strlen(name) >= sizeof(text))
		return error_set(error, EINVAL, "'%.64s' is not an absolute path", name);
	result = start_walk(&walk);
	while (result == 0 && (result = next_component(&walk, component)) > 0)
		result = strcmp(component, ".") == 0 ? 0 : walk_component(&walk, component);
	return result;
}

int path_open(const char *name, struct path *found, struct error *error)
{
	return path_open_known(NULL, name, found, error);
}
