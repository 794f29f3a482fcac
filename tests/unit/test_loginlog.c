/* SPDX-License-Identifier: BSD-3-Clause */
/* Who has logged in: the logs of login programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <errno.h>
#include <lastlog.h>
#include <pwd.h>
#include <utmpx.h>

#include "cleanup.h"
#include "listing.h"
#include "loginlog.h"
#include "sandbox.h"

#define FAR_UID 1200000001 /* as of Active Directory: its record is at 350 GB */
#define DATABASE "/var/lib/lastlog/lastlog2.db"

/* Stands before the C library's. */
struct passwd *getpwuid(uid_t uid)
{
	static char name[32];
	static struct passwd entry = {.pw_name = name};

	snprintf(name, sizeof(name), "u%u", (unsigned)uid);
	return uid == 7 ? NULL : &entry;
}

static void make_above(const char *path)
{
	char above[256];

	for (const char *slash = path; (slash = strchr(slash + 1, '/'));) {
		snprintf(above, sizeof(above), "%.*s", (int)(slash - path), path);
		if (mkdir(above, 0755) < 0 && errno != EEXIST)
			sandbox_die(above);
	}
}

static int add_name(const char *user, void *data)
{
	char *text = data;

	strcat(text, user);
	strcat(text, " ");
	return strcmp(user, "stop") == 0 ? -ENOMEM : 0;
}

static void assert_users(const char *wanted, const char *wanted_unread, int wanted_result)
{
	char text[1024] = "";
	const char *unread = "";

	assert_int_equal(loginlog_each(add_name, text, &unread), wanted_result);
	assert_string_equal(text, wanted);
	if (wanted_unread)
		assert_string_equal(unread, wanted_unread);
	else
		assert_null(unread);
}

static void write_lastlog(uid_t uid, int seconds)
{
	const struct lastlog record = {.ll_time = seconds};
	cleanup(cleanup_fd) int fd = open("/var/log/lastlog", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_int_equal(pwrite(fd, &record, sizeof(record), (off_t)uid * (off_t)sizeof(record)),
			 sizeof(record));
}

static void write_wtmp(short type, const char *user)
{
	struct utmpx entry = {.ut_type = type};

	memcpy(entry.ut_user, user, strlen(user));
	updwtmpx("/var/log/wtmp", &entry);
}

/* These logs matter where the name service does not list all users. */
static void test_sources(void **state)
{
	char source[64] = "";

	(void)state;
	assert_true(listing_has_all_users(source, sizeof(source)));
	make_above("/etc/");
	sandbox_write("/etc/nsswitch.conf", "passwd: files systemd\n");
	assert_true(listing_has_all_users(source, sizeof(source)));
	sandbox_write("/etc/nsswitch.conf", "passwd: files [!NOTFOUND=return] sss ldap\n");
	assert_false(listing_has_all_users(source, sizeof(source)));
	assert_string_equal(source, "sss");
}

static void test_no_logs(void **state)
{
	(void)state;
	assert_users("", NULL, 0);
}

static void test_lastlog_and_wtmp(void **state)
{
	(void)state;
	make_above("/var/log/");
	write_lastlog(0, 1);
	write_lastlog(5, 1);
	write_lastlog(6, 0);
	write_lastlog(7, 1);
	write_lastlog(FAR_UID, 1);
	assert_users("u0 u5 u1200000001 ", NULL, 0);
	sandbox_write("/var/log/wtmp", "");
	write_wtmp(BOOT_TIME, "reboot");
	write_wtmp(USER_PROCESS, "anna");
	write_wtmp(USER_PROCESS, "a_name_of_thirty-two_characters.");
	assert_users("u0 u5 u1200000001 anna a_name_of_thirty-two_characters. ", NULL, 0);
	write_wtmp(USER_PROCESS, "stop");
	write_wtmp(USER_PROCESS, "later");
	assert_users("u0 u5 u1200000001 anna a_name_of_thirty-two_characters. stop ", NULL,
		     -ENOMEM);
	assert_int_equal(unlink("/var/log/lastlog") | unlink("/var/log/wtmp"), 0);
}

static void test_databases(void **state)
{
	void *library = dlopen("libsqlite3.so.0", RTLD_NOW);
	int (*open_database)(const char *, void **);
	int (*run)(void *, const char *, void *, void *, char **);
	int (*close_database)(void *);
	void *database, *found[3];

	(void)state;
	assert_non_null(library);
	found[0] = dlsym(library, "sqlite3_open");
	found[1] = dlsym(library, "sqlite3_exec");
	found[2] = dlsym(library, "sqlite3_close");
	memcpy(&open_database, &found[0], sizeof(found[0]));
	memcpy(&run, &found[1], sizeof(found[1]));
	memcpy(&close_database, &found[2], sizeof(found[2]));
	make_above(DATABASE);
	assert_int_equal(open_database(DATABASE, &database), 0);
	assert_int_equal(run(database,
			     "CREATE TABLE Lastlog2 (Name TEXT PRIMARY KEY, Time INTEGER);"
			     "INSERT INTO Lastlog2 VALUES ('berta', 1), ('carl', 2)",
			     NULL, NULL, NULL),
			 0);
	assert_int_equal(close_database(database), 0);
	assert_users("berta carl ", NULL, 0);
	sandbox_write(DATABASE, "no database");
	assert_users("", DATABASE, 0);
	dlclose(library);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_no_logs),
		cmocka_unit_test(test_lastlog_and_wtmp),
		cmocka_unit_test(test_databases),
	};

	/* The sandbox has no libraries; what is loaded stays. */
	dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_NODELETE);
	sandbox_enter();
	return cmocka_run_group_tests_name("logs of logins", tests, NULL, NULL);
}
