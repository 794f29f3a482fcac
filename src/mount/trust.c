/* SPDX-License-Identifier: BSD-3-Clause */
#include "trust.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "names.h"
#include "path.h"

const char *const trust_places[TRUST_PLACES + 1] = {
	"/",	  "/etc",   "/usr",    "/usr/lib", "/usr/lib64", "/usr/bin", "/usr/sbin", "/lib",
	"/lib32", "/lib64", "/libx32", "/bin",	   "/sbin",	 "/run",     "/dev",	  NULL};

/* NSS modules and sshd's monitor run as root in the tree and are loaded from these. */
static const char *const code_places[] = {"/etc", "/usr",   "/bin",   "/sbin",
					  "/lib", "/lib32", "/lib64", "/libx32"};

bool trust_is_code_place(const char *target)
{
	if (strcmp(target, "/") == 0)
		return true;
	for (size_t i = 0; i < sizeof(code_places) / sizeof(*code_places); i++)
		if (name_below(target, code_places[i]))
			return true;
	return false;
}

static int set_distrust_error(const char *place, const struct stat *stat, struct error *error)
{
	return error_set(error, EPERM,
			 "in this tree '%s' %s (uid %u, mode %04o): root's code is loaded from "
			 "there; it must be root's, and writable by no one else (for a tmpfs write "
			 "mode=0755)",
			 place, path_distrust(stat), (unsigned)stat->st_uid,
			 (unsigned)stat->st_mode & 07777);
}

int trust_check_places(const char *target, int fd, struct error *error)
{
	for (const char *const *place = trust_places; *place; place++) {
		const char *rest = name_below(*place, target);
		struct stat stat;

		if (!rest || fstatat(fd, rest, &stat,
				     AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH) < 0)
			continue;
		/* A link's own mode says nothing. */
		if (S_ISLNK(stat.st_mode))
			stat.st_mode &= ~(mode_t)(S_IWGRP | S_IWOTH);
		if (path_distrust(&stat))
			return error_mark(error, CODE_ROOT_CODE,
					  set_distrust_error(*place, &stat, error));
	}
	return 0;
}

int trust_check_mount(const struct row *row, int mount, struct error *error)
{
	struct stat stat;

	if (!trust_is_code_place(row->target))
		return 0;
	if (fstat(mount, &stat) < 0)
		return error_set(error, errno, "'%s' cannot be examined: %m", row->target);
	if (!path_distrust(&stat))
		return 0;
	return error_mark(error, CODE_ROOT_CODE, set_distrust_error(row->target, &stat, error));
}
