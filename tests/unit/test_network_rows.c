/* SPDX-License-Identifier: BSD-3-Clause */
/* What a network of its own changes in a session's tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "network_rows.h"

static char user[] = "alice", home[] = "/home/alice", service[] = "sshd";

/* The targets and types of ROWS with net=NAME, as "TARGET TYPE;" each. */
static void expect(const char *rows, const char *name, const char *wanted)
{
	const struct subject subject = {
		.user = user, .uid = 1234, .home = home, .service = service};
	const struct tree_file file = {.name = (char *)"t",
				       .path = (char *)"f",
				       .text = (char *)(uintptr_t)rows,
				       .length = strlen(rows)};
	cleanup(network_clear) struct network network = {0};
	cleanup(cleanup_tree) struct tree *tree = NULL;
	struct error error = {0};
	char got[1024] = "";

	assert_int_equal(network_read_name(name, &network, &error), 0);
	if (tree_parse(&file, &subject, &tree, &error) < 0)
		fail_msg("%s", error.words);
	assert_int_equal(network_rows_add(tree, &network, &error), 0);
	for (size_t i = 0; i < tree->n_rows; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s %s;",
			 tree->rows[i].target, row_type(&tree->rows[i]));
	assert_string_equal(got, wanted);
}

static void test_host_network_changes_nothing(void **state)
{
	(void)state;
	expect("/ / none rbind\n/s /s none bind,x-nstree.net=host\n", "host", "/ none;/s none;");
}

static void test_host_rows_are_left_out(void **state)
{
	(void)state;
	expect("/t / none bind\n/s /s none bind,x-nstree.net=host\n/r /r none bind\n", "none",
	       "/ none;/r none;");
	/* With what nstree.dev mounts in its own. */
	expect("/t / none bind\nnstree /dev nstree.dev x-nstree.net=host\n/r /r none bind\n",
	       "none", "/ none;/r none;");
}

static void test_separate_rows_are_left_out_of_the_hosts_network(void **state)
{
	const char *rows =
		"/t / none bind\ntmpfs /run tmpfs x-nstree.net=separate\n/r /r none bind\n";

	(void)state;
	expect(rows, "host", "/ none;/r none;");
	expect(rows, "none", "/ none;/run tmpfs;/r none;");
}

static void test_sysfs_covers_the_hosts(void **state)
{
	(void)state;
	expect("/ / none rbind\n/tmp /tmp none bind\n", "none",
	       "/ none;/sys sysfs;/sys/fs/selinux none;/sys/fs/cgroup none;/tmp none;");
	expect("/t / none bind\n/sys /s none rbind,ro\n", "none",
	       "/ none;/s none;/s sysfs;/s/fs/selinux none;/s/fs/cgroup none;");
	/* However it is written. */
	expect("/t / none bind\n/sys/ /s none rbind\n", "none",
	       "/ none;/s none;/s sysfs;/s/fs/selinux none;/s/fs/cgroup none;");
	expect("// / none rbind\n", "none",
	       "/ none;/sys sysfs;/sys/fs/selinux none;/sys/fs/cgroup none;");
}

static void test_rows_of_the_trees_own_stay(void **state)
{
	(void)state;
	/* A row on /sys is there already, and one on what lies in it. */
	expect("/ / none rbind\nsysfs /sys sysfs\n", "none", "/ none;/sys sysfs;");
	expect("/ / none rbind\n/sys/fs/cgroup /sys/fs/cgroup none bind\n", "none",
	       "/ none;/sys sysfs;/sys/fs/selinux none;/sys/fs/cgroup none;");
	/* Without rbind the host's /sys does not show. */
	expect("/ / none bind\n", "none", "/ none;");
	expect("tmpfs / tmpfs\n/sys/fs/cgroup /sys/fs/cgroup none bind\n", "none",
	       "/ tmpfs;/sys/fs/cgroup none;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_host_network_changes_nothing),
		cmocka_unit_test(test_host_rows_are_left_out),
		cmocka_unit_test(test_separate_rows_are_left_out_of_the_hosts_network),
		cmocka_unit_test(test_sysfs_covers_the_hosts),
		cmocka_unit_test(test_rows_of_the_trees_own_stay),
	};

	return cmocka_run_group_tests_name("network_rows", tests, NULL, NULL);
}
