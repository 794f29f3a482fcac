/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree.fstab(5): what each line becomes, and what is said where it is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/mount.h>
#include <string.h>

#include "cleanup.h"
#include "error.h"
#include "specifier.h"
#include "subject.h"
#include "tree.h"

/* Expected rows are written as literals and only compared; a row's own fields are for free(3). */
#pragma GCC diagnostic ignored "-Wwrite-strings"
#pragma GCC diagnostic ignored "-Wdiscarded-qualifiers"

#define ROOT "/srv / none bind\n"
#define FLAGS_DEVICES (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_RDONLY)
#define TEXT(text) text, sizeof(text) - 1
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct subject alice(void)
{
	/* gid 0 is root's on every system, so %g needs no account of the test's own. */
	return (struct subject){
		.user = "alice", .uid = 1234, .gid = 0, .home = "/home/alice", .service = "sshd"};
}

static int read_bytes(const char *text, size_t size, const struct subject *subject,
		      struct tree **tree, struct error *error)
{
	struct tree_file file = {.name = (char[]){"t"},
				 .path = (char[]){"t.fstab"},
				 .text = (char *)(uintptr_t)text,
				 .length = size};

	*error = (struct error){0};
	*tree = NULL;
	return tree_parse(&file, subject, tree, error);
}

static struct tree *read_good(const char *text, const struct subject *subject)
{
	struct tree *tree;
	struct error error;

	if (read_bytes(text, strlen(text), subject, &tree, &error) != 0)
		fail_msg("%s\n%s:%u: %s", text, error.file, error.line, error.words);
	assert_string_equal(tree->name, "t");
	assert_string_equal(tree->file, "t.fstab");
	return tree;
}

/* The one row after a plain root. */
static struct tree *read_second(const char *row)
{
	struct subject subject = alice();
	char text[1024];
	struct tree *tree;

	snprintf(text, sizeof(text), ROOT "%s\n", row);
	tree = read_good(text, &subject);
	assert_true(tree->n_rows >= 2);
	return tree;
}

static void assert_text(const char *is, const char *should)
{
	if (should)
		assert_string_equal(is, should);
	else
		assert_null(is);
}

static void assert_row(const struct row *is, const struct row *should)
{
	assert_int_equal(is->line, should->line);
	assert_int_equal(is->kind, should->kind);
	assert_text(is->source, should->source);
	assert_text(is->target, should->target);
	assert_text(is->type, should->type);
	assert_int_equal(is->recursive, should->recursive);
	assert_int_equal(is->nofail, should->nofail);
	assert_int_equal(is->slave, should->slave);
	assert_int_equal(is->make_target, should->make_target);
	assert_int_equal(is->create_source, should->create_source);
	assert_int_equal(is->make_mode, should->make_mode);
	assert_int_equal(is->create_mode, should->create_mode);
	assert_int_equal(is->attributes_set, should->attributes_set);
	assert_int_equal(is->attributes_clear, should->attributes_clear);
	assert_int_equal(is->owner, should->owner);
	assert_int_equal(is->group, should->group);
	assert_int_equal(is->mode, should->mode);
	assert_text(is->subdirectory, should->subdirectory);
	assert_text(is->mounted, should->mounted);
	assert_text(is->upper, should->upper);
	assert_int_equal(is->n_options, should->n_options);
	for (size_t i = 0; i < is->n_options; i++) {
		assert_string_equal(is->options[i].key, should->options[i].key);
		assert_text(is->options[i].value, should->options[i].value);
	}
}

#define UNSET .owner = ROW_UNSET, .group = ROW_UNSET, .mode = ROW_UNSET
#define NSND (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)

static struct filesystem_option home_options[] = {{.key = "mode", .value = "0755"},
						  {.key = "size", .value = "64k"}};
static struct filesystem_option tmp_options[] = {{.key = "mode", .value = "1777"},
						 {.key = "size", .value = "256m"}};
static struct filesystem_option shm_options[] = {{.key = "mode", .value = "1777"},
						 {.key = "size", .value = "25%"}};

static const char design[] =
	"# source               target      type            options\n"
	"/srv/trees/contractor  /           none            rbind,ro,nosuid,nodev\n"
	"/usr                   /usr        none            rbind,ro,nodev\n"
	"nstree                 /dev        nstree.dev\n"
	"proc                   /proc       proc            nosuid,nodev,noexec\n"
	"\n"
	"tmpfs                  /home       tmpfs           mode=0755,size=64k,nosuid,nodev\n"
	"%h                     %h          none            bind,nosuid,nodev,X-mount.mkdir\n"
	"tmpfs                  /tmp        tmpfs           mode=1777,size=256m,nosuid,nodev\n"
	"/var/lib/nstree/%u     /var/tmp    none            "
	"bind,x-nstree.create=0700,nosuid,nodev\n"
	"/opt/tools             /opt/tools  none            rbind,ro,nofail";

static const struct row design_rows[] = {
	{2, ROW_BIND, "/srv/trees/contractor", "/", .recursive = true,
	 .attributes_set = NSND | MOUNT_ATTR_RDONLY, UNSET},
	{3, ROW_BIND, "/usr", "/usr", .recursive = true,
	 .attributes_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV, UNSET},
	{4, ROW_DEVICES, "nstree", "/dev", .attributes_set = FLAGS_DEVICES, UNSET},
	{4, ROW_BIND, "/dev/pts", "/dev/pts", .make_target = true, .make_mode = 0755,
	 .attributes_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, UNSET},
	{4, ROW_FILESYSTEM, "tmpfs", "/dev/shm", "tmpfs", .make_target = true, .make_mode = 0755,
	 .attributes_set = NSND, .options = shm_options, .n_options = 2, UNSET},
	{4, ROW_BIND, "/dev/log", "/dev/log", .nofail = true, .make_target = true,
	 .make_mode = 0755, .attributes_set = NSND | MOUNT_ATTR_NOEXEC, UNSET},
	{5, ROW_FILESYSTEM, "proc", "/proc", "proc", .attributes_set = NSND | MOUNT_ATTR_NOEXEC,
	 UNSET},
	{7, ROW_FILESYSTEM, "tmpfs", "/home", "tmpfs", .attributes_set = NSND,
	 .options = home_options, .n_options = 2, UNSET},
	{8, ROW_BIND, "/home/alice", "/home/alice", .make_target = true, .make_mode = 0755,
	 .attributes_set = NSND, UNSET},
	{9, ROW_FILESYSTEM, "tmpfs", "/tmp", "tmpfs", .attributes_set = NSND,
	 .options = tmp_options, .n_options = 2, UNSET},
	{10, ROW_BIND, "/var/lib/nstree/alice", "/var/tmp", .create_source = true,
	 .create_mode = 0700, .attributes_set = NSND, UNSET},
	{11, ROW_BIND, "/opt/tools", "/opt/tools", .recursive = true, .nofail = true,
	 .attributes_set = MOUNT_ATTR_RDONLY, UNSET},
};

static void test_design(void **state)
{
	struct subject subject = alice();
	struct tree *tree = read_good(design, &subject);

	(void)state;
	assert_int_equal(tree->n_rows, COUNT(design_rows));
	for (size_t i = 0; i < tree->n_rows; i++)
		assert_row(&tree->rows[i], &design_rows[i]);
	tree_free(tree);
	tree_free(NULL);
}

static void test_flags(void **state)
{
	static const struct {
		const char *options;
		uint64_t set, clear;
	} cases[] = {
		{"defaults", 0, 0},
		{"ro", MOUNT_ATTR_RDONLY, 0},
		{"rw", 0, MOUNT_ATTR_RDONLY},
		{"nosuid", MOUNT_ATTR_NOSUID, 0},
		{"suid", 0, MOUNT_ATTR_NOSUID},
		{"nodev", MOUNT_ATTR_NODEV, 0},
		{"dev", 0, MOUNT_ATTR_NODEV},
		{"noexec", MOUNT_ATTR_NOEXEC, 0},
		{"exec", 0, MOUNT_ATTR_NOEXEC},
		{"nodiratime", MOUNT_ATTR_NODIRATIME, 0},
		{"diratime", 0, MOUNT_ATTR_NODIRATIME},
		{"nosymfollow", MOUNT_ATTR_NOSYMFOLLOW, 0},
		{"symfollow", 0, MOUNT_ATTR_NOSYMFOLLOW},
		{"noatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME},
		{"atime", 0, MOUNT_ATTR__ATIME},
		{"relatime", 0, MOUNT_ATTR__ATIME},
		{"strictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME},
		{"ro,rw", 0, MOUNT_ATTR_RDONLY},
		{"rw,ro", MOUNT_ATTR_RDONLY, 0},
		{"noexec,nosuid,exec", MOUNT_ATTR_NOSUID, MOUNT_ATTR_NOEXEC},
		{"noatime,strictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME},
		{"strictatime,ro,atime", MOUNT_ATTR_RDONLY, MOUNT_ATTR__ATIME},
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(cases); i++) {
		struct tree *tree;

		if (i % 2)
			snprintf(text, sizeof(text), "a /a tmpfs %s", cases[i / 2].options);
		else
			snprintf(text, sizeof(text), "/a /a none bind,%s", cases[i / 2].options);
		tree = read_second(text);
		assert_int_equal(tree->rows[1].attributes_set, cases[i / 2].set);
		assert_int_equal(tree->rows[1].attributes_clear, cases[i / 2].clear);
		assert_int_equal(tree->rows[1].n_options, 0);
		tree_free(tree);
	}
}

/* Each line stands after a root; what is not told of a row is as it is by default. */
static void test_rows(void **state)
{
	static struct filesystem_option fs[] = {{.key = "flag", .value = NULL},
						{.key = "context", .value = "a,b"},
						{.key = "k", .value = "alice=sshd"},
						{.key = "size", .value = "50%"},
						{.key = "e", .value = ""}};
	static const struct {
		const char *text;
		struct row row;
	} cases[] = {
		{"/a /b none rbind,slave",
		 {2, ROW_BIND, "/a", "/b", .recursive = true, .slave = true, UNSET}},
		{"/a /b none bind,rslave", {2, ROW_BIND, "/a", "/b", .slave = true, UNSET}},
		{"/a /b none ,bind,,nofail,,", {2, ROW_BIND, "/a", "/b", .nofail = true, UNSET}},
		{"/a /b none bind,slave,private", {2, ROW_BIND, "/a", "/b", UNSET}},
		{"/a /b none bind,slave,rprivate", {2, ROW_BIND, "/a", "/b", UNSET}},
		{"/a /b none bind 0 2", {2, ROW_BIND, "/a", "/b", UNSET}},
		{"/a\\040b /c\\040d none bind", {2, ROW_BIND, "/a b", "/c d", UNSET}},
		{" \t/a\t //b///c// \tnone bind \t", {2, ROW_BIND, "/a", "/b/c", UNSET}},
		{"/a /b none bind,X-mount.mkdir=0711,x-nstree.create",
		 {2, ROW_BIND, "/a", "/b", .make_target = true, .make_mode = 0711,
		  .create_source = true, .create_mode = 0700, UNSET}},
		{"/a/%u /b none bind,x-nstree.mounted",
		 {2, ROW_BIND, "/a/alice", "/b", .mounted = "/a/alice", UNSET}},
		{"/a/b /b none bind,x-nstree.mounted,x-nstree.mounted=/%u",
		 {2, ROW_BIND, "/a/b", "/b", .mounted = "/alice", UNSET}},
		{"/a /b none bind,X-mount.owner=alice,X-mount.group=root,X-mount.mode=2750",
		 {2, ROW_BIND, "/a", "/b", .owner = 1234, .group = 0, .mode = 02750}},
		{"/a /b none bind,X-mount.owner=root,X-mount.group=%U",
		 {2, ROW_BIND, "/a", "/b", .owner = 0, .group = 1234, .mode = ROW_UNSET}},
		{"/a /b none bind,X-mount.owner=77,X-mount.group=%g",
		 {2, ROW_BIND, "/a", "/b", .owner = 77, .group = 0, .mode = ROW_UNSET}},
		{"/dev/vda /b ext4 X-mount.subdir=/homes/%u",
		 {2, ROW_FILESYSTEM, "/dev/vda", "/b", "ext4", .subdirectory = "homes/alice",
		  UNSET}},
		{"/dev/vda /b ext4 X-mount.subdir=a,X-mount.subdir=b",
		 {2, ROW_FILESYSTEM, "/dev/vda", "/b", "ext4", .subdirectory = "b", UNSET}},
		{"a /b overlay x-nstree.upper=1m,x-nstree.upper=50%%",
		 {2, ROW_FILESYSTEM, "a", "/b", "overlay", .upper = "50%", UNSET}},
		{"//server/share /b cifs",
		 {2, ROW_FILESYSTEM, "//server/share", "/b", "cifs", UNSET}},
		{"none /b tmpfs flag,context=\"a,b\",ro,k=%u=%s,size=50%%,e=",
		 {2, ROW_FILESYSTEM, "none", "/b", "tmpfs", .attributes_set = MOUNT_ATTR_RDONLY,
		  .options = fs, .n_options = 5, UNSET}},
		{"../usr/lib /lib nstree.symlink", {2, ROW_SYMLINK, "../usr/lib", "/lib", UNSET}},
		{"UUID=1 /lib nstree.symlink defaults,nofail",
		 {2, ROW_SYMLINK, "UUID=1", "/lib", .nofail = true, UNSET}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct tree *tree = read_second(cases[i].text);

		assert_int_equal(tree->n_rows, 2);
		assert_row(&tree->rows[1], &cases[i].row);
		tree_free(tree);
	}
}

/* Of /dev, which each machine has: names, a pattern, and a name that no device has. */
static void test_host_devices(void **state)
{
	struct tree *tree =
		read_second("x /d nstree.dev devices=zero:nul?:no/such*,x-nstree.net=host");
	static const char *const sources[] = {"/dev/zero", "/dev/null", "/dev/no/such*"};
	static const char *const targets[] = {"/d/zero", "/d/null", "/d/no/such*"};
	cleanup(buffer_clear) struct buffer text = {0};

	(void)state;
	assert_int_equal(tree->n_rows, 8);
	for (size_t i = 0; i < COUNT(targets); i++) {
		const struct row *row = &tree->rows[i + 5];

		assert_string_equal(row->source, sources[i]);
		assert_string_equal(row->target, targets[i]);
		assert_int_equal(row->kind, ROW_BIND);
		assert_int_equal(row->network, ROW_NETWORK_HOST);
		assert_int_equal(row->attributes_set, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
		assert_true(row->device && row->make_target && !row->nofail && !row->recursive);
	}
	row_add_text(&tree->rows[1], &text);
	assert_non_null(strstr(text.bytes, "devices=zero:nul?:no/such*"));
	tree_free(tree);
}

/* The filesystem cgroup has an option of this name. */
static void test_devices_of_a_filesystem(void **state)
{
	struct tree *tree = read_second("cgroup /d cgroup devices");

	(void)state;
	assert_int_equal(tree->rows[1].n_options, 1);
	assert_string_equal(tree->rows[1].options[0].key, "devices");
	tree_free(tree);
}

static void test_devices(void **state)
{
	struct tree *tree =
		read_second("x /a/dev/ nstree.dev rw,nosymfollow,nofail,X-mount.mkdir=0700");
	static const char *const targets[] = {"/a/dev", "/a/dev/pts", "/a/dev/shm", "/a/dev/log"};

	(void)state;
	assert_int_equal(tree->n_rows, 5);
	for (size_t i = 0; i < COUNT(targets); i++) {
		assert_string_equal(tree->rows[i + 1].target, targets[i]);
		assert_int_equal(tree->rows[i + 1].line, 2);
		assert_true(tree->rows[i + 1].nofail);
		assert_true(tree->rows[i + 1].make_target);
		assert_int_equal(tree->rows[i + 1].make_mode, i ? 0755 : 0700);
	}
	assert_int_equal(tree->rows[1].attributes_set,
			 MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSYMFOLLOW);
	assert_int_equal(tree->rows[1].attributes_clear, MOUNT_ATTR_RDONLY);
	assert_false(tree->rows[2].recursive);
	tree_free(tree);
}

static void assert_refused(const char *text, size_t size, unsigned line, const char *words)
{
	struct subject subject = alice();
	struct tree *tree;
	struct error error;
	int r = read_bytes(text, size, &subject, &tree, &error);

	if (r != -EINVAL || error.number != EINVAL || tree || error.line != line ||
	    strcmp(error.file, "t.fstab") != 0 || !strstr(error.words, words))
		fail_msg("%s\nwants line %u, '%s'\n got %d %s:%u: %s", text, line, words, r,
			 error.file, error.line, error.words);
}

static void test_refused_rows(void **state)
{
	static const char *const cases[][2] = {
		{"/a", "as in '/usr /usr none"},
		{"/a /b", "as in '/usr /usr none"},
		{"/a /b none bind 0 0 # why", "more than six fields"},
		{"/a /b none bind, ro", "two numbers"},
		{"/a /b none bind 0 x", "two numbers"},
		{"1 2 8:1 / /b rw", "cannot read this row"},
		{"/a /b none", "either bind"},
		{"/a /b none ro", "either bind"},
		{"/a /b none bind,rbind", "either bind"},
		{"/a /b tmpfs bind", "'bind' does not go with a filesystem's row"},
		{"/a /b tmpfs rbind", "'rbind' does not go with"},
		{"/a /b bind bind", "write type none and bind"},
		{"/a none swap sw", "swap"},
		{"/a /b auto", "type auto"},
		{"/a /b nstree.proc", "write nstree.dev or nstree.symlink"},
		{"a /b none bind", "source 'a' is not an absolute path"},
		{"none /b none bind", "source 'none'"},
		{"/a/../b /b none bind", "source '/a/../b' holds"},
		{"/a/. /b none bind", "holds '.'"},
		{"/dev/../b /b ext4", "source '/dev/../b' holds"},
		{"UUID=12 /b ext4", "/dev/disk/by-uuid"},
		{"LABEL=x /b none bind", "'LABEL=x'"},
		{"/a b none bind", "target 'b' is not an absolute path"},
		{"/a /b/.. none bind", "target '/b/..' holds"},
		{"/a /./b none bind", "target '/./b' holds"},
		{"/a / none bind", "a second root: line 1"},
		{"/a // none bind", "a second root"},
		{"/a\xc2\xa0/b none bind", "holds a no-break space (U+00A0), which separates"},
		{"/a /b none\xc2\xa0"
		 "bind",
		 "is no type; the line holds a no-break space"},
		{"/a /b none bind,\xc2\xa0ro", "; the line holds a no-break space (U+00A0)"},
		{"/a /b\\000c none bind", "NUL"},
		{"/a /b\\400c none bind", "NUL"},
		{"/a /b none bind\r", "control character 0x0d"},
		{"/a /b none bind,size=5", "unknown option 'size' on a bind row"},
		{"/a /b none bind,Ro", "unknown option 'Ro'"},
		{"/a /b none bind,\"ro", "every quote closed"},
		{"/a /b none bind,x=\"y,nosuid", "every quote closed"},
		{"/a /b none bind,x-nstree.made", "unknown option 'x-nstree.made'"},
		/* Newer releases of libmount refuse to read these two, in other words. */
		{"/a /b tmpfs =b", "'=b'"},
		{"/a /b tmpfs ro,=%x,rw", "'=%x"},
		{"/a /b tmpfs a\"b,nosuid,c\"", "'a\"b,nosuid,c\"' has no proper name"},
		{"/a /b tmpfs x-nstree.made", "unknown option 'x-nstree.made'"},
		{"/a /b tmpfs X-mount.foo=1", "unknown option 'X-mount.foo'"},
		{"/a /b tmpfs x-systemd.requires=a", "unknown option 'x-systemd.requires'"},
		{"/a /b tmpfs x-nstree.create", "does not go with a filesystem's row"},
		{"/a /b none bind,x-nstree.mounted=a", "'a' is not an absolute path"},
		{"/a /b none bind,x-nstree.mounted=/a/..", "write x-nstree.mounted=/scratch"},
		{"/a /b none bind,x-nstree.mounted=", "'' is not an absolute path"},
		{"/a /b tmpfs x-nstree.mounted", "does not go with a filesystem's row"},
		{"/a /b tmpfs x-nstree.upper=1m", "goes with type overlay alone"},
		{"/a /b none bind,x-nstree.upper=1m", "does not go with a bind row"},
		{"/a /b overlay x-nstree.upper", "write x-nstree.upper=256m"},
		{"/a /b overlay x-nstree.upper=", "write x-nstree.upper=256m"},
		{"/a /b tmpfs slave", "does not go with"},
		{"/a /b none bind,ro=1", "'ro' takes no value"},
		{"/a /b none bind,nofail=1", "'nofail' takes no value"},
		{"/a /b none bind=1", "'bind' takes no value"},
		{"/a /b none bind,X-mount.owner", "needs a value: write X-mount.owner="},
		{"/a /b none bind,X-mount.group", "needs a value: write X-mount.group="},
		{"/a /b none bind,X-mount.mode", "needs a value: write X-mount.mode="},
		{"/a /b none bind,X-mount.subdir", "needs a value: write X-mount.subdir="},
		{"/a /b none bind,X-mount.mkdir=", "'' is not an octal mode"},
		{"/a /b none bind,X-mount.mkdir=0789", "'0789' is not an octal mode"},
		{"/a /b none bind,X-mount.mkdir=-1", "'-1' is not an octal mode"},
		{"/a /b none bind,X-mount.mode=10000", "above 7777"},
		{"/a /b none bind,x-nstree.create=77777777777777777777777", "above 7777"},
		{"/a /b none bind,X-mount.owner=no-such-user", "no user 'no-such-user'"},
		{"/a /b none bind,X-mount.group=no-such-group", "no group 'no-such-group'"},
		{"/a /b none bind,X-mount.owner=4294967295", "no user '4294967295'"},
		{"/a /b none bind,X-mount.group=4294967296", "no group '4294967296'"},
		{"/a /b none bind,X-mount.owner=", "no user ''"},
		{"/a /b ext4 X-mount.subdir=a/../b", "beneath the mount"},
		{"/a /b ext4 X-mount.subdir=/", "beneath the mount"},
		{"/a /b none bind,x-nstree.remove", "takes away what x-nstree.create made"},
		{"/a /b none bind,x-nstree.remove=1,x-nstree.create", "takes no value"},
		{"/a /b tmpfs x-nstree.remove", "does not go with a filesystem's row"},
		{"/a /b none bind,x-nstree.remove,x-nstree.create,X-mount.owner=root",
		 "is for a directory of the session's user"},
		{"/a /b none bind,x-nstree.remove,x-nstree.create,X-mount.group=0",
		 "is for a directory of the session's user"},
		{"/a /b none bind,x-nstree.create=1000", "mode '1000' gives nobody access"},
		{"/a /b none bind,x-nstree.create=3000", "mode '3000' gives nobody access"},
		{"/a /b none bind,X-mount.idmap=x", "it is not supported"},
		{"/a /b none bind,x-mount.mkdir", "capital X"},
		{"/a /b none bind,shared", "show on the host"},
		{"/a /b none bind,rshared", "show on the host"},
		{"/a /b none bind,unbindable", "write private"},
		{"/a /b none bind,remount", "'remount'"},
		{"/a /b none move", "write bind or rbind"},
		{"/a /b ext4 loop", "erofs"},
		{"/a /b ext4 user", "root alone"},
		{"/a /b ext4 users", "root alone"},
		{"/a /b ext4 owner", "root alone"},
		{"/a /b ext4 group", "root alone"},
		{"/a /b ext4 noauto", "leave the row out"},
		{"/a /b ext4 auto", "every row"},
		{"/a /b ext4 _netdev", "order"},
		{"/a /b ext4 norelatime", "strictatime"},
		{"x /dev nstree.dev nodev", "would not open"},
		{"x /dev nstree.dev devices", "write devices=fuse:dri:nvidia*"},
		{"x /dev nstree.dev devices=", "'' in devices= is no name"},
		{"x /dev nstree.dev devices=fuse:", "'' in devices= is no name"},
		{"x /dev nstree.dev devices=/dev/fuse", "'/dev/fuse' in devices= is no name"},
		{"x /dev nstree.dev devices=../etc", "'../etc' in devices= is no name"},
		{"x /dev nstree.dev devices=snd/", "'snd/' in devices= is no name"},
		{"x /dev nstree.dev devices=*/card0", "a pattern for a directory"},
		{"x /dev nstree.dev devices=shm/a*", "where every user can write"},
		{"/a /b none bind,devices=fuse", "does not go with a bind row"},
		{"x /dev nstree.dev mode=755", "unknown option 'mode' on an nstree.dev row"},
		{"x /dev nstree.dev X-mount.mode=755", "does not go with an nstree.dev row"},
		{"x /l nstree.symlink ro", "symbolic link"},
		{"x /l nstree.symlink X-mount.mkdir", "does not go with an nstree.symlink row"},
		{"x /l nstree.symlink foo", "unknown option 'foo' on an nstree.symlink row"},
		{"/%x /b none bind", "unknown specifier '%x'"},
		{"/a /b% none bind", "unknown specifier '%': known are %u"},
		{"a /b tmpfs size=50%", "%% for a percent sign"},
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		snprintf(text, sizeof(text), ROOT "\n%s\n/ok /ok none bind\n", cases[i][0]);
		assert_refused(text, strlen(text), 3, cases[i][1]);
		/* The last line of a file without an end of line is no other. */
		snprintf(text, sizeof(text), ROOT "#\n%s", cases[i][0]);
		assert_refused(text, strlen(text), 3, cases[i][1]);
	}
}

static void test_refused_files(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		unsigned line;
		const char *words;
	} cases[] = {
		{TEXT(""), 0, "holds no row"},
		{TEXT("\n# nothing\n  \t\n"), 0, "holds no row"},
		{TEXT("/a /b none bind\n"), 1, "first row's target is '/b'"},
		{TEXT("x / nstree.dev\n"), 1, "the root must be"},
		{TEXT("x / nstree.symlink\n"), 1, "the root must be"},
		{TEXT("/a / none bind,nofail\n"), 1, "nofail on the root"},
		{TEXT("/a / none bind,X-mount.mkdir\n"), 1, "X-mount.mkdir on the root"},
		{TEXT("/a / none bind\n/b /b none bind\0,ro\n"), 2, "control character"},
		{TEXT("/a / none bind\n#\0\n"), 2, "control character"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_refused(cases[i].text, cases[i].size, cases[i].line, cases[i].words);
}

static void test_specifiers(void **state)
{
	struct subject subject = alice();
	struct error error = {0};
	char *text = NULL;

	(void)state;
	assert_int_equal(specifier_expand("%u,%U,%g,%G,%h,%s,%%u", &subject, &text, &error), 0);
	assert_string_equal(text, "alice,1234,root,0,/home/alice,sshd,%u");
	free(text);
	assert_int_equal(specifier_expand("", &subject, &text, &error), 0);
	assert_string_equal(text, "");
	free(text);
}

static void test_id(void **state)
{
	struct subject subject = alice();
	struct error error = {0};
	char *text = NULL;

	(void)state;
	assert_int_equal(specifier_expand("/a/%i", &subject, &text, &error), 0);
	assert_string_equal(text, "/a/SESSION_ID");
	free(text);
	assert_int_equal(subject_make_id(&subject, &error), 0);
	assert_int_equal(strlen(subject.id), 16);
	assert_int_equal(strspn(subject.id, "0123456789abcdef"), 16);
	assert_int_equal(specifier_expand("%i%%", &subject, &text, &error), 0);
	assert_int_equal(strncmp(text, subject.id, 16), 0);
	assert_string_equal(text + 16, "%");
	free(text);
}

static void assert_not_expanded(const char *text, const struct subject *subject, const char *words)
{
	struct error error = {0};
	char *expanded = NULL;

	assert_int_equal(specifier_expand(text, subject, &expanded, &error), -EINVAL);
	assert_null(expanded);
	assert_non_null(strstr(error.words, words));
}

static void test_bad_names(void **state)
{
	static char *const names[] = {"", ".", "..", "a/b", "/"};
	static char *const homes[] = {"", "home/alice", "/home/../etc", "/home/alice/.."};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct subject subject = alice();

		subject.user = names[i];
		assert_not_expanded("/x%u", &subject, "%u is '");
		subject.service = names[i];
		assert_not_expanded("/x%s", &subject, "%s is '");
	}
	for (size_t i = 0; i < COUNT(homes); i++) {
		struct subject subject = alice();

		subject.home = homes[i];
		assert_not_expanded("%h", &subject, "%h is '");
	}
}

static void test_variables(void **state)
{
	static char *bad[] = {"V=",    "V=.",	 "V=..",  "V=a/b",  "V=a b",	  "V=a:b",
			      "V=a,b", "V=a\\b", "V=a%b", "V=a\nb", "V=\xc3\xa4", "V=\"a"};
	static char *good[] = {"V=12", "V=1.host-2_3@x+y", "V=...", "V=-"};
	static const char *const unnamed[] = {"%{}",	"%{",	 "%{V",	 "%{1}",
					      "%{V W}", "%{V=}", "%{V/}"};
	char long_value[2 + 256 + 1] = "V=", *list[] = {"W=1", NULL, "VV=3", NULL};
	struct subject subject = alice();
	struct error error = {0};
	char *text = NULL;

	(void)state;
	/* Before a login nobody knows a value. */
	assert_int_equal(specifier_expand("/a/%{V}", &subject, &text, &error), 0);
	assert_string_equal(text, "/a/V");
	free(text);
	subject.environment = list;
	for (size_t i = 0; i < COUNT(good); i++) {
		list[1] = good[i];
		assert_int_equal(specifier_expand("<%{V}>%{W}%{VV}", &subject, &text, &error), 0);
		assert_int_equal(strlen(text), strlen(good[i]) - 2 + 4);
		assert_int_equal(strncmp(text + 1, good[i] + 2, strlen(good[i]) - 2), 0);
		free(text);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		list[1] = bad[i];
		assert_not_expanded("/a/%{V}", &subject, "%{V} is '");
	}
	memset(long_value + 2, 'x', 256);
	list[1] = long_value;
	assert_not_expanded("/a/%{V}", &subject, "%{V} is '");
	for (size_t i = 0; i < COUNT(unnamed); i++)
		assert_not_expanded(unnamed[i], &subject, "names no variable");
	list[1] = NULL;
	assert_not_expanded("/a/%{V}", &subject, "%{V} has no value");
	assert_not_expanded("/a/%{w}", &subject, "%{w} has no value");
}

/* A rule's tree is the site's to choose. */
static void test_tree_names(void **state)
{
	struct subject subject = alice();
	struct error error = {0};
	char *text = NULL;

	(void)state;
	assert_int_equal(specifier_expand_tree_name("%u-%%i", &subject, &text, &error), 0);
	assert_string_equal(text, "alice-%i");
	free(text);
	assert_int_equal(specifier_expand_tree_name("%i", &subject, &text, &error), -EINVAL);
	assert_non_null(strstr(error.words, "do not go with a tree's name"));
	assert_int_equal(specifier_expand_tree_name("%{V}", &subject, &text, &error), -EINVAL);
}

/* A name is data: what it holds is no blank, comma, quote or specifier of the file's. */
static void test_no_injection(void **state)
{
	static char *const names[] = {"a b", "a,suid", "%h", "a\\040b", "\"a", "#a", "a\nb"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct subject subject = alice();
		struct tree *tree;
		char path[64];

		subject.user = names[i];
		snprintf(path, sizeof(path), "/x/%s", names[i]);
		tree = read_good(ROOT "/x/%u /x/%u tmpfs k=%u,nosuid\n", &subject);
		assert_int_equal(tree->n_rows, 2);
		assert_string_equal(tree->rows[1].source, path);
		assert_string_equal(tree->rows[1].target, path);
		assert_int_equal(tree->rows[1].n_options, 1);
		assert_string_equal(tree->rows[1].options[0].value, names[i]);
		assert_int_equal(tree->rows[1].attributes_set, MOUNT_ATTR_NOSUID);
		assert_int_equal(tree->rows[1].attributes_clear, 0);
		tree_free(tree);
	}
}

static void test_home_is_root(void **state)
{
	struct subject subject = alice();
	const char *text = ROOT "/a %h none bind\n";
	struct tree *tree;
	struct error error;

	(void)state;
	subject.home = "/";
	assert_int_equal(read_bytes(text, strlen(text), &subject, &tree, &error), -EPERM);
	assert_non_null(strstr(error.words, "the home directory of alice is '/'"));
	assert_int_equal(error.line, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_design),	     cmocka_unit_test(test_flags),
		cmocka_unit_test(test_rows),	     cmocka_unit_test(test_devices),
		cmocka_unit_test(test_host_devices), cmocka_unit_test(test_devices_of_a_filesystem),
		cmocka_unit_test(test_refused_rows), cmocka_unit_test(test_refused_files),
		cmocka_unit_test(test_specifiers),   cmocka_unit_test(test_bad_names),
		cmocka_unit_test(test_id),	     cmocka_unit_test(test_variables),
		cmocka_unit_test(test_tree_names),   cmocka_unit_test(test_no_injection),
		cmocka_unit_test(test_home_is_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
