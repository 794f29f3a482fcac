/* SPDX-License-Identifier: BSD-3-Clause */
/* The mount namespaces that the kernel has, and the sessions that live in them: many at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "cleanup.h"
#include "isolate.h"
#include "live_sessions.h"
#include "record_directory.h"
#include "sandbox.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT(text) ((char *)(uintptr_t)(text))
#define N_NAMESPACES 200
#define ROWS "/srv / none bind,nosuid\n"

static unsigned n_asked;

/* Stands before the C library's: each time that somebody asks what a login would get. */
int getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size,
	       struct passwd **found)
{
	(void)size;
	n_asked++;
	*entry = (struct passwd){.pw_name = strcpy(buffer, name),
				 .pw_uid = 1000,
				 .pw_gid = 1000,
				 .pw_dir = TEXT("/home"),
				 .pw_shell = TEXT("/bin/sh")};
	*found = entry;
	return 0;
}

/* A process in a mount namespace of its own, until it is killed. */
static pid_t start_apart(void)
{
	int ready[2];
	pid_t child;
	char byte;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (unshare(CLONE_NEWNS) == 0 && write(ready[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return child;
}

static void test_finds_namespaces(void **state)
{
	struct nslist *list = NULL;
	struct error error = {0};
	pid_t children[N_NAMESPACES];

	(void)state;
	for (size_t i = 0; i < N_NAMESPACES; i++)
		children[i] = start_apart();
	assert_int_equal(nslist_load(&list, &error), 0);
	assert_true(list->n_entries > N_NAMESPACES);
	for (size_t i = 0; i < N_NAMESPACES; i++) {
		const struct nslist_entry *found = nslist_find_process(list, children[i]);

		assert_non_null(found);
		assert_int_equal(found->process, children[i]);
		assert_int_equal(found->processes, 1);
		assert_ptr_equal(nslist_find(list, found->id), found);
	}
	assert_true(nslist_find_process(list, getpid())->processes >= 1);
	assert_null(nslist_find(list, 1));
	for (size_t i = 0; i < N_NAMESPACES; i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], NULL, 0);
	}
	nslist_free(list);
}

/* A session of alice's in this process's namespace, and what its policy state has to be. */
static const struct {
	const char *rows, *rhost;
	unsigned isolate;
	enum live_policy policy;
} sessions[] = {
	{ROWS, NULL, ISOLATE_PTRACE, LIVE_CURRENT},
	{ROWS, NULL, ISOLATE_PTRACE, LIVE_CURRENT},
	{"/opt / none bind\n", NULL, ISOLATE_PTRACE, LIVE_CHANGED},
	{"/opt / none bind\n", NULL, ISOLATE_PTRACE, LIVE_CHANGED},
	{ROWS, NULL, ISOLATE_PTRACE, LIVE_CURRENT},
	{ROWS, NULL, ISOLATE_PTRACE | ISOLATE_NNP, LIVE_CHANGED},
	{ROWS, "far.example", ISOLATE_PTRACE, LIVE_CURRENT},
	{ROWS, NULL, ISOLATE_PTRACE, LIVE_CURRENT},
};

static void write_sessions(uint64_t namespace)
{
	struct error error = {0};
	cleanup(cleanup_fd) int directory = record_directory(1000, true, &error);

	assert_true(directory >= 0);
	for (size_t i = 0; i < LENGTH(sessions); i++) {
		const struct record record = {
			.session = {.user = TEXT("alice"),
				    .uid = 1000,
				    .service = TEXT("sshd"),
				    .rhost = TEXT(sessions[i].rhost),
				    .leader = (pid_t)(100 + i),
				    .since = (int64_t)i},
			.recipe = {.conf = TEXT("-"),
				   .network = TEXT(""),
				   .tree = TEXT("t"),
				   .file = TEXT("/etc/security/nstree.d/t.fstab"),
				   .isolate = sessions[i].isolate,
				   .method = METHOD_PIVOT,
				   .rows = TEXT(sessions[i].rows)},
			.namespaces = {.id = namespace},
		};
		char name[RECORD_NAME_SIZE];

		record_name(name, record.session.leader, namespace);
		assert_int_equal(record_write(directory, name, &record, &error), 0);
	}
}

static void test_asks_once_for_sessions_that_are_alike(void **state)
{
	cleanup(cleanup_live_sessions) struct live_sessions *live = NULL;
	struct nslist *list = NULL;
	struct error error = {0};

	(void)state;
	assert_int_equal(mkdir("/etc", 0755) | mkdir("/etc/security", 0755) |
				 mkdir("/etc/security/nstree.d", 0755) | mkdir("/run", 0755),
			 0);
	sandbox_write("/etc/security/nstree.d/t.fstab", "/srv / none bind,nosuid\n");
	assert_int_equal(nslist_load(&list, &error), 0);
	write_sessions(nslist_find_process(list, getpid())->id);
	nslist_free(list);
	n_asked = 0;
	assert_int_equal(live_sessions_load(&live, &error), 0);
	assert_int_equal(live->n_sessions, LENGTH(sessions));
	for (size_t i = 0; i < LENGTH(sessions); i++)
		if (live->sessions[i].policy != sessions[i].policy)
			fail_msg("session %zu is %s", i,
				 live_sessions_policy_name(live->sessions[i].policy));
	/* The first, and each that differs from the last one of the same user, isolation, host. */
	assert_int_equal(n_asked, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_namespaces),
		cmocka_unit_test(test_asks_once_for_sessions_that_are_alike),
	};

	sandbox_enter();
	return cmocka_run_group_tests_name("live sessions", tests, NULL, NULL);
}
