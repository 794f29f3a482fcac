/* SPDX-License-Identifier: BSD-3-Clause */
/* from= and tty=: which lists are refused, which sessions they match, and which host names are
 * believed. The names are this file's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "condition.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static unsigned lookups;

/* Forward: which addresses a name has. Backward: the name of an address, NULL for none. */
static const struct {
	const char *name, *address, *own_name;
} hosts[] = {
	{"good.example.org", "192.0.2.7", "Good.Example.ORG"},
	{"six.example.org", "2001:db8::7", "six.example.org."},
	{"both.example.org", "192.0.2.8", "both.example.org"},
	{"both.example.org", "2001:db8::8", "both.example.org"},
	/* The owner of 198.51.100.66 claims another's address as well, which has its own name. */
	{"evil.example.net", "198.51.100.66", "evil.example.net"},
	{"evil.example.net", "192.0.2.9", "trusted.example.org"},
	{"liar.example.net", "192.0.2.9", "trusted.example.org"},
	{"nameless.example.org", "192.0.2.10", NULL},
	{"unsure.example.org", "192.0.2.11", "unsure.example.org"},
	{"unsure.example.org", "192.0.2.12", "?"},
	{"10.1", "10.0.0.1", "ten.example.org"},
};

/* These three stand before the C library's. */
int getaddrinfo(const char *restrict name, const char *restrict service,
		const struct addrinfo *restrict hints, struct addrinfo **restrict list)
{
	struct addrinfo **next = list;

	(void)service;
	(void)hints;
	lookups++;
	*list = NULL;
	if (!strcmp(name, "timeout.example.org"))
		return EAI_AGAIN;
	for (size_t i = 0; i < COUNT(hosts); i++) {
		struct sockaddr_in6 *six = calloc(1, sizeof(*six));
		struct sockaddr_in *four = (struct sockaddr_in *)(void *)six;

		if (strcmp(hosts[i].name, name) != 0) {
			free(six);
			continue;
		}
		*next = calloc(1, sizeof(**next));
		(*next)->ai_addr = (struct sockaddr *)six;
		(*next)->ai_addrlen = sizeof(*six);
		(*next)->ai_family = six->sin6_family = AF_INET6;
		if (inet_pton(AF_INET6, hosts[i].address, &six->sin6_addr) != 1) {
			(*next)->ai_family = four->sin_family = AF_INET;
			inet_pton(AF_INET, hosts[i].address, &four->sin_addr);
		}
		next = &(*next)->ai_next;
	}
	return *list ? 0 : EAI_NONAME;
}

void freeaddrinfo(struct addrinfo *list)
{
	while (list) {
		struct addrinfo *next = list->ai_next;

		free(list->ai_addr);
		free(list);
		list = next;
	}
}

int getnameinfo(const struct sockaddr *restrict from, socklen_t length, char *restrict name,
		socklen_t size, char *restrict service, socklen_t service_size, int flags)
{
	char text[INET6_ADDRSTRLEN];
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)from;
	const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)from;

	(void)length;
	(void)service;
	(void)service_size;
	assert_int_equal(flags, NI_NAMEREQD);
	if (from->sa_family == AF_INET)
		inet_ntop(AF_INET, &four->sin_addr, text, sizeof(text));
	else
		inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof(text));
	for (size_t i = 0; i < COUNT(hosts); i++) {
		if (strcmp(hosts[i].address, text) != 0)
			continue;
		if (!hosts[i].own_name)
			return EAI_NONAME;
		snprintf(name, size, "%s", hosts[i].own_name);
		return strcmp(name, "?") ? 0 : EAI_AGAIN;
	}
	return EAI_NONAME;
}

static int from(const char *list, const char *rhost, struct error *error)
{
	const struct subject subject = {.rhost = (char *)(uintptr_t)rhost};

	*error = (struct error){0};
	assert_int_equal(condition_check_from(list, error), 0);
	return condition_has_host(list, &subject, error);
}

static void test_matches_addresses(void **state)
{
	static const struct {
		const char *list, *rhost;
		int result;
	} cases[] = {
		{"192.0.2.7", "192.0.2.7", 1},
		{"192.0.2.7", "192.0.2.8", 0},
		{"192.0.2.0/24", "192.0.2.255", 1},
		{"192.0.2.0/24", "192.0.3.0", 0},
		{"192.0.2.128/25", "192.0.2.127", 0},
		{"192.0.2.128/25", "192.0.2.128", 1},
		{"0.0.0.0/0", "203.0.113.1", 1},
		{"0.0.0.0/0", "2001:db8::1", 0},
		{"::/0", "2001:db8::1", 1},
		{"::/0", "203.0.113.1", 0},
		{"::/0", "::ffff:203.0.113.1", 0},
		{"2001:db8::/32", "2001:db8:ffff::1", 1},
		{"2001:db8::/32", "2001:db9::1", 0},
		{"2001:db8::/33", "2001:db8:8000::", 0},
		{"192.0.2.0/24", "::ffff:192.0.2.7", 1},
		{"192.0.2.0/24", "::ffff:c000:207", 1},
		{"::ffff:192.0.2.0/120", "192.0.2.7", 1},
		{"::ffff:192.0.2.7", "192.0.2.7", 1},
		{"fe80::/10", "fe80::1%eth0", 1},
		{"fe80::1", "fe80::1%lo", 1},
		{"::1", "0:0:0:0:0:0:0:1", 1},
		{"127.0.0.0/8,::1", "::1", 1},
		{"local", NULL, 1},
		{"local", "", 1},
		{"local", "127.0.0.1", 0},
		{"127.0.0.1", NULL, 0},
		{"*", NULL, 1},
		{"*", "203.0.113.1", 1},
		{"*,!192.0.2.0/24", "192.0.2.7", 0},
		{"!192.0.2.0/24,*", "192.0.2.7", 0},
		{"*,!192.0.2.0/24", "192.0.3.7", 1},
		{"*,!local", NULL, 0},
		{"10.0.0.0/8,!10.1.0.0/16", "10.1.2.3", 0},
		{"10.0.0.0/8,!10.1.0.0/16", "10.2.2.3", 1},
	};
	struct error error;

	(void)state;
	lookups = 0;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int result = from(cases[i].list, cases[i].rhost, &error);

		if (result != cases[i].result)
			fail_msg("from=%s and %s: %d", cases[i].list,
				 cases[i].rhost ? cases[i].rhost : "no host", result);
	}
	assert_int_equal(lookups, 0);
}

static void test_believes_names_that_resolve_both_ways(void **state)
{
	static const struct {
		const char *list, *rhost;
		int result;
	} cases[] = {
		{"192.0.2.0/24", "good.example.org", 1},
		{"192.0.2.0/24", "good.example.org.", -ENOENT}, /* not this file's name */
		{"192.0.3.0/24", "good.example.org", 0},
		{"2001:db8::/32", "six.example.org", 1},
		{"192.0.2.8,2001:db8::8", "both.example.org", 1},
		{"192.0.2.8", "both.example.org", -ENOTUNIQ},
		{"203.0.113.0/24", "both.example.org", 0},
		{"192.0.2.0/24", "evil.example.net", 0},
		{"198.51.100.66", "evil.example.net", 1},
		{"192.0.2.0/24", "liar.example.net", -ENOENT},
		{"192.0.2.0/24", "nameless.example.org", -ENOENT},
		{"192.0.2.0/24", "unsure.example.org", -EIO},
		{"192.0.2.0/24", "timeout.example.org", -EIO},
		{"192.0.2.0/24", "UNKNOWN", -ENOENT},
		{"203.0.113.0/24", "UNKNOWN", -ENOENT},
		{"10.0.0.1", "10.1", -ENOENT},
		{"*,!192.0.2.0/24", "UNKNOWN", -ENOENT},
		{"*", "UNKNOWN", 1},
		{"local", "UNKNOWN", 0},
		{"*,!local", "UNKNOWN", 1},
	};
	struct error error;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int result = from(cases[i].list, cases[i].rhost, &error);

		if (result != cases[i].result)
			fail_msg("from=%s and %s: %d", cases[i].list, cases[i].rhost, result);
		if (result < 0 && !strstr(error.words, "from= cannot be decided"))
			fail_msg("%s", error.words);
	}
}

static void test_keeps_what_it_looked_up(void **state)
{
	struct host_addresses addresses = {.n = 0};
	const struct subject subject = {.rhost = (char[]){"good.example.org"},
					.addresses = &addresses};
	struct error error = {0};

	(void)state;
	lookups = 0;
	assert_int_equal(condition_has_host("192.0.2.7", &subject, &error), 1);
	assert_int_equal(condition_has_host("192.0.2.8", &subject, &error), 0);
	assert_int_equal(lookups, 1);
	assert_true(condition_asks_for_host(&subject));
	assert_false(condition_asks_for_host(&(struct subject){.rhost = (char[]){"::1"}}));
	assert_false(condition_asks_for_host(&(struct subject){0}));
}

static void test_matches_terminals(void **state)
{
	static const struct {
		const char *list, *tty;
		bool result;
	} cases[] = {
		{"tty1", "tty1", true},
		{"tty1", "/dev/tty1", true},
		{"/dev/tty1", "tty1", true},
		{"tty1", "tty10", false},
		{"tty*", "tty10", true},
		{"tty[1-6]", "tty7", false},
		{"pts/*", "/dev/pts/12", true},
		{"/dev/pts/*", "pts/12", true},
		{"tty*,ssh", "ssh", true},
		{"*,!pts/*", "pts/1", false},
		{"*,!pts/*", NULL, true},
		{"*", NULL, true},
		{"tty*", NULL, false},
		{"?*", NULL, false},
		{"?*", ":0", true},
		{"*,!?*", NULL, true},
		{"*,!?*", "tty1", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct subject subject = {.tty = (char *)(uintptr_t)cases[i].tty};
		struct error error = {0};

		assert_int_equal(condition_check_tty(cases[i].list, &error), 0);
		if (condition_has_tty(cases[i].list, &subject) != cases[i].result)
			fail_msg("tty=%s and %s", cases[i].list, cases[i].tty);
	}
}

static void test_refuses_lists(void **state)
{
	static const struct {
		const char *list, *words;
	} cases[] = {
		{"", "has an empty item"},
		{"192.0.2.1,", "has an empty item"},
		{"!192.0.2.1", "only excludes, and matches nothing: write *,!192.0.2.1"},
		{"!*", "'!*' excludes everything"},
		{"gate.example.org", "'gate.example.org' is not an address: write one"},
		{"192.0.2", "is not an address: write one, such as 192.0.2.7"},
		{"192.0.2.0/255.255.255.0", "has no prefix length: write a number from 0 to 32"},
		{"192.0.2.0/", "has no prefix length"},
		{"192.0.2.0/33", "from 0 to 32 after the /, such as 192.0.2.0/24"},
		{"2001:db8::/129", "from 0 to 128 after the /, such as 2001:db8::/32"},
		{"192.0.2.0/-1", "has no prefix length"},
		{"192.0.2.7/24", "has bits after its prefix: write 192.0.2.0/24"},
		{"2001:db8::7/32", "has bits after its prefix: write 2001:db8::/32"},
		{"fe80::1%eth0", "'fe80::1%eth0' is not an address"},
		{"LOCAL", "'LOCAL' is not an address: write local"},
		{"10.", "'10.' is not an address"},
	};
	struct error error;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		error = (struct error){0};
		if (condition_check_from(cases[i].list, &error) != -EINVAL ||
		    !strstr(error.words, cases[i].words))
			fail_msg("from=%s: '%s'", cases[i].list, error.words);
	}
	error = (struct error){0};
	assert_int_equal(condition_check_tty("/etc/tty", &error), -EINVAL);
	assert_non_null(strstr(error.words, "'/etc/tty' is not a terminal: write a name in /dev"));
	error = (struct error){0};
	assert_int_equal(condition_check_tty("!tty1", &error), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches_addresses),
		cmocka_unit_test(test_believes_names_that_resolve_both_ways),
		cmocka_unit_test(test_keeps_what_it_looked_up),
		cmocka_unit_test(test_matches_terminals),
		cmocka_unit_test(test_refuses_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
