/* SPDX-License-Identifier: BSD-3-Clause */
#include "label.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <selinux/label.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "cleanup.h"
#include "dlopennote.h"
#include "names.h"
#include "selinux.h"

#define SONAME "libselinux.so.1"
#define ATTRIBUTE "security.selinux"
#define DEPTH_MAX 64

DLOPEN_NOTE("selinux", "Labels of a session's filesystems", "recommended", SONAME);

struct labels_library {
	void *library;
	__typeof__(&selabel_open) open;
	__typeof__(&selabel_lookup_raw) look_up;
	__typeof__(&selabel_close) close;
};

void labels_close(struct labels *labels)
{
	struct labels_library *library = steal_pointer(&labels->library);

	if (!library)
		return;
	if (labels->handle)
		library->close(labels->handle);
	if (library->library)
		dlclose(library->library);
	free(library);
}

static int load_libselinux(struct labels_library *library, struct error *error)
{
	library->library = dlopen(SONAME, RTLD_NOW | RTLD_LOCAL);
	if (library->library) {
		*(void **)&library->open = dlsym(library->library, "selabel_open");
		*(void **)&library->look_up = dlsym(library->library, "selabel_lookup_raw");
		*(void **)&library->close = dlsym(library->library, "selabel_close");
	}
	if (library->open && library->look_up && library->close)
		return 0;
	return error_set(error, ELIBACC,
			 "SELinux is in use, and libselinux cannot be loaded: %s; install "
			 "libselinux1 (Debian) or libselinux (Fedora)",
			 dlerror());
}

static int open_labels(struct labels *labels, struct error *error)
{
	int result;

	labels->library = calloc(1, sizeof(*labels->library));
	if (!labels->library)
		return error_no_memory(error);
	result = load_libselinux(labels->library, error);
	if (result < 0)
		return result;
	labels->handle = labels->library->open(SELABEL_CTX_FILE, NULL, 0);
	return labels->handle
		       ? 0
		       : error_set(error, errno,
				   "SELinux is in use, and its list of labels cannot be read: "
				   "%m; see selabel_file(5)");
}

/* FILE is a name for the file that is not looked up any further; PATH what it is labelled as. */
static int label_file(const struct labels *labels, const char *file, const char *path, mode_t mode,
		      struct error *error)
{
	cleanup(cleanup_free) char *context = NULL;

	if (labels->library->look_up(labels->handle, &context, path, mode) < 0)
		return errno == ENOENT
			       ? 0
			       : error_set(error, errno, "cannot find the label of '%s': %m", path);
	if (lsetxattr(file, ATTRIBUTE, context, strlen(context) + 1, 0) == 0)
		return 0;
	return error_set(
		error, errno,
		"cannot label '%s' as %s: %m; is the policy module nstree loaded? (semodule "
		"--list)",
		path, context);
}

static int label_directory(const struct labels *labels, int directory, const char *path,
			   unsigned depth, struct error *error);

static int label_entry(const struct labels *labels, int directory, const char *name,
		       const char *path, unsigned depth, struct error *error)
{
	cleanup(cleanup_free) char *full = NULL;
	char file[NAME_MAX + 64];
	struct stat stat;
	int result = 0;

	if (asprintf(&full, "%s/%s", strcmp(path, "/") == 0 ? "" : path, name) < 0) {
		full = NULL;
		return error_no_memory(error);
	}
	if (fstatat(directory, name, &stat, AT_SYMLINK_NOFOLLOW) < 0)
		return error_set(error, errno, "'%s' cannot be examined: %m", full);
	snprintf(file, sizeof(file), "/proc/self/fd/%d/%s", directory, name);
	/* What is in a directory comes first: its label decides who may read it. */
	if (S_ISDIR(stat.st_mode)) {
		cleanup(cleanup_fd) int below =
			openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		result = below < 0 ? error_set(error, errno, "'%s' cannot be read: %m", full)
				   : label_directory(labels, below, full, depth + 1, error);
	}
	/* The only files are places for rows to be mounted on, and covered. */
	if (result == 0 && !S_ISREG(stat.st_mode))
		result = label_file(labels, file, full, stat.st_mode, error);
	return result;
}

static int label_directory(const struct labels *labels, int directory, const char *path,
			   unsigned depth, struct error *error)
{
	cleanup(cleanup_fd) int fd = fcntl(directory, F_DUPFD_CLOEXEC, 3);
	cleanup(cleanup_directory) DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	int result = 0;

	if (!stream || depth > DEPTH_MAX)
		return error_set(error, stream ? ELOOP : errno, "'%s' cannot be read: %m", path);
	steal_fd(&fd);
	while (result == 0 && (entry = readdir(stream)))
		if (name_is_component(entry->d_name))
			result = label_entry(labels, directory, entry->d_name, path, depth, error);
	return result;
}

static int label_filesystem(const struct labels *labels, int mount, const char *path,
			    struct error *error)
{
	cleanup(cleanup_fd) int fd = openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char file[64];
	int result;

	if (fd < 0)
		return error_set(error, errno, "'%s' cannot be read: %m", path);
	snprintf(file, sizeof(file), "/proc/self/fd/%d/.", fd);
	result = label_directory(labels, fd, path, 0, error);
	return result < 0 ? result : label_file(labels, file, path, S_IFDIR, error);
}

static bool says_its_labels(const struct row *row)
{
	for (size_t i = 0; i < row->n_options; i++)
		if (selinux_is_option(row->options[i].key))
			return true;
	return false;
}

int labels_apply(struct labels *labels, const struct row *row, int mount, struct error *error)
{
	int result = 0;

	if (!row_is_memory(row) || says_its_labels(row))
		return 0;
	if (!labels->asked && selinux_in_use())
		result = open_labels(labels, error);
	labels->asked = true;
	if (result < 0 || !labels->library)
		return result;
	return label_filesystem(labels, mount, row->target, error);
}
