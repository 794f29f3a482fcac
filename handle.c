/* SPDX-License-Identifier: BSD-3-Clause */
#include "handle.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "kernel.h"

/* struct file_handle ends in an array without a size: here is room for what nsfs puts there. */
union room {
	struct file_handle handle;
	char bytes[sizeof(struct file_handle) + HANDLE_SIZE];
};

int handle_make(int namespace, struct handle *handle)
{
	union room room = {.handle.handle_bytes = HANDLE_SIZE};
	int ignored;

	*handle = (struct handle){0};
	if (name_to_handle_at(namespace, "", &room.handle, &ignored, AT_EMPTY_PATH) < 0)
		return -errno;
	if (room.handle.handle_bytes != HANDLE_SIZE)
		return -EOPNOTSUPP;
	handle->type = room.handle.handle_type;
	memcpy(handle->bytes, room.bytes + sizeof(room.handle), HANDLE_SIZE);
	return 0;
}

int handle_open(const struct handle *handle)
{
	union room room = {
		.handle = {.handle_bytes = HANDLE_SIZE, .handle_type = handle->type},
	};
	int fd;

	if (!handle->type)
		return -ESTALE;
	memcpy(room.bytes + sizeof(room.handle), handle->bytes, HANDLE_SIZE);
	fd = open_by_handle_at(FD_NSFS_ROOT, &room.handle, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}
