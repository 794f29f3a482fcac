/* SPDX-License-Identifier: BSD-3-Clause */
#include "runfile.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "path.h"

/* The calling thread's SIGXFSZ and the process's RLIMIT_FSIZE, while a file is written. */
struct size_limit {
	struct rlimit limit;
	bool lifted;
	bool pending;
	sigset_t mask;
};

/*
 * A file size limit of the application, or of pam_limits(8), is meant for the user's files. Root
 * may raise it; where that is refused, write(2) fails with EFBIG, and the signal, which would end
 * the application, is blocked.
 */
static void lift_size_limit(struct size_limit *saved)
{
	const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
	sigset_t signals, pending;

	sigemptyset(&signals);
	sigaddset(&signals, SIGXFSZ);
	sigpending(&pending);
	saved->pending = sigismember(&pending, SIGXFSZ) == 1;
	sigprocmask(SIG_BLOCK, &signals, &saved->mask);
	saved->lifted = getrlimit(RLIMIT_FSIZE, &saved->limit) == 0 &&
			saved->limit.rlim_cur != RLIM_INFINITY &&
			setrlimit(RLIMIT_FSIZE, &none) == 0;
}

static void restore_size_limit(const struct size_limit *saved)
{
	const struct timespec now = {0};
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGXFSZ);
	if (saved->lifted)
		setrlimit(RLIMIT_FSIZE, &saved->limit);
	/* A signal that was pending before must still reach the application. */
	while (!saved->pending && sigtimedwait(&signals, NULL, &now) > 0)
		;
	sigprocmask(SIG_SETMASK, &saved->mask, NULL);
}

static int write_whole(int fd, const char *bytes, size_t size)
{
	while (size) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return written < 0 ? -errno : -EIO;
		bytes += written;
		size -= (size_t)written;
	}
	return 0;
}

/* Writes to a name that no file has, and renames it. The name ends with the writer's process id,
 * which record_prune() looks at. */
static int write_new(int directory, const char *name, const char *bytes, size_t size)
{
	const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
	char temporary[RUNFILE_NAME_SIZE + 16];
	int fd, result;

	snprintf(temporary, sizeof(temporary), ".%s.%d", name, (int)getpid());
	fd = openat(directory, temporary, flags, 0600);
	if (fd < 0)
		return -errno;
	result = write_whole(fd, bytes, size);
	close(fd);
	if (result == 0 && renameat(directory, temporary, directory, name) < 0)
		result = -errno;
	if (result < 0)
		unlinkat(directory, temporary, 0);
	return result;
}

int runfile_write(int directory, const char *name, const char *bytes, size_t size)
{
	struct size_limit saved;
	int result;

	lift_size_limit(&saved);
	result = write_new(directory, name, bytes, size);
	restore_size_limit(&saved);
	return result;
}

/* *TEXT, of the file FD, is the caller's to free. */
static int read_checked(int fd, size_t limit, char **text, size_t *size, struct error *error)
{
	struct stat stat;
	ssize_t got;

	if (fstat(fd, &stat) < 0)
		return error_set(error, errno, "cannot be read: %m");
	if (!S_ISREG(stat.st_mode) || stat.st_uid != 0 || stat.st_mode & 077)
		return error_set(error, EBADMSG, "is not a regular file of root's with mode 0600");
	if (stat.st_size > (off_t)limit)
		return error_set(error, EBADMSG, "is larger than %zu bytes", limit);
	*text = malloc((size_t)stat.st_size + 1);
	if (!*text)
		return error_no_memory(error);
	got = pread(fd, *text, (size_t)stat.st_size, 0);
	if (got < 0)
		return error_set(error, errno, "cannot be read: %m");
	*size = (size_t)got;
	return 0;
}

int runfile_read(int directory, const char *name, size_t limit, char **text, size_t *size,
		 struct error *error)
{
	cleanup(cleanup_fd) int fd =
		openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return error_set(error, errno, "cannot be opened: %m");
	return read_checked(fd, limit, text, size, error);
}

/* Without the application's umask, so that the directory has mode 0700. */
static int make_directory(int parent, const char *name)
{
	mode_t mask = umask(0);
	int result = mkdirat(parent, name, 0700);

	umask(mask);
	return result < 0 && errno != EEXIST ? -errno : 0;
}

int runfile_private(int parent, const char *name, const char *path, bool make, struct error *error)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	cleanup(cleanup_fd) int fd = openat(parent, name, flags);
	struct stat stat;
	int result;

	if (fd < 0 && errno == ENOENT && make) {
		result = make_directory(parent, name);
		if (result < 0)
			return error_set(error, -result, "'%s' cannot be made: %s", path,
					 strerror(-result));
		fd = openat(parent, name, flags);
	}
	if (fd < 0 || fstat(fd, &stat) < 0)
		return error_set(error, errno, "'%s' cannot be opened: %m", path);
	if (stat.st_uid != 0 || (stat.st_mode & 07777) != 0700)
		return error_set(error, EPERM,
				 "'%s' is not owned by root with mode 0700 (it has uid %u, mode "
				 "%04o): remove it, and the next session makes it anew",
				 path, (unsigned)stat.st_uid, (unsigned)stat.st_mode & 07777);
	return steal_fd(&fd);
}

int runfile_top(bool make, struct error *error)
{
	cleanup(cleanup_fd) int run = open("/run", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat stat;

	if (run < 0 || fstat(run, &stat) < 0)
		return error_set(error, errno, "'/run' cannot be opened: %m");
	if (path_distrust(&stat))
		return error_set(error, EPERM, "'/run' %s (uid %u, mode %04o)",
				 path_distrust(&stat), (unsigned)stat.st_uid,
				 (unsigned)stat.st_mode & 07777);
	return runfile_private(run, "nstree", RUNFILE_DIRECTORY, make, error);
}

int runfile_directory(const char *name, bool make, struct error *error)
{
	cleanup(cleanup_fd) int top = runfile_top(make, error);
	char path[sizeof(RUNFILE_DIRECTORY) + RUNFILE_NAME_SIZE];

	if (top < 0)
		return top;
	snprintf(path, sizeof(path), RUNFILE_DIRECTORY "/%s", name);
	return runfile_private(top, name, path, make, error);
}

DIR *runfile_list(int directory)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !list)
		close(fd);
	return list;
}

bool runfile_is_left(const char *name)
{
	const char *digits = name[0] == '.' ? strrchr(name, '.') + 1 : "";
	char *end;
	long pid = strtol(digits, &end, 10);

	return *digits >= '1' && *digits <= '9' && !*end && kill((pid_t)pid, 0) < 0 &&
	       errno == ESRCH;
}

void runfile_prune(int directory)
{
	cleanup(cleanup_directory) DIR *list = runfile_list(directory);
	const struct dirent *entry;

	while (list && (entry = readdir(list)))
		if (runfile_is_left(entry->d_name))
			unlinkat(directory, entry->d_name, 0);
}
