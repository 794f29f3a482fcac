/* SPDX-License-Identifier: BSD-3-Clause */
#include "import_bwrap_tree.h"

#include <limits.h>
#include <string.h>

#include "import_sandbox.h"
#include "names.h"
#include "trust.h"

#define LAYER_SEPARATORS ":,\""

/* A tree that is being written: the operation in hand is OPS->items[i]. */
struct tree {
	const struct import_text *text;
	struct bwrapops *ops;
	size_t root; /* the operation that makes the root; n_items where none does */
	bool hides;
	bool remarked; /* a place that is one user's */
};

void import_bwrap_note(const struct import_text *text, const struct bwrap_op *op, const char *words)
{
	char arguments[256] = "";
	size_t length = 0;

	for (int i = 0; i < BWRAPOPS_ARGUMENTS && op->arguments[i]; i++) {
		const char *space = *op->option->name || i > 0 ? " " : "";

		length += (size_t)snprintf(arguments + length, sizeof(arguments) - length, "%s%s",
					   space, op->arguments[i]);
		if (length >= sizeof(arguments))
			break;
	}
	import_text_note(text, op->line, "'%s%s': %s", op->option->name, arguments, words);
}

/* Notes why the operation at I has no row. */
static void leave_out(struct tree *tree, size_t i, const char *words)
{
	tree->ops->items[i].left_out = true;
	import_bwrap_note(tree->text, &tree->ops->items[i], words);
}

static bool is_mount(const struct bwrap_op *op)
{
	return op->target && !op->left_out && op->option->kind >= BWRAP_BIND &&
	       op->option->kind <= BWRAP_DIR;
}

/* Whether what OP mounts is made for the session: a place in it can be made, too. */
static bool is_made(const struct bwrap_op *op)
{
	return op->option->kind == BWRAP_TMPFS || op->option->kind == BWRAP_DIR ||
	       op->option->kind == BWRAP_DEV;
}

/* Whether PATH is TARGET or beneath it; a home directory is taken to be beneath /home. */
static bool is_beneath(const char *path, const char *target)
{
	return name_below(path, target) ||
	       (strncmp(path, "%h", 2) == 0 && strcmp(target, "/home") == 0);
}

/* The operation before I that made what is at PATH or, next, above it; NULL for the plain root. */
static const struct bwrap_op *find_cover(const struct tree *tree, size_t i, const char *path)
{
	const struct bwrap_op *ops = tree->ops->items;
	size_t root = tree->root;

	while (i-- > (root < tree->ops->n_items ? root + 1 : 0))
		if (is_mount(&ops[i]) && is_beneath(path, ops[i].target))
			return &ops[i];
	return root < tree->ops->n_items ? &ops[root] : NULL;
}

/* Whether PATH, in what is made for the session, exists before the operation at I. */
static bool exists_before(const struct tree *tree, size_t i, const char *path)
{
	const struct bwrap_op *cover = find_cover(tree, i, path);

	if (strcmp(path, cover ? cover->target : "/") == 0)
		return true;
	if (cover && !is_made(cover))
		return false;
	while (i-- > 0 && &tree->ops->items[i] != cover)
		if (tree->ops->items[i].target && !tree->ops->items[i].left_out &&
		    name_below(tree->ops->items[i].target, path))
			return true;
	return false;
}

/* The link of an operation before I through which PATH leads; NULL for none. */
static const struct bwrap_op *find_symlink(const struct tree *tree, size_t i, const char *path)
{
	while (i-- > 0) {
		const struct bwrap_op *op = &tree->ops->items[i];

		if (op->option->kind == BWRAP_SYMLINK && !op->left_out &&
		    name_below(path, op->target))
			return op;
	}
	return NULL;
}

/* Whether the place that OP mounts is made read-only later. */
static bool becomes_read_only(const struct tree *tree, const struct bwrap_op *op)
{
	for (size_t i = (size_t)(op - tree->ops->items) + 1; i < tree->ops->n_items; i++)
		if (tree->ops->items[i].option->kind == BWRAP_READ_ONLY &&
		    strcmp(tree->ops->items[i].target, op->target) == 0)
			return true;
	return false;
}

/* The mode of what OP makes, with --perms and a later --chmod. */
static const char *mode_of(const struct tree *tree, const struct bwrap_op *op)
{
	const char *mode = op->mode;
	bool shared = strcmp(op->target, "/tmp") == 0 || strcmp(op->target, "/var/tmp") == 0 ||
		      strcmp(op->target, "/dev/shm") == 0;

	for (size_t i = (size_t)(op - tree->ops->items) + 1; i < tree->ops->n_items; i++)
		if (tree->ops->items[i].option->kind == BWRAP_CHMOD &&
		    bwrapops_has_mode(&tree->ops->items[i]) &&
		    strcmp(tree->ops->items[i].target, op->target) == 0)
			mode = tree->ops->items[i].arguments[0];
	return mode ? mode : shared ? "1777" : "0755";
}

/* Whether the tree is refused where TARGET is the user's. */
static bool must_be_roots(const char *target)
{
	for (const char *const *place = trust_places; *place; place++)
		if (strcmp(target, *place) == 0)
			return true;
	return trust_is_code_place(target);
}

static void print_fields(FILE *stream, const char *source, const char *target, const char *type)
{
	import_row_field(stream, source);
	fputs("  ", stream);
	import_row_field(stream, target);
	fprintf(stream, "  %s", type);
}

/* The rest of the row for the operation at I, where OPTIONS are written. */
static void end_row(const struct tree *tree, size_t i)
{
	const struct bwrap_op *op = &tree->ops->items[i];
	const struct bwrap_op *cover = find_cover(tree, i, op->target);

	if (becomes_read_only(tree, op) &&
	    !strstr(op->option->words ? op->option->words : "", "ro,"))
		fputs(",ro", tree->text->stream);
	if (i != tree->root && (!cover || is_made(cover)))
		fputs(",X-mount.mkdir", tree->text->stream);
	fputc('\n', tree->text->stream);
}

/* Whether OP adds a device to a nstree.dev row on /dev, by the name that it has on the host. */
static bool adds_device(const struct bwrap_op *op)
{
	return op->option->kind == BWRAP_BIND && !op->unclear && !op->left_out &&
	       strncmp(op->option->name, "--dev-bind", strlen("--dev-bind")) == 0 &&
	       name_below(op->target, "/dev") && strcmp(op->target, "/dev") != 0 &&
	       strcmp(op->arguments[0], op->target) == 0 && !strpbrk(op->target, ":,*?[\"\\% ");
}

static void print_dev(struct tree *tree, size_t i)
{
	const struct bwrap_op *ops = tree->ops->items;
	bool first = true, optional = false, own = strcmp(ops[i].target, "/dev") == 0;

	print_fields(tree->text->stream, "nstree", ops[i].target, "nstree.dev  noexec");
	for (size_t j = i + 1; own && j < tree->ops->n_items; j++) {
		if (!adds_device(&ops[j]))
			continue;
		fprintf(tree->text->stream, "%s%s", first ? ",devices=" : ":",
			name_below(ops[j].target, "/dev"));
		optional = optional || strstr(ops[j].option->name, "-try");
		first = false;
	}
	fputs(optional ? ",nofail" : "", tree->text->stream);
	end_row(tree, i);
}

static bool is_absolute(const char *source)
{
	return source[0] == '/' || strncmp(source, "%h", 2) == 0;
}

static void print_bind(struct tree *tree, size_t i)
{
	const struct bwrap_op *op = &tree->ops->items[i];
	const struct bwrap_op *cover = find_cover(tree, i, op->target);
	const char *source = op->arguments[0], *device = name_below(source, "/dev");

	if (cover && cover->option->kind == BWRAP_DEV && strcmp(cover->target, "/dev") == 0 &&
	    adds_device(op))
		return; /* in devices= */
	if (!is_absolute(source)) {
		leave_out(tree, i, "the source is no absolute path: write it from /");
		return;
	}
	if (strcmp(source, "/dev/null") == 0) {
		tree->hides = true;
		source = IMPORT_SANDBOX_HIDDEN_FILE;
	} else if (device && *device && strcmp(source, op->target) != 0) {
		leave_out(tree, i,
			  "a device is no source: name it in devices= of an nstree.dev row");
		return;
	}
	print_fields(tree->text->stream, source, op->target, "none");
	fprintf(tree->text->stream, "  %s%s", op->option->words,
		i == tree->root && strcmp(source, "/") == 0 ? ",slave" : "");
	end_row(tree, i);
}

static void print_tmpfs(struct tree *tree, size_t i)
{
	const struct bwrap_op *op = &tree->ops->items[i];
	const char *mode = mode_of(tree, op);
	FILE *stream = tree->text->stream;

	print_fields(stream, "tmpfs", op->target, "tmpfs");
	fprintf(stream, "  mode=%s", mode);
	if (!must_be_roots(op->target) && strncmp(mode, "1", 1) != 0)
		fputs(",uid=%U,gid=%G", stream);
	if (op->size)
		fprintf(stream, ",size=%s", op->size);
	fputs(",nosuid,nodev", stream);
	end_row(tree, i);
}

static void print_directory(struct tree *tree, size_t i)
{
	const struct bwrap_op *op = &tree->ops->items[i];
	const struct bwrap_op *cover = find_cover(tree, i, op->target);

	if (exists_before(tree, i, op->target))
		tree->ops->items[i].left_out = true;
	else if (cover && !is_made(cover))
		leave_out(tree, i, "what is above it is the host's: make it there");
	else
		print_tmpfs(tree, i);
}

static void print_link(struct tree *tree, size_t i)
{
	const struct bwrap_op *op = &tree->ops->items[i];
	const struct bwrap_op *cover = find_cover(tree, i, op->target);
	FILE *stream = tree->text->stream;
	const char *slash = strrchr(op->target, '/');
	size_t length = slash ? (size_t)(slash - op->target) : 0;
	char parent[PATH_MAX];

	if (!slash || length >= sizeof(parent) || !*op->arguments[0]) {
		leave_out(tree, i,
			  !slash ? "a home directory is no link: bind what it is to show there"
				 : "a link without a text, or with too long a path, is none");
		return;
	}
	snprintf(parent, sizeof(parent), "%.*s", (int)length, length ? op->target : "/");
	if (cover && !is_made(cover)) {
		leave_out(tree, i, "the link would be made on the host: make it there");
		return;
	}
	if (length && !exists_before(tree, i, parent)) {
		print_fields(stream, "tmpfs", parent, "tmpfs");
		fputs("  mode=0755,size=64k,nosuid,nodev,X-mount.mkdir\n", stream);
	}
	print_fields(stream, op->arguments[0], op->target, "nstree.symlink");
	fputc('\n', stream);
}

/* The layers that stand before the operation at I, the uppermost first; "" for none. */
static void print_layers(const struct tree *tree, size_t i)
{
	const char *separator = "lowerdir=";

	while (i-- > 0 && tree->ops->items[i].option->kind == BWRAP_LAYER) {
		fprintf(tree->text->stream, "%s", separator);
		import_row_field(tree->text->stream, tree->ops->items[i].arguments[0]);
		separator = ":";
	}
}

/* Why the layers of the operation at I cannot be those of a row; NULL where they can. */
static const char *why_no_layers(const struct tree *tree, size_t i)
{
	const struct bwrap_op *ops = tree->ops->items;
	size_t n = 0;

	if (ops[i].option->n_arguments == 3)
		return "its upper layer is the user's, and root mounts no such thing: write "
		       "x-nstree.upper=SIZE for one in memory";
	while (i-- > 0 && ops[i].option->kind == BWRAP_LAYER) {
		if (ops[i].unclear || ops[i].arguments[0][0] != '/' ||
		    strpbrk(ops[i].arguments[0], LAYER_SEPARATORS))
			return "a layer is no absolute path without ':', ',' and '\"': write the "
			       "row by hand";
		n++;
	}
	return n ? NULL : "--overlay-src is missing: write the layers before it";
}

static void print_overlay(struct tree *tree, size_t i)
{
	const struct bwrap_op *op = &tree->ops->items[i];
	const char *obstacle = why_no_layers(tree, i);

	if (obstacle) {
		leave_out(tree, i, obstacle);
		return;
	}
	print_fields(tree->text->stream, "overlay", op->target, "overlay  ");
	print_layers(tree, i);
	fprintf(tree->text->stream, ",%s", op->option->words);
	end_row(tree, i);
}

/* --remount-ro and --chmod of what no row makes. */
static void check_change(struct tree *tree, size_t i)
{
	const struct bwrap_op *op = &tree->ops->items[i];
	const struct bwrap_op *cover = find_cover(tree, i, op->target);
	bool whole = cover && strcmp(cover->target, op->target) == 0;

	if (op->option->kind == BWRAP_READ_ONLY ? !whole && strcmp(op->target, "/") != 0
						: !whole || !is_made(cover))
		leave_out(tree, i,
			  op->option->kind == BWRAP_READ_ONLY
				  ? "nothing is mounted there: add a row with ro"
				  : "only what a row makes gets a mode: change it on the host");
}

/* Why there is no row for the operation at I, whatever it is; NULL where there is one. */
static const char *why_no_row(const struct tree *tree, size_t i)
{
	const struct bwrap_op *op = &tree->ops->items[i];

	if (op->misread)
		return "a mode is octal, and a size a number of bytes above 0: write them out";
	if (op->unclear)
		return "what the shell puts in is not known: write it out, and import that";
	if (name_has_dots(op->target) ||
	    (op->option->kind == BWRAP_BIND && name_has_dots(op->arguments[0])))
		return "a path with '..' is refused: write it without";
	for (int j = 0; j < op->option->n_arguments; j++)
		for (const char *c = op->arguments[j]; *c; c++)
			if ((unsigned char)*c < ' ' || *c == 0x7f)
				return "a row has no control characters: give it another name";
	if (op->option->kind == BWRAP_DATA)
		return "what is in a descriptor is not known: write the file, and a row that binds "
		       "it";
	if (tree->root < tree->ops->n_items && i < tree->root)
		return "a later mount on / covers it";
	if (i != tree->root && strcmp(op->target, "/") == 0 && is_mount(op) &&
	    op->option->kind != BWRAP_DIR)
		return "the root of a tree is a directory or a tmpfs: write its first row by hand";
	if (find_symlink(tree, i, op->target))
		return "the target leads through a --symlink: write the path that the link leads "
		       "to";
	return NULL;
}

/* Says, once, where the target of OP seems to be the place of whoever wrote the command. */
static void remark_user(struct tree *tree, const struct bwrap_op *op)
{
	const char *home = name_below(op->target, "/home");
	const char *runtime = name_below(op->target, "/run/user");

	if (tree->remarked || !is_mount(op))
		return;
	if (home && *home && *home != '%')
		fprintf(tree->text->stream,
			"# If /home/%.*s is the user's, write %%h for it: each session has its "
			"own.\n",
			(int)strcspn(home, "/"), home);
	else if (runtime && *runtime >= '0' && *runtime <= '9')
		fprintf(tree->text->stream,
			"# If %.*s is the user's uid, write %%U for it: each session has its "
			"own.\n",
			(int)strcspn(runtime, "/"), runtime);
	else
		return;
	tree->remarked = true;
}

static void print_operation(struct tree *tree, size_t i)
{
	const struct bwrap_op *op = &tree->ops->items[i];
	const char *obstacle = why_no_row(tree, i);

	if (obstacle) {
		leave_out(tree, i, obstacle);
		return;
	}
	remark_user(tree, op);
	switch (op->option->kind) {
	case BWRAP_BIND:
		print_bind(tree, i);
		break;
	case BWRAP_DEV:
		print_dev(tree, i);
		break;
	case BWRAP_PROC:
	case BWRAP_MQUEUE:
		print_fields(tree->text->stream, op->option->name + 2, op->target,
			     op->option->name + 2);
		fprintf(tree->text->stream, "  %s", op->option->words);
		end_row(tree, i);
		break;
	case BWRAP_TMPFS:
		print_tmpfs(tree, i);
		break;
	case BWRAP_OVERLAY:
		print_overlay(tree, i);
		break;
	case BWRAP_DIR:
		print_directory(tree, i);
		break;
	case BWRAP_SYMLINK:
		print_link(tree, i);
		break;
	default:
		check_change(tree, i);
		break;
	}
}

/* Whether OP can be the first row of a tree. */
static bool can_be_root(const struct bwrap_op *op)
{
	enum bwrap_kind kind = op->option->kind;

	if (!op->target || strcmp(op->target, "/") != 0 || op->unclear)
		return false;
	return kind == BWRAP_TMPFS || (kind == BWRAP_BIND && is_absolute(op->arguments[0]));
}

/* The last operation that mounts the root; n_items where none does. */
static size_t find_root(const struct bwrapops *ops)
{
	for (size_t i = ops->n_items; i-- > 0;)
		if (can_be_root(&ops->items[i]))
			return i;
	return ops->n_items;
}

bool import_bwrap_tree(const struct import_text *text, struct bwrapops *ops)
{
	struct tree tree = {text, ops, find_root(ops), false, false};

	fprintf(text->stream,
		"# What bwrap mounts by %s (nstree import).\n"
		"#\n"
		"# The root, and what is made on the way to a target, is root's, and not the "
		"user's.\n"
		"#\n"
		"# source  target  type  options\n",
		text->file);
	if (tree.root == ops->n_items)
		fputs("tmpfs  /  tmpfs  mode=0755,size=1m,ro,nosuid,nodev\n", text->stream);
	for (size_t i = 0; i < ops->n_items; i++)
		if (ops->items[i].target)
			print_operation(&tree, i);
	return tree.hides;
}
