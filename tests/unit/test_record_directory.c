/* SPDX-License-Identifier: BSD-3-Clause */
/* The files of records, in a /run of the test's own: made, written, listed, pruned. */
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
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "isolate.h"
#include "record_directory.h"
#include "record_liveness.h"

#define TEXT(text) ((char *)(uintptr_t)(text))

static void write_text(const char *file, const char *text)
{
	cleanup(cleanup_fd) int fd = open(file, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		exit(2);
}

/* A mount namespace with an empty /run; root of a user namespace where the test is not root. */
static int make_run(void **state)
{
	char uid_map[32], gid_map[32];

	(void)state;
	snprintf(uid_map, sizeof(uid_map), "0 %u 1", (unsigned)geteuid());
	snprintf(gid_map, sizeof(gid_map), "0 %u 1", (unsigned)getegid());
	if (geteuid() != 0) {
		if (unshare(CLONE_NEWUSER) < 0)
			return -1;
		write_text("/proc/self/setgroups", "deny");
		write_text("/proc/self/uid_map", uid_map);
		write_text("/proc/self/gid_map", gid_map);
	}
	return unshare(CLONE_NEWNS) < 0 || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	       mount("run", "/run", "tmpfs", 0, "mode=0755") < 0;
}

static int clear_run(void **state)
{
	(void)state;
	return umount("/run") < 0 || mount("run", "/run", "tmpfs", 0, "mode=0755") < 0;
}

static struct record example(pid_t leader, uint64_t start)
{
	return (struct record){
		.session = {.user = TEXT("alice"),
			    .uid = 1000,
			    .service = TEXT("sshd"),
			    .leader = leader,
			    .leader_start = start},
		.recipe = {.conf = TEXT("-"),
			   .network = TEXT(""),
			   .tree = TEXT("t"),
			   .file = TEXT("/t.fstab"),
			   .isolate = ISOLATE_PTRACE,
			   .method = METHOD_PIVOT,
			   .rows = TEXT("a / none bind\n")},
		.namespaces = {.id = 7},
	};
}

static struct record *heap_example(pid_t leader, uint64_t start)
{
	struct record whole = example(leader, start);
	cleanup(cleanup_free) char *text = record_text(&whole);
	struct record *record = NULL;
	struct error error = {0};

	assert_int_equal(record_parse(text, strlen(text), &record, &error), 0);
	return record;
}

static void put(int directory, const char *name, pid_t leader, uint64_t start)
{
	cleanup(cleanup_record) struct record *record = heap_example(leader, start);
	struct error error = {0};

	assert_int_equal(record_write(directory, name, record, &error), 0);
}

static bool is_there(int directory, const char *name)
{
	return faccessat(directory, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* The pid of a process that has ended. */
static pid_t ended_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	return pid;
}

static void test_directory(void **state)
{
	struct error error = {0};
	mode_t mask = umask(0777);
	struct stat stat;
	int fd;

	(void)state;
	assert_int_equal(record_directory(1000, false, &error), -ENOENT);
	fd = record_directory(1000, true, &error);
	assert_int_equal(umask(mask), 0777);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &stat), 0);
	assert_int_equal(stat.st_mode, S_IFDIR | 0700);
	close(fd);
	fd = record_directory(1000, false, &error);
	assert_true(fd >= 0);
	close(fd);
}

/* What another than root could have written is not used, and the message says what to do. */
static void test_distrusted(void **state)
{
	static const char *const paths[] = {"/run/nstree/1000", "/run/nstree", "/run"};
	struct error error = {0};

	(void)state;
	close(record_directory(1000, true, &error));
	for (size_t i = 0; i < 3; i++) {
		mode_t good = i == 2 ? 0755 : 0700;

		assert_int_equal(chmod(paths[i], 0777), 0);
		assert_int_equal(record_directory(1000, true, &error), -EPERM);
		assert_non_null(strstr(error.words, paths[i]));
		assert_int_equal(chmod(paths[i], good), 0);
	}
	assert_int_equal(rename("/run/nstree/1000", "/run/nstree/real"), 0);
	assert_int_equal(symlink("real", "/run/nstree/1000"), 0);
	assert_true(record_directory(1000, true, &error) < 0);
}

static void test_name(void **state)
{
	char name[RECORD_NAME_SIZE];

	(void)state;
	record_name(name, 1234, UINT64_MAX);
	assert_string_equal(name, "1234.18446744073709551615");
}

/* Without a signal, and without a record where the limit cannot be lifted. */
static void test_file_size_limit(void **state)
{
	const struct rlimit soft = {100, RLIM_INFINITY};
	struct error error = {0};
	cleanup(cleanup_fd) int directory = record_directory(1000, true, &error);
	struct rlimit before, limit;
	sigset_t pending;

	(void)state;
	getrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &soft), 0);
	put(directory, "1.7", 1, 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(limit.rlim_cur, 100);
	assert_int_equal(limit.rlim_max, RLIM_INFINITY);
	assert_true(is_there(directory, "1.7"));
	sigpending(&pending);
	assert_false(sigismember(&pending, SIGXFSZ));
	setrlimit(RLIMIT_FSIZE, &before);
}

static void test_prune(void **state)
{
	pid_t self = getpid(), ended = ended_process();
	uint64_t start = record_process_start(self);
	struct error error = {0};
	cleanup(cleanup_fd) int directory = record_directory(1000, true, &error);
	char stale[64], unfinished[64], part[64], live[64];

	(void)state;
	snprintf(live, sizeof(live), "%d.7", (int)self);
	snprintf(stale, sizeof(stale), "%d.7", (int)ended);
	snprintf(unfinished, sizeof(unfinished), ".x.%d", (int)ended);
	snprintf(part, sizeof(part), ".x.%d", (int)self);
	put(directory, live, self, start);
	put(directory, stale, ended, 1);
	put(directory, unfinished, ended, 1);
	put(directory, part, self, start);
	put(directory, "shared.0", ended, 1);
	record_prune(directory);
	assert_true(is_there(directory, live));
	assert_true(is_there(directory, part)); /* is being written */
	assert_true(is_there(directory, "shared.0"));
	assert_false(is_there(directory, stale));
	assert_false(is_there(directory, unfinished));
}

/* However many sessions live: each of these names is as if this process had opened it. */
static void test_prune_among_many(void **state)
{
	pid_t self = getpid(), ended = ended_process();
	uint64_t start = record_process_start(self);
	struct error error = {0};
	cleanup(cleanup_fd) int directory = record_directory(1000, true, &error);
	char name[64];

	(void)state;
	for (int i = 0; i < 150; i++) {
		snprintf(name, sizeof(name), "%d.%d", (int)ended, i);
		put(directory, name, ended, 1);
		snprintf(name, sizeof(name), "%d.%d", (int)self, i);
		put(directory, name, self, start);
	}
	record_prune(directory);
	for (int i = 0; i < 150; i++) {
		snprintf(name, sizeof(name), "%d.%d", (int)ended, i);
		assert_false(is_there(directory, name));
		snprintf(name, sizeof(name), "%d.%d", (int)self, i);
		assert_true(is_there(directory, name));
	}
}

static int count_record(void *data, int directory, const char *name, struct record **record)
{
	(void)directory;
	(void)name;
	assert_string_equal((*record)->session.user, "alice");
	return ++*(int *)data == 3;
}

static void test_each(void **state)
{
	struct error error = {0};
	int count = 0;

	(void)state;
	assert_int_equal(record_each(count_record, &count, &error), -ENOENT);
	for (unsigned uid = 1000; uid < 1002; uid++) {
		cleanup(cleanup_fd) int directory = record_directory(uid, true, &error);
		cleanup(cleanup_fd) int bad = -1;

		put(directory, "1.7", 1, 0);
		put(directory, "shared.0", 1, 0);
		put(directory, ".1.7", 1, 0);
		bad = openat(directory, "2.7", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
		assert_true(bad >= 0);
	}
	assert_int_equal(mkdir("/run/nstree/other", 0700), 0);
	assert_int_equal(record_each(count_record, &count, &error), 0);
	assert_int_equal(count, 2);
	assert_int_equal(record_each(count_record, &count, &error), 1); /* and ends there */
	assert_int_equal(count, 3);
}

static void test_liveness(void **state)
{
	struct record record = example(getpid(), record_process_start(getpid()));

	(void)state;
	assert_true(record.session.leader_start > 0);
	assert_true(record_is_alive(&record));
	record.session.leader_start++; /* another process has its pid by now */
	assert_false(record_is_alive(&record));
	record.session.leader_start = 0; /* could not be read: the pid alone tells */
	assert_true(record_is_alive(&record));
	record.session.leader = ended_process();
	assert_false(record_is_alive(&record));
	assert_int_equal(record_process_start(record.session.leader), 0);
}

/* The leader has ended, and processes of the session go on: its namespace tells. */
static void test_liveness_by_handle(void **state)
{
	struct record record = example(ended_process(), 1);
	cleanup(cleanup_fd) int own = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);

	(void)state;
	if (nshandle_make(own, &record.namespaces.mount) < 0) {
		print_message("this kernel has no handles of namespaces (Linux 6.18)\n");
		skip();
	}
	if (nshandle_open(&record.namespaces.mount) < 0) {
		print_message("only root may open a namespace by its handle\n");
		skip();
	}
	assert_true(record_is_alive(&record));
	record.recipe.shared = true; /* which may be another session's */
	assert_false(record_is_alive(&record));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_directory, clear_run),
		cmocka_unit_test_setup(test_distrusted, clear_run),
		cmocka_unit_test(test_name),
		cmocka_unit_test_setup(test_file_size_limit, clear_run),
		cmocka_unit_test_setup(test_prune, clear_run),
		cmocka_unit_test_setup(test_prune_among_many, clear_run),
		cmocka_unit_test_setup(test_each, clear_run),
		cmocka_unit_test(test_liveness),
		cmocka_unit_test(test_liveness_by_handle),
	};

	return cmocka_run_group_tests(tests, make_run, NULL);
}
