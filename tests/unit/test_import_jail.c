/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree import: a jail of jailkit, and its jk_lsh.ini. */
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
#include "inifile.h"
#include "scratch.h"

#define POLICY "out/nstree.conf"

static const char *const written[] = {POLICY, "out/nstree.d/jail.fstab", "out/nstree.d/lsh.fstab",
				      "out/nstree.d/lsh-2.fstab", "out/nstree.d/lsh-3.fstab"};

/* Imports NAME, with so many WARNINGS and ERRORS of its lines; returns what import_policy() does.
 */
static int import_name(const char *name, unsigned warnings, unsigned errors, struct error *error)
{
	struct report *report = report_new();
	char output[PATH_MAX], file[PATH_MAX];
	int result;

	snprintf(file, sizeof(file), "%s", in_scratch(name));
	snprintf(output, sizeof(output), "%s", in_scratch("out"));
	for (size_t i = 0; i < sizeof(written) / sizeof(*written); i++)
		remove(in_scratch(written[i]));
	*error = (struct error){0};
	result = import_policy(file, output, report, error);
	assert_int_equal(report_count(report, SEVERITY_WARNING), warnings);
	assert_int_equal(report_count(report, SEVERITY_ERROR), errors);
	report_free(report);
	return result;
}

static void assert_file(const char *name, const char *wanted)
{
	FILE *stream = fopen(in_scratch(name), "r");
	char text[8192] = "";

	assert_non_null(stream);
	assert_true(fread(text, 1, sizeof(text) - 1, stream) > 0);
	fclose(stream);
	if (!strstr(text, wanted))
		fail_msg("wanted '%s' in '%s'", wanted, text);
}

static void a_jail_is_the_root_of_its_users(void **state)
{
	char wanted[PATH_MAX + 64];
	struct error error;

	(void)state;
	write_scratch("jail %/etc/passwd", "root:x:0:0::/root:/bin/bash\n"
					   "alice:x:1001:1001::/home/alice:/bin/bash\n"
					   "bob:x:1002:1002::/home/bob:/usr/sbin/jk_lsh\n"
					   "carol:x:1003:1003::/jail/./home/carol:/bin/sh\n");
	assert_int_equal(import_name("jail %", 2, 0, &error), 0);
	assert_file(POLICY, "\nroot                     *       -\n"
			    "# usermod --home '/home/alice' --shell '/bin/bash' alice\n"
			    "alice                    *       jail\n"
			    "# usermod --home '/home/bob' --shell '/usr/sbin/jk_lsh' bob\n"
			    "# No equivalent: jk_lsh, the shell of bob, reads ");
	assert_file(POLICY, "\n# No equivalent: the home directory '/jail/./home/carol' is no ");
	assert_file(POLICY, "\ncarol                    *       jail\n"
			    "*                        *       -\n");
	snprintf(wanted, sizeof(wanted),
		 "\n%s/jail\\040%%%%  /  none  rbind,nosuid,nodev\n"
		 "nstree  /dev  nstree.dev  nofail\n",
		 scratch);
	assert_file(written[1], wanted);
	write_scratch("jail %/etc/jailkit/jk_lsh.ini", "[DEFAULT]\n");
	assert_int_equal(import_name("jail %", 1, 0, &error), 0);
	/* What is quoted is no command, and a name no other item of a rule. */
	write_scratch("jail %/etc/passwd", "a:x:1:1::/home/a';reboot;':/bin/sh\n"
					   "b:x:1:1::/home/b:/bin/sh`id`\n"
					   "-c:x:1:1::/home/c:/bin/sh\n"
					   "*:x:1:1::/home/d:/bin/sh\n"
					   "@e f,#g:x:1:1::/home/e:/bin/sh\n"
					   "8:x:1:1::/home/h:/bin/sh\n");
	assert_int_equal(import_name("jail %", 6, 0, &error), 0);
	assert_file(POLICY, "\nroot                     *       -\n"
			    "# No equivalent: 'a' with the home directory '/home/a';reboot;''");
	assert_file(POLICY, "\na                        *       jail\n# No equivalent: 'b' with");
	assert_file(POLICY, "\nb                        *       jail\n# No equivalent: '-c' with");
	assert_file(POLICY, "\n\\052                     *       jail\n");
	assert_file(POLICY, "\n\\100e\\040f\\054\\043g      *       jail\n"
			    "# No equivalent: '8' is a number and not a user name");
	remove(in_scratch("jail %/etc/passwd"));
	assert_true(import_name("jail %", 0, 0, &error) < 0);
	assert_non_null(strstr(error.words, "name a jail of jailkit"));
	assert_true(import_name("jk_init.ini", 0, 0, &error) < 0);
	assert_non_null(strstr(error.words, "name the directory of a jail"));
}

static void allowed_programs_are_rows(void **state)
{
	struct error error;

	(void)state;
	write_scratch("jk_lsh.ini",
		      "# all\n"
		      "[DEFAULT]\n"
		      "executables = /usr/bin/scp, /usr/lib/sftp-server,/bin/rsync , git\n"
		      "[ bob ]\n"
		      "executables=/opt/a%b\n"
		      "[group users]\n"
		      "executables = bin/x\n");
	assert_int_equal(import_name("jk_lsh.ini", 1, 0, &error), 0);
	assert_file(POLICY, "\nroot                     *       -\n"
			    "bob                      *       lsh-2\n"
			    "@users                   *       lsh-3\n"
			    "#WHO                     *       lsh\n"
			    "*                        *       -\n");
	assert_file(written[2],
		    "\nhost-ro  /  nstree.tree\n"
		    "tmpfs  /usr/bin  tmpfs  mode=0755,size=64k,ro,nosuid,nodev\n"
		    "/usr/bin/scp  /usr/bin/scp  none  bind,ro,nosuid,nodev,X-mount.mkdir\n"
		    "# /usr/lib/sftp-server is there\n"
		    "/usr/bin/rsync  /usr/bin/rsync  none  bind,ro,nosuid,nodev,X-mount.mkdir\n"
		    "/usr/bin/git  /usr/bin/git  none  bind,ro,nosuid,nodev,X-mount.mkdir\n");
	assert_file(written[3], "\n/opt/a%%b  /opt/a%%b  none  bind,ro,");
	assert_file(written[4], "\n# No equivalent: 'bin/x' is no absolute path: write one\n");
	write_scratch("jk_lsh.ini", "[group a b]\nexecutables=/x\n[*]\nexecutables=/x\n"
				    "[+c]\nexecutables=/x\n");
	assert_int_equal(import_name("jk_lsh.ini", 0, 0, &error), 0);
	assert_file(POLICY, "\n\\052                     *       lsh-2\n"
			    "\\053c                    *       lsh-3\n"
			    "@a\\040b                  *       lsh\n");

	/* A no-break space is no blank, and a policy refuses one that is not written so. */
	write_scratch("jk_lsh.ini", "[group a\xc2\xa0z\xc3\xb6]\nexecutables=/x\xc2\xa0y\n");
	assert_int_equal(import_name("jk_lsh.ini", 0, 0, &error), 0);
	assert_file(POLICY, "\n@a\\302\\240z\xc3\xb6");
	assert_file(written[2], "/x\\302\\240y");
	/* A section without programs, and one that is nobody's. */
	write_scratch("jk_lsh.ini", "[1000]\n");
	assert_int_equal(import_name("jk_lsh.ini", 2, 0, &error), 0);
	assert_file(POLICY, "# No equivalent: '1000' is a number");
	assert_file(written[2], "# No equivalent: no 'executables': jk_lsh runs nothing");
}

static void wrong_lines_are_errors(void **state)
{
	struct report *report = report_new();
	const char text[] = "a = b\n[x\nbogus\n[ x y ]\n; c\n k = v = w \n";
	struct inifile ini;

	(void)state;
	assert_int_equal(inifile_read(text, sizeof(text) - 1, "file", report, &ini), 0);
	assert_int_equal(report_count(report, SEVERITY_ERROR), 3);
	assert_int_equal(ini.n_sections, 1);
	assert_string_equal(ini.sections[0].name, "x y");
	assert_int_equal(ini.sections[0].line, 4);
	assert_string_equal(inifile_find(&ini, 0, "k")->value, "v = w");
	assert_null(inifile_find(&ini, 0, "a"));
	assert_null(inifile_find(&ini, 1, "k"));
	inifile_clear(&ini);
	report_free(report);
}

static int make_jail(void **state)
{
	static const char *const directories[] = {"jail %", "jail %/etc", "jail %/etc/jailkit"};

	(void)state;
	if (!mkdtemp(scratch))
		return -1;
	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++)
		if (mkdir(in_scratch(directories[i]), 0755) < 0)
			return -1;
	return 0;
}

static int remove_jail(void **state)
{
	static const char *const rest[] = {"out/nstree.d",
					   "out",
					   "jail %/etc/jailkit/jk_lsh.ini",
					   "jk_lsh.ini",
					   "jail %/etc/jailkit",
					   "jail %/etc",
					   "jail %"};

	(void)state;
	for (size_t i = 0; i < sizeof(written) / sizeof(*written); i++)
		remove(in_scratch(written[i]));
	for (size_t i = 0; i < sizeof(rest) / sizeof(*rest); i++)
		remove(in_scratch(rest[i]));
	return rmdir(scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_jail_is_the_root_of_its_users),
		cmocka_unit_test(allowed_programs_are_rows),
		cmocka_unit_test(wrong_lines_are_errors),
	};

	return cmocka_run_group_tests(tests, make_jail, remove_jail);
}
