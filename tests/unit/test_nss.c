/* SPDX-License-Identifier: BSD-3-Clause */
/* The name service's sources, and calls in a child process. root is on every system. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "cleanup.h"
#include "nss.h"
#include "nsswitch.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* SOURCES as "NAME NAME:S ...": the first letters of the statuses after which no other is asked. */
static void outline_sources(const struct nss_sources *sources, char text[256])
{
	static const struct {
		enum nss_status status;
		const char *letter;
	} letters[] = {{NSS_STATUS_SUCCESS, "S"},
		       {NSS_STATUS_NOTFOUND, "N"},
		       {NSS_STATUS_UNAVAIL, "U"},
		       {NSS_STATUS_TRYAGAIN, "T"}};

	*text = '\0';
	for (size_t i = 0; i < sources->n; i++) {
		snprintf(text + strlen(text), 256 - strlen(text), "%s%s:", i ? " " : "",
			 sources->source[i].name);
		for (size_t j = 0; j < COUNT(letters); j++)
			if (sources->source[i].returns & nss_status_bit(letters[j].status))
				strcat(text, letters[j].letter);
	}
}

static void test_parses_sources(void **state)
{
	static const struct {
		const char *text, *outline;
	} cases[] = {
		{"group: files", "files:S"},
		{"passwd: files\ngroup:\tfiles  systemd # comment\n", "files:S systemd:S"},
		{" group : files[SUCCESS=merge] sss\n", "files: sss:S"},
		{"group: files [!NOTFOUND=return] sss", "files:SUT sss:S"},
		{"group: sss [NOTFOUND=return unavail=Return] files", "sss:SNU files:S"},
		{"group: sss [success=continue] [tryagain=return] files", "sss:T files:S"},
		{"group: a [", "a:S"},
		{"group: a [=return] [x] b", "a:S b:S"},
		{"group: [NOTFOUND=return] a", "NOTFOUND=return]:S a:S"},
		{"group:", ""},
		{"group: old\ngroup: new\n", "new:S"},
	};
	struct nss_sources sources;
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (!nss_sources_parse(cases[i].text, strlen(cases[i].text), "group", &sources))
			fail_msg("'%s' has no line", cases[i].text);
		outline_sources(&sources, text);
		assert_string_equal(text, cases[i].outline);
	}
}

static void test_finds_no_line(void **state)
{
	static const char *const texts[] = {
		"",	"group",      "groups: files", "#group: files", "initgroups: files",
		"grou", "group files"};
	struct nss_sources sources;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_false(nss_sources_parse(texts[i], strlen(texts[i]), "group", &sources));
}

/* One that was left out could not be missed: it must fail to load instead. */
static void test_cuts_long_names(void **state)
{
	char text[256] = "group: ";
	struct nss_sources sources;
	struct error error = {0};
	void *function;

	(void)state;
	memset(text + 7, 'a', 200);
	assert_true(nss_sources_parse(text, strlen(text), "group", &sources));
	assert_int_equal(sources.n, 1);
	assert_int_equal(nss_source_function(sources.source, "getgrnam_r", &function, &error),
			 -ELIBACC);
}

static void test_loads_functions(void **state)
{
	struct nss_source files = {.name = "files"}, absent = {.name = "nosuchsource"},
			  path = {.name = "../files"};
	struct error error = {0};
	void *function = NULL;

	(void)state;
	assert_int_equal(nss_source_function(&files, "initgroups_dyn", &function, &error), 0);
	assert_non_null(function);
	assert_int_equal(nss_source_function(&files, "nosuchcall", &function, &error), 0);
	assert_null(function);
	assert_int_equal(nss_source_function(&absent, "getgrnam_r", &function, &error), -ELIBACC);
	assert_non_null(strstr(error.words,
			       "the source 'nosuchsource' of /etc/nsswitch.conf cannot "
			       "be loaded (libnss_nosuchsource.so.2): install"));
	assert_int_equal(nss_source_function(&path, "getgrnam_r", &function, &error), -ELIBACC);
}

static void test_looks_up(void **state)
{
	cleanup(nss_user_clear) struct nss_user root = {0}, again = {0};
	cleanup(nss_group_clear) struct nss_group group = {0}, named = {0};
	struct error error = {0};

	(void)state;
	assert_int_equal(nss_user_by_id(0, &root, &error), 0);
	assert_int_equal(nss_user_by_name(root.entry.pw_name, &again, &error), 0);
	assert_int_equal(again.entry.pw_uid, 0);
	assert_int_equal(nss_group_by_id(0, &group, &error), 0);
	assert_int_equal(nss_group_by_name(group.entry.gr_name, &named, &error), 0);
	assert_int_equal(named.entry.gr_gid, 0);
	assert_int_equal(error.number, 0);
	assert_int_equal(nss_user_by_id(3999999999, &again, &error), -ENOENT);
	assert_string_equal(error.words, "no such user 3999999999");
	assert_int_equal(nss_group_by_name("nosuchgroup", &named, &error), -ENOENT);
	assert_string_equal(error.words, "no such group 'nosuchgroup'");
}

static int return_data(void *data)
{
	return *(int *)data;
}

static int wait_for_ever(void *data)
{
	(void)data;
	while (pause())
		;
	return 0;
}

static int write_shared(void *data)
{
	**(int **)data = 42;
	return 0;
}

static int open_into(void *data)
{
	int fd = open("/", O_PATH | O_DIRECTORY);

	return fd < 0 || dup2(fd, *(int *)data) < 0 || close(fd) < 0 ? -errno : 0;
}

static void on_signal(int number)
{
	(void)number;
}

/* Both hold the end of a pipe that is written to: who reads it sees when they have ended. */
static void test_child_ends_with_its_parent(void **state)
{
	struct pollfd ended = {.events = POLLIN};
	pid_t parent;
	int ends[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	parent = fork();
	if (parent == 0) {
		if (write(ends[1], "", 1) == 1)
			child_call(wait_for_ever, NULL, false, 600);
		_exit(1);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	usleep(100000);
	kill(parent, SIGKILL);
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	ended.fd = ends[0];
	assert_int_equal(poll(&ended, 1, 10000), 1);
	close(ends[0]);
}

static void *wait_for_end(void *pipe)
{
	char byte;

	return read(*(int *)pipe, &byte, 1) < 0 ? pipe : NULL;
}

static void test_child_may_not_allocate_beside_threads(void **state)
{
	pthread_t thread;
	int ends[2];

	(void)state;
	assert_true(child_may_allocate());
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(pthread_create(&thread, NULL, wait_for_end, ends), 0);
	assert_false(child_may_allocate());
	close(ends[1]);
	pthread_join(thread, NULL);
	close(ends[0]);
}

static void test_child_returns(void **state)
{
	int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_int_equal(child_call(return_data, &(int){0}, false, 60), 0);
	assert_int_equal(child_call(return_data, &(int){-ELIBACC}, false, 60), -ELIBACC);
	assert_int_equal(child_call(write_shared, &shared, false, 60), 0);
	assert_int_equal(*shared, 42);
	munmap(shared, 4096);
}

static void test_child_shares_files(void **state)
{
	int place = open("/dev/null", O_RDONLY);
	struct stat stat;

	(void)state;
	assert_int_equal(child_call(open_into, &place, false, 60), 0);
	assert_int_equal(fstat(place, &stat), 0);
	assert_false(S_ISDIR(stat.st_mode));
	assert_int_equal(child_call(open_into, &place, true, 60), 0);
	assert_int_equal(fstat(place, &stat), 0);
	assert_true(S_ISDIR(stat.st_mode));
	close(place);
}

/* A timer's signals end the wait neither early nor late, and no child is left. */
static void test_child_is_killed(void **state)
{
	struct itimerval timer = {{0, 1000}, {0, 1000}}, none = {{0, 0}, {0, 0}};
	struct sigaction action = {.sa_handler = on_signal}, before;

	(void)state;
	sigaction(SIGALRM, &action, &before);
	setitimer(ITIMER_REAL, &timer, NULL);
	assert_int_equal(child_call(wait_for_ever, NULL, false, 1), -ETIMEDOUT);
	assert_int_equal(child_call(return_data, &(int){-7}, false, 60), -7);
	setitimer(ITIMER_REAL, &none, NULL);
	sigaction(SIGALRM, &before, NULL);
	assert_int_equal(waitpid(-1, NULL, __WALL | WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* SIGCHLD is the application's: ignored or not, it neither sees the child nor loses its status. */
static void test_child_is_not_seen(void **state)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;

	(void)state;
	sigaction(SIGCHLD, &ignore, &before);
	assert_int_equal(child_call(return_data, &(int){-5}, false, 60), -5);
	sigaction(SIGCHLD, &before, NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parses_sources),
		cmocka_unit_test(test_finds_no_line),
		cmocka_unit_test(test_cuts_long_names),
		cmocka_unit_test(test_loads_functions),
		cmocka_unit_test(test_looks_up),
		cmocka_unit_test(test_child_may_not_allocate_beside_threads),
		cmocka_unit_test(test_child_returns),
		cmocka_unit_test(test_child_shares_files),
		cmocka_unit_test(test_child_is_killed),
		cmocka_unit_test(test_child_is_not_seen),
		cmocka_unit_test(test_child_ends_with_its_parent),
	};

	return cmocka_run_group_tests_name("nss", tests, NULL, NULL);
}
