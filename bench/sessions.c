/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sessions turns ROUNDS WARMUP AT_ONCE CONTENDER...
 * sessions hold COUNT AT_ONCE INSIDE CONTENDER
 *
 * `turns` opens and closes sessions: in each round every contender has one turn, in a shuffled
 * order, and in a turn AT_ONCE processes open one each at the same time, then close them at the
 * same time. Each is just forked and starts in the host's namespace, as sshd's do; what sshd has
 * done by then is done before: the modules are loaded (pam_start(3)), NSS was asked and the time
 * zone read. Prints comma-separated values with a head line: a contender's first quartile, median
 * and third quartile
 *
 *   open, close  of the calls, in microseconds
 *   end          from when closing begins until the processes are gone and the namespaces with them
 *   rate         sessions in a second, opened and ended
 *
 * `hold` opens COUNT sessions, AT_ONCE at a time, has a process of the program INSIDE stay in each,
 * and prints what they take of the kernel's memory and whether the host's mount table stayed.
 *
 * A CONTENDER is NAME=pam:SERVICE:USER, NAME=join:SERVICE:USER, where one more session of the kind
 * stays open all the time, NAME=bare:TREE:PLACE (bare.h) or NAME=exec:COMMAND, where the words "99
 * 98" at COMMAND's end are for bench/inside.c. One that fails is named on the standard error and
 * left out; the exit status is 1 then.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sched.h>
#include <security/pam_appl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bare.h"
#include "told.h"

#define WORDS_MAX 128
#define SETTLE 3 /* seconds until the kernel has freed what it frees later */
/* Microseconds after each turn, for what others do on its account: journald. */
#define PAUSE 20000
#define EXEC_WHERE 99
#define EXEC_UNTIL 98

enum figure { OPEN, CLOSE, END, RATE, N_FIGURES };

struct contender {
	const char *name;
	char *kind, *what, *who;
	double *figures[N_FIGURES];
	size_t counts[N_FIGURES];
	bool failed;
};

/* The pipes between the benchmark and the processes of one turn; an end of file is a signal. */
struct strings {
	int go[2], leave[2], told[2];
};

/* The caller of PAM in a session's process. */
struct caller {
	const struct contender *contender;
	pam_handle_t *pamh;
	int host; /* the host's namespace, for a bare session to go back to */
};

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(2);
}

static struct timespec now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now;
}

static double microseconds(struct timespec since, struct timespec until)
{
	return (double)(until.tv_sec - since.tv_sec) * 1e6 +
	       (double)(until.tv_nsec - since.tv_nsec) / 1e3;
}

static bool is(const struct contender *contender, const char *kind)
{
	return strcmp(contender->kind, kind) == 0;
}

static bool is_pam(const struct contender *contender)
{
	return is(contender, "pam") || is(contender, "join");
}

/* --- In a session's process ------------------------------------------------------------------- */

static int no_conversation(int count, const struct pam_message **messages,
			   struct pam_response **responses, void *data)
{
	(void)messages;
	(void)data;
	*responses = calloc((size_t)count, sizeof(**responses));
	return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

static bool prepare(struct caller *caller)
{
	static const struct pam_conv conversation = {no_conversation, NULL};
	const struct contender *contender = caller->contender;

	caller->host = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (!is_pam(contender))
		return caller->host >= 0;
	if (!getpwnam(contender->who))
		return false;
	tzset();
	return pam_start(contender->what, contender->who, &conversation, &caller->pamh) ==
	       PAM_SUCCESS;
}

static bool open_session(const struct caller *caller)
{
	if (is_pam(caller->contender))
		return pam_open_session(caller->pamh, PAM_SILENT) == PAM_SUCCESS;
	return bare_enter(caller->contender->what, caller->contender->who) == 0;
}

static bool close_session(const struct caller *caller)
{
	if (is_pam(caller->contender))
		return pam_close_session(caller->pamh, PAM_SILENT) == PAM_SUCCESS;
	return setns(caller->host, CLONE_NEWNS) == 0;
}

static void tell(int told, int what, struct timespec since)
{
	struct told words = {.what = what, .at = now(), .since = since};

	if (write(told, &words, sizeof(words)) != sizeof(words))
		_exit(1);
}

static void wait_for_end(int fd)
{
	char byte;

	while (read(fd, &byte, 1) < 0 && errno == EINTR)
		;
}

/* The command reports by itself, through inside.c, when it is where it wanted to be. */
static _Noreturn void become_command(const struct contender *contender,
				     const struct strings *strings)
{
	char *words[WORDS_MAX], *rest = strdup(contender->what);
	size_t count = 0;

	while (rest && count < WORDS_MAX - 1 && (words[count] = strsep(&rest, " ")))
		count++;
	words[count] = NULL;
	tell(strings->told[1], TOLD_BEGUN, now());
	if (dup2(strings->told[1], EXEC_WHERE) < 0 || dup2(strings->leave[0], EXEC_UNTIL) < 0)
		_exit(1);
	execvp(words[0], words);
	tell(EXEC_WHERE, TOLD_FAILED, now());
	_exit(1);
}

static _Noreturn void have_session(const struct contender *contender, const struct strings *strings)
{
	struct caller caller = {.contender = contender};
	struct timespec since;
	bool well;

	close(strings->go[1]);
	close(strings->leave[1]);
	well = prepare(&caller);
	tell(strings->told[1], well ? TOLD_READY : TOLD_FAILED, now());
	wait_for_end(strings->go[0]);
	if (is(contender, "exec"))
		become_command(contender, strings);
	since = now();
	well = open_session(&caller);
	tell(strings->told[1], well ? TOLD_OPENED : TOLD_FAILED, since);
	wait_for_end(strings->leave[0]);
	since = now();
	well = close_session(&caller);
	tell(strings->told[1], well ? TOLD_CLOSED : TOLD_FAILED, since);
	_exit(0);
}

/* --- Turns ------------------------------------------------------------------------------------ */

static void add(struct contender *contender, enum figure figure, double value)
{
	size_t count = contender->counts[figure]++;
	double *larger = reallocarray(contender->figures[figure], count + 1, sizeof(*larger));

	if (!larger)
		die("realloc");
	larger[count] = value;
	contender->figures[figure] = larger;
}

/* Reads COUNT tellings of WHAT; false where one failed. The times go to CONTENDER where FIGURE. */
static bool hear(int told, size_t count, int what, struct contender *contender, int figure)
{
	struct timespec begun = {0};
	struct told words;
	bool well = true;

	for (size_t heard = 0; heard < count;) {
		if (read(told, &words, sizeof(words)) != sizeof(words))
			return false;
		if (words.what == TOLD_BEGUN) {
			begun = words.at;
			continue;
		}
		heard++;
		well = well && words.what == what;
		if (figure >= 0)
			add(contender, (enum figure)figure,
			    microseconds(words.since.tv_sec ? words.since : begun, words.at));
	}
	return well;
}

static void start_all(const struct contender *contender, size_t at_once, struct strings *strings)
{
	if (pipe2(strings->go, O_CLOEXEC) < 0 || pipe2(strings->leave, O_CLOEXEC) < 0 ||
	    pipe2(strings->told, O_CLOEXEC) < 0)
		die("pipe");
	for (size_t i = 0; i < at_once; i++) {
		pid_t child = fork();

		if (child < 0)
			die("fork");
		if (child == 0)
			have_session(contender, strings);
	}
	close(strings->told[1]);
	close(strings->leave[0]);
	close(strings->go[0]);
}

static void reap(size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (wait(NULL) < 0)
			die("wait");
}

static bool take_turn(struct contender *contender, size_t at_once, bool counts)
{
	bool timed = !is(contender, "exec"), well;
	struct timespec start, opened, leave;
	struct strings strings;
	double end;

	start_all(contender, at_once, &strings);
	well = hear(strings.told[0], at_once, TOLD_READY, contender, -1);
	start = now();
	close(strings.go[1]);
	well = hear(strings.told[0], at_once, TOLD_OPENED, contender, counts ? OPEN : -1) && well;
	opened = leave = now();
	close(strings.leave[1]);
	if (timed)
		well = hear(strings.told[0], at_once, TOLD_CLOSED, contender,
			    counts ? CLOSE : -1) &&
		       well;
	reap(at_once);
	end = microseconds(leave, now());
	close(strings.told[0]);
	if (counts) {
		add(contender, END, end);
		add(contender, RATE, (double)at_once * 1e6 / (microseconds(start, opened) + end));
	}
	return well;
}

static void shuffle(size_t *order, size_t count)
{
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (size_t i = count; i > 1; i--) {
		size_t other = (size_t)rand() % i, kept = order[i - 1];

		order[i - 1] = order[other];
		order[other] = kept;
	}
}

static void run_rounds(struct contender *contenders, size_t count, size_t rounds, size_t warmup,
		       size_t at_once)
{
	size_t order[WORDS_MAX];

	for (size_t round = 0; round < warmup + rounds; round++) {
		shuffle(order, count);
		for (size_t i = 0; i < count; i++) {
			struct contender *contender = &contenders[order[i]];

			if (contender->failed)
				continue;
			contender->failed = !take_turn(contender, at_once, round >= warmup);
			if (contender->failed)
				fprintf(stderr, "sessions: %s failed\n", contender->name);
			usleep(PAUSE);
		}
	}
}

static int compare(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;

	return (a > b) - (a < b);
}

static void print_quartiles(double *values, size_t count, int digits)
{
	if (!count) {
		printf(",,,");
		return;
	}
	qsort(values, count, sizeof(*values), compare);
	printf(",%.*f,%.*f,%.*f", digits, values[count / 4], digits, values[count / 2], digits,
	       values[count * 3 / 4]);
}

/* A session that stays open until the benchmark ends, and the pipe KEPT with it. */
static void keep_session(struct contender *contender, const int kept[2])
{
	struct caller caller = {.contender = contender};
	struct strings strings;
	pid_t child;

	if (pipe2(strings.told, O_CLOEXEC) < 0 || (child = fork()) < 0)
		die("pipe, fork");
	if (child == 0) {
		close(kept[1]);
		tell(strings.told[1],
		     prepare(&caller) && open_session(&caller) ? TOLD_OPENED : TOLD_FAILED, now());
		wait_for_end(kept[0]);
		close_session(&caller);
		_exit(0);
	}
	close(strings.told[1]);
	contender->failed = !hear(strings.told[0], 1, TOLD_OPENED, contender, -1);
	if (contender->failed)
		fprintf(stderr, "sessions: %s failed\n", contender->name);
	close(strings.told[0]);
}

static int run_turns(struct contender *contenders, size_t count, char **numbers)
{
	size_t at_once = strtoul(numbers[2], NULL, 10);
	int status = 0, kept[2];

	if (pipe2(kept, O_CLOEXEC) < 0)
		die("pipe");
	for (size_t i = 0; i < count; i++)
		if (is(&contenders[i], "join"))
			keep_session(&contenders[i], kept);

	run_rounds(contenders, count, strtoul(numbers[0], NULL, 10), strtoul(numbers[1], NULL, 10),
		   at_once);
	printf("contender,at_once,open_q1,open_median,open_q3,close_q1,close_median,close_q3,"
	       "end_q1,end_median,end_q3,rate_q1,rate_median,rate_q3\n");
	for (size_t i = 0; i < count; i++) {
		if (contenders[i].failed) {
			status = 1;
			continue;
		}
		printf("%s,%zu", contenders[i].name, at_once);
		for (size_t figure = 0; figure < N_FIGURES; figure++)
			print_quartiles(contenders[i].figures[figure], contenders[i].counts[figure],
					figure == RATE);
		printf("\n");
	}
	return status;
}

/* --- Many held at once ------------------------------------------------------------------------ */

static long memory(const char *name)
{
	FILE *stream = fopen("/proc/meminfo", "re");
	char line[128];
	long size = 0;

	if (!stream)
		die("/proc/meminfo");
	while (fgets(line, sizeof(line), stream))
		if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':')
			size = strtol(line + strlen(name) + 1, NULL, 10);
	fclose(stream);
	return size;
}

/* The whole of the host's mount table, for the caller to free. */
static char *mount_table(void)
{
	FILE *stream = fopen("/proc/self/mountinfo", "re");
	char *text = NULL;
	size_t size = 0;

	if (!stream || getdelim(&text, &size, '\0', stream) < 0)
		die("/proc/self/mountinfo");
	fclose(stream);
	return text;
}

/* A process that opens a session and becomes PROGRAM in it; it tells once, opened or not. */
static _Noreturn void hold_session(const struct contender *contender, const char *program,
				   const struct strings *strings)
{
	char until[16];
	char *const words[] = {(char *)"inside", (char *)"-1", until, NULL};
	struct caller caller = {.contender = contender};
	struct timespec since = now();
	int fd = open(program, O_PATH | O_CLOEXEC);
	bool well = fd >= 0 && prepare(&caller) && open_session(&caller);

	snprintf(until, sizeof(until), "%d", strings->leave[0]);
	fcntl(strings->leave[0], F_SETFD, 0);
	tell(strings->told[1], well ? TOLD_OPENED : TOLD_FAILED, since);
	if (well)
		fexecve(fd, words, (char *const[]){NULL});
	_exit(1);
}

static size_t hold_all(struct contender *contender, size_t count, size_t at_once,
		       const char *program, struct strings *strings)
{
	size_t started = 0, refused = 0;

	for (size_t told = 0; told < count; told++) {
		for (; started < count && started - told < at_once; started++) {
			pid_t child = fork();

			if (child < 0)
				die("fork");
			if (child == 0) {
				close(strings->leave[1]);
				hold_session(contender, program, strings);
			}
		}
		refused += !hear(strings->told[0], 1, TOLD_OPENED, contender, OPEN);
	}
	return refused;
}

static int run_hold(struct contender *contender, char **numbers)
{
	size_t count = strtoul(numbers[0], NULL, 10), at_once = strtoul(numbers[1], NULL, 10);
	char *before = mount_table(), *during;
	long slab, others;
	struct timespec start, opened, leave;
	struct strings strings;
	size_t refused;

	if (pipe2(strings.leave, O_CLOEXEC) < 0 || pipe2(strings.told, O_CLOEXEC) < 0)
		die("pipe");
	sleep(SETTLE);
	slab = memory("Slab");
	others = memory("KernelStack") + memory("PageTables") + memory("Percpu");
	start = now();
	refused = hold_all(contender, count, at_once, numbers[2], &strings);
	opened = now();
	sleep(SETTLE);
	slab = memory("Slab") - slab;
	others = memory("KernelStack") + memory("PageTables") + memory("Percpu") - others;
	during = mount_table();
	leave = now();
	close(strings.leave[1]);
	reap(count);
	printf("contender,count,at_once,refused,slab_kb_each,other_kb_each,mount_table,open_"
	       "seconds,"
	       "end_seconds,open_q1,open_median,open_q3\n"
	       "%s,%zu,%zu,%zu,%.2f,%.2f,%s,%.1f,%.1f",
	       contender->name, count, at_once, refused, (double)slab / (double)count,
	       (double)others / (double)count, strcmp(before, during) ? "changed" : "unchanged",
	       microseconds(start, opened) / 1e6, microseconds(leave, now()) / 1e6);
	print_quartiles(contender->figures[OPEN], contender->counts[OPEN], 0);
	printf("\n");
	return refused != 0;
}

/* --- The call --------------------------------------------------------------------------------- */

/* NAME=KIND:WHAT[:WHO] */
static bool read_contender(char *word, struct contender *contender)
{
	contender->name = strsep(&word, "=");
	contender->kind = strsep(&word, ":");
	contender->what = word && is(contender, "exec") ? word : strsep(&word, ":");
	contender->who = word;
	return contender->what;
}

int main(int argc, char **argv)
{
	struct contender contenders[WORDS_MAX] = {0};
	size_t count = 0;

	for (int i = 5; i < argc && count < WORDS_MAX; i++)
		if (!read_contender(argv[i], &contenders[count++]))
			argc = 0;
	if (count && argc && strcmp(argv[1], "turns") == 0)
		return run_turns(contenders, count, argv + 2);
	if (count == 1 && argc && strcmp(argv[1], "hold") == 0)
		return run_hold(contenders, argv + 2);
	fprintf(stderr, "usage: sessions turns ROUNDS WARMUP AT_ONCE CONTENDER...\n"
			"       sessions hold COUNT AT_ONCE INSIDE CONTENDER\n");
	return 2;
}
