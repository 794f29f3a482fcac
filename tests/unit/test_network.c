/* SPDX-License-Identifier: BSD-3-Clause */
/* net=, tcp= and udp=: what is read, what is refused and in which words, one way of writing it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cleanup.h"
#include "network.h"

struct example {
	const char *written;
	const char *text;  /* as network_text() writes it; NULL for what is refused */
	const char *words; /* in the message, where it is refused */
};

/* Reads one option, as policy.c tells them apart. */
static int read_option(const char *option, struct network *network, struct error *error)
{
	if (strncmp(option, "net=", 4) == 0)
		return network_read_name(option + 4, network, error);
	if (strncmp(option, "tcp=", 4) == 0)
		return network_read_ports("tcp=", option + 4, &network->tcp, error);
	return network_read_ports("udp=", option + 4, &network->udp, error);
}

static void check(const struct example *example)
{
	cleanup(network_clear) struct network network = {0};
	cleanup(cleanup_free) char *text = NULL;
	struct error error = {0};
	int result = read_option(example->written, &network, &error);

	if (!example->text) {
		if (result == 0 || !strstr(error.words, example->words))
			fail_msg("%s: %d, %s", example->written, result, error.words);
		return;
	}
	if (result < 0)
		fail_msg("%s: %s", example->written, error.words);
	text = network_text(&network);
	assert_string_equal(text, example->text);
}

static void test_names(void **state)
{
	static const struct example examples[] = {
		{"net=none", "net=none", NULL},
		{"net=lab", "net=lab", NULL},
		{"net=host", "", NULL},
		{"net=", NULL, "'net=' is no network: write net=none"},
		{"net=..", NULL, "is no network"},
		{"net=a/b", NULL, "is no network"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++)
		check(&examples[i]);
}

static void test_ports(void **state)
{
	static const struct example examples[] = {
		{"tcp=connect:22,443", "tcp=connect:22,443,bind:none", NULL},
		{"tcp=bind:8000-8999", "tcp=connect:none,bind:8000-8999", NULL},
		{"tcp=bind:80,connect:1-65535", "tcp=connect:1-65535,bind:80", NULL},
		{"tcp=connect:any,bind:none", "tcp=connect:any,bind:none", NULL},
		{"tcp=none", "tcp=connect:none,bind:none", NULL},
		{"udp=any", "udp=connect:any,bind:any", NULL},
		{"udp=connect:53", "udp=connect:53,bind:none", NULL},
		{"tcp=22", NULL, "does not say what for: write tcp=connect:22,443"},
		{"tcp=", NULL, "does not say what for"},
		{"tcp=connect:", NULL, "'' in 'tcp=' is no port"},
		{"tcp=connect:0", NULL, "'0' in 'tcp=' is no port"},
		{"tcp=connect:65536", NULL, "is no port"},
		{"tcp=connect:22,,23", NULL, "is no port"},
		{"tcp=connect:9-8", NULL, "'9-8' in 'tcp=' is no port"},
		{"tcp=connect: 22", NULL, "is no port"},
		{"tcp=connect:ssh", NULL, "'ssh' in 'tcp=' is no port"},
		{"tcp=connect:22,none", NULL, "joins none or any to other ports"},
		{"tcp=connect:any,22", NULL, "joins none or any to other ports"},
		{"tcp=connect:22,connect:23", NULL, "has connect: twice"},
		{"udp=bind:1,bind:2", NULL, "'udp=' has bind: twice"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++)
		check(&examples[i]);
}

static void test_copy(void **state)
{
	cleanup(network_clear) struct network network = {0}, copy = {0};
	cleanup(cleanup_free) char *text = NULL;
	struct error error = {0};

	(void)state;
	assert_int_equal(read_option("net=lab", &network, &error), 0);
	assert_int_equal(read_option("tcp=connect:22,1000-2000", &network, &error), 0);
	assert_int_equal(read_option("udp=any", &network, &error), 0);
	assert_int_equal(network_copy(&copy, &network, &error), 0);
	text = network_text(&copy);
	assert_string_equal(text,
			    "net=lab tcp=connect:22,1000-2000,bind:none udp=connect:any,bind:any");
	assert_true(network_is_separate(&copy));
	assert_true(network_has_ports(&copy));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_copy),
	};

	return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
