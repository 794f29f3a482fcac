/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree.conf(5): which lines are rules, which are refused and in what words, which rule matches.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* RTLD_NEXT */
#endif
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>

#include "../../cleanup.h"
#include "../../isolate.h"
#include "../../policy.h"

#define FILE_NAME "/etc/security/test.conf"
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static unsigned group_lookups;

/* Stands before the C library's: counts, and lets NSS be out of order for the group "broken". */
int getgrnam_r(const char *name, struct group *entry, char *buffer, size_t size,
	       struct group **found)
{
	int (*real)(const char *, struct group *, char *, size_t, struct group **);

	group_lookups++;
	*found = NULL;
	if (!strcmp(name, "broken"))
		return EIO;
	*(void **)&real = dlsym(RTLD_NEXT, "getgrnam_r");
	return real(name, entry, buffer, size, found);
}

static int read_bytes(const char *bytes, size_t size, struct policy **policy, struct error *error)
{
	FILE *stream cleanup(cleanup_file) = fmemopen((void *)(uintptr_t)bytes, size, "r");

	assert_non_null(stream);
	return policy_read(stream, FILE_NAME, policy, error);
}

static struct policy *read_good(const char *text)
{
	struct policy *policy = NULL;
	struct error error = {0};

	if (read_bytes(text, strlen(text), &policy, &error) != 0)
		fail_msg("'%s' was refused: %u: %s", text, error.line, error.words);
	return policy;
}

static void assert_refused_bytes(const char *bytes, size_t size, unsigned line, const char *words)
{
	struct policy *policy = NULL;
	struct error error = {0};

	if (read_bytes(bytes, size, &policy, &error) != -EINVAL)
		fail_msg("'%s' was not refused as invalid", bytes);
	assert_null(policy);
	assert_int_equal(error.number, EINVAL);
	assert_string_equal(error.file, FILE_NAME);
	if (error.line != line || !strstr(error.words, words))
		fail_msg("'%s': wanted line %u and '%s', got line %u and '%s'", bytes, line, words,
			 error.line, error.words);
}

static void assert_refused(const char *text, unsigned line, const char *words)
{
	assert_refused_bytes(text, strlen(text), line, words);
}

/* Groups: root is 0 and daemon is 1 on every Debian. */
static struct subject person(const char *user, uid_t uid, struct groups *groups)
{
	return (struct subject){
		.user = (char *)(uintptr_t)user,
		.uid = uid,
		.gid = groups->ids[0],
		.home = (char *)(uintptr_t) "/nowhere",
		.service = (char *)(uintptr_t) "sshd",
		.groups = groups,
	};
}

/* The line of the rule that matches, 0 for none. */
static unsigned match(const char *text, const struct subject *subject)
{
	struct policy *policy cleanup(cleanup_policy) = read_good(text);
	const struct rule *rule = NULL;
	struct error error = {0};

	if (policy_match(policy, subject, &rule, &error) != 0)
		fail_msg("'%s' could not be matched: %s", text, error.words);
	return rule ? rule->line : 0;
}

static unsigned match_who(const char *who, const struct subject *subject)
{
	char text[256];

	snprintf(text, sizeof(text), "%s * tree\n", who);
	return match(text, subject);
}

static void test_reads_rules(void **state)
{
	struct policy *policy cleanup(cleanup_policy) =
		read_good("# a comment\n"
			  "\n"
			  "  \t \n"
			  "alice\tsshd,login   alice-%u # trailing: alice sshd\n"
			  " @contractors,!carol *  contractor\tisolate=ptrace+signal\n"
			  "2000:2999 !cron,* host isolate=none#none\n"
			  "bob sshd bob isolate=ptrace"); /* no newline at the end */
	const struct rule *rules = policy->rules;

	(void)state;
	assert_string_equal(policy->file, FILE_NAME);
	assert_int_equal(policy->n_rules, 4);
	assert_int_equal(rules[0].line, 4);
	assert_string_equal(rules[0].who, "alice");
	assert_string_equal(rules[0].service, "sshd,login");
	assert_string_equal(rules[0].tree, "alice-%u");
	assert_int_equal(rules[0].isolate, ISOLATE_PTRACE);
	assert_false(rules[0].isolate_said);
	assert_int_equal(rules[1].line, 5);
	assert_string_equal(rules[1].who, "@contractors,!carol");
	assert_string_equal(rules[1].service, "*");
	assert_string_equal(rules[1].tree, "contractor");
	assert_int_equal(rules[1].isolate, ISOLATE_PTRACE | ISOLATE_SIGNAL);
	assert_true(rules[1].isolate_said);
	assert_int_equal(rules[2].line, 6);
	assert_string_equal(rules[2].service, "!cron,*");
	assert_string_equal(rules[2].tree, "host");
	assert_int_equal(rules[2].isolate, 0);
	assert_true(rules[2].isolate_said);
	assert_int_equal(rules[3].isolate, ISOLATE_PTRACE);
	assert_true(rules[3].isolate_said);
}

static void test_reads_unusual_items(void **state)
{
	static const char *const good[] = {
		"alice@example.com",
		"EXAMPLE\\alice",
		"machine$",
		"@admins@example.com",
		"J\xc3\xb6rg",
		"4294967294:",
		"0:4294967295",
		":1000",
		"7:7",
		"!carol,*",
		"*,!@daemon,!5:6",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(good); i++) {
		struct policy *policy cleanup(cleanup_policy) = NULL;
		char text[256];

		snprintf(text, sizeof(text), "%s * tree", good[i]);
		policy = read_good(text);
		assert_string_equal(policy->rules[0].who, good[i]);
	}
}

static void test_matches_users(void **state)
{
	struct groups groups = {(gid_t[]){5000, 1}, 2};
	struct subject alice = person("alice", 2500, &groups);
	static const struct {
		const char *who;
		bool matches;
	} cases[] = {
		{"alice", true},
		{"bob", false},
		{"ali", false},
		{"alice2", false},
		{"Alice", false},
		{"bob,alice", true},
		{"alice,bob", true},
		{"bob,carol", false},
		{"*", true},
		{"2500", false}, /* a name, not a uid */
		{"2500:2500", true},
		{"2500:2999", true},
		{"2000:2500", true},
		{"2501:2999", false},
		{"2000:2499", false},
		{"0:4294967295", true},
		{"2500:", true},
		{"2501:", false},
		{":2500", true},
		{":2501", false}, /* exact, as in limits.conf(5) */
		{"@daemon", true},
		{"@root", false},
		{"@nosuchgroup", false},
		{"@root,@daemon", true},
		{"bob,@daemon", true},
		{"*,!alice", false},
		{"!alice,*", false},
		{"*,!bob", true},
		{"alice,!alice", false},
		{"*,!@daemon", false},
		{"!@daemon,alice", false},
		{"*,!@root", true},
		{"*,!@nosuchgroup", true},
		{"*,!2000:2999", false},
		{"*,!:2500", false},
		{"*,!:2600", true},
		{"*,!3000:", true},
		{"@daemon,!carol", true},
		{"@daemon,!alice", false},
		{"@root,!carol", false},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++)
		if (match_who(cases[i].who, &alice) != cases[i].matches)
			fail_msg("alice and '%s'", cases[i].who);
}

static void test_matches_primary_group(void **state)
{
	struct groups groups = {(gid_t[]){1}, 1};
	struct subject dave = person("dave", 2501, &groups);

	(void)state;
	assert_int_equal(match_who("@daemon", &dave), 1);
	assert_int_equal(match_who("@root", &dave), 0);
}

static void test_matches_uid_0_only_when_meant(void **state)
{
	struct groups groups = {(gid_t[]){0, 1}, 2};
	struct subject root = person("root", 0, &groups), toor = person("toor", 0, &groups);
	static const struct {
		const char *who;
		bool root, toor;
	} cases[] = {
		{"root", true, false},
		{"toor", false, true},
		{"0:0", true, true},
		{"*", false, false},
		{"@root", false, false},
		{"@root,@daemon", false, false},
		{"0:1", false, false},
		{"0:", false, false},
		{"0:4294967295", false, false},
		{"*,@root,0:100", false, false},
		{"*,root", true, false},
		{"*,0:0", true, true},
		{"0:0,!toor", true, false},
		{"root,!0:100", false, false},
		{"root,!0:", false, false},
		{"root,!@daemon", false, false},
		{"root,toor,!@nosuchgroup", true, true},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		if (match_who(cases[i].who, &root) != cases[i].root)
			fail_msg("root and '%s'", cases[i].who);
		if (match_who(cases[i].who, &toor) != cases[i].toor)
			fail_msg("toor and '%s'", cases[i].who);
	}
}

static void test_name_root_is_not_uid_0(void **state)
{
	struct groups groups = {(gid_t[]){5000}, 1};
	struct subject other = person("root", 1000, &groups);

	(void)state;
	assert_int_equal(match_who("0:0", &other), 0);
	assert_int_equal(match_who("*", &other), 1);
}

static void test_matches_services(void **state)
{
	struct groups groups = {(gid_t[]){5000}, 1};
	struct subject alice = person("alice", 2500, &groups);
	static const struct {
		const char *service;
		bool matches;
	} cases[] = {
		{"sshd", true},	    {"login", false},	{"login,sshd", true}, {"*", true},
		{"*,!sshd", false}, {"!sshd,*", false}, {"*,!login", true},   {"ssh", false},
		{"sshd2", false},   {"SSHD", true}, /* pam_start(3) makes lower case of it */
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char text[256];

		snprintf(text, sizeof(text), "alice %s tree", cases[i].service);
		if (match(text, &alice) != cases[i].matches)
			fail_msg("sshd and '%s'", cases[i].service);
	}
}

static void test_first_match_wins(void **state)
{
	struct groups groups = {(gid_t[]){5000}, 1};
	struct subject alice = person("alice", 2500, &groups);

	(void)state;
	assert_int_equal(match("bob * b\nalice * a\n* * -\n", &alice), 2);
	assert_int_equal(match("* * -\nalice * a\n", &alice), 1);
	assert_int_equal(match("alice login a\n#\nalice sshd a\n", &alice), 3);
	assert_int_equal(match("bob * b\nalice login a\n", &alice), 0);
}

static void test_asks_for_groups_only_where_they_decide(void **state)
{
	struct groups groups = {(gid_t[]){5000}, 1};
	struct subject alice = person("alice", 2500, &groups), root = person("root", 0, &groups);
	static const char *const needless[] = {
		"alice * t",
		"alice,@broken * t",
		"@broken,alice * t",
		"@broken,!alice * t\n* * t",
		"*,!@broken,!alice * t\n* * t",
		"bob,!@broken * t\n* * t",
		"@broken login t\n* * t",
		"alice * t\n@broken * t",
	};

	(void)state;
	group_lookups = 0;
	for (size_t i = 0; i < LENGTH(needless); i++)
		assert_int_not_equal(match(needless[i], &alice), 0);
	assert_int_equal(match("@broken * t\nroot * t", &root), 2);
	assert_int_equal(group_lookups, 0);
}

static void test_fails_where_a_group_cannot_be_known(void **state)
{
	struct groups groups = {(gid_t[]){5000}, 1};
	struct subject alice = person("alice", 2500, &groups);
	static const char *const texts[] = {
		"# here\n@broken * t\n* * -",
		"# here\n*,!@broken * t\n* * -",
		"# here\n@daemon,@broken * t\n* * -",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct policy *policy cleanup(cleanup_policy) = read_good(texts[i]);
		const struct rule *rule = policy->rules;
		struct error error = {0};

		assert_int_equal(policy_match(policy, &alice, &rule, &error), -EIO);
		assert_null(rule);
		assert_string_equal(error.file, FILE_NAME);
		assert_int_equal(error.line, 2);
		assert_non_null(strstr(error.words, "group 'broken'"));
	}
}

static void test_refuses_bad_fields(void **state)
{
	(void)state;
	assert_refused("alice", 1,
		       "no service and no tree: write who, service and tree, such as "
		       "'@contractors sshd contractor'");
	assert_refused("* * -\n\nalice sshd # alice\n", 3, "no tree: write who, service and tree");
	assert_refused("alice * a/b", 1, "'a/b' is no tree: write its name without directory");
	assert_refused("alice * .", 1, "'.' is no tree");
	assert_refused("alice * ..", 1, "'..' is no tree");
	assert_refused("alice sshd, login alice", 1, "'sshd,' has an empty item");
}

static void test_refuses_bad_users(void **state)
{
	static const struct {
		const char *who, *words;
	} cases[] = {
		{"alice,", "'alice,' has an empty item: write items joined by one comma"},
		{",alice", "',alice' has an empty item"},
		{"alice,,bob", "'alice,,bob' has an empty item"},
		{",", "',' has an empty item"},
		{"*,!", "'!' excludes nothing: write !"},
		{"!", "'!' excludes nothing"},
		{"!,bob", "'!' excludes nothing"},
		{"*,!!bob", "'!bob' is no user"},
		{"bob!", "'bob!' is no user: write a name, @group, MIN:MAX or *"},
		{"al*", "'al*' is no user"},
		{"%wheel", "'%wheel' is no user"},
		{"\"alice\"", "is no user"},
		{"@", "'@' is no group: write @ and the name of one group, such as @contractors"},
		{"*,!@", "'@' is no group"},
		{"@*", "'@*' is no group"},
		{"@@netgroup", "'@@netgroup' is no group"},
		{"@100:200", "'@100:200' is no group"},
		{"*,!*", "'!*' excludes everything, so that the rule would never match: write"},
		{"!carol", "'!carol' only excludes, and matches nothing: write *,!carol"},
		{"!carol,!@daemon", "write *,!carol,!@daemon"},
		{":", "':' is no range of uids: write MIN:MAX in decimal, such as 2000:2999"},
		{"a:b", "'a:b' is no range"},
		{"1:b", "'1:b' is no range"},
		{"1:2:3", "'1:2:3' is no range"},
		{"-1:5", "'-1:5' is no range"},
		{"+1:5", "'+1:5' is no range"},
		{"1:-", "is no range"},
		{"0x10:0x20", "is no range"},
		{"1:4294967296", "is no range"},
		{"18446744073709551616:", "is no range"},
		{"2999:2000", "'2999:2000' ends before it begins: write 2000:2999"},
		{":0", "':0' may be read as uid 0: if meant, write 0:0"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char text[256];

		snprintf(text, sizeof(text), "* * -\n%s * tree\n", cases[i].who);
		assert_refused(text, 2, cases[i].words);
	}
}

static void test_refuses_bad_services(void **state)
{
	static const struct {
		const char *service, *words;
	} cases[] = {
		{"@sshd", "'@sshd' is no PAM service: write the name of a file in /etc/pam.d"},
		{"a@b", "'a@b' is no PAM service"},
		{"1:2", "'1:2' is no PAM service"},
		{"*,!@x", "'@x' is no PAM service"},
		{"/etc/pam.d/sshd", "is no PAM service"},
		{"ssh*", "'ssh*' is no PAM service"},
		{"!sshd", "'!sshd' only excludes, and matches nothing: write *,!sshd"},
		{"!*", "'!*' excludes everything"},
		{"*,!", "'!' excludes nothing"},
		{"sshd,", "'sshd,' has an empty item"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char text[256];

		snprintf(text, sizeof(text), "* * -\nalice %s tree\n", cases[i].service);
		assert_refused(text, 2, cases[i].words);
	}
}

static void test_refuses_bad_options(void **state)
{
	static const struct {
		const char *options, *words;
	} cases[] = {
		{"other=user", "unknown option 'other=user': only isolate= and share= are known"},
		{"isolate", "unknown option 'isolate': only isolate= and share= are known"},
		{"share", "unknown option 'share': only"},
		{"Share=user", "unknown option 'Share=user'"},
		{"share=", "'share=' is unknown: write share=user, with which"},
		{"share=all", "'share=all' is unknown: write share=user, with which"},
		{"share=user,none", "'share=user,none' is unknown"},
		{"share=user share=user", "a second 'share=user': write it once"},
		{"share=none isolate=none share=user", "a second 'share=user': write it once"},
		{"Isolate=none", "unknown option 'Isolate=none'"},
		{"isolate=none extra", "unknown option 'extra'"},
		{"isolate=none isolate=none",
		 "a second 'isolate=none': write it once, its words joined"},
		{"isolate=", "'isolate=' has an empty word"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char text[256];

		snprintf(text, sizeof(text), "* * -\nalice * tree %s\n", cases[i].options);
		assert_refused(text, 2, cases[i].words);
	}
}

static void test_refuses_isolation_of_the_host(void **state)
{
	(void)state;
	assert_refused("alice * - isolate=ptrace\n", 1,
		       "'isolate=' on the host's own tree does nothing");
	assert_refused("alice * - share=user\n", 1, "'share=' on the host's own tree does nothing");
	assert_refused("alice * - share=none\n", 1, "'share=' on the host's own tree does nothing");
}

static void test_share(void **state)
{
	struct policy *policy cleanup(cleanup_policy) =
		read_good("alice * a share=user\nbob * b share=none isolate=pid\ncarol * c\n"
			  "dave * d isolate=none share=user\n");

	(void)state;
	assert_true(policy->rules[0].shared && policy->rules[0].share_said);
	assert_false(policy->rules[0].isolate_said);
	assert_true(!policy->rules[1].shared && policy->rules[1].share_said);
	assert_true(!policy->rules[2].shared && !policy->rules[2].share_said);
	assert_true(policy->rules[3].shared && policy->rules[3].isolate == 0);
}

static void test_refuses_bad_bytes(void **state)
{
	static const char nul[] = "* * -\nalice * a\0b\n", nul_comment[] = "* * - # \0\n";

	(void)state;
	assert_refused_bytes(nul, sizeof(nul) - 1, 2, "control character 0x00: write plain text");
	assert_refused_bytes(nul_comment, sizeof(nul_comment) - 1, 1, "control character 0x00");
	assert_refused("* * -\r\n", 1, "control character 0x0d: write plain text, with newlines");
	assert_refused("* * -\n# \033[2J\n", 2, "control character 0x1b");
	assert_refused("* * -\177\n", 1, "control character 0x7f");
}

static void test_refuses_what_is_too_long(void **state)
{
	char comment[4200], name[300], text[400];

	(void)state;
	memset(comment, '#', sizeof(comment));
	memcpy(comment, "* * -\n", 6);
	comment[6 + 4096] = '\n'; /* as long as may be: no rule's fault is found */
	comment[6 + 4097] = '\0';
	match(comment, &(struct subject){.user = comment, .service = comment, .uid = 1});
	comment[6 + 4096] = '#';
	assert_refused_bytes(comment, 6 + 4097, 2, "longer than 4096 bytes: write several rules");

	memset(name, 'n', sizeof(name));
	snprintf(text, sizeof(text), "*,!%.256s * t", name);
	assert_refused(text, 1, "is too long for a name: write at most 255 bytes");
	snprintf(text, sizeof(text), "* * %.256s", name);
	assert_refused(text, 1, "is no tree");
	snprintf(text, sizeof(text), "%.255s * %.100s", name, name);
	name[255] = '\0';
	assert_int_equal(match(text, &(struct subject){.user = name, .service = name, .uid = 1}),
			 1);
	name[254] = '\0';
	assert_int_equal(match(text, &(struct subject){.user = name, .service = name, .uid = 1}),
			 0);
}

static void test_refuses_no_rule(void **state)
{
	(void)state;
	assert_refused("# only a comment\n\n \t\n", 0,
		       "holds no rule: write at least one, such as");
	assert_refused("\n", 0, "holds no rule");
}

static void test_refuses_what_cannot_be_read(void **state)
{
	FILE *stream cleanup(cleanup_file) = fopen("/", "r");
	struct policy *policy = NULL;
	struct error error = {0};

	(void)state;
	assert_non_null(stream);
	assert_int_equal(policy_read(stream, FILE_NAME, &policy, &error), -EISDIR);
	assert_null(policy);
	assert_string_equal(error.file, FILE_NAME);
	assert_int_equal(error.line, 0);
	assert_non_null(strstr(error.words, "cannot be read"));
}

static void test_load_passes_on_what_open_says(void **state)
{
	struct policy *policy = NULL;
	struct error error = {0};

	(void)state;
	assert_int_equal(policy_load("/nonexistent/nstree.conf", &policy, &error), -ENOENT);
	assert_null(policy);
	assert_int_equal(error.number, ENOENT);
}

static void test_free_takes_null(void **state)
{
	(void)state;
	policy_free(NULL);
}

static void test_isolate_words(void **state)
{
	static const struct {
		const char *words;
		unsigned isolate;
	} cases[] = {
		{"none", 0},
		{"ptrace", ISOLATE_PTRACE},
		{"signal", ISOLATE_PTRACE | ISOLATE_SIGNAL},
		{"socket", ISOLATE_PTRACE | ISOLATE_SOCKET},
		{"ipc", ISOLATE_PTRACE | ISOLATE_IPC},
		{"userns", ISOLATE_PTRACE | ISOLATE_USERNS},
		{"pid", ISOLATE_PTRACE | ISOLATE_PID},
		{"nnp+pid", ISOLATE_PTRACE | ISOLATE_NNP | ISOLATE_PID},
		{"ptrace+signal", ISOLATE_PTRACE | ISOLATE_SIGNAL},
		{"signal+ptrace", ISOLATE_PTRACE | ISOLATE_SIGNAL},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct error error = {0};
		unsigned isolate = 99;

		assert_int_equal(isolate_parse(cases[i].words, &isolate, &error), 0);
		assert_int_equal(isolate, cases[i].isolate);
		assert_int_equal(error.number, 0);
	}
}

static void test_isolate_refuses(void **state)
{
	static const struct {
		const char *words, *said;
	} cases[] = {
		{"",
		 "'isolate=' has an empty word: write none, ptrace, signal, socket, ipc, userns, "
		 "pid or nnp, several joined"},
		{"+", "'isolate=+' has an empty word"},
		{"ptrace+", "'isolate=ptrace+' has an empty word"},
		{"+ptrace", "'isolate=+ptrace' has an empty word"},
		{"ptrace++signal", "has an empty word"},
		{"ptrace+ptrace", "'ptrace+ptrace' has ptrace twice: write it once"},
		{"none+none", "'none+none' joins none to a word: write none alone"},
		{"none+ptrace", "joins none to a word"},
		{"signal+none", "joins none to a word"},
		{"ptrac",
		 "'ptrac' is no word of isolate=: write none, ptrace, signal, socket, ipc, "
		 "userns, pid or nnp"},
		{"ptrace2", "'ptrace2' is no word of isolate="},
		{"PTRACE", "'PTRACE' is no word of isolate="},
		{"ptrace,signal", "'ptrace,signal' is no word of isolate="},
		{"signal+what", "'what' is no word of isolate="},
		{"pid+nnp+pid", "'pid+nnp+pid' has pid twice"},
		{"pid+none", "'pid+none' joins none to a word"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct error error = {0};
		unsigned isolate = 99;

		if (isolate_parse(cases[i].words, &isolate, &error) != -EINVAL)
			fail_msg("isolate=%s was not refused", cases[i].words);
		assert_int_equal(isolate, 99);
		assert_string_equal(error.file, "");
		if (!strstr(error.words, cases[i].said))
			fail_msg("wanted '%s', got '%s'", cases[i].said, error.words);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_rules),
		cmocka_unit_test(test_reads_unusual_items),
		cmocka_unit_test(test_matches_users),
		cmocka_unit_test(test_matches_primary_group),
		cmocka_unit_test(test_matches_uid_0_only_when_meant),
		cmocka_unit_test(test_name_root_is_not_uid_0),
		cmocka_unit_test(test_matches_services),
		cmocka_unit_test(test_first_match_wins),
		cmocka_unit_test(test_asks_for_groups_only_where_they_decide),
		cmocka_unit_test(test_fails_where_a_group_cannot_be_known),
		cmocka_unit_test(test_refuses_bad_fields),
		cmocka_unit_test(test_refuses_bad_users),
		cmocka_unit_test(test_refuses_bad_services),
		cmocka_unit_test(test_refuses_bad_options),
		cmocka_unit_test(test_refuses_isolation_of_the_host),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_refuses_bad_bytes),
		cmocka_unit_test(test_refuses_what_is_too_long),
		cmocka_unit_test(test_refuses_no_rule),
		cmocka_unit_test(test_refuses_what_cannot_be_read),
		cmocka_unit_test(test_load_passes_on_what_open_says),
		cmocka_unit_test(test_free_takes_null),
		cmocka_unit_test(test_isolate_words),
		cmocka_unit_test(test_isolate_refuses),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
