/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree import: the command line of bwrap, its words, and the rule and the rows for it. */
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

#include "bwrapline.h"
#include "import.h"
#include "import_bwrap.h"
#include "scratch.h"

static const char *const outputs[] = {"out/nstree.d/bwrap.fstab", "out/nstree.d/hidden",
				      "out/nstree.conf"};

/* The words of TEXT, each with its line, those that are not clear after a '?', and the others. */
static void assert_words(const char *text, const char *wanted)
{
	struct bwrapline line;
	char words[1024] = "";
	size_t length = 0;

	assert_int_equal(bwrapline_read(text, strlen(text), &line), 1);
	for (size_t i = 0; i < line.words.n_items; i++)
		length += (size_t)snprintf(words + length, sizeof(words) - length, "%u%s<%s>",
					   line.words.items[i].line,
					   line.words.items[i].unclear ? "?" : "",
					   line.words.items[i].text);
	for (size_t i = 0; i < line.others.n_items; i++)
		length += (size_t)snprintf(words + length, sizeof(words) - length, "%u!<%s>",
					   line.others.items[i].line, line.others.items[i].text);
	assert_string_equal(words, wanted);
	bwrapline_clear(&line);
}

static void words_are_the_shells(void **state)
{
	struct bwrapline line;

	(void)state;
	assert_words("bwrap --a b", "1<--a>1<b>");
	assert_words("#!/bin/sh\n\nX=1 exec /usr/bin/bwrap \\\n  --a # no\n--b", "4<--a>5!<--b>");
	assert_words("(bwrap -'a b'\"c $HOME\\\"\"\\ d ''; ls -l)", "1<-a bc %h\" d>1<>1!<ls -l)>");
	assert_words("bwrap - ~ ~/x a~ ${HOME} $UID `id -u` $(id -g) $HOMES $ 9%",
		     "1<->1<%h>1<%h/x>1<a~>1<%h>1<%U>1<%U>1<%G>1?<$HOMES>1<$>1<9%%>");
	assert_words("bwrap -a \"$@\" '$HOME' b* \"x\ny\" 3</etc/passwd -c 4< <(a (b)) >&2\nset -e",
		     "1<-a>1?<$@>1<$HOME>1?<b*>1<x\ny>2<-c>2!<</etc/passwd -c 4< <(a (b)) >&2>"
		     "2!<< <(a (b)) >&2>2!<>&2>");
	assert_words("bwrap -a\nbwrap -b", "1<-a>2!<bwrap -b>");
	assert_words("bwrap -a 'b", "1<-a>1?<b>");
	assert_int_equal(bwrapline_read("/tmp /i/ user\necho bwrap -x\nbwrap x", 36, &line), 0);
	bwrapline_clear(&line);
}

/* Imports COMMAND with so many WARNINGS and ERRORS. */
static void import_command(const char *command, unsigned warnings, unsigned errors)
{
	struct report *report = report_new();
	char output[PATH_MAX], file[PATH_MAX];
	struct error error = {0};
	FILE *stream = fopen(in_scratch("sandbox"), "w");

	assert_non_null(stream);
	fprintf(stream, "bwrap %s\n", command);
	assert_int_equal(fclose(stream), 0);
	snprintf(file, sizeof(file), "%s", in_scratch("sandbox"));
	snprintf(output, sizeof(output), "%s", in_scratch("out"));
	for (size_t i = 0; i < sizeof(outputs) / sizeof(*outputs); i++)
		remove(in_scratch(outputs[i]));
	assert_int_equal(import_policy(file, output, report, &error), 0);
	assert_int_equal(report_count(report, SEVERITY_WARNING), warnings);
	assert_int_equal(report_count(report, SEVERITY_ERROR), errors);
	report_free(report);
}

/* The output NAME has WANTED. */
static void assert_output(const char *name, const char *wanted)
{
	FILE *stream = fopen(in_scratch(name), "r");
	char text[8192] = "";

	assert_non_null(stream);
	assert_true(fread(text, 1, sizeof(text) - 1, stream) > 0);
	fclose(stream);
	if (!strstr(text, wanted))
		fail_msg("wanted '%s' in '%s'", wanted, text);
}

/* COMMAND without a warning becomes ROWS, after the heading. */
static void assert_rows(const char *command, const char *rows)
{
	char wanted[2048];

	import_command(command, 0, 0);
	snprintf(wanted, sizeof(wanted), "# source  target  type  options\n%s", rows);
	assert_output(outputs[0], wanted);
}

#define PLAIN_ROOT "tmpfs  /  tmpfs  mode=0755,size=1m,ro,nosuid,nodev\n"

static void mounts_are_rows(void **state)
{
	(void)state;
	assert_rows("--ro-bind /usr /usr --bind-try $HOME ~ --symlink usr/lib lib --proc /proc "
		    "--mqueue /dev/mqueue",
		    PLAIN_ROOT
		    "/usr  /usr  none  rbind,ro,nosuid,nodev,X-mount.mkdir\n"
		    "%h  %h  none  rbind,nofail,nosuid,nodev,X-mount.mkdir\n"
		    "usr/lib  /lib  nstree.symlink\n"
		    "proc  /proc  proc  nosuid,nodev,noexec,hidepid=ptraceable,X-mount.mkdir\n"
		    "mqueue  /dev/mqueue  mqueue  nosuid,nodev,noexec,X-mount.mkdir\n");
	/* In the host's own tree nothing is made. */
	import_command("--dir /a --ro-bind / / --tmpfs /tmp --bind '/a b' /mnt --dir /mnt "
		       "--tmpfs /mnt/x --bind /y /mnt/x/./y//",
		       1, 0);

	assert_output(outputs[0], "# No equivalent: '--dir /a': a later mount on / covers it\n"
				  "/  /  none  rbind,ro,nosuid,nodev,slave\n"
				  "tmpfs  /tmp  tmpfs  mode=1777,nosuid,nodev\n"
				  "/a\\040b  /mnt  none  rbind,nosuid,nodev\n"
				  "tmpfs  /mnt/x  tmpfs  mode=0755,uid=%U,gid=%G,nosuid,nodev\n"
				  "/y  /mnt/x/y  none  rbind,nosuid,nodev,X-mount.mkdir\n");
	/* A '#' at the beginning of a row would make it a comment. */
	assert_rows("--symlink '#a' /b", PLAIN_ROOT "\\043a  /b  nstree.symlink\n");
	assert_rows("--overlay-src /a --overlay-src /b --ro-overlay /o --overlay-src /a "
		    "--tmp-overlay /p",
		    PLAIN_ROOT
		    "overlay  /o  overlay  lowerdir=/b:/a,ro,nosuid,nodev,X-mount.mkdir\n"
		    "overlay  /p  overlay  lowerdir=/a,x-nstree.upper=256m,nosuid,nodev,"
		    "X-mount.mkdir\n");
}

static void homes_are_in_what_is_made_for_them(void **state)
{
	(void)state;
	assert_rows("--ro-bind / / --tmpfs /home --bind $HOME $HOME --tmpfs ~/.cache",
		    "/  /  none  rbind,ro,nosuid,nodev,slave\n"
		    "tmpfs  /home  tmpfs  mode=0755,uid=%U,gid=%G,nosuid,nodev\n"
		    "%h  %h  none  rbind,nosuid,nodev,X-mount.mkdir\n"
		    "tmpfs  %h/.cache  tmpfs  mode=0755,uid=%U,gid=%G,nosuid,nodev\n");
	assert_rows("--ro-bind / / --tmpfs /tmp --bind $HOME $HOME",
		    "/  /  none  rbind,ro,nosuid,nodev,slave\n"
		    "tmpfs  /tmp  tmpfs  mode=1777,nosuid,nodev\n"
		    "%h  %h  none  rbind,nosuid,nodev\n");
}

static void places_of_one_user_are_remarked(void **state)
{
	(void)state;
	assert_rows("--tmpfs /home/alice/x --bind /home/bob /home/bob", PLAIN_ROOT
		    "# If /home/alice is the user's, write %h for it: each session has its own.\n"
		    "tmpfs  /home/alice/x  tmpfs  mode=0755,uid=%U,gid=%G,nosuid,nodev,"
		    "X-mount.mkdir\n"
		    "/home/bob  /home/bob  none  rbind,nosuid,nodev,X-mount.mkdir\n");
	assert_rows("--ro-bind-try /run/user/1000/bus /run/user/1000/bus", PLAIN_ROOT
		    "# If 1000 is the user's uid, write %U for it: each session has its own.\n"
		    "/run/user/1000/bus  /run/user/1000/bus  none  rbind,ro,nofail,nosuid,nodev,"
		    "X-mount.mkdir\n");
	assert_rows("--tmpfs /home --dir /home/$USER",
		    PLAIN_ROOT "tmpfs  /home  tmpfs  mode=0755,uid=%U,gid=%G,nosuid,nodev,"
			       "X-mount.mkdir\n"
			       "tmpfs  /home/%u  tmpfs  mode=0755,uid=%U,gid=%G,nosuid,nodev,"
			       "X-mount.mkdir\n");
}

static void what_is_made_has_a_mode(void **state)
{
	(void)state;
	assert_rows("--perms 0700 --size 4096 --tmpfs /a --tmpfs /b --chmod 0711 /b "
		    "--remount-ro /b --dir /etc --dir /c --dir /c/d --dir /c --symlink ../x /e/f",
		    PLAIN_ROOT
		    "tmpfs  /a  tmpfs  mode=0700,uid=%U,gid=%G,size=4096,nosuid,nodev,"
		    "X-mount.mkdir\n"
		    "tmpfs  /b  tmpfs  mode=0711,uid=%U,gid=%G,nosuid,nodev,ro,X-mount.mkdir\n"
		    "tmpfs  /etc  tmpfs  mode=0755,nosuid,nodev,X-mount.mkdir\n"
		    "tmpfs  /c  tmpfs  mode=0755,uid=%U,gid=%G,nosuid,nodev,X-mount.mkdir\n"
		    "tmpfs  /c/d  tmpfs  mode=0755,uid=%U,gid=%G,nosuid,nodev,X-mount.mkdir\n"
		    "tmpfs  /e  tmpfs  mode=0755,size=64k,nosuid,nodev,X-mount.mkdir\n"
		    "../x  /e/f  nstree.symlink\n");
}

static void devices_are_named(void **state)
{
	(void)state;
	assert_rows("--dev /dev --dev-bind /dev/dri /dev/dri --dev-bind /dev/fuse /dev/fuse "
		    "--dev-bind /sys /sys",
		    PLAIN_ROOT "nstree  /dev  nstree.dev  noexec,devices=dri:fuse,X-mount.mkdir\n"
			       "/sys  /sys  none  rbind,nosuid,X-mount.mkdir\n");
	assert_rows("--dev /dev --dev-bind-try /dev/kvm /dev/kvm", PLAIN_ROOT
		    "nstree  /dev  nstree.dev  noexec,devices=kvm,nofail,X-mount.mkdir\n");
	assert_rows("--ro-bind /dev/null /etc/x",
		    PLAIN_ROOT "/etc/security/nstree.d/hidden  /etc/x  none  rbind,ro,");
	assert_output(outputs[1], "# In the place of");
}

static void isolation_is_the_rules(void **state)
{
	(void)state;
	import_command("--unshare-pid --unshare-ipc --disable-userns --unshare-net "
		       "--die-with-parent --new-session -- /bin/sh",
		       0, 0);
	assert_output(outputs[2], "\n# Line 1: --die-with-parent is what isolate=pid does");
	assert_output(outputs[2], "\nroot                     *       -\n"
				  "#WHO                     *       bwrap          "
				  "isolate=nnp+ipc+userns+pid net=none\n"
				  "*                        *       -\n");
	import_command("--unshare-all --share-net", 1, 0);
	assert_output(outputs[2], "bwrap          isolate=nnp+ipc+pid\n");
	import_command("--share-net --unshare-net --proc /proc", 0, 0);
	assert_output(outputs[2], "bwrap          isolate=nnp net=none\n");
}

static void what_no_row_says_is_noted(void **state)
{
	static const struct {
		const char *command, *words;
		int output; /* which has it */
	} cases[] = {
		{"--setenv A 'b c'", "'--setenv A b c': set up the environment", 2},
		{"--chdir /x", "'--chdir /x': a session begins in", 2},
		{"--uid 0", "'--uid 0': a session has the ids", 2},
		{"--die-with-parent", "'--die-with-parent': processes stay", 2},
		{"-- firefox", "'firefox' is not run", 2},
		{"\"${more[@]}\"", "'${more[@]}': what the shell puts in", 2},
		{"-- 3</etc/passwd", "'</etc/passwd' is not part of", 2},
		{"--file 11 /etc/passwd", "'--file 11 /etc/passwd': what is in a descriptor", 0},
		{"--bind $X /y", "'--bind $X /y': what the shell puts in", 0},
		{"--bind x /y", "'--bind x /y': the source is no absolute path", 0},
		{"--bind /x/../z /y", "'--bind /x/../z /y': a path with '..'", 0},
		{"--dev-bind /dev/a /x", "'--dev-bind /dev/a /x': a device is no source", 0},
		{"--bind / / --dir /x", "'--dir /x': what is above it is the host's", 0},
		{"--bind / / --symlink a /x", "'--symlink a /x': the link would be made", 0},
		{"--symlink a /x --tmpfs /x/y", "'--tmpfs /x/y': the target leads through", 0},
		{"--chmod 0700 /x", "'--chmod 0700 /x': only what a row makes", 0},
		{"--remount-ro /x", "'--remount-ro /x': nothing is mounted there", 0},
		{"--overlay /u /w /x", "'--overlay /u /w /x': its upper layer", 0},
		{"--ro-overlay /x", "'--ro-overlay /x': --overlay-src is missing", 0},
		{"--proc /", "'--proc /': the root of a tree is", 0},
		{"--tmpfs 'a\nb'", "'--tmpfs a?b': a row has no control characters", 0},
		{"--perms 0755,uid=0 --tmpfs /x", "'--tmpfs /x': a mode is octal", 0},
		{"--perms '0755\n/ /y none rbind' --tmpfs /x", "'--tmpfs /x': a mode is octal", 0},
		{"--perms $X --tmpfs /x", "'--tmpfs /x': a mode is octal", 0},
		{"--size 0 --tmpfs /x", "'--tmpfs /x': a mode is octal", 0},
		{"--size 1k --tmpfs /x", "'--tmpfs /x': a mode is octal", 0},
		{"--tmpfs /x --chmod 0700,x /x", "mode=0755,uid=%U,gid=%G,nosuid", 0},
		{"--tmpfs /x --chmod 0700,x /x", "'--chmod 0700,x /x': a mode is octal", 0},
		{"--symlink '' /x", "'--symlink  /x': a link without a text", 0},
		{"--symlink a $HOME", "'--symlink a %h': a home directory is no link", 0},
		{"-- /usr/bin/ssh", "'/usr/bin/ssh' is not run", 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		import_command(cases[i].command, 1, 0);
		assert_output(outputs[cases[i].output], cases[i].words);
	}
	import_command("--tmpfs /x --bogus --tmpfs /y", 0, 1);
	assert_output(outputs[0], "X-mount.mkdir\n# Not read from here on: '--bogus'\n");
	import_command("'--bogus\n/  /y  none  rbind'", 0, 1);
	assert_output(outputs[0], "\n# Not read from here on: '--bogus?/  /y  none  rbind'\n");
	import_command("--tmpfs", 0, 1);
	assert_output(outputs[0], "# Not read from here on: '--tmpfs'\n");
}

static void arguments_are_taken_as_they_are(void **state)
{
	char *command[] = {(char[]){"bwrap"}, (char[]){"--bind"}, (char[]){"/$HOME/1%"},
			   (char[]){"/x y"}, NULL};
	char *other[] = {(char[]){"ls"}, NULL};
	struct report *report = report_new();
	struct error error = {0};
	char output[PATH_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(outputs) / sizeof(*outputs); i++)
		remove(in_scratch(outputs[i]));
	snprintf(output, sizeof(output), "%s", in_scratch("out"));
	assert_int_equal(import_bwrap(NULL, command, output, report, &error), 0);
	assert_output(outputs[0], "\n/$HOME/1%%  /x\\040y  none  rbind,nosuid,nodev");
	assert_true(import_bwrap(NULL, other, output, report, &error) < 0);
	assert_non_null(strstr(error.words, "'ls' is no command of bwrap(1)"));
	report_free(report);
}

static int make_place(void **state)
{
	(void)state;
	return mkdtemp(scratch) ? 0 : -1;
}

static int remove_place(void **state)
{
	static const char *const rest[] = {"out/nstree.d", "out", "sandbox"};

	(void)state;
	for (size_t i = 0; i < sizeof(outputs) / sizeof(*outputs); i++)
		remove(in_scratch(outputs[i]));
	for (size_t i = 0; i < sizeof(rest) / sizeof(*rest); i++)
		remove(in_scratch(rest[i]));
	return rmdir(scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_the_shells),
		cmocka_unit_test(mounts_are_rows),
		cmocka_unit_test(homes_are_in_what_is_made_for_them),
		cmocka_unit_test(places_of_one_user_are_remarked),
		cmocka_unit_test(what_is_made_has_a_mode),
		cmocka_unit_test(devices_are_named),
		cmocka_unit_test(isolation_is_the_rules),
		cmocka_unit_test(what_no_row_says_is_noted),
		cmocka_unit_test(arguments_are_taken_as_they_are),
	};

	return cmocka_run_group_tests(tests, make_place, remove_place);
}
