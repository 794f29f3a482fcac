/* SPDX-License-Identifier: BSD-3-Clause */
/* Trees that are built on other trees: which rows they have, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "tree.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BASE "base / nstree.tree\n"

/* What a reader finds, in place of files: the tree NAME is in the file NAME.fstab. */
struct text {
	const char *name, *rows;
};

static const struct text *texts;

static struct subject alice(void)
{
	return (struct subject){.user = (char *)(uintptr_t) "alice",
				.uid = 1234,
				.home = (char *)(uintptr_t) "/home/alice",
				.service = (char *)(uintptr_t) "sshd"};
}

static struct tree_file *new_file(const char *name, const char *rows)
{
	struct tree_file *file = calloc(1, sizeof(*file));

	assert_non_null(file);
	file->name = strdup(name);
	file->text = strdup(rows);
	file->length = strlen(rows);
	assert_true(asprintf(&file->path, "%s.fstab", name) > 0);
	return file;
}

static int read_text(void *data, const char *name, struct tree_file **file, struct error *error)
{
	assert_ptr_equal(data, &texts);
	for (const struct text *text = texts; text->name; text++)
		if (strcmp(text->name, name) == 0) {
			*file = new_file(name, text->rows);
			return 0;
		}
	return error_set(error, ENOENT, "no tree '%s'", name);
}

/* The first of KNOWN with all that it is built on. */
static int load(const struct text *known, struct tree_file **file, struct error *error)
{
	texts = known;
	*error = (struct error){0};
	*file = new_file(known->name, known->rows);
	return tree_file_load_bases(*file, read_text, &texts, error);
}

static int parse(const struct text *known, const struct subject *subject, struct tree **tree,
		 struct error *error)
{
	cleanup(cleanup_tree_file) struct tree_file *file = NULL;
	int result = load(known, &file, error);

	return result < 0 ? result : tree_parse(file, subject, tree, error);
}

/* The rows of the first of KNOWN, as "SOURCE TARGET FILE:LINE; " each. */
static void expect_for(const struct subject *subject, const struct text *known, const char *wanted)
{
	cleanup(cleanup_tree) struct tree *tree = NULL;
	struct error error;
	char got[4096] = "";

	if (parse(known, subject, &tree, &error) < 0)
		fail_msg("%s:%u: %s", error.file, error.line, error.words);
	for (size_t i = 0; i < tree->n_rows; i++) {
		const struct row *row = &tree->rows[i];
		size_t length = strlen(got);

		snprintf(got + length, sizeof(got) - length, "%s %s %.*s:%u; ", row->source,
			 row->target, (int)strcspn(row->file, "."), row->file, row->line);
	}
	assert_string_equal(got, wanted);
	assert_string_equal(tree->name, known->name);
}

#define expect(wanted, ...)                                                                        \
	do {                                                                                       \
		const struct subject subject_ = alice();                                           \
		expect_for(&subject_, (const struct text[]){__VA_ARGS__, {NULL, NULL}}, wanted);   \
	} while (0)

static void refuse_for(const struct subject *subject, const struct text *known, const char *file,
		       unsigned line, const char *words)
{
	cleanup(cleanup_tree) struct tree *tree = NULL;
	struct error error;
	int result = parse(known, subject, &tree, &error);

	if (result == 0)
		fail_msg("%s is not refused", known->rows);
	if (strcmp(error.file, file) != 0 || error.line != line || !strstr(error.words, words))
		fail_msg("%s\nwants %s:%u, '%s'\n got %s:%u: %s", known->rows, file, line, words,
			 error.file, error.line, error.words);
	assert_int_equal(error.number, -result);
	assert_null(tree);
}

#define refuse(file, line, words, ...)                                                             \
	do {                                                                                       \
		const struct subject subject_ = alice();                                           \
		refuse_for(&subject_, (const struct text[]){__VA_ARGS__, {NULL, NULL}}, file,      \
			   line, words);                                                           \
	} while (0)

static const struct text base = {
	"base",
	"# a comment\n/r / none bind\n/u /u none bind\ntmpfs /t tmpfs\n/x /t/x none bind\n"};

#define R "/r / base:2; "
#define U "/u /u base:3; "
#define T "tmpfs /t base:4; "
#define X "/x /t/x base:5; "

static void rows_are_added_at_the_end(void **state)
{
	(void)state;
	expect(R U T X, {"t", BASE}, base);
	expect(R U T X "/a /a t:4; /b /b t:5; ",
	       {"t", "# first\n\n" BASE "/a /a none bind\n/b /b none bind\n"}, base);
	expect(R U T X "/a /a t:2; ",
	       {"t", "\tbase  /\tnstree.tree defaults 0 0\n/a /a none bind\n"}, base);
}

static void the_same_target_takes_the_place(void **state)
{
	(void)state;
	expect(R U "/a /t t:2; " X, {"t", BASE "/a //t/ none bind\n"}, base);
	expect("/a / t:2; " U T X, {"t", BASE "/a / none bind\n"}, base);
	/* All that the base has there goes; what this file has there stays together. */
	expect("/r / base:1; /a /t t:2; /b /t t:3; /x /t/x base:3; /c /c t:4; ",
	       {"t", BASE "/a /t none bind\n/b /t none bind\n/c /c none bind\n"},
	       {"base", "/r / none bind\n/1 /t none bind\n/x /t/x none bind\n/2 /t none bind\n"});
	/* Within one file nothing is replaced. */
	expect(R U T X "/a /a t:2; /b /a t:3; ", {"t", BASE "/a /a none bind\n/b /a none bind\n"},
	       base);
	expect(R U T X "/a /a t:2; /a/b /a/b t:3; /c /a t:4; ",
	       {"t", BASE "/a /a none bind\n/a/b /a/b none bind\n/c /a none bind\n"}, base);
}

static void rows_are_taken_away(void **state)
{
	(void)state;
	expect(R T X, {"t", BASE "none /u nstree.none\n"}, base);
	expect(R U X, {"t", BASE "x /t/ nstree.none defaults\n"}, base);
	/* And so a row is put to the end. */
	expect(R T X "/u /u t:3; ", {"t", BASE "none /u nstree.none\n/u /u none bind\n"}, base);
	expect(R U T X, {"t", BASE "none /v nstree.none nofail\n"}, base);
	/* All rows with the target. */
	expect("/r / base:1; ", {"t", BASE "none /a nstree.none\n"},
	       {"base", "/r / none bind\n/1 /a none bind\n/2 /a none bind\n"});
}

#define DEVICES "nstree /dev base:2; /dev/pts /dev/pts base:2; tmpfs /dev/shm base:2; "

static void devices_are_one_row_with_their_mounts(void **state)
{
	const struct text devices = {"base",
				     "/r / none bind\nnstree /dev nstree.dev\n/u /u none bind\n"};

	(void)state;
	expect("/r / base:1; " DEVICES "/u /u base:3; ", {"t", BASE "none /dev/log nstree.none\n"},
	       devices);
	expect("/r / base:1; " DEVICES "/l /dev/log t:2; /u /u base:3; ",
	       {"t", BASE "/l /dev/log none bind\n"}, devices);
	expect("/r / base:1; /u /u base:3; ", {"t", BASE "none /dev nstree.none\n"}, devices);
	expect("/r / base:1; /dev /dev t:2; /u /u base:3; ", {"t", BASE "/dev /dev none rbind\n"},
	       devices);
	/* What has taken the place of one of them stays. */
	expect("/r / base:1; n /dev t:3; /dev/pts /dev/pts t:3; tmpfs /dev/shm t:3; "
	       "/dev/log /dev/log t:3; /l /dev/log t:2; /u /u base:3; ",
	       {"t", BASE "/l /dev/log none bind\nn /dev nstree.dev\n"}, devices);
	expect("/r / base:1; /l /dev/pts t:2; /u /u base:3; ",
	       {"t", BASE "/l /dev/pts none bind\nnone /dev nstree.none\n"}, devices);
	expect("/r / base:1; n /dev base:2; /dev/pts /dev/pts base:2; tmpfs /dev/shm base:2; "
	       "/dev/log /dev/log base:2; n /d t:2; /dev/pts /d/pts t:2; tmpfs /d/shm t:2; "
	       "/dev/log /d/log t:2; ",
	       {"t", BASE "n /d nstree.dev\n"}, {"base", "/r / none bind\nn /dev nstree.dev\n"});
}

#define NEW_DEVICES "n /dev t:2; /dev/pts /dev/pts t:2; tmpfs /dev/shm t:2; /dev/log /dev/log t:2; "

static void devices_take_a_place_with_their_mounts(void **state)
{
	const struct text devices = {"base",
				     "/r / none bind\n/dev /dev none rbind\n/u /u none bind\n"};

	(void)state;
	expect("/r / base:1; " NEW_DEVICES "/v /u t:3; ",
	       {"t", BASE "n /dev nstree.dev\n/v /u none bind\n"}, devices);
	expect("/r / base:1; " NEW_DEVICES "/v /dev t:3; /u /u base:3; ",
	       {"t", BASE "n /dev nstree.dev\n/v /dev none rbind\n"}, devices);
}

static void trees_are_built_on_built_trees(void **state)
{
	(void)state;
	expect(R "/m /u t:3; /y /t/x middle:4; /a /a middle:3; /b /b t:2; /c /c t:4; ",
	       {"t", "middle / nstree.tree\n/b /b none bind\n/m /u none bind\n/c /c none bind\n"},
	       {"middle", BASE "none /t nstree.none\n/a /a none bind\n/y /t/x none bind\n"
			       "/b /b none bind\n"},
	       base);
}

static void places_of_users_take_none_of_the_sites(void **state)
{
	const struct text home = {"base", "/r / none bind\n/u /u none bind\n%h %h none bind\n"};
	struct subject subject = alice();

	(void)state;
	expect("/r / base:1; /u /u base:2; tmpfs /home/alice t:2; ", {"t", BASE "tmpfs %h tmpfs\n"},
	       home);
	expect("/r / base:1; /u /u base:2; tmpfs /home/alice t:2; ",
	       {"t", BASE "tmpfs /home/alice tmpfs\n"}, home);
	expect("/r / base:1; /u /u base:2; ", {"t", BASE "none %h nstree.none\n"}, home);
	subject.home = (char *)(uintptr_t) "/u";
	refuse_for(&subject, (const struct text[]){{"t", BASE "tmpfs %h tmpfs\n"}, home, {0}},
		   "t.fstab", 2, "has a row in base.fstab:2");
	refuse_for(&subject, (const struct text[]){{"t", BASE "none %h nstree.none\n"}, home, {0}},
		   "t.fstab", 2, "has a row in base.fstab:2");
	subject.home = (char *)(uintptr_t) "/";
	refuse_for(&subject, (const struct text[]){{"t", BASE "tmpfs %h tmpfs\n"}, base, {0}},
		   "t.fstab", 2, "home directory of alice is '/'");
}

static void what_is_no_base_is_refused(void **state)
{
	(void)state;
	refuse("t.fstab", 1, "no tree 'base'", {"t", BASE});
	refuse("m.fstab", 2, "no tree 'base'", {"t", "m / nstree.tree\n"}, {"m", "#\n" BASE});
	refuse("t.fstab", 1, "'/usr/share/nstree/host-ro.fstab' is not a tree's name",
	       {"t", "/usr/share/nstree/host-ro.fstab / nstree.tree\n"});
	refuse("t.fstab", 1, "'..' is not a tree's name", {"t", ".. / nstree.tree\n"});
	refuse("t.fstab", 1, "'base-%u' is not a tree's name", {"t", "base-%u / nstree.tree\n"});
	refuse("t.fstab", 1, "is not a tree's name", {"t", "a\\012b / nstree.tree\n"});
	refuse("t.fstab", 1, "or written with \\ooo", {"t", "base / nstree\\056tree\n"}, base);
	refuse("t.fstab", 3, "a row that is not the first", {"t", "/ / none rbind\n#\n" BASE},
	       base);
	refuse("t.fstab", 3, "line 2 has one already", {"t", "#\n" BASE BASE}, base);
	refuse("t.fstab", 1, "'/x' and must be '/'", {"t", "base /x nstree.tree\n"}, base);
	refuse("t.fstab", 1, "option 'ro' does not go", {"t", "base / nstree.tree ro\n"}, base);
	refuse("t.fstab", 1, "option 'nofail' does not go",
	       {"t", "base / nstree.tree defaults,nofail\n"}, base);
	refuse("t.fstab", 1, "a row has source, target", {"t", "base nstree.tree\n"}, base);
}

static void circles_are_refused(void **state)
{
	(void)state;
	refuse("t.fstab", 2, "'t' is built on itself", {"t", "#\nt / nstree.tree\n"});
	refuse("a.fstab", 1, "tree 't' is built on this one, by t.fstab:3",
	       {"t", "#\n#\na / nstree.tree\n"}, {"a", "t / nstree.tree\n"});
	refuse("c.fstab", 1, "tree 'b' is built on this one, by b.fstab:2",
	       {"a", "b / nstree.tree\n"}, {"b", "#\nc / nstree.tree\n"},
	       {"c", "b / nstree.tree\n"});
	refuse("b.fstab", 1, "'b' is built on itself", {"a", "b / nstree.tree\n"},
	       {"b", "b / nstree.tree\n"});
}

static void what_takes_nothing_away_is_refused(void **state)
{
	(void)state;
	refuse("t.fstab", 2, "no row with the target '/v' in tree 'base' (base.fstab, which line 1",
	       {"t", BASE "none /v nstree.none\n"}, base);
	/* Not what is beneath, or this file's own. */
	refuse("t.fstab", 2, "no row with the target '/t/y'", {"t", BASE "x /t/y nstree.none\n"},
	       base);
	refuse("t.fstab", 3, "no row with the target '/a'",
	       {"t", BASE "/a /a none bind\nnone /a nstree.none\n"}, base);
	refuse("t.fstab", 3, "no row with the target '/u'",
	       {"t", BASE "/a /u none bind\nnone /u nstree.none\n"}, base);
	refuse("t.fstab", 3, "no row with the target '/u'",
	       {"t", BASE "none /u nstree.none\nnone /u nstree.none\n"}, base);
	refuse("t.fstab", 2, "there is no session without its root",
	       {"t", BASE "none / nstree.none\n"}, base);
	refuse("t.fstab", 2, "this tree is built on none",
	       {"t", "/ / none rbind\nnone /u nstree.none\n"});
	refuse("t.fstab", 2, "option 'ro' does not go with an nstree.none row",
	       {"t", BASE "none /u nstree.none ro\n"}, base);
	refuse("t.fstab", 2, "option 'bind' does not go with an nstree.none row",
	       {"t", BASE "none /u nstree.none bind\n"}, base);
	refuse("t.fstab", 2, "it takes defaults and nofail alone",
	       {"t", BASE "none /u nstree.none size=1\n"}, base);
}

static void a_fault_is_where_it_is_written(void **state)
{
	(void)state;
	refuse("base.fstab", 2, "either bind", {"t", BASE "/a /a none bind\n"},
	       {"base", "/r / none bind\n/u /u none\n"});
	refuse("t.fstab", 2, "either bind", {"t", BASE "/a /a none\n"}, base);
	refuse("base.fstab", 0, "it holds no row", {"t", BASE "/a / none bind\n"}, {"base", "#\n"});
	refuse("base.fstab", 1, "no root row", {"t", BASE}, {"base", "/a /a none bind\n"});
	refuse("t.fstab", 3, "line 2 has target '/' already",
	       {"t", BASE "/a / none bind\n/b / none bind\n"}, base);
	refuse("t.fstab", 2, "nofail on the root", {"t", BASE "/a / none bind,nofail\n"}, base);
}

static unsigned n_told;

static void tell(void *data, const struct error *error)
{
	const char *const *words = data;

	if (!strstr(error->words, words[n_told]))
		fail_msg("fault %u is: %s", n_told, error->words);
	n_told++;
}

/* The base is read although the line before has a fault, and each fault is told once. */
static void every_fault_is_told(void **state)
{
	static const char *const words[] = {"either bind", "control character", "unknown type"};
	const struct faults faults = {tell, (void *)(uintptr_t)words};
	const struct subject subject = alice();
	cleanup(cleanup_tree_file) struct tree_file *file = NULL;
	cleanup(buffer_clear) struct buffer fields = {0};
	cleanup(cleanup_tree) struct tree *tree = NULL;
	struct error error;

	(void)state;
	n_told = 0;
	assert_int_equal(load((const struct text[]){{"t", "# \033\n" BASE "/a /a nstree.x\n"
							  "none /u nstree.none\n"},
						    {"base", "/r / none bind\n/u /u none\n"},
						    {NULL, NULL}},
			      &file, &error),
			 0);
	assert_int_equal(tree_parse_all(file, &fields, &subject, &faults, &tree, &error), 0);
	assert_int_equal(n_told, COUNT(words));
	assert_true(tree->faulty);
	assert_int_equal(tree->n_rows, 1);
	assert_true(fields.length > 0);
}

/* Fields that lack a row would be taken for those of the rows behind it. */
static void fields_lack_no_row(void **state)
{
	static const char *const words[] = {"source, target, type", "source, target, type"};
	const struct faults faults = {tell, (void *)(uintptr_t)words};
	const struct subject subject = alice();
	cleanup(cleanup_tree_file) struct tree_file *file = NULL;
	cleanup(buffer_clear) struct buffer fields = {0};
	struct error error = {0};

	(void)state;
	n_told = 0;
	assert_int_equal(
		load((const struct text[]){{"t", "/r / none bind\n/a /a\n/b /b none bind\n"},
					   {NULL, NULL}},
		     &file, &error),
		0);
	for (unsigned i = 0; i < 2; i++) {
		cleanup(cleanup_tree) struct tree *tree = NULL;

		assert_int_equal(tree_parse_all(file, &fields, &subject, &faults, &tree, &error),
				 0);
		assert_true(tree->faulty);
		assert_int_equal(tree->n_rows, 2);
		assert_string_equal(tree->rows[1].target, "/b");
		assert_int_equal(fields.length, 0);
	}
}

/* Kept fields are those of the same files; tests of the cache are in test_treecache.c. */
static void fields_of_another_base_are_refused(void **state)
{
	const struct text other = {"other", "/r / none bind\n"};
	const struct text one[] = {{"t", BASE}, {"base", "/r / none bind\n"}, {0}};
	const struct text two[] = {{"t", "other / nstree.tree\n"}, other, {0}};
	const struct subject subject = alice();
	cleanup(cleanup_tree_file) struct tree_file *file = NULL, *another = NULL;
	cleanup(cleanup_tree) struct tree *tree = NULL, *again = NULL, *wrong = NULL;
	cleanup(buffer_clear) struct buffer fields = {0};
	struct error error;

	(void)state;
	assert_int_equal(load(one, &file, &error), 0);
	assert_int_equal(tree_parse_fields(file, &fields, &subject, &tree, &error), 0);
	assert_int_equal(tree_parse_fields(file, &fields, &subject, &again, &error), 0);
	assert_int_equal(again->n_rows, 1);
	assert_int_equal(load(two, &another, &error), 0);
	assert_int_equal(tree_parse_fields(another, &fields, &subject, &wrong, &error), -EBADMSG);
}

/* The key of the first of KNOWN; the caller's to free. */
static char *key_of(const struct text *known)
{
	const struct subject subject = alice();
	cleanup(cleanup_tree_file) struct tree_file *file = NULL;
	struct error error;
	char *key;

	assert_int_equal(load(known, &file, &error), 0);
	key = tree_file_key(file, &subject);
	assert_non_null(key);
	return key;
}

static void the_key_has_the_rows_of_all(void **state)
{
	const struct text first[] = {{"t", BASE "/a /a none bind\n"}, base, {0}};
	const struct text same[] = {
		{"u", "#\n" BASE "/a /a none bind\n"},
		{"base", "/r / none bind\n/u /u none bind\ntmpfs /t tmpfs\n/x /t/x none bind\n"},
		{0}};
	const struct text changed[] = {{"t", BASE "/a /a none bind\n"},
				       {"base", "/r / none bind\n/u /u none bind,ro\n"},
				       {0}};
	const struct text by_user[] = {{"t", BASE "/a /a none bind\n"},
				       {"base", "/r / none bind\n/%u /u none bind\n"},
				       {0}};
	cleanup(cleanup_free) char *one = key_of(first), *other = key_of(same);
	cleanup(cleanup_free) char *third = key_of(changed), *fourth = key_of(by_user);

	(void)state;
	assert_string_equal(one, other);
	assert_string_not_equal(one, third);
	assert_non_null(strstr(fourth, "alice"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_added_at_the_end),
		cmocka_unit_test(the_same_target_takes_the_place),
		cmocka_unit_test(rows_are_taken_away),
		cmocka_unit_test(devices_are_one_row_with_their_mounts),
		cmocka_unit_test(devices_take_a_place_with_their_mounts),
		cmocka_unit_test(trees_are_built_on_built_trees),
		cmocka_unit_test(places_of_users_take_none_of_the_sites),
		cmocka_unit_test(what_is_no_base_is_refused),
		cmocka_unit_test(circles_are_refused),
		cmocka_unit_test(what_takes_nothing_away_is_refused),
		cmocka_unit_test(a_fault_is_where_it_is_written),
		cmocka_unit_test(every_fault_is_told),
		cmocka_unit_test(fields_lack_no_row),
		cmocka_unit_test(fields_of_another_base_are_refused),
		cmocka_unit_test(the_key_has_the_rows_of_all),
	};

	return cmocka_run_group_tests_name("layers", tests, NULL, NULL);
}
