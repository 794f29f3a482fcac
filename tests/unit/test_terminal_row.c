/* SPDX-License-Identifier: BSD-3-Clause */
/* The console of a session in a tree with devices of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "terminal_row.h"
#include "treefile.h"

#define DEVICES "tmpfs / tmpfs\nnone /dev nstree.dev\n"
#define NO_DEVICES "/ / none rbind\n"

static char user[] = "alice", home[] = "/home/alice", service[] = "login";

static struct subject subject_on(const char *tty)
{
	return (struct subject){.user = user,
				.uid = 1234,
				.home = home,
				.service = service,
				.tty = (char *)(uintptr_t)tty};
}

static struct tree_file file_of(const char *rows)
{
	return (struct tree_file){.name = (char *)"t",
				  .path = (char *)"f",
				  .text = (char *)(uintptr_t)rows,
				  .length = strlen(rows)};
}

/* What is added to ROWS for a session on TTY, as "SOURCE TARGET". */
static void expect(const char *rows, const char *tty, const char *wanted)
{
	const struct subject subject = subject_on(tty);
	const struct tree_file file = file_of(rows);
	cleanup(cleanup_tree) struct tree *tree = NULL;
	struct error error = {0};
	char got[256] = "";
	size_t n_before;

	assert_int_equal(tree_parse(&file, &subject, &tree, &error), 0);
	n_before = tree->n_rows;
	assert_int_equal(terminal_row_add(tree, &subject, &error), 0);
	for (size_t i = n_before; i < tree->n_rows; i++) {
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s %s",
			 tree->rows[i].source, tree->rows[i].target);
		assert_true(tree->rows[i].device && tree->rows[i].nofail);
	}
	assert_string_equal(got, wanted);
}

/* /dev/zero is a device that every host has. */
static void test_adds_the_device(void **state)
{
	(void)state;
	expect(DEVICES, "zero", "/dev/zero /dev/zero");
	expect(DEVICES, "/dev/zero", "/dev/zero /dev/zero");
	expect("tmpfs / tmpfs\nnone /dev nstree.dev devices=zero\n", "zero", "");
	expect(NO_DEVICES, "zero", "");
}

static void test_adds_nothing_that_is_no_console(void **state)
{
	static const char *const none[] = {NULL,  "",	   "ssh",	 "cron",
					   ":0",  "pts/0", "/dev/pts/0", "../dev/zero",
					   "shm", "..",	   "fd",	 "/etc/passwd"};

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		expect(DEVICES, none[i], "");
}

static void test_the_key_has_it(void **state)
{
	static const char *const trees[] = {DEVICES, NO_DEVICES};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct tree_file file = file_of(trees[i]);
		const struct subject by_ssh = subject_on("ssh"), on_console = subject_on("zero");
		cleanup(cleanup_free) char *one = tree_file_key(&file, &by_ssh);
		cleanup(cleanup_free) char *other = tree_file_key(&file, &on_console);

		assert_non_null(one);
		assert_non_null(other);
		assert_int_equal(strcmp(one, other) == 0, i == 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_adds_the_device),
		cmocka_unit_test(test_adds_nothing_that_is_no_console),
		cmocka_unit_test(test_the_key_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
