/* SPDX-License-Identifier: BSD-3-Clause */
#include "namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <string.h>

#include "assembly.h"
#include "cleanup.h"
#include "kernel.h"
#include "mount.h"
#include "path.h"
#include "wayback.h"

/* Where the process was, in descriptors that live no longer than the call that opened them. */
struct origin {
	int namespace;
	int root;
	int directory; /* -1 for a working directory that was removed */
};

static void origin_close(struct origin *origin)
{
	cleanup_fd(&origin->namespace);
	cleanup_fd(&origin->root);
	cleanup_fd(&origin->directory);
}

bool namespace_is_native(void)
{
	/* No such flag before 7.0: EINVAL. From 7.0 on the missing descriptor is what is wrong. */
	return syscall(SYS_open_tree, -1, "", OPEN_TREE_NAMESPACE) < 0 && errno != EINVAL &&
	       errno != ENOSYS;
}

static int origin_open(struct origin *origin, struct error *error)
{
	origin->namespace = way_back_own(CLONE_NEWNS, error);
	if (origin->namespace < 0)
		return origin->namespace;
	origin->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (origin->root < 0)
		return error_say(error, errno, "cannot open '/': %m");
	origin->directory = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	/* Root may not be let into a working directory on NFS: then the root is what is gone back
	 * to. */
	if (origin->directory < 0 && errno != EACCES)
		return error_say(error, errno, "cannot open the working directory: %m");
	return 0;
}

/* Back to where ORIGIN is, whatever happened since. */
static int origin_restore(const struct origin *origin, struct error *error)
{
	if (setns(origin->namespace, CLONE_NEWNS) < 0)
		return error_say(error, errno, "cannot go back to the host's tree: %m");
	if (fchdir(origin->root) < 0 || chroot(".") < 0)
		return error_say(error, errno, "cannot go back to the former root: %m");
	if (origin->directory >= 0 && fchdir(origin->directory) < 0)
		return error_say(error, errno, "cannot go back to the former directory: %m");
	return 0;
}

/*
 * setns(2) and unshare(2) would move one thread of many, or refuse after the work is done: ask
 * first. unshare(CLONE_THREAD) does nothing but fail in a process with more than one thread.
 */
static int refuse_threads(struct error *error)
{
	if (unshare(CLONE_THREAD) < 0)
		return error_say(error, EINVAL,
				 "the application has more than one thread; a mount namespace can "
				 "only be entered by a process with one (setns(2))");
	return 0;
}

static int say_namespace_error(const char *what, struct error *error)
{
	switch (errno) {
	case ENOSPC:
		return mount_say_limit(what, error);
	case EPERM:
		return error_say(error, EPERM, "%s: %m; CAP_SYS_ADMIN is needed", what);
	case ELOOP:
		return error_say(error, ELOOP,
				 "%s: a row holds a namespace file (as snapd pins some); use bind "
				 "instead of rbind there, or a source without it",
				 what);
	default:
		return error_say(error, errno, "%s: %m", what);
	}
}

/* Which nsfs file the namespace FD is, its id and its mounts. */
static int identify(int fd, struct stay *stay, struct error *error)
{
	struct mnt_ns_info info = {.size = sizeof(info)};
	struct stat stat;

	if (fstat(fd, &stat) < 0)
		return error_say(error, errno, "cannot identify the namespace: %m");
	stay->entered_device = stat.st_dev;
	stay->entered_inode = stat.st_ino;
	stay->id = stat.st_ino;
	if (ioctl(fd, NS_MNT_GET_INFO, &info) == 0) {
		stay->id = info.mnt_ns_id;
		stay->mounts = info.nr_mounts;
	}
	return 0;
}

/* The last step, of a namespace that is whole: where it fails, the process has not moved. */
static int move_into(int namespace, const struct birth *birth, struct stay *stay,
		     struct error *error)
{
	int result = identify(namespace, stay, error);

	if (result < 0)
		return result;
	birth->tell(birth->data, stay, namespace);
	return setns(namespace, CLONE_NEWNS) < 0 ? say_namespace_error("setns", error) : 0;
}

/* The tree is attached while detached, copied into a namespace whole, and entered in one step. */
static int enter_native(struct assembly *assembly, const struct birth *birth, struct stay *stay,
			struct error *error)
{
	cleanup(cleanup_fd) int namespace = -1;
	int result = assembly_attach(assembly, error);

	if (result < 0)
		return result;
	namespace = (int)syscall(SYS_open_tree, assembly_root(assembly), "",
				 OPEN_TREE_NAMESPACE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH |
					 AT_RECURSIVE);
	if (namespace < 0)
		return say_namespace_error("open_tree(OPEN_TREE_NAMESPACE)", error);
	return move_into(namespace, birth, stay, error);
}

/* In the copy of the host's tree: ours is put on top of its root, then the host's is taken away. */
static int pivot(struct assembly *assembly, struct error *error)
{
	cleanup(cleanup_fd) int host = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct mount_attr private = {.propagation = MS_PRIVATE};
	int tree = assembly_root(assembly);
	int result;

	if (host < 0 || syscall(SYS_mount_setattr, host, "", AT_EMPTY_PATH | AT_RECURSIVE, &private,
				sizeof(private)) < 0)
		return say_namespace_error("mount_setattr(MS_PRIVATE)", error);
	if (syscall(SYS_move_mount, tree, "", host, "",
		    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
		return say_namespace_error("move_mount of the root", error);
	result = assembly_attach(assembly, error);
	if (result < 0)
		return result;
	if (fchdir(tree) < 0 || sys_pivot_root(".", ".") < 0)
		return say_namespace_error("pivot_root", error);
	if (fchdir(host) < 0 || umount2(".", MNT_DETACH) < 0)
		return say_namespace_error("umount of the host's tree", error);
	if (fchdir(tree) < 0 || chroot(".") < 0)
		return say_namespace_error("chroot", error);
	return 0;
}

/* Before Linux 7.0: unshare copies every mount of the host, so here a failure needs a way back. */
static int enter_pivot(struct assembly *assembly, const struct origin *origin,
		       const struct birth *birth, struct stay *stay, struct error *error)
{
	cleanup(cleanup_fd) int namespace = -1;
	struct error ignored = {0};
	int result;

	if (unshare(CLONE_NEWNS) < 0)
		return say_namespace_error("unshare(CLONE_NEWNS)", error);
	result = namespace = way_back_own(CLONE_NEWNS, error);
	if (result >= 0)
		result = identify(namespace, stay, error);
	if (result >= 0)
		birth->tell(birth->data, stay, namespace);
	/* To the root of the copy, which a process that was chrooted is not at. */
	if (result >= 0 && setns(namespace, CLONE_NEWNS) < 0)
		result = say_namespace_error("setns to the copy of the host's tree", error);
	if (result >= 0)
		result = pivot(assembly, error);
	/* Again, for the number of its mounts. */
	if (result >= 0)
		result = identify(namespace, stay, error);
	if (result < 0)
		origin_restore(origin, &ignored);
	return result;
}

/*
 * setns() leads to the root of a namespace; only a chrooted process needs more to go back. In
 * init's namespace the mount tells as well: a bind mount of '/' elsewhere is the same directory.
 */
static bool is_chrooted(const struct origin *origin)
{
	const unsigned mask = STATX_INO | STATX_MNT_ID;
	struct statx own, init;

	if (statx(origin->root, "", AT_EMPTY_PATH, mask, &own) < 0 ||
	    statx(AT_FDCWD, "/proc/1/root/.", 0, mask, &init) < 0)
		return true;
	return own.stx_dev_major != init.stx_dev_major || own.stx_dev_minor != init.stx_dev_minor ||
	       own.stx_ino != init.stx_ino ||
	       (own.stx_mnt_id != init.stx_mnt_id &&
		way_back_is_init(CLONE_NEWNS, origin->namespace));
}

/*
 * What the way back needs, in as few descriptors as can be, because the session's processes inherit
 * them until they exec: none where a handle serves, else one of a namespace, of no use to a user.
 * One of a host directory would be of use, so the working directory is kept by name, and the root
 * only where setns() would not lead to it.
 */
static int stay_open(struct origin *origin, struct stay *stay, struct error *error)
{
	int result;

	stay->origin_root = is_chrooted(origin) ? fcntl(origin->root, F_DUPFD_CLOEXEC, 3) : -1;
	result = way_back_open(&stay->origin, CLONE_NEWNS, origin->namespace, error);
	if (result < 0)
		return result;
	if (origin->directory < 0)
		return 0;
	stay->directory = getcwd(NULL, 0);
	/* A directory that was removed has no name, and there is nothing to go back to. */
	if ((!stay->directory && errno != ENOENT && errno != EACCES) ||
	    fstat(origin->directory, &stay->directory_stat) < 0)
		return error_say(error, errno, "cannot tell the working directory: %m");
	return 0;
}

/* The isolation, which may still fail: there is a way back to ORIGIN. */
static int enter_isolation(struct isolation *isolation, const struct origin *origin,
			   struct error *error)
{
	struct error ignored = {0};
	int result = isolation_enter(isolation, error);

	if (result < 0)
		origin_restore(origin, &ignored);
	return result;
}

static int enter(const struct tree *tree, const struct subject *subject,
		 struct isolation *isolation, const struct birth *birth, struct stay *stay,
		 struct error *error)
{
	cleanup(origin_close) struct origin origin = {-1, -1, -1};
	struct assembly *assembly = NULL;
	int result;

	result = origin_open(&origin, error);
	if (result == 0)
		result = stay_open(&origin, stay, error);
	if (result == 0)
		result = assembly_open(tree, subject, isolation->pid_namespace, &assembly, error);
	if (result < 0)
		return result;
	if (isolation->words & ISOLATE_SOCKET)
		result = assembly_allow_sockets(assembly, isolation->ruleset, error);
	if (result == 0)
		result = stay->method == METHOD_NATIVE
				 ? enter_native(assembly, birth, stay, error)
				 : enter_pivot(assembly, &origin, birth, stay, error);
	if (result == 0)
		result = enter_isolation(isolation, &origin, error);
	/* From here on nothing fails: what was made stays. */
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
		return error_say(error, EOPNOTSUPP,
				 "method=native: this kernel has no OPEN_TREE_NAMESPACE (Linux 7.0 "
				 "and later have); write method=auto");
	return 0;
}

static int allocate(struct stay **stay, struct error *error)
{
	*stay = calloc(1, sizeof(**stay));
	if (!*stay)
		return error_say(error, ENOMEM, "out of memory");
	(*stay)->origin = (struct way_back)WAY_BACK_INIT;
	(*stay)->origin_root = -1;
	return 0;
}

int namespace_enter(const struct tree *tree, const struct subject *subject, enum method method,
		    struct isolation *isolation, const struct birth *birth, struct stay **stay,
		    struct error *error)
{
	int result = allocate(stay, error);
	mode_t mask;

	if (result < 0)
		return result;
	result = refuse_threads(error);
	if (result == 0)
		result = namespace_method(method, &(*stay)->method, error);
	if (result == 0) {
		/* Modes are the policy's, not the caller's umask's; there is no other thread. */
		mask = umask(0);
		result = enter(tree, subject, isolation, birth, *stay, error);
		umask(mask);
	}
	if (result < 0)
		namespace_free(steal_pointer(stay));
	return result;
}

bool namespace_has_id(int namespace, uint64_t id)
{
	struct mnt_ns_info info = {.size = sizeof(info)};

	return ioctl(namespace, NS_MNT_GET_INFO, &info) == 0 && info.mnt_ns_id == id;
}

/* What a socket's row mounted there may be reached; what was put in its place may not. */
static int allow_sockets(const struct tree *tree, const struct isolation *isolation,
			 struct error *error)
{
	cleanup(cleanup_fd) int root = -1;

	if (!(isolation->words & ISOLATE_SOCKET))
		return 0;
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return error_say(error, errno, "cannot open the tree's root: %m");
	return assembly_allow_mounted(tree, root, isolation->ruleset, error);
}

static int join(int namespace, const struct tree *tree, struct isolation *isolation,
		const struct birth *birth, struct stay *stay, struct error *error)
{
	cleanup(origin_close) struct origin origin = {-1, -1, -1};
	struct error ignored = {0};
	int result = origin_open(&origin, error);

	if (result == 0)
		result = stay_open(&origin, stay, error);
	if (result == 0)
		result = move_into(namespace, birth, stay, error);
	if (result < 0)
		return result;
	result = allow_sockets(tree, isolation, error);
	if (result < 0)
		origin_restore(&origin, &ignored);
	return result < 0 ? result : enter_isolation(isolation, &origin, error);
}

int namespace_join(int namespace, const struct tree *tree, enum method method,
		   struct isolation *isolation, const struct birth *birth, struct stay **stay,
		   struct error *error)
{
	int result = allocate(stay, error);

	if (result < 0)
		return result;
	(*stay)->method = method;
	(*stay)->joined = true;
	result = refuse_threads(error);
	if (result == 0)
		result = join(namespace, tree, isolation, birth, *stay, error);
	if (result < 0)
		namespace_free(steal_pointer(stay));
	return result;
}

/* Whether the process is still in the namespace that it entered. */
static int is_inside(const struct stay *stay, struct error *error)
{
	cleanup(cleanup_fd) int namespace = way_back_own(CLONE_NEWNS, error);
	struct stat stat;

	if (namespace < 0)
		return namespace;
	if (fstat(namespace, &stat) < 0)
		return error_say(error, errno, "cannot identify the namespace: %m");
	return stat.st_dev == stay->entered_device && stat.st_ino == stay->entered_inode;
}

/* The former working directory if its name still means it, else the root. */
static void return_to_directory(const struct stay *stay)
{
	cleanup(cleanup_fd) int fd = -1;
	struct stat stat;

	if (!stay->directory)
		return;
	fd = open(stay->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &stat) < 0 || stat.st_dev != stay->directory_stat.st_dev ||
	    stat.st_ino != stay->directory_stat.st_ino || fchdir(fd) < 0)
		return; /* The root it is: nothing else is known to be where the process was. */
}

int namespace_leave(struct stay *stay, struct error *error)
{
	int result = is_inside(stay, error);

	if (result <= 0)
		return result;
	result = way_back_go(&stay->origin, error);
	if (result < 0)
		return result;
	if (stay->origin_root >= 0 && (fchdir(stay->origin_root) < 0 || chroot(".") < 0))
		return say_namespace_error("chroot back", error);
	return_to_directory(stay);
	return 0;
}

void namespace_free(struct stay *stay)
{
	if (!stay)
		return;
	way_back_close(&stay->origin);
	cleanup_fd(&stay->origin_root);
	free(stay->directory);
	free(stay);
}
