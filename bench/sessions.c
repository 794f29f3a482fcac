/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sessions turns ROUNDS WARMUP AT_ONCE CONTENDER...
 * sessions whole ROUNDS WARMUP 1 CONTENDER...
 * sessions hold COUNT AT_ONCE INSIDE CONTENDER
 * sessions process CONTENDER
 *
 * `turns` opens and closes sessions: in each round every contender has one turn, in a shuffled
 * order, and in a turn AT_ONCE processes open one each at the same time, then close them at the
 * same time. Each is just forked and starts in the host's namespace; what sshd has done by then is
 * done before: the modules are loaded (pam_start(3)), NSS was asked and the time zone read. Prints
 * comma-separated values with a head line: a contender's first quartile, median and third quartile
 *
 *   open, close  of the calls, in microseconds
 *   end          from when closing begins until the processes are gone and the namespaces with them
 *   rate         sessions in a second, opened and ended
 *
 * `whole` prints the same for fresh processes (`process`): only `end` has figures, from before the
 * program is started until it has ended. This is what a login pays, since sshd executes a program
 * for each connection: the module and its libraries are loaded, a session is opened and closed.
 *
 * `hold` opens COUNT sessions, AT_ONCE at a time, has a process of the program INSIDE stay in each,
 * and prints what they take of the kernel's memory and whether the host's mount table stayed.
 *
 * A CONTENDER is NAME=pam:SERVICE:USER, NAME=join:SERVICE:USER, where one more session of the kind
 * stays open all the time, NAME=bare:TREE:PLACE (bare.h) or NAME=exec:COMMAND, where the words "99
 * 98" at COMMAND's end are for bench/inside.c. `whole` and `process` have those of PAM alone. One
 * that fails is named on the standard error and left out; the exit status is 1 then.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contender.h"
#include "hold.h"
#include "turn.h"
#include "whole.h"

static int print_all(const struct contender *contenders, size_t count, const char *at_once)
{
	int status = 0;

	printf("contender,at_once,open_q1,open_median,open_q3,close_q1,close_median,close_q3,"
	       "end_q1,end_median,end_q3,rate_q1,rate_median,rate_q3\n");
	for (size_t i = 0; i < count; i++) {
		if (contenders[i].failed) {
			status = 1;
			continue;
		}
		printf("%s,%s", contenders[i].name, at_once);
		for (enum figure figure = 0; figure < N_FIGURES; figure++)
			contender_print(&contenders[i], figure);
		printf("\n");
	}
	return status;
}

static int run_turns(struct contender *contenders, size_t count, char **numbers,
		     contender_turn *turn)
{
	int kept[2];

	if (pipe2(kept, O_CLOEXEC) < 0)
		contender_die("pipe");
	for (size_t i = 0; i < count; i++)
		if (contender_is(&contenders[i], "join"))
			turn_keep(&contenders[i], kept);
	contender_rounds(contenders, count, numbers, turn);
	return print_all(contenders, count, numbers[2]);
}

static int run(const char *command, struct contender *contenders, size_t count, char **numbers)
{
	if (strcmp(command, "turns") == 0)
		return run_turns(contenders, count, numbers, turn_take);
	if (strcmp(command, "whole") == 0)
		return run_turns(contenders, count, numbers, whole_turn);
	if (strcmp(command, "hold") == 0 && count == 1)
		return hold_run(contenders, numbers);
	return -1;
}

int main(int argc, char **argv)
{
	struct contender contenders[CONTENDERS_MAX] = {0};
	size_t count = 0;
	int status = -1;

	if (argc == 3 && strcmp(argv[1], "process") == 0 && contender_read(argv[2], &contenders[0]))
		return whole_process(&contenders[0]);
	for (int i = 5; i < argc && count < CONTENDERS_MAX; i++)
		if (!contender_read(argv[i], &contenders[count++]))
			argc = 0;
	if (count && argc)
		status = run(argv[1], contenders, count, argv + 2);
	if (status >= 0)
		return status;
	fprintf(stderr, "usage: sessions turns|whole ROUNDS WARMUP AT_ONCE CONTENDER...\n"
			"       sessions hold COUNT AT_ONCE INSIDE CONTENDER\n"
			"       sessions process CONTENDER\n");
	return 2;
}
