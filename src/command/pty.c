/* SPDX-License-Identifier: BSD-3-Clause */
#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "cleanup.h"

#define DRAIN_MAX (1024 * 1024) /* the most that is read of a process that keeps writing */

enum { FLOW_IN, FLOW_OUT };

/* Owner and mode as login(1) sets them: group tty may write, as write(1) needs. */
static void set_pty_owner(int slave, uid_t owner)
{
	const struct group *tty = getgrnam("tty");

	if (fchown(slave, owner, tty ? tty->gr_gid : (gid_t)-1) < 0 ||
	    fchmod(slave, tty && owner ? 0620 : 0600) < 0)
		return; /* It stays root's; the session can use it all the same. */
}

static void set_modes(struct pty *pty)
{
	struct termios inner = pty->saved;

	pty->raw_mode = pty->saved;
	cfmakeraw(&pty->raw_mode);
	/* Where root's terminal is not raw, it converts the line ends. */
	if (pty->flows[FLOW_IN].from < 0)
		inner.c_oflag &= ~(tcflag_t)OPOST;
	tcsetattr(pty->slave, TCSANOW, &inner);
}

int pty_open(struct pty *pty, uid_t owner, struct error *error)
{
	int outer = 0;

	*pty = (struct pty){.master = -1, .slave = -1};
	pty->flows[FLOW_IN].from = pty->flows[FLOW_OUT].from = -1;
	while (outer <= STDERR_FILENO && !isatty(outer))
		outer++;
	if (outer > STDERR_FILENO)
		return 0;
	pty->outer = outer;
	pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (pty->master >= 0 && unlockpt(pty->master) == 0)
		pty->slave = ioctl(pty->master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (pty->slave < 0 || tcgetattr(outer, &pty->saved) < 0)
		return error_set(error, errno, "a pty for the session cannot be made: %m");
	pty->flows[FLOW_OUT].from = pty->master;
	pty->flows[FLOW_OUT].to = isatty(STDOUT_FILENO)	  ? STDOUT_FILENO
				  : isatty(STDERR_FILENO) ? STDERR_FILENO
							  : outer;
	pty->flows[FLOW_IN].from = outer == STDIN_FILENO ? STDIN_FILENO : -1;
	pty->flows[FLOW_IN].to = pty->master;
	set_modes(pty);
	set_pty_owner(pty->slave, owner);
	pty_resize(pty);
	return 0;
}

int pty_set_controlling(const struct pty *pty, struct error *error)
{
	if (pty->slave < 0)
		return 0;
	if (ioctl(pty->slave, TIOCSCTTY, 0) < 0)
		return error_set(error, errno, "the pty cannot become the session's: %m");
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (isatty(fd) && dup2(pty->slave, fd) < 0)
			return error_set(error, errno, "dup2: %m");
	return 0;
}

void pty_set_raw(struct pty *pty)
{
	if (pty->flows[FLOW_IN].from < 0)
		return;
	pty->raw = tcsetattr(pty->outer, TCSADRAIN, &pty->raw_mode) == 0;
}

void pty_resize(const struct pty *pty)
{
	struct winsize size;

	if (pty->master >= 0 && ioctl(pty->outer, TIOCGWINSZ, &size) == 0)
		ioctl(pty->master, TIOCSWINSZ, &size);
}

static bool flow_has_data(const struct pty_flow *flow)
{
	return flow->start < flow->end;
}

void pty_poll(const struct pty *pty, struct pollfd polled[PTY_FLOWS])
{
	for (size_t i = 0; i < PTY_FLOWS; i++) {
		const struct pty_flow *flow = &pty->flows[i];

		polled[i] = (struct pollfd){.fd = flow->from, .events = POLLIN};
		if (flow->from >= 0 && flow_has_data(flow))
			polled[i] = (struct pollfd){.fd = flow->to, .events = POLLOUT};
	}
}

/* One read or one write; false at an end or an error. */
static bool flow_step(struct pty_flow *flow)
{
	ssize_t size;

	if (flow_has_data(flow)) {
		size = write(flow->to, flow->data + flow->start, flow->end - flow->start);
		flow->start += size > 0 ? (size_t)size : 0;
	} else {
		size = read(flow->from, flow->data, sizeof(flow->data));
		flow->start = 0;
		flow->end = size > 0 ? (size_t)size : 0;
	}
	return size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR));
}

bool pty_relay(struct pty *pty, const struct pollfd polled[PTY_FLOWS])
{
	bool here = true;

	for (size_t i = 0; i < PTY_FLOWS; i++) {
		if (polled[i].fd < 0 || !polled[i].revents || flow_step(&pty->flows[i]))
			continue;
		pty->flows[i].from = -1;
		here = false;
	}
	return here;
}

/* Reads what is in the pty; with nothing left, a read fails with EAGAIN. */
static void drain_output(struct pty_flow *flow)
{
	for (size_t size = 0; flow->from >= 0 && size < DRAIN_MAX; size += sizeof(flow->data)) {
		while (flow_has_data(flow))
			if (!flow_step(flow))
				return;
		if (!flow_step(flow) || !flow_has_data(flow))
			return;
	}
}

void pty_drop(struct pty *pty)
{
	cleanup_fd(&pty->slave);
	cleanup_fd(&pty->master);
	pty->slave = pty->master = -1;
}

void pty_close(struct pty *pty)
{
	if (pty->slave >= 0) {
		drain_output(&pty->flows[FLOW_OUT]);
		set_pty_owner(pty->slave, 0);
	}
	if (pty->raw)
		tcsetattr(pty->outer, TCSADRAIN, &pty->saved);
	pty->raw = false;
	pty_drop(pty);
}

void pty_restore(const struct pty *pty)
{
	struct termios now;

	/* Not if a shell has set other modes since. */
	if (pty->flows[FLOW_IN].from >= 0 && tcgetattr(pty->outer, &now) == 0 &&
	    now.c_lflag == pty->raw_mode.c_lflag && now.c_iflag == pty->raw_mode.c_iflag)
		tcsetattr(pty->outer, TCSANOW, &pty->saved);
}
