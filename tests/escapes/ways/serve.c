/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ways.h"

#define WORDS_MAX 16
#define WAY_SECONDS 20 /* then its process is killed */

void escaped(void)
{
	puts("ESCAPED");
}

int show(int directory, const char *path)
{
	int fd = openat(directory, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char text[4096];
	ssize_t length;

	if (fd < 0)
		return -1;
	length = read(fd, text, sizeof(text));
	close(fd);
	if (length > 0)
		fwrite(text, 1, (size_t)length, stdout);
	return length > 0 ? 0 : -1;
}

void show_or_close(int directory, const char *path)
{
	if (show(directory, path) < 0)
		closed("%s", path);
}

void show_found(const char *data, size_t length)
{
	fwrite(data, 1, strnlen(data, length), stdout);
	puts("");
}

void look_down(void)
{
	if (show(AT_FDCWD, SECRET) < 0)
		warn(SECRET);
}

uintptr_t number(const char *text)
{
	return (uintptr_t)strtoull(text, NULL, 0);
}

pid_t pid_of(const char *text)
{
	return (pid_t)number(text);
}

bool way_go(char **words)
{
	static const struct way *const subjects[] = {
		process_ways, socket_ways, ipc_ways,	 handle_ways,  file_ways,
		mount_ways,   kernel_ways, network_ways, netlink_ways, outside_ways};
	int given = 0;

	while (words[given])
		given++;
	for (size_t i = 0; given && i < sizeof(subjects) / sizeof(*subjects); i++)
		for (const struct way *way = subjects[i]; way->name; way++)
			if (strcmp(way->name, words[0]) == 0 && given > way->arguments) {
				way->go(words + 1);
				return true;
			}
	return false;
}

static void go_in_child(char **words)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		err(1, "fork");
	if (pid == 0) {
		alarm(WAY_SECONDS);
		if (!way_go(words))
			printf("FAILED: no way '%s' with these arguments\n",
			       words[0] ? words[0] : "");
		fflush(stdout);
		_exit(0);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		printf("ended by signal %d\n", WTERMSIG(status));
}

void way_serve(void)
{
	char *words[WORDS_MAX + 1];
	char line[4096];

	setvbuf(stdin, NULL, _IONBF, 0);
	puts("ready\n--");
	while (fflush(stdout) == 0 && fgets(line, sizeof(line), stdin)) {
		size_t n = 0;

		for (char *word = strtok(line, " \n"); word && n < WORDS_MAX;
		     word = strtok(NULL, " \n"))
			words[n++] = word;
		words[n] = NULL;
		if (n && strcmp(words[0], "end") == 0)
			return;
		go_in_child(words);
		puts("\n--");
	}
}
