/* SPDX-License-Identifier: BSD-3-Clause */
/* Whom sudoers(5) lets become root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sudoers.h"

static char directory[] = "/tmp/test_sudoers.XXXXXX";
static char found[1024];

static void note(void *data, const char *name, bool group)
{
	size_t used = strlen(found);

	(void)data;
	snprintf(found + used, sizeof(found) - used, "%s%s ", group ? "%" : "", name);
}

static void write_file(const char *name, const char *text)
{
	char path[256];
	FILE *stream;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	stream = fopen(path, "w");
	assert_non_null(stream);
	fputs(text, stream);
	fclose(stream);
}

/* Who is found in a file that holds TEXT. */
static const char *administrators(const char *text)
{
	char path[256];

	write_file("sudoers", text);
	snprintf(path, sizeof(path), "%s/sudoers", directory);
	found[0] = '\0';
	sudoers_each_administrator(path, note, NULL);
	return found;
}

static int make_directory(void **state)
{
	char path[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/d", mkdtemp(directory));
	return mkdir(path, 0700);
}

static int remove_directory(void **state)
{
	char command[256];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", directory);
	return system(command);
}

static void test_who(void **state)
{
	(void)state;
	assert_string_equal(
		administrators("root ALL=(ALL:ALL) ALL\n"
			       "%sudo\tALL=(ALL:ALL) ALL\n"
			       "%wheel ALL=(ALL) NOPASSWD: ALL\n"
			       "alice, bob host1,host2 = ALL\n"
			       "carol ALL = (root) NOPASSWD:NOEXEC: /bin/true, ALL # comment\n"
			       "dave \\\n ALL=(ALL) \\\n ALL\n"),
		"root %sudo %wheel alice bob carol dave ");
}

static void test_who_not(void **state)
{
	(void)state;
	assert_string_equal(administrators("# %admin ALL=(ALL) ALL\n"
					   "Defaults env_reset\n"
					   "Defaults:erin targetpw=ALL\n"
					   "User_Alias ADMINS = erin\n"
					   "Cmnd_Alias ALLES = ALL\n"
					   "erin ALL=(ALL) /usr/bin/apt\n"
					   "frank ALL=(postgres) ALL\n"
					   "ALL ALL=(ALL) ALL\n"
					   "+netgroup ALL=(ALL) ALL\n"
					   "#1000 ALL=(ALL) ALL\n"
					   "%#27 ALL=(ALL) ALL\n"
					   "grace ALL=(ALL\n"
					   "no rule at all\n"),
			    "");
	assert_string_equal(administrators(""), "");
	found[0] = '\0';
	sudoers_each_administrator("/nonexistent/sudoers", note, NULL);
	assert_string_equal(found, "");
}

static void test_included(void **state)
{
	char text[1024];

	(void)state;
	write_file("d/10-ops", "%ops ALL=(ALL) ALL\n@include ../more\n");
	write_file("d/20-off.disabled", "%off ALL=(ALL) ALL\n");
	write_file("d/30-kept~", "%kept ALL=(ALL) ALL\n");
	write_file("more", "erin ALL=(ALL) ALL\n");
	assert_string_equal(administrators("@includedir d\nfrank ALL=(ALL) ALL\n"),
			    "%ops erin frank ");
	snprintf(text, sizeof(text), "#includedir %s/d\n", directory);
	assert_string_equal(administrators(text), "%ops erin ");
	assert_string_equal(administrators("@include sudoers\nfrank ALL=(ALL) ALL\n"),
			    "frank frank frank frank frank frank frank frank ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who),
		cmocka_unit_test(test_who_not),
		cmocka_unit_test(test_included),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
