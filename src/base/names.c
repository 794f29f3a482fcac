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
	size_t length = strcmp(directory, "/") == 0 ? 0 : strlen(directory);

	if (strncmp(target, directory, length) != 0)
		return NULL;
	if (target[length] == '\0')
		return target + length;
	return target[length] == '/' ? target + length + 1 : NULL;
}

const char *name_last(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
