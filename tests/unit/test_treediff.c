/* SPDX-License-Identifier: BSD-3-Clause */
/* What a tree gained and lost, and what of it is done in which order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "subject.h"
#include "treediff.h"

#define ROOT "tmpfs / tmpfs mode=0755\n"
#define HOME "tmpfs /home tmpfs X-mount.mkdir\n"
#define ALICE "/home/alice /home/alice none bind,X-mount.mkdir\n"
#define DEV "nstree /dev nstree.dev X-mount.mkdir"
#define DATA "/data /data none bind,ro\n"
#define DATA_RW "/data /data none bind,rw\n"

static struct subject alice = {.user = (char *)"alice",
			       .home = (char *)"/home/alice",
			       .service = (char *)"sshd",
			       .uid = 1000,
			       .gid = 1000};

static struct tree *read_tree(const char *text)
{
	struct tree_file file = {.name = (char[]){"name"},
				 .path = (char[]){"file"},
				 .text = (char *)(uintptr_t)text,
				 .length = strlen(text)};
	struct error error = {0};
	struct tree *tree;

	if (tree_parse(&file, &alice, &tree, &error) < 0)
		fail_msg("%s", error.words);
	return tree;
}

/* The changes as "-/target +/target", the word of what stays where none is done. */
static char *outline(const struct treediff *diff)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (diff->stop)
		fprintf(stream, "stop %s: %s", diff->stop->target, diff->stop->reason);
	for (size_t i = 0; i < diff->n_changes; i++)
		fprintf(stream, "%s%c%s%s", i ? " " : "", diff->changes[i].row ? '+' : '-',
			diff->changes[i].target, diff->changes[i].other ? "*" : "");
	fclose(stream);
	return text;
}

/* Which rows of NEW have another source by now. */
static bool moved_rows[8];

/* A session with the rows OLD, a policy with the rows NEW: what is to be done is WANTED. */
static struct treediff *expect(const char *old, const char *new, struct tree **tree,
			       const char *wanted)
{
	struct tree *before = read_tree(old);
	char *rows = tree_text(before), *text;
	struct error error = {0};
	struct treediff *diff;

	*tree = read_tree(new);
	assert_int_equal(treediff_make(rows, *tree, moved_rows, &diff, &error), 0);
	text = outline(diff);
	assert_string_equal(text, wanted);
	free(text);
	free(rows);
	tree_free(before);
	return diff;
}

static void finish(struct treediff *diff, struct tree *tree)
{
	treediff_free(diff);
	tree_free(tree);
}

static void check(const char *old, const char *new, const char *wanted)
{
	struct tree *tree;
	struct treediff *diff = expect(old, new, &tree, wanted);

	finish(diff, tree);
}

static void test_order(void **state)
{
	(void)state;
	check(ROOT DATA, ROOT DATA, "");
	check(ROOT, ROOT HOME ALICE, "+/home +/home/alice");
	check(ROOT HOME ALICE DATA, ROOT, "-/data -/home/alice -/home");
	check(ROOT HOME, ROOT DATA, "-/home +/data");
	check(ROOT DATA, ROOT DATA_RW, "-/data* +/data*");
	check(ROOT DATA, ROOT DATA DATA, "+/data");
	check(ROOT DATA DATA, ROOT DATA, "-/data");
}

static void test_moved_sources(void **state)
{
	(void)state;
	moved_rows[1] = true;
	check(ROOT DATA, ROOT DATA, "-/data* +/data*");
	check(ROOT DATA HOME, ROOT DATA HOME, "-/data* +/data*");
	/* What is mounted on it stays. */
	check(ROOT HOME ALICE, ROOT HOME ALICE, "");
	moved_rows[0] = true;
	check(ROOT DATA, ROOT DATA, "stop /: the root is another now; it takes a new login");
	memset(moved_rows, 0, sizeof(moved_rows));
}

/* The devices of nstree.dev are rows of their own; its tmpfs stays. */
static void test_devices(void **state)
{
	(void)state;
	check(ROOT DEV "\n", ROOT DEV ",devices=zero\n", "+/dev/zero");
	check(ROOT DEV ",devices=zero\n", ROOT DEV ",devices=full\n", "-/dev/zero +/dev/full");
	check(ROOT DEV ",devices=zero\n", ROOT DEV ",devices=zer?\n", "");
	check(ROOT DEV "\n", ROOT DEV ",devices=zero,nofail\n", "+/dev/zero");
	check(ROOT DATA, ROOT "/data /data none bind,ro,nofail,X-mount.mkdir\n", "");
	check(ROOT "/data /data none bind,ro,nofail\n", ROOT DATA, "-/data* +/data*");
	check(ROOT DEV "\n", ROOT DEV ",nosymfollow\n", "");
}

static void test_impossible(void **state)
{
	(void)state;
	check(ROOT ALICE, ROOT HOME ALICE, "");
	check(ROOT HOME ALICE, ROOT ALICE, "");
	check(ROOT HOME ALICE, ROOT ALICE DATA, "+/data");
	check(ROOT, ROOT "usr/bin /bin nstree.symlink defaults\n", "");
	check(ROOT "usr/bin /bin nstree.symlink defaults\n", ROOT, "");
	check(ROOT HOME ALICE, ROOT "tmpfs /home tmpfs size=1m,X-mount.mkdir\n" ALICE, "");
	check(ROOT DATA, "tmpfs / tmpfs mode=0700\n" DATA,
	      "stop /: the root is another now; it takes a new login");
	check(ROOT HOME ALICE DATA, ROOT ALICE HOME,
	      "stop /home/alice: it and '/home' changed places; it takes a new login");
	/* Rows that have nothing to do with each other may. */
	check(ROOT ALICE DATA, ROOT DATA ALICE, "");
}

/* The rows that there are once the changes ended as ENDS says: d done, f failed, l left out. */
static void check_rows(const char *old, const char *new, const char *todo, const char *ends,
		       const char *wanted)
{
	struct tree *tree, *as_wanted = read_tree(wanted);
	struct treediff *diff = expect(old, new, &tree, todo);
	char *text = tree_text(as_wanted), *rows;

	assert_int_equal(strlen(ends), diff->n_changes);
	for (size_t i = 0; i < diff->n_changes; i++)
		diff->changes[i].result = ends[i] == 'd'   ? LIVE_MOUNT_DONE
					  : ends[i] == 'l' ? LIVE_MOUNT_LEFT_OUT
							   : LIVE_MOUNT_FAILED;
	rows = treediff_rows(diff);
	assert_string_equal(rows, text);
	free(rows);
	free(text);
	tree_free(as_wanted);
	finish(diff, tree);
}

static void test_rows(void **state)
{
	(void)state;
	check_rows(ROOT ALICE DATA, ROOT DATA ALICE, "", "", ROOT DATA ALICE);
	check_rows(ROOT DATA ALICE, ROOT DATA_RW ALICE, "-/data* +/data*", "dd",
		   ROOT DATA_RW ALICE);
	check_rows(ROOT DATA ALICE, ROOT DATA_RW ALICE, "-/data* +/data*", "ff", ROOT DATA ALICE);
	check_rows(ROOT DATA ALICE, ROOT DATA_RW ALICE, "-/data* +/data*", "df", ROOT ALICE);
	check_rows(ROOT DATA ALICE, ROOT ALICE HOME, "-/data +/home", "fd", ROOT DATA ALICE HOME);
	check_rows(ROOT HOME DATA, ROOT ALICE, "-/data -/home +/home/alice", "fdd",
		   ROOT DATA ALICE);
	check_rows(ROOT, ROOT DATA ALICE, "+/data +/home/alice", "lf", ROOT DATA);
}

/* What an option says, not what is in a value. */
static void check_nofail(const char *row, bool nofail)
{
	char new[256];
	struct tree *tree;
	struct treediff *diff;

	snprintf(new, sizeof(new), ROOT "%s\n", row);
	diff = expect(ROOT, new, &tree, "+/x");
	assert_int_equal(diff->changes[0].nofail, nofail);
	finish(diff, tree);
}

static void test_nofail(void **state)
{
	(void)state;
	check_nofail("/a /x none bind,nofail", true);
	check_nofail("/a /x none nofail,bind,ro", true);
	check_nofail("/a /x none bind", false);
	check_nofail("/a /x none bind,X-mount.subdir=nofail", false);
	check_nofail("overlay /x overlay lowerdir=/nofail,ro", false);
	check_nofail("overlay /x overlay lowerdir=\"/a,nofail\"", false);
	check_nofail("overlay /x overlay lowerdir=\"/a,b\",nofail", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),	cmocka_unit_test(test_moved_sources),
		cmocka_unit_test(test_devices), cmocka_unit_test(test_impossible),
		cmocka_unit_test(test_rows),	cmocka_unit_test(test_nofail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
