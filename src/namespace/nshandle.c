/* SPDX-License-Identifier: BSD-3-Clause */
#include "nshandle.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "kernel.h"

/* struct file_handle ends in a flexible array; this has room for a handle of nsfs. */
union room {
	struct file_handle handle;
	char bytes[sizeof(struct file_handle) + NSHANDLE_SIZE];
};

int nshandle_make(int namespace, struct nshandle *handle)
{
	union room room = {.handle.handle_bytes = NSHANDLE_SIZE};
	int ignored;

	*handle = (struct nshandle){0};
	if (name_to_handle_at(namespace, "", &room.handle, &ignored, AT_EMPTY_PATH) < 0)
		return -errno;
	if (room.handle.handle_bytes != NSHANDLE_SIZE)
		return -EOPNOTSUPP;
	handle->type = room.handle.handle_type;
	memcpy(handle->bytes, room.bytes + sizeof(room.handle), NSHANDLE_SIZE);
	return 0;
}

int nshandle_open(const struct nshandle *handle)
{
	union room room = {
		.handle = {.handle_bytes = NSHANDLE_SIZE, .handle_type = handle->type},
	};
	int fd;

	if (!handle->type)
		return -ESTALE;
	memcpy(room.bytes + sizeof(room.handle), handle->bytes, NSHANDLE_SIZE);
	fd = open_by_handle_at(FD_NSFS_ROOT, &room.handle, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}
