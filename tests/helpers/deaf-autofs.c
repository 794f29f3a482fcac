/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * deaf-autofs indirect|direct DIR: mounts autofs on DIR with a daemon that never answers, which is
 * this process. Prints its pid when that is done, and stays until it is killed.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char options[128];
	int ends[2];

	if (argc != 3 || pipe2(ends, O_CLOEXEC) < 0)
		return 2;
	/* A process group of its own: autofs lets its daemon's group pass. */
	setpgid(0, 0);
	snprintf(options, sizeof(options), "fd=%d,pgrp=%d,minproto=5,maxproto=5,%s", ends[1],
		 getpgrp(), argv[1]);
	if (mount("deaf", argv[2], "autofs", 0, options) < 0) {
		perror(argv[2]);
		return 1;
	}
	printf("%d\n", getpid());
	fflush(stdout);
	fclose(stdout);
	for (;;)
		pause();
}
