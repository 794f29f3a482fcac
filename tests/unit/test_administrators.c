/* SPDX-License-Identifier: BSD-3-Clause */
/* Who counts as an administrator; the groups sudo, wheel and admin are the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <grp.h>
#include <stdbool.h>
#include <string.h>

#include "administrators.h"

static char bob[] = "bob", admin[] = "admin", carol[] = "carol", capital[] = "Admin";

static bool sudo_fails; /* as where it is not local, and the directory does not answer */

/* These stand before the C library's: 'sudo' is 27 and has the member bob, 'admin' is 1001. */
int getgrnam_r(const char *name, struct group *entry, char *buffer, size_t size,
	       struct group **found)
{
	static char *sudoers[] = {bob, NULL}, *nobody[] = {NULL};

	*found = NULL;
	errno = 0;
	if (size < strlen(name) + 1)
		return ERANGE;
	if (strcmp(name, "sudo") == 0 && sudo_fails)
		return EIO;
	if (strcmp(name, "sudo") != 0 && strcmp(name, "admin") != 0)
		return 0;
	strcpy(buffer, name);
	*entry = (struct group){.gr_name = buffer, .gr_gid = 1001, .gr_mem = nobody};
	if (strcmp(name, "sudo") == 0)
		*entry = (struct group){.gr_name = buffer, .gr_gid = 27, .gr_mem = sudoers};
	*found = entry;
	return 0;
}

static int check(char *user, gid_t gid)
{
	struct group_list groups = {0};
	const struct subject subject = {.user = user, .uid = 1000, .gid = gid, .groups = &groups};
	struct error error = {0};
	int result = administrator_check(&subject, &error);

	group_list_clear(&groups);
	assert_int_equal(error.number, result < 0 ? -result : 0);
	return result;
}

static void members_are_administrators(void **state)
{
	(void)state;
	assert_int_equal(check(bob, 1002), 1);
	assert_int_equal(check(carol, 1003), 0);
	assert_int_equal(check(carol, 27), 1); /* a primary group */
	assert_int_equal(check(carol, 1001), 1);
}

static void a_private_group_makes_nobody_one(void **state)
{
	(void)state;
	assert_int_equal(check(admin, 1001), 0);
	assert_int_equal(check(admin, 27), 1); /* the primary group has another name */
	/* A source that ignores case finds the group of Admin by the name admin. */
	assert_int_equal(check(capital, 1001), 0);
}

/* Who repairs a directory that does not answer is a member of a group that is local. */
static void a_group_that_fails_hides_no_other(void **state)
{
	(void)state;
	sudo_fails = true;
	assert_int_equal(check(carol, 1001), 1);
	assert_int_equal(check(carol, 1003), -EIO);
	sudo_fails = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_administrators),
		cmocka_unit_test(a_private_group_makes_nobody_one),
		cmocka_unit_test(a_group_that_fails_hides_no_other),
	};

	return cmocka_run_group_tests_name("administrators", tests, NULL, NULL);
}
