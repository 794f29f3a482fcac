/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "cleanup.h"

#define BLANKS " \t\r\n"

/* A file in memory that cannot grow, so that a program cannot fill the memory. */
static int make_output(void)
{
	cleanup(cleanup_fd) int fd = memfd_create("nstree-output", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || ftruncate(fd, CAPTURE_SIZE - 1) < 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) < 0)
		return -errno;
	return steal_fd(&fd);
}

/* In the child. */
static _Noreturn void start_program(const struct userenv *env, char **command, int output)
{
	struct error error = {0};
	int status = CAPTURE_CANNOT_RUN;

	setsid();
	if (dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0)
		_exit(status);
	if (env) {
		status = userenv_run(env, command, &error);
	} else {
		execvp(command[0], command);
		error_set(&error, errno, "cannot run '%s': %m", command[0]);
		status = error.number == ENOENT ? CAPTURE_NOT_FOUND : CAPTURE_CANNOT_RUN;
	}
	dprintf(STDERR_FILENO, "%s\n", error.words);
	_exit(status);
}

/* Kills the child after CAPTURE_SECONDS. Returns as capture_run() does. */
static int wait_for_program(pid_t pid)
{
	cleanup(cleanup_fd) int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	bool ended = pidfd >= 0 && child_ends_within(pidfd, CAPTURE_SECONDS * 1000);
	int status;

	if (!ended)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (!ended)
		return -ETIMEDOUT;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int capture_run(const struct userenv *env, char **command, char text[CAPTURE_SIZE])
{
	cleanup(cleanup_fd) int output = make_output();
	ssize_t length;
	int result;
	pid_t pid;

	text[0] = '\0';
	if (output < 0)
		return output;
	pid = fork();
	if (pid == 0)
		start_program(env, command, output);
	result = pid < 0 ? -errno : wait_for_program(pid);
	length = pread(output, text, CAPTURE_SIZE - 1, 0);
	text[length < 0 ? 0 : length] = '\0';
	return result;
}

char *capture_last_line(char *text)
{
	size_t length = strlen(text);
	char *line;

	while (length && strchr(BLANKS, text[length - 1]))
		text[--length] = '\0';
	line = strrchr(text, '\n');
	line = line ? line + 1 : text;
	return line + strspn(line, BLANKS);
}
