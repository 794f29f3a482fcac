/* SPDX-License-Identifier: BSD-3-Clause */
#include "pathchild.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "timedcall.h"

/* Fills in ANSWER for the descriptor FD. */
static int examine_in_child(int fd, void *data)
{
	struct pathchild_answer *answer = data;
	ssize_t length;

	if (fstat(fd, &answer->stat) < 0) {
		answer->hidden = errno == EACCES;
		return answer->hidden ? 0 : -errno;
	}
	if (!S_ISLNK(answer->stat.st_mode))
		return 0;
	length = readlinkat(fd, "", answer->link, sizeof(answer->link) - 1);
	if (length < 0)
		return -errno;
	answer->link[length] = '\0';
	return 0;
}

static int open_in_child(int directory, void *data)
{
	struct pathchild_answer *answer = data;
	int fd = openat(directory, answer->name, O_PATH | O_NOFOLLOW | O_CLOEXEC), result;

	if (fd < 0)
		return -errno;
	result = examine_in_child(fd, answer);
	return result < 0 ? result : fd;
}

/* Opening the directory makes the daemon mount on it; the descriptor is closed with the child. */
static int trigger_in_child(int directory, void *data)
{
	const struct pathchild_answer *answer = data;
	int fd = openat(directory, answer->name,
			O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : 0;
}

/* Runs CALL for NAME in DIRECTORY, or for the descriptor DIRECTORY itself if NAME is "". */
static int ask_child(timed_function *call, int directory, const char *name,
		     struct pathchild_answer *answer, int *opened)
{
	*answer = (struct pathchild_answer){0};
	snprintf(answer->name, sizeof(answer->name), "%s", name);
	return timed_call(call, directory, answer, sizeof(*answer), opened);
}

int pathchild_open(int directory, const char *name, int *opened, struct pathchild_answer *answer)
{
	return ask_child(open_in_child, directory, name, answer, opened);
}

int pathchild_examine(int fd, struct pathchild_answer *answer)
{
	return ask_child(examine_in_child, fd, "", answer, NULL);
}

int pathchild_wait_for_autofs(int directory, const char *name)
{
	struct pathchild_answer answer;
	int result = ask_child(trigger_in_child, directory, name, &answer, NULL);

	return result == -ETIMEDOUT || result == -ECHILD || result == -EIO ? result : 0;
}
