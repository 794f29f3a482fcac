/* SPDX-License-Identifier: BSD-3-Clause */
#include "configfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "path.h"

static int check_content(const struct path *found, struct error *error)
{
	if (found->stat.st_size == 0)
		return error_mark(
			error, CODE_EMPTY_FILE,
			error_set(error, EINVAL,
				  "is empty; write at least one line, or put back the file "
				  "that belongs here"));
	if (found->stat.st_size > CONFIG_SIZE_MAX)
		return error_mark(error, CODE_UNREADABLE_FILE,
				  error_set(error, EFBIG,
					    "is larger than 1 MiB; write fewer lines, or put back "
					    "the file that belongs here"));
	return 0;
}

static int check_config(const struct path *found, struct error *error)
{
	if (!S_ISREG(found->stat.st_mode))
		return error_mark(
			error, CODE_UNREADABLE_FILE,
			error_set(error, EINVAL, "is not a regular file; write a plain text file"));
	if (found->untrusted[0])
		return error_mark(
			error, CODE_UNTRUSTED_FILE,
			error_set(error, EPERM,
				  "cannot be trusted: %s; it and every directory above must "
				  "be root's, and writable by no one else (chown root, "
				  "chmod go-w)",
				  found->untrusted));
	return check_content(found, error);
}

/* Opens FOUND for reading. Only root can change its path, so that it is the file that was checked.
 */
static int reopen_config(const struct path *found, FILE **stream, struct error *error)
{
	cleanup(cleanup_fd) int fd = -1;
	struct stat stat;

	fd = openat(found->parent, found->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &stat) < 0)
		return error_set(error, errno, "cannot be read: %m");
	if (stat.st_dev != found->stat.st_dev || stat.st_ino != found->stat.st_ino)
		return error_set(error, ESTALE, "was replaced while it was opened; try again");
	*stream = fdopen(fd, "re");
	if (!*stream)
		return error_set(error, errno, "cannot be read: %m");
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
		result = error_mark(error, CODE_UNREADABLE_FILE,
				    reopen_config(&found, stream, error));
	if (result < 0)
		error_place(error, file, 0);
	return result;
}
