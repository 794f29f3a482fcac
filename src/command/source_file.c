/* SPDX-License-Identifier: BSD-3-Clause */
#include "source_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "cleanup.h"
#include "path.h"
#include "server.h"

static bool read_identity(int fd, struct source_file *file)
{
	struct statx found;

	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_INO, &found) < 0)
		return false;
	*file = (struct source_file){
		.known = true,
		.is_mount = found.stx_attributes & STATX_ATTR_MOUNT_ROOT,
		.device = makedev(found.stx_dev_major, found.stx_dev_minor),
		.inode = found.stx_ino,
	};
	return true;
}

struct source_file source_file_find(const char *name)
{
	cleanup(path_close) struct path found = PATH_INIT;
	struct source_file file = {0};
	struct error ignored = {0};

	if (path_open(name, &found, &ignored) < 0 || !read_identity(found.fd, &file))
		return (struct source_file){0};
	if (server_of(found.fd).server != SERVER_NONE)
		file.inode = 0;
	return file;
}

enum source_shown source_file_compare(const struct source_file *source, int target)
{
	struct source_file shown;

	if (!read_identity(target, &shown))
		return SOURCE_SHOWN;
	if (!shown.is_mount)
		return SOURCE_ABSENT;
	return shown.device != source->device || (source->inode && shown.inode != source->inode)
		       ? SOURCE_REPLACED
		       : SOURCE_SHOWN;
}
