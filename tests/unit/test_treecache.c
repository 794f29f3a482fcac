/* SPDX-License-Identifier: BSD-3-Clause */
/* Kept fields of trees: they serve the text that they were made of, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <sys/wait.h>

#include "cleanup.h"
#include "decision.h"
#include "sandbox.h"
#include "treecache.h"

#define SITE TREE_DIRECTORY "/t.fstab"
#define KEPT "/run/nstree/" TREECACHE_DIRECTORY
#define ROWS(usr)                                                                                  \
	"tmpfs / tmpfs mode=0755,ro\n"                                                             \
	"# a comment\n"                                                                            \
	"/" usr " /usr none bind,ro,X-mount.mkdir\n"                                               \
	"%h %h none bind,nofail\n"                                                                 \
	"a\\040b /l nstree.symlink defaults 0 0\n"                                                 \
	"none /x overlay lowerdir=\"/a,b\",x-nstree.upper=1m\n"

static struct subject subject_of(const char *user, const char *home)
{
	return (struct subject){.user = (char *)(uintptr_t)user,
				.uid = 1234,
				.home = (char *)(uintptr_t)home,
				.service = (char[]){"sshd"}};
}

/* What a login gets; NULL where it is refused. */
static char *rows_for(const struct subject *subject)
{
	cleanup(decision_clear) struct decision decision = {0};
	struct error error = {0};

	return decision_make(subject, NULL, "t", true, &decision, &error) < 0
		       ? NULL
		       : tree_text(decision.tree);
}

static char *rows(void)
{
	const struct subject alice = subject_of("alice", "/home/alice");

	return rows_for(&alice);
}

static void expect(const char *in_rows)
{
	cleanup(cleanup_free) char *text = rows();

	assert_non_null(text);
	assert_non_null(strstr(text, in_rows));
}

/* The one file in KEPT. */
static const char *kept_file(void)
{
	static char name[300];
	cleanup(cleanup_directory) DIR *list = opendir(KEPT);
	const struct dirent *entry;
	int count = 0;

	assert_non_null(list);
	while ((entry = readdir(list)))
		if (entry->d_name[0] != '.' && ++count)
			snprintf(name, sizeof(name), KEPT "/%s", entry->d_name);
	assert_int_equal(count, 1);
	return name;
}

static ino_t kept_inode(void)
{
	struct stat stat;

	assert_int_equal(lstat(kept_file(), &stat), 0);
	return stat.st_ino;
}

/* Whether the fields of SITE are kept, and would be used. */
static bool is_kept(void)
{
	const struct subject alice = subject_of("alice", "/home/alice");
	cleanup(cleanup_tree_file) struct tree_file *file = NULL;
	cleanup(buffer_clear) struct buffer fields = {0};
	struct error error = {0};

	assert_int_equal(tree_file_load("t", &alice, &file, &error), 0);
	treecache_read(file, &fields);
	return fields.length;
}

static size_t read_kept(char *bytes, size_t size)
{
	cleanup(cleanup_fd) int fd = open(kept_file(), O_RDONLY | O_CLOEXEC);
	ssize_t got = read(fd, bytes, size);

	assert_true(got > 0);
	return (size_t)got;
}

static void write_kept(const char *bytes, size_t size)
{
	cleanup(cleanup_fd) int fd = open(kept_file(), O_WRONLY | O_TRUNC | O_CLOEXEC);

	assert_int_equal(write(fd, bytes, size), (ssize_t)size);
}

static int start(void **state)
{
	(void)state;
	umount2("/run", MNT_DETACH);
	umount2(TREE_DIRECTORY_SHIPPED, MNT_DETACH);
	if (mount("run", "/run", "tmpfs", 0, "mode=0755") < 0 ||
	    mount("shipped", TREE_DIRECTORY_SHIPPED, "tmpfs", 0, "mode=0755") < 0)
		return -1;
	sandbox_write(SITE, ROWS("usr"));
	return 0;
}

static void a_second_login_uses_what_the_first_kept(void **state)
{
	cleanup(cleanup_free) char *first = rows(), *second = NULL;
	ino_t inode = kept_inode();
	struct stat stat;

	(void)state;
	assert_true(is_kept());
	second = rows();
	assert_string_equal(first, second);
	assert_int_equal(kept_inode(), inode);
	assert_int_equal(lstat(kept_file(), &stat), 0);
	assert_int_equal(stat.st_mode & 07777, 0600);
}

static void nothing_of_a_user_is_kept(void **state)
{
	const struct subject bob = subject_of("bob", "/home/bob");
	cleanup(cleanup_free) char *first = rows(), *second = rows_for(&bob);
	char bytes[4096];
	size_t size = read_kept(bytes, sizeof(bytes));

	(void)state;
	assert_non_null(strstr(first, "/home/alice"));
	assert_non_null(strstr(second, "/home/bob"));
	assert_null(strstr(second, "alice"));
	assert_null(memmem(bytes, size, "alice", 5));
	assert_null(memmem(bytes, size, "home", 4));
}

static void a_changed_file_is_read_anew(void **state)
{
	struct timespec times[2];
	struct stat stat;

	(void)state;
	expect("/usr /usr none");
	assert_int_equal(lstat(SITE, &stat), 0);
	/* In the same second, of the same size, in the same inode, with its old times. */
	sandbox_write(SITE, ROWS("opt"));
	times[0] = stat.st_atim;
	times[1] = stat.st_mtim;
	assert_int_equal(utimensat(AT_FDCWD, SITE, times, 0), 0);
	assert_false(is_kept());
	expect("/opt /usr none");
	/* And by rename. */
	sandbox_write(SITE ".new", ROWS("srv"));
	assert_int_equal(utimensat(AT_FDCWD, SITE ".new", times, 0), 0);
	assert_int_equal(rename(SITE ".new", SITE), 0);
	expect("/srv /usr none");
	assert_true(is_kept());
}

static void a_fault_in_a_changed_file_is_found(void **state)
{
	cleanup(cleanup_free) char *text = NULL;

	(void)state;
	expect("/usr /usr none");
	sandbox_write(SITE, "tmpfs / tmpfs mode=0755\n/usr /usr none bnid\n");
	text = rows();
	assert_null(text);
	sandbox_write(SITE, ROWS("usr"));
	expect("/usr /usr none");
}

static void another_mount_has_another_file(void **state)
{
	(void)state;
	assert_int_equal(unlink(SITE), 0);
	sandbox_write(TREE_DIRECTORY_SHIPPED "/t.fstab", ROWS("usr"));
	expect("/usr /usr none");
	assert_int_equal(mount("shipped", TREE_DIRECTORY_SHIPPED, "tmpfs", 0, "mode=0755"), 0);
	sandbox_write(TREE_DIRECTORY_SHIPPED "/t.fstab", ROWS("opt"));
	expect("/opt /usr none");
	assert_int_equal(umount(TREE_DIRECTORY_SHIPPED), 0);
	expect("/usr /usr none");
}

#define BASE_NAME "b"
#define BASE_SITE TREE_DIRECTORY "/" BASE_NAME ".fstab"
#define ON_BASE BASE_NAME " / nstree.tree\ntmpfs /t tmpfs X-mount.mkdir\n"

static void a_base_is_kept_with_the_tree(void **state)
{
	ino_t inode;

	(void)state;
	sandbox_write(SITE, ON_BASE);
	sandbox_write(BASE_SITE, ROWS("usr"));
	expect("/usr /usr none");
	assert_true(is_kept());
	inode = kept_inode();
	expect("tmpfs /t tmpfs");
	assert_int_equal(kept_inode(), inode);
}

static void a_changed_base_is_read_anew(void **state)
{
	struct timespec times[2];
	struct stat stat;

	(void)state;
	sandbox_write(SITE, ON_BASE);
	sandbox_write(BASE_SITE, ROWS("usr"));
	expect("/usr /usr none");
	assert_int_equal(lstat(BASE_SITE, &stat), 0);
	times[0] = stat.st_atim;
	times[1] = stat.st_mtim;
	/* In the same second, of the same size, in the same inode, with its old times. */
	sandbox_write(BASE_SITE, ROWS("opt"));
	assert_int_equal(utimensat(AT_FDCWD, BASE_SITE, times, 0), 0);
	assert_false(is_kept());
	expect("/opt /usr none");
	/* By rename. */
	sandbox_write(BASE_SITE ".new", ROWS("srv"));
	assert_int_equal(utimensat(AT_FDCWD, BASE_SITE ".new", times, 0), 0);
	assert_int_equal(rename(BASE_SITE ".new", BASE_SITE), 0);
	assert_false(is_kept());
	expect("/srv /usr none");
	assert_true(is_kept());
	/* And where the shipped one counts again. */
	sandbox_write(TREE_DIRECTORY_SHIPPED "/" BASE_NAME ".fstab", ROWS("mnt"));
	assert_int_equal(unlink(BASE_SITE), 0);
	expect("/mnt /usr none");
}

/* The same bytes, divided in another way, are other files. */
static void where_the_base_ends_counts(void **state)
{
	(void)state;
	sandbox_write(SITE, "# c\n" BASE_NAME " / nstree.tree\n");
	sandbox_write(BASE_SITE, "/r / none bind\n");
	expect("/r / none");
	assert_true(is_kept());
	sandbox_write(SITE, BASE_NAME " / nstree.tree\n");
	sandbox_write(BASE_SITE, "/r / none bind\n# c\n");
	assert_false(is_kept());
	unlink(BASE_SITE);
}

static void a_base_that_is_not_roots_refuses(void **state)
{
	const struct subject alice = subject_of("alice", "/home/alice");
	cleanup(cleanup_tree_file) struct tree_file *file = NULL;
	struct error error = {0};

	(void)state;
	sandbox_write(SITE, ON_BASE);
	sandbox_write(BASE_SITE, ROWS("usr"));
	expect("/usr /usr none");
	assert_int_equal(chmod(BASE_SITE, 0666), 0);
	assert_null(rows());
	assert_int_equal(tree_file_load("t", &alice, &file, &error), -EPERM);
	assert_string_equal(error.file, BASE_SITE);
	assert_non_null(strstr(error.words, SITE ":1 is built on it"));
	assert_int_equal(chmod(BASE_SITE, 0644), 0);
	expect("/usr /usr none");
	assert_int_equal(unlink(BASE_SITE), 0);
	assert_null(rows());
	assert_int_equal(symlink("loop", BASE_SITE), 0);
	assert_null(rows());
	assert_int_equal(unlink(BASE_SITE), 0);
}

static void a_cut_file_is_not_used(void **state)
{
	char bytes[4096];
	size_t size;

	(void)state;
	expect("/usr /usr none");
	size = read_kept(bytes, sizeof(bytes));
	for (size_t left = 0; left < size; left++) {
		write_kept(bytes, left);
		assert_false(is_kept());
	}
	bytes[size] = 'x';
	write_kept(bytes, size + 1);
	assert_false(is_kept());
	expect("/usr /usr none");
	assert_true(is_kept());
}

static void an_altered_file_is_not_used(void **state)
{
	char bytes[4096];
	size_t size;

	(void)state;
	expect("/usr /usr none");
	size = read_kept(bytes, sizeof(bytes));
	for (size_t at = 0; at < size; at++) {
		bytes[at] = (char)(bytes[at] ^ 1);
		write_kept(bytes, size);
		assert_false(is_kept());
		bytes[at] = (char)(bytes[at] ^ 1);
	}
	write_kept(bytes, size);
	assert_true(is_kept());
}

static void others_may_not_have_written_it(void **state)
{
	const char *name;

	(void)state;
	expect("/usr /usr none");
	assert_int_equal(chmod(kept_file(), 0644), 0);
	assert_false(is_kept());
	assert_int_equal(chmod(kept_file(), 0600), 0);
	assert_true(is_kept());
	assert_int_equal(chmod(KEPT, 0755), 0);
	assert_false(is_kept());
	expect("/usr /usr none");
	assert_int_equal(chmod(KEPT, 0700), 0);
	assert_int_equal(chmod("/run", 0777), 0);
	assert_false(is_kept());
	assert_int_equal(chmod("/run", 0755), 0);
	/* Nor is a link followed. */
	name = kept_file();
	assert_int_equal(rename(name, "/run/moved"), 0);
	assert_int_equal(symlink("/run/moved", name), 0);
	assert_false(is_kept());
	assert_int_equal(rename("/run/moved", name), 0);
	assert_true(is_kept());
}

static void what_a_killed_login_left_is_removed(void **state)
{
	pid_t ended = fork();

	(void)state;
	if (ended == 0)
		_exit(0);
	assert_int_equal(waitpid(ended, NULL, 0), ended);
	expect("/usr /usr none");
	for (int i = 0; i < 2; i++) {
		char name[64];

		snprintf(name, sizeof(name), KEPT "/.0123456789abcdef.%d",
			 (int)(i ? getpid() : ended));
		sandbox_write(name, "part");
		sandbox_write(SITE, i ? ROWS("usr") : ROWS("opt"));
		expect(" /usr none");
		assert_int_equal(access(name, F_OK), i ? 0 : -1);
	}
}

static void a_login_that_cannot_keep_it_goes_on(void **state)
{
	(void)state;
	assert_int_equal(mount(NULL, "/run", NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	expect("/usr /usr none");
	assert_int_equal(access(KEPT, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_second_login_uses_what_the_first_kept, start),
		cmocka_unit_test_setup(nothing_of_a_user_is_kept, start),
		cmocka_unit_test_setup(a_changed_file_is_read_anew, start),
		cmocka_unit_test_setup(a_fault_in_a_changed_file_is_found, start),
		cmocka_unit_test_setup(another_mount_has_another_file, start),
		cmocka_unit_test_setup(a_base_is_kept_with_the_tree, start),
		cmocka_unit_test_setup(a_changed_base_is_read_anew, start),
		cmocka_unit_test_setup(where_the_base_ends_counts, start),
		cmocka_unit_test_setup(a_base_that_is_not_roots_refuses, start),
		cmocka_unit_test_setup(a_cut_file_is_not_used, start),
		cmocka_unit_test_setup(an_altered_file_is_not_used, start),
		cmocka_unit_test_setup(others_may_not_have_written_it, start),
		cmocka_unit_test_setup(what_a_killed_login_left_is_removed, start),
		cmocka_unit_test_setup(a_login_that_cannot_keep_it_goes_on, start),
	};

	sandbox_enter();
	for (const char *const *directory =
		     (const char *const[]){"/run", "/etc", "/etc/security", TREE_DIRECTORY, "/usr",
					   "/usr/share", TREE_DIRECTORY_SHIPPED, NULL};
	     *directory; directory++)
		if (mkdir(*directory, 0755) < 0)
			sandbox_die(*directory);
	return cmocka_run_group_tests_name("treecache", tests, NULL, NULL);
}
