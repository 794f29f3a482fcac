/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is in which group, for many users: what the name service says, asked once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "check_users.h"
#include "cleanup.h"
#include "membership.h"
#include "nametable.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static unsigned n_asked, n_read, n_listed;

/* These stand before the C library's, which has no part in what is tested. */
int getgrnam_r(const char *name, struct group *entry, char *buffer, size_t size,
	       struct group **found)
{
	static char ann[] = "ann", *members[] = {ann, NULL};

	(void)size;
	n_asked++;
	*found = NULL;
	if (strcmp(name, "broken") == 0)
		return EIO;
	if (strcmp(name, "staff") != 0)
		return 0;
	*entry = (struct group){.gr_name = strcpy(buffer, name), .gr_gid = 500, .gr_mem = members};
	*found = entry;
	return 0;
}

/* A second line of the gid 500 has bob, whom only the list of his own groups finds there. */
struct group *fgetgrent(FILE *stream)
{
	static char ann[] = "ann", bob[] = "bob", *first[] = {ann, bob, NULL},
		    *second[] = {bob, NULL};
	static struct group groups[] = {{.gr_name = ann, .gr_gid = 400, .gr_mem = first},
					{.gr_name = bob, .gr_gid = 500, .gr_mem = second}};

	(void)stream;
	return n_read < LENGTH(groups) ? &groups[n_read++] : NULL;
}

void setpwent(void)
{
	n_listed = 0;
}

void endpwent(void)
{
}

struct passwd *getpwent(void)
{
	static char ann[] = "ann", bob[] = "bob", cyd[] = "cyd", home[] = "/home/x",
		    sh[] = "/bin/sh", no[] = "/no/shell";
	static struct passwd users[] = {
		{.pw_name = ann, .pw_uid = 1, .pw_gid = 9, .pw_dir = home, .pw_shell = sh},
		{.pw_name = bob, .pw_uid = 2, .pw_gid = 9, .pw_dir = home, .pw_shell = no},
		{.pw_name = cyd, .pw_uid = 3, .pw_gid = 9, .pw_dir = home, .pw_shell = sh},
	};

	return n_listed < LENGTH(users) ? &users[n_listed++] : NULL;
}

/* Whether NAME with the primary group GID is in GROUP. */
static int ask_memory(struct subject_memory *memory, const char *name, gid_t gid, const char *group,
		      struct error *error)
{
	cleanup(group_list_clear) struct group_list groups = {0};
	const struct subject subject = {
		.user = (char *)(uintptr_t)name, .gid = gid, .memory = memory, .groups = &groups};

	return subject_in_group(&subject, group, error);
}

static void test_members(void **state)
{
	struct subject_memory *memory = membership_new();
	struct error error = {0};

	(void)state;
	n_asked = n_read = 0;
	assert_int_equal(ask_memory(memory, "ann", 9, "staff", &error), 1);
	assert_int_equal(ask_memory(memory, "bob", 9, "staff", &error), 1);
	assert_int_equal(ask_memory(memory, "cyd", 9, "staff", &error), 0);
	assert_int_equal(ask_memory(memory, "cyd", 500, "staff", &error), 1);
	assert_int_equal(n_asked, 1);
	assert_int_equal(n_read, 2);
	n_read = 0;
	assert_int_equal(ask_memory(memory, "dan", 9, "staff", &error), 0);
	assert_int_equal(n_read, 0);
	membership_free(memory);
}

static void test_failures(void **state)
{
	struct subject_memory *memory = membership_new();
	struct error error = {0};

	(void)state;
	n_asked = n_read = 0;
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(ask_memory(memory, "ann", 9, "absent", &error), -ENOENT);
		assert_string_equal(error.words, "no such group 'absent'");
		assert_int_equal(ask_memory(memory, "ann", 9, "broken", &error), -EIO);
		assert_non_null(strstr(error.words, "cannot look up group 'broken'"));
	}
	assert_int_equal(n_asked, 2);
	membership_free(memory);
}

static void test_users(void **state)
{
	static const char *const rules =
		"!@staff,ann sshd a from=::1\n@staff * b\n* sshd c\n* * d\n";
	/* By user, service (sshd, su) and rule. */
	static const bool may[][2][4] = {
		{{false, true, false, false}, {false, true, false, false}},
		{{false, true, false, false}, {false, true, false, false}},
		{{false, false, true, false}, {false, false, false, true}}};
	FILE *stream cleanup(cleanup_file) = fmemopen((void *)(uintptr_t)rules, strlen(rules), "r");
	cleanup(cleanup_policy) struct policy *policy = NULL;
	cleanup(check_users_clear) struct check_users users = {0};
	struct error error = {0};

	(void)state;
	n_asked = n_read = 0;
	assert_int_equal(policy_read(stream, "rules", &policy, &error), 0);
	check_users_set_policy(&users, policy);
	assert_int_equal(check_users_list(&users), 0);
	assert_int_equal(users.n_users, 3);
	n_listed = 0;
	assert_int_equal(check_users_list(&users), 0);
	assert_int_equal(n_listed, 0);
	assert_true(users.users[0].is_login && !users.users[1].is_login && users.users[2].is_login);
	assert_ptr_equal(check_users_find(&users, "cyd"), &users.users[2]);
	assert_null(check_users_find(&users, "dan"));
	for (size_t i = 0; i < LENGTH(may) * 2 * 4; i++) {
		struct check_user *user = &users.users[i / 8];
		struct group_list groups;
		const struct subject subject =
			check_users_subject(&users, user, i / 4 % 2 ? "su" : "sshd", &groups);

		assert_int_equal(
			check_users_may_get(&users, user, &subject, &policy->rules[i % 4], &error),
			may[i / 8][i / 4 % 2][i % 4]);
		check_users_keep_groups(user, &groups);
	}
	assert_int_equal(n_asked, 1);
	assert_non_null(users.users[2].groups);
	/* Another policy may be at the same address. */
	free(policy->rules[1].who);
	policy->rules[1].who = strdup("*");
	check_users_set_policy(&users, policy);
	{
		struct group_list groups;
		const struct subject cyd =
			check_users_subject(&users, &users.users[2], "sshd", &groups);

		assert_int_equal(check_users_may_get(&users, &users.users[2], &cyd,
						     &policy->rules[1], &error),
				 1);
	}
}

static void test_nametable(void **state)
{
	cleanup(nametable_clear) struct nametable table = {0};
	static char names[1000][8];

	(void)state;
	assert_null(nametable_number(&table, "0"));
	for (size_t i = 0; i < LENGTH(names); i++) {
		snprintf(names[i], sizeof(names[i]), "%zu", i);
		assert_int_equal(nametable_add(&table, names[i], i), 0);
	}
	assert_int_equal(nametable_add(&table, "7", 8), 0);
	assert_int_equal(table.n_names, LENGTH(names));
	for (size_t i = 0; i < LENGTH(names); i++)
		assert_int_equal(*nametable_number(&table, names[i]), i);
	assert_null(nametable_number(&table, "1000"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_nametable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
