/* SPDX-License-Identifier: BSD-3-Clause */
/* share=user: what is joined, and above all what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "isolate.h"
#include "kernel.h"
#include "share.h"

#define TEXT(text) ((char *)(uintptr_t)(text))

static char directory_name[] = "/tmp/test_share.XXXXXX";
static int directory;

/* A mount namespace of another process, as a session's is. */
static pid_t holder;
static int mount_namespace;
static uint64_t mount_id;

static int start_holder(void)
{
	struct mnt_ns_info info = {.size = sizeof(info)};
	char name[64], byte;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	holder = fork();
	if (holder == 0) {
		if (unshare(CLONE_NEWNS) == 0 && write(ends[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 1)
		return -1;
	close(ends[0]);
	snprintf(name, sizeof(name), "/proc/%d/ns/mnt", (int)holder);
	mount_namespace = open(name, O_RDONLY | O_CLOEXEC);
	if (mount_namespace < 0 || ioctl(mount_namespace, NS_MNT_GET_INFO, &info) < 0)
		return -1;
	mount_id = info.mnt_ns_id;
	return 0;
}

static const struct network host_network;
static const char *missing; /* what the tests need and this machine has not */

static int set_up(void **state)
{
	struct error error = {0};

	(void)state;
	if (!mkdtemp(directory_name))
		return -1;
	directory = open(directory_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (geteuid() != 0)
		missing = "only root may open a namespace by its handle";
	else if (share_check(&error) < 0)
		missing = "this kernel has no handles of namespaces (Linux 6.18)";
	else if (start_holder() < 0)
		return -1;
	return directory < 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	if (holder > 0) {
		kill(holder, SIGKILL);
		waitpid(holder, NULL, 0);
	}
	snprintf(command, sizeof(command), "rm -r %s", directory_name);
	return system(command);
}

static void need_handles(void)
{
	if (!missing)
		return;
	print_message("%s\n", missing);
	skip();
}

static struct record wanted(void)
{
	return (struct record){
		.session = {.user = TEXT("alice"),
			    .uid = 1000,
			    .service = TEXT("sshd"),
			    .leader = 1,
			    .leader_start = 1},
		.recipe = {.conf = TEXT("/c"),
			   .network = TEXT(""),
			   .tree = TEXT("t"),
			   .file = TEXT("/t.fstab"),
			   .isolate = ISOLATE_PTRACE,
			   .shared = true,
			   .method = METHOD_PIVOT,
			   .key = TEXT("a / none bind\n"),
			   .rows = TEXT("a / none bind\n")},
	};
}

static struct record made(void)
{
	struct record record = wanted();

	record.namespaces.id = mount_id;
	nshandle_make(mount_namespace, &record.namespaces.mount);
	return record;
}

static void write_shared(const struct record *record)
{
	struct record first = wanted();
	struct error error = {0};
	struct share share;

	assert_int_equal(share_open(directory, &first, &host_network, &share, &error), 0);
	assert_int_equal(share_write(&share, record, &error), 0);
	share_close(&share, true);
}

/* Whether a session with the record WANTED joins. */
static bool finds(const struct record *session)
{
	struct error error = {0};
	struct share share;
	bool found;

	assert_int_equal(share_open(directory, session, &host_network, &share, &error), 0);
	found = share.mount >= 0;
	if (found)
		assert_string_equal(share.found->recipe.rows, session->recipe.rows);
	share_close(&share, true);
	return found;
}

static void test_first(void **state)
{
	struct record session = wanted();

	(void)state;
	need_handles();
	assert_false(finds(&session));
}

static void test_join(void **state)
{
	struct record record, session = wanted();

	(void)state;
	need_handles();
	record = made();
	write_shared(&record);
	assert_true(finds(&session));
	session.session.service = TEXT("su"); /* by another door */
	session.recipe.conf = TEXT("-");
	assert_true(finds(&session));
}

/* Of another user, or by another recipe. */
static void test_not_the_same(void **state)
{
	struct record record, session;

	(void)state;
	need_handles();
	record = made();
	write_shared(&record);
	session = wanted();
	session.session.user = TEXT("bob");
	assert_false(finds(&session));
	session = wanted();
	session.session.uid = 1001;
	assert_false(finds(&session));
	session = wanted();
	session.recipe.tree = TEXT("u");
	assert_false(finds(&session));
	session = wanted();
	session.recipe.isolate = 0;
	assert_false(finds(&session));
	session = wanted();
	session.recipe.method = METHOD_NATIVE;
	assert_false(finds(&session));
	session = wanted();
	session.recipe.key = TEXT("b / none bind\n");
	assert_false(finds(&session));
}

/* What is written is checked with the kernel. */
static void test_not_believed(void **state)
{
	cleanup(cleanup_fd) int own = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	struct mnt_ns_info info = {.size = sizeof(info)};
	struct record record, session = wanted();

	(void)state;
	need_handles();
	record = made();
	record.namespaces.id++;
	write_shared(&record);
	assert_false(finds(&session));
	record = made();
	record.namespaces.mount.bytes[0] ^= 0xff;
	write_shared(&record);
	assert_false(finds(&session));
	/* As where two hashes are the same. */
	record = made();
	record.recipe.key = TEXT("b / none bind\n");
	write_shared(&record);
	assert_false(finds(&session));
	record = made();
	record.session.user = TEXT("bob");
	write_shared(&record);
	assert_false(finds(&session));
	/* The host's own. */
	assert_int_equal(ioctl(own, NS_MNT_GET_INFO, &info), 0);
	record = made();
	record.namespaces.id = info.mnt_ns_id;
	assert_int_equal(nshandle_make(own, &record.namespaces.mount), 0);
	write_shared(&record);
	assert_false(finds(&session));
}

/* A session that failed leaves nothing to join. */
static void test_failed(void **state)
{
	struct record record, session = wanted();
	struct error error = {0};
	struct share share;

	(void)state;
	need_handles();
	record = made();
	write_shared(&record);
	assert_int_equal(share_open(directory, &session, &host_network, &share, &error), 0);
	assert_int_equal(share_anew(&share, &error), 0);
	assert_int_equal(share.mount, -1);
	assert_int_equal(share_write(&share, &record, &error), 0);
	share_close(&share, false);
	assert_false(finds(&session));
}

static void test_take_and_put(void **state)
{
	cleanup(cleanup_record) struct record *taken = NULL;
	struct record record, session = wanted();
	struct error error = {0};

	(void)state;
	need_handles();
	record = made();
	write_shared(&record);
	assert_int_equal(share_lock(directory, &error), 0);
	assert_null(share_take(directory, mount_id + 1));
	taken = share_take(directory, mount_id);
	assert_non_null(taken);
	assert_null(share_take(directory, mount_id));
	share_unlock(directory);
	assert_false(finds(&session));
	assert_int_equal(share_put(directory, taken, &error), 0);
	assert_true(finds(&session));
}

/* Sessions of a user begin one after the other: the lock is held from share_open() on. */
static void test_lock(void **state)
{
	cleanup(cleanup_fd) int again = open(directory_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct record session = wanted();
	struct error error = {0};
	struct share share;

	(void)state;
	need_handles();
	assert_int_equal(share_open(directory, &session, &host_network, &share, &error), 0);
	assert_int_equal(flock(again, LOCK_EX | LOCK_NB), -1);
	share_close(&share, true);
	assert_int_equal(flock(again, LOCK_EX | LOCK_NB), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first),	     cmocka_unit_test(test_join),
		cmocka_unit_test(test_not_the_same), cmocka_unit_test(test_not_believed),
		cmocka_unit_test(test_failed),	     cmocka_unit_test(test_take_and_put),
		cmocka_unit_test(test_lock),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
