/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Paths and configuration files, in a tmpfs that is this process's root: a user namespace makes its
 * files root's, whoever runs the test.
 */
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
#include <sys/time.h>
#include <unistd.h>

#include "cleanup.h"
#include "configfile.h"
#include "path.h"
#include "pathcache.h"
#include "server.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int fuse = -1; /* /dev/fuse of the host, where it can be opened */

static void write_file(const char *name, const char *text)
{
	cleanup(cleanup_file) FILE *stream = fopen(name, "we");

	assert_non_null(stream);
	fputs(text, stream);
}

static int enter_root(void **state)
{
	unsigned uid = geteuid(), gid = getegid();
	char map[32];

	(void)state;
	assert_int_equal(unshare(CLONE_NEWUSER | CLONE_NEWNS), 0);
	write_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", uid);
	write_file("/proc/self/uid_map", map);
	snprintf(map, sizeof(map), "0 %u 1", gid);
	write_file("/proc/self/gid_map", map);
	/* The kernel wants it opened in the user namespace that the mount belongs to. */
	fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	assert_int_equal(mount("tmpfs", "/tmp", "tmpfs", 0, "mode=0755"), 0);
	assert_int_equal(mkdir("/tmp/proc", 0755), 0);
	assert_int_equal(mount("/proc", "/tmp/proc", NULL, MS_BIND | MS_REC, NULL), 0);
	assert_int_equal(chroot("/tmp"), 0);
	assert_int_equal(chdir("/"), 0);
	umask(0);
	return 0;
}

/* What path_open() says of NAME; FOUND is closed. */
static int try_open(const char *name, struct path *found, struct error *error)
{
	int result;

	*error = (struct error){0};
	result = path_open(name, found, error);
	assert_true(result == -error->number);
	path_close(found);
	return result;
}

static void assert_fails(const char *name, int number, const char *words)
{
	struct path found;
	struct error error;

	assert_int_equal(try_open(name, &found, &error), -number);
	if (!strstr(error.words, words))
		fail_msg("%s: wanted '%s', got '%s'", name, words, error.words);
}

static void assert_leads_to(const char *name, const char *place)
{
	struct path found;
	struct error error;
	struct stat stat;

	if (try_open(name, &found, &error) != 0)
		fail_msg("%s: %s", name, error.words);
	assert_int_equal(lstat(place, &stat), 0);
	assert_int_equal(found.stat.st_ino, stat.st_ino);
	assert_int_equal(found.stat.st_dev, stat.st_dev);
	assert_string_equal(found.name, strrchr(place, '/') + 1);
}

static void test_walks(void **state)
{
	static const char *const names[] = {"/a/b/file", "//a///b/./file", "/./a/b/file"};

	(void)state;
	assert_int_equal(mkdir("/a", 0755) | mkdir("/a/b", 0755), 0);
	write_file("/a/b/file", "text");
	for (size_t i = 0; i < COUNT(names); i++)
		assert_leads_to(names[i], "/a/b/file");
	assert_leads_to("/a/b/../b/", "/a/b");
	assert_leads_to("/", "/");
	assert_fails("a/b", EINVAL, "'a/b' is not an absolute path");
	assert_fails("", EINVAL, "is not an absolute path");
	assert_fails("/a/b/file/x", ENOTDIR, "'x' is looked for in what is not a directory");
}

/* The inode that NAME has by way of CACHE, or negative errno. */
static long known_inode(struct pathcache *cache, const char *name)
{
	cleanup(path_close) struct path found = PATH_INIT;
	struct error error = {0};
	int result = path_open_known(cache, name, &found, &error);

	return result < 0 ? result : (long)found.stat.st_ino;
}

static long inode_of(const char *name)
{
	struct stat stat;

	assert_int_equal(lstat(name, &stat), 0);
	return (long)stat.st_ino;
}

/* A directory is looked up once; what was put in its place later is not mixed with it. */
static void test_keeps_directories(void **state)
{
	cleanup(pathcache_clear) struct pathcache cache = {.count = 0};
	cleanup(path_close) struct path found = PATH_INIT;
	struct error error = {0};

	(void)state;
	assert_int_equal(mkdir("/kept", 0755) | mkdir("/kept/in", 0755), 0);
	write_file("/kept/in/one", "");
	write_file("/kept/in/two", "");
	assert_int_equal(known_inode(&cache, "/kept/in/one"), inode_of("/kept/in/one"));
	assert_int_equal(rename("/kept", "/before"), 0);
	assert_int_equal(mkdir("/kept", 0755) | mkdir("/kept/in", 0755), 0);
	write_file("/kept/in/two", "");
	assert_int_equal(known_inode(&cache, "/kept/in/two"), inode_of("/before/in/two"));
	assert_int_equal(known_inode(&cache, "/kept/in/missing"), -ENOENT);
	/* The parent and the name are there, however the name ends. */
	assert_int_equal(path_open_known(&cache, "/kept/in/", &found, &error), 0);
	assert_true(found.parent >= 0);
	assert_string_equal(found.name, "in");
	/* Only a directory that is passed through: the last name is looked up each time. */
	assert_int_equal(rename("/before/in", "/before/out"), 0);
	assert_int_equal(mkdir("/before/in", 0755), 0);
	assert_int_equal(known_inode(&cache, "/kept/in"), inode_of("/before/in"));
	/* No part of a name is another name, and the dots are not in the way. */
	assert_int_equal(mkdir("/keptother", 0755), 0);
	assert_int_equal(known_inode(&cache, "/keptother"), inode_of("/keptother"));
	assert_int_equal(known_inode(&cache, "/kept/."), inode_of("/kept"));
	assert_int_equal(known_inode(&cache, "/"), inode_of("/"));
	pathcache_clear(&cache);
	assert_int_equal(known_inode(&cache, "/kept/in/two"), inode_of("/kept/in/two"));
}

/* Where a link leads is found out each time, and who could have changed a kept directory is known.
 */
static void test_keeps_no_links(void **state)
{
	cleanup(pathcache_clear) struct pathcache cache = {.count = 0};
	cleanup(path_close) struct path found = PATH_INIT;
	struct error error = {0};

	(void)state;
	assert_int_equal(mkdir("/one", 0755) | mkdir("/one/in", 0777) | mkdir("/two", 0755), 0);
	write_file("/one/in/file", "");
	write_file("/two/file", "");
	assert_int_equal(symlink("/one/in", "/link"), 0);
	assert_int_equal(known_inode(&cache, "/link/file"), inode_of("/one/in/file"));
	assert_int_equal(known_inode(&cache, "/link/file/in"), -ENOTDIR);
	assert_int_equal(unlink("/link") | symlink("/two", "/link"), 0);
	assert_int_equal(known_inode(&cache, "/link/file"), inode_of("/two/file"));
	for (int i = 0; i < 2; i++) {
		path_close(&found);
		assert_int_equal(path_open_known(&cache, "/one/in/file", &found, &error), 0);
		assert_non_null(strstr(found.untrusted, "'in' is writable by everyone"));
		assert_string_equal(found.untrusted, found.parent_untrusted);
	}
}

static void test_keeps_the_parent_of_what_is_missing(void **state)
{
	struct path found;
	struct error error = {0};
	struct stat parent, above;

	(void)state;
	assert_int_equal(path_open("/a/b/new/", &found, &error), -ENOENT);
	assert_string_equal(error.words, "'new' does not exist");
	assert_int_equal(found.fd, -1);
	assert_string_equal(found.name, "new");
	assert_string_equal(found.parent_untrusted, "");
	assert_int_equal(fstat(found.parent, &parent) | stat("/a/b", &above), 0);
	assert_int_equal(parent.st_ino, above.st_ino);
	path_close(&found);
	assert_int_equal(path_open("/a/new/x", &found, &error), -ENOENT);
	assert_int_equal(found.parent, -1);
	path_close(&found);
}

static void test_closes_its_descriptors(void **state)
{
	int before = dup(0), after;
	struct path found;
	struct error error;

	(void)state;
	close(before);
	try_open("/a/b/file", &found, &error);
	try_open("/a/b/new", &found, &error);
	try_open("/a/new/x", &found, &error);
	after = dup(0);
	close(after);
	assert_int_equal(before, after);
}

static void test_follows_links_of_root(void **state)
{
	char target[PATH_MAX];

	(void)state;
	assert_int_equal(symlink("/a/b", "/absolute") | symlink("b", "/a/relative") |
				 symlink("../absolute/../b/file", "/a/twice") |
				 symlink("loop", "/loop") | symlink("nowhere", "/dangling"),
			 0);
	assert_leads_to("/absolute/file", "/a/b/file");
	assert_leads_to("/a/relative/file", "/a/b/file");
	assert_leads_to("/a/twice", "/a/b/file");
	assert_fails("/loop", ELOOP, "more than 40 symbolic links, at 'loop'");
	assert_fails("/dangling", ENOENT, "'nowhere' does not exist");
	assert_fails("/proc/self/root/a", EPERM, "'self' is a link of /proc");
	snprintf(target, sizeof(target), "/proc/%d/root", (int)getpid());
	assert_fails(target, EPERM, "'root' is a");
	memset(target, 'x', sizeof(target));
	target[NAME_MAX + 2] = '\0';
	target[0] = '/';
	assert_fails(target, ENAMETOOLONG, "a component of the path is too long");
}

/* Who may write a directory may put a link in it. */
static void test_follows_no_link_of_others(void **state)
{
	(void)state;
	assert_int_equal(mkdir("/open", 01777) | mkdir("/open/sub", 0755) |
				 symlink("/a", "/open/link") | symlink("/a", "/open/sub/link"),
			 0);
	assert_fails("/open/link", EPERM,
		     "'link' is a symbolic link that a user other than root could have placed");
	assert_fails("/open/sub/link/b", EPERM, "'link' is a symbolic link");
}

static void test_notes_the_first_that_others_can_change(void **state)
{
	static const struct {
		const char *name;
		mode_t mode;
		const char *untrusted, *parent;
	} cases[] = {
		{"/trust/dir", 0755, "", ""},
		{"/trust/dir", 0775, "'dir' is writable by its group (uid 0, mode 0775)", ""},
		{"/trust/dir", 0757, "'dir' is writable by everyone (uid 0, mode 0757)", ""},
		{"/trust/dir/in", 0777, "'dir' is writable by everyone", "'dir' is writable"},
		{"/trust/dir/in", 0755, "'in' is writable by everyone (uid 0, mode 0777)", ""},
	};

	(void)state;
	assert_int_equal(mkdir("/trust", 0755) | mkdir("/trust/dir", 0755) |
				 mkdir("/trust/dir/in", 0777),
			 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct path found;
		struct error error;

		assert_int_equal(chmod("/trust/dir", cases[i].mode), 0);
		assert_int_equal(try_open(cases[i].name, &found, &error), 0);
		if (*cases[i].untrusted ? !strstr(found.untrusted, cases[i].untrusted)
					: *found.untrusted)
			fail_msg("case %zu: '%s'", i, found.untrusted);
		assert_int_equal(!*found.parent_untrusted, !*cases[i].parent);
	}
}

static void test_distrusts(void **state)
{
	struct stat stat = {.st_uid = 1000, .st_mode = S_IFREG | 0600};

	(void)state;
	assert_string_equal(path_distrust(&stat), "is not root's");
	stat.st_uid = 0;
	assert_null(path_distrust(&stat));
	stat.st_mode |= S_IWGRP;
	assert_string_equal(path_distrust(&stat), "is writable by its group");
	stat.st_mode |= S_IWOTH;
	assert_string_equal(path_distrust(&stat), "is writable by everyone");
}

static void assert_no_config(const char *name, int number, const char *words)
{
	struct error error = {0};
	FILE *stream = NULL;

	assert_int_equal(config_open(name, &stream, &error), -number);
	assert_null(stream);
	assert_string_equal(error.file, name);
	if (!strstr(error.words, words))
		fail_msg("%s: wanted '%s', got '%s'", name, words, error.words);
}

static void test_opens_configuration_files(void **state)
{
	cleanup(cleanup_file) FILE *stream = NULL;
	struct error error = {0};
	char text[16] = "";

	(void)state;
	assert_int_equal(mkdir("/conf", 0755), 0);
	write_file("/conf/good", "text\n");
	assert_int_equal(chmod("/conf/good", 0644), 0);
	assert_int_equal(config_open("/conf/good", &stream, &error), 0);
	assert_non_null(fgets(text, sizeof(text), stream));
	assert_string_equal(text, "text\n");
	assert_true(fcntl(fileno(stream), F_GETFD) & FD_CLOEXEC);
}

static void test_refuses_configuration_files(void **state)
{
	(void)state;
	write_file("/conf/empty", "");
	write_file("/conf/writable", "text\n");
	write_file("/conf/large", "%01048577u");
	assert_int_equal(chmod("/conf/writable", 0664) | chmod("/conf/empty", 0644) |
				 chmod("/conf/large", 0644) | mkfifo("/conf/fifo", 0644) |
				 truncate("/conf/large", 1048577),
			 0);
	assert_no_config("/conf/missing", ENOENT, "'missing' does not exist");
	assert_no_config("/conf", EINVAL, "is not a regular file");
	assert_no_config("/conf/fifo", EINVAL, "is not a regular file");
	assert_no_config("/conf/empty", EINVAL, "is empty");
	assert_no_config("/conf/large", EFBIG, "is larger than 1 MiB");
	assert_no_config(
		"/conf/writable", EPERM,
		"cannot be trusted: 'writable' is writable by its group (uid 0, mode 0664); "
		"it and every directory above must be root's");
	assert_int_equal(chmod("/conf", 0777), 0);
	assert_no_config("/conf/good", EPERM, "cannot be trusted: 'conf' is writable by everyone");
	assert_int_equal(chmod("/conf", 0755), 0);
}

static void on_alarm(int number)
{
	(void)number;
}

/* A timer with a handler, as an application may have it, begins no time anew. */
static void test_waits_for_no_server_for_ever(void **state)
{
	struct itimerval timer = {{3, 0}, {3, 0}}, none = {{0, 0}, {0, 0}};
	struct sigaction action = {.sa_handler = on_alarm}, before;
	char options[64];

	(void)state;
	if (fuse < 0)
		print_message("no /dev/fuse here\n");
	if (fuse < 0)
		skip();
	assert_int_equal(mkdir("/fuse", 0755), 0);
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
	assert_int_equal(mount("none", "/fuse", "fuse", MS_NOSUID | MS_NODEV, options), 0);
	sigaction(SIGALRM, &action, &before);
	setitimer(ITIMER_REAL, &timer, NULL);
	assert_fails("/fuse/file", ETIMEDOUT,
		     "the server or automounter of 'fuse' did not answer within 10 seconds");
	setitimer(ITIMER_REAL, &none, NULL);
	sigaction(SIGALRM, &before, NULL);
	umount2("/fuse", MNT_DETACH);
}

static long count_faults_of_children(void)
{
	struct rusage used;

	assert_int_equal(getrusage(RUSAGE_CHILDREN, &used), 0);
	return used.ru_minflt;
}

/* On a disk a name that nobody has looked up is not in the kernel's cache. On a tmpfs none is. */
static void test_asks_no_child_on_a_disk(void **state)
{
	char directory[] = "/var/tmp/nstree-XXXXXX", name[64];
	cleanup(path_close) struct path found = PATH_INIT;
	struct error error = {0};
	long before;
	bool local;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(name, sizeof(name), "%s/absent", directory);
	assert_int_equal(path_open(directory, &found, &error), 0);
	local = server_of(found.fd).is_disk;
	path_close(&found);
	before = count_faults_of_children();
	assert_int_equal(path_open(name, &found, &error), -ENOENT);
	if (local)
		assert_int_equal(count_faults_of_children(), before);
	assert_int_equal(rmdir(directory), 0);
	if (!local)
		skip();
}

/* sysfs answers no RESOLVE_CACHED, but nor does it make anyone wait. */
static void test_asks_no_child_in_sysfs(void **state)
{
	cleanup(path_close) struct path found = PATH_INIT, missing = PATH_INIT;
	struct error error = {0};
	long before;

	(void)state;
	if (path_open("/sys", &found, &error) < 0 || !server_of(found.fd).is_sysfs ||
	    !server_is_none_beneath(found.fd))
		skip();
	path_close(&found);
	before = count_faults_of_children();
	assert_int_equal(path_open("/sys/kernel/mm", &found, &error), 0);
	assert_int_equal(path_open("/sys/kernel/missing", &missing, &error), -ENOENT);
	assert_int_equal(count_faults_of_children(), before);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_asks_no_child_on_a_disk),
		cmocka_unit_test(test_asks_no_child_in_sysfs),
		/* From here on in a root of their own. */
		cmocka_unit_test_setup(test_walks, enter_root),
		cmocka_unit_test(test_keeps_directories),
		cmocka_unit_test(test_keeps_no_links),
		cmocka_unit_test(test_keeps_the_parent_of_what_is_missing),
		cmocka_unit_test(test_closes_its_descriptors),
		cmocka_unit_test(test_follows_links_of_root),
		cmocka_unit_test(test_follows_no_link_of_others),
		cmocka_unit_test(test_notes_the_first_that_others_can_change),
		cmocka_unit_test(test_distrusts),
		cmocka_unit_test(test_opens_configuration_files),
		cmocka_unit_test(test_refuses_configuration_files),
		cmocka_unit_test(test_waits_for_no_server_for_ever),
	};

	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
