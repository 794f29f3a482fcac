/* SPDX-License-Identifier: BSD-3-Clause */
/* What SELinux adds to a session's tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>

#include "cleanup.h"
#include "selinux_rows.h"

static char user[] = "alice", home[] = "/home/alice", service[] = "sshd";
static bool in_use;

/* Stands before the C library's. */
int statfs(const char *path, struct statfs *found)
{
	*found = (struct statfs){.f_type = SYSFS_MAGIC};
	if (in_use && strcmp(path, "/sys/fs/selinux") == 0)
		found->f_type = SELINUX_MAGIC;
	return 0;
}

/* What is added to ROWS, as "TARGET TYPE;" each. */
static void expect(const char *rows, const char *wanted)
{
	const struct subject subject = {
		.user = user, .uid = 1234, .home = home, .service = service};
	const struct tree_file file = {.name = (char *)"t",
				       .path = (char *)"f",
				       .text = (char *)(uintptr_t)rows,
				       .length = strlen(rows)};
	cleanup(cleanup_tree) struct tree *tree = NULL;
	struct error error = {0};
	char got[1024] = "";
	size_t n_before;

	if (tree_parse(&file, &subject, &tree, &error) < 0)
		fail_msg("%s", error.words);
	n_before = tree->n_rows;
	assert_int_equal(selinux_rows_add(tree, &error), 0);
	for (size_t i = n_before; i < tree->n_rows; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s %s;",
			 tree->rows[i].target, row_type(&tree->rows[i]));
	assert_string_equal(got, wanted);
}

static void test_adds_nothing_without_selinux(void **state)
{
	(void)state;
	in_use = false;
	expect("tmpfs / tmpfs\n", "");
	in_use = true;
	expect("tmpfs / tmpfs\n", "/sys/fs/selinux none;/etc/selinux none;/proc proc;");
}

static void test_adds_what_does_not_show(void **state)
{
	(void)state;
	in_use = true;
	expect("/ / none rbind\n", "");
	expect("/ / none bind\n", "/sys/fs/selinux none;/proc proc;");
	expect("tmpfs / tmpfs\n/etc /etc none bind\n/sys /sys none rbind\nproc /proc proc\n", "");
	/* selinuxfs is mounted on the host's /sys. */
	expect("tmpfs / tmpfs\n/etc /etc none bind\n/sys /sys none bind\nproc /proc proc\n",
	       "/sys/fs/selinux none;");
	expect("tmpfs / tmpfs\n/etc/selinux /etc/selinux none bind\n"
	       "/sys/fs/selinux /sys/fs/selinux none bind\n/proc /proc none bind\n",
	       "");
	/* The site's own files are not the host's. */
	expect("/srv/t / none rbind\nproc /proc proc\n", "/sys/fs/selinux none;/etc/selinux none;");
	expect("/ / none rbind,X-mount.subdir=srv\n",
	       "/sys/fs/selinux none;/etc/selinux none;/proc proc;");
}

static void test_covers_what_others_cover(void **state)
{
	(void)state;
	in_use = true;
	expect("/ / none rbind\ntmpfs /etc/selinux/default tmpfs\n", "/etc/selinux none;");
	expect("/ / none rbind\n/srv/x /etc/selinux none bind\n", "/etc/selinux none;");
	expect("/ / none rbind\ntmpfs /sys tmpfs\n", "/sys/fs/selinux none;");
	expect("/ / none rbind\ntmpfs /proc tmpfs\n", "/proc proc;");
	/* A row that is covered itself does not count. */
	expect("/ / none rbind\ntmpfs /etc tmpfs\n/etc /etc none bind\n", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_adds_nothing_without_selinux),
		cmocka_unit_test(test_adds_what_does_not_show),
		cmocka_unit_test(test_covers_what_others_cover),
	};

	return cmocka_run_group_tests_name("selinux_rows", tests, NULL, NULL);
}
