/* SPDX-License-Identifier: BSD-3-Clause */
#include "names.h"

#include <string.h>

bool name_is_component(const char *name)
{
	return *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && !strchr(name, '/');
}

bool name_has_dots(const char *path)
{
	size_t length;

	for (path += strspn(path, "/"); *path; path += strspn(path, "/")) {
		length = strcspn(path, "/");
		if ((length == 1 && path[0] == '.') ||
		    (length == 2 && path[0] == '.' && path[1] == '.'))
			return true;
		path += length;
	}
	return false;
}

const char *name_below(const char *target, const char *directory)
{
	const char *rest = target;

	/* Most names differ early. */
	for (; *directory && *directory == *rest; directory++)
		rest++;
	if (*directory)
		return NULL;
	if (rest == target + 1 && *target == '/')
		return rest;
	if (*rest == '\0')
		return rest;
	return *rest == '/' ? rest + 1 : NULL;
}

const char *name_last(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const char *name_of_terminal(const char *tty)
{
	const char *name = name_below(tty, "/dev");

	return name ? name : tty;
}
