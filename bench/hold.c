/* SPDX-License-Identifier: BSD-3-Clause */
#include "hold.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "caller.h"
#include "turn.h"

#define SETTLE 3 /* seconds until the kernel has freed what it frees later */

static long memory(const char *name)
{
	FILE *stream = fopen("/proc/meminfo", "re");
	char line[128];
	long size = 0;

	if (!stream)
		contender_die("/proc/meminfo");
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
		contender_die("/proc/self/mountinfo");
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
	struct timespec since = contender_now();
	int fd = open(program, O_PATH | O_CLOEXEC);
	bool well = fd >= 0 && caller_prepare(&caller) && caller_open(&caller);

	snprintf(until, sizeof(until), "%d", strings->leave[0]);
	fcntl(strings->leave[0], F_SETFD, 0);
	caller_tell(strings->told[1], well ? TOLD_OPENED : TOLD_FAILED, since);
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
				contender_die("fork");
			if (child == 0) {
				close(strings->leave[1]);
				hold_session(contender, program, strings);
			}
		}
		refused += !turn_hear(strings->told[0], 1, TOLD_OPENED, contender, OPEN);
	}
	return refused;
}

int hold_run(struct contender *contender, char **numbers)
{
	size_t count = strtoul(numbers[0], NULL, 10), at_once = strtoul(numbers[1], NULL, 10);
	char *before = mount_table(), *during;
	long slab, others;
	struct timespec start, opened, leave;
	struct strings strings;
	size_t refused;

	if (pipe2(strings.leave, O_CLOEXEC) < 0 || pipe2(strings.told, O_CLOEXEC) < 0)
		contender_die("pipe");
	sleep(SETTLE);
	slab = memory("Slab");
	others = memory("KernelStack") + memory("PageTables") + memory("Percpu");
	start = contender_now();
	refused = hold_all(contender, count, at_once, numbers[2], &strings);
	opened = contender_now();
	sleep(SETTLE);
	slab = memory("Slab") - slab;
	others = memory("KernelStack") + memory("PageTables") + memory("Percpu") - others;
	during = mount_table();
	leave = contender_now();
	close(strings.leave[1]);
	turn_reap(count);
	printf("contender,count,at_once,refused,slab_kb_each,other_kb_each,mount_table,open_"
	       "seconds,"
	       "end_seconds,open_q1,open_median,open_q3\n"
	       "%s,%zu,%zu,%zu,%.2f,%.2f,%s,%.1f,%.1f",
	       contender->name, count, at_once, refused, (double)slab / (double)count,
	       (double)others / (double)count, strcmp(before, during) ? "changed" : "unchanged",
	       contender_microseconds(start, opened) / 1e6,
	       contender_microseconds(leave, contender_now()) / 1e6);
	contender_print(contender, OPEN);
	printf("\n");
	return refused != 0;
}
