/* SPDX-License-Identifier: BSD-3-Clause */
/* What is said of SELinux (selinux(8)) where something was refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "selinux.h"

/* What the file "enforce" has; NULL where it cannot be opened, for the reason REFUSED. */
static const char *mode;
static int refused;
static bool in_use;

/* These stand before the C library's. */
int statfs(const char *path, struct statfs *found)
{
	(void)path;
	*found = (struct statfs){.f_type = in_use ? SELINUX_MAGIC : SYSFS_MAGIC};
	return 0;
}

int open(const char *path, int flags, ...)
{
	int ends[2];

	if (strcmp(path, "/sys/fs/selinux/enforce") != 0)
		return (int)syscall(SYS_openat, AT_FDCWD, path, flags, 0600);
	errno = refused;
	if (!mode || pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	assert_int_equal(write(ends[1], mode, strlen(mode)), strlen(mode));
	close(ends[1]);
	return ends[0];
}

static void test_says_where_to_look(void **state)
{
	(void)state;
	in_use = true;
	mode = "1";
	assert_true(selinux_is_enforcing());
	assert_non_null(strstr(selinux_hint(EACCES), "ausearch"));
	assert_non_null(strstr(selinux_hint(EPERM), "ausearch"));
	assert_string_equal(selinux_hint(ENOENT), "");
	mode = "0";
	assert_string_equal(selinux_hint(EACCES), "");
	in_use = false;
	mode = "1";
	assert_string_equal(selinux_hint(EACCES), "");
}

static void test_takes_a_refusal_for_enforcing(void **state)
{
	(void)state;
	in_use = true;
	mode = NULL;
	refused = EACCES;
	assert_true(selinux_is_enforcing());
	refused = EMFILE;
	assert_false(selinux_is_enforcing());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_says_where_to_look),
		cmocka_unit_test(test_takes_a_refusal_for_enforcing),
	};

	return cmocka_run_group_tests_name("selinux", tests, NULL, NULL);
}
