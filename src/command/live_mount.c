/* SPDX-License-Identifier: BSD-3-Clause */
#include "live_mount.h"

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
#include "label.h"
#include "live_unmount.h"
#include "mount.h"
#include "names.h"
#include "path.h"
#include "server.h"
#include "target.h"
#include "trust.h"
#include "undolog.h"

/* A change while it is made, in the child process. */
struct work {
	struct live_mount *change;
	int mount;		     /* the detached mount of the new row; -1 for none */
	struct live_unmount unmount; /* what is to be unmounted, where there is no new row */
	struct undolog made;	     /* what was made for it */
};

/* --- on the host ------------------------------------------------------------------------------ */

static int open_row(const struct live_namespace *ns, struct work *work, struct error *error)
{
	const struct mount_context context = {.subject = ns->subject,
					      .undo = &work->made,
					      .pid_namespace = ns->pid,
					      .known = NULL};
	const struct row *row = work->change->row;
	cleanup(labels_close) struct labels labels = {0};
	cleanup(cleanup_fd) int host = -1;
	struct stat stat;
	int result;

	if (row->kind == ROW_SYMLINK)
		return error_set(error, EOPNOTSUPP,
				 "a symbolic link is made when a session begins; it takes a new "
				 "login");
	work->mount = mount_open(row, &context, &host, error);
	if (work->mount < 0)
		return work->mount;
	if (path_examine(work->mount, &stat) < 0)
		return error_set(error, errno, "'%s' cannot be examined: %m", row->source);
	if (S_ISSOCK(stat.st_mode) && ns->sockets_fixed)
		return error_set(error, EPERM,
				 "under isolate=socket a session reaches the sockets that its rows "
				 "named when it began; it takes a new login");
	result = labels_apply(&labels, row, work->mount, error);
	if (result == 0)
		result = mount_finish(work->mount, row, error);
	if (result == 0)
		result = trust_check_mount(row, work->mount, error);
	return result < 0 ? result : trust_check_places(row->target, work->mount, error);
}

/* Undoes a change that failed with RESULT, and records its outcome. */
static void fail_change(struct work *work, int result)
{
	struct live_mount *change = work->change;

	undolog_roll_back(&work->made);
	cleanup_fd(&work->mount);
	work->mount = -1;
	change->result = change->row && assembly_may_skip(change->row, result) ? LIVE_MOUNT_LEFT_OUT
									       : LIVE_MOUNT_FAILED;
	if (change->row)
		error_place(&change->error, change->row->file, change->row->line);
}

/* Records what the row to be unmounted shows, to find its mount at another path. */
static void examine_unmount(struct work *work)
{
	cleanup(path_close) struct path source = PATH_INIT;
	struct error ignored = {0};

	work->unmount = (struct live_unmount){.target = work->change->target,
					      .may_be_missing =
						      work->change->source || work->change->nofail};
	if (work->change->source && path_open(work->change->source, &source, &ignored) == 0)
		work->unmount.source = source.stat;
}

static void open_rows(const struct live_namespace *ns, struct work *works, size_t n_works)
{
	for (size_t i = 0; i < n_works; i++) {
		struct live_mount *change = works[i].change;
		int result = change->row ? open_row(ns, &works[i], &change->error) : 0;

		if (result < 0)
			fail_change(&works[i], result);
		if (!change->row)
			examine_unmount(&works[i]);
	}
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

	copy = read_only ? live_mount_clone(directory) : fcntl(directory, F_DUPFD_CLOEXEC, 3);
	if (copy < 0 ||
	    (read_only && syscall(SYS_mount_setattr, copy, "", AT_EMPTY_PATH, &attr, sizeof(attr))))
		return error_set(error, errno, "cannot make anything in a directory above: %m");
	return steal_fd(&copy);
}

/* Makes NAME in DIRECTORY: a directory, or an empty file where the source is not a directory. */
static int make_mount_point(struct work *work, int directory, const char *name, bool last,
			    struct error *error)
{
	cleanup(cleanup_fd) int writable = open_writable(directory, error);
	struct undolog_place place = {writable, name, writable, false};
	cleanup(cleanup_fd) int fd = -1;
	struct stat stat;

	if (writable < 0)
		return writable;
	place.served = server_of(writable).server != SERVER_NONE;
	if (path_examine(work->mount, &stat) < 0)
		return error_set(error, errno, "the source cannot be examined: %m");
	if (last && !S_ISDIR(stat.st_mode))
		fd = undolog_mkfile(&work->made, &place, error);
	else
		fd = undolog_mkdir(&work->made, &place, last ? work->change->row->make_mode : 0755,
				   error);
	return fd < 0 ? fd : 0;
}

static int open_change_component(struct work *work, int directory, const char *name, bool last,
				 struct error *error)
{
	const struct row *row = work->change->row;
	int fd = target_open(directory, name), result;

	if (fd == -ENOENT && row->make_target) {
		result = make_mount_point(work, directory, name, last, error);
		if (result < 0)
			return result;
		fd = target_open(directory, name);
	}
	return fd < 0 ? target_set_error(row, -fd, error) : fd;
}

/* Opens the row's target in the namespace; makes it with X-mount.mkdir. */
static int open_change_target(struct work *work, int root, struct error *error)
{
	cleanup(cleanup_free) char *path = strdup(work->change->row->target + 1);
	cleanup(cleanup_fd) int directory = fcntl(root, F_DUPFD_CLOEXEC, 3);
	char *rest = path, *name;

	if (!path || directory < 0)
		return error_no_memory(error);
	while ((name = strsep(&rest, "/"))) {
		int next = open_change_component(work, directory, name, !rest, error);

		cleanup_fd(&directory);
		directory = next;
		if (directory < 0)
			return directory;
	}
	return steal_fd(&directory);
}

static int mount_row(struct work *work, int root, struct error *error)
{
	cleanup(cleanup_fd) int target = open_change_target(work, root, error);
	int result;

	if (target < 0)
		return target;
	result = assembly_check_kinds(work->change->row, work->mount, target, error);
	if (result == 0)
		result = assembly_attach_row(work->change->row, work->mount, target,
					     server_of(target).server != SERVER_NONE, error);
	if (result < 0)
		return result;
	undolog_commit(&work->made);
	return 0;
}

/* --- the child -------------------------------------------------------------------------------- */

static int enter_namespace(const struct live_namespace *ns, struct error *error)
{
	int root;

	if (setns(ns->mount, CLONE_NEWNS) < 0)
		return error_set(error, errno, "cannot enter the session's namespace: %m");
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return root < 0 ? error_set(error, errno, "cannot open the session's root: %m") : root;
}

/* Whether the other half of a replacement has not failed. */
static bool check_other_half(const struct live_mount *change, struct error *error)
{
	const struct live_mount *other = change->other;

	if (change->row && other && other->result == LIVE_MOUNT_FAILED)
		return error_set(error, EBUSY,
				 "what the session has there could not be taken away"),
		       false;
	if (!change->row && other && other->result == LIVE_MOUNT_FAILED && other->error.number)
		return error_set(error, ECANCELED, "what takes its place cannot be mounted"), false;
	return true;
}

static void apply_change(const struct live_namespace *ns, struct work *work, int root)
{
	struct live_mount *change = work->change;
	int result = -EBUSY;

	if (change->row && work->mount < 0)
		return; /* It failed on the host. */
	if (check_other_half(change, &change->error))
		result = change->row ? mount_row(work, root, &change->error)
				     : live_unmount_row(ns->mounts, &work->unmount, root,
							&change->error);
	if (result < 0)
		fail_change(work, result);
	else
		change->result = result ? LIVE_MOUNT_ABSENT : LIVE_MOUNT_DONE;
}

static _Noreturn void run_child(const struct live_namespace *ns, struct live_mount *changes,
				size_t n_changes)
{
	struct work *works = calloc(n_changes, sizeof(*works));
	struct error error = {0};
	int root = -1;

	if (!works)
		_exit(1);
	umask(0);
	for (size_t i = 0; i < n_changes; i++)
		works[i] = (struct work){.change = &changes[i], .mount = -1};
	/* An mqueue mount shows the IPC namespace of the process that makes it. */
	/* And a sysfs the network namespace. */
	if (ns->net >= 0 && setns(ns->net, CLONE_NEWNET) < 0)
		error_set(&error, errno, "cannot enter the session's network namespace: %m");
	if (ns->ipc >= 0 && setns(ns->ipc, CLONE_NEWIPC) < 0)
		error_set(&error, errno, "cannot enter the session's IPC namespace: %m");
	if (!error.number) {
		open_rows(ns, works, n_changes);
		root = enter_namespace(ns, &error);
	}
	for (size_t i = 0; i < n_changes; i++) {
		if (error.number)
			changes[i].error = error;
		if (error.number)
			fail_change(&works[i], -error.number);
		else if (!changes[i].row)
			apply_change(ns, &works[i], root);
	}
	for (size_t i = 0; !error.number && i < n_changes; i++)
		if (changes[i].row)
			apply_change(ns, &works[i], root);
	_exit(0);
}

static void copy_back(struct live_mount *changes, const struct live_mount *shared, size_t n_changes)
{
	for (size_t i = 0; i < n_changes; i++) {
		changes[i].result = shared[i].result;
		changes[i].error = shared[i].error;
		if (changes[i].result == LIVE_MOUNT_FAILED && !changes[i].error.number)
			error_set(&changes[i].error, ECHILD, "the process that does it was killed");
	}
}

int live_mount_rows(const struct live_namespace *ns, struct live_mount *changes, size_t n_changes,
		    struct error *error)
{
	size_t size = n_changes * sizeof(*changes);
	struct live_mount *shared;
	pid_t pid;

	if (!n_changes)
		return 0;
	shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return error_set(error, errno, "out of memory");
	memcpy(shared, changes, size);
	for (size_t i = 0; i < n_changes; i++)
		if (changes[i].other)
			shared[i].other = shared + (changes[i].other - changes);
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		error_set(error, errno, "cannot start a process: %m");
	if (pid == 0)
		run_child(ns, shared, n_changes);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (pid > 0)
		copy_back(changes, shared, n_changes);
	munmap(shared, size);
	return -error->number;
}
