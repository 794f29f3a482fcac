/* SPDX-License-Identifier: BSD-3-Clause */
/* Log lines with fields, sent to a socket of the test's own, which is read as journald reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <endian.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "cleanup.h"
#include "journal.h"
#include "sandbox.h"

static void make_directories(void)
{
	mkdir("/run", 0755);
	mkdir("/run/systemd", 0755);
	mkdir("/run/systemd/journal", 0755);
}

/* As journald's, which everyone may write to. */
static int listen_at(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", name);
	unlink(name);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(chmod(name, 0666), 0);
	return fd;
}

/* The next field of ENTRY as NAME=VALUE, in both forms that the protocol has; NULL at the end. */
static char *next_field(const char **entry, const char *end)
{
	const char *newline = *entry < end ? memchr(*entry, '\n', (size_t)(end - *entry)) : NULL;
	char *field = NULL;
	uint64_t size;
	int name;

	if (!newline)
		return NULL;
	name = (int)(newline - *entry);
	if (memchr(*entry, '=', (size_t)name)) {
		assert_true(asprintf(&field, "%.*s", name, *entry) >= 0);
		*entry = newline + 1;
		return field;
	}
	assert_true(end - newline > (long)sizeof(size));
	memcpy(&size, newline + 1, sizeof(size));
	size = le64toh(size);
	assert_true(size < (uint64_t)(end - newline) - sizeof(size) - 1);
	assert_true(asprintf(&field, "%.*s=%.*s", name, *entry, (int)size,
			     newline + 1 + sizeof(size)) >= 0);
	*entry = newline + 1 + sizeof(size) + size + 1;
	assert_int_equal((*entry)[-1], '\n');
	return field;
}

static void assert_receives(int fd, const char *const *fields)
{
	char bytes[8192];
	const char *entry = bytes;
	ssize_t length = recv(fd, bytes, sizeof(bytes), 0);

	assert_true(length > 0);
	for (; *fields; fields++) {
		cleanup(cleanup_free) char *field = next_field(&entry, bytes + length);

		assert_non_null(field);
		assert_string_equal(field, *fields);
	}
	assert_null(next_field(&entry, bytes + length));
}

static void test_fields(void **state)
{
	static const struct journal_field fields[] = {
		{"MESSAGE", "a = b"}, {"NSTREE_USER", "alice"}, {"NSTREE_TREE", NULL},
		{"NSTREE_FILE", ""},  {"PRIORITY", "6"},
	};
	static const char *const received[] = {"MESSAGE=a = b", "NSTREE_USER=alice",
					       "NSTREE_FILE=", "PRIORITY=6", NULL};
	cleanup(cleanup_fd) int listener = listen_at(JOURNAL_SOCKET);
	cleanup(cleanup_fd) int fd = journal_open();

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_true(journal_send(fd, fields, 5));
	assert_receives(listener, received);
}

static void test_forged(void **state)
{
	static const struct journal_field fields[] = {
		{"NSTREE_USER", "eve\nNSTREE_TREE=other\nNSTREE_USER\n\5"},
		{"NSTREE_TREE", "lab"},
	};
	static const char *const received[] = {
		"NSTREE_USER=eve\nNSTREE_TREE=other\nNSTREE_USER\n\5", "NSTREE_TREE=lab", NULL};
	cleanup(cleanup_fd) int listener = listen_at(JOURNAL_SOCKET);
	cleanup(cleanup_fd) int fd = journal_open();

	(void)state;
	assert_true(journal_send(fd, fields, 2));
	assert_receives(listener, received);
}

/* The queue of a socket that nobody reads is full after some lines; then this must not wait. */
static void test_silent(void **state)
{
	static const struct journal_field field = {"MESSAGE", "a line"};
	cleanup(cleanup_fd) int listener = listen_at(JOURNAL_SOCKET);
	cleanup(cleanup_fd) int fd = journal_open();
	unsigned sent = 0;

	(void)state;
	alarm(60);
	while (journal_send(fd, &field, 1))
		sent++;
	alarm(0);
	assert_true(sent > 0);
	assert_int_equal(errno, EAGAIN);
	assert_false(journal_send(-1, &field, 1));
}

static void test_absent(void **state)
{
	cleanup(cleanup_fd) int listener = listen_at(JOURNAL_SOCKET);

	(void)state;
	/* Nobody has it open any more, as after a crash of journald. */
	close(steal_fd(&listener));
	assert_int_equal(journal_open(), -1);
	unlink(JOURNAL_SOCKET);
	assert_int_equal(journal_open(), -1);
}

/* What a user could have put there, in a tree with a /run of the user's. */
static void test_untrusted(void **state)
{
	cleanup(cleanup_fd) int listener = listen_at("/elsewhere");
	int fd;

	(void)state;
	unlink(JOURNAL_SOCKET);
	assert_int_equal(symlink("/elsewhere", JOURNAL_SOCKET), 0);
	assert_int_equal(journal_open(), -1);
	close(steal_fd(&listener));
	listener = listen_at(JOURNAL_SOCKET);
	chmod("/run/systemd", 0777);
	assert_int_equal(journal_open(), -1);
	chmod("/run/systemd", 0755);
	assert_int_equal(rename("/run/systemd", "/run/other"), 0);
	assert_int_equal(symlink("other", "/run/systemd"), 0);
	assert_int_equal(journal_open(), -1);
	assert_int_equal(unlink("/run/systemd"), 0);
	assert_int_equal(rename("/run/other", "/run/systemd"), 0);
	/* The control. */
	fd = journal_open();
	assert_true(fd >= 0);
	close(fd);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),	  cmocka_unit_test(test_forged),
		cmocka_unit_test(test_silent),	  cmocka_unit_test(test_absent),
		cmocka_unit_test(test_untrusted),
	};

	sandbox_enter();
	make_directories();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
