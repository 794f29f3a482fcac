/* SPDX-License-Identifier: BSD-3-Clause */
#include "textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

#define SIZE_LIMIT (1024 * 1024)
#define STREAM_LIMIT ((off_t)64 * 1024 * 1024)

static int check_regular(int fd, off_t limit)
{
	struct stat stat;

	if (fstat(fd, &stat) < 0)
		return -errno;
	if (!S_ISREG(stat.st_mode))
		return -EINVAL;
	return stat.st_size > limit ? -EFBIG : 0;
}

/*
 * Returns the descriptor, for the caller to close, or negative errno. Opening a device can do
 * something (a tape rewinds): what is no regular file is not opened.
 */
static int open_regular(const struct rootdir *root, const char *file, off_t limit)
{
	cleanup(cleanup_fd) int place = rootdir_open(root, file, O_PATH | O_CLOEXEC), fd = -1;
	int result = place < 0 ? place : check_regular(place, limit);

	if (result < 0)
		return result;
	/* Not by /proc, which need not be there. */
	fd = rootdir_open(root, file, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	result = fd < 0 ? fd : check_regular(fd, limit);
	return result < 0 ? result : steal_fd(&fd);
}

int textfile_read_in(const struct rootdir *root, const char *file, char **text, size_t *length)
{
	cleanup(cleanup_fd) int fd = open_regular(root, file, SIZE_LIMIT);
	cleanup(cleanup_free) char *made = NULL;
	size_t done = 0;
	ssize_t size;

	if (fd < 0)
		return fd;
	if (!(made = malloc(SIZE_LIMIT + 1)))
		return -ENOMEM;
	while ((size = read(fd, made + done, SIZE_LIMIT + 1 - done)) > 0)
		done += (size_t)size;
	if (size < 0)
		return -errno;
	if (done > SIZE_LIMIT)
		return -EFBIG;
	made[done] = '\0';
	*text = steal_pointer(&made);
	*length = done;
	return 0;
}

int textfile_read(const char *file, char **text, size_t *length)
{
	return textfile_read_in(NULL, file, text, length);
}

int textfile_open_in(const struct rootdir *root, const char *file, FILE **stream,
		     struct error *error)
{
	cleanup(cleanup_fd) int fd = open_regular(root, file, STREAM_LIMIT);

	*stream = fd < 0 ? NULL : fdopen(fd, "re");
	if (*stream) {
		steal_fd(&fd);
		return 0;
	}
	error_place(error, file, 0);
	if (fd == -EINVAL)
		return error_mark(
			error, CODE_UNREADABLE_FILE,
			error_set(error, EINVAL, "is not a regular file; write a plain text file"));
	return error_mark(error, CODE_UNREADABLE_FILE,
			  error_set(error, fd < 0 ? -fd : errno, "cannot be read: %s",
				    strerror(fd < 0 ? -fd : errno)));
}
