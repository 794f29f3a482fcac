/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check --root: mistakes that the text of a policy and of its trees shows. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "check_root.h"
#include "report.h"
#include "scratch.h"

#define BASE "tmpfs / tmpfs mode=0755,ro,nosuid,nodev\n"

/* Of a host, in the order in which they are made. */
static const char *const directories[] = {"etc", "etc/security", "etc/security/nstree.d"};

/* That the check says WANTED, or has no errors and warnings where that is NULL. */
static void assert_check_of_root(const char *wanted)
{
	struct report *report = report_new();
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	check_root_directory(scratch, NULL, report);
	report_print(report, (1U << SEVERITY_ERROR) | (1U << SEVERITY_WARNING), stream, false);
	fclose(stream);
	report_free(report);
	if (wanted ? !strstr(text, wanted) : *text)
		fail_msg("wanted '%s' in '%s'", wanted ? wanted : "", text);
	free(text);
}

static void assert_check(const char *policy, const char *wanted)
{
	write_scratch("etc/security/nstree.conf", policy);
	assert_check_of_root(wanted);
}

/* The same for the rows ROWS of a tree that alice gets. */
static void assert_rows_check(const char *rows, const char *wanted)
{
	write_scratch("etc/security/nstree.d/lab.fstab", rows);
	assert_check("alice sshd lab\n* * -\n", wanted);
	write_scratch("etc/security/nstree.d/lab.fstab", BASE);
}

static void rules_are_read(void **state)
{
	(void)state;
	assert_check("alice sshd lab\n* * -\n", NULL);
	assert_check("students sshd lab\n* * -\n", "; for the group of that name put @ before it");
	assert_check("all sshd lab\n* * -\n", "; for everyone write * [");
	assert_check("* * -\nalice sshd lab\n", ":2: warning: this rule can never match: line 1");
	assert_check("alice su -\nalice sshd lab\n* * -\n", NULL);
	assert_check("alice sshd lap\n* * -\n", "did you mean 'lab'? [unknown-tree]");
	assert_check("alice sshd none\n* * -\n", "; for the host's own tree write - [");
	assert_check("alice sshd lab.fstab\n* * -\n", "write 'lab' [unknown-tree]");
	assert_check("alice sshd lab,isolate=pid\n* * -\n", "a blank [unknown-tree]");
}

static void rows_are_read(void **state)
{
	(void)state;
	assert_rows_check(BASE "/srv/a /srv/a none bind,ro,X-mount.mkdir\n", NULL);
	assert_rows_check(BASE "/srv/a /srv/a none bind,ro\n",
			  ":2: error: the target '/srv/a' does not exist in the tree");
	assert_rows_check(BASE "usr/lib /lib nstree.symlink\n/srv/a /lib/a none bind,ro\n",
			  ":3: error: the target '/lib/a' passes through a symbolic link");
	assert_rows_check("/srv/none / none bind,ro\n/srv/a /srv/a none bind,ro\n", NULL);
	assert_rows_check("tmpfs / tmpfs ro,nosuid,nodev\n",
			  ":1: error: in this tree '/' is writable by everyone");
	assert_rows_check("/srv/none / none bind,ro\n/srv/a /usr none bind,ro\n", NULL);
	assert_rows_check("other / tree\n", "'tree' is no type: write nstree.tree [row-type]");
	assert_rows_check(BASE "/srv/a /srv/a auto bind,ro\n", "or none for what the options bind");
}

static void only_logins_get_what_everyone_gets(void **state)
{
	(void)state;
	write_scratch("etc/security/nstree.d/lab.fstab", BASE "%h %h none bind,ro,X-mount.mkdir\n");
	assert_check("* sshd lab\n* * -\n", NULL);
	assert_check("@daemons sshd lab\n* * -\n", "the home directory of sys is '/'");
	assert_check("sys sshd lab\n* * -\n", "the home directory of sys is '/'");
	write_scratch("etc/shells", "# shells\n/usr/sbin/nologin\n");
	assert_check("* sshd lab\n* * -\n", "the home directory of sys is '/'");
	remove(in_scratch("etc/shells"));
	write_scratch("etc/security/nstree.d/lab.fstab", BASE);
}

/* An absolute link does not lead to this machine's file, also where a line of it is shown. */
static void lines_at_fault_are_those_of_the_root(void **state)
{
	(void)state;
	remove(in_scratch("etc/security/nstree.conf"));
	write_scratch("etc/nstree-draft", "alice sshd lab bogus\n* * -\n");
	assert_int_equal(symlink("/etc/nstree-draft", in_scratch("etc/security/nstree.conf")), 0);
	assert_check_of_root("[rule-option]\n    alice sshd lab bogus\n");
	write_scratch("etc/nstree-draft", "alice sshd lab\nmallory sshd lab\n* * -\n");
	assert_check_of_root("[unknown-user]\n    mallory sshd lab\n");
	write_scratch("etc/nstree-draft", "alice sshd lab\n* * -\n");
	remove(in_scratch("etc/security/nstree.d/lab.fstab"));
	write_scratch("etc/lab", BASE "/srv/a /srv/a none bind,ro,bogus\n");
	assert_int_equal(symlink("/etc/lab", in_scratch("etc/security/nstree.d/lab.fstab")), 0);
	assert_check_of_root("[row-option]\n    /srv/a /srv/a none bind,ro,bogus\n");
	remove(in_scratch("etc/security/nstree.conf"));
	remove(in_scratch("etc/security/nstree.d/lab.fstab"));
	remove(in_scratch("etc/nstree-draft"));
	remove(in_scratch("etc/lab"));
	write_scratch("etc/security/nstree.d/lab.fstab", BASE);
}

static int make_root(void **state)
{
	(void)state;
	if (!mkdtemp(scratch))
		return -1;
	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++)
		if (mkdir(in_scratch(directories[i]), 0755) < 0)
			return -1;
	write_scratch("etc/passwd", "alice:x:1000:1000::/home/alice:/bin/bash\n"
				    "sys:x:3:3::/:/usr/sbin/nologin\n");
	write_scratch("etc/group", "alice:x:1000:\nstudents:x:1600:alice\ndaemons:x:3:\n");
	write_scratch("etc/security/nstree.d/lab.fstab", BASE);
	return 0;
}

static int remove_root(void **state)
{
	static const char *const files[] = {"etc/passwd", "etc/group", "etc/security/nstree.conf",
					    "etc/security/nstree.d/lab.fstab"};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		remove(in_scratch(files[i]));
	for (size_t i = sizeof(directories) / sizeof(*directories); i-- > 0;)
		remove(in_scratch(directories[i]));
	return remove(scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_read),
		cmocka_unit_test(rows_are_read),
		cmocka_unit_test(only_logins_get_what_everyone_gets),
		cmocka_unit_test(lines_at_fault_are_those_of_the_root),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
