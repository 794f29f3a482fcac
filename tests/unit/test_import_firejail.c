/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree import: a profile of firejail, what it includes, and the rule and the rows for it. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "firejailrows.h"
#include "import.h"
#include "import_firejail.h"
#include "scratch.h"

#define POLICY "out/nstree.conf"
#define TREE "out/nstree.d/firejail.fstab"

static const char *const made[] = {
	POLICY,	 TREE,	       "out/nstree.d/hidden", "out/nstree.d", "out",	    "a.profile",
	"b.inc", "circle.inc", "place/dir/file",      "place/dir",    "place/file", "place/link",
	"place",
};

/* Writes TEXT, in which @ is the directory, to the file NAME. */
static void write_profile(const char *name, const char *text)
{
	FILE *stream = fopen(in_scratch(name), "w");

	assert_non_null(stream);
	for (; *text; text++)
		if (*text == '@')
			fputs(scratch, stream);
		else
			fputc(*text, stream);
	assert_int_equal(fclose(stream), 0);
}

/* Imports the profile TEXT with so many WARNINGS and ERRORS. */
static void import_profile(const char *text, unsigned warnings, unsigned errors)
{
	struct report *report = report_new();
	char output[PATH_MAX], file[PATH_MAX];
	struct error error = {0};

	write_profile("a.profile", text);
	snprintf(file, sizeof(file), "%s", in_scratch("a.profile"));
	snprintf(output, sizeof(output), "%s", in_scratch("out"));
	for (size_t i = 0; i < 3; i++)
		remove(in_scratch(made[i]));
	assert_int_equal(import_policy(file, output, report, &error), 0);
	if (report_count(report, SEVERITY_WARNING) != warnings)
		report_print(report, SEVERITY_ALL, stderr, false);
	assert_int_equal(report_count(report, SEVERITY_WARNING), warnings);
	assert_int_equal(report_count(report, SEVERITY_ERROR), errors);
	report_free(report);
}

/* Takes the lines with /run/user out of TEXT, where this machine has no such directory. */
static void drop_runtime(char *text)
{
	char *found;

	while (access("/run/user", F_OK) < 0 && (found = strstr(text, "/run/user"))) {
		char *end = found + strcspn(found, "\n");

		while (found > text && found[-1] != '\n')
			found--;
		memmove(found, end + (*end != '\0'), strlen(end + (*end != '\0')) + 1);
	}
}

/* The output NAME has WANTED, in which @ is the directory, where HAS is true. */
static void assert_has(const char *name, const char *wanted, bool has)
{
	FILE *stream = fopen(in_scratch(name), "r");
	char text[16384] = "", expanded[4096] = "";
	size_t length = 0;

	assert_non_null(stream);
	assert_true(fread(text, 1, sizeof(text) - 1, stream) > 0);
	fclose(stream);
	for (; *wanted; wanted++)
		length += (size_t)snprintf(expanded + length, sizeof(expanded) - length, "%.*s",
					   *wanted == '@' ? (int)strlen(scratch) : 1,
					   *wanted == '@' ? scratch : wanted);
	drop_runtime(expanded);
	if ((strstr(text, expanded) != NULL) != has)
		fail_msg("wanted %s'%s' in '%s'", has ? "" : "no ", expanded, text);
}

static void the_hosts_tree_is_the_base(void **state)
{
	(void)state;
	import_profile("# nothing\n", 0, 0);
	assert_has(TREE,
		   "# source  target  type  options\n"
		   "/  /  none  rbind,slave\n"
		   "/usr  /usr  none  rbind,ro\n"
		   "/etc  /etc  none  rbind,ro\n"
		   "/var  /var  none  rbind,ro\n"
		   "proc  /proc  proc  hidepid=ptraceable,nosuid,nodev,noexec\n"
		   "tmpfs  /home  tmpfs  mode=0755,size=64k,ro,nosuid,nodev\n"
		   "tmpfs  /run/user  tmpfs  mode=0755,size=64k,ro,nosuid,nodev\n"
		   "/run/user/%U  /run/user/%U  none  rbind,nofail,nosuid,nodev,X-mount.mkdir\n"
		   "%h  %h  none  rbind,nosuid,nodev,X-mount.mkdir\n"
		   "tmpfs  /var/tmp  tmpfs  mode=1777,nosuid,nodev\n"
		   "tmpfs  /run/user/%U/gnupg  tmpfs  mode=0,size=4k,ro,nofail,nosuid,nodev,"
		   "noexec\n",
		   true);
	import_profile("writable-etc\nwritable-var\nwritable-run-user\nallusers\nkeep-var-tmp\n", 0,
		       0);
	assert_has(TREE,
		   "options\n"
		   "/  /  none  rbind,slave\n"
		   "/usr  /usr  none  rbind,ro\n"
		   "proc  /proc  proc  hidepid=ptraceable,nosuid,nodev,noexec\n"
		   "tmpfs  /run/user  tmpfs  mode=0755,size=64k,ro,nosuid,nodev\n"
		   "/run/user/%U  /run/user/%U  none  rbind,nofail,nosuid,nodev,X-mount.mkdir\n"
		   "%h  %h  none  rbind,nosuid,nodev\n"
		   "/var/tmp  /var/tmp  none  rbind,nosuid,nodev\n",
		   true);
	assert_has(POLICY, "#WHO                     *       firejail       isolate=pid\n", true);
}

static void what_is_private_is_made(void **state)
{
	(void)state;
	import_profile(
		"private\nprivate-tmp\nprivate-dev\nno3d\nnotv\n"
		"private-etc passwd,group,no-such-file\nprivate-srv\nblacklist /proc/version\n",
		0, 0);
	assert_has(TREE, "\ntmpfs  %h  tmpfs  mode=0700,uid=%U,gid=%G,nosuid,nodev,X-mount.mkdir\n",
		   true);
	assert_has(TREE,
		   "\ntmpfs  /tmp  tmpfs  mode=1777,nosuid,nodev\n"
		   "/tmp/.X11-unix  /tmp/.X11-unix  none  rbind,nofail,nosuid,nodev,"
		   "X-mount.mkdir\n"
		   "nstree  /dev  nstree.dev  devices=hidraw*:snd:sr*:usb:video*,nofail,nosuid,"
		   "noexec\n"
		   "tmpfs  /etc  tmpfs  mode=0755,ro,nosuid,nodev\n"
		   "/etc/passwd  /etc/passwd  none  rbind,ro,nofail,nosuid,nodev,X-mount.mkdir\n"
		   "/etc/group  /etc/group  none  rbind,ro,nofail,nosuid,nodev,X-mount.mkdir\n"
		   "tmpfs  /srv  tmpfs  mode=0755,nosuid,nodev\n",
		   true);
	assert_has(TREE, "# a.profile:6: private-etc: this machine has no /etc/no-such-file\n",
		   true);
	/* Without it nothing would be hidden, and there is no session. */
	assert_has(TREE,
		   "\n/etc/security/nstree.d/hidden  /etc/security/nstree.d/hidden  none  "
		   "rbind,ro,nosuid,nodev,X-mount.mkdir\n",
		   true);
	import_profile("private-etc a/b,..,@group\n", 3, 0);
	import_profile("whitelist x${HOME}\n", 1, 0);
	assert_has(TREE, "# No equivalent: 'whitelist x%h': it is no absolute path", true);
	import_profile("private /srv/home\n", 0, 0);
	assert_has(TREE, "\n/srv/home  %h  none  rbind,nosuid,nodev,X-mount.mkdir\n", true);
}

static void whitelists_empty_what_is_above(void **state)
{
	(void)state;
	import_profile("nowhitelist ~/.b\nwhitelist ${HOME}/.a/b/c\nwhitelist ${HOME}/.b\n"
		       "whitelist-ro ${DOWNLOADS}\nwhitelist ${RUNUSER}/bus\n"
		       "whitelist @/place/dir\nwhitelist @/nothing\nblacklist ${HOME}/.z\n",
		       0, 0);
	assert_has(
		TREE,
		"\ntmpfs  %h/.a  tmpfs  mode=0700,uid=%U,gid=%G,nosuid,nodev,X-mount.mkdir\n"
		"tmpfs  %h/.a/b  tmpfs  mode=0700,uid=%U,gid=%G,nosuid,nodev,X-mount.mkdir\n"
		"%h/.a/b/c  %h/.a/b/c  none  rbind,nofail,nosuid,nodev,X-mount.mkdir\n"
		"tmpfs  /run/user/%U  tmpfs  mode=0700,uid=%U,gid=%G,nosuid,nodev,X-mount.mkdir\n"
		"/run/user/%U/bus  /run/user/%U/bus  none  rbind,nofail,nosuid,nodev,"
		"X-mount.mkdir\n"
		"tmpfs  /tmp  tmpfs  mode=1777,nosuid,nodev\n"
		"@/place/dir  @/place/dir  none  rbind,nofail,nosuid,nodev,X-mount.mkdir\n"
		"%h/Downloads  %h/Downloads  none  rbind,ro,nofail,nosuid,nodev,X-mount.mkdir\n",
		true);
	assert_has(TREE, "# a.profile:7: whitelist @/nothing: this machine has none\n", true);
	/* Nothing of the host's is there. */
	assert_has(TREE, "%h/.z", false);
	/* The place of a row that another replaces is made as well. */
	import_profile("keep-var-tmp\nwhitelist /var/tmp\n", 0, 0);
	assert_has(TREE,
		   "\ntmpfs  /var  tmpfs  mode=0755,ro,nosuid,nodev\n"
		   "/var/tmp  /var/tmp  none  rbind,nosuid,nodev,X-mount.mkdir\n",
		   true);
	import_profile("whitelist /tmp\n", 1, 0);
	assert_has(TREE, "'whitelist /tmp': it is a directory that whitelist empties", true);
}

static void blacklists_hide(void **state)
{
	(void)state;
	import_profile("noblacklist @/place/d*\nblacklist @/place/dir\nblacklist @/place/f*\n"
		       "blacklist @/place/link\nblacklist ${HOME}/.a\nblacklist ~/.a\n"
		       "blacklist ${HOME}/.b*\n",
		       1, 0);
	assert_has(TREE, "place/dir", false);
	assert_has(TREE,
		   "\n/etc/security/nstree.d/hidden  @/place/file  none  "
		   "rbind,ro,nofail,nosuid,nodev,noexec\n"
		   "tmpfs  %h/.a  tmpfs  mode=0,size=4k,ro,nofail,nosuid,nodev,noexec\n"
		   "/etc/security/nstree.d/hidden  %h/.a  none  "
		   "rbind,ro,nofail,nosuid,nodev,noexec\n"
		   "tmpfs  /run/user/%U/gnupg",
		   true);
	assert_has(TREE, "'blacklist %h/.b*': a row has no patterns", true);
	assert_has("out/nstree.d/hidden", "In the place of", true);
	import_profile("read-only ~/.a/b\nblacklist ~/.a\n", 0, 0);
	assert_has(TREE, "%h/.a/b", false);
	import_profile("blacklist @/place/dir\ntmpfs ~/.t\nbind @/place,/mnt\ndbus-user none\n", 0,
		       0);
	assert_has(TREE,
		   "\ntmpfs  @/place/dir  tmpfs  mode=0,size=4k,ro,nofail,nosuid,nodev,noexec\n"
		   "tmpfs  %h/.t  tmpfs  mode=0700,uid=%U,gid=%G,nofail,nosuid,nodev\n"
		   "@/place  /mnt  none  rbind\n"
		   "tmpfs  /run/user/%U/bus  tmpfs  mode=0,",
		   true);
}

static void changes_are_of_what_is_beneath(void **state)
{
	(void)state;
	import_profile("noexec ${HOME}\nread-only ~/.a/b\nread-only ~/.a\nread-write ~/.a/b/c\n"
		       "read-only @/place\nblacklist @/place/file\n",
		       0, 0);
	assert_has(TREE, "\n%h  %h  none  rbind,nosuid,nodev,noexec,X-mount.mkdir\n", true);
	assert_has(TREE,
		   "\n%h/.a  %h/.a  none  rbind,ro,nofail,nosuid,nodev,noexec\n"
		   "%h/.a/b  %h/.a/b  none  rbind,ro,nofail,nosuid,nodev,noexec\n"
		   "%h/.a/b/c  %h/.a/b/c  none  rbind,nofail,nosuid,nodev,noexec\n"
		   "@/place  @/place  none  rbind,ro,nofail\n"
		   "/etc/security/nstree.d/hidden  @/place/file",
		   true);
	/* What is the session's own, and what is emptied, has the flags without a row. */
	import_profile("private-tmp\nread-only ${HOME}/.a\nread-only /tmp\nnoexec ${HOME}/.a/b\n"
		       "whitelist ${HOME}/.a\nread-only ${HOME}/.c\n",
		       0, 0);
	assert_has(TREE, "\ntmpfs  /tmp  tmpfs  mode=1777,ro,nosuid,nodev\n", true);
	assert_has(TREE,
		   "\n%h/.a  %h/.a  none  rbind,ro,nofail,nosuid,nodev,X-mount.mkdir\n"
		   "tmpfs  /var/tmp  tmpfs  mode=1777,nosuid,nodev\n"
		   "%h/.a/b  %h/.a/b  none  rbind,ro,nofail,nosuid,nodev,noexec\n",
		   true);
	assert_has(TREE, "%h/.c", false);
}

/* A row for a directory comes before those beneath it, which it would cover. */
static void rows_are_put_before_what_they_would_cover(void **state)
{
	struct firejail_rows rows = {0};

	(void)state;
	firejailrows_add(&rows, "/", "/", "none", "", 0);
	firejailrows_add(&rows, NULL, "/a/b", "tmpfs", "", 0);
	firejailrows_add(&rows, "/x", "/a/c", "none", "", FIREJAIL_NOFAIL);
	firejailrows_change(&rows, "/a", FIREJAIL_RO, 0);
	firejailrows_add_changed(&rows);
	assert_int_equal(rows.n_items, 4);
	assert_string_equal(rows.items[1].target, "/a");
	assert_string_equal(rows.items[2].target, "/a/b");
	firejailrows_add(&rows, "/y", "/a/c", "none", "", FIREJAIL_NOFAIL);
	firejailrows_drop_hidden(&rows);
	assert_int_equal(rows.n_items, 5);
	firejailrows_add(&rows, "/z", "/a", "none", "", 0);
	firejailrows_drop_hidden(&rows);
	assert_int_equal(rows.n_items, 2);
	assert_string_equal(rows.items[1].source, "/z");
	firejailrows_clear(&rows);
}

static void includes_are_read(void **state)
{
	(void)state;
	write_profile("b.inc", "ignore seccomp\nprivate-tmp # this\ninclude none.local\n");
	import_profile("seccomp\ninclude b.inc\nseccomp\nnet none\n", 1, 0);
	assert_has(TREE, "\ntmpfs  /tmp  tmpfs", true);
	assert_has(POLICY, "firejail       isolate=pid net=none\n", true);
	write_profile("b.inc", "bogus\n");
	import_profile("include /nowhere/b.inc\n", 1, 0);
	assert_has(POLICY, "# No equivalent: 'bogus': no command of firejail-profile(5)", true);
	import_profile("include none.inc\n", 0, 1);
	write_profile("circle.inc", "include circle.inc\n");
	import_profile("include circle.inc\n", 0, 1);
	/* Not 3 to the power of the depth. */
	write_profile("circle.inc", "include circle.inc\ninclude circle.inc\ninclude circle.inc\n");
	import_profile("include circle.inc\n", 0, 3);
	assert_true(import_firejail_is("/x/y.profile"));
	assert_false(import_firejail_is("/x.profile/y"));
}

static void too_many_rows_are_told(void **state)
{
	char profile[16384] = "";
	size_t length = 0;

	(void)state;
	for (int i = 0; i < 450; i++)
		length += (size_t)snprintf(profile + length, sizeof(profile) - length,
					   "blacklist ${HOME}/.x%d\n", i);
	import_profile(profile, 1, 0);
	assert_has(TREE, " rows: while a session is built each has a file open", true);
}

static void isolation_is_the_rules(void **state)
{
	static const struct {
		const char *profile, *rule;
		unsigned warnings;
	} cases[] = {
		{"nonewprivs\n", "isolate=nnp+pid\n", 0},
		{"noroot\n", "isolate=nnp+pid\n", 0},
		{"caps.drop all\n", "isolate=nnp+pid\n", 0},
		{"caps.drop net_raw\n", "isolate=nnp+pid\n", 1},
		{"ipc-namespace\n", "isolate=ipc+pid\n", 0},
		{"restrict-namespaces\n", "isolate=userns+pid\n", 0},
		{"restrict-namespaces net\n", "isolate=pid\n", 1},
		{"netns lab\n", "isolate=pid net=lab\n", 0},
		{"net eth0\n", "isolate=pid\n", 1},
		{"quiet\ntracelog\nname x\n", "isolate=pid\n", 0},
		{"seccomp.drop x\nrlimit-as 1\nmkdir ~/x\n", "isolate=pid\n", 3},
		{"?HAS_X11: private-tmp\n", "isolate=pid\n", 1},
		{"x11 xorg\ndbus-user filter\nprivate-lib\n", "isolate=pid\n", 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		import_profile(cases[i].profile, cases[i].warnings, 0);
		assert_has(POLICY, cases[i].rule, true);
	}
	import_profile("tab\nseccomp\n", 2, 0);
	assert_has(POLICY, "# No equivalent: 'seccomp': no filter of the site's", true);
}

static int make_places(void **state)
{
	(void)state;
	if (!mkdtemp(scratch) || mkdir(in_scratch("place"), 0755) < 0 ||
	    mkdir(in_scratch("place/dir"), 0755) < 0)
		return -1;
	write_profile("place/dir/file", "");
	write_profile("place/file", "");
	return symlink("file", in_scratch("place/link"));
}

static int remove_places(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++)
		remove(in_scratch(made[i]));
	return rmdir(scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hosts_tree_is_the_base),
		cmocka_unit_test(what_is_private_is_made),
		cmocka_unit_test(whitelists_empty_what_is_above),
		cmocka_unit_test(blacklists_hide),
		cmocka_unit_test(changes_are_of_what_is_beneath),
		cmocka_unit_test(rows_are_put_before_what_they_would_cover),
		cmocka_unit_test(includes_are_read),
		cmocka_unit_test(too_many_rows_are_told),
		cmocka_unit_test(isolation_is_the_rules),
	};

	return cmocka_run_group_tests(tests, make_places, remove_places);
}
