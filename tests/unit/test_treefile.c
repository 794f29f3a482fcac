/* SPDX-License-Identifier: BSD-3-Clause */
/* A tree's file: how it is found, and what tells that two trees are the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "treefile.h"

#define ROWS "/srv / none bind\n/a /a none bind\n"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static char user[] = "alice", home[] = "/home/alice", service[] = "sshd";

static struct subject alice(void)
{
	/* gid 0 is root's on every system, so %g needs no account of the test's own. */
	return (struct subject){
		.user = user, .uid = 1234, .gid = 0, .home = home, .service = service};
}

static void test_names(void **state)
{
	static const char *const bad[] = {"", ".", "..", "a/b", "/a", "%h", "../%u"};
	struct subject subject = alice();
	struct tree_file *file = NULL;
	struct error error;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		error = (struct error){0};
		assert_int_equal(tree_file_load(bad[i], &subject, &file, &error), -EINVAL);
		assert_non_null(strstr(error.words, "is not a name"));
	}
	error = (struct error){0};
	assert_int_equal(tree_file_load("no-such-%u", &subject, &file, &error), -ENOENT);
	assert_non_null(strstr(error.words, "no tree 'no-such-alice'"));
	assert_non_null(strstr(error.words, TREE_DIRECTORY "/no-such-alice.fstab"));
	assert_non_null(strstr(error.words, TREE_DIRECTORY_SHIPPED "/no-such-alice.fstab"));
	assert_string_equal(error.file, "");
	assert_null(file);
}

/* The key of a file that holds TEXT; the caller's to free, NULL where there is none. */
static char *key_of(const char *text, const struct subject *subject)
{
	cleanup(cleanup_free) char *copy = strdup(text);
	struct tree_file file = {.text = copy, .length = strlen(text)};

	assert_non_null(copy);
	return tree_file_key(&file, subject);
}

static void compare(const char *text, const struct subject *subject, const char *other,
		    const struct subject *other_subject, bool same)
{
	cleanup(cleanup_free) char *a = key_of(text, subject);
	cleanup(cleanup_free) char *b = key_of(other, other_subject);

	assert_non_null(a);
	assert_non_null(b);
	if ((strcmp(a, b) == 0) != same)
		fail_msg("%s\nand\n%s\nshould %shave one key", text, other, same ? "" : "not ");
}

static void test_comments(void **state)
{
	static const char *const same[] = {
		"# a comment\n" ROWS,
		ROWS "\n \t\n",
		ROWS " # the end, without a newline",
		"\t/srv / none bind\n\n/a /a none bind",
	};
	static const char *const others[] = {
		"/srv / none bind\n",
		"/a /a none bind\n/srv / none bind\n",
		"/srv / none bind\n/a /a none bind,ro\n",
		"/srv / none bind /a /a none bind\n",
	};
	struct subject subject = alice();

	(void)state;
	for (size_t i = 0; i < COUNT(same); i++)
		compare(ROWS, &subject, same[i], &subject, true);
	for (size_t i = 0; i < COUNT(others); i++)
		compare(ROWS, &subject, others[i], &subject, false);
}

/* Only what a row holds counts of who logs in. */
static void test_specifiers(void **state)
{
	static const struct {
		const char *text;
		bool home, service, group;
	} cases[] = {
		{ROWS, true, true, true},
		{ROWS "# %h %s %G\n", true, true, true},
		{ROWS "/%%h /%%%%s none bind\n", true, true, true},
		{ROWS "%h %h none bind\n", false, true, true},
		{ROWS "/x/%s /y none bind\n", true, false, true},
		{ROWS "tmpfs /y tmpfs %%%sa\n", true, false, true},
		{ROWS "tmpfs /y tmpfs gid=%G\n", true, true, false},
		{ROWS "%h/%s /y none bind,X-mount.group=%G\n", false, false, false},
	};
	struct subject subject = alice(), moved = alice(), by_cron = alice(), grouped = alice();
	char elsewhere[] = "/srv/alice", cron[] = "cron", one[] = "V=1", two[] = "V=2",
	     both[] = "W=1";

	(void)state;
	moved.home = elsewhere;
	by_cron.service = cron;
	grouped.gid = 1;
	for (size_t i = 0; i < COUNT(cases); i++) {
		compare(cases[i].text, &subject, cases[i].text, &subject, true);
		compare(cases[i].text, &subject, cases[i].text, &moved, cases[i].home);
		compare(cases[i].text, &subject, cases[i].text, &by_cron, cases[i].service);
		compare(cases[i].text, &subject, cases[i].text, &grouped, cases[i].group);
	}
	moved.home = subject.home;
	subject.environment = (char *[]){one, both, NULL};
	moved.environment = (char *[]){two, both, NULL};
	compare(ROWS "/a/%{V} /y none bind\n", &subject, ROWS "/a/%{V} /y none bind\n", &moved,
		false);
	compare(ROWS "/a/%{W} /y none bind\n", &subject, ROWS "/a/%{W} /y none bind\n", &moved,
		true);
	compare(ROWS "tmpfs /y tmpfs a=%%{V}\n", &subject, ROWS "tmpfs /y tmpfs a=%%{V}\n", &moved,
		true);
	assert_null(key_of(ROWS "/a/%{X} /y none bind\n", &subject));
	/* Sessions that share a namespace have the id of the one that made it. */
	strcpy(subject.id, "1");
	strcpy(moved.id, "2");
	moved.environment = subject.environment;
	compare(ROWS "/a/%i /y none bind\n", &subject, ROWS "/a/%i /y none bind\n", &moved, true);
	/* A value that is written out is no specifier. */
	compare("%h / none bind\n", &subject, "/home/alice / none bind\n", &subject, false);
}

/* What tree_parse() refuses although a living session's tree has the same rows. */
static void test_none(void **state)
{
	struct subject subject = alice();
	char whole[] = ROWS "\0", dots[] = "..";
	struct tree_file file = {.text = whole, .length = sizeof(whole) - 1};

	(void)state;
	assert_null(tree_file_key(&file, &subject));
	assert_null(key_of(ROWS "# \r\n", &subject));
	assert_null(key_of("# \033\n" ROWS, &subject));
	subject.service = dots;
	assert_null(key_of(ROWS "/x/%s /y none bind\n", &subject));
	compare(ROWS, &subject, ROWS, &subject, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_comments),
		cmocka_unit_test(test_specifiers),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
