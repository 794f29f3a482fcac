/* SPDX-License-Identifier: BSD-3-Clause */
#include "whole.h"

#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "caller.h"

int whole_process(const struct contender *contender)
{
	struct caller caller = {.contender = contender};

	if (!caller_prepare(&caller) || !caller_open(&caller) || !caller_close(&caller))
		return 1;
	return pam_end(caller.pamh, PAM_SUCCESS) != PAM_SUCCESS;
}

bool whole_turn(struct contender *contender, size_t at_once, bool counts)
{
	char word[128];
	char *const words[] = {(char *)"sessions", (char *)"process", word, NULL};
	struct timespec start;
	int status;
	pid_t child;

	(void)at_once;
	snprintf(word, sizeof(word), "%s=pam:%s:%s", contender->name, contender->what,
		 contender->who);
	start = contender_now();
	if (posix_spawn(&child, "/proc/self/exe", NULL, NULL, words, environ) != 0)
		contender_die("posix_spawn");
	if (waitpid(child, &status, 0) < 0)
		contender_die("waitpid");
	if (counts)
		contender_add(contender, END, contender_microseconds(start, contender_now()));
	return status == 0;
}
