/* SPDX-License-Identifier: BSD-3-Clause */
/* The processes outside: a twin of the session's user, and a terminal. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "handle.h"
#include "ipc.h"
#include "socket.h"
#include "ways.h"

/* What the twin has in its memory, and what others of its holdings are made of. */
static char secret[64];
static char got[256];

static void say_got(void)
{
	int fd = open(got, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (fd >= 0)
		close(fd);
}

static void on_signal(int ignored)
{
	(void)ignored;
	say_got();
}

/* Writes FILE at once: who finds it may go on. */
static void tell(const char *file)
{
	char name[256];
	FILE *stream;
	int pidfd = pidfd_open(getpid(), 0);

	snprintf(name, sizeof(name), "%s.new", file);
	stream = fopen(name, "we");
	if (!stream)
		err(1, "%s", name);
	fprintf(stream, "pid=%d address=%p mount_handle=", getpid(), (void *)secret);
	handle_print(stream, AT_FDCWD, "/proc/self/ns/mnt", AT_SYMLINK_FOLLOW);
	fputs(" user_handle=", stream);
	handle_print(stream, AT_FDCWD, "/proc/self/ns/user", AT_SYMLINK_FOLLOW);
	fputs(" process_handle=", stream);
	handle_print(stream, pidfd, "", AT_EMPTY_PATH);
	fputs("\n", stream);
	if (fclose(stream) != 0 || rename(name, file) < 0)
		err(1, "%s", name);
	close(pidfd);
}

static void serve(struct pollfd *sockets, int pidfd)
{
	char byte[16];
	int fd;

	/* Messages first: who was served at a socket knows that what was sent before has been
	 * taken. */
	for (int i = 3; i >= 0; i--) {
		if (!(sockets[i].revents & POLLIN))
			continue;
		if (i < 2 && (fd = accept(sockets[i].fd, NULL, NULL)) >= 0) {
			socket_hand_over(fd, secret, pidfd);
			close(fd);
		} else if (i >= 2 && recv(sockets[i].fd, byte, sizeof(byte), 0) > 0) {
			say_got();
		}
	}
}

static void visit(const char *name, int pidfd)
{
	int fd = socket_connected(name, SOCK_STREAM);

	if (fd < 0)
		return;
	socket_hand_over(fd, secret, pidfd);
	close(fd);
}

static void hold_secret(const char *file)
{
	int directory = open(SECRET_DIRECTORY, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (directory < 0 || dup2(directory, TWIN_FD) < 0 || fchdir(TWIN_FD) < 0)
		err(1, SECRET_DIRECTORY);
	if (read(open("secret", O_RDONLY | O_CLOEXEC), secret, sizeof(secret) - 1) <= 0)
		err(1, SECRET);
	snprintf(got, sizeof(got), "%s.got", file);
	signal(SIGUSR1, on_signal);
	signal(SIGURG, on_signal);
	signal(SIGPIPE, SIG_IGN);
}

/*
 * twin FILE: a process of the user's outside, in the secret's directory. It writes to FILE its
 * process id, the address of the secret in its memory, and handles of its namespaces and of itself.
 * At @escape and FILE.sock it hands to who connects the secret, its directory and a pidfd of
 * itself; it visits @escape-in and FILE.in.sock with the same. A message to @escape-message or
 * FILE.message, and the signals SIGUSR1 and SIGURG, it answers by making FILE.got. With "files"
 * behind it, it has the sockets in files alone; with "wait", none.
 */
static void way_twin(char **arguments)
{
	const char *file = arguments[0];
	bool waits = arguments[1] && strcmp(arguments[1], "wait") == 0;
	char names[3][256];
	struct pollfd sockets[4];
	int pidfd = pidfd_open(getpid(), 0);

	hold_secret(file);
	snprintf(names[0], sizeof(names[0]), "%s.sock", file);
	snprintf(names[1], sizeof(names[1]), "%s.message", file);
	snprintf(names[2], sizeof(names[2]), "%s.in.sock", file);
	for (int i = 0; i < 4; i++)
		sockets[i] = (struct pollfd){-1, POLLIN, 0};
	if (!waits) {
		sockets[0].fd = socket_bound(names[0], SOCK_STREAM);
		sockets[2].fd = socket_bound(names[1], SOCK_DGRAM);
	}
	if (!arguments[1]) {
		sockets[1].fd = socket_bound("@escape", SOCK_STREAM);
		sockets[3].fd = socket_bound("@escape-message", SOCK_DGRAM);
		ipc_hold(secret);
	}
	tell(file);
	while (waits)
		pause();
	for (;;) {
		if (!arguments[1])
			ipc_hold(secret);
		if (poll(sockets, 4, 50) > 0)
			serve(sockets, pidfd);
		visit(names[2], pidfd);
		visit("@escape-in", pidfd);
	}
}

/*
 * terminal FILE UID: a terminal of that user's. Writes its name to FILE, and makes FILE.got when
 * something is written to it.
 */
static void way_terminal(char **arguments)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), slave;
	char name[256], text[256];
	FILE *stream = fopen(arguments[0], "we");

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 || !stream)
		err(1, "a terminal");
	snprintf(got, sizeof(got), "%s.got", arguments[0]);
	/* Without one that has it open, reading would end. */
	slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0 || fchown(slave, (uid_t)number(arguments[1]), (gid_t)-1) < 0)
		err(1, "%s", ptsname(master));
	snprintf(name, sizeof(name), "%s", ptsname(master));
	fprintf(stream, "%s\n", name);
	fclose(stream);
	while (read(master, text, sizeof(text)) > 0)
		say_got();
}

const struct way outside_ways[] = {
	{"terminal", way_terminal, 2},
	{"twin", way_twin, 1},
	{0},
};
