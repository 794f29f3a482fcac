/* SPDX-License-Identifier: BSD-3-Clause */
#include "row_refusal.h"

#include <stddef.h>

#include "names.h"

/* Options of mount(8) that a session's tree cannot have. */
static const struct {
	const char *key;
	const char *why;
} refusals[] = {
	{"user", "root alone mounts a session's tree; leave it out"},
	{"nouser", "root alone mounts a session's tree; leave it out"},
	{"users", "root alone mounts a session's tree; leave it out"},
	{"owner", "root alone mounts a session's tree; leave it out"},
	{"group", "root alone mounts a session's tree; leave it out"},
	{"auto", "every row is mounted; leave it out"},
	{"noauto", "every row is mounted; leave the row out"},
	{"_netdev", "the order of the rows is the order of the mounts; leave it out"},
	{"loop", "loop devices are not supported; write type erofs, which takes an image file as "
		 "its source"},
	{"remount", "a session's mounts are new; write the flags you want in the row itself"},
	{"move", "the host keeps its mounts; write bind or rbind"},
	{"shared", "the session's mounts would show on the host; write slave or private"},
	{"rshared", "the session's mounts would show on the host; write slave or private"},
	{"unbindable", "it is not supported; write private"},
	{"runbindable", "it is not supported; write private"},
	{"norelatime", "it is not supported; write strictatime"},
	{"nostrictatime", "it is not supported; write relatime"},
	{"X-mount.idmap", "it is not supported; leave it out"},
	{"x-mount.mkdir", "it has a capital X: write X-mount.mkdir"},
};

const char *row_refusal(const char *key)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
		if (name_is(key, refusals[i].key))
			return refusals[i].why;
	return NULL;
}
