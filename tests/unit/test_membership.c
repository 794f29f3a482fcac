/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is in which group, for many users: what the name service says, asked once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <errno.h>
#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <string.h>

#include "check_users.h"
#include "cleanup.h"
#include "membership.h"
#include "nametable.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static unsigned n_asked, n_read, n_listed, n_systemd, n_initgroups;
static const char *nsswitch;
static enum nss_status systemd_status;

/* systemd's source has dan in staff by a membership of its own; `other` has him by his list. */
static enum nss_status ask_systemd(const char *name, struct group *entry, char *buffer, size_t size,
				   int *number)
{
	static char dan[] = "dan", *members[] = {dan, NULL};

	(void)size;
	n_systemd++;
	*number = systemd_status == NSS_STATUS_UNAVAIL ? EIO : 0;
	*entry = (struct group){.gr_name = strcpy(buffer, name), .gr_gid = 500, .gr_mem = members};
	if (systemd_status == NSS_STATUS_SUCCESS && strcmp(name, "staff") != 0)
		return NSS_STATUS_NOTFOUND;
	return systemd_status;
}

static enum nss_status list_groups_of(const char *user, gid_t group, long *start, long *size,
				      gid_t **groups, long limit, int *number)
{
	(void)group;
	(void)size;
	(void)limit;
	*number = 0;
	n_initgroups++;
	if (strcmp(user, "dan") != 0)
		return NSS_STATUS_NOTFOUND;
	(*groups)[(*start)++] = 500;
	return NSS_STATUS_SUCCESS;
}

void *dlsym(void *restrict handle, const char *restrict name)
{
	(void)handle;
	if (!strcmp(name, "_nss_systemd_getgrnam_r"))
		return (void *)ask_systemd;
	if (!strcmp(name, "_nss_systemd_initgroups_dyn") ||
	    !strcmp(name, "_nss_other_initgroups_dyn"))
		return (void *)list_groups_of;
	return NULL;
}

FILE *fopen(const char *restrict path, const char *restrict mode)
{
	static char empty[] = "";

	if (strcmp(path, "/etc/nsswitch.conf") == 0)
		return fmemopen((void *)(uintptr_t)nsswitch, strlen(nsswitch), mode);
	return fmemopen(empty, 1, mode);
}

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
	nsswitch = "group: files";
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

/*
 * Memberships of systemd are asked for once a group, where that says the same as asking for each
 * user; elsewhere the list of each user's groups is.
 */
static void test_systemd(void **state)
{
	static const struct {
		const char *nsswitch;
		enum nss_status status;
		int dan, cyd; /* -EIO: it cannot be told */
		unsigned n_systemd, n_initgroups;
	} cases[] = {
		{"group: files systemd", NSS_STATUS_SUCCESS, 1, 0, 1, 0},
		{"group: files [SUCCESS=merge] systemd", NSS_STATUS_SUCCESS, 1, 0, 1, 0},
		{"initgroups: systemd [NOTFOUND=continue]", NSS_STATUS_SUCCESS, 1, 0, 0, 2},
		{"group: files systemd other", NSS_STATUS_SUCCESS, 1, 0, 0, 4},
		{"group: files [NOTFOUND=return] systemd", NSS_STATUS_SUCCESS, 0, 0, 0, 0},
		{"group: files systemd", NSS_STATUS_NOTFOUND, 0, 0, 1, 0},
		{"group: files systemd", NSS_STATUS_UNAVAIL, -EIO, -EIO, 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct subject_memory *memory = membership_new();
		struct error error = {0};

		nsswitch = cases[i].nsswitch;
		systemd_status = cases[i].status;
		n_asked = n_read = n_systemd = n_initgroups = 0;
		assert_int_equal(ask_memory(memory, "dan", 9, "staff", &error), cases[i].dan);
		assert_int_equal(ask_memory(memory, "cyd", 9, "staff", &error), cases[i].cyd);
		assert_int_equal(ask_memory(memory, "ann", 9, "staff", &error), 1);
		assert_int_equal(n_asked, 1);
		assert_int_equal(n_systemd, cases[i].n_systemd);
		assert_int_equal(n_initgroups, cases[i].n_initgroups);
		membership_free(memory);
	}
}

static void test_failures(void **state)
{
	struct subject_memory *memory = membership_new();
	struct error error = {0};

	(void)state;
	nsswitch = "group: files";
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
	nsswitch = "group: files";
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
	assert_null(users.users[2].groups);
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
		cmocka_unit_test(test_members),	  cmocka_unit_test(test_systemd),
		cmocka_unit_test(test_failures),  cmocka_unit_test(test_users),
		cmocka_unit_test(test_nametable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
