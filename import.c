/* SPDX-License-Identifier: BSD-3-Clause */
#include "import.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "polydir.h"

#define LINES_MAX 64 /* bits of a set */
#define TREE_NAME "namespace"
#define INSTANCES "/var/lib/nstree"
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-$\\"

/* A file to be written. */
struct text {
	char *name; /* beneath the directory */
	char *content;
	size_t size;
};

/* A set is which lines hold for a user, a bit each; every set that occurs has a tree. */
struct import {
	const char *file;
	struct report *report;
	struct polydirs polydirs;
	uint64_t *sets; /* the first is everyone's who is not named */
	size_t n_sets;
	bool failed; /* memory ran out, and a set is missing */
	struct text *texts;
	size_t n_texts;
};

static void cleanup_import(struct import *import)
{
	for (size_t i = 0; i < import->n_texts; i++) {
		free(import->texts[i].name);
		free(import->texts[i].content);
	}
	free(import->texts);
	free(import->sets);
	polydirs_clear(&import->polydirs);
}

#define tell(import, stream, polydir, ...)                                                         \
	do {                                                                                       \
		report_say((import)->report, SEVERITY_WARNING, (import)->file, (polydir)->line,    \
			   __VA_ARGS__);                                                           \
		fputs("# No equivalent: ", stream);                                                \
		fprintf(stream, __VA_ARGS__);                                                      \
		fputc('\n', stream);                                                               \
	} while (0)

/* Where LIST first names USER; NULL for nowhere. */
static const char *find_user(const char *list, const char *user, size_t length)
{
	for (; *list; list += *list == ',') {
		size_t width = strcspn(list, ",");

		if (width == length && memcmp(list, user, width) == 0)
			return list;
		list += width;
	}
	return NULL;
}

/* The lines that hold for USER; for who is named nowhere where USER is "". */
static uint64_t set_of(const struct import *import, const char *user, size_t length)
{
	uint64_t set = 0;

	for (size_t i = 0; i < import->polydirs.n_items; i++) {
		const struct polydir *polydir = &import->polydirs.items[i];

		if ((find_user(polydir->users, user, length) != NULL) == polydir->only)
			set |= UINT64_C(1) << i;
	}
	return set;
}

static void add_set(struct import *import, uint64_t set)
{
	uint64_t *grown;

	for (size_t i = 0; i < import->n_sets; i++)
		if (import->sets[i] == set)
			return;
	grown = reallocarray(import->sets, import->n_sets + 1, sizeof(*grown));
	import->failed = import->failed || !grown;
	if (!grown)
		return;
	import->sets = grown;
	import->sets[import->n_sets++] = set;
}

/* Calls VISIT for each user whom a line names, once for each line that does. */
static void for_each_user(struct import *import,
			  void (*visit)(struct import *import, const struct polydir *polydir,
					const char *user, size_t length, void *data),
			  void *data)
{
	for (size_t i = 0; i < import->polydirs.n_items; i++) {
		const struct polydir *polydir = &import->polydirs.items[i];

		for (const char *user = polydir->users; *user; user += *user == ',') {
			size_t length = strcspn(user, ",");

			if (length)
				visit(import, polydir, user, length, data);
			user += length;
		}
	}
}

static void add_user_set(struct import *import, const struct polydir *polydir, const char *user,
			 size_t length, void *data)
{
	(void)polydir;
	(void)data;
	if (strspn(user, NAME_CHARACTERS) >= length)
		add_set(import, set_of(import, user, length));
}

/* Tree names: namespace, namespace-2, ...; "-" for the empty set. Into NAME, of NAME_MAX + 1. */
static const char *tree_name(const struct import *import, uint64_t set, char *name)
{
	unsigned number = 0;

	for (size_t i = 0; i < import->n_sets; i++) {
		number += import->sets[i] != 0;
		if (import->sets[i] == set)
			break;
	}
	if (!set)
		snprintf(name, NAME_MAX + 1, "-");
	else if (number == 1)
		snprintf(name, NAME_MAX + 1, TREE_NAME);
	else
		snprintf(name, NAME_MAX + 1, TREE_NAME "-%u", number);
	return name;
}

static void print_rule(const struct import *import, FILE *stream, const char *who, uint64_t set)
{
	char name[NAME_MAX + 1];

	tree_name(import, set, name);
	if (set)
		fprintf(stream, "%-24s *       %-14s isolate=none\n", who, name);
	else
		fprintf(stream, "%-24s *       %s\n", who, name);
}

/* A rule for USER, unless they were named before, or `*` will do as well. */
static void print_user(struct import *import, const struct polydir *polydir, const char *user,
		       size_t length, void *data)
{
	cleanup(cleanup_free) char *name = strndup(user, length);
	uint64_t set = set_of(import, user, length);

	if (!name || set == import->sets[0] || strcmp(name, "root") == 0)
		return;
	for (const struct polydir *above = import->polydirs.items; above <= polydir; above++) {
		const char *first = find_user(above->users, user, length);

		if (first && first != user)
			return;
	}
	if (strspn(name, NAME_CHARACTERS) < length)
		tell(import, (FILE *)data, polydir, "'%s' is no name of a user", name);
	else
		print_rule(import, data, name, set);
}

static void print_root(struct import *import, FILE *stream)
{
	uint64_t set = set_of(import, "root", 4);
	char name[NAME_MAX + 1];

	if (set)
		tell(import, stream, &import->polydirs.items[__builtin_ctzll(set)],
		     "this is for root too; here root stays in the host's tree, as the way in when "
		     "all else fails: write 'root * %s' if it is meant",
		     tree_name(import, set, name));
	print_rule(import, stream, "root", 0);
}

/* What pam_namespace reads and runs beside FILE. */
static void tell_surroundings(struct import *import, FILE *stream)
{
	const struct polydir nowhere = {0};
	cleanup(cleanup_free) char *copy = strdup(import->file);
	const char *directory = copy ? dirname(copy) : ".";
	char path[PATH_MAX];
	glob_t found = {0};
	bool inits = false;

	for (size_t i = 0; i < import->polydirs.n_items; i++)
		inits = inits || !import->polydirs.items[i].noinit;
	snprintf(path, sizeof(path), "%s/namespace.init", directory);
	if (inits && access(path, X_OK) == 0)
		tell(import, stream, &nowhere,
		     "%s is run for each line without noinit; here a session runs no script: make "
		     "what it makes beforehand",
		     path);
	snprintf(path, sizeof(path), "%s/namespace.d/*.conf", directory);
	if (glob(path, 0, NULL, &found) == 0)
		tell(import, stream, &nowhere,
		     "%s is read by pam_namespace as well, and not here: join the files with cat, "
		     "and import that",
		     found.gl_pathv[0]);
	globfree(&found);
}

static void print_policy(struct import *import, FILE *stream)
{
	fprintf(stream,
		"# Sessions as pam_namespace has them by %s (nstree import).\n"
		"#\n"
		"# isolate=none, because pam_namespace isolates nothing. Without it a session "
		"cannot\n"
		"# look into processes outside; nstree.conf(5) has what else there is.\n",
		import->file);
	tell_surroundings(import, stream);
	fputs("#\n# who                    service tree      options\n", stream);
	print_root(import, stream);
	for_each_user(import, print_user, stream);
	print_rule(import, stream, "*", import->sets[0]);
}

/* A field of fstab(5). */
static void print_field(FILE *stream, const char *text)
{
	for (; *text; text++)
		if (*text == ' ' || *text == '\\')
			fprintf(stream, "\\%03o", (unsigned char)*text);
		else
			fputc(*text, stream);
}

static bool has_option(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (const char *found = list; (found = strstr(found, name)); found += length)
		if ((found == list || found[-1] == ',') && strchr(",=", found[length]))
			return true;
	return false;
}

static const char *create_mode(const struct polydir *polydir)
{
	size_t length = strlen(polydir->directory);

	if (polydir->create_mode)
		return polydir->create_mode;
	return length >= 4 && strcmp(polydir->directory + length - 4, "/tmp") == 0 ? "1777"
										   : "0700";
}

static void print_filesystem(FILE *stream, const struct polydir *polydir)
{
	const char *options = polydir->mount_options ? polydir->mount_options : "";

	fputs("tmpfs  ", stream);
	print_field(stream, polydir->directory);
	fprintf(stream, "  tmpfs  %s", has_option(options, "mode") ? "nosuid" : "mode=1777,nosuid");
	fputs(has_option(options, "nodev") ? "" : ",nodev", stream);
	for (const char *option = options; *option; option += *option == ',') {
		size_t length = strcspn(option, ",");
		cleanup(cleanup_free) char *word = strndup(option, length);

		if (word && length && strcmp(word, "nosuid") != 0) {
			fputc(',', stream);
			print_field(stream, word);
		}
		option += length;
	}
}

/* Where instances are made only root may change names: not in a home, nor in another's /tmp. */
static bool is_users_place(const char *prefix)
{
	static const char *const places[] = {"%h", "/home/", "/tmp/", "/var/tmp/", "/dev/shm/"};

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (strncmp(prefix, places[i], strlen(places[i])) == 0)
			return true;
	return false;
}

/* INSTANCES/.NAME/ for the instances of DIRECTORY: no user's name begins with a point. */
static void print_place(FILE *stream, const char *directory)
{
	fputs(INSTANCES "/.", stream);
	for (directory += *directory == '/'; *directory; directory++) {
		bool home = strncmp(directory, "%h", 2) == 0;

		fputs(home ? "home" : "", stream);
		directory += home;
		if (!home)
			fputc(*directory == '/' ? '-' : *directory, stream);
	}
	fputc('/', stream);
}

static void print_instance(FILE *stream, const struct polydir *polydir)
{
	if (is_users_place(polydir->prefix))
		print_place(stream, polydir->directory);
	else
		print_field(stream, polydir->prefix);
	fputs("%u  ", stream);
	print_field(stream, polydir->directory);
	fprintf(stream, "  none  bind,x-nstree.create=%s,nosuid,nodev", create_mode(polydir));
}

static void tell_polydir(struct import *import, FILE *stream, const struct polydir *polydir)
{
	if (polydir->method == POLY_LEVEL || polydir->method == POLY_CONTEXT)
		tell(import, stream, polydir,
		     "'%s' goes by SELinux's contexts; the row would make one instance for each "
		     "user, as 'user' does: take off its '#' if that is enough",
		     polydir->method == POLY_LEVEL ? "level" : "context");
	if (polydir->method == POLY_TMPDIR)
		tell(import, stream, polydir,
		     "'tmpdir' makes a directory on disk; the row makes a tmpfs in memory, which "
		     "ends with the session as well");
	else if (polydir->method != POLY_TMPFS && is_users_place(polydir->prefix))
		tell(import, stream, polydir,
		     "instances are not made where users can change names ('%s'): the row has "
		     "them in " INSTANCES "; move there what is to be kept",
		     polydir->prefix);
	if (polydir->script)
		tell(import, stream, polydir,
		     "'iscript=%s': a session runs no script: make what it makes beforehand",
		     polydir->script);
	if (polydir->create_owner)
		tell(import, stream, polydir,
		     "'%s' as the owner of a directory that is made: an instance is its user's",
		     polydir->create_owner);
}

static void print_row(struct import *import, FILE *stream, const struct polydir *polydir)
{
	bool memory = polydir->method == POLY_TMPFS || polydir->method == POLY_TMPDIR;

	fprintf(stream, "\n# Line %u: ", polydir->line);
	for (const char *c = polydir->text; *c && *c != '#'; c++)
		fputc((unsigned char)*c < ' ' ? ' ' : *c, stream);
	fputc('\n', stream);
	tell_polydir(import, stream, polydir);
	if (polydir->method == POLY_LEVEL || polydir->method == POLY_CONTEXT)
		fputc('#', stream);
	if (memory)
		print_filesystem(stream, polydir);
	else
		print_instance(stream, polydir);
	if (polydir->create)
		fprintf(stream, ",X-mount.mkdir=%s",
			polydir->create_mode ? polydir->create_mode : "0755");
	fputc('\n', stream);
}

static void print_tree(struct import *import, FILE *stream, uint64_t set)
{
	fprintf(stream, "# The host's tree with what %s mounts in it (nstree import).\n#\n",
		import->file);
	fputs("# source  target  type  options\n/  /  none  rbind,slave\n", stream);
	for (size_t i = 0; i < import->polydirs.n_items; i++)
		if (set & UINT64_C(1) << i)
			print_row(import, stream, &import->polydirs.items[i]);
}

/* Adds one text: the policy, where SET is NULL, or the tree of *SET. */
static int add_text(struct import *import, const uint64_t *set)
{
	struct text *grown = reallocarray(import->texts, import->n_texts + 1, sizeof(*grown));
	char name[NAME_MAX + 1];
	FILE *stream;

	if (!grown)
		return -ENOMEM;
	import->texts = grown;
	grown += import->n_texts++;
	*grown = (struct text){0};
	if (asprintf(&grown->name, set ? "nstree.d/%s.fstab" : "nstree.conf",
		     set ? tree_name(import, *set, name) : "") < 0) {
		grown->name = NULL;
		return -ENOMEM;
	}
	stream = open_memstream(&grown->content, &grown->size);
	if (!stream)
		return -ENOMEM;
	if (set)
		print_tree(import, stream, *set);
	else
		print_policy(import, stream);
	return fclose(stream) == 0 ? 0 : -ENOMEM;
}

static int make_texts(struct import *import)
{
	int result;

	add_set(import, set_of(import, "", 0));
	for_each_user(import, add_user_set, NULL);
	add_set(import, set_of(import, "root", 4));
	result = import->failed ? -ENOMEM : add_text(import, NULL);
	for (size_t i = 0; result == 0 && i < import->n_sets; i++)
		if (import->sets[i])
			result = add_text(import, &import->sets[i]);
	return result;
}

static int read_file(struct import *import, struct error *error)
{
	cleanup(cleanup_file) FILE *stream = fopen(import->file, "re");

	error_place(error, import->file, 0);
	if (!stream)
		return error_say(error, errno, "cannot be read: %m");
	if (polydirs_read(stream, import->file, import->report, &import->polydirs) < 0)
		return error_say(error, ENOMEM, "out of memory");
	if (ferror(stream))
		return error_say(error, EIO, "cannot be read to its end");
	if (import->polydirs.n_items > LINES_MAX)
		return error_say(error, E2BIG, "more than %d lines: import them in parts",
				 LINES_MAX);
	*error = (struct error){0};
	return 0;
}

/* As a new file only: what is there is the site's. */
static int save(const struct text *text, int directory, struct error *error)
{
	cleanup(cleanup_fd) int fd =
		openat(directory, text->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0)
		return error_say(error, errno, "%s cannot be made: %m%s", text->name,
				 errno == EEXIST ? "; move it away, or name another directory"
						 : "");
	for (size_t done = 0; done < text->size;) {
		ssize_t written = write(fd, text->content + done, text->size - done);

		if (written < 0) {
			error_say(error, errno, "%s cannot be written: %m", text->name);
			unlinkat(directory, text->name, 0);
			return -error->number;
		}
		done += (size_t)written;
	}
	return 0;
}

static int save_all(const struct import *import, const char *directory, struct error *error)
{
	cleanup(cleanup_fd) int fd = -1;
	int result = 0;
	size_t i;

	error_place(error, directory, 0);
	if (mkdir(directory, 0755) < 0 && errno != EEXIST)
		return error_say(error, errno, "cannot be made: %m");
	fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || (mkdirat(fd, "nstree.d", 0755) < 0 && errno != EEXIST))
		return error_say(error, errno, "cannot be written to: %m");
	for (i = 0; result == 0 && i < import->n_texts; i++)
		result = save(&import->texts[i], fd, error);
	if (result < 0)
		for (i -= 1; i > 0; i--)
			unlinkat(fd, import->texts[i - 1].name, 0);
	return result;
}

static void print_all(const struct import *import)
{
	for (size_t i = 0; i < import->n_texts; i++) {
		printf("%s# ---- /etc/security/%s ----\n", i ? "\n" : "", import->texts[i].name);
		fputs(import->texts[i].content, stdout);
	}
}

int import_policy(const char *file, const char *directory, struct report *report,
		  struct error *error)
{
	cleanup(cleanup_import) struct import import = {.file = file, .report = report};
	int result = read_file(&import, error);

	if (result < 0)
		return result;
	if (make_texts(&import) < 0)
		return error_say(error, ENOMEM, "out of memory");
	if (directory)
		return save_all(&import, directory, error);
	print_all(&import);
	return 0;
}
