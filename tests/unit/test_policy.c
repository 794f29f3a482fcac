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

#include "cleanup.h"
#include "isolation.h"
#include "policy.h"

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
static struct subject person(const char *user, uid_t uid, struct group_list *groups)
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
		"7:7",
		"!carol,*",
		"*,!@daemon,!5:6",
		"@domain\\040users@example.com",
		"EX\\134044x",
		"+night_shift",
		"*,!+night\\040shift",
		"@3000:3999",
		"@3000:,!@3005:3005",
		"@Sales\\040\\050EU\\051",
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
	struct group_list groups = {.ids = (gid_t[]){5000, 1}, .n_ids = 2};
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
		{"2500:2500", true},
		{"2500:2999", true},
		{"2000:2500", true},
		{"2501:2999", false},
		{"2000:2499", false},
		{"0:4294967295", true},
		{"2500:", true},
		{"2501:", false},
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
		{"*,!2500:2500", false},
		{"*,!3000:", true},
		{"@daemon,!carol", true},
		{"@daemon,!alice", false},
		{"@root,!carol", false},
		{"al\\151ce", true},
		{"\\052", false},
		{"@dae\\155on", true},
		{"@5000:5000", true},
		{"@5000:", true},
		{"@4000:4999", false},
		{"@1:1", false},
		{"@0:4294967295,!@5000:6000", false},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++)
		if (match_who(cases[i].who, &alice) != cases[i].matches)
			fail_msg("alice and '%s'", cases[i].who);
}

static void test_matches_primary_group(void **state)
{
	struct group_list groups = {.ids = (gid_t[]){1}, .n_ids = 1};
	struct subject dave = person("dave", 2501, &groups);

	(void)state;
	assert_int_equal(match_who("@daemon", &dave), 1);
	assert_int_equal(match_who("@root", &dave), 0);
}

/* Names as directories have them: with blanks, domains and characters that mark items here. */
static void test_matches_decoded_names(void **state)
{
	static const struct {
		const char *who, *user;
		bool matches;
	} cases[] = {
		{"EX\\alice", "EX\\alice", true},
		{"EX\\alice", "EXalice", false},
		{"EX\\134alice", "EX\\alice", true},
		{"EX\\134100x", "EX\\100x", true},
		{"EX\\100x", "EX@x", true},
		{"EX\\99x", "EX\\99x", true},
		{"alice@example.org", "alice@example.org", true},
		{"Alice\\040Smith", "Alice Smith", true},
		{"Alice\\040Smith", "Alice", false},
		{"\\053alice", "+alice", true},
		{"\\100alice", "@alice", true},
		{"\\041alice", "!alice", true},
		{"\\061000", "1000", true},
		{"a\\054b,c", "a,b", true},
		{"a\\054b,c", "c", true},
		{"a\\043b", "a#b", true},
		{"\\052", "*", true},
		{"J\\303\\266rg", "J\xc3\xb6rg", true},
	};
	struct group_list groups = {.ids = (gid_t[]){5000}, .n_ids = 1};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct subject subject = person(cases[i].user, 2500, &groups);

		if (match_who(cases[i].who, &subject) != cases[i].matches)
			fail_msg("'%s' and '%s'", cases[i].user, cases[i].who);
	}
}

static void test_matches_uid_0_only_when_meant(void **state)
{
	struct group_list groups = {.ids = (gid_t[]){0, 1}, .n_ids = 2};
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
		{"@0:0", false, false},
		{"root,!@0:0", false, false},
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
	struct group_list groups = {.ids = (gid_t[]){5000}, .n_ids = 1};
	struct subject other = person("root", 1000, &groups);

	(void)state;
	assert_int_equal(match_who("0:0", &other), 0);
	assert_int_equal(match_who("*", &other), 1);
}

static void test_matches_services(void **state)
{
	struct group_list groups = {.ids = (gid_t[]){5000}, .n_ids = 1};
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
	struct group_list groups = {.ids = (gid_t[]){5000}, .n_ids = 1};
	struct subject alice = person("alice", 2500, &groups);

	(void)state;
	assert_int_equal(match("bob * b\nalice * a\n* * -\n", &alice), 2);
	assert_int_equal(match("* * -\nalice * a\n", &alice), 1);
	assert_int_equal(match("alice login a\n#\nalice sshd a\n", &alice), 3);
	assert_int_equal(match("bob * b\nalice login a\n", &alice), 0);
}

static void test_asks_for_groups_only_where_they_decide(void **state)
{
	struct group_list groups = {.ids = (gid_t[]){5000}, .n_ids = 1};
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
	struct group_list groups = {.ids = (gid_t[]){5000}, .n_ids = 1};
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
	assert_refused("alice * a/b", 1, "'a/b' is not a tree: write its name without directory");
	assert_refused("alice * .", 1, "'.' is not a tree");
	assert_refused("alice * ..", 1, "'..' is not a tree");
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
		{"*,!", "'!' excludes nothing: write ! directly before"},
		{"!", "'!' excludes nothing"},
		{"!,bob", "'!' excludes nothing"},
		{"*,!!bob", "'!bob' is not a user"},
		{"bob!", "'bob!' is not a user: write a name, @group, MIN:MAX or *"},
		{"al*", "'al*' is not a user"},
		{"%wheel", "'%wheel' is not a user: write @wheel for the group"},
		{"\"alice\"", "is not a user"},
		{"@",
		 "'@' is not a group: write @ and the name of one group, such as @contractors"},
		{"*,!@", "'@' is not a group"},
		{"@*", "'@*' is not a group"},
		{"@@netgroup", "'@@netgroup' is not a group"},
		{"@100:b", "'@100:b' is not a range of gids: write @MIN:MAX in decimal"},
		{"@200:100", "'@200:100' ends before it begins: write @100:200"},
		{"@:100",
		 "'@:100' has no first gid: write @100:100 for that gid alone, or @MIN:100"},
		{"+", "'+' is not a netgroup: write + and the name of one netgroup"},
		{"*,!++shift", "'++shift' is not a netgroup"},
		{"@sales(eu)", "'@sales(eu)' is not a group"},
		{"\\061900:2999",
		 "'\\061900:2999' is not a range of uids: write MIN:MAX in decimal"},
		{"@\\061900:", "'@\\061900:' is not a range of gids: write @MIN:MAX in decimal"},
		{"al\\011ice", "'\\011' is not a character of a name: write \\040 for a blank"},
		{"@\\777", "'\\777' is not a character of a name"},
		{"+\\000", "'\\000' is not a character of a name"},
		{"EX\\177x", "'\\177' is not a character of a name"},
		{"*,!*", "'!*' excludes everything, so that the rule would never match: write"},
		{"!carol", "'!carol' only excludes, and matches nothing: write *,!carol"},
		{"!carol,!@daemon", "write *,!carol,!@daemon"},
		{":", "':' is not a range of uids: write MIN:MAX in decimal, such as 2000:2999"},
		{"a:b", "'a:b' is not a range"},
		{"1:b", "'1:b' is not a range"},
		{"1:2:3", "'1:2:3' is not a range"},
		{"-1:5", "'-1:5' is not a range"},
		{"+1:5", "'+1:5' is not a netgroup"},
		{"1:-", "is not a range"},
		{"0x10:0x20", "is not a range"},
		{"1:4294967296", "is not a range"},
		{"18446744073709551616:", "is not a range"},
		{"2999:2000", "'2999:2000' ends before it begins: write 2000:2999"},
		{":2999",
		 "':2999' has no first uid: write 2999:2999 for that uid alone, or MIN:2999"},
		{"*,!:0", "':0' has no first uid: write 0:0"},
		{"2999", "'2999' is a number and not a user name: write 2999:2999 for the user"},
		{"1000-2999", "'1000-2999' is not a range of uids: write 1000:2999"},
		{"*,!1000-", "'1000-' is not a range of uids: write 1000:"},
		{"*,!0", "'0' is a number and not a user name: write 0:0"},
		{"(contractors)",
		 "'(contractors)' is not a user: write @contractors for the group"},
		{"(contractors", "'(contractors' is not a user: write a name, @group"},
		{"%", "'%' is not a user: write a name, @group"},
		{"()", "'()' is not a user: write a name, @group"},
		{"%a(b", "'%a(b' is not a user: write a name, @group"},
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
		{"@sshd", "'@sshd' is not a PAM service: write the name of a file in /etc/pam.d"},
		{"a@b", "'a@b' is not a PAM service"},
		{"1:2", "'1:2' is not a PAM service"},
		{"*,!@x", "'@x' is not a PAM service"},
		{"/etc/pam.d/sshd", "is not a PAM service"},
		{"ssh*", "'ssh*' is not a PAM service"},
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
		{"other=user",
		 "unknown option 'other=user': isolate=, share=, net=, tcp=, udp=, from= and "
		 "tty= are known"},
		{"from=10.0.0.0/8 from=::1",
		 "a second 'from=::1': write it once, its items joined"},
		{"tty=a tty=b", "a second 'tty=b': write it once"},
		{"from", "'from' has no value: write from=VALUE"},
		{"from=", "'' has an empty item"},
		{"from=gate", "'gate' is not an address: write one"},
		{"tty=!a", "'!a' only excludes"},
		{"isolate", "'isolate' has no value: write isolate=VALUE, without blanks"},
		{"share", "'share' has no value: write share=VALUE, without blanks"},
		{"tcp = connect:22", "'tcp' has no value: write tcp=VALUE"},
		{"shar", "unknown option 'shar'"},
		{"=", "unknown option '='"},
		{"Share=user", "unknown option 'Share=user'"},
		{"share=", "'share=' is unknown: write share=user, with which"},
		{"share=all", "'share=all' is unknown: write share=user, with which"},
		{"share=user,none", "or share=none, and a blank before the next option"},
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

/* The line of the rule that matches alice with this PAM_RHOST and PAM_TTY; -1 where it fails. */
static int match_from(const char *text, const char *rhost, const char *tty)
{
	struct policy *policy cleanup(cleanup_policy) = read_good(text);
	struct group_list groups = {.ids = (gid_t[]){5000}, .n_ids = 1};
	struct subject alice = person("alice", 2500, &groups);
	const struct rule *rule = NULL;
	struct error error = {0};

	alice.rhost = (char *)(uintptr_t)rhost;
	alice.tty = (char *)(uintptr_t)tty;
	if (policy_match(policy, &alice, &rule, &error) < 0)
		return -1;
	return rule ? (int)rule->line : 0;
}

static void test_conditions(void **state)
{
	const char text[] = "alice * tree from=10.0.0.0/8,!10.1.0.0/16 tty=ssh,pts/*\n"
			    "alice * - from=10.0.0.0/8\n"
			    "bob * tree from=::1\n"
			    "* * deny tty=tty1\n"
			    "* * tree from=local\n";

	(void)state;
	assert_int_equal(match_from(text, "10.2.0.1", "ssh"), 1);
	assert_int_equal(match_from(text, "10.2.0.1", "/dev/pts/3"), 1);
	assert_int_equal(match_from(text, "10.1.0.1", "ssh"), 2);
	assert_int_equal(match_from(text, "10.2.0.1", "tty1"), 2);
	assert_int_equal(match_from(text, "::1", "tty1"), 4);
	assert_int_equal(match_from(text, "::1", "ssh"), 0);
	assert_int_equal(match_from(text, NULL, NULL), 5);
}

/* A host name that is not believed decides nothing, unless the rule is another's. */
static void test_conditions_that_cannot_be_decided(void **state)
{
	const char no_name[] = "..";

	(void)state;
	assert_int_equal(match_from("alice * tree from=::1\n* * -\n", no_name, NULL), -1);
	assert_int_equal(match_from("* * -\nalice * tree from=::1\n", no_name, NULL), 1);
	assert_int_equal(match_from("bob * tree from=::1\n* * -\n", no_name, NULL), 2);
	assert_int_equal(match_from("alice su tree from=::1\n* * -\n", no_name, NULL), 2);
	assert_int_equal(match_from("alice * tree from=::1 tty=a\n* * -\n", no_name, "b"), 2);
	/* Groups are not asked for where the address decides. */
	assert_int_equal(match_from("@broken * tree from=::1\n* * -\n", "::2", NULL), 2);
	assert_int_equal(match_from("@broken * tree from=::1\n* * -\n", "::1", NULL), -1);
}

static void test_may_get(void **state)
{
	struct policy *policy cleanup(cleanup_policy) = read_good("alice * a from=::1\n"
								  "alice * b tty=tty1\n"
								  "bob * c\n"
								  "alice * d\n"
								  "* * e from=::1\n");
	static const bool may[] = {true, true, false, true, false};
	struct group_list groups = {.ids = (gid_t[]){5000}, .n_ids = 1};
	struct subject alice = person("alice", 2500, &groups),
		       carol = person("carol", 2600, &groups);
	struct error error = {0};
	size_t reach;

	(void)state;
	assert_int_equal(policy_reach(policy, &alice, &reach, &error), 0);
	assert_int_equal(reach, 3);
	assert_int_equal(policy_reach(policy, &carol, &reach, &error), 0);
	assert_int_equal(reach, policy->n_rules);
	for (size_t i = 0; i < LENGTH(may); i++)
		assert_int_equal(policy_may_get(policy, &alice, &policy->rules[i], &error), may[i]);
}

/* Not the same as "does not get it": the login is refused, and check has to say so. */
static void test_may_get_unanswered(void **state)
{
	struct policy *policy cleanup(cleanup_policy) = read_good("@broken * a\n"
								  "* * b\n");
	struct group_list groups = {.ids = (gid_t[]){5000}, .n_ids = 1};
	struct subject alice = person("alice", 2500, &groups);
	struct error failed = {0};
	size_t reach;

	(void)state;
	assert_int_equal(policy_reach(policy, &alice, &reach, &failed), -EIO);
	for (size_t i = 0; i < 2; i++) {
		struct error error = {0};

		assert_int_equal(policy_may_get(policy, &alice, &policy->rules[i], &error), -EIO);
		assert_int_equal(error.line, 1);
		assert_non_null(strstr(error.words, "'broken'"));
	}
}

static void test_deny(void **state)
{
	struct policy *policy cleanup(cleanup_policy) =
		read_good("alice * deny\nbob * -\ncarol * denyx\ndave * DENY\n");

	(void)state;
	assert_int_equal(policy->rules[0].action, RULE_DENY);
	assert_int_equal(policy->rules[1].action, RULE_HOST);
	assert_int_equal(policy->rules[2].action, RULE_ENTER);
	assert_int_equal(policy->rules[3].action, RULE_ENTER);
	assert_refused("* * deny share=user\n", 1,
		       "'share=' with deny does nothing: name a tree, or leave the option out");
	assert_refused("* * deny isolate=none\n", 1, "'isolate=' with deny does nothing");
}

/* The warning names the first of them; a group that decides nothing is not asked for. */
static void test_warns_of_groups_that_nothing_knows(void **state)
{
	struct group_list groups = {.ids = (gid_t[]){5000}, .n_ids = 1};
	struct subject alice = person("alice", 2500, &groups);
	struct policy *policy cleanup(cleanup_policy) =
		read_good("bob * t\n@nobodys * t\n*,!@nowhere * t\n");
	struct error warning = {0}, error = {0};
	const struct rule *rule;

	(void)state;
	assert_int_equal(policy_find_rule(policy, &alice, &rule, &warning, &error), 0);
	assert_int_equal(rule->line, 3);
	assert_int_equal(error.number, 0);
	assert_int_equal(warning.number, ENOENT);
	assert_string_equal(warning.file, FILE_NAME);
	assert_int_equal(warning.line, 2);
	assert_non_null(strstr(warning.words, "no source knows the group 'nobodys'"));
	assert_int_equal(warning.code, CODE_UNKNOWN_GROUP);
	alice.uid = 0;
	warning = (struct error){0};
	assert_int_equal(policy_find_rule(policy, &alice, &rule, &warning, &error), 0);
	assert_null(rule);
	assert_int_equal(warning.number, 0);
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
	assert_refused(
		"* * -\r\n", 1,
		"control character 0x0d (carriage return) at the end of the line: the file has "
		"DOS line ends; write newlines alone");
	assert_refused("* * -\rroot * -\n", 1, "control character 0x0d: write plain text");
	assert_refused("\xef\xbb\xbf* * -\n", 1,
		       "the file begins with a UTF-8 byte order mark: save it as plain UTF-8");
	assert_refused("\xef\xbb\xbf# a comment\n* * -\n", 1, "UTF-8 byte order mark");
	assert_refused_bytes("\xff\xfe*\0 \0", 6, 1, "UTF-16 byte order mark");
	assert_refused("* * -\n# \033[2J\n", 2, "control character 0x1b");
	assert_refused("* * -\177\n", 1, "control character 0x7f");
}

/* What looks like a blank between two fields; a comment may hold it. */
static void test_refuses_false_blanks(void **state)
{
	struct policy *policy cleanup(cleanup_policy) = read_good("* * - # \xc2\xa0\n");

	(void)state;
	assert_refused("* * -\n*\xc2\xa0* host-ro\n", 2,
		       "the line holds a no-break space (U+00A0), which separates nothing: write "
		       "blanks or tabs");
	assert_refused("* * host-ro\xe3\x80\x80share=user\n", 1, "an ideographic space (U+3000)");
}

static void count_fault(void *data, const struct error *error)
{
	assert_int_not_equal(error->line, 0);
	++*(unsigned *)data;
}

/* "holds no rule" would be one fault more where each line has one. */
static void test_reads_a_policy_of_faults(void **state)
{
	static char text[] = "alice\r\nbob sshd\r\n";
	struct policy *policy cleanup(cleanup_policy) = NULL;
	FILE *stream cleanup(cleanup_file) = fmemopen(text, strlen(text), "r");
	unsigned n_faults = 0;
	const struct faults faults = {count_fault, &n_faults};
	struct error error = {0};

	(void)state;
	assert_int_equal(policy_read_all(stream, "conf", NULL, &faults, &policy, &error), 0);
	assert_int_equal(n_faults, 3); /* the carriage returns once */
	assert_int_equal(policy->n_rules, 0);
	assert_true(policy->faulty);
	assert_int_equal(error.number, 0);
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
	assert_refused(text, 1, "is not a tree");
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
		 "userns, pid or nnp, several joined by +"},
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
		cmocka_unit_test(test_matches_decoded_names),
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
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_conditions_that_cannot_be_decided),
		cmocka_unit_test(test_may_get),
		cmocka_unit_test(test_may_get_unanswered),
		cmocka_unit_test(test_deny),
		cmocka_unit_test(test_warns_of_groups_that_nothing_knows),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_refuses_bad_bytes),
		cmocka_unit_test(test_refuses_false_blanks),
		cmocka_unit_test(test_reads_a_policy_of_faults),
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
