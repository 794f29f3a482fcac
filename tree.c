/* SPDX-License-Identifier: BSD-3-Clause */
#include "tree.h"

#include <ctype.h>
#include <errno.h>
#include <libmount/libmount.h>
#include <linux/mount.h>
#include <string.h>

#include "cleanup.h"
#include "row.h"
#include "specifier.h"

#define BLANKS " \t"
#define ROW_EXAMPLE "'/usr /usr none rbind,ro,nodev'"
#define ROOT_EXAMPLE "'/srv/tree / none rbind,ro,nosuid,nodev'"

static void cleanup_table(struct libmnt_table **table)
{
	mnt_unref_table(*table);
}

void tree_free(struct tree *tree)
{
	if (!tree)
		return;
	for (size_t i = 0; i < tree->n_rows; i++)
		row_clear(&tree->rows[i]);
	free(tree->rows);
	free(tree->name);
	free(tree->file);
	free(tree);
}

/* Moves ROW into TREE; ROW is empty afterwards. */
static int add_row(struct tree *tree, struct row *row, struct error *error)
{
	struct row *larger = reallocarray(tree->rows, tree->n_rows + 1, sizeof(*larger));

	if (!larger)
		return error_say(error, ENOMEM, "out of memory");
	tree->rows = larger;
	tree->rows[tree->n_rows++] = *row;
	*row = (struct row){0};
	return 0;
}

/* What an nstree.dev row mounts within its tmpfs. */
static const struct device_mount {
	enum row_kind kind;
	const char *source;
	const char *name;
	const char *type;
	const char *mode;
	bool nofail;
	uint64_t attributes;
} device_mounts[] = {
	{.kind = ROW_BIND,
	 .source = "/dev/pts",
	 .name = "pts",
	 .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC},
	{.kind = ROW_FILESYSTEM,
	 .source = "tmpfs",
	 .name = "shm",
	 .type = "tmpfs",
	 .mode = "1777",
	 .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV},
	/* A host without a syslog daemon has no such socket. */
	{.kind = ROW_BIND,
	 .source = "/dev/log",
	 .name = "log",
	 .nofail = true,
	 .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC},
};

static struct row empty_row(unsigned line)
{
	return (struct row){
		.line = line, .owner = ROW_UNSET, .group = ROW_UNSET, .mode = ROW_UNSET};
}

static int add_device_mount(struct tree *tree, const struct row *devices,
			    const struct device_mount *mount, struct error *error)
{
	cleanup(row_clear) struct row row = empty_row(devices->line);
	int r = 0;

	row.kind = mount->kind;
	row.nofail = mount->nofail || devices->nofail;
	row.make_target = true;
	row.make_mode = 0755;
	row.attributes_set = mount->attributes;
	row.source = strdup(mount->source);
	row.type = mount->type ? strdup(mount->type) : NULL;
	if (asprintf(&row.target, "%s/%s", devices->target, mount->name) < 0)
		row.target = NULL;
	if (!row.source || !row.target || (mount->type && !row.type))
		return error_say(error, ENOMEM, "out of memory");
	if (mount->mode)
		r = row_add_option(&row, "mode", mount->mode, error);
	return r < 0 ? r : add_row(tree, &row, error);
}

/* Adds what the row of nstree.dev stands for, after that row itself. */
static int add_device_mounts(struct tree *tree, struct error *error)
{
	size_t devices = tree->n_rows - 1;
	int r;

	for (size_t i = 0; i < sizeof(device_mounts) / sizeof(device_mounts[0]); i++) {
		r = add_device_mount(tree, &tree->rows[devices], &device_mounts[i], error);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_filesystem_type(struct row *row, const char *type, struct error *error)
{
	if (strncmp(type, "nstree.", strlen("nstree.")) == 0)
		return error_say(error, EINVAL,
				 "unknown type '%s': write nstree.dev or nstree.symlink", type);
	if (strcmp(type, "bind") == 0 || strcmp(type, "rbind") == 0)
		return error_say(error, EINVAL,
				 "'%s' is no type: write type none and %s among the options", type,
				 type);
	if (strcmp(type, "swap") == 0)
		return error_say(error, EINVAL, "swap cannot be mounted: leave the row out");
	if (strcmp(type, "auto") == 0)
		return error_say(error, EINVAL,
				 "type auto is not guessed: write the filesystem's name");
	row->kind = ROW_FILESYSTEM;
	row->type = strdup(type);
	return row->type ? 0 : error_say(error, ENOMEM, "out of memory");
}

static int read_type(struct row *row, const char *type, struct error *error)
{
	if (strcmp(type, "none") == 0) {
		row->kind = ROW_BIND;
	} else if (strcmp(type, "nstree.dev") == 0) {
		row->kind = ROW_DEVICES;
		row->attributes_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_RDONLY;
	} else if (strcmp(type, "nstree.symlink") == 0) {
		row->kind = ROW_SYMLINK;
	} else {
		return read_filesystem_type(row, type, error);
	}
	return 0;
}

static int check_source(const struct row *row, struct error *error)
{
	const char *source = row->source;

	if (row->kind == ROW_BIND && source[0] != '/')
		return error_say(
			error, EINVAL,
			"source '%s' is not an absolute path: write one, as in " ROW_EXAMPLE,
			source);
	if ((row->kind == ROW_BIND || (row->kind == ROW_FILESYSTEM && source[0] == '/')) &&
	    row_path_has_dots(source))
		return error_say(error, EINVAL,
				 "source '%s' holds '.' or '..': write the path without them",
				 source);
	return 0;
}

static int read_source(struct row *row, struct libmnt_fs *fs, const struct subject *subject,
		       struct error *error)
{
	const char *tag, *value;
	int r;

	if (row->kind != ROW_SYMLINK && mnt_fs_get_tag(fs, &tag, &value) == 0)
		return error_say(error, EINVAL,
				 "source '%s=%s' is not looked up: write a path, as in "
				 "/dev/disk/by-uuid/... or /dev/disk/by-label/...",
				 tag, value);
	r = specifier_expand(mnt_fs_get_source(fs), subject, &row->source, error);
	return r < 0 ? r : check_source(row, error);
}

/* Takes "//" and a trailing "/" out of the absolute PATH. */
static void normalise(char *path)
{
	char *end = path;

	for (const char *from = path; *from; from++)
		if (*from != '/' || end == path || end[-1] != '/')
			*end++ = *from;
	if (end > path + 1 && end[-1] == '/')
		end--;
	*end = '\0';
}

static int read_target(struct row *row, const char *written, const struct subject *subject,
		       struct error *error)
{
	int r = specifier_expand(written, subject, &row->target, error);

	if (r < 0)
		return r;
	if (row->target[0] != '/')
		return error_say(
			error, EINVAL,
			"target '%s' is not an absolute path: write one, as in " ROW_EXAMPLE,
			row->target);
	if (row_path_has_dots(row->target))
		return error_say(error, EINVAL,
				 "target '%s' holds '.' or '..': write the path without them",
				 row->target);
	normalise(row->target);
	return 0;
}

static int read_fields(struct row *row, struct libmnt_fs *fs, const struct subject *subject,
		       struct error *error)
{
	const char *options = mnt_fs_get_options(fs);
	int r = read_type(row, mnt_fs_get_fstype(fs), error);

	if (r < 0)
		return r;
	r = read_source(row, fs, subject, error);
	if (r < 0)
		return r;
	r = read_target(row, mnt_fs_get_target(fs), subject, error);
	if (r < 0)
		return r;
	return row_read_options(row, options ? options : "", subject, error);
}

static int check_root(const struct row *row, struct error *error)
{
	if (row->kind == ROW_DEVICES || row->kind == ROW_SYMLINK)
		return error_say(error, EINVAL,
				 "the root must be a directory or a filesystem: write it as "
				 "in " ROOT_EXAMPLE);
	if (row->nofail)
		return error_say(error, EINVAL,
				 "nofail on the root row: there is no session without its root; "
				 "leave nofail out");
	if (row->make_target)
		return error_say(error, EINVAL,
				 "X-mount.mkdir on the root row: there is nothing to make it in; "
				 "leave it out");
	return 0;
}

/* The first row is the root, and no other is. */
static int check_place(const struct tree *tree, const struct row *row, struct error *error)
{
	bool root = strcmp(row->target, "/") == 0;

	if (root && tree->n_rows)
		return error_say(error, EINVAL,
				 "a second root: line %u has target '/' already; write another "
				 "target, or leave the row out",
				 tree->rows[0].line);
	/* A root row that was wrong has been told of already. */
	if (!root && !tree->n_rows && !tree->faulty)
		return error_say(error, EINVAL,
				 "no root row: the first row's target is '%s' and must be '/', as "
				 "in " ROOT_EXAMPLE,
				 row->target);
	return root ? check_root(row, error) : 0;
}

static size_t count_fields(const char *text)
{
	size_t count = 0;

	for (text += strspn(text, BLANKS); *text; text += strspn(text, BLANKS)) {
		text += strcspn(text, BLANKS);
		count++;
	}
	return count;
}

static int check_field_count(const char *text, struct error *error)
{
	size_t count = count_fields(text);

	if (count < 3)
		return error_say(error, EINVAL,
				 "a row has source, target, type and options, as in " ROW_EXAMPLE
				 ": write the fields that are missing");
	if (count > 6)
		return error_say(error, EINVAL,
				 "more than six fields: write a blank within a field as \\040, and "
				 "a comment on a line of its own");
	return 0;
}

/*
 * Has libmount split one line, so that the number of the line is known where something is wrong.
 * *TABLE is the caller's; *FS, its one entry, belongs to it.
 */
static int split_line(char *text, struct libmnt_table **table, struct libmnt_fs **fs,
		      struct error *error)
{
	cleanup(cleanup_file) FILE *stream = fmemopen(text, strlen(text), "r");
	int r;

	*table = mnt_new_table();
	if (!stream || !*table)
		return error_say(error, ENOMEM, "out of memory");
	/* It may return 0 for a line that it cannot read: only an entry shows that it could. */
	r = mnt_table_parse_stream(*table, stream, "tree");
	if (r < 0 || mnt_table_first_fs(*table, fs) != 0)
		return error_say(error, EINVAL,
				 "cannot read this row: after the options stand at most two "
				 "numbers; write options without blanks, as in " ROW_EXAMPLE
				 ", and a blank within a name as \\040");
	return 0;
}

static int read_row(struct tree *tree, char *text, unsigned line, const struct subject *subject,
		    struct error *error)
{
	cleanup(cleanup_table) struct libmnt_table *table = NULL;
	cleanup(row_clear) struct row row = empty_row(line);
	struct libmnt_fs *fs = NULL;
	bool devices;
	int r = check_field_count(text, error);

	if (r < 0)
		return r;
	r = split_line(text, &table, &fs, error);
	if (r < 0)
		return r;
	r = read_fields(&row, fs, subject, error);
	if (r < 0)
		return r;
	r = check_place(tree, &row, error);
	if (r < 0)
		return r;
	devices = row.kind == ROW_DEVICES;
	r = add_row(tree, &row, error);
	return r == 0 && devices ? add_device_mounts(tree, error) : r;
}

/* A NUL, written or as fstab's \000 (or \400, one byte's overflow), would cut a path short. */
static int check_characters(const char *text, size_t length, struct error *error)
{
	for (size_t i = 0; i < length; i++)
		if (iscntrl((unsigned char)text[i]) && text[i] != '\t')
			return error_say(error, EINVAL,
					 "control character %#04x: write plain text, with line "
					 "ends as on Unix",
					 (unsigned char)text[i]);
	if (strstr(text, "\\000") || strstr(text, "\\400"))
		return error_say(error, EINVAL,
				 "a NUL byte (\\000): no path or option can hold it; take it out");
	return 0;
}

static int read_line(struct tree *tree, char *text, size_t length, unsigned line,
		     const struct subject *subject, struct error *error)
{
	const char *first;
	int r;

	if (length && text[length - 1] == '\n')
		text[--length] = '\0';
	r = check_characters(text, length, error);
	if (r < 0)
		return r;
	first = text + strspn(text, BLANKS);
	if (*first == '\0' || *first == '#')
		return 0;
	return read_row(tree, text, line, subject, error);
}

static int read_lines(struct tree *tree, FILE *stream, const struct subject *subject,
		      const struct faults *faults, struct error *error)
{
	cleanup(cleanup_free) char *text = NULL;
	size_t size = 0;
	ssize_t length;
	unsigned line = 0;
	int r;

	errno = 0;
	while ((length = getline(&text, &size, stream)) >= 0) {
		line++;
		r = read_line(tree, text, (size_t)length, line, subject, error);
		if (r < 0)
			error_place(error, tree->file, line);
		tree->faulty = tree->faulty || r < 0;
		if (r < 0 && (r = error_go_on(error, faults)) < 0)
			return r;
		errno = 0;
	}
	if (feof(stream))
		return 0;
	/* getline(3) may also run out of memory, which is not the stream's error. */
	r = errno ? errno : EIO;
	return error_say(error, r, "cannot read it: %s", strerror(r));
}

static int read_tree(FILE *stream, const char *file, const char *name,
		     const struct subject *subject, const struct faults *faults, struct tree **tree,
		     struct error *error)
{
	cleanup(cleanup_tree) struct tree *made = calloc(1, sizeof(*made));
	int r;

	if (!made)
		return error_say(error, ENOMEM, "out of memory");
	made->name = strdup(name);
	made->file = strdup(file);
	if (!made->name || !made->file)
		return error_say(error, ENOMEM, "out of memory");
	r = read_lines(made, stream, subject, faults, error);
	if (r == 0 && !made->n_rows && !made->faulty)
		r = error_say(error, EINVAL,
			      "it holds no row: write at least the root, as in " ROOT_EXAMPLE);
	if (r < 0) {
		error_place(error, file, 0);
		return r;
	}
	*tree = steal_pointer(&made);
	return 0;
}

int tree_read(FILE *stream, const char *file, const char *name, const struct subject *subject,
	      struct tree **tree, struct error *error)
{
	return read_tree(stream, file, name, subject, NULL, tree, error);
}

static int parse(const struct tree_file *file, const struct subject *subject,
		 const struct faults *faults, struct tree **tree, struct error *error)
{
	cleanup(cleanup_file) FILE *stream = fmemopen(file->text, file->length, "r");

	if (!stream)
		return error_say(error, ENOMEM, "out of memory");
	return read_tree(stream, file->path, file->name, subject, faults, tree, error);
}

int tree_parse(const struct tree_file *file, const struct subject *subject, struct tree **tree,
	       struct error *error)
{
	return parse(file, subject, NULL, tree, error);
}

int tree_load_all(const char *name, const struct subject *subject, const struct faults *faults,
		  struct tree **tree, struct error *error)
{
	cleanup(cleanup_tree_file) struct tree_file *file = NULL;
	int r = tree_file_load(name, subject, &file, error);

	return r < 0 ? r : parse(file, subject, faults, tree, error);
}

static void add_row_text(const struct row *row, struct text *text, struct text *options)
{
	text_add_field(text, row->source);
	text_add(text, " ");
	text_add_field(text, row->target);
	text_add(text, " ");
	text_add_field(text, row_type(row));
	text_add(text, " ");
	options->length = 0;
	row_add_options(row, options);
	text_add_field(text, options->length ? options->bytes : "defaults");
	text_add(text, "\n");
	text->failed |= options->failed;
}

char *tree_text(const struct tree *tree)
{
	cleanup(text_clear) struct text options = {0};
	struct text text = {0};

	for (size_t i = 0; i < tree->n_rows; i++)
		add_row_text(&tree->rows[i], &text, &options);
	return text_take(&text);
}
