/* SPDX-License-Identifier: BSD-3-Clause */
/* What a deletion removes, as the owner, and what it leaves. Needs root, to become another user. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "deletion.h"

#define OWNER 65534

static char top[] = "/tmp/nstree-deletion-XXXXXX";

/* Makes the directory NAME in PARENT, the owner's, and returns a descriptor of it. */
static int make_directory(int parent, const char *name)
{
	int fd;

	assert_int_equal(mkdirat(parent, name, 0700), 0);
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(fchown(fd, OWNER, OWNER), 0);
	return fd;
}

static void make_file(int parent, const char *name)
{
	int fd = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static bool is_there(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	return faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int delete (int directory, struct error *error)
{
	*error = (struct error){0};
	return deletion_run(directory, OWNER, OWNER, error);
}

static void test_all(void **state)
{
	cleanup(cleanup_fd) int parent = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup(cleanup_fd) int outside = make_directory(parent, "outside");
	cleanup(cleanup_fd) int directory = make_directory(parent, "all");
	struct error error;
	int below = dup(directory);

	(void)state;
	make_file(outside, "kept");
	make_file(directory, "file");
	assert_int_equal(symlinkat("../outside", directory, "link"), 0);
	assert_int_equal(symlinkat("../outside/kept", directory, "file-link"), 0);
	/* More levels than there are descriptors for, each without permissions. */
	for (int i = 0; i < 200; i++) {
		int next = make_directory(below, "d");

		make_file(next, "f");
		assert_int_equal(symlinkat("../../outside", next, "l"), 0);
		assert_int_equal(fchmod(below, 0), 0);
		close(below);
		below = next;
	}
	close(below);
	assert_int_equal(delete (directory, &error), 0);
	assert_true(is_there("outside/kept"));
	assert_int_equal(unlinkat(parent, "all", AT_REMOVEDIR), 0);
	unlinkat(outside, "kept", 0);
	unlinkat(parent, "outside", AT_REMOVEDIR);
}

/* Root's directory in the user's, with a file: the user cannot remove it, so it stays. */
static void test_as_owner(void **state)
{
	cleanup(cleanup_fd) int parent = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup(cleanup_fd) int directory = make_directory(parent, "mixed");
	cleanup(cleanup_fd) int foreign = make_directory(directory, "foreign");
	struct error error;

	(void)state;
	assert_int_equal(fchown(foreign, 0, 0), 0);
	assert_int_equal(fchmod(foreign, 0755), 0);
	make_file(foreign, "kept");
	make_file(directory, "file");
	assert_true(delete (directory, &error) < 0);
	assert_non_null(strstr(error.words, "'kept' in it cannot be removed by its owner"));
	assert_true(is_there("mixed/foreign/kept"));
	assert_false(is_there("mixed/file"));
	unlinkat(foreign, "kept", 0);
	assert_int_equal(delete (directory, &error), 0);
	assert_int_equal(unlinkat(parent, "mixed", AT_REMOVEDIR), 0);
}

static int make_top(void **state)
{
	(void)state;
	return geteuid() == 0 && (!mkdtemp(top) || chmod(top, 0755) < 0);
}

static int remove_top(void **state)
{
	(void)state;
	return geteuid() == 0 && rmdir(top) < 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_as_owner),
	};

	if (geteuid() != 0) {
		puts("1..0 # SKIP it needs root, to become another user");
		return 0;
	}
	return cmocka_run_group_tests(tests, make_top, remove_top);
}
