/* SPDX-License-Identifier: BSD-3-Clause */
#include "deletion.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "cleanup.h"
#include "kernel.h"

#define RESOLVE_CHILD                                                                              \
	(RESOLVE_NO_XDEV | RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)
#define DEPTH_MAX 64
#define PASSES_MAX 1000

/* What the child tells its parent, which may be the user's doing: it is shown as text alone. */
struct deletion {
	unsigned long removed; /* so far */
	int number;	       /* why the first name was left; 0 for none */
	char name[NAME_MAX + 1];
};

/* One that is being done, in the child. */
struct doing {
	struct deletion *told;
	int base;
};

static void note_left(const struct doing *doing, const char *name, int number)
{
	if (doing->told->number)
		return;
	snprintf(doing->told->name, sizeof(doing->told->name), "%s", name);
	doing->told->number = number;
}

static void count_removed(const struct doing *doing)
{
	__atomic_add_fetch(&doing->told->removed, 1, __ATOMIC_RELAXED);
}

static void delete_children(const struct doing *doing, int directory, int depth);

/* Deeper than there are descriptors for: emptied later, from the top. */
static bool bring_up(const struct doing *doing, int parent, const char *name)
{
	char higher[64];

	snprintf(higher, sizeof(higher), ".nstree-deep.%lu", doing->told->removed);
	return renameat2(parent, name, doing->base, higher, RENAME_NOREPLACE) == 0;
}

/* A descriptor to list the directory FD with; its owner may have left itself no permission. */
static int open_for_listing(int fd)
{
	struct stat stat;

	if (fstat(fd, &stat) == 0 && (stat.st_mode & S_IRWXU) != S_IRWXU)
		sys_fchmodat2(fd, "", (stat.st_mode & 07777) | S_IRWXU, AT_EMPTY_PATH);
	return openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void delete_directory(const struct doing *doing, int parent, const char *name, int depth)
{
	struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
			       .resolve = RESOLVE_CHILD};
	cleanup(cleanup_fd) int fd = (int)syscall(SYS_openat2, parent, name, &how, sizeof(how));
	cleanup(cleanup_fd) int listed = fd < 0 ? -1 : open_for_listing(fd);

	if (listed < 0) {
		note_left(doing, name, errno);
		return;
	}
	if (depth >= DEPTH_MAX && bring_up(doing, parent, name)) {
		count_removed(doing);
		return;
	}
	if (depth < DEPTH_MAX)
		delete_children(doing, listed, depth + 1);
	if (unlinkat(parent, name, AT_REMOVEDIR) == 0)
		count_removed(doing);
	else
		note_left(doing, name, errno);
}

static void delete_name(const struct doing *doing, int directory, const char *name, int depth)
{
	if (unlinkat(directory, name, 0) == 0)
		count_removed(doing);
	else if (errno == EISDIR)
		delete_directory(doing, directory, name, depth);
	else if (errno != ENOENT)
		note_left(doing, name, errno);
}

static void delete_children(const struct doing *doing, int directory, int depth)
{
	cleanup(cleanup_directory) DIR *list = NULL;
	const struct dirent *entry;
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	list = fd < 0 ? NULL : fdopendir(fd);
	if (!list && fd >= 0)
		close(fd);
	while (list && (entry = readdir(list)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			delete_name(doing, directory, entry->d_name, depth);
}

/* The user can neither trace this process nor read its memory: a change of ids forbids both. */
static bool become_owner(uid_t uid, gid_t gid)
{
	return setgroups(0, NULL) == 0 && setresgid(gid, gid, gid) == 0 &&
	       setresuid(uid, uid, uid) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

/* Another pass for what was brought up; and for names that a listing has left out. */
static void delete_all(struct doing *doing, int directory)
{
	unsigned long before;

	doing->base = open_for_listing(directory);
	if (doing->base < 0) {
		note_left(doing, ".", errno);
		return;
	}
	for (int pass = 0; pass < PASSES_MAX; pass++) {
		before = doing->told->removed;
		doing->told->number = 0;
		delete_children(doing, doing->base, 0);
		if (doing->told->removed == before)
			break;
	}
	close(doing->base);
}

static _Noreturn void run_deletion(struct deletion *told, int directory, uid_t uid, gid_t gid)
{
	struct doing doing = {.told = told, .base = -1};

	if (!become_owner(uid, gid)) {
		told->number = errno ? errno : EPERM;
		_exit(1);
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	delete_all(&doing, directory);
	_exit(0);
}

static void reap_deletion(int pidfd)
{
	siginfo_t end;

	while (waitid(P_PIDFD, (id_t)pidfd, &end, WEXITED | __WALL) < 0 && errno == EINTR)
		;
}

/* Returns 0, or -ETIMEDOUT where nothing was removed for too long. */
static int wait_while_busy(const struct deletion *told, int pidfd)
{
	unsigned long before;

	do {
		before = __atomic_load_n(&told->removed, __ATOMIC_RELAXED);
		if (child_ends_within(pidfd, DELETION_SECONDS * 1000)) {
			reap_deletion(pidfd);
			return 0;
		}
	} while (__atomic_load_n(&told->removed, __ATOMIC_RELAXED) != before);
	syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
	if (child_ends_within(pidfd, 1000))
		reap_deletion(pidfd);
	return -ETIMEDOUT;
}

static int describe_left(struct deletion *told, int result, struct error *error)
{
	told->name[NAME_MAX] = '\0';
	if (result == -ETIMEDOUT)
		return error_set(error, ETIMEDOUT,
				 "nothing could be removed for %d seconds: its server does not "
				 "answer",
				 DELETION_SECONDS);
	if (told->number == EXDEV || told->number == EBUSY)
		return error_set(error, EXDEV, "something is mounted on '%s' in it", told->name);
	if (told->number)
		return error_set(error, told->number < 0 ? EIO : told->number,
				 "'%s' in it cannot be removed by its owner: %s", told->name,
				 strerror(told->number));
	return 0;
}

int deletion_run(int directory, uid_t uid, gid_t gid, struct error *error)
{
	struct deletion *told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cleanup(cleanup_fd) int pidfd = -1;
	int result;
	pid_t pid;

	if (told == MAP_FAILED)
		return error_no_memory(error);
	pid = child_start(0, &pidfd);
	if (pid == 0)
		run_deletion(told, directory, uid, gid);
	if (pid < 0)
		result = error_set(error, errno, "a process cannot be made: %m");
	else
		result = describe_left(told, wait_while_busy(told, pidfd), error);
	munmap(told, sizeof(*told));
	return result;
}
