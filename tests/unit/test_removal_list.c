/* SPDX-License-Identifier: BSD-3-Clause */
/* The list of directories that x-nstree.remove is to take away: its entries and their names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "removal_list.h"

#define BOOT "0a1b2c3d-0000-4000-8000-000000000001"
#define OTHER_BOOT "ffffffff-0000-4000-8000-000000000001"
#define ENTRY                                                                                      \
	"nstree-remove 1\nboot " BOOT "\nleader 12 345\nnamespace 4026532812\nowner 1000 100\n"    \
	"directory 2049 18446744073709551615 7\npath /scratch/a\\040b/\\134x\n"

static void test_round_trip(void **state)
{
	struct removal_entry entry;
	struct error error = {0};
	char *text;

	(void)state;
	assert_int_equal(removal_entry_parse(ENTRY, strlen(ENTRY), &entry, &error), 0);
	assert_string_equal(entry.boot, BOOT);
	assert_int_equal(entry.leader, 12);
	assert_int_equal(entry.leader_start, 345);
	assert_int_equal(entry.namespace, 4026532812);
	assert_int_equal(entry.uid, 1000);
	assert_int_equal(entry.gid, 100);
	assert_int_equal(entry.device, 2049);
	assert_true(entry.inode == UINT64_MAX);
	assert_int_equal(entry.parent_inode, 7);
	assert_string_equal(entry.path, "/scratch/a b/\\x");
	text = removal_entry_text(&entry);
	assert_string_equal(text, ENTRY);
	free(text);
	removal_entry_clear(&entry);
}

static void test_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"nstree-remove 2\n",
		"nstree-remove 1\nboot " BOOT "\nleader 12 345\nnamespace 1\nowner 0 0\n",
		"nstree-remove 1\nboot " BOOT "\nleader 1 2\nnamespace 3\nowner 4 5\n"
		"directory 6 7 8\npath relative\n",
		"nstree-remove 1\nboot " BOOT "\nleader 1 2\nnamespace 3\nowner 4 5\n"
		"directory 6 7 8\npath /a",
		"nstree-remove 1\nboot " BOOT "\nleader 1 2\nnamespace 3\nowner 4 5\n"
		"directory 6 7 8\npath /a\nmore\n",
		"nstree-remove 1\nboot " BOOT "\nleader 1 2\nnamespace 3\nowner -1 5\n"
		"directory 6 7 8\npath /a\n",
		"nstree-remove 1\nboot x" BOOT "\nleader 1 2\nnamespace 3\nowner 4 5\n"
		"directory 6 7 8\npath /a\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct removal_entry entry;
		struct error error = {0};

		assert_int_equal(removal_entry_parse(texts[i], strlen(texts[i]), &entry, &error),
				 -EBADMSG);
		assert_null(entry.path);
	}
	/* What was not written to its end. */
	for (size_t length = 0; length < strlen(ENTRY); length++) {
		struct removal_entry entry;
		struct error error = {0};

		assert_int_equal(removal_entry_parse(ENTRY, length, &entry, &error), -EBADMSG);
	}
}

static pid_t ended_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	return pid;
}

static void test_names(void **state)
{
	char name[REMOVAL_NAME_SIZE], moved[REMOVAL_NAME_SIZE];

	(void)state;
	removal_list_name(name, BOOT, getpid(), "0123456789abcdef", 1);
	assert_false(removal_list_is_left(name, BOOT, false));
	assert_false(removal_list_is_left(name, BOOT, true));
	/* After a boot a process of the same number is another one. */
	assert_true(removal_list_is_left(name, OTHER_BOOT, false));
	removal_list_moved_name(moved, name);
	assert_string_equal(moved, ".nstree-remove.0123456789abcdef.1");

	removal_list_name(name, BOOT, ended_process(), "0123456789abcdef", 1);
	assert_true(removal_list_is_left(name, BOOT, false));
	/* What could not be removed is nobody's, until it is asked for. */
	removal_list_name(name, BOOT, 0, "0123456789abcdef", 1);
	assert_false(removal_list_is_left(name, BOOT, false));
	assert_true(removal_list_is_left(name, BOOT, true));
	assert_true(removal_list_is_left(name, OTHER_BOOT, false));

	assert_false(removal_list_is_left(".name.1", OTHER_BOOT, true));
	assert_false(removal_list_is_left("..", OTHER_BOOT, true));
	assert_false(removal_list_is_left("other", OTHER_BOOT, true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
