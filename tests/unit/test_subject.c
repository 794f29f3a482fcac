/* SPDX-License-Identifier: BSD-3-Clause */
/* Who a session's user is, as NSS tells it. root, daemon and their groups are on every Debian. */
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
#include <nss.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "subject.h"

/* NSS answers nothing in a buffer smaller than this: every look-up here has to grow its own. */
#define NSS_WANTS 100000

/* These three stand before the C library's; "broken" and 4242 are where NSS is out of order. */
int getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size,
	       struct passwd **found)
{
	int (*real)(const char *, struct passwd *, char *, size_t, struct passwd **);

	*found = NULL;
	if (!strcmp(name, "greedy") || size < NSS_WANTS)
		return ERANGE;
	if (!strcmp(name, "broken"))
		return EIO;
	*(void **)&real = dlsym(RTLD_NEXT, "getpwnam_r");
	/* As a directory that ignores case: another spelling than the one asked for. */
	return real(!strcmp(name, "ROOT") ? "root" : name, entry, buffer, size, found);
}

int getgrnam_r(const char *name, struct group *entry, char *buffer, size_t size,
	       struct group **found)
{
	int (*real)(const char *, struct group *, char *, size_t, struct group **);

	*found = NULL;
	if (size < NSS_WANTS)
		return ERANGE;
	if (!strcmp(name, "broken"))
		return EIO;
	if (!strcmp(name, "unasked"))
		return errno;
	if (!strcmp(name, "listsbin")) {
		static char daemon[] = "daemon", bin[] = "bin", *members[] = {daemon, bin, NULL};

		*entry = (struct group){.gr_name = buffer, .gr_gid = 4711, .gr_mem = members};
		*found = entry;
		strcpy(buffer, name);
		return 0;
	}
	*(void **)&real = dlsym(RTLD_NEXT, "getgrnam_r");
	return real(name, entry, buffer, size, found);
}

int getgrgid_r(gid_t gid, struct group *entry, char *buffer, size_t size, struct group **found)
{
	int (*real)(gid_t, struct group *, char *, size_t, struct group **);

	*found = NULL;
	if (size < NSS_WANTS)
		return ERANGE;
	if (gid == 4242)
		return EIO;
	*(void **)&real = dlsym(RTLD_NEXT, "getgrgid_r");
	return real(gid, entry, buffer, size, found);
}

/*
 * Stands before the module `files` (nss_source_function() finds it first): root is in 300 groups,
 * more than a first guess has room for; the module cannot answer for bin.
 */
__attribute__((visibility("default"))) enum nss_status
_nss_files_initgroups_dyn(const char *user, gid_t group, long *start, long *size, gid_t **groups,
			  long limit, int *number);
enum nss_status _nss_files_initgroups_dyn(const char *user, gid_t group, long *start, long *size,
					  gid_t **groups, long limit, int *number)
{
	assert_true(limit <= 0);
	if (!strcmp(user, "bin")) {
		*number = EAGAIN;
		return NSS_STATUS_TRYAGAIN;
	}
	if (strcmp(user, "root") != 0)
		return NSS_STATUS_NOTFOUND;
	for (gid_t gid = group; gid < 300; gid++) {
		if (*start == *size) {
			*size *= 2;
			*groups = realloc(*groups, (size_t)*size * sizeof(**groups));
			assert_non_null(*groups);
		}
		(*groups)[(*start)++] = gid;
	}
	return NSS_STATUS_SUCCESS;
}

static void test_loads_root(void **state)
{
	struct subject *root cleanup(cleanup_subject) = NULL;
	struct error error = {0};

	(void)state;
	assert_int_equal(subject_load("root", "sshd", &root, &error), 0);
	assert_string_equal(root->user, "root");
	assert_int_equal(root->uid, 0);
	assert_int_equal(root->gid, 0);
	assert_string_equal(root->home, "/root");
	assert_string_equal(root->service, "sshd");
	assert_null(root->groups->ids);
	assert_int_equal(error.number, 0);
}

static void test_takes_the_spelling_of_nss(void **state)
{
	struct subject *root cleanup(cleanup_subject) = NULL;
	struct error error = {0};

	(void)state;
	assert_int_equal(subject_load("ROOT", "sshd", &root, &error), 0);
	assert_string_equal(root->user, "root");
}

static void test_refuses_users(void **state)
{
	static const struct {
		const char *user, *words;
		int number;
	} cases[] = {
		{"nosuchuser", "no such user 'nosuchuser'", ENOENT},
		{"", "no such user ''", ENOENT},
		{"broken", "cannot look up user 'broken': ", EIO},
		{"greedy", "cannot look up user 'greedy': its entry is larger than 64 MiB", EFBIG},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct subject *subject = NULL;
		struct error error = {0};

		assert_int_equal(subject_load(cases[i].user, "sshd", &subject, &error),
				 -cases[i].number);
		assert_null(subject);
		assert_int_equal(error.number, cases[i].number);
		assert_non_null(strstr(error.words, cases[i].words));
	}
}

static void test_knows_groups(void **state)
{
	struct subject *root cleanup(cleanup_subject) = NULL;
	struct subject *nobody cleanup(cleanup_subject) = NULL;
	struct error error = {0};

	(void)state;
	assert_int_equal(subject_load("root", "sshd", &root, &error), 0);
	assert_int_equal(subject_load("nobody", "sshd", &nobody, &error), 0);
	assert_int_equal(subject_in_group(root, "root", &error), 1);
	assert_null(root->groups->ids); /* the primary group needs no list */
	assert_int_equal(subject_in_group(root, "daemon", &error), 1);
	assert_int_equal(root->groups->n_ids, 300);
	assert_int_equal(root->groups->ids[0], 0);
	assert_int_equal(root->groups->ids[299], 299);
	assert_int_equal(subject_in_group(nobody, "daemon", &error), 0);
	assert_int_equal(subject_in_group(nobody, "nogroup", &error), 1);
	assert_int_equal(error.number, 0);
	assert_int_equal(subject_in_group(root, "nosuchgroup", &error), -ENOENT);
	assert_int_equal(subject_in_group(root, "broken", &error), -EIO);
	assert_non_null(strstr(error.words, "cannot look up group 'broken': "));
}

/* No list of bin's groups can be had: only the group itself may say that bin is a member. */
static void test_does_not_know_where_a_source_fails(void **state)
{
	struct subject *bin cleanup(cleanup_subject) = NULL;
	struct error error = {0};

	(void)state;
	assert_int_equal(subject_load("bin", "sshd", &bin, &error), 0);
	assert_int_equal(subject_in_group(bin, "bin", &error), 1);
	assert_int_equal(subject_in_group(bin, "listsbin", &error), 1);
	assert_int_equal(subject_in_group(bin, "daemon", &error), -EIO);
	assert_non_null(strstr(error.words, "cannot list the groups of user 'bin': the source "
					    "'files' of nsswitch.conf could not answer "
					    "(TRYAGAIN: "));
	/* The same from the list that was kept. */
	assert_int_equal(subject_in_group(bin, "daemon", &error), -EIO);
	assert_int_equal(subject_load_groups(bin, &error), -EIO);
}

/* glibc calls no source where none can be loaded, and returns the errno that it finds. */
static void test_does_not_know_where_no_source_is_asked(void **state)
{
	struct subject *root cleanup(cleanup_subject) = NULL;
	struct error error = {0};

	(void)state;
	assert_int_equal(subject_load("root", "sshd", &root, &error), 0);
	errno = 0;
	assert_int_equal(subject_in_group(root, "unasked", &error), -EIO);
	assert_non_null(strstr(error.words, "no source of nsswitch.conf could answer"));
}

static void test_names_the_primary_group(void **state)
{
	struct subject *subject cleanup(cleanup_subject) = NULL;
	char *name cleanup(cleanup_free) = NULL;
	struct error error = {0};

	(void)state;
	assert_int_equal(subject_load("daemon", "sshd", &subject, &error), 0);
	assert_int_equal(subject_group_name(subject, &name, &error), 0);
	assert_string_equal(name, "daemon");
	cleanup_free(&name);
	name = NULL;
	subject->gid = 3999999999;
	assert_int_equal(subject_group_name(subject, &name, &error), -ENOENT);
	assert_non_null(strstr(error.words,
			       "group 3999999999, the primary group of 'daemon', has no name"));
	subject->gid = 4242;
	assert_int_equal(subject_group_name(subject, &name, &error), -EIO);
	assert_non_null(strstr(error.words, "cannot look up group 4242: "));
	assert_null(name);
}

static void test_free_takes_null(void **state)
{
	(void)state;
	subject_free(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loads_root),
		cmocka_unit_test(test_takes_the_spelling_of_nss),
		cmocka_unit_test(test_refuses_users),
		cmocka_unit_test(test_knows_groups),
		cmocka_unit_test(test_does_not_know_where_a_source_fails),
		cmocka_unit_test(test_does_not_know_where_no_source_is_asked),
		cmocka_unit_test(test_names_the_primary_group),
		cmocka_unit_test(test_free_takes_null),
	};

	return cmocka_run_group_tests_name("subject", tests, NULL, NULL);
}
