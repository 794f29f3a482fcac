/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * nstree.fstab(5): any bytes are a tree or are refused in words, for whoever logs in. A tree holds
 * a row for each line and nothing else, no path in it leads elsewhere than it seems to, and written
 * out again it reads the same. It may be built on the trees that layers.h has.
 */
#include <errno.h>
#include <linux/mount.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "layers.h"
#include "lib.h"
#include "render.h"
#include "subject.h"
#include "tree.h"

/* Nobody in particular, root, a name full of signs, and one that must never reach a path. */
static const struct subject subjects[] = {
	{.user = (char[]){"alice"},
	 .uid = 1000,
	 .gid = 3000,
	 .home = (char[]){"/home/alice"},
	 .service = (char[]){"sshd"},
	 .id = "0123456789abcdef",
	 .environment = (char *[]){(char[]){"JOB=12"}, (char[]){"BAD=a:b"}, NULL}},
	{.user = (char[]){"root"},
	 .uid = 0,
	 .gid = 0,
	 .home = (char[]){"/root//x/"},
	 .service = (char[]){"su-l"}},
	{.user = (char[]){"a b,\"%h\"\\040#"},
	 .uid = 4294967294,
	 .gid = 4294967294,
	 .home = (char[]){"/"},
	 .service = (char[]){"..."}},
	{.user = (char[]){".."},
	 .uid = 7,
	 .gid = FUZZ_GID_NAMED,
	 .home = (char[]){"/home/../.."},
	 .service = (char[]){"a/b"}},
};

static int read_tree(const char *bytes, size_t size, const struct subject *subject,
		     struct tree **tree, struct error *error)
{
	struct tree_file file = {.name = (char[]){"fuzz"},
				 .path = (char[]){FUZZ_FILE},
				 .text = (char *)(uintptr_t)bytes,
				 .length = size};
	int result;

	*error = (struct error){0};
	*tree = NULL;
	result = tree_file_load_bases(&file, layers_read, NULL, error);
	if (result == 0)
		result = tree_parse(&file, subject, tree, error);
	tree_file_free(file.base);
	claim(!result == !!*tree);
	return result;
}

/* Whether the tree that BYTES are built on is what is wrong with them: it is looked at first. */
static bool has_bad_base(const char *bytes, size_t size)
{
	struct tree_file file = {.name = (char[]){"fuzz"},
				 .path = (char[]){FUZZ_FILE},
				 .text = (char *)(uintptr_t)bytes,
				 .length = size};
	struct error error = {0};
	int result = tree_file_load_bases(&file, layers_read, NULL, &error);

	tree_file_free(file.base);
	return result < 0;
}

/* The line at fault is the first one: what stands before it can be read, or holds no row. */
static void claim_refusal(int result, const struct error *error, const char *bytes, size_t size,
			  const struct subject *subject)
{
	struct tree *tree cleanup(cleanup_tree) = NULL;
	struct error before;

	if (layers_is_circle(error))
		return;
	fuzz_claim_refusal(result, error, bytes, size);
	claim(result == -EINVAL || result == -ENOENT || result == -EIO || result == -EPERM);
	if (error->line && !has_bad_base(bytes, size) &&
	    read_tree(bytes, fuzz_line_start(bytes, size, error->line), subject, &tree, &before) <
		    0)
		claim(!before.line);
}

/* Written apart from name_has_dots(), which it is to judge. */
static bool has_dots(const char *path)
{
	char *copy cleanup(cleanup_free) = NULL;

	claim(asprintf(&copy, "/%s/", path) > 0);
	return strstr(copy, "/../") || strstr(copy, "/./");
}

static void claim_target(const struct row *row, bool first)
{
	const char *target = row->target;

	claim(target[0] == '/');
	claim(!strstr(target, "//") && !has_dots(target));
	claim(first == !target[1]);
	claim(first || target[strlen(target) - 1] != '/');
}

static void claim_source(const struct row *row)
{
	claim(row->source);
	if (row->kind == ROW_BIND)
		claim(row->source[0] == '/');
	if (row->kind == ROW_BIND || (row->kind == ROW_FILESYSTEM && row->source[0] == '/'))
		claim(!has_dots(row->source));
	claim(!row->type == (row->kind != ROW_FILESYSTEM));
	if (row->type)
		claim(strcmp(row->type, "none") != 0 && strncmp(row->type, "nstree.", 7) != 0);
}

static void claim_attributes(const struct row *row)
{
	uint64_t both = row->attributes_set & row->attributes_clear;
	uint64_t atime = row->attributes_set & MOUNT_ATTR__ATIME;

	claim(!(both & ~(uint64_t)MOUNT_ATTR__ATIME));
	claim(!(row->attributes_clear & MOUNT_ATTR__ATIME) ||
	      (row->attributes_clear & MOUNT_ATTR__ATIME) == MOUNT_ATTR__ATIME);
	claim(!atime || both == MOUNT_ATTR__ATIME || both == atime);
	claim(atime != MOUNT_ATTR__ATIME);
	if (row->kind == ROW_SYMLINK)
		claim(!row->attributes_set && !row->attributes_clear);
	if (row->kind == ROW_DEVICES)
		claim(!(row->attributes_set & MOUNT_ATTR_NODEV));
}

static void claim_options(const struct row *row)
{
	claim(row->make_mode <= 07777 && row->create_mode <= 07777);
	claim(row->mode == ROW_UNSET || row->mode <= 07777);
	claim(!row->create_source || row->kind == ROW_BIND);
	claim(!row->remove_source || (row->create_source && row->owner == ROW_UNSET));
	claim(!row->recursive || row->kind == ROW_BIND);
	claim(!row->slave || row->kind == ROW_BIND);
	claim(!row->mounted || (row->mounted[0] == '/' && row->kind == ROW_BIND));
	claim(!row->upper || (row->upper[0] && strcmp(row->type, "overlay") == 0));
	claim(!row->n_options || row->kind == ROW_FILESYSTEM);
	if (row->subdirectory)
		claim(row->subdirectory[0] && row->subdirectory[0] != '/' &&
		      !has_dots(row->subdirectory));
	for (size_t i = 0; i < row->n_options; i++) {
		const char *key = row->options[i].key;

		claim(*key && strncasecmp(key, "x-", 2) != 0 && !strpbrk(key, ",="));
	}
}

/* Whether the options TEXT end up with KEY rather than OPPOSITE: the later of the two holds. */
static bool says(const char *text, const char *key, const char *opposite)
{
	char *copy cleanup(cleanup_free) = strdup(text);
	char *word, *rest = copy;
	bool said = false;

	while ((word = strsep(&rest, ",")))
		if (!strcmp(word, key))
			said = true;
		else if (!strcmp(word, opposite))
			said = false;
	return said;
}

static void claim_flags(const struct row *row, const char *options)
{
	static const struct {
		const char *key, *opposite;
		uint64_t bit;
	} flags[] = {{"ro", "rw", MOUNT_ATTR_RDONLY},
		     {"nosuid", "suid", MOUNT_ATTR_NOSUID},
		     {"nodev", "dev", MOUNT_ATTR_NODEV},
		     {"noexec", "exec", MOUNT_ATTR_NOEXEC},
		     {"nosymfollow", "symfollow", MOUNT_ATTR_NOSYMFOLLOW}};

	for (size_t i = 0; i < COUNT(flags); i++) {
		bool set = says(options, flags[i].key, flags[i].opposite);
		bool clear = says(options, flags[i].opposite, flags[i].key);

		if (set || row->kind != ROW_DEVICES)
			claim(set == !!(row->attributes_set & flags[i].bit));
		claim(clear == !!(row->attributes_clear & flags[i].bit));
	}
	claim(row->nofail == says(options, "nofail", "-"));
	if (row->kind == ROW_BIND)
		claim(row->recursive == says(options, "rbind", "-"));
}

static bool is_literal(const char *text)
{
	return !strpbrk(text, "\\%\"");
}

/* What stands between the slashes of both paths is the same. */
static bool same_path(const char *left, const char *right)
{
	while (*left && *right) {
		size_t length = strcspn(left += strspn(left, "/"), "/");

		right += strspn(right, "/");
		if (length != strcspn(right, "/") || strncmp(left, right, length) != 0)
			return false;
		left += length;
		right += length;
	}
	return !left[strspn(left, "/")] && !right[strspn(right, "/")];
}

/* ROW is what its line says, as far as the line says it without quotes and specifiers. */
static void claim_line(const struct row *row, const char *bytes, size_t size)
{
	char *text cleanup(cleanup_free) = fuzz_line(bytes, size, row->line);
	char *rest, *source = strtok_r(text, FUZZ_BLANKS, &rest);
	char *target = strtok_r(NULL, FUZZ_BLANKS, &rest);
	char *type = strtok_r(NULL, FUZZ_BLANKS, &rest);
	char *options = strtok_r(NULL, FUZZ_BLANKS, &rest);

	claim(source && target && type);
	if (is_literal(source) && row->kind == ROW_BIND)
		claim(same_path(row->source, source));
	else if (is_literal(source))
		claim(!strcmp(row->source, source));
	if (is_literal(target))
		claim(same_path(row->target, target));
	if (is_literal(type) && row->kind == ROW_FILESYSTEM)
		claim(!strcmp(row->type, type));
	if (is_literal(type))
		claim((row->kind == ROW_BIND) == !strcmp(type, "none"));
	if (!options || is_literal(options))
		claim_flags(row, options ? options : "");
}

/* Whether row I is one of those that an nstree.dev row before it stands for. */
static bool is_of_devices(const struct tree *tree, size_t i)
{
	for (size_t back = 1; back <= i; back++) {
		const struct row *devices = &tree->rows[i - back];
		size_t length = strlen(devices->target);

		if (devices->kind == ROW_DEVICES)
			return tree->rows[i].line == devices->line &&
			       !strncmp(tree->rows[i].target, devices->target, length) &&
			       tree->rows[i].target[length] == '/';
	}
	return false;
}

/* Every line that is neither blank nor a comment is one row; nstree.dev adds its own. */
static void claim_rows(const struct tree *tree, const char *bytes, size_t size)
{
	unsigned line = 0;

	for (size_t i = 0; i < tree->n_rows; i++) {
		const struct row *row = &tree->rows[i];

		claim_target(row, i == 0);
		claim_source(row);
		claim_attributes(row);
		claim_options(row);
		if (tree->n_files > 1)
			continue;
		if (row->line == line) {
			claim(is_of_devices(tree, i));
			continue;
		}
		line = fuzz_next_row(bytes, size, line + 1);
		claim(row->line == line);
		claim_line(row, bytes, size);
	}
	if (tree->n_files > 1)
		layers_claim(tree, bytes, size);
	else
		claim(!fuzz_next_row(bytes, size, line + 1));
}

/* Written out and read back, TREE is the same, for the same subject. */
static void claim_same_again(const struct tree *tree, const struct subject *subject)
{
	char *text cleanup(cleanup_free) = NULL;
	char *again cleanup(cleanup_free) = NULL;
	struct tree *read cleanup(cleanup_tree) = NULL;
	struct error error;

	if (layers_has_devices(tree) || !render_tree(tree, &text))
		return;
	/* At the beginning of a file these bytes of a name are a byte order mark. */
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		return;
	claim(read_tree(text, strlen(text), subject, &read, &error) == 0);
	claim(read->n_rows == tree->n_rows);
	render_tree(read, &again);
	claim(!strcmp(text, again));
	for (size_t i = 0; i < tree->n_rows; i++)
		claim(!strcmp(read->rows[i].source, tree->rows[i].source) &&
		      !strcmp(read->rows[i].target, tree->rows[i].target) &&
		      read->rows[i].kind == tree->rows[i].kind);
}

/* A tree without specifiers is the same tree for everybody. */
static void claim_same_for(const struct tree *tree, const struct subject *subject,
			   const char *bytes, size_t size)
{
	char *text cleanup(cleanup_free) = NULL;
	char *other_text cleanup(cleanup_free) = NULL;
	struct tree *other cleanup(cleanup_tree) = NULL;
	struct error error;

	claim(read_tree(bytes, size, subject, &other, &error) == 0);
	render_tree(tree, &text);
	render_tree(other, &other_text);
	claim(!strcmp(text, other_text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	bool same_for_all = !memchr(data, '%', size);

	for (size_t i = 0; i < COUNT(subjects); i++) {
		struct tree *tree cleanup(cleanup_tree) = NULL;
		struct error error;
		int result = read_tree(bytes, size, &subjects[i], &tree, &error);

		if (result < 0) {
			claim_refusal(result, &error, bytes, size, &subjects[i]);
			continue;
		}
		claim(!error.number && !error.words[0]);
		claim_rows(tree, bytes, size);
		claim_same_again(tree, &subjects[i]);
		if (i && same_for_all)
			claim_same_for(tree, &subjects[0], bytes, size);
	}
	return 0;
}
