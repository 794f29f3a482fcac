/* SPDX-License-Identifier: BSD-3-Clause */
/* What x-nstree.create makes, and which existing directories it takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cleanup.h"
#include "sandbox.h"
#include "source.h"

#define OTHER 1000 /* a uid that is not the one of the sandbox's files */

static struct subject subject_of(uid_t uid)
{
	return (struct subject){.user = (char *)"alice", .uid = uid, .home = (char *)"/home/alice"};
}

static struct row creating_row(const char *source)
{
	return (struct row){
		.kind = ROW_BIND,
		.source = (char *)(uintptr_t)source,
		.target = (char *)"/mnt",
		.create_source = true,
		.create_mode = 0700,
		.owner = ROW_UNSET,
		.group = ROW_UNSET,
		.mode = ROW_UNSET,
	};
}

/* Opens the source of ROW for UID; the result, and the message in ERROR. */
static int try_open(const struct row *row, uid_t uid, struct error *error)
{
	const struct subject subject = subject_of(uid);
	struct undolog undo = {0};
	const struct mount_context context = {
		.subject = &subject, .undo = &undo, .pid_namespace = -1};
	int fd;

	*error = (struct error){0};
	fd = source_open(row, &context, error);
	undolog_commit(&undo);
	cleanup_fd(&fd);
	return fd < 0 ? fd : 0;
}

static unsigned mode_of(const char *name)
{
	struct stat stat_;

	assert_int_equal(stat(name, &stat_), 0);
	return stat_.st_mode & 07777;
}

static void makes_what_is_missing(void **state)
{
	const struct row row = creating_row("/made/above/alice");
	struct error error;

	(void)state;
	assert_int_equal(try_open(&row, 0, &error), 0);
	assert_int_equal(mode_of("/made/above/alice"), 0700);
	assert_int_equal(mode_of("/made/above"), 0755);
	assert_int_equal(try_open(&row, 0, &error), 0);
}

static void takes_the_users_own_whatever_its_mode(void **state)
{
	const struct row row = creating_row("/own");
	struct error error;

	(void)state;
	assert_int_equal(mkdir("/own", 0755), 0);
	assert_int_equal(try_open(&row, 0, &error), 0);
	assert_int_equal(mode_of("/own"), 0755);
}

static void refuses_the_directory_of_another_uid(void **state)
{
	const struct row row = creating_row("/others");
	struct error error;

	(void)state;
	assert_int_equal(mkdir("/others", 0777), 0);
	assert_int_equal(try_open(&row, OTHER, &error), -EPERM);
	assert_non_null(strstr(error.words,
			       "'/others' exists and belongs to uid 0, not to uid 1000 (alice)"));
	/* The control: the same row without x-nstree.create. */
	struct row plain = row;
	plain.create_source = false;
	assert_int_equal(try_open(&plain, OTHER, &error), 0);
}

static void takes_the_owner_that_the_row_names(void **state)
{
	struct row row = creating_row("/shared");
	struct error error;

	(void)state;
	assert_int_equal(mkdir("/shared", 01777), 0);
	row.owner = 0;
	assert_int_equal(try_open(&row, OTHER, &error), 0);
	row.owner = OTHER + 1;
	assert_int_equal(try_open(&row, OTHER, &error), -EPERM);
	assert_non_null(strstr(error.words, "uid 1001 (X-mount.owner)"));
}

static void finishes_what_a_killed_login_left(void **state)
{
	const struct row row = creating_row("/unfinished");
	struct error error;

	(void)state;
	assert_int_equal(mkdir("/unfinished", S_ISVTX), 0);
	assert_int_equal(try_open(&row, 0, &error), 0);
	assert_int_equal(mode_of("/unfinished"), 0700);
}

static void refuses_what_is_no_directory(void **state)
{
	const struct row row = creating_row("/file");
	struct error error;

	(void)state;
	sandbox_write("/file", "");
	assert_int_equal(try_open(&row, 0, &error), -ENOTDIR);
	assert_non_null(
		strstr(error.words, "is not a directory, as x-nstree.create would have made"));
}

static void check_says_what_a_login_does(void **state)
{
	const struct row row = creating_row("/others");
	const struct subject own = subject_of(0), other = subject_of(OTHER);
	cleanup(path_close) struct path found = PATH_INIT;
	struct error error = {0};

	(void)state;
	assert_int_equal(path_open("/others", &found, &error), 0);
	assert_int_equal(source_check(&row, &own, &found, NULL, &error), 0);
	assert_int_equal(source_check(&row, &other, &found, NULL, &error), -EPERM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_what_is_missing),
		cmocka_unit_test(takes_the_users_own_whatever_its_mode),
		cmocka_unit_test(refuses_the_directory_of_another_uid),
		cmocka_unit_test(takes_the_owner_that_the_row_names),
		cmocka_unit_test(finishes_what_a_killed_login_left),
		cmocka_unit_test(refuses_what_is_no_directory),
		cmocka_unit_test(check_says_what_a_login_does),
	};

	sandbox_enter();
	return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
