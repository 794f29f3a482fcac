/* SPDX-License-Identifier: BSD-3-Clause */
/* Netgroups from several sources, in sources of the name service that this file has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <errno.h>
#include <nss.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "netgroup.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* As glibc's netgroup.h has it, up to what a module uses. */
struct entry {
	enum { TRIPLE, GROUP } type;
	union {
		struct {
			const char *host, *user, *domain;
		} triple;
		const char *group;
	} value;
	char *data;
};

static const char *nsswitch;
static const char *domain_name;
static unsigned opened, closed;

/* What the sources have: STATUS as the answer to the netgroup, or an entry of it. */
static const struct line {
	const char *source, *netgroup;
	enum nss_status status;
	struct entry entry;
} lines[] = {
	{"one", "staff", NSS_STATUS_SUCCESS, {TRIPLE, {{NULL, "alice", NULL}}, NULL}},
	{"one", "staff", NSS_STATUS_SUCCESS, {TRIPLE, {{"host", "bob", "example.org"}}, NULL}},
	{"one", "staff", NSS_STATUS_SUCCESS, {GROUP, {.group = "nested"}, NULL}},
	{"one", "staff", NSS_STATUS_SUCCESS, {GROUP, {.group = "unknown"}, NULL}},
	{"one", "staff", NSS_STATUS_RETURN, {0}},
	{"one", "nested", NSS_STATUS_SUCCESS, {TRIPLE, {{"-", "carol", NULL}}, NULL}},
	{"one", "nested", NSS_STATUS_SUCCESS, {GROUP, {.group = "staff"}, NULL}},
	{"one", "nested", NSS_STATUS_NOTFOUND, {0}},
	{"one", "anyone", NSS_STATUS_SUCCESS, {TRIPLE, {{"host", NULL, NULL}}, NULL}},
	{"one", "anyone", NSS_STATUS_RETURN, {0}},
	{"one", "cut", NSS_STATUS_SUCCESS, {TRIPLE, {{NULL, "alice", NULL}}, NULL}},
	{"one", "cut", NSS_STATUS_UNAVAIL, {0}},
	{"one", "leads-on", NSS_STATUS_SUCCESS, {GROUP, {.group = "broken"}, NULL}},
	{"one", "leads-on", NSS_STATUS_RETURN, {0}},
	{"two", "staff", NSS_STATUS_SUCCESS, {TRIPLE, {{NULL, "dave", NULL}}, NULL}},
	{"two", "staff", NSS_STATUS_RETURN, {0}},
	{"two", "second", NSS_STATUS_SUCCESS, {TRIPLE, {{NULL, "dave", NULL}}, NULL}},
	{"two", "second", NSS_STATUS_RETURN, {0}},
};

static enum nss_status begin(const char *source, const char *netgroup, struct entry *entry)
{
	opened++;
	entry->data = NULL;
	if (!strcmp(netgroup, "broken"))
		return strcmp(source, "one") ? NSS_STATUS_NOTFOUND : NSS_STATUS_TRYAGAIN;
	for (size_t i = 0; i < COUNT(lines) && !entry->data; i++)
		if (!strcmp(lines[i].source, source) && !strcmp(lines[i].netgroup, netgroup))
			entry->data = (char *)(uintptr_t)&lines[i];
	return entry->data ? NSS_STATUS_SUCCESS : NSS_STATUS_NOTFOUND;
}

static enum nss_status get(struct entry *entry, char *buffer, size_t size, int *number)
{
	const struct line *line = (const struct line *)(const void *)entry->data;

	(void)buffer;
	(void)size;
	(void)number;
	*entry = line->entry;
	entry->data = (char *)(uintptr_t)(line + 1);
	return line->status;
}

static enum nss_status end(struct entry *entry)
{
	(void)entry;
	closed++;
	return NSS_STATUS_SUCCESS;
}

static enum nss_status begin_one(const char *netgroup, struct entry *entry)
{
	return begin("one", netgroup, entry);
}

static enum nss_status begin_two(const char *netgroup, struct entry *entry)
{
	return begin("two", netgroup, entry);
}

/* As glibc's source `files` without /etc/netgroup. */
static enum nss_status begin_files(const char *netgroup, struct entry *entry)
{
	(void)netgroup;
	(void)entry;
	opened++;
	errno = ENOENT;
	return NSS_STATUS_UNAVAIL;
}

/* These three stand before the C library's. The source `nosuch` cannot be loaded. */
void *dlsym(void *restrict handle, const char *restrict name)
{
	static const struct {
		const char *name;
		void *function;
	} functions[] = {
		{"_nss_one_setnetgrent", (void *)begin_one},
		{"_nss_one_getnetgrent_r", (void *)get},
		{"_nss_one_endnetgrent", (void *)end},
		{"_nss_two_setnetgrent", (void *)begin_two},
		{"_nss_two_getnetgrent_r", (void *)get},
		{"_nss_two_endnetgrent", (void *)end},
		{"_nss_files_setnetgrent", (void *)begin_files},
		{"_nss_files_getnetgrent_r", (void *)get},
		{"_nss_files_endnetgrent", (void *)end},
	};

	(void)handle;
	for (size_t i = 0; i < COUNT(functions); i++)
		if (!strcmp(name, functions[i].name))
			return functions[i].function;
	return NULL;
}

FILE *fopen(const char *restrict path, const char *restrict mode)
{
	if (strcmp(path, "/etc/nsswitch.conf") != 0) {
		errno = ENOENT;
		return NULL;
	}
	return fmemopen((void *)(uintptr_t)nsswitch, strlen(nsswitch), mode);
}

int getdomainname(char *name, size_t size)
{
	snprintf(name, size, "%s", domain_name);
	return 0;
}

static int ask(const char *sources, const char *netgroup, const char *user, struct error *error)
{
	int result;

	nsswitch = sources;
	*error = (struct error){0};
	opened = closed = 0;
	result = netgroup_has_user(netgroup, user, error);
	assert_int_equal(opened, closed);
	return result;
}

static void test_finds_users(void **state)
{
	static const struct {
		const char *sources, *domain, *netgroup, *user;
		int result;
	} cases[] = {
		{"netgroup: one two", "", "staff", "alice", 1},
		{"netgroup: one two", "(none)", "staff", "bob", 1},
		{"netgroup: one two", "Example.ORG", "staff", "bob", 1},
		{"netgroup: one two", "example.net", "staff", "bob", 0},
		{"netgroup: one two", "example.net", "staff", "alice", 1},
		{"netgroup: one two", "", "staff", "Alice", 0},
		{"netgroup: one two", "", "staff", "host", 0},
		{"netgroup: one two", "", "staff", "carol", 1},
		{"netgroup: one two", "", "staff", "-", 0},
		{"netgroup: one two", "", "anyone", "erin", 1},
		{"netgroup: one two", "", "second", "dave", 1},
		{"netgroup: files two", "", "second", "dave", 1},
		{"netgroup: files two", "", "second", "alice", 0},
		/* The first source that knows the netgroup has all of it. */
		{"netgroup: one two", "", "staff", "dave", 0},
		{"netgroup: two one", "", "staff", "dave", 1},
		{"netgroup: two one", "", "staff", "alice", 0},
		/* What follows a member does not matter. */
		{"netgroup: one two", "", "cut", "alice", 1},
		{"netgroup: one [NOTFOUND=return] two", "", "second", "dave", -ENOENT},
		{"netgroup: one two", "", "unknown", "alice", -ENOENT},
		{"netgroup: files", "", "staff", "alice", -ENOENT},
		{"group: one", "", "staff", "alice", -ENOENT},
	};
	struct error error;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int result;

		domain_name = cases[i].domain;
		result = ask(cases[i].sources, cases[i].netgroup, cases[i].user, &error);
		if (result != cases[i].result || (result >= 0 && error.number))
			fail_msg("%s in %s by '%s': %d, %s", cases[i].user, cases[i].netgroup,
				 cases[i].sources, result, error.words);
	}
}

/* A source that could not answer may have the user. */
static void test_tells_failures(void **state)
{
	static const struct {
		const char *sources, *netgroup, *words;
	} cases[] = {
		{"netgroup: one two", "broken",
		 "cannot look up netgroup 'broken': the source 'one' of nsswitch.conf could not "
		 "answer (TRYAGAIN)"},
		{"netgroup: one two", "leads-on", "cannot look up netgroup 'broken'"},
		{"netgroup: one two", "cut",
		 "cannot look up netgroup 'cut': the source 'one' of nsswitch.conf could not "
		 "answer "
		 "(UNAVAIL)"},
		{"netgroup: one nosuch", "unknown", "the source 'nosuch' of /etc/nsswitch.conf"},
		{"netgroup: nosuch two", "second", "the source 'nosuch' of /etc/nsswitch.conf"},
		{"netgroup: nis", "staff", "the source 'nis' of /etc/nsswitch.conf"},
	};
	struct error error;

	(void)state;
	domain_name = "";
	for (size_t i = 0; i < COUNT(cases); i++) {
		int result = ask(cases[i].sources, cases[i].netgroup, "erin", &error);

		if (result >= 0 || result == -ENOENT || !strstr(error.words, cases[i].words))
			fail_msg("%s by '%s': %d, '%s'", cases[i].netgroup, cases[i].sources,
				 result, error.words);
	}
	assert_int_equal(ask("netgroup: nosuch two", "second", "dave", &error), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_users),
		cmocka_unit_test(test_tells_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
