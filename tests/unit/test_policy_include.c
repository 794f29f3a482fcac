/* SPDX-License-Identifier: BSD-3-Clause */
/* The include lines of nstree.conf(5): which files are read, in which order, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "cleanup.h"
#include "policy.h"
#include "sandbox.h"
#include "textfile.h"

#define MAIN "/etc/security/nstree.conf"
#define DIRECTORY "/etc/security/nstree.conf.d"
#define RUN "/run/security/nstree.conf.d"
#define VENDOR VENDORDIR "/security/nstree.conf.d"
#define INCLUDE_ALL "include " DIRECTORY "/*.conf\n"

static void make_directory(const char *path)
{
	char above[256];

	for (const char *slash = path; (slash = strchr(slash + 1, '/'));) {
		snprintf(above, sizeof(above), "%.*s", (int)(slash - path), path);
		if (mkdir(above, 0755) < 0 && errno != EEXIST)
			sandbox_die(above);
	}
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		sandbox_die(path);
}

/* Each test begins without any file. */
static int remove_files(void **state)
{
	static const char *const directories[] = {DIRECTORY, RUN, VENDOR, "/etc/security"};
	const struct dirent *entry;

	(void)state;
	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++) {
		DIR *stream = opendir(directories[i]);

		while (stream && (entry = readdir(stream)))
			unlinkat(dirfd(stream), entry->d_name, 0);
		if (stream)
			closedir(stream);
	}
	chmod(DIRECTORY, 0755);
	return 0;
}

/* The rules' users, each followed by a blank, or what was said of the fault. */
static const char *load(char text[2048])
{
	struct policy *policy cleanup(cleanup_policy) = NULL;
	struct error error = {0};

	if (policy_load(MAIN, &policy, &error) < 0)
		return error_text(&error, text);
	text[0] = '\0';
	for (size_t i = 0; i < policy->n_rules; i++) {
		strcat(text, policy->rules[i].who);
		strcat(text, " ");
	}
	return text;
}

static void assert_loads(const char *users)
{
	char text[2048];

	assert_string_equal(load(text), users);
}

static void assert_refused(const char *place, const char *words)
{
	char text[2048];

	load(text);
	if (strncmp(text, place, strlen(place)) != 0 || !strstr(text, words))
		fail_msg("wanted '%s ... %s', got '%s'", place, words, text);
}

static void reads_files_in_order(void **state)
{
	(void)state;
	sandbox_write(MAIN, "first * -\n" INCLUDE_ALL "last * - # the end\n");
	assert_loads("first last ");
	sandbox_write(DIRECTORY "/20-b.conf", "b * -\n");
	sandbox_write(DIRECTORY "/100.conf", "hundred * -\n");
	sandbox_write(DIRECTORY "/10-a.conf", "# none\na1 * -\na2 * -\n");
	sandbox_write(DIRECTORY "/30.conf.rpmsave", "not_this * -\n");
	sandbox_write(DIRECTORY "/.hidden.conf", "nor_this * -\n");
	assert_loads("first a1 a2 hundred b last ");
	sandbox_write("/etc/security/one", "one * -\n");
	sandbox_write(MAIN,
		      "include /etc/security/one # a comment\n \tinclude\t/etc/security/one\n");
	assert_loads("one one ");
}

/* The same of the directory ROOT, which stands for INSIDE. */
static void assert_loads_in(const struct rootdir *root, const char *file, const char *users)
{
	struct policy *policy cleanup(cleanup_policy) = NULL;
	cleanup(cleanup_file) FILE *stream = NULL;
	struct error error = {0};
	char text[2048];

	assert_int_equal(textfile_open_in(root, file, &stream, &error), 0);
	if (policy_read_all(stream, file, root, NULL, &policy, &error) < 0)
		assert_string_equal(error_text(&error, text), users);
	text[0] = '\0';
	for (size_t i = 0; policy && i < policy->n_rules; i++) {
		strcat(text, policy->rules[i].who);
		strcat(text, " ");
	}
	assert_true(!policy || strcmp(text, users) == 0);
}

static void reads_a_directory_that_stands_for_a_host(void **state)
{
	const struct rootdir root = {"/draft", ""};

	(void)state;
	make_directory("/draft" DIRECTORY);
	make_directory("/draft" VENDOR);
	sandbox_write(DIRECTORY "/10-host.conf", "of_this_host * -\n");
	sandbox_write("/etc/security/all", "of_this_host * -\n");
	sandbox_write("/draft" MAIN, INCLUDE_ALL "include /etc/security/one\n");
	sandbox_write("/draft/etc/security/all", "linked * -\n");
	sandbox_write("/draft" DIRECTORY "/10.conf", "site * -\n");
	sandbox_write("/draft" VENDOR "/10.conf", "hidden * -\n");
	sandbox_write("/draft" VENDOR "/20.conf", "vendor * -\n");
	sandbox_write("/draft" VENDOR "/30.conf", "masked * -\n");
	assert_int_equal(symlink("/dev/null", "/draft" DIRECTORY "/30.conf"), 0);
	assert_int_equal(symlink("/etc/security/all", "/draft/etc/security/one"), 0);
	sandbox_write("/draft" VENDOR "/40.conf", "masked * -\n");
	assert_int_equal(symlink("../../../dev/null", "/draft" DIRECTORY "/40.conf"), 0);
	/* Drafts need not be root's. */
	assert_int_equal(chmod("/draft" DIRECTORY, 0777), 0);
	assert_loads_in(&root, "/draft" MAIN, "site vendor linked ");
	/* The directory is elsewhere in the draft. */
	assert_int_equal(rename("/draft" DIRECTORY, "/draft/confd"), 0);
	assert_int_equal(symlink("/confd", "/draft" DIRECTORY), 0);
	assert_loads_in(&root, "/draft" MAIN, "site vendor linked ");
	sandbox_write("/draft" MAIN, "include /etc/security/absent\n");
	assert_loads_in(&root, "/draft" MAIN,
			"/draft" MAIN ":1: '/draft/etc/security/absent' does not exist: write it, "
			"or take it out (a pattern with * may find no file)");
}

static void reads_a_directory_that_stands_for_etc_security(void **state)
{
	const struct rootdir root = {"/import", "/etc/security"};

	(void)state;
	make_directory("/import/nstree.conf.d");
	make_directory(VENDOR);
	sandbox_write("/import/nstree.conf", INCLUDE_ALL);
	sandbox_write("/import/nstree.conf.d/10.conf", "draft * -\n");
	sandbox_write(DIRECTORY "/15-host.conf", "of_this_host * -\n");
	sandbox_write(VENDOR "/20.conf", "vendor * -\n");
	assert_loads_in(&root, "/import/nstree.conf", "draft vendor ");
}

static void takes_rules_for_a_user_named_include(void **state)
{
	(void)state;
	sandbox_write(MAIN, "include * -\ninclude,bob sshd -\ninclude sshd deny\n");
	assert_loads("include include,bob include ");
}

static void knows_the_place_of_each_rule(void **state)
{
	struct policy *policy cleanup(cleanup_policy) = NULL;
	struct error error = {0};

	(void)state;
	sandbox_write(MAIN, INCLUDE_ALL "* * -\n");
	sandbox_write(DIRECTORY "/a.conf", "\n\nalice * -\n");
	assert_int_equal(policy_load(MAIN, &policy, &error), 0);
	assert_string_equal(policy->rules[0].file, DIRECTORY "/a.conf");
	assert_int_equal(policy->rules[0].line, 3);
	assert_string_equal(policy->rules[1].file, MAIN);
	assert_int_equal(policy->rules[1].line, 2);
	sandbox_write(DIRECTORY "/a.conf", "\nalice\n");
	assert_refused(DIRECTORY "/a.conf:2: ", "the rule has no service and no tree");
}

static void takes_the_vendors_files(void **state)
{
	(void)state;
	make_directory(RUN);
	make_directory(VENDOR);
	sandbox_write(MAIN, INCLUDE_ALL "last * -\n");
	sandbox_write(VENDOR "/10.conf", "vendor10 * -\n");
	sandbox_write(VENDOR "/20.conf", "vendor20 * -\n");
	sandbox_write(VENDOR "/40.conf", "vendor40 * -\n");
	sandbox_write(DIRECTORY "/30.conf", "etc30 * -\n");
	assert_loads("vendor10 vendor20 etc30 vendor40 last ");
	sandbox_write(RUN "/20.conf", "run20 * -\n");
	sandbox_write(RUN "/10.conf", "run10 * -\n");
	sandbox_write(DIRECTORY "/10.conf", "etc10 * -\n");
	assert_int_equal(symlink("/dev/null", DIRECTORY "/40.conf"), 0);
	assert_loads("etc10 run20 etc30 last ");
	sandbox_write(MAIN, "include /etc/security/nstree.conf.d/10.conf\n");
	assert_loads("etc10 ");
	sandbox_write(MAIN, "include " VENDOR "/*0.conf\n");
	assert_loads("vendor10 vendor20 vendor40 ");
}

static void refuses_what_is_not_there(void **state)
{
	(void)state;
	sandbox_write(MAIN, "# c\ninclude /etc/security/gone.conf\n* * -\n");
	assert_refused(MAIN ":2: ", "'/etc/security/gone.conf' does not exist: write it");
	sandbox_write(MAIN, INCLUDE_ALL "* * -\n");
	assert_int_equal(symlink("/etc/security/gone.conf", DIRECTORY "/a.conf"), 0);
	assert_refused(MAIN ":1: ", "'" DIRECTORY "/a.conf' does not exist");
	sandbox_write("/etc/security/gone.conf", "there * -\n");
	assert_loads("there * ");
	sandbox_write("/etc/security/gone.conf", "");
	assert_refused(DIRECTORY "/a.conf: ", "is empty");
	sandbox_write(MAIN, "include /etc/security/gone/*.conf\n* * -\n");
	assert_loads("* ");
}

static void refuses_what_others_can_change(void **state)
{
	(void)state;
	sandbox_write(MAIN, INCLUDE_ALL "* * -\n");
	assert_int_equal(chmod(DIRECTORY, 0775), 0);
	assert_refused(DIRECTORY ": ", "cannot be trusted: ");
	assert_int_equal(chmod(DIRECTORY, 0755), 0);
	assert_loads("* ");
	sandbox_write(DIRECTORY "/a.conf", "a * -\n");
	assert_int_equal(chmod(DIRECTORY "/a.conf", 0666), 0);
	assert_refused(DIRECTORY "/a.conf: ", "cannot be trusted: ");
}

static void refuses_patterns(void **state)
{
	(void)state;
	sandbox_write(MAIN, "include nstree.conf.d/*.conf\n");
	assert_refused(MAIN ":1: ",
		       "'nstree.conf.d/*.conf' is not the path of a file: write an absolute");
	sandbox_write(MAIN, "include /etc/../etc/a.conf\n");
	assert_refused(MAIN ":1: ", "is not the path of a file");
	sandbox_write(MAIN, "include /etc/security/\n");
	assert_refused(MAIN ":1: ", "is not the path of a file");
	sandbox_write(MAIN, "include /etc/s*/a.conf\n");
	assert_refused(MAIN ":1: ", "has a wildcard in a directory");
	sandbox_write(MAIN, "include /etc/a.conf /etc/b.conf\n");
	assert_refused(MAIN ":1: ", "'/etc/b.conf' after the file to include");
	sandbox_write(MAIN, "include\n");
	assert_refused(MAIN ":1: ", "the rule has no service and no tree");
	sandbox_write(MAIN, INCLUDE_ALL);
	assert_refused(MAIN ": ", "holds no rule");
}

static void refuses_circles(void **state)
{
	char name[64], text[128];

	(void)state;
	sandbox_write(MAIN, "* * -\ninclude " MAIN "\n");
	assert_refused(MAIN ":2: ", "'" MAIN "' includes itself");
	sandbox_write(MAIN, "\ninclude /etc/security/a\n");
	sandbox_write("/etc/security/a", "include /etc/security/b\n");
	sandbox_write("/etc/security/b", "a * -\n\ninclude /etc/security/a\n");
	assert_refused("/etc/security/b:3: ", "'/etc/security/a' is included in a circle: line 1 "
					      "of '/etc/security/a' leads here");
	for (unsigned i = 0; i < 11; i++) {
		snprintf(name, sizeof(name), "/etc/security/%u", i);
		snprintf(text, sizeof(text), "u%u * -\ninclude /etc/security/%u\n", i, i + 1);
		sandbox_write(name, i < 10 ? text : "u10 * -\n");
	}
	sandbox_write(MAIN, "include /etc/security/1\n");
	assert_loads("u1 u2 u3 u4 u5 u6 u7 u8 u9 u10 ");
	sandbox_write(MAIN, "include /etc/security/0\n");
	assert_refused("/etc/security/9:2: ", "the 11th file in a chain of include lines");
}

static void count_fault(void *data, const struct error *error)
{
	char text[ERROR_TEXT_SIZE];

	strcat(data, error_text(error, text));
	strcat(data, "\n");
}

static void goes_on_after_faults(void **state)
{
	char text[4096] = "";
	const struct faults faults = {count_fault, text};
	struct policy *policy cleanup(cleanup_policy) = NULL;
	struct error error = {0};

	(void)state;
	sandbox_write(MAIN, "include /gone\n" INCLUDE_ALL "x\n* * -\n");
	sandbox_write(DIRECTORY "/a.conf", "y\na * -\n");
	sandbox_write(DIRECTORY "/b.conf", "");
	assert_int_equal(policy_load_all(MAIN, &faults, &policy, &error), 0);
	assert_int_equal(policy->n_rules, 2);
	assert_non_null(strstr(text, MAIN ":1: '/gone' does not exist"));
	assert_non_null(strstr(text, DIRECTORY "/a.conf:1: the rule has no service"));
	assert_non_null(strstr(text, DIRECTORY "/b.conf: is empty"));
	assert_non_null(strstr(text, MAIN ":3: the rule has no service"));
}

#define TEST(name) cmocka_unit_test_teardown(name, remove_files)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_files_in_order),
		TEST(reads_a_directory_that_stands_for_a_host),
		TEST(reads_a_directory_that_stands_for_etc_security),
		TEST(takes_rules_for_a_user_named_include),
		TEST(knows_the_place_of_each_rule),
		TEST(takes_the_vendors_files),
		TEST(refuses_what_is_not_there),
		TEST(refuses_what_others_can_change),
		TEST(refuses_patterns),
		TEST(refuses_circles),
		TEST(goes_on_after_faults),
	};

	sandbox_enter();
	make_directory(DIRECTORY);
	return cmocka_run_group_tests_name("policy_include", tests, NULL, NULL);
}
