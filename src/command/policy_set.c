/* SPDX-License-Identifier: BSD-3-Clause */
#include "policy_set.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "names.h"
#include "specifier.h"
#include "textfile.h"

static void add_directory(struct policy_set *set, const char *top, const char *directory)
{
	snprintf(set->directories[set->n_directories++], PATH_MAX, "%s%s", top, directory);
}

/* Finds which form PATH has: *FILE is the policy's. */
static void find_parts(struct policy_set *set, const char *path, char file[PATH_MAX])
{
	cleanup(cleanup_fd) int fd = -1;
	struct stat stat_;

	snprintf(file, PATH_MAX, "%s", path);
	if (stat(path, &stat_) < 0 || !S_ISDIR(stat_.st_mode)) {
		add_directory(set, "", TREE_DIRECTORY);
		add_directory(set, "", TREE_DIRECTORY_SHIPPED);
		return;
	}
	snprintf(set->root.path, sizeof(set->root.path), "%s", path);
	set->root.inside = "";
	snprintf(file, PATH_MAX, "%s" POLICY_FILE, path);
	fd = rootdir_open(&set->root, file, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0) {
		add_directory(set, path, TREE_DIRECTORY);
		add_directory(set, path, TREE_DIRECTORY_SHIPPED);
	} else {
		set->root.inside = SYSCONFDIR "/security";
		snprintf(file, PATH_MAX, "%s/nstree.conf", path);
		add_directory(set, path, "/nstree.d");
	}
	add_directory(set, "", TREE_DIRECTORY_SHIPPED);
}

static const struct rootdir *root_of(const struct policy_set *set)
{
	return set->root.path[0] ? &set->root : NULL;
}

static void report_set_error(void *report, const struct error *error)
{
	report_add(report, SEVERITY_ERROR, CODE_RULE_COLUMNS, error);
}

int policy_set_load(const char *path, struct policy_set *set, struct report *report)
{
	const struct faults faults = {report_set_error, report};
	cleanup(cleanup_file) FILE *stream = NULL;
	unsigned before = report_count(report, SEVERITY_ERROR);
	struct error error = {0};
	char file[PATH_MAX];
	int result;

	*set = (struct policy_set){0};
	find_parts(set, path, file);
	report_set_root(report, root_of(set));
	result = textfile_open_in(root_of(set), file, &stream, &error);
	if (result == 0)
		result = policy_read_all(stream, file, root_of(set), &faults, &set->policy, &error);
	if (result < 0)
		report_add(report, SEVERITY_ERROR, CODE_UNREADABLE_FILE, &error);
	return result == 0 && report_count(report, SEVERITY_ERROR) > before ? -EINVAL : result;
}

/* Reads the first NAME.fstab of the directories into FILE. */
static int read_first(const struct policy_set *set, const char *name, struct tree_file *file,
		      struct error *error)
{
	int result = -ENOENT;

	for (size_t i = 0; result == -ENOENT && i < set->n_directories; i++) {
		free(steal_pointer(&file->path));
		if (asprintf(&file->path, "%s/%s.fstab", set->directories[i], name) < 0) {
			file->path = NULL;
			return error_no_memory(error);
		}
		result = textfile_read_in(root_of(set), file->path, &file->text, &file->length);
	}
	if (result == 0)
		return 0;
	if (result == -ENOENT)
		return tree_file_missing(name, set->directories[0], set->directories[1], error);
	return error_mark(
		error, CODE_UNREADABLE_FILE,
		error_set(error, -result, "%s cannot be read: %s", file->path, strerror(-result)));
}

/* A tree_file_reader whose data is a policy set. */
static int read_set_file(void *data, const char *name, struct tree_file **file, struct error *error)
{
	cleanup(cleanup_tree_file) struct tree_file *made = calloc(1, sizeof(*made));
	int result;

	if (!made || !(made->name = strdup(name)))
		return error_no_memory(error);
	result = read_first(data, name, made, error);
	if (result == 0)
		*file = steal_pointer(&made);
	return result;
}

static int add_tree_file(struct policy_set *set, const char *name, struct error *error)
{
	cleanup(cleanup_tree_file) struct tree_file *made = NULL;
	struct tree_file **larger = reallocarray(set->files, set->n_files + 1, sizeof(*set->files));
	int result;

	if (!larger)
		return error_no_memory(error);
	set->files = larger;
	result = read_set_file(set, name, &made, error);
	if (result == 0)
		result = tree_file_load_bases(made, read_set_file, set, error);
	if (result == 0)
		set->files[set->n_files++] = steal_pointer(&made);
	return result;
}

int policy_set_tree(struct policy_set *set, const char *name, const struct subject *subject,
		    const struct tree_file **file, struct error *error)
{
	cleanup(cleanup_free) char *expanded = NULL;
	int result = specifier_expand_tree_name(name, subject, &expanded, error);

	if (result < 0)
		return result;
	if (!name_is_component(expanded))
		return error_mark(error, CODE_RULE_TREE,
				  error_set(error, EINVAL,
					    "tree '%s' is not a name: write one without '/'",
					    expanded));
	for (size_t i = 0; i < set->n_files; i++) {
		*file = set->files[i];
		if (strcmp((*file)->name, expanded) == 0)
			return 0;
	}
	result = add_tree_file(set, expanded, error);
	if (result == 0)
		*file = set->files[set->n_files - 1];
	return result;
}

void policy_set_clear(struct policy_set *set)
{
	for (size_t i = 0; i < set->n_files; i++)
		tree_file_free(set->files[i]);
	free(steal_pointer(&set->files));
	set->n_files = 0;
	policy_free(steal_pointer(&set->policy));
}
