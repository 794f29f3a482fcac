/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * beneath PID [NAME]...: enters the mount namespace of process PID, unmounts there whatever can be
 * unmounted, its root included and as often as that works, and prints what is left at the root: the
 * number of mounts taken away, then each NAME that can still be found, then the entries of "/".
 * With PID 0 it takes nothing away, and looks where it is.
 */
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define MOUNTS_MAX 4096

/* The process's root becomes what is on top of the namespace's. */
static void enter(int namespace)
{
	if (setns(namespace, CLONE_NEWNS) < 0)
		err(1, "setns");
}

/* The namespace's mounts from the last to the first, if it has a /proc to list them. */
static unsigned unmount_listed(void)
{
	static char *targets[MOUNTS_MAX];
	FILE *list = fopen("/proc/self/mountinfo", "re");
	unsigned n = 0, gone = 0;

	if (!list)
		return 0;
	while (n < MOUNTS_MAX && fscanf(list, "%*u %*u %*s %*s %ms%*[^\n]", &targets[n]) == 1)
		n++;
	fclose(list);
	while (n > 0)
		if (strcmp(targets[--n], "/") != 0 && umount2(targets[n], MNT_DETACH) == 0)
			gone++;
	return gone;
}

static unsigned unmount_all(int namespace)
{
	unsigned gone = unmount_listed();

	for (int i = 0; i < 100 && umount2("/", MNT_DETACH) == 0; i++) {
		gone++;
		enter(namespace);
	}
	return gone;
}

int main(int argc, char **argv)
{
	struct dirent *entry;
	DIR *root;

	if (argc > 1 && strcmp(argv[1], "0") != 0) {
		char name[64];
		int namespace;

		snprintf(name, sizeof(name), "/proc/%s/ns/mnt", argv[1]);
		namespace = open(name, O_RDONLY | O_CLOEXEC);
		if (namespace < 0)
			err(1, "%s", name);
		enter(namespace);
		printf("unmounted %u\n", unmount_all(namespace));
	}
	for (int i = 2; i < argc; i++)
		if (access(argv[i], F_OK) == 0)
			printf("found %s\n", argv[i]);
	root = opendir("/");
	while (root && (entry = readdir(root)))
		if (entry->d_name[0] != '.')
			printf("entry %s\n", entry->d_name);
	return 0;
}
