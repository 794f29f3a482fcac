/* SPDX-License-Identifier: BSD-3-Clause */
/* A PAM stack as libpam reads it: words, includes, controls; and what is said of its order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "check_pam_order.h"
#include "pamservices.h"
#include "pamstack.h"
#include "scratch.h"

/* The findings as text, the caller's to free. */
static char *findings_of(struct report *report)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	report_print(report, SEVERITY_ALL, stream, false);
	fclose(stream);
	report_free(report);
	return text;
}

/* The stack of TEXT as "NUMBER:LEVEL:TYPE CONTROL MODULE[ARGUMENTS];...", its findings in *FOUND.
 */
static char *outline(const char *text, char **found)
{
	struct report *report = report_new();
	struct pam_stack stack;
	char *lines = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&lines, &size);

	write_scratch("service", text);
	assert_int_equal(pamstack_load(in_scratch("service"), report, &stack), 0);
	for (size_t i = 0; i < stack.n_lines; i++) {
		const struct pam_line *line = &stack.lines[i];

		fprintf(stream, "%s%u:%u:%s%s %s %s[%s]", i ? ";" : "", line->number, line->level,
			line->is_silent ? "-" : "", line->type, line->control, line->module,
			line->arguments);
	}
	fclose(stream);
	pamstack_clear(&stack);
	*found = findings_of(report);
	return lines;
}

static void expect_lines(const char *text, const char *wanted, const char *finding)
{
	char *found, *lines = outline(text, &found);

	assert_string_equal(lines, wanted);
	if (finding && !strstr(found, finding))
		fail_msg("'%s' is not in: %s", finding, found);
	if (!finding)
		assert_string_equal(found, "");
	free(lines);
	free(found);
}

static void words_are_split(void **state)
{
	(void)state;
	expect_lines("# a comment\n\nsession\trequired  pam_a.so one two\n"
		     "-auth [success=1 default=ignore] pam_b.so # session required pam_c.so\n"
		     "session required \\\n  pam_d.so \\\n x\n",
		     "3:0:session required pam_a.so[one two];"
		     "4:0:-auth [success=1 default=ignore] pam_b.so[];"
		     "5:0:session required pam_d.so[  x]",
		     NULL);
}

static void includes_are_followed(void **state)
{
	(void)state;
	write_scratch("included", "auth required pam_a.so\nsession required pam_s.so\n");
	expect_lines("@include included\nsession include included\nsession substack included\n",
		     "1:0:auth required pam_a.so[];2:0:session required pam_s.so[];"
		     "2:0:session required pam_s.so[];2:1:session required pam_s.so[]",
		     NULL);
	expect_lines("@include none\n", "", "service:1: error: 'none' cannot be included");
	expect_lines("session include service\n", "",
		     "service:1: error: 'service' cannot be included");
	expect_lines("@include\n", "", "'@include' names no file");
}

/* A file with the line ends of another system has them in each line. */
static void line_ends_are_told_once(void **state)
{
	char *found,
		*lines = outline("session required pam_a.so\r\nauth required pam_a.so\r\n", &found);

	(void)state;
	assert_non_null(strstr(found, ":1: error: control character 0x0d"));
	assert_null(strstr(found, ":2: error: "));
	free(lines);
	free(found);
}

static void wrong_lines_are_told(void **state)
{
	(void)state;
	expect_lines("sesion required pam_a.so\n", "",
		     "'sesion' is no type: PAM refuses every password for it, and opens sessions "
		     "without ");
	expect_lines("sesion required pam_a.so\n", "", "did you mean 'session'?");
	expect_lines("session required\n", "", "service:1: error: the line has no module");
	expect_lines("session\n", "", "the line has no control and no module");
	expect_lines("session required pam_a.so\r\nauth required pam_a.so\r\n",
		     "1:0:session required pam_a.so[];2:0:auth required pam_a.so[]",
		     "service:1: error: control character 0x0d (carriage return)");
	expect_lines("\xef\xbb\xbfsession required pam_a.so\nauth required pam_b.so\n",
		     "2:0:auth required pam_b.so[]",
		     "service:1: error: the file begins with a UTF-8");
}

static enum pam_action action_of(const char *control, const char *return_name)
{
	struct pam_line line = {.control = control};
	unsigned jump;

	return pamstack_action(&line, return_name, &jump);
}

static void controls_are_read(void **state)
{
	struct pam_line jump = {.control = "[success=3 default=ignore]"};
	unsigned modules;

	(void)state;
	assert_int_equal(action_of("required", "success"), PAM_ACTION_OK);
	assert_int_equal(action_of("Required", "session_err"), PAM_ACTION_BAD);
	assert_int_equal(action_of("requisite", "session_err"), PAM_ACTION_DIE);
	assert_int_equal(action_of("sufficient", "success"), PAM_ACTION_DONE);
	assert_int_equal(action_of("optional", "module_unknown"), PAM_ACTION_IGNORE);
	assert_int_equal(
		action_of("[success=ok module_unknown=ignore default=bad]", "module_unknown"),
		PAM_ACTION_IGNORE);
	assert_int_equal(action_of("[default=die success=ok]", "success"), PAM_ACTION_OK);
	assert_int_equal(action_of("[success=ok default=die]", "user_unknown"), PAM_ACTION_DIE);
	/* What is not said is bad (pam.conf(5)). */
	assert_int_equal(action_of("[success=ok]", "session_err"), PAM_ACTION_BAD);
	assert_int_equal(action_of("requird", "success"), PAM_ACTION_BAD);
	assert_int_equal(pamstack_action(&jump, "success", &modules), PAM_ACTION_JUMP);
	assert_int_equal(modules, 3);
	assert_true(pamstack_is_control("[success=ok default=bad]"));
	assert_false(pamstack_is_control("requird"));
	assert_false(pamstack_is_control("[success=okay]"));
	assert_false(pamstack_is_control("[success]"));
	assert_false(pamstack_is_control("[success=0]"));
	assert_false(pamstack_is_control("[success=ok"));
	/* libpam reads it without the brackets as well. */
	assert_true(pamstack_is_control("success=ok"));
	assert_false(pamstack_is_control("success=okay"));
	assert_int_equal(action_of("default=ignore", "session_err"), PAM_ACTION_IGNORE);
}

static void arguments_are_words(void **state)
{
	const struct pam_line line = {.arguments = " tree=x  close"};

	(void)state;
	assert_true(pamstack_has_argument(&line, "close"));
	assert_true(pamstack_has_argument(&line, "tree=x"));
	assert_false(pamstack_has_argument(&line, "clos"));
	assert_false(pamstack_has_argument(&line, "tree"));
	assert_false(pamstack_has_argument(&line, "open"));
}

static void arguments_may_be_in_brackets(void **state)
{
	static const char *const words[] = {"tree=a b", "open", "", "x]", "end"};
	const char *rest = "[tree=a b] open [] x] [end", *word;
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		assert_true(pamstack_next_argument(&rest, &word, &length));
		assert_int_equal(length, strlen(words[i]));
		assert_memory_equal(word, words[i], length);
	}
	assert_false(pamstack_next_argument(&rest, &word, &length));
}

/* The module's arguments in a line of TEXT, which have to be right, name TREE. */
static void expect_tree(const char *text, const char *tree)
{
	const struct pam_line line = {.arguments = text};
	struct arguments arguments;
	struct error error = {0};
	char *copy;

	assert_int_equal(pamservices_read_arguments(&line, &copy, &arguments, &error), 0);
	assert_string_equal(arguments.tree, tree);
	assert_true(arguments.debug);
	free(copy);
}

static void arguments_are_cut_up(void **state)
{
	(void)state;
	expect_tree("debug tree=x", "x");
	expect_tree("\ttree=x   debug ", "x");
	expect_tree("[tree=a b] debug", "a b");
	expect_tree("[debug][tree=x]", "x");
	expect_tree("[debug] [tree=x", "x");
}

/* What check_pam_order() says of the session lines TEXT: FINDING, or nothing for NULL. */
static void expect_order(const char *text, const char *finding)
{
	struct report *report = report_new();
	struct pam_stack stack;
	char *found;

	write_scratch("service", text);
	assert_int_equal(pamstack_load(in_scratch("service"), report, &stack), 0);
	check_pam_order(&stack, report);
	pamstack_clear(&stack);
	found = findings_of(report);
	if (finding && !strstr(found, finding))
		fail_msg("%s: '%s' is not in: %s", text, finding, found);
	if (!finding && *found)
		fail_msg("%s: %s", text, found);
	free(found);
}

#define A_LINE "session required "
#define PLAIN A_LINE "pam_nstree.so\n"
#define OPEN A_LINE "pam_nstree.so open\n"
#define CLOSE A_LINE "pam_nstree.so close debug\n"
#define OTHER A_LINE "pam_unix.so\n"
#define MOUNT A_LINE "pam_mount.so\n"

static void one_line_is_the_last(void **state)
{
	(void)state;
	expect_order(OTHER, NULL);
	expect_order(OTHER PLAIN "auth required pam_unix.so\n", NULL);
	expect_order(PLAIN OTHER,
		     ":1: warning: in service service 'pam_nstree.so' comes before pam_unix.so");
	expect_order(
		PLAIN OTHER A_LINE "pam_systemd.so\n",
		":1: error: in service service 'pam_nstree.so' comes before pam_systemd.so of");
	expect_order(PLAIN PLAIN, ":2: error: service service has 'pam_nstree.so' in");
	expect_order(PLAIN A_LINE "pam_tmpdir.so\n", NULL);
	expect_order(A_LINE "pam_tmpdir.so\n" PLAIN,
		     ":1: warning: in service service pam_tmpdir.so comes before");
}

static void two_lines_are_first_and_last(void **state)
{
	(void)state;
	expect_order(CLOSE OTHER OPEN, NULL);
	expect_order(A_LINE "pam_selinux.so close\n" CLOSE OTHER OPEN, NULL);
	expect_order(CLOSE MOUNT OTHER OPEN, NULL);
	expect_order(
		OTHER CLOSE OPEN,
		":2: warning: in service service 'pam_nstree.so close' comes after pam_unix.so");
	expect_order(
		MOUNT CLOSE OPEN,
		":2: error: in service service 'pam_nstree.so close' comes after pam_mount.so");
	expect_order(CLOSE OPEN OTHER,
		     ":2: warning: in service service 'pam_nstree.so' comes before pam_unix.so");
	expect_order(OTHER OPEN, ":2: error: service service never leaves its trees");
	expect_order(CLOSE OTHER, ":1: error: service service begins sessions without a tree");
	expect_order(OPEN OTHER CLOSE, ":1: error: service service has 'open' before 'close'");
	expect_order(CLOSE OTHER OPEN PLAIN,
		     ":4: error: service service has 'pam_nstree.so' with open or close");
	expect_order(CLOSE OPEN OPEN, ":3: error: service service has 'pam_nstree.so' in");
}

static void what_closes_in_the_tree_is_told(void **state)
{
	(void)state;
	expect_order(MOUNT PLAIN, ":2: error: in service service pam_mount.so of");
	expect_order(MOUNT PLAIN,
		     "its volumes stay mounted on the host after logout; write 'session "
		     "required pam_nstree.so close' as the first session line");
	expect_order(A_LINE "pam_ecryptfs.so unwrap\n" PLAIN,
		     ":2: error: in service service pam_ecryptfs.so");
	expect_order(A_LINE "pam_krb5.so\n" PLAIN, ":2: warning: in service service pam_krb5.so");
}

static void lines_that_leave_the_module_out_are_told(void **state)
{
	(void)state;
	expect_order("session sufficient pam_unix.so\n" PLAIN,
		     ":1: error: 'sufficient' leaves out 'pam_nstree.so'");
	expect_order("session [success=2 default=ignore] pam_unix.so\n" OTHER PLAIN,
		     ":1: error: '[success=2 default=ignore]' leaves out");
	expect_order("session [success=1 default=ignore] pam_unix.so\n" OTHER PLAIN, NULL);
	/* A substack that is done goes on behind itself. */
	write_scratch("inner", "session sufficient pam_unix.so\n");
	expect_order("session substack inner\n" PLAIN, NULL);
	expect_order("session include inner\n" PLAIN, ":1: error: 'sufficient' leaves out");
}

static void services_are_found(void **state)
{
	struct pamservices services = {0};
	const struct pamservice *service;
	struct pam_stack stack;

	(void)state;
	write_scratch("Service", OTHER A_LINE "pam_nstree.so tree=lab conf=/x\n");
	assert_int_equal(pamstack_load(in_scratch("Service"), NULL, &stack), 0);
	assert_int_equal(pamservices_add(&services, &stack), 0);
	pamstack_clear(&stack);
	write_scratch("closes", CLOSE OTHER);
	assert_int_equal(pamstack_load(in_scratch("closes"), NULL, &stack), 0);
	assert_int_equal(pamservices_add(&services, &stack), 0);
	pamstack_clear(&stack);
	write_scratch("none", "auth required pam_unix.so\n");
	assert_int_equal(pamstack_load(in_scratch("none"), NULL, &stack), 0);
	assert_int_equal(pamservices_add(&services, &stack), 0);
	pamstack_clear(&stack);
	service = pamservices_find(&services, "service");
	assert_non_null(service);
	assert_int_equal(service->line, 2);
	assert_string_equal(service->tree, "lab");
	assert_string_equal(service->conf, "/x");
	service = pamservices_find(&services, "closes");
	assert_non_null(service);
	assert_null(service->file);
	assert_null(pamservices_find(&services, "none"));
	pamservices_clear(&services);
}

static int make_directory(void **state)
{
	(void)state;
	return mkdtemp(scratch) ? 0 : -1;
}

static int remove_directory(void **state)
{
	static const char *const names[] = {"service", "included", "inner",
					    "Service", "closes",   "none"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unlink(in_scratch(names[i]));
	return rmdir(scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_split),
		cmocka_unit_test(includes_are_followed),
		cmocka_unit_test(wrong_lines_are_told),
		cmocka_unit_test(line_ends_are_told_once),
		cmocka_unit_test(controls_are_read),
		cmocka_unit_test(arguments_are_words),
		cmocka_unit_test(arguments_may_be_in_brackets),
		cmocka_unit_test(arguments_are_cut_up),
		cmocka_unit_test(one_line_is_the_last),
		cmocka_unit_test(two_lines_are_first_and_last),
		cmocka_unit_test(what_closes_in_the_tree_is_told),
		cmocka_unit_test(lines_that_leave_the_module_out_are_told),
		cmocka_unit_test(services_are_found),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
