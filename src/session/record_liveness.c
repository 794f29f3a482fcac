/* SPDX-License-Identifier: BSD-3-Clause */
#include "record_liveness.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

uint64_t record_process_start(pid_t pid)
{
	char name[32], line[1024], *field;
	cleanup(cleanup_fd) int fd = -1;
	ssize_t got;

	snprintf(name, sizeof(name), "/proc/%d/stat", (int)pid);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	got = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);
	line[got > 0 ? got : 0] = '\0';
	/* The second field is the program's name, which may hold blanks and ')'. */
	field = strrchr(line, ')');
	for (int i = 2; field && i < 22; i++)
		field = strchr(field + 1, ' ');
	return field ? strtoull(field, NULL, 10) : 0;
}

static bool is_handle_open(const struct nshandle *handle)
{
	cleanup(cleanup_fd) int fd = handle->type ? nshandle_open(handle) : -1;

	return fd >= 0;
}

bool record_is_alive(const struct record *record)
{
	if (record->session.leader_start
		    ? record_process_start(record->session.leader) == record->session.leader_start
		    : kill(record->session.leader, 0) == 0)
		return true;
	/* In a shared namespace that may be another session. */
	return !record->recipe.shared && is_handle_open(&record->namespaces.mount);
}
