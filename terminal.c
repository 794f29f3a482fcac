/* SPDX-License-Identifier: BSD-3-Clause */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "cleanup.h"

#define LAST_WORDS (1024 * 1024) /* what is read at most of a process that writes on and on */

enum { FLOW_IN, FLOW_OUT };

/* As write(1) and login(1) want it: the group may write to a terminal that its owner opens to it.
 */
static void give_pty(int slave, uid_t owner)
{
	const struct group *tty = getgrnam("tty");

	if (fchown(slave, owner, tty ? tty->gr_gid : (gid_t)-1) < 0 ||
	    fchmod(slave, tty && owner ? 0620 : 0600) < 0)
		return; /* Then root's it stays: the session can use it all the same. */
}

static void set_modes(struct terminal *terminal)
{
	struct termios inner = terminal->saved;

	terminal->raw_mode = terminal->saved;
	cfmakeraw(&terminal->raw_mode);
	/* Where root's keeps its own modes, it makes the line ends. */
	if (terminal->flows[FLOW_IN].from < 0)
		inner.c_oflag &= ~(tcflag_t)OPOST;
	tcsetattr(terminal->slave, TCSANOW, &inner);
}

int terminal_open(struct terminal *terminal, uid_t owner, struct error *error)
{
	int outer = 0;

	*terminal = (struct terminal){.master = -1, .slave = -1};
	terminal->flows[FLOW_IN].from = terminal->flows[FLOW_OUT].from = -1;
	while (outer <= STDERR_FILENO && !isatty(outer))
		outer++;
	if (outer > STDERR_FILENO)
		return 0;
	terminal->outer = outer;
	terminal->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (terminal->master >= 0 && unlockpt(terminal->master) == 0)
		terminal->slave =
			ioctl(terminal->master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal->slave < 0 || tcgetattr(outer, &terminal->saved) < 0)
		return error_say(error, errno, "a pty for the session cannot be made: %m");
	terminal->flows[FLOW_OUT].from = terminal->master;
	terminal->flows[FLOW_OUT].to = isatty(STDOUT_FILENO)   ? STDOUT_FILENO
				       : isatty(STDERR_FILENO) ? STDERR_FILENO
							       : outer;
	terminal->flows[FLOW_IN].from = outer == STDIN_FILENO ? STDIN_FILENO : -1;
	terminal->flows[FLOW_IN].to = terminal->master;
	set_modes(terminal);
	give_pty(terminal->slave, owner);
	terminal_resize(terminal);
	return 0;
}

int terminal_take(const struct terminal *terminal, struct error *error)
{
	if (terminal->slave < 0)
		return 0;
	if (ioctl(terminal->slave, TIOCSCTTY, 0) < 0)
		return error_say(error, errno, "the pty cannot become the session's: %m");
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (isatty(fd) && dup2(terminal->slave, fd) < 0)
			return error_say(error, errno, "dup2: %m");
	return 0;
}

void terminal_set_raw(struct terminal *terminal)
{
	if (terminal->flows[FLOW_IN].from < 0)
		return;
	terminal->raw = tcsetattr(terminal->outer, TCSADRAIN, &terminal->raw_mode) == 0;
}

void terminal_resize(const struct terminal *terminal)
{
	struct winsize size;

	if (terminal->master >= 0 && ioctl(terminal->outer, TIOCGWINSZ, &size) == 0)
		ioctl(terminal->master, TIOCSWINSZ, &size);
}

static bool is_full(const struct flow *flow)
{
	return flow->start < flow->end;
}

void terminal_poll(const struct terminal *terminal, struct pollfd polled[TERMINAL_FLOWS])
{
	for (size_t i = 0; i < TERMINAL_FLOWS; i++) {
		const struct flow *flow = &terminal->flows[i];

		polled[i] = (struct pollfd){.fd = flow->from, .events = POLLIN};
		if (flow->from >= 0 && is_full(flow))
			polled[i] = (struct pollfd){.fd = flow->to, .events = POLLOUT};
	}
}

/* One read or one write; false at an end or an error. */
static bool flow_on(struct flow *flow)
{
	ssize_t size;

	if (is_full(flow)) {
		size = write(flow->to, flow->data + flow->start, flow->end - flow->start);
		flow->start += size > 0 ? (size_t)size : 0;
	} else {
		size = read(flow->from, flow->data, sizeof(flow->data));
		flow->start = 0;
		flow->end = size > 0 ? (size_t)size : 0;
	}
	return size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR));
}

bool terminal_relay(struct terminal *terminal, const struct pollfd polled[TERMINAL_FLOWS])
{
	bool here = true;

	for (size_t i = 0; i < TERMINAL_FLOWS; i++) {
		if (polled[i].fd < 0 || !polled[i].revents || flow_on(&terminal->flows[i]))
			continue;
		terminal->flows[i].from = -1;
		here = false;
	}
	return here;
}

/* What is in the pty now: a read of a master that has nothing says EAGAIN at once. */
static void read_last_words(struct flow *flow)
{
	for (size_t size = 0; flow->from >= 0 && size < LAST_WORDS; size += sizeof(flow->data)) {
		while (is_full(flow))
			if (!flow_on(flow))
				return;
		if (!flow_on(flow) || !is_full(flow))
			return;
	}
}

void terminal_forget(struct terminal *terminal)
{
	cleanup_fd(&terminal->slave);
	cleanup_fd(&terminal->master);
	terminal->slave = terminal->master = -1;
}

void terminal_close(struct terminal *terminal)
{
	if (terminal->slave >= 0) {
		read_last_words(&terminal->flows[FLOW_OUT]);
		give_pty(terminal->slave, 0);
	}
	if (terminal->raw)
		tcsetattr(terminal->outer, TCSADRAIN, &terminal->saved);
	terminal->raw = false;
	terminal_forget(terminal);
}

void terminal_rescue(const struct terminal *terminal)
{
	struct termios now;

	/* A shell that has the terminal back already uses modes of its own. */
	if (terminal->flows[FLOW_IN].from >= 0 && tcgetattr(terminal->outer, &now) == 0 &&
	    now.c_lflag == terminal->raw_mode.c_lflag && now.c_iflag == terminal->raw_mode.c_iflag)
		tcsetattr(terminal->outer, TCSANOW, &terminal->saved);
}
