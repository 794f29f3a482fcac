/* SPDX-License-Identifier: BSD-3-Clause */
#include "graft.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>

#include "assembly.h"
#include "cleanup.h"
#include "kernel.h"
#include "made.h"
#include "mount.h"
#include "path.h"
#include "target.h"

/* A graft while it is under way, in the child. */
struct work {
	struct graft *graft;
	int mount;	    /* what is to be mounted, detached; -1 for none */
	struct stat source; /* of what is taken away; st_ino is 0 where that is not known */
	struct made made;   /* what was made for it */
};

/* A mount that was taken off a row, and goes back on if the row is busy. */
struct peeled {
	int mount;
	const char *target;
};

static int clone_mount(int fd)
{
	return (int)syscall(SYS_open_tree, fd, "",
			    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
}

/* --- on the host ------------------------------------------------------------------------------ */

static int open_row(const struct stock *stock, struct work *work, struct error *error)
{
	const struct mounting mounting = {stock->subject, &work->made, stock->pid};
	const struct row *row = work->graft->row;
	cleanup(cleanup_fd) int host = -1;
	struct stat stat;
	int result;

	if (row->kind == ROW_SYMLINK)
		return error_say(error, EOPNOTSUPP,
				 "a symbolic link is made when a session begins; it takes a new "
				 "login");
	work->mount = mount_open(row, &mounting, &host, error);
	if (work->mount < 0)
		return work->mount;
	if (path_examine(work->mount, &stat) < 0)
		return error_say(error, errno, "'%s' cannot be examined: %m", row->source);
	if (S_ISSOCK(stat.st_mode) && stock->sockets_fixed)
		return error_say(error, EPERM,
				 "under isolate=socket a session reaches the sockets that its rows "
				 "named when it began; it takes a new login");
	result = mount_finish(work->mount, row, error);
	if (result == 0)
		result = assembly_check_mount(row, work->mount, error);
	return result < 0 ? result : assembly_check_places(row->target, work->mount, error);
}

/* Says how a graft that cannot be done ended. */
static void settle(const struct stock *stock, struct work *work, int result)
{
	struct graft *graft = work->graft;

	made_undo(&work->made);
	cleanup_fd(&work->mount);
	work->mount = -1;
	graft->end =
		graft->row && assembly_may_skip(graft->row, result) ? GRAFT_LEFT_OUT : GRAFT_FAILED;
	if (graft->row)
		error_place(&graft->error, stock->file, graft->row->line);
}

/* What a row that is to go shows, by which it is known wherever it is. */
static void look_at_source(struct work *work)
{
	cleanup(path_close) struct path source = PATH_INIT;
	struct error ignored = {0};

	if (work->graft->source && path_open(work->graft->source, &source, &ignored) == 0)
		work->source = source.stat;
}

static void open_rows(const struct stock *stock, struct work *works, size_t n_works)
{
	for (size_t i = 0; i < n_works; i++) {
		struct graft *graft = works[i].graft;
		int result = graft->row ? open_row(stock, &works[i], &graft->error) : 0;

		if (result < 0)
			settle(stock, &works[i], result);
		if (!graft->row)
			look_at_source(&works[i]);
	}
}

/* --- in the namespace: what is taken away ----------------------------------------------------- */

/* The directory that TARGET is in. */
static int open_parent(int root, const char *target, struct error *error)
{
	cleanup(cleanup_free) char *path = strdup(target + 1);
	char *slash;
	int fd;

	if (!path)
		return error_say(error, ENOMEM, "out of memory");
	slash = strrchr(path, '/');
	*(slash ? slash : path) = '\0';
	fd = target_open(root, path);
	if (fd < 0)
		return error_say(error, -fd, "what it lies in cannot be opened: %s", strerror(-fd));
	return fd;
}

/* Whether something is mounted on TARGET: a row that `nofail` left out mounted nothing. */
static bool is_mounted(int root, const char *target)
{
	cleanup(cleanup_fd) int fd = target_open(root, target + 1);
	struct statx statx_;

	return fd >= 0 && statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &statx_) == 0 &&
	       (statx_.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

static int unmount(int root, const char *target, struct error *error)
{
	cleanup(cleanup_fd) int parent = open_parent(root, target, error);
	int result;

	if (parent < 0)
		return parent;
	if (fchdir(parent) < 0)
		return error_say(error, errno, "cannot enter what it lies in: %m");
	result = umount2(target_last(target), UMOUNT_NOFOLLOW) < 0 ? errno : 0;
	if (fchdir(root) < 0)
		return error_say(error, errno, "cannot go back to the root: %m");
	if (result == EBUSY)
		return error_say(error, EBUSY,
				 "a process of the session is using it; refresh again once that is "
				 "done (lsof(8) and fuser(1) show which)");
	return result ? error_say(error, result, "umount: %s", strerror(result)) : 0;
}

/* What comes to light where root's code is loaded from must be root's as well. */
static int check_beneath(int root, const char *target, struct error *error)
{
	cleanup(cleanup_fd) int parent = open_parent(root, target, error);
	cleanup(cleanup_fd) int copy = parent < 0 ? -1 : clone_mount(parent);
	cleanup(cleanup_fd) int beneath = -1;

	if (parent < 0)
		return parent;
	if (copy >= 0)
		beneath = target_open(copy, target_last(target));
	if (copy < 0 || (beneath < 0 && beneath != -ENOENT))
		return error_say(error, copy < 0 ? errno : -beneath,
				 "what is beneath it cannot be examined");
	return beneath < 0 ? 0 : assembly_check_places(target, beneath, error);
}

/* The mount on TARGET that shows, in the table; NULL where the table has none. */
static const struct mounted *find_top(const struct mounts *mounts, const char *target)
{
	for (size_t i = mounts->n_entries; i > 0; i--)
		if (strcmp(mounts->entries[i - 1].target, target) == 0)
			return &mounts->entries[i - 1];
	return NULL;
}

static bool is_within(const struct mounts *mounts, const struct mounted *mounted,
		      const struct mounted *top)
{
	for (size_t depth = 0; mounted && depth < mounts->n_entries; depth++) {
		const struct mounted *parent = NULL;

		if (mounted->parent == top->id)
			return true;
		for (size_t i = 0; !parent && i < mounts->n_entries; i++)
			if (mounts->entries[i].id == mounted->parent &&
			    &mounts->entries[i] != mounted)
				parent = &mounts->entries[i];
		mounted = parent;
	}
	return false;
}

/* Takes off what is mounted within a row (rbind), the last first. */
static int peel(int root, const struct mounts *mounts, const struct mounted *top,
		struct peeled *peeled, size_t *n_peeled, struct error *error)
{
	for (size_t i = mounts->n_entries; i > 0; i--) {
		const char *target = mounts->entries[i - 1].target;
		cleanup(cleanup_fd) int fd = -1;
		int result;

		if (!is_within(mounts, &mounts->entries[i - 1], top) || !is_mounted(root, target))
			continue;
		fd = target_open(root, target + 1);
		peeled[*n_peeled] = (struct peeled){fd < 0 ? -1 : clone_mount(fd), target};
		if (peeled[*n_peeled].mount < 0)
			return error_say(error, errno, "'%s', mounted in it, cannot be copied: %m",
					 target);
		cleanup_fd(&fd);
		fd = -1;
		result = unmount(root, target, error);
		if (result < 0) {
			cleanup_fd(&peeled[*n_peeled].mount);
			return result;
		}
		++*n_peeled;
	}
	return 0;
}

/* Puts back what was taken off, where the row has to stay. */
static void put_back(int root, struct peeled *peeled, size_t n_peeled, bool stays)
{
	for (size_t i = n_peeled; i > 0; i--) {
		cleanup(cleanup_fd) int target = target_open(root, peeled[i - 1].target + 1);

		if (stays && target >= 0)
			syscall(SYS_move_mount, peeled[i - 1].mount, "", target, "",
				MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
		cleanup_fd(&peeled[i - 1].mount);
	}
}

/* Where else in the namespace what the row shows is mounted; NULL for nowhere. */
static const char *find_elsewhere(const struct stock *stock, int root, const struct stat *source)
{
	for (size_t i = 0; source->st_ino && i < stock->mounts->n_entries; i++) {
		const char *target = stock->mounts->entries[i].target;
		cleanup(cleanup_fd) int fd = target_open(root, target + 1);
		struct stat stat;

		if (fd >= 0 && fstat(fd, &stat) == 0 && stat.st_ino == source->st_ino &&
		    stat.st_dev == source->st_dev)
			return target;
	}
	return NULL;
}

/*
 * The row is not where it was. `nofail` may have left it out, or root unmounted it; but a user who
 * renames a directory above it takes it along, and is not to keep it so.
 */
static int miss_row(const struct stock *stock, const struct work *work, int root,
		    struct error *error)
{
	const char *elsewhere = find_elsewhere(stock, root, &work->source);

	if (elsewhere)
		return error_say(error, ESTALE,
				 "it is not there, but what it shows is mounted on '%s'; it takes "
				 "a new login",
				 elsewhere);
	if (work->graft->source || work->graft->nofail)
		return 0;
	return error_say(error, ESTALE,
			 "it is not there: it was unmounted, or a directory above it was renamed; "
			 "it takes a new login");
}

static int remove_row(const struct stock *stock, const struct work *work, int root,
		      struct error *error)
{
	const char *target = work->graft->target;
	const struct mounted *top = find_top(stock->mounts, target);
	cleanup(cleanup_free) struct peeled *peeled = NULL;
	size_t n_peeled = 0;
	int result;

	if (!is_mounted(root, target))
		return miss_row(stock, work, root, error);
	result = check_beneath(root, target, error);
	if (result < 0)
		return result;
	peeled = calloc(stock->mounts->n_entries + 1, sizeof(*peeled));
	if (!peeled)
		return error_say(error, ENOMEM, "out of memory");
	if (top)
		result = peel(root, stock->mounts, top, peeled, &n_peeled, error);
	if (result == 0)
		result = unmount(root, target, error);
	put_back(root, peeled, n_peeled, result < 0);
	return result;
}

/* --- in the namespace: what is mounted -------------------------------------------------------- */

/*
 * DIRECTORY for making something in it: where its mount is read-only, as a tree's root mostly is, a
 * copy of the mount that is not.
 */
static int open_writable(int directory, struct error *error)
{
	struct mount_attr attr = {.attr_clr = MOUNT_ATTR_RDONLY};
	cleanup(cleanup_fd) int copy = -1;
	struct statvfs statvfs;
	bool read_only = fstatvfs(directory, &statvfs) < 0 || statvfs.f_flag & ST_RDONLY;

	copy = read_only ? clone_mount(directory) : fcntl(directory, F_DUPFD_CLOEXEC, 3);
	if (copy < 0 ||
	    (read_only && syscall(SYS_mount_setattr, copy, "", AT_EMPTY_PATH, &attr, sizeof(attr))))
		return error_say(error, errno, "cannot make anything in a directory above: %m");
	return steal_fd(&copy);
}

/* Makes NAME in DIRECTORY: a directory, or for a row that is no directory an empty file. */
static int make(struct work *work, int directory, const char *name, bool last, struct error *error)
{
	cleanup(cleanup_fd) int writable = open_writable(directory, error);
	const struct made_place place = {writable, name, writable};
	cleanup(cleanup_fd) int fd = -1;
	struct stat stat;

	if (writable < 0)
		return writable;
	if (path_examine(work->mount, &stat) < 0)
		return error_say(error, errno, "the source cannot be examined: %m");
	if (last && !S_ISDIR(stat.st_mode))
		fd = made_file(&work->made, &place, error);
	else
		fd = made_directory(&work->made, &place, last ? work->graft->row->make_mode : 0755,
				    error);
	return fd < 0 ? fd : 0;
}

static int open_component(struct work *work, int directory, const char *name, bool last,
			  struct error *error)
{
	const struct row *row = work->graft->row;
	int fd = target_open(directory, name), result;

	if (fd == -ENOENT && row->make_target) {
		result = make(work, directory, name, last, error);
		if (result < 0)
			return result;
		fd = target_open(directory, name);
	}
	return fd < 0 ? target_say(row, -fd, error) : fd;
}

/* The row's target in the namespace, made where it asks for that. */
static int open_place(struct work *work, int root, struct error *error)
{
	cleanup(cleanup_free) char *path = strdup(work->graft->row->target + 1);
	cleanup(cleanup_fd) int directory = fcntl(root, F_DUPFD_CLOEXEC, 3);
	char *rest = path, *name;

	if (!path || directory < 0)
		return error_say(error, ENOMEM, "out of memory");
	while ((name = strsep(&rest, "/"))) {
		int next = open_component(work, directory, name, !rest, error);

		cleanup_fd(&directory);
		directory = next;
		if (directory < 0)
			return directory;
	}
	return steal_fd(&directory);
}

static int mount_row(struct work *work, int root, struct error *error)
{
	cleanup(cleanup_fd) int target = open_place(work, root, error);
	int result;

	if (target < 0)
		return target;
	result = assembly_check_kinds(work->graft->row, work->mount, target, error);
	if (result == 0)
		result = assembly_attach_row(work->graft->row, work->mount, target, error);
	if (result < 0)
		return result;
	made_keep(&work->made);
	return 0;
}

/* --- the child -------------------------------------------------------------------------------- */

static int enter(const struct stock *stock, struct error *error)
{
	int root;

	if (setns(stock->mount, CLONE_NEWNS) < 0)
		return error_say(error, errno, "cannot enter the session's namespace: %m");
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return root < 0 ? error_say(error, errno, "cannot open the session's root: %m") : root;
}

/* Whether a graft's other half leaves it anything to do. */
static bool may_go_on(const struct graft *graft, struct error *error)
{
	const struct graft *other = graft->other;

	if (graft->row && other && other->end == GRAFT_FAILED)
		return error_say(error, EBUSY,
				 "what the session has there could not be taken away"),
		       false;
	if (!graft->row && other && other->end == GRAFT_FAILED && other->error.number)
		return error_say(error, ECANCELED, "what takes its place cannot be mounted"), false;
	return true;
}

static void change_one(const struct stock *stock, struct work *work, int root)
{
	struct graft *graft = work->graft;
	int result = -EBUSY;

	if (graft->row && work->mount < 0)
		return; /* It was settled on the host. */
	if (may_go_on(graft, &graft->error))
		result = graft->row ? mount_row(work, root, &graft->error)
				    : remove_row(stock, work, root, &graft->error);
	if (result < 0)
		settle(stock, work, result);
	else
		graft->end = GRAFT_DONE;
}

static _Noreturn void be_child(const struct stock *stock, struct graft *grafts, size_t n_grafts)
{
	struct work *works = calloc(n_grafts, sizeof(*works));
	struct error error = {0};
	int root = -1;

	if (!works)
		_exit(1);
	umask(0);
	for (size_t i = 0; i < n_grafts; i++)
		works[i] = (struct work){.graft = &grafts[i], .mount = -1};
	/* An mqueue row shows the IPC namespace of who makes it. */
	if (stock->ipc >= 0 && setns(stock->ipc, CLONE_NEWIPC) < 0)
		error_say(&error, errno, "cannot enter the session's IPC namespace: %m");
	if (!error.number) {
		open_rows(stock, works, n_grafts);
		root = enter(stock, &error);
	}
	for (size_t i = 0; i < n_grafts; i++) {
		if (error.number)
			grafts[i].error = error;
		if (error.number)
			settle(stock, &works[i], -error.number);
		else if (!grafts[i].row)
			change_one(stock, &works[i], root);
	}
	for (size_t i = 0; !error.number && i < n_grafts; i++)
		if (grafts[i].row)
			change_one(stock, &works[i], root);
	_exit(0);
}

static void copy_back(struct graft *grafts, const struct graft *shared, size_t n_grafts)
{
	for (size_t i = 0; i < n_grafts; i++) {
		grafts[i].end = shared[i].end;
		grafts[i].error = shared[i].error;
		if (grafts[i].end == GRAFT_FAILED && !grafts[i].error.number)
			error_say(&grafts[i].error, ECHILD, "the process that does it was killed");
	}
}

int graft_rows(const struct stock *stock, struct graft *grafts, size_t n_grafts,
	       struct error *error)
{
	size_t size = n_grafts * sizeof(*grafts);
	struct graft *shared;
	pid_t pid;

	if (!n_grafts)
		return 0;
	shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return error_say(error, errno, "out of memory");
	memcpy(shared, grafts, size);
	for (size_t i = 0; i < n_grafts; i++)
		if (grafts[i].other)
			shared[i].other = shared + (grafts[i].other - grafts);
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		error_say(error, errno, "cannot start a process: %m");
	if (pid == 0)
		be_child(stock, shared, n_grafts);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (pid > 0)
		copy_back(grafts, shared, n_grafts);
	munmap(shared, size);
	return -error->number;
}
