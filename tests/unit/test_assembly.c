/* SPDX-License-Identifier: BSD-3-Clause */
/* The rows of a tree as mounts, their mount points, what is undone, and a namespace made of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "assembly.h"
#include "cleanup.h"
#include "isolation.h"
#include "namespace.h"
#include "sandbox.h"
#include "target.h"
#include "targetcache.h"
#include "undolog.h"

static const struct subject alice = {.user = (char *)"alice",
				     .uid = 0,
				     .home = (char *)"/home/alice",
				     .service = (char *)"test"};

/* The tree of TEXT, for free with tree_free(). */
static struct tree *read_rows(const char *text)
{
	const struct tree_file file = {.name = (char *)"test",
				       .path = (char *)"test.fstab",
				       .text = (char *)(uintptr_t)text,
				       .length = strlen(text)};
	struct tree *tree = NULL;
	struct error error = {0};

	if (tree_parse(&file, &alice, &tree, &error) < 0)
		fail_msg("%s", error.words);
	return tree;
}

/* assembly_open() of the rows in TEXT, freed at once; the message in ERROR. */
static int try_rows(const char *text, struct error *error)
{
	cleanup(cleanup_tree) struct tree *tree = read_rows(text);
	struct assembly *assembly = NULL;
	int result;

	*error = (struct error){0};
	result = assembly_open(tree, &alice, -1, &assembly, error);
	if (result == 0)
		assembly_free(assembly);
	return result;
}

#define ROOT "tmpfs / tmpfs mode=0755\n"

static void refuses_with_file_and_line(void **state)
{
	struct error error;

	(void)state;
	assert_int_equal(try_rows(ROOT "/missing /a none bind,X-mount.mkdir\n", &error), -ENOENT);
	assert_string_equal(error.file, "test.fstab");
	assert_int_equal(error.line, 2);
	assert_int_equal(try_rows(ROOT "/host /a none bind\n", &error), -ENOENT);
	assert_non_null(strstr(error.words, "the target '/a' does not exist in the tree"));
	assert_int_equal(try_rows(ROOT "/host/file /a none bind,X-mount.mkdir\n"
				       "/host/directory /a none bind\n",
				  &error),
			 -ENOTDIR);
	assert_non_null(strstr(error.words, "'/host/directory' is a directory, but its target"));
}

static void leaves_out_rows_with_nofail(void **state)
{
	struct error error;

	(void)state;
	assert_int_equal(try_rows(ROOT "/missing /a none bind,nofail,X-mount.mkdir\n"
				       "/host /b none bind,nofail\n",
				  &error),
			 0);
	/* It does not cover a mistake. */
	assert_int_equal(try_rows(ROOT "tmpfs /a tmpfs nofail,size=x,X-mount.mkdir\n", &error),
			 -EINVAL);
}

static void takes_no_code_from_what_others_can_write(void **state)
{
	struct error error;

	(void)state;
	assert_int_equal(try_rows(ROOT "/host/writable /usr none bind,X-mount.mkdir\n", &error),
			 -EPERM);
	assert_non_null(strstr(error.words, "is writable by everyone"));
	assert_int_equal(try_rows(ROOT "/host/writable /mnt none bind,X-mount.mkdir\n", &error), 0);
}

static size_t count_entries(const char *name)
{
	cleanup(cleanup_directory) DIR *directory = opendir(name);
	size_t count = 0;

	assert_non_null(directory);
	while (readdir(directory))
		count++;
	return count - 2;
}

static void removes_what_a_refused_session_made(void **state)
{
	struct error error;

	(void)state;
	assert_int_equal(mkdir("/undo", 0755), 0);
	assert_int_equal(try_rows("/host / none bind\n"
				  "/undo /directory none bind\n"
				  "/host/file /directory/deep/file none bind,X-mount.mkdir\n"
				  "text /directory/link nstree.symlink\n"
				  "/undo/made/here /directory none bind,x-nstree.create\n"
				  "/missing /directory none bind\n",
				  &error),
			 -ENOENT);
	assert_int_equal(count_entries("/undo"), 0);
	/* The control: the same rows without the last one. They are made, and removed when unused.
	 */
	assert_int_equal(try_rows("/host / none bind\n"
				  "/undo /directory none bind\n"
				  "/host/file /directory/deep/file none bind,X-mount.mkdir\n",
				  &error),
			 0);
	assert_int_equal(count_entries("/undo"), 0);
}

/* The limit falls at each descriptor in turn; /edge/made is made early, and more are wanted then.
 */
static void removes_it_without_descriptors(void **state)
{
	struct rlimit before, limit;
	unsigned refused = 0;

	(void)state;
	assert_int_equal(mkdir("/edge", 0755), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	for (rlim_t n = 8; n < 40; n++) {
		struct error error;

		limit = (struct rlimit){n, before.rlim_max};
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
		refused += try_rows("/host / none bind\n"
				    "/edge/made /directory none bind,x-nstree.create\n"
				    "/host /directory none bind\n"
				    "/host /directory none bind\n"
				    "/host /directory none bind\n"
				    "/host/file /file none bind\n",
				    &error) < 0;
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
		assert_int_equal(count_entries("/edge"), 0);
	}
	assert_in_range(refused, 3, 30);
}

static long count_faults_of_children(void)
{
	struct rusage used;

	assert_int_equal(getrusage(RUSAGE_CHILDREN, &used), 0);
	return used.ru_minflt;
}

/* A login would pay for it: what serves a mount beneath the source is known from the host's. */
static void asks_no_child_of_mounts_beneath(void **state)
{
	struct error error;
	long before;

	(void)state;
	assert_int_equal(mkdir("/top", 0755) | mkdir("/top/beneath", 0755), 0);
	assert_int_equal(mount("beneath", "/top/beneath", "tmpfs", 0, "mode=0755"), 0);
	assert_int_equal(mkdir("/top/beneath/directory", 0755), 0);
	before = count_faults_of_children();
	assert_int_equal(try_rows("/top / none rbind\n"
				  "tmpfs /beneath/directory tmpfs mode=0755\n",
				  &error),
			 0);
	assert_int_equal(count_faults_of_children(), before);
	assert_int_equal(umount("/top/beneath"), 0);
}

static void keeps_what_a_session_made(void **state)
{
	cleanup(cleanup_tree) struct tree *tree =
		read_rows("/host / none bind\n"
			  "/undo /directory none bind\n"
			  "/host/file /directory/deep/file none bind,X-mount.mkdir\n");
	struct assembly *assembly = NULL;
	struct error error = {0};

	(void)state;
	assert_int_equal(assembly_open(tree, &alice, -1, &assembly, &error), 0);
	assembly_keep(assembly);
	assembly_free(assembly);
	assert_int_equal(access("/undo/deep/file", F_OK), 0);
}

static void leaves_what_has_a_new_parent(void **state)
{
	struct undolog undo = {0};
	struct error error = {0};
	cleanup(cleanup_fd) int base = open("/host", O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup(cleanup_fd) int parent = open("/host/swap", O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup(cleanup_fd) int made = -1;

	(void)state;
	made = undolog_mkdir(&undo, &(struct undolog_place){base, "swap/made", parent, false}, 0755,
			     &error);
	assert_true(made >= 0);
	assert_int_equal(rename("/host/swap", "/host/moved"), 0);
	assert_int_equal(mkdir("/host/swap", 0755), 0);
	assert_int_equal(mkdir("/host/swap/made", 0755), 0);
	undolog_roll_back(&undo);
	assert_int_equal(access("/host/swap/made", F_OK), 0);
}

static void resolves_targets_without_links(void **state)
{
	cleanup(cleanup_fd) int base = open("/host", O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup(cleanup_fd) int self = target_open(base, "");
	cleanup(cleanup_fd) int below = target_open(base, "directory/file");
	struct stat a, b;

	(void)state;
	assert_true(self >= 0);
	assert_int_equal(fstat(base, &a), 0);
	assert_int_equal(fstat(self, &b), 0);
	assert_int_equal(a.st_ino, b.st_ino);
	assert_int_equal(below, -ENOENT);
	assert_int_equal(target_open(base, "link"), -ELOOP);
	assert_int_equal(target_open(base, "link/file"), -ELOOP);
	assert_int_equal(target_open(base, "file/below"), -ENOTDIR);
}

/* What CACHE has above PATH in the mount 3, and how much of PATH is beneath it. */
static const char *rest_beneath(const struct targetcache *cache, const char *path, int wanted)
{
	size_t length = 0;

	assert_int_equal(targetcache_find(cache, 3, path, &length), wanted);
	return path + length;
}

static void knows_the_directories_of_targets(void **state)
{
	struct targetcache cache = {.count = 0};
	int fd[] = {open("/", O_PATH | O_CLOEXEC), open("/", O_PATH | O_CLOEXEC)};

	(void)state;
	assert_string_equal(rest_beneath(&cache, "run/a", -1), "run/a");
	assert_true(targetcache_keep(&cache, 3, "run/systemd/a", strlen("run"), fd[0]));
	assert_true(targetcache_keep(&cache, 3, "run/systemd/a", strlen("run/systemd"), fd[1]));
	assert_string_equal(rest_beneath(&cache, "run/systemd/b/c", fd[1]), "b/c");
	assert_string_equal(rest_beneath(&cache, "run/systemd", fd[0]), "systemd");
	/* The last component is looked up each time; a part of a name is another name. */
	assert_string_equal(rest_beneath(&cache, "run", -1), "run");
	assert_string_equal(rest_beneath(&cache, "running/a", -1), "running/a");
	assert_string_equal(rest_beneath(&cache, "run/system/a", fd[0]), "system/a");
	/* In another mount it is another directory. */
	cache.entries[1].mount = 4;
	assert_string_equal(rest_beneath(&cache, "run/systemd/b", fd[0]), "systemd/b");
	cache.count = TARGETCACHE_MAX;
	assert_false(targetcache_keep(&cache, 3, "x/y", 1, -1));
	cache.count = 2;
	targetcache_clear(&cache);
	assert_int_equal(fcntl(fd[0], F_GETFD) + fcntl(fd[1], F_GETFD), -2);
}

/* Mount points beneath each other's directories, and on each other, in the order of the rows. */
static void makes_targets_in_kept_directories(void **state)
{
	struct error error;

	(void)state;
	assert_int_equal(try_rows(ROOT "tmpfs /a/b/one tmpfs X-mount.mkdir\n"
				       "tmpfs /a/b/two tmpfs X-mount.mkdir\n"
				       "tmpfs /a/three tmpfs X-mount.mkdir\n"
				       "one /a/b/link nstree.symlink\n"
				       "tmpfs /a tmpfs defaults\n"
				       "tmpfs /a/b/new tmpfs X-mount.mkdir\n",
				  &error),
			 0);
	/* What the row before covers is not in it. */
	assert_int_equal(try_rows(ROOT "tmpfs /a/b/one tmpfs X-mount.mkdir\n"
				       "tmpfs /a tmpfs defaults\n"
				       "tmpfs /a/b/one tmpfs defaults\n",
				  &error),
			 -ENOENT);
	assert_int_equal(error.line, 4);
	/* Nor does a link become a directory. */
	assert_int_equal(try_rows(ROOT "tmpfs /a/b tmpfs X-mount.mkdir\n"
				       "b /a/link nstree.symlink\n"
				       "tmpfs /a/link/c tmpfs X-mount.mkdir\n",
				  &error),
			 -ELOOP);
}

static int accept_namespace(void *data, const struct mntns *mntns, int namespace,
			    struct error *error)
{
	(void)data;
	(void)error;
	return namespace_has_id(namespace, mntns->id) ? 0 : -EINVAL;
}

/* Runs in a child: enters a namespace with TREE, looks at it, and leaves it. Exits with 0. */
static _Noreturn void enter_and_leave(const struct tree *tree)
{
	const struct mntns_hook hook = {.created = accept_namespace};
	const struct network network = {0};
	struct isolation *isolation = NULL;
	struct mntns *mntns = NULL;
	struct error error = {0};
	struct stat before, after;

	if (chdir("/host") < 0 || stat(".", &before) < 0 ||
	    isolation_prepare(0, &network, NULL, &isolation, &error) < 0)
		_exit(10);
	umask(027);
	if (namespace_enter(tree, &alice, METHOD_PIVOT, isolation, &hook, &mntns, &error) < 0) {
		fprintf(stderr, "%s\n", error.words);
		_exit(11);
	}
	if (access("/a/file", F_OK) < 0 || access("/host", F_OK) == 0 || umask(0) != 027)
		_exit(12);
	if (namespace_leave(mntns, &error) < 0) {
		fprintf(stderr, "%s\n", error.words);
		_exit(13);
	}
	if (stat(".", &after) < 0 || before.st_ino != after.st_ino || access("/host", F_OK) < 0)
		_exit(14);
	namespace_free(mntns);
	isolation_free(isolation);
	_exit(0);
}

static void enters_and_leaves_a_namespace(void **state)
{
	cleanup(cleanup_tree) struct tree *tree =
		read_rows(ROOT "/host /a none bind,X-mount.mkdir\n");
	pid_t child;
	int status;

	(void)state;
	child = fork();
	if (child == 0)
		enter_and_leave(tree);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void make_site(void)
{
	if (mkdir("/host", 0755) < 0 || mkdir("/host/directory", 0755) < 0 ||
	    mkdir("/host/writable", 0777) < 0 || mkdir("/host/swap", 0755) < 0 ||
	    symlink("directory", "/host/link") < 0)
		sandbox_die("the site cannot be made");
	sandbox_write("/host/file", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_with_file_and_line),
		cmocka_unit_test(leaves_out_rows_with_nofail),
		cmocka_unit_test(takes_no_code_from_what_others_can_write),
		cmocka_unit_test(removes_what_a_refused_session_made),
		cmocka_unit_test(keeps_what_a_session_made),
		cmocka_unit_test(removes_it_without_descriptors),
		cmocka_unit_test(asks_no_child_of_mounts_beneath),
		cmocka_unit_test(leaves_what_has_a_new_parent),
		cmocka_unit_test(resolves_targets_without_links),
		cmocka_unit_test(knows_the_directories_of_targets),
		cmocka_unit_test(makes_targets_in_kept_directories),
		cmocka_unit_test(enters_and_leaves_a_namespace),
	};

	sandbox_enter();
	make_site();
	return cmocka_run_group_tests_name("assembly", tests, NULL, NULL);
}
