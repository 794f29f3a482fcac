/* SPDX-License-Identifier: BSD-3-Clause */
/* Home directories that a row with %h may not bring into a session. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cleanup.h"
#include "home.h"
#include "sandbox.h"

static struct subject subject_with(const char *home)
{
	return (struct subject){
		.user = (char *)"alice", .uid = 1000, .home = (char *)(uintptr_t)home};
}

/* What home_check_row() says of HOME for a row that uses it. */
static int check_home_text(const char *home, const char *words)
{
	const struct row row = {.kind = ROW_BIND, .uses_home = true};
	const struct subject subject = subject_with(home);
	struct error error = {0};
	int result = home_check_row(&row, &subject, &error);

	if (result < 0 && !strstr(error.words, words))
		fail_msg("%s: %s", home, error.words);
	return result;
}

static void refuses_system_directories(void **state)
{
	static const char *const homes[] = {
		"/",	"/etc", "/usr",	     "/home",	 "/var",     "/proc",	  "/dev",
		"/run", "/tmp", "/run/user", "/var/lib", "/var/tmp", "/lib",	  "/usr/bin",
		"/opt", "/sys", "/srv",	     "/media",	 "/mnt",     "/run/media"};

	(void)state;
	for (size_t i = 0; i < sizeof(homes) / sizeof(*homes); i++)
		assert_int_equal(check_home_text(homes[i], "the system directory"), -EPERM);
	assert_int_equal(check_home_text("//etc///", "the system directory '/etc'"), -EPERM);
	assert_int_equal(check_home_text("/usr/games", "where root's code is loaded from"), -EPERM);
	assert_int_equal(check_home_text("/proc/1", "lies in '/proc'"), -EPERM);
	assert_int_equal(check_home_text("/root", "'/root' of alice is root's, '/root'"), -EPERM);
	assert_int_equal(check_home_text("/root/alice", "lies in root's, '/root'"), -EPERM);
}

static void takes_the_home_of_root(void **state)
{
	const struct row row = {.kind = ROW_BIND, .uses_home = true};
	struct subject root = subject_with("/root");
	struct error error = {0};

	(void)state;
	root.uid = 0;
	assert_int_equal(home_check_row(&row, &root, &error), 0);
}

static void takes_homes_of_people_and_daemons(void **state)
{
	static const char *const homes[] = {
		"/home/alice",	       "/mnt/alice", "/media/disk/alice", "/rooted",
		"/var/lib/postgresql", "/var/www",   "/nonexistent",	  "/srv/git",
		"/export/alice",       "/run/ircd",  "/tmpfiles",	  "/homes"};

	(void)state;
	for (size_t i = 0; i < sizeof(homes) / sizeof(*homes); i++)
		assert_int_equal(check_home_text(homes[i], "none"), 0);
}

static void minds_only_rows_with_the_home(void **state)
{
	const struct row row = {.kind = ROW_BIND};
	const struct subject subject = subject_with("/etc");
	struct error error = {0};

	(void)state;
	assert_int_equal(home_check_row(&row, &subject, &error), 0);
}

static void refuses_the_homes_of_others(void **state)
{
	(void)state;
	assert_int_equal(check_home_text("/export", "contains that of bob, '/export//bob/'"),
			 -EPERM);
	assert_int_equal(check_home_text("/export/", "contains that of bob"), -EPERM);
	assert_int_equal(check_home_text("/export/bob", "none"), 0);
	/* Another name of the same uid is the same user. */
	assert_int_equal(check_home_text("/same", "none"), 0);
}

static void refuses_to_cover_earlier_rows(void **state)
{
	struct row rows[] = {
		{.target = (char *)"/"},
		{.target = (char *)"/data/shared", .line = 2},
		{.target = (char *)"/data", .uses_home = true, .user_target = true},
		{.target = (char *)"/data/later"},
	};
	struct tree tree = {.rows = rows, .n_rows = 4};
	const struct subject subject = subject_with("/data");
	struct error error = {0};

	(void)state;
	assert_int_equal(home_check_target(&tree, 2, &subject, &error), -EPERM);
	assert_non_null(strstr(error.words, "would cover '/data/shared' of line 2"));
	rows[1].user_target = true;
	assert_int_equal(home_check_target(&tree, 2, &subject, &error), 0);
	rows[1] = (struct row){.target = (char *)"/dat"};
	assert_int_equal(home_check_target(&tree, 2, &subject, &error), 0);
}

static void knows_a_place_by_another_name(void **state)
{
	const struct row row = {
		.source = (char *)"/srv/link", .uses_home = true, .home_source = true};
	const struct row control = {.source = (char *)"/srv/link"};
	cleanup(path_close) struct path found = PATH_INIT;
	cleanup(path_close) struct path root = PATH_INIT;
	struct subject subject = subject_with("/srv/link");
	struct error error = {0};

	(void)state;
	assert_int_equal(path_open("/srv/link", &found, &error), 0);
	assert_int_equal(home_check_source(&row, &subject, &found, NULL, &error), -EPERM);
	assert_non_null(strstr(error.words, "'/srv/link' leads to the system directory '/etc'"));
	assert_int_equal(home_check_source(&control, &subject, &found, NULL, &error), 0);
	assert_int_equal(path_open("/root", &root, &error), 0);
	assert_int_equal(home_check_source(&row, &subject, &root, NULL, &error), -EPERM);
	subject.uid = 0;
	assert_int_equal(home_check_source(&row, &subject, &root, NULL, &error), 0);
}

static void make_site(void)
{
	if (mkdir("/etc", 0755) < 0 || mkdir("/srv", 0755) < 0 || mkdir("/root", 0700) < 0 ||
	    symlink("/etc", "/srv/link") < 0)
		sandbox_die("the site cannot be made");
	sandbox_write("/etc/passwd", "root:x:0:0::/root:/bin/sh\n"
				     "bob:x:1001:1001::/export//bob/:/bin/sh\n"
				     "alias:x:1000:1000::/same/alias:/bin/sh\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_system_directories),
		cmocka_unit_test(takes_the_home_of_root),
		cmocka_unit_test(takes_homes_of_people_and_daemons),
		cmocka_unit_test(minds_only_rows_with_the_home),
		cmocka_unit_test(refuses_the_homes_of_others),
		cmocka_unit_test(refuses_to_cover_earlier_rows),
		cmocka_unit_test(knows_a_place_by_another_name),
	};

	sandbox_enter();
	make_site();
	return cmocka_run_group_tests_name("home", tests, NULL, NULL);
}
