/* SPDX-License-Identifier: BSD-3-Clause */
#include "turn.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "caller.h"

#define WORDS_MAX 128
#define EXEC_WHERE 99
#define EXEC_UNTIL 98

/* The command reports by itself, through inside.c, when it is where it wanted to be. */
static _Noreturn void become_command(const struct contender *contender,
				     const struct strings *strings)
{
	char *words[WORDS_MAX], *rest = strdup(contender->what);
	size_t count = 0;

	while (rest && count < WORDS_MAX - 1 && (words[count] = strsep(&rest, " ")))
		count++;
	words[count] = NULL;
	caller_tell(strings->told[1], TOLD_BEGUN, contender_now());
	if (dup2(strings->told[1], EXEC_WHERE) < 0 || dup2(strings->leave[0], EXEC_UNTIL) < 0)
		_exit(1);
	execvp(words[0], words);
	caller_tell(EXEC_WHERE, TOLD_FAILED, contender_now());
	_exit(1);
}

static _Noreturn void have_session(const struct contender *contender, const struct strings *strings)
{
	struct caller caller = {.contender = contender};
	struct timespec since;
	bool well;

	close(strings->go[1]);
	close(strings->leave[1]);
	well = caller_prepare(&caller);
	caller_tell(strings->told[1], well ? TOLD_READY : TOLD_FAILED, contender_now());
	caller_wait(strings->go[0]);
	if (contender_is(contender, "exec"))
		become_command(contender, strings);
	since = contender_now();
	well = caller_open(&caller);
	caller_tell(strings->told[1], well ? TOLD_OPENED : TOLD_FAILED, since);
	caller_wait(strings->leave[0]);
	since = contender_now();
	well = caller_close(&caller);
	caller_tell(strings->told[1], well ? TOLD_CLOSED : TOLD_FAILED, since);
	_exit(0);
}

bool turn_hear(int told, size_t count, int what, struct contender *contender, int figure)
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
			contender_add(contender, (enum figure)figure,
				      contender_microseconds(
					      words.since.tv_sec ? words.since : begun, words.at));
	}
	return well;
}

static void start_all(const struct contender *contender, size_t at_once, struct strings *strings)
{
	if (pipe2(strings->go, O_CLOEXEC) < 0 || pipe2(strings->leave, O_CLOEXEC) < 0 ||
	    pipe2(strings->told, O_CLOEXEC) < 0)
		contender_die("pipe");
	for (size_t i = 0; i < at_once; i++) {
		pid_t child = fork();

		if (child < 0)
			contender_die("fork");
		if (child == 0)
			have_session(contender, strings);
	}
	close(strings->told[1]);
	close(strings->leave[0]);
	close(strings->go[0]);
}

void turn_reap(size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (wait(NULL) < 0)
			contender_die("wait");
}

bool turn_take(struct contender *contender, size_t at_once, bool counts)
{
	bool timed = !contender_is(contender, "exec"), well;
	struct timespec start, opened, leave;
	struct strings strings;
	double end;

	start_all(contender, at_once, &strings);
	well = turn_hear(strings.told[0], at_once, TOLD_READY, contender, -1);
	start = contender_now();
	close(strings.go[1]);
	well = turn_hear(strings.told[0], at_once, TOLD_OPENED, contender, counts ? OPEN : -1) &&
	       well;
	opened = leave = contender_now();
	close(strings.leave[1]);
	if (timed)
		well = turn_hear(strings.told[0], at_once, TOLD_CLOSED, contender,
				 counts ? CLOSE : -1) &&
		       well;
	turn_reap(at_once);
	end = contender_microseconds(leave, contender_now());
	close(strings.told[0]);
	if (counts) {
		contender_add(contender, END, end);
		contender_add(contender, RATE,
			      (double)at_once * 1e6 /
				      (contender_microseconds(start, opened) + end));
	}
	return well;
}

void turn_keep(struct contender *contender, const int kept[2])
{
	struct caller caller = {.contender = contender};
	struct strings strings;
	pid_t child;

	if (pipe2(strings.told, O_CLOEXEC) < 0 || (child = fork()) < 0)
		contender_die("pipe, fork");
	if (child == 0) {
		close(kept[1]);
		caller_tell(strings.told[1],
			    caller_prepare(&caller) && caller_open(&caller) ? TOLD_OPENED
									    : TOLD_FAILED,
			    contender_now());
		caller_wait(kept[0]);
		caller_close(&caller);
		_exit(0);
	}
	close(strings.told[1]);
	if (!turn_hear(strings.told[0], 1, TOLD_OPENED, contender, -1))
		contender_fail(contender);
	close(strings.told[0]);
}
