/* SPDX-License-Identifier: BSD-3-Clause */
#include "namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <string.h>

#include "assembly.h"
#include "cleanup.h"
#include "isolate.h"
#include "kernel.h"
#include "limit.h"
#include "origin.h"
#include "path.h"
#include "server.h"
#include "sockets.h"
#include "timedcall.h"

/* Where the process was: descriptors that are closed at the end of the call that opened them. */
struct caller {
	int namespace;
	int root;
	int directory; /* -1 for a working directory that was removed */
};

static void caller_close(struct caller *caller)
{
	cleanup_fd(&caller->namespace);
	cleanup_fd(&caller->root);
	cleanup_fd(&caller->directory);
}

bool namespace_is_native(void)
{
	/* No such flag before 7.0: EINVAL. From 7.0 on the missing descriptor is what is wrong. */
	return syscall(SYS_open_tree, -1, "", OPEN_TREE_NAMESPACE) < 0 && errno != EINVAL &&
	       errno != ENOSYS;
}

static int caller_open(struct caller *caller, struct error *error)
{
	caller->namespace = origin_open_current(CLONE_NEWNS, error);
	if (caller->namespace < 0)
		return caller->namespace;
	caller->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (caller->root < 0)
		return error_set(error, errno, "cannot open '/': %m");
	caller->directory = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	/* Root may have no access to a working directory on NFS: it returns to the root then. */
	if (caller->directory < 0 && errno != EACCES)
		return error_set(error, errno, "cannot open the working directory: %m");
	return 0;
}

/* Returns the process to where CALLER was opened. */
static int caller_restore(const struct caller *caller, struct error *error)
{
	if (setns(caller->namespace, CLONE_NEWNS) < 0)
		return error_set(error, errno, "setns back to the host's mount namespace: %m");
	if (fchdir(caller->root) < 0 || chroot(".") < 0)
		return error_set(error, errno, "cannot return to the former root: %m");
	if (caller->directory >= 0 && fchdir(caller->directory) < 0)
		return error_set(error, errno, "cannot return to the former working directory: %m");
	return 0;
}

/*
 * setns(2) and unshare(2) would move one thread of many, or refuse after the work is done: ask
 * first. unshare(CLONE_THREAD) does nothing but fail in a process with more than one thread.
 */
static int refuse_threads(struct error *error)
{
	if (unshare(CLONE_THREAD) < 0)
		return error_set(error, EINVAL,
				 "the application has more than one thread; a mount namespace can "
				 "only be entered by a process with one (setns(2))");
	return 0;
}

static int set_namespace_error(const char *what, struct error *error)
{
	switch (errno) {
	case ENOSPC:
		return limit_set_error(what, error);
	case EPERM:
		return error_set(error, EPERM,
				 "%s: %m; CAP_SYS_ADMIN and CAP_SYS_CHROOT are needed", what);
	case ELOOP:
		return error_set(error, ELOOP,
				 "%s: a row holds a namespace file (as snapd pins some); use bind "
				 "instead of rbind there, or a source without it",
				 what);
	default:
		return error_set(error, errno, "%s: %m", what);
	}
}

/* Which nsfs file the namespace FD is, its id and its mounts. */
static int identify(int fd, struct mntns *mntns, struct error *error)
{
	struct mnt_ns_info info = {.size = sizeof(info)};
	struct stat stat;

	if (fstat(fd, &stat) < 0)
		return error_set(error, errno, "cannot identify the namespace: %m");
	mntns->entered_device = stat.st_dev;
	mntns->entered_inode = stat.st_ino;
	mntns->id = stat.st_ino;
	if (ioctl(fd, NS_MNT_GET_INFO, &info) == 0) {
		mntns->id = info.mnt_ns_id;
		mntns->mounts = info.nr_mounts;
	}
	return 0;
}

/* The last step, of a complete namespace: if it fails, the process has not moved. */
static int move_into(int namespace, const struct mntns_hook *hook, struct mntns *mntns,
		     struct error *error)
{
	int result = identify(namespace, mntns, error);

	if (result < 0)
		return result;
	result = hook->created(hook->data, mntns, namespace, error);
	if (result < 0)
		return result;
	return setns(namespace, CLONE_NEWNS) < 0 ? set_namespace_error("setns", error) : 0;
}

/* The rows are attached to the detached root, copied as a new namespace, and entered in one step.
 */
static int enter_native(struct assembly *assembly, const struct mntns_hook *hook,
			struct mntns *mntns, struct error *error)
{
	cleanup(cleanup_fd) int namespace = -1;
	int result = assembly_attach(assembly, error);

	if (result < 0)
		return result;
	namespace = (int)syscall(SYS_open_tree, assembly_root(assembly), "",
				 OPEN_TREE_NAMESPACE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH |
					 AT_RECURSIVE);
	if (namespace < 0)
		return set_namespace_error("open_tree(OPEN_TREE_NAMESPACE)", error);
	return move_into(namespace, hook, mntns, error);
}

/* In the copy of the host's tree: mounts the session's tree on its root, then unmounts the host's.
 */
static int pivot_to_tree(struct assembly *assembly, struct error *error)
{
	cleanup(cleanup_fd) int host = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct mount_attr private = {.propagation = MS_PRIVATE};
	int tree = assembly_root(assembly);
	int result;

	if (host < 0 || syscall(SYS_mount_setattr, host, "", AT_EMPTY_PATH | AT_RECURSIVE, &private,
				sizeof(private)) < 0)
		return set_namespace_error("mount_setattr(MS_PRIVATE)", error);
	if (syscall(SYS_move_mount, tree, "", host, "",
		    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
		return set_namespace_error("move_mount of the root", error);
	result = assembly_attach(assembly, error);
	if (result < 0)
		return result;
	if (fchdir(tree) < 0 || sys_pivot_root(".", ".") < 0)
		return set_namespace_error("pivot_root", error);
	if (fchdir(host) < 0 || umount2(".", MNT_DETACH) < 0)
		return set_namespace_error("umount of the host's tree", error);
	if (fchdir(tree) < 0 || chroot(".") < 0)
		return set_namespace_error("chroot", error);
	return 0;
}

/* Before Linux 7.0: unshare(2) moves the process first, so that a failure has to move it back. */
static int enter_pivot(struct assembly *assembly, const struct caller *caller,
		       const struct mntns_hook *hook, struct mntns *mntns, struct error *error)
{
	cleanup(cleanup_fd) int namespace = -1;
	struct error ignored = {0};
	int result;

	if (unshare(CLONE_NEWNS) < 0)
		return set_namespace_error("unshare(CLONE_NEWNS)", error);
	result = namespace = origin_open_current(CLONE_NEWNS, error);
	if (result >= 0)
		result = identify(namespace, mntns, error);
	if (result >= 0)
		result = hook->created(hook->data, mntns, namespace, error);
	/* To the root of the copy, which a process that was chrooted is not at. */
	if (result >= 0 && setns(namespace, CLONE_NEWNS) < 0)
		result = set_namespace_error("setns to the copy of the host's tree", error);
	if (result >= 0)
		result = pivot_to_tree(assembly, error);
	/* Again, for the number of its mounts. */
	if (result >= 0)
		result = identify(namespace, mntns, error);
	if (result < 0)
		caller_restore(caller, &ignored);
	return result;
}

/*
 * setns() leads to the root of a namespace; only a chrooted process needs more to go back. In
 * init's namespace the mount tells as well: a bind mount of '/' elsewhere is the same directory.
 */
static bool is_chrooted(const struct caller *caller)
{
	const unsigned mask = STATX_INO | STATX_MNT_ID;
	struct statx own, init;

	if (statx(caller->root, "", AT_EMPTY_PATH, mask, &own) < 0 ||
	    statx(AT_FDCWD, "/proc/1/root/.", 0, mask, &init) < 0)
		return true;
	return own.stx_dev_major != init.stx_dev_major || own.stx_dev_minor != init.stx_dev_minor ||
	       own.stx_ino != init.stx_ino ||
	       (own.stx_mnt_id != init.stx_mnt_id &&
		origin_is_init(CLONE_NEWNS, caller->namespace));
}

/*
 * Keeps what namespace_leave() needs in as few descriptors as possible, because the session's
 * processes inherit them until they exec: none if there is a handle, else one of a namespace, which
 * is of no use without privileges. A descriptor of a host directory would be of use to an attacker:
 * so the working directory is kept by name, and the root only if setns() would not lead to it.
 */
static int keep_origin(struct caller *caller, const struct isolation *isolation,
		       struct mntns *mntns, struct error *error)
{
	int result;

	mntns->origin_root = is_chrooted(caller) ? fcntl(caller->root, F_DUPFD_CLOEXEC, 3) : -1;
	result = isolation->words & ISOLATE_PID
			 ? origin_keep_descriptor(&mntns->origin, CLONE_NEWNS, caller->namespace,
						  error)
			 : origin_keep(&mntns->origin, CLONE_NEWNS, caller->namespace, error);
	if (result < 0)
		return result;
	if (caller->directory < 0)
		return 0;
	mntns->directory = getcwd(NULL, 0);
	/* A directory that was removed has no name, and there is nothing to go back to. */
	if (!mntns->directory && errno != ENOENT && errno != EACCES)
		return error_set(error, errno, "cannot find the working directory's name: %m");
	result = path_examine(caller->directory, &mntns->directory_stat);
	if (result < 0)
		return error_set(error, -result, "cannot examine the working directory: %s",
				 strerror(-result));
	return 0;
}

/* Enters the isolation; if that fails, the process returns to where the caller was. */
static int enter_isolation(struct isolation *isolation, const struct caller *caller,
			   struct error *error)
{
	struct error ignored = {0};
	int result = isolation_enter(isolation, error);

	if (result < 0)
		caller_restore(caller, &ignored);
	return result;
}

/* The hook's inspection of the tree; if it fails, the process returns to where the caller was. */
static int inspect(const struct mntns_hook *hook, struct isolation *isolation,
		   const struct caller *caller, struct error *error)
{
	struct error ignored = {0};
	int result = hook->inspect ? hook->inspect(hook->data, isolation, error) : 0;

	if (result < 0)
		caller_restore(caller, &ignored);
	return result;
}

static int build_and_enter(const struct tree *tree, const struct subject *subject,
			   struct isolation *isolation, const struct mntns_hook *hook,
			   struct mntns *mntns, struct error *error)
{
	cleanup(caller_close) struct caller caller = {-1, -1, -1};
	struct assembly *assembly = NULL;
	int result;

	result = caller_open(&caller, error);
	if (result == 0)
		result = keep_origin(&caller, isolation, mntns, error);
	if (result == 0)
		result = assembly_open(tree, subject, isolation->pid_namespace, &assembly, error);
	if (result < 0)
		return result;
	if (isolation->words & ISOLATE_SOCKET)
		result = sockets_allow_assembled(assembly, tree, isolation->ruleset, error);
	if (result == 0)
		result = mntns->method == METHOD_NATIVE
				 ? enter_native(assembly, hook, mntns, error)
				 : enter_pivot(assembly, &caller, hook, mntns, error);
	if (result == 0)
		result = inspect(hook, isolation, &caller, error);
	if (result == 0)
		result = enter_isolation(isolation, &caller, error);
	/* Nothing can fail from here on: what was made is kept. */
	if (result == 0)
		assembly_keep(assembly);
	assembly_free(assembly);
	return result;
}

int namespace_method(enum method wanted, enum method *method, struct error *error)
{
	*method = wanted;
	if (wanted == METHOD_PIVOT)
		return 0;
	if (namespace_is_native())
		*method = METHOD_NATIVE;
	else if (wanted == METHOD_AUTO)
		*method = METHOD_PIVOT;
	else
		return error_set(error, EOPNOTSUPP,
				 "method=native: this kernel has no OPEN_TREE_NAMESPACE (Linux 7.0 "
				 "and later have); write method=auto");
	return 0;
}

static int allocate_mntns(struct mntns **mntns, struct error *error)
{
	*mntns = calloc(1, sizeof(**mntns));
	if (!*mntns)
		return error_no_memory(error);
	(*mntns)->origin = (struct origin)ORIGIN_INIT;
	(*mntns)->origin_root = -1;
	return 0;
}

int namespace_enter(const struct tree *tree, const struct subject *subject, enum method method,
		    struct isolation *isolation, const struct mntns_hook *hook,
		    struct mntns **mntns, struct error *error)
{
	int result = allocate_mntns(mntns, error);
	mode_t mask;

	if (result < 0)
		return result;
	result = refuse_threads(error);
	if (result == 0)
		result = namespace_method(method, &(*mntns)->method, error);
	if (result == 0) {
		/* Modes are the policy's, not the caller's umask's; there is no other thread. */
		mask = umask(0);
		result = build_and_enter(tree, subject, isolation, hook, *mntns, error);
		umask(mask);
	}
	if (result < 0)
		namespace_free(steal_pointer(mntns));
	return result;
}

bool namespace_has_id(int namespace, uint64_t id)
{
	struct mnt_ns_info info = {.size = sizeof(info)};

	return ioctl(namespace, NS_MNT_GET_INFO, &info) == 0 && info.mnt_ns_id == id;
}

/* Allows the sockets that rows mounted there, but nothing that was put in their place. */
static int allow_sockets(const struct tree *tree, const struct isolation *isolation,
			 struct error *error)
{
	cleanup(cleanup_fd) int root = -1;

	if (!(isolation->words & ISOLATE_SOCKET))
		return 0;
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return error_set(error, errno, "cannot open the tree's root: %m");
	return sockets_allow_mounted(tree, root, isolation->ruleset, error);
}

static int enter_existing(int namespace, const struct tree *tree, struct isolation *isolation,
			  const struct mntns_hook *hook, struct mntns *mntns, struct error *error)
{
	cleanup(caller_close) struct caller caller = {-1, -1, -1};
	struct error ignored = {0};
	int result = caller_open(&caller, error);

	if (result == 0)
		result = keep_origin(&caller, isolation, mntns, error);
	if (result == 0)
		result = move_into(namespace, hook, mntns, error);
	if (result < 0)
		return result;
	result = allow_sockets(tree, isolation, error);
	if (result < 0)
		caller_restore(&caller, &ignored);
	return result < 0 ? result : enter_isolation(isolation, &caller, error);
}

int namespace_join(int namespace, const struct tree *tree, enum method method,
		   struct isolation *isolation, const struct mntns_hook *hook, struct mntns **mntns,
		   struct error *error)
{
	int result = allocate_mntns(mntns, error);

	if (result < 0)
		return result;
	(*mntns)->method = method;
	(*mntns)->joined = true;
	result = refuse_threads(error);
	if (result == 0)
		result = enter_existing(namespace, tree, isolation, hook, *mntns, error);
	if (result < 0)
		namespace_free(steal_pointer(mntns));
	return result;
}

/* Whether the process is still in the namespace that it entered. */
static int is_inside(const struct mntns *mntns, struct error *error)
{
	cleanup(cleanup_fd) int namespace = origin_open_current(CLONE_NEWNS, error);
	struct stat stat;

	if (namespace < 0)
		return namespace;
	if (fstat(namespace, &stat) < 0)
		return error_set(error, errno, "cannot identify the namespace: %m");
	return stat.st_dev == mntns->entered_device && stat.st_ino == mntns->entered_inode;
}

/* In a child process: a server may not answer for the directory. */
static int open_directory_in_child(int unused, void *name)
{
	int fd = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);

	(void)unused;
	return fd < 0 || fchdir(fd) < 0 ? -errno : fd;
}

/* Opens NAME, for a limited time. Returns a descriptor or negative errno. */
static int open_former_directory(char *name)
{
	struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
			       .resolve = RESOLVE_CACHED};
	cleanup(cleanup_fd) int fd = (int)syscall(SYS_openat2, AT_FDCWD, name, &how, sizeof(how));
	int opened = -1, result;

	if (fd >= 0 && server_of(fd).server == SERVER_NONE)
		return steal_fd(&fd);
	result = timed_call(open_directory_in_child, -1, name, strlen(name) + 1, &opened);
	return result < 0 ? result : opened;
}

/* The former working directory if its name still means it, else the root. */
static void return_to_directory(const struct mntns *mntns)
{
	cleanup(cleanup_fd) int fd = -1;
	struct stat stat;

	if (!mntns->directory)
		return;
	fd = open_former_directory(mntns->directory);
	if (fd < 0 || path_examine(fd, &stat) < 0 || stat.st_dev != mntns->directory_stat.st_dev ||
	    stat.st_ino != mntns->directory_stat.st_ino || fchdir(fd) < 0)
		return; /* The process stays at the root. */
}

int namespace_leave(struct mntns *mntns, struct error *error)
{
	int result = is_inside(mntns, error);

	if (result <= 0)
		return result;
	result = origin_return(&mntns->origin, error);
	if (result < 0)
		return result;
	if (mntns->origin_root >= 0 && (fchdir(mntns->origin_root) < 0 || chroot(".") < 0))
		return set_namespace_error("chroot back", error);
	return_to_directory(mntns);
	return 0;
}

void namespace_free(struct mntns *mntns)
{
	if (!mntns)
		return;
	origin_close(&mntns->origin);
	cleanup_fd(&mntns->origin_root);
	free(mntns->directory);
	free(mntns);
}
