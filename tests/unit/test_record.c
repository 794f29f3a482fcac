/* SPDX-License-Identifier: BSD-3-Clause */
/* A session's record: what is written is read again, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buffer.h"
#include "cleanup.h"
#include "isolation.h"
#include "record_directory.h"
#include "record_liveness.h"
#include "tree.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define HANDLE "f1000102030405060708090a0b0c0d0e0f"
#define KEY "key /home\\040\\043\\012%h\\040/\\012\n"

static const char whole[] = "nstree 1\n"
			    "namespace 4026532812\n"
			    "user alice\n"
			    "uid 1000\n"
			    "service sshd\n"
			    "conf /etc/security/a\\040b.conf\n"
			    "tree host-ro\n"
			    "file /usr/share/nstree/host-ro.fstab\n"
			    "isolate ptrace+ipc+pid\n"
			    "share user\n"
			    "method native\n"
			    "leader 1234 5678901\n"
			    "since 1764061234\n"
			    "mount " HANDLE "\n"
			    "pid " HANDLE "\n"
			    "ipc " HANDLE "\n" KEY "rows 2\n"
			    "tmpfs / tmpfs mode=0755\n"
			    "/a\\040b /a none bind,ro\n";

static struct record *parse_good(const char *text)
{
	struct record *record = NULL;
	struct error error = {0};

	if (record_parse(text, strlen(text), &record, &error) < 0)
		fail_msg("%s\n%s", text, error.words);
	return record;
}

static void refuse(const char *text, size_t size)
{
	struct record *record = NULL;
	struct error error = {0};

	if (record_parse(text, size, &record, &error) != -EBADMSG)
		fail_msg("taken: %.*s", (int)size, text);
	assert_null(record);
	assert_int_equal(error.number, EBADMSG);
	assert_true(error.words[0]);
}

/* The whole with the first FROM replaced; the caller's to free. */
static char *changed(const char *from, const char *to)
{
	const char *at = strstr(whole, from);
	char *text;

	assert_non_null(at);
	assert_true(asprintf(&text, "%.*s%s%s", (int)(at - whole), whole, to, at + strlen(from)) >
		    0);
	return text;
}

static void test_fields(void **state)
{
	cleanup(cleanup_record) struct record *record = parse_good(whole);

	(void)state;
	assert_int_equal(record->namespaces.id, 4026532812);
	assert_string_equal(record->session.user, "alice");
	assert_int_equal(record->session.uid, 1000);
	assert_string_equal(record->session.service, "sshd");
	assert_string_equal(record->recipe.conf, "/etc/security/a b.conf");
	assert_string_equal(record->recipe.tree, "host-ro");
	assert_string_equal(record->recipe.file, "/usr/share/nstree/host-ro.fstab");
	assert_int_equal(record->recipe.isolate, ISOLATE_PTRACE | ISOLATE_PID | ISOLATE_IPC);
	assert_true(record->recipe.shared);
	assert_int_equal(record->recipe.method, METHOD_NATIVE);
	assert_int_equal(record->session.leader, 1234);
	assert_int_equal(record->session.leader_start, 5678901);
	assert_int_equal(record->session.since, 1764061234);
	assert_int_equal(record->namespaces.mount.type, 0xf1);
	for (int i = 0; i < NSHANDLE_SIZE; i++)
		assert_int_equal(record->namespaces.pid.bytes[i], i);
	assert_int_equal(record->namespaces.ipc.type, 0xf1);
	assert_string_equal(record->recipe.key, "/home #\n%h /\n");
	assert_string_equal(record->recipe.rows, strstr(whole, "tmpfs / "));
}

static void test_round_trip(void **state)
{
	static const char *const changes[][2] = {
		{"mount " HANDLE "\n", ""},
		{"pid " HANDLE "\n", ""},
		{"ipc " HANDLE "\n", ""},
		{"share user", "share none"},
		{KEY, ""},
		{KEY, "key a\n"},
		{KEY, "network net=none\nrhost 192.0.2.7\ntty ssh\n" KEY},
		{KEY, "rhost a\\040b\n"},
		{KEY, "id 0123456789abcdef\nenvironment A=1\\040B=2\n" KEY},
		{"native", "pivot"},
		{"ptrace+ipc+pid", "none"},
		{"5678901", "0"},
		{"sshd", "a\\012b\\134\\043\\177\xc3\xa4"},
		{"user alice", "user a,b"},
		{"4026532812", "18446744073709551615"},
		{"since 1", "since -1"},
		{"uid 1000", "uid 4294967294"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		cleanup(cleanup_free) char *text = changed(changes[i][0], changes[i][1]);
		cleanup(cleanup_record) struct record *record = parse_good(text);
		cleanup(cleanup_free) char *again = record_text(record);

		assert_string_equal(again, text);
	}
}

static void test_refused(void **state)
{
	static const char *const changes[][2] = {
		{"nstree 1", "nstree 2"},
		{"nstree 1\n", ""},
		{"namespace 4", "namespace 04"},
		{"namespace 4", "namespace -4"},
		{"namespace 4", "namespace  4"},
		{"4026532812", "40265328120000000000000"},
		{"uid 1000", "uid 4294968296"},
		{"user alice\n", ""},
		{"user alice", "user "},
		{"user alice", "user"},
		{"user alice\n", "user alice\nuser bob\n"},
		{"user alice", "user al ice"},
		{"user alice", "user al\\151ce"},
		{"user alice", "user al\tice"},
		{"user alice", "user alice\r"},
		{"user alice\nuid 1000", "uid 1000\nuser alice"},
		{"ptrace+ipc+pid", "pid"},
		{"ptrace+ipc+pid", "pid+ptrace"},
		{"ptrace+ipc+pid", "ptrace+other"},
		{"share user", "share all"},
		{"method native", "method auto"},
		{"leader 1234", "leader 0"},
		{"leader 1234", "leader -1"},
		{"leader 1234 5678901", "leader 1234"},
		{"leader 1234 5678901", "leader 1234 5678901 1"},
		{"mount f1", "mount 00"},
		{"mount f1", "mount f"},
		{"mount f1", "mount F1"},
		{"mount f1", "mount f1f1"},
		{"mount " HANDLE "\n", "mount\n"},
		{"rows 2\n", ""},
		{"rows 2\n", "rows\n"},
		{"rows 2\n", "rows 1\n"},
		{"rows 2\n", "rows 3\n"},
		{"rows 2\n", "rows 2\n\n"},
		{KEY, "key \n"},
		{KEY, "key a b\n"},
		{KEY, "rhost \n" KEY},
		{KEY, "tty ssh\nrhost ::1\n" KEY},
		{KEY, KEY "rhost ::1\n"},
		{KEY, KEY KEY},
		{"tmpfs / tmpfs mode=0755\n", "tmpfs / tmpfs\n"},
		{"tmpfs / tmpfs mode=0755\n", "tmpfs / tmpfs mode=0755 1\n"},
		{"tmpfs / tmpfs mode=0755\n", "tmpfs / tmpfs \n"},
		{"tmpfs / tmpfs", "tmpfs /\t tmpfs"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		cleanup(cleanup_free) char *text = changed(changes[i][0], changes[i][1]);

		refuse(text, strlen(text));
	}
	refuse(whole, sizeof(whole)); /* a NUL at the end */
	refuse("", 0);
}

/* Cut anywhere it is no record. */
static void test_truncated(void **state)
{
	(void)state;
	for (size_t size = 0; size + 1 < sizeof(whole); size++)
		refuse(whole, size);
}

/* --- files ---------------------------------------------------------------------------------------
 */

static char directory_name[] = "/tmp/test_record.XXXXXX";
static int directory;

static int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(directory_name))
		return -1;
	directory = open(directory_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return directory < 0;
}

static int remove_directory(void **state)
{
	(void)state;
	unlinkat(directory, "r", 0);
	close(directory);
	return rmdir(directory_name);
}

static int read_back(struct record **record)
{
	struct error error = {0};

	*record = NULL;
	return record_read(directory, "r", record, &error);
}

static void test_write(void **state)
{
	cleanup(cleanup_record) struct record *record = parse_good(whole);
	cleanup(cleanup_record) struct record *again = NULL;
	cleanup(cleanup_free) char *text = NULL;
	struct error error = {0};
	struct stat stat;

	(void)state;
	if (geteuid() != 0)
		skip();
	for (int i = 0; i < 2; i++) /* over the first one, too */
		assert_int_equal(record_write(directory, "r", record, &error), 0);
	assert_int_equal(read_back(&again), 0);
	text = record_text(again);
	assert_string_equal(text, whole);
	assert_int_equal(fstatat(directory, "r", &stat, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(stat.st_mode, S_IFREG | 0600);
}

/* A whole record, in a file that another than root can write or read, or in none. */
static void test_not_roots_own(void **state)
{
	struct record *record;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(fchmodat(directory, "r", 0640, 0), 0);
	assert_int_equal(read_back(&record), -EBADMSG);
	assert_int_equal(fchmodat(directory, "r", 0600, 0), 0);
	assert_int_equal(fchownat(directory, "r", 1, 0, 0), 0);
	assert_int_equal(read_back(&record), -EBADMSG);
	assert_int_equal(renameat(directory, "r", directory, "real"), 0);
	assert_int_equal(fchownat(directory, "real", 0, 0, 0), 0);
	assert_int_equal(read_back(&record), -ENOENT);
	assert_int_equal(symlinkat("real", directory, "r"), 0);
	assert_int_equal(read_back(&record), -ELOOP);
	assert_int_equal(unlinkat(directory, "r", 0), 0);
	assert_int_equal(mkfifoat(directory, "r", 0600), 0);
	assert_int_equal(read_back(&record), -EBADMSG);
	assert_int_equal(renameat(directory, "real", directory, "r"), 0);
	assert_int_equal(read_back(&record), 0);
	record_free(record);
}

static void test_too_large(void **state)
{
	cleanup(cleanup_record) struct record *record = parse_good(whole);
	struct error error = {0};
	struct buffer rows = {0};

	(void)state;
	while (rows.length < RECORD_SIZE_MAX)
		buffer_add(&rows, record->recipe.rows);
	free(record->recipe.rows);
	record->recipe.rows = buffer_take(&rows);
	assert_int_equal(record_write(directory, "r", record, &error), -EFBIG);
	assert_int_equal(faccessat(directory, ".r.1", F_OK, 0), -1);
}

static void test_living(void **state)
{
	cleanup(cleanup_record) struct record *record = parse_good(whole);

	(void)state;
	record->namespaces.mount.type = 0;
	record->session.leader = getpid();
	record->session.leader_start = record_process_start(getpid());
	assert_true(record->session.leader_start > 0);
	assert_true(record_is_alive(record));
	record->session.leader_start++; /* its pid has another process by now */
	assert_false(record_is_alive(record));
}

/* --- rows ----------------------------------------------------------------------------------------
 */

static char *text_of(const char *file)
{
	struct subject subject = {.user = (char[]){"alice"},
				  .uid = 1234,
				  .gid = 0,
				  .home = (char[]){"/home/alice"},
				  .service = (char[]){"sshd"}};
	struct tree_file tree_file = {.name = (char[]){"t"},
				      .path = (char[]){"t.fstab"},
				      .text = (char *)(uintptr_t)file,
				      .length = strlen(file)};
	struct error error = {0};
	struct tree *tree = NULL;
	char *text;

	if (tree_parse(&tree_file, &subject, &tree, &error) < 0)
		fail_msg("%s\n%s:%u: %s", file, error.file, error.line, error.words);
	text = tree_text(tree);
	tree_free(tree);
	return text;
}

#define ROOT "tmpfs / tmpfs ro,mode=0755\n"

static void test_rows(void **state)
{
	static const char *const pairs[][2] = {
		{"%h %h none nosuid,bind", "/home/alice /home/alice none bind,nosuid\n"},
		{"/a\\040b /c none rbind,rw,suid,slave", "/a\\040b /c none rbind,slave,rw,suid\n"},
		{"a /b nstree.symlink", "a /b nstree.symlink defaults\n"},
		{"/a /b none bind,nofail,X-mount.mkdir=0700",
		 "/a /b none bind,nofail,X-mount.mkdir=0700\n"},
		{"/a /b none bind,X-mount.mkdir=0755", "/a /b none bind,X-mount.mkdir\n"},
		{"/a /b none x-nstree.remove,bind,x-nstree.create",
		 "/a /b none bind,x-nstree.create,x-nstree.remove\n"},
		{"/a /b none bind,x-nstree.create=0711,X-mount.owner=%u,X-mount.mode=1777",
		 "/a /b none bind,X-mount.owner=1234,X-mount.mode=1777,x-nstree.create=0711\n"},
		{"x /b tmpfs noatime,size=1m,nodiratime",
		 "x /b tmpfs nodiratime,noatime,size=1m\n"},
		{"x /b tmpfs relatime", "x /b tmpfs atime\n"},
		{"x /b overlay lowerdir=\"/a,b\"", "x /b overlay lowerdir=\"/a,b\"\n"},
		{"/a /b none bind,X-mount.subdir=c#d", "/a /b none bind,X-mount.subdir=c\\043d\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		cleanup(cleanup_free) char *file = NULL;
		cleanup(cleanup_free) char *text = NULL;

		assert_true(asprintf(&file, "# a comment\n" ROOT "\n%s\n", pairs[i][0]) > 0);
		text = text_of(file);
		assert_memory_equal(text, ROOT, strlen(ROOT));
		assert_string_equal(text + strlen(ROOT), pairs[i][1]);
	}
}

/* What is written is a tree file, and the same tree's. */
static void test_rows_again(void **state)
{
	cleanup(cleanup_free) char *text = NULL;
	cleanup(cleanup_free) char *again = NULL;

	(void)state;
	text = text_of(ROOT "/a\\040b %h none slave,rbind,suid,X-mount.mkdir=0700\n"
			    "x /b overlay lowerdir=\"/a,b\",userxattr,noatime\n"
			    "usr/bin /bin nstree.symlink\n"
			    "x /c tmpfs X-mount.owner=7,X-mount.group=8,size=1\n");
	again = text_of(text);
	assert_string_equal(again, text);
}

/* The id of a process that has ended, and cannot come back before its number is taken anew. */
static pid_t ended_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	return pid;
}

static void make_file(const char *name)
{
	int fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
}

/* However many there are: what dead sessions left is gone after one login. */
static void test_prune(void **state)
{
	pid_t pid = ended_process();
	char unfinished[32], own[32];
	DIR *list;

	(void)state;
	snprintf(unfinished, sizeof(unfinished), ".unfinished.%d", (int)pid);
	snprintf(own, sizeof(own), "%d.1", (int)getpid());
	for (int i = 0; i < 150; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%d.%d", (int)pid, i);
		make_file(name);
	}
	make_file(unfinished);
	make_file(own);
	make_file("shared.2");
	record_prune(directory);
	list = runfile_list(directory);
	assert_non_null(list);
	for (struct dirent *entry; (entry = readdir(list));) {
		assert_int_not_equal(strtol(entry->d_name, NULL, 10), pid);
		assert_string_not_equal(entry->d_name, unfinished);
	}
	closedir(list);
	assert_int_equal(unlinkat(directory, own, 0), 0);
	assert_int_equal(unlinkat(directory, "shared.2", 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),	  cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_refused),	  cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_write),	  cmocka_unit_test(test_not_roots_own),
		cmocka_unit_test(test_too_large), cmocka_unit_test(test_living),
		cmocka_unit_test(test_rows),	  cmocka_unit_test(test_rows_again),
		cmocka_unit_test(test_prune),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
