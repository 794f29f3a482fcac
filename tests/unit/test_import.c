/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree import: namespace.conf as pam_namespace reads it, and the rules and trees that are
 * written. */
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

#include "import.h"
#include "import_sets.h"
#include "namespaceconf.h"
#include "scratch.h"

static const char *const sshd_files[] = {"out/nstree.conf", "out/nstree.d/sshd.fstab",
					 "out/nstree.d/sshd-2.fstab", "out/nstree.d/sshd-3.fstab"};

static char *read_text(const char *name)
{
	FILE *stream = fopen(in_scratch(name), "r");
	char *text = calloc(1, 65536);

	assert_non_null(stream);
	assert_non_null(text);
	assert_true(fread(text, 1, 65535, stream) > 0);
	fclose(stream);
	return text;
}

/* Reads TEXT; its errors and warnings must be as many. */
static void read_conf(const char *text, struct polydirs *polydirs, unsigned errors,
		      unsigned warnings)
{
	struct report *report = report_new();

	assert_int_equal(namespaceconf_read(text, strlen(text), "file", report, polydirs), 0);
	assert_int_equal(report_count(report, SEVERITY_ERROR), errors);
	assert_int_equal(report_count(report, SEVERITY_WARNING), warnings);
	report_free(report);
}

static void fields_are_read(void **state)
{
	struct polydirs polydirs;

	(void)state;
	read_conf("# comment\n"
		  "/tmp /tmp-inst/ level root,adm # more\n"
		  "\"/srv/a b\" $HOME/i/$USER user:create=0700,root,adm:noinit:iscript=x.sh ~bob\n"
		  "/x\\ty /i/ user\n"
		  "$HOME/%c/ none tmpfs:mntopts=size=1m,noexec:shared\n",
		  &polydirs, 1, 0);
	assert_int_equal(polydirs.n_items, 3);
	assert_int_equal(polydirs.items[0].line, 2);
	assert_int_equal(polydirs.items[0].method, POLY_LEVEL);
	assert_string_equal(polydirs.items[0].users, "root,adm");
	assert_false(polydirs.items[0].only);
	assert_string_equal(polydirs.items[1].directory, "/srv/a b");
	assert_string_equal(polydirs.items[1].prefix, "%h/i/%u");
	assert_true(polydirs.items[1].only);
	assert_true(polydirs.items[1].create);
	assert_true(polydirs.items[1].noinit);
	assert_string_equal(polydirs.items[1].create_mode, "0700");
	assert_string_equal(polydirs.items[1].create_owner, "root,adm");
	assert_string_equal(polydirs.items[1].script, "x.sh");
	assert_string_equal(polydirs.items[2].directory, "%h/%%c");
	assert_string_equal(polydirs.items[2].mount_options, "size=1m,noexec");
	namespaceconf_clear(&polydirs);
}

static void wrong_lines_are_left_out(void **state)
{
	struct polydirs polydirs;

	(void)state;
	read_conf("/tmp\n/tmp /i/\n/tmp /i/ usr\ntmp /i/ user\n/tmp i user\n/tmp/.. /i/ user\n",
		  &polydirs, 6, 0);
	assert_int_equal(polydirs.n_items, 0);
	namespaceconf_clear(&polydirs);
	read_conf("/tmp /i/ user:bogus\n/tmp /i/ user:mntopts=x\n/tmp /i/ user\r\n", &polydirs, 1,
		  2);
	assert_int_equal(polydirs.n_items, 3); /* a carriage return is an error of the file */
	namespaceconf_clear(&polydirs);
}

static void users_with_the_same_lines_share_a_tree(void **state)
{
	char name[NAME_MAX + 1];
	struct polydirs polydirs;
	struct import_sets sets;

	(void)state;
	read_conf("/a /i/ user root,bob\n/b /i/ user ~carol,bob\n", &polydirs, 0, 0);
	assert_int_equal(import_sets_make(&polydirs, &sets), 0);
	assert_int_equal(import_sets_of(&sets, "", 0), 1);
	assert_int_equal(import_sets_of(&sets, "root", 4), 0);
	assert_int_equal(import_sets_of(&sets, "bob", 3), 2);
	assert_int_equal(import_sets_of(&sets, "carol", 5), 3);
	assert_int_equal(import_sets_of(&sets, "caro", 4), 1);
	assert_int_equal(sets.n_sets, 4);
	assert_string_equal(import_sets_tree(&sets, 1, name), "namespace");
	assert_string_equal(import_sets_tree(&sets, 0, name), "-");
	assert_string_equal(import_sets_tree(&sets, 3, name), "namespace-3");
	import_sets_clear(&sets);
	namespaceconf_clear(&polydirs);
}

static void what_is_written(void **state)
{
	struct report *report = report_new();
	struct error error = {0};
	char *text, output[PATH_MAX], file[PATH_MAX];

	(void)state;
	write_scratch("namespace.conf", "/tmp /tmp-inst/ user root,bob\n"
					"\"/srv/a b\" none tmpfs:noinit:mntopts=size=1m ~bob\n"
					"/x /tmp/i/ level\n");
	snprintf(file, sizeof(file), "%s", in_scratch("namespace.conf"));
	snprintf(output, sizeof(output), "%s", in_scratch("out"));
	assert_int_equal(import_policy(file, output, report, &error), 0);
	assert_int_equal(report_count(report, SEVERITY_ERROR), 0);
	text = read_text("out/nstree.conf");
	assert_non_null(strstr(text, "\nroot                     *       -\n"));
	assert_non_null(
		strstr(text, "\nbob                      *       namespace-3    isolate=none\n"));
	assert_non_null(
		strstr(text, "\n*                        *       namespace      isolate=none\n"));
	free(text);
	text = read_text("out/nstree.d/namespace.fstab");
	assert_non_null(strstr(text, "\n/  /  none  rbind,slave\n"));
	assert_non_null(strstr(
		text, "\n/tmp-inst/%u  /tmp  none  bind,x-nstree.create=1777,nosuid,nodev\n"));
	/* By SELinux's levels: a comment, since the row is less than what the site has. */
	assert_non_null(strstr(text, "\n# No equivalent: 'level' goes by SELinux's contexts"));
	assert_non_null(strstr(text, "\n#/var/lib/nstree/.x/%u  /x  none  bind,"));
	assert_null(strstr(text, "/srv/a"));
	free(text);
	text = read_text("out/nstree.d/namespace-3.fstab");
	assert_non_null(
		strstr(text, "\ntmpfs  /srv/a\\040b  tmpfs  mode=1777,nosuid,nodev,size=1m\n"));
	free(text);
	/* Nothing is written over. */
	assert_true(import_policy(file, output, report, &error) < 0);
	assert_non_null(strstr(error.words, "nstree.conf cannot be made"));
	report_free(report);
}

/* A user's name that begins as a netgroup does, and one that is a number. */
static void names_are_those_of_users(void **state)
{
	struct report *report = report_new();
	char *text, output[PATH_MAX], file[PATH_MAX];
	struct error error = {0};

	(void)state;
	write_scratch("namespace.conf", "/tmp /tmp-inst/ user +ops,77\n");
	snprintf(file, sizeof(file), "%s", in_scratch("namespace.conf"));
	snprintf(output, sizeof(output), "%s", in_scratch("out"));
	remove(in_scratch("out/nstree.conf"));
	remove(in_scratch("out/nstree.d/namespace.fstab"));
	assert_int_equal(import_policy(file, output, report, &error), 0);
	assert_int_equal(report_count(report, SEVERITY_WARNING), 2);
	text = read_text("out/nstree.conf");
	assert_non_null(strstr(text, "\n\\053ops                  *       -\n"
				     "# No equivalent: '77' is a number and not a user name"));
	free(text);
	report_free(report);
}

/* Imports CONFIG with so many WARNINGS; the policy has RULES. */
static void assert_sshd(const char *config, unsigned warnings, const char *rules)
{
	struct report *report = report_new();
	char output[PATH_MAX], file[PATH_MAX];
	struct error error = {0};
	char *text;

	write_scratch("sshd_config", config);
	snprintf(file, sizeof(file), "%s", in_scratch("sshd_config"));
	snprintf(output, sizeof(output), "%s", in_scratch("out"));
	for (size_t i = 0; i < sizeof(sshd_files) / sizeof(*sshd_files); i++)
		remove(in_scratch(sshd_files[i]));
	assert_int_equal(import_policy(file, output, report, &error), 0);
	assert_int_equal(report_count(report, SEVERITY_WARNING), warnings);
	text = read_text("out/nstree.conf");
	if (!strstr(text, rules))
		fail_msg("wanted '%s' in '%s'", rules, text);
	free(text);
	report_free(report);
}

static void chroots_are_trees(void **state)
{
	char *text;

	(void)state;
	assert_sshd("Subsystem sftp internal-sftp\n"
		    "Match Group sftponly\n"
		    "\tChrootDirectory /srv/sftp/%u\n"
		    "\tForceCommand internal-sftp -d /up\n"
		    "match user=guest,kiosk address 192.0.2.0/24 # these\n"
		    "chrootdirectory \"/srv/a jail\"\n"
		    "Match User bob\nChrootDirectory none\n"
		    "Match User carol\nX11Forwarding no\n"
		    "Match all\nChrootDirectory /srv/a\\x\n",
		    0,
		    "root                     *       -\n"
		    "@sftponly                sshd    sshd\n"
		    "guest,kiosk              sshd    sshd-2         from=192.0.2.0/24\n"
		    "bob                      sshd    -\n"
		    "*                        sshd    sshd-3\n"
		    "*                        *       -\n");
	text = read_text("out/nstree.d/sshd.fstab");
	assert_non_null(strstr(text, "\nsftp-only  /  nstree.tree\n/srv/sftp/%u  %h  none  bind,"));
	assert_non_null(strstr(text, "\n%h/up  /up  nstree.symlink\n"));
	free(text);
	text = read_text("out/nstree.d/sshd-2.fstab");
	assert_non_null(strstr(text, "\n/srv/a\\040jail  /  none  rbind,nosuid,nodev\n"));
	free(text);
	/* The first value counts, and what is before the first Match is for who matches none. */
	assert_sshd("ChrootDirectory %h\nChrootDirectory /x\nMatch User bob\nChrootDirectory /y\n"
		    "Match User eve\nChrootDirectory none\n",
		    0,
		    "root                     *       -\n"
		    "bob                      sshd    sshd-2\n"
		    "eve                      sshd    -\n"
		    "*                        sshd    sshd\n"
		    "*                        *       -\n");
	text = read_text("out/nstree.d/sshd.fstab");
	assert_non_null(strstr(text, "\n%h  /  none  rbind,nosuid,nodev\n"));
	free(text);
	text = read_text("out/nstree.d/sshd-2.fstab");
	assert_non_null(strstr(text, "\n/y  /  none  rbind,nosuid,nodev\n"));
	free(text);
	assert_sshd("ChrootDirectory none\nForceCommand internal-sftp\n"
		    "Match User bob\nChrootDirectory /y\n"
		    "Match User eve\nChrootDirectory /z\nForceCommand none\n",
		    0,
		    "root                     *       -\n"
		    "bob                      sshd    sshd\n"
		    "eve                      sshd    sshd-2\n"
		    "*                        *       -\n");
	text = read_text("out/nstree.d/sshd.fstab");
	assert_non_null(strstr(text, "\n/y  %h  none  bind,"));
	free(text);
	text = read_text("out/nstree.d/sshd-2.fstab");
	assert_non_null(strstr(text, "\n/z  /  none  rbind,"));
	free(text);
}

static void a_service_of_its_own_is_in_the_rule(void **state)
{
	(void)state;
	assert_sshd("Match LocalPort 2222\nPAMServiceName sshd-sftp\nChrootDirectory /a\n"
		    "Match User bob\nPAMServiceName sshd-bob\nChrootDirectory /b\n",
		    0,
		    "root                     *       -\n"
		    "*                        sshd-sftp sshd\n"
		    "bob                      sshd-bob sshd-2\n"
		    "*                        *       -\n");
	assert_sshd("PAMServiceName sshd-all\nMatch User bob\nChrootDirectory /b\n", 0,
		    "bob                      sshd-all sshd\n");
}

static void where_sftp_begins_is_kept(void **state)
{
	static const char *const unclear[] = {"/", "%h", "/%u", "/dev", "/etc/x", "in"};
	char *text;

	(void)state;
	assert_sshd("Match User a\nChrootDirectory /a\nForceCommand internal-sftp -u 002 -d/in/b\n",
		    0, "a                        sshd    sshd\n");
	text = read_text("out/nstree.d/sshd.fstab");
	assert_non_null(strstr(text, "\n%h/in  /in  nstree.symlink\n"));
	free(text);
	for (size_t i = 0; i < sizeof(unclear) / sizeof(*unclear); i++) {
		char config[256];

		snprintf(config, sizeof(config),
			 "Match User a\nChrootDirectory /a\nForceCommand internal-sftp -d %s\n",
			 unclear[i]);
		assert_sshd(config, 1, "a                        sshd    sshd\n");
		text = read_text("out/nstree.d/sshd.fstab");
		assert_non_null(strstr(text, "# No equivalent: '-d "));
		assert_null(strstr(text, "nstree.symlink\n"));
		free(text);
	}
}

/* A rule for sshd alone would leave who has another service in the host's tree. */
static void services_are_those_of_sshd(void **state)
{
	(void)state;
	/* Who matches two blocks may have the service of one and the directory of the other. */
	assert_sshd("Match User a\nPAMServiceName x\nMatch Group b\nChrootDirectory /s\n"
		    "Match User c\nPAMServiceName y.z\nMatch User d\nPAMServiceName sshd\n"
		    "Match User e\nPAMServiceName x\n",
		    0, "@b                       sshd,x,y.z sshd\n");
	assert_sshd("Match User a\nPAMServiceName x\nMatch Group b\nPAMServiceName y\n"
		    "ChrootDirectory /s\nMatch User c\nPAMServiceName z\n",
		    0, "@b                       y,x     sshd\n");
	assert_sshd("PAMServiceName x\nChrootDirectory /s\nMatch User a\nPAMServiceName y\n", 0,
		    "*                        x,y     sshd\n");
	/* By a service of its own a block has a rule whatever its criteria are. */
	assert_sshd("Match LocalPort 1\nPAMServiceName x\nChrootDirectory none\n"
		    "Match LocalPort 2\nPAMServiceName y\nChrootDirectory /t\n",
		    0,
		    "*                        x       -\n"
		    "*                        y       sshd\n");
	/* Not where others may have that service, or its users another one. */
	assert_sshd("Match LocalPort 1\nPAMServiceName x\nChrootDirectory /s\n"
		    "Match LocalPort 2\nPAMServiceName x\n",
		    1, "#WHO                      x       sshd\n");
	assert_sshd("PAMServiceName x\n"
		    "Match LocalPort 1\nPAMServiceName x\nChrootDirectory /s\n",
		    1, "#WHO                      x       sshd\n");
	assert_sshd("Match LocalPort 2\nPAMServiceName y\n"
		    "Match LocalPort 1\nPAMServiceName x\nChrootDirectory /s\n",
		    1, "#WHO                      x,y     sshd\n");
	assert_sshd("Match LocalPort 1\nPAMServiceName sshd\nChrootDirectory /s\n", 1,
		    "#WHO                      sshd    sshd\n");
	assert_sshd("Match User a\nPAMServiceName 'x  *'\nChrootDirectory /s\n", 1,
		    "#WHO                      sshd    sshd\n");
}

static void words_are_quoted(void **state)
{
	char *text;

	(void)state;
	assert_sshd("Match User \"#a,b c,@d,+e,1:,f\\\\7,g\\\\h\"\nChrootDirectory '/s\tt'/\\\"\\ "
		    "#u #v\n",
		    0, "\\043a,b\\040c,\\100d,\\053e,1\\072,f\\1347,g\\h sshd    sshd\n");
	text = read_text("out/nstree.d/sshd.fstab");
	assert_non_null(strstr(text, "\n/s\\011t/\"\\040\\043u  /  none  rbind,nosuid,nodev\n"));
	free(text);
	assert_sshd("Match User a\nChrootDirectory \033[1m\n", 1, "\na ");
	text = read_text("out/nstree.d/sshd.fstab");
	assert_non_null(strstr(text, ": ChrootDirectory ?[1m"));
	free(text);
}

/* Nothing behind a byte 0 is passed over, and no file's name is more than a name. */
static void odd_files_are_refused(void **state)
{
	static const struct {
		const char *name, *content, *words;
	} cases[] = {
		{"sshd_config", "Match User a\n#\0\nChrootDirectory /s\n", "holds a byte 0"},
		{"script", "bwrap --tmpfs /a\n#\0\nChrootDirectory /s\n", "holds a byte 0"},
		{"sshd_config\n", "Match User a\n# \nChrootDirectory /s\n", "control character"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct report *report = report_new();
		struct error error = {0};
		char file[PATH_MAX];
		FILE *stream = fopen(in_scratch(cases[i].name), "w");

		assert_non_null(stream);
		assert_int_equal(fwrite(cases[i].content, 1, 35, stream), 35);
		assert_int_equal(fclose(stream), 0);
		snprintf(file, sizeof(file), "%s", in_scratch(cases[i].name));
		assert_true(import_policy(file, NULL, report, &error) < 0);
		assert_non_null(strstr(error.words, cases[i].words));
		assert_string_equal(error.file, file);
		report_free(report);
		remove(file);
	}
}

static void what_no_rule_says_is_noted(void **state)
{
	static const char *const cases[][2] = {
		{"User adm*", "patterns with"},
		{"Group a User b", "who matches both User and Group"},
		{"LocalPort 2222", "criteria other than"},
		{"User a User b", "criteria other than"},
		{"User", "criteria other than"},
		{"Group 'a\tb'", "'\\011' is not a character of a name"},
		{"User !bob", "'!bob' only excludes"},
		{"Address 10.0.0.*", "'10.0.0.*'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char config[256], words[256];

		snprintf(config, sizeof(config), "Match %s\nChrootDirectory /srv/jail\n",
			 cases[i][0]);
		assert_sshd(config, 1, "\n#WHO                      sshd    sshd\n");
		snprintf(words, sizeof(words), "# No equivalent: %s", cases[i][1]);
		assert_sshd(config, 1, words);
	}
	assert_sshd("Include /etc/ssh/sshd_config.d/*.conf\n", 1, "# No equivalent: 'Include ");
	assert_sshd("UsePAM no\nUsePAM yes\n", 1, "# No equivalent: 'UsePAM no'");
	assert_sshd("UsePAM yes\nUsePAM no\n", 0, "\n*                        *       -\n");
}

static int make_directory(void **state)
{
	(void)state;
	return mkdtemp(scratch) ? 0 : -1;
}

static int remove_directory(void **state)
{
	static const char *const names[] = {"sshd_config",
					    "out/nstree.d/sshd.fstab",
					    "out/nstree.d/sshd-2.fstab",
					    "out/nstree.d/sshd-3.fstab",
					    "namespace.conf",
					    "out/nstree.d/namespace.fstab",
					    "out/nstree.d/namespace-2.fstab",
					    "out/nstree.d/namespace-3.fstab",
					    "out/nstree.conf",
					    "out/nstree.d",
					    "out"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		remove(in_scratch(names[i]));
	return rmdir(scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_read),
		cmocka_unit_test(wrong_lines_are_left_out),
		cmocka_unit_test(users_with_the_same_lines_share_a_tree),
		cmocka_unit_test(what_is_written),
		cmocka_unit_test(names_are_those_of_users),
		cmocka_unit_test(chroots_are_trees),
		cmocka_unit_test(a_service_of_its_own_is_in_the_rule),
		cmocka_unit_test(where_sftp_begins_is_kept),
		cmocka_unit_test(services_are_those_of_sshd),
		cmocka_unit_test(words_are_quoted),
		cmocka_unit_test(odd_files_are_refused),
		cmocka_unit_test(what_no_rule_says_is_noted),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
