/* SPDX-License-Identifier: BSD-3-Clause */
#include "policy_include.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cleanup.h"
#include "names.h"
#include "path.h"

#define WILDCARDS "*?["
#define NO_FILE "/dev/null"
#define EXAMPLE "'include " SYSCONFDIR "/security/nstree.conf.d/*.conf'"

/* Where the files of a pattern below the first are looked for, the most important first. */
static const char *const places[] = {SYSCONFDIR, "/run", VENDORDIR};

void policy_files_clear(struct policy_files *files)
{
	for (size_t i = 0; i < files->n_paths; i++)
		free(files->paths[i]);
	free(files->paths);
	*files = (struct policy_files){0};
}

static bool has_name(const struct policy_files *files, const char *name)
{
	for (size_t i = 0; i < files->n_paths; i++)
		if (strcmp(name_last(files->paths[i]), name) == 0)
			return true;
	return false;
}

static int add_policy_file(struct policy_files *files, const char *directory, const char *name,
			   struct error *error)
{
	char **larger = reallocarray(files->paths, files->n_paths + 1, sizeof(*larger));

	if (!larger)
		return error_no_memory(error);
	files->paths = larger;
	if (asprintf(&larger[files->n_paths], "%s/%s", directory, name) < 0)
		return error_no_memory(error);
	files->n_paths++;
	return 0;
}

/* Also the names that are no files in the end: those hide files of the same name elsewhere. */
static int add_matches(struct policy_files *files, const char *directory, const char *pattern,
		       DIR *stream, struct error *error)
{
	const struct dirent *entry;
	int result = 0;

	errno = 0;
	while (result == 0 && (entry = readdir(stream))) {
		if (fnmatch(pattern, entry->d_name, FNM_PERIOD) == 0 &&
		    !has_name(files, entry->d_name))
			result = add_policy_file(files, directory, entry->d_name, error);
		errno = 0;
	}
	if (result == 0 && errno)
		return error_set(error, errno, "cannot be listed: %m");
	return result;
}

/* A user who can change the directory could take away a file, and with it the rules in it. */
static int open_directory(const char *directory, DIR **stream, struct error *error)
{
	cleanup(path_close) struct path found = PATH_INIT;
	cleanup(cleanup_fd) int fd = -1;
	int result = path_open(directory, &found, error);

	if (result < 0)
		return result;
	if (found.untrusted[0])
		return error_set(error, EPERM,
				 "cannot be trusted: %s; it and every directory above must be "
				 "root's, and writable by no one else (chown root, chmod go-w)",
				 found.untrusted);
	fd = openat(found.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*stream = fd < 0 ? NULL : fdopendir(fd);
	if (!*stream)
		return error_set(error, errno, "cannot be listed: %m");
	steal_fd(&fd);
	return 0;
}

static int open_directory_in(const struct rootdir *root, const char *directory, DIR **stream,
			     struct error *error)
{
	cleanup(cleanup_fd) int fd =
		rootdir_open(root, directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	*stream = fd < 0 ? NULL : fdopendir(fd);
	if (!*stream)
		return error_set(error, fd < 0 ? -fd : errno, "cannot be listed: %s",
				 strerror(fd < 0 ? -fd : errno));
	steal_fd(&fd);
	return 0;
}

static int find_in_directory(struct policy_files *files, const struct rootdir *root,
			     const char *directory, const char *pattern, struct error *error)
{
	cleanup(cleanup_directory) DIR *stream = NULL;
	const struct error before = *error;
	char mapped[PATH_MAX];
	int result;

	if (rootdir_map(root, *directory ? directory : "/", mapped)) {
		directory = mapped;
		result = open_directory_in(root, directory, &stream, error);
	} else {
		result = open_directory(*directory ? directory : "/", &stream, error);
	}
	if (result == -ENOENT) {
		*error = before;
		return 0;
	}
	if (result == 0)
		result = add_matches(files, directory, pattern, stream, error);
	if (result < 0)
		error_place(error, directory, 0);
	return result;
}

static int find_in_places(struct policy_files *files, const struct rootdir *root,
			  const char *directory, const char *pattern, struct error *error)
{
	const char *below = name_below(directory, places[0]);
	int result = 0;

	if (!below)
		return find_in_directory(files, root, directory, pattern, error);
	for (size_t i = 0; result == 0 && i < sizeof(places) / sizeof(*places); i++) {
		cleanup(cleanup_free) char *path = NULL;

		if (asprintf(&path, "%s/%s", places[i], below) < 0)
			return error_no_memory(error);
		result = find_in_directory(files, root, path, pattern, error);
	}
	return result;
}

/* Whether PATH in ROOT is a link to /dev/null, which need not be there. */
static bool is_masked_in(const struct rootdir *root, const char *path)
{
	cleanup(cleanup_fd) int fd = rootdir_open(root, path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	const size_t wanted = strlen(NO_FILE);
	char text[PATH_MAX];
	ssize_t length = fd < 0 ? -1 : readlinkat(fd, "", text, sizeof(text));

	/* Also written from where the link is: ../../dev/null. */
	return length >= (ssize_t)wanted &&
	       memcmp(text + (size_t)length - wanted, NO_FILE, wanted) == 0;
}

/* Whether PATH is a link to /dev/null: on the host one that only root can have made. */
static bool is_masked(const struct rootdir *root, const char *path)
{
	cleanup(path_close) struct path found = PATH_INIT;
	struct error ignored = {0};

	if (rootdir_has(root, path))
		return is_masked_in(root, path);
	return path_open(path, &found, &ignored) == 0 && !found.parent_untrusted[0] &&
	       S_ISCHR(found.stat.st_mode) && found.stat.st_rdev == makedev(1, 3);
}

static void drop_masked(const struct rootdir *root, struct policy_files *files)
{
	size_t kept = 0;

	for (size_t i = 0; i < files->n_paths; i++) {
		if (is_masked(root, files->paths[i]))
			free(files->paths[i]);
		else
			files->paths[kept++] = files->paths[i];
	}
	files->n_paths = kept;
}

static int compare_names(const void *left, const void *right)
{
	return strcmp(name_last(*(char *const *)left), name_last(*(char *const *)right));
}

static int find_matches(const char *pattern, const struct rootdir *root, struct policy_files *files,
			struct error *error)
{
	const char *last = name_last(pattern);
	cleanup(cleanup_free) char *directory = strndup(pattern, (size_t)(last - pattern - 1));
	int result;

	if (!directory)
		return error_no_memory(error);
	if (strpbrk(directory, WILDCARDS))
		return error_set(error, EINVAL,
				 "'%.200s' has a wildcard in a directory: write wildcards in the "
				 "name of the file alone, as in " EXAMPLE,
				 pattern);
	result = find_in_places(files, root, directory, last, error);
	if (result < 0)
		return result;
	drop_masked(root, files);
	if (files->n_paths)
		qsort(files->paths, files->n_paths, sizeof(*files->paths), compare_names);
	return 0;
}

int policy_include_find(const char *pattern, const struct rootdir *root, struct policy_files *files,
			struct error *error)
{
	char mapped[PATH_MAX], *slash;

	*files = (struct policy_files){0};
	if (pattern[0] != '/' || name_has_dots(pattern) || !*name_last(pattern))
		return error_set(error, EINVAL,
				 "'%.200s' is not the path of a file: write an absolute path "
				 "without '.' and '..', as in " EXAMPLE,
				 pattern);
	if (strpbrk(pattern, WILDCARDS))
		return find_matches(pattern, root, files, error);
	if (!rootdir_map(root, pattern, mapped))
		return add_policy_file(files, "", pattern + 1, error);
	slash = strrchr(mapped, '/');
	*slash = '\0';
	return add_policy_file(files, mapped, slash + 1, error);
}
