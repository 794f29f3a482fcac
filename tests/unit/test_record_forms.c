/* SPDX-License-Identifier: BSD-3-Clause */
/* Records as every released version wrote them, in tests/records, are read, and lose nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "record.h"

#define DIRECTORY "tests/records"

static char *read_file(const char *name)
{
	cleanup(cleanup_free) char *path = NULL;
	cleanup(cleanup_file) FILE *file = NULL;
	char *text = NULL;
	size_t size = 0;

	assert_true(asprintf(&path, DIRECTORY "/%s", name) > 0);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_true(getdelim(&text, &size, '\0', file) > 0);
	return text;
}

/* What a refresh writes: in the newest form, each line of the old one but for the form's number. */
static void assert_reads(const char *name)
{
	cleanup(cleanup_free) char *text = read_file(name);
	cleanup(cleanup_free) char *written = NULL;
	cleanup(cleanup_record) struct record *record = NULL;
	struct error error = {0};
	char *rest = text, *line;

	if (record_parse(text, strlen(text), &record, &error) < 0)
		fail_msg("%s: %s", name, error.words);
	written = record_text(record);
	assert_non_null(written);
	strsep(&rest, "\n");
	while ((line = strsep(&rest, "\n")))
		if (!strstr(written, line))
			fail_msg("%s: '%s' is not in\n%s", name, line, written);
}

static void test_forms(void **state)
{
	DIR *list = opendir(DIRECTORY);
	struct dirent *entry;
	unsigned read = 0;

	(void)state;
	assert_non_null(list);
	while ((entry = readdir(list)))
		if (entry->d_name[0] != '.') {
			assert_reads(entry->d_name);
			read++;
		}
	closedir(list);
	assert_int_not_equal(read, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_forms)};

	return cmocka_run_group_tests_name("record_forms", tests, NULL, NULL);
}
