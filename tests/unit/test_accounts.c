/* SPDX-License-Identifier: BSD-3-Clause */
/* The users and groups of a directory, and a policy that is matched by them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "accounts.h"
#include "policy.h"

static char root[] = "/tmp/accounts-XXXXXX";

static void write_root_file(const char *name, const char *text)
{
	char path[128];
	FILE *stream;

	snprintf(path, sizeof(path), "%s/etc/%s", root, name);
	stream = fopen(path, "we");
	assert_non_null(stream);
	fputs(text, stream);
	fclose(stream);
}

static int set_up(void **state)
{
	char path[128];

	(void)state;
	if (!mkdtemp(root))
		return -1;
	snprintf(path, sizeof(path), "%s/etc", root);
	return mkdir(path, 0755);
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command);
}

static void test_missing_files(void **state)
{
	struct accounts accounts;
	struct error error = {0};

	(void)state;
	assert_int_equal(accounts_load(root, &accounts, &error), 0);
	assert_int_equal(accounts.n_users + accounts.n_groups, 0);
	assert_int_equal(accounts_member(&accounts, "zoe", 5001, "lab", &error), -ENOENT);
	accounts_clear(&accounts);
}

/* Nobody of these is known to the machine that runs the test. */
static void test_members(void **state)
{
	struct accounts accounts;
	struct error error = {0};

	(void)state;
	write_root_file("passwd", "zoe-of-root:x:5001:5001::/home/zoe:/bin/sh\n"
				  "yan-of-root:x:5002:5001::/home/yan:/bin/sh\n"
				  "xia-of-root:x:5003:5003::/home/xia:/bin/sh\n");
	write_root_file("group", "lab-of-root:x:5001:\nstaff-of-root:x:5002:yan-of-root\n");
	assert_int_equal(accounts_load(root, &accounts, &error), 0);
	assert_int_equal(accounts.n_users, 3);
	assert_int_equal(accounts_find_user(&accounts, "xia-of-root")->uid, 5003);
	assert_null(accounts_find_user(&accounts, "root"));
	assert_string_equal(accounts_find_gid(&accounts, 5002)->name, "staff-of-root");
	assert_int_equal(accounts_member(&accounts, "zoe-of-root", 5001, "lab-of-root", &error), 1);
	assert_int_equal(accounts_member(&accounts, "zoe-of-root", 5001, "staff-of-root", &error),
			 0);
	assert_int_equal(accounts_member(&accounts, "yan-of-root", 5001, "staff-of-root", &error),
			 1);
	accounts_clear(&accounts);
}

static void test_policy_by_accounts(void **state)
{
	char text[] = "@staff-of-root * -\n@lab-of-root * tree\n";
	struct accounts accounts;
	struct error error = {0};
	struct policy *policy = NULL;
	FILE *stream = fmemopen(text, sizeof(text) - 1, "r");
	const unsigned lines[] = {2, 1, 0};

	(void)state;
	assert_int_equal(accounts_load(root, &accounts, &error), 0);
	assert_int_equal(policy_read(stream, "policy", &policy, &error), 0);
	for (size_t i = 0; i < accounts.n_users; i++) {
		const struct subject subject = {.user = accounts.users[i].name,
						.uid = accounts.users[i].uid,
						.gid = accounts.users[i].gid,
						.home = accounts.users[i].home,
						.service = (char *)(uintptr_t) "sshd",
						.accounts = &accounts};
		const struct rule *rule = NULL;

		assert_int_equal(policy_match(policy, &subject, &rule, &error), 0);
		assert_int_equal(rule ? rule->line : 0, lines[i]);
	}
	policy_free(policy);
	fclose(stream);
	accounts_clear(&accounts);
}

/* As in the directory of an image that somebody else made: nothing is waited for. */
static void test_takes_regular_files_alone(void **state)
{
	char path[128];
	struct accounts accounts;
	struct error error = {0};

	(void)state;
	snprintf(path, sizeof(path), "%s/etc/group", root);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0644), 0);
	assert_int_equal(accounts_load(root, &accounts, &error), -EINVAL);
	assert_string_equal(error.file, path);
	assert_string_equal(error.words, "is not a regular file; write a plain text file");
	accounts_clear(&accounts);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(accounts_load(root, &accounts, &error), -EINVAL);
	accounts_clear(&accounts);
	assert_int_equal(rmdir(path), 0);
}

/* An absolute link does not lead to this machine's file. */
static void test_follows_links_within_the_root(void **state)
{
	char path[128];
	struct accounts accounts;
	struct error error = {0};

	(void)state;
	snprintf(path, sizeof(path), "%s/etc/group", root);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(accounts_load(root, &accounts, &error), 0);
	assert_null(accounts_find_group(&accounts, "daemon"));
	accounts_clear(&accounts);
	assert_int_equal(unlink(path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_missing_files),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_policy_by_accounts),
		cmocka_unit_test(test_takes_regular_files_alone),
		cmocka_unit_test(test_follows_links_within_the_root),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
