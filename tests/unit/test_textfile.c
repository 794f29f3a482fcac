/* SPDX-License-Identifier: BSD-3-Clause */
/* Text files that anyone may have made. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "textfile.h"

static char directory[] = "/tmp/textfile.XXXXXX";
static char file[64];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(file, sizeof(file), "%s/file", directory);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(file);
	return rmdir(directory);
}

static void write_text(const char *text)
{
	FILE *stream = fopen(file, "we");

	assert_non_null(stream);
	assert_true(fputs(text, stream) >= 0);
	assert_int_equal(fclose(stream), 0);
}

static void a_regular_file_is_read(void **state)
{
	char *text = NULL;
	size_t length = 0;

	(void)state;
	write_text("one\ntwo\n");
	assert_int_equal(textfile_read(file, &text, &length), 0);
	assert_int_equal(length, 8);
	assert_string_equal(text, "one\ntwo\n");
	free(text);
	assert_int_equal(truncate(file, 1024 * 1024 + 1), 0);
	assert_int_equal(textfile_read(file, &text, &length), -EFBIG);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(textfile_read(file, &text, &length), -ENOENT);
	assert_int_equal(textfile_read("/dev/null", &text, &length), -EINVAL);
}

/* Whether anyone has opened what WATCH is about. */
static bool was_opened(int watch)
{
	struct inotify_event event;

	return read(watch, &event, sizeof(event)) > 0;
}

static void what_is_no_regular_file_is_not_opened(void **state)
{
	int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	char *text = NULL;
	size_t length = 0;

	(void)state;
	write_text("one\n");
	assert_true(inotify_add_watch(watch, file, IN_OPEN) >= 0);
	assert_int_equal(textfile_read(file, &text, &length), 0);
	free(text);
	assert_true(was_opened(watch));
	assert_int_equal(unlink(file), 0);
	close(watch);
	watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	assert_int_equal(mkfifo(file, 0600), 0);
	assert_true(inotify_add_watch(watch, file, IN_OPEN) >= 0);
	assert_int_equal(textfile_read(file, &text, &length), -EINVAL);
	assert_false(was_opened(watch));
	close(watch);
	assert_int_equal(unlink(file), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_regular_file_is_read),
		cmocka_unit_test(what_is_no_regular_file_is_not_opened),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
