/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A pty between root's terminal and a session: the user's code holds no descriptor of root's, so
 * that it can neither read what root types nor insert input into it (TIOCSTI).
 */
#ifndef NSTREE_PTY_H
#define NSTREE_PTY_H

#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

#include "error.h"

#define PTY_FLOWS 2

/* One direction: what was read and not yet written. */
struct pty_flow {
	int from, to; /* FROM is -1 where nothing is relayed */
	size_t start, end;
	char data[4096];
};

struct pty {
	int master, slave; /* of the session's pty; -1 where root has no terminal */
	int outer;	   /* root's: 0, 1 or 2 */
	bool raw;	   /* root's is in raw mode */
	struct termios saved, raw_mode;
	struct pty_flow flows[PTY_FLOWS];
};

/*
 * Where standard input, output or error is a terminal: makes a pty of its size and settings that is
 * OWNER's. PTY is the caller's, for pty_close(), whatever this returns: 0 or negative
 * errno.
 */
int pty_open(struct pty *pty, uid_t owner, struct error *error);

/*
 * In the session's process, a session leader (setsid(2)): makes the pty its controlling terminal,
 * and its standard input, output and error wherever these are root's. Returns 0 or negative errno.
 */
int pty_set_controlling(const struct pty *pty, struct error *error);

/* Sets root's terminal to raw mode, if standard input is one. */
void pty_set_raw(struct pty *pty);

/* Sets the pty's window size to that of root's terminal. */
void pty_resize(const struct pty *pty);

/* Fills POLLED for poll(2). */
void pty_poll(const struct pty *pty, struct pollfd polled[PTY_FLOWS]);

/* Relays what POLLED says is ready. Returns false once root's terminal is closed. */
bool pty_relay(struct pty *pty, const struct pollfd polled[PTY_FLOWS]);

/*
 * For the monitor: closes its descriptors of the pty, so that the session gets SIGHUP when the
 * process that relays exits.
 */
void pty_drop(struct pty *pty);

/* Relays the remaining output, closes the pty and restores the modes of root's terminal. */
void pty_close(struct pty *pty);

/* For the monitor, if the process that set raw mode was killed: restores the modes unless changed.
 */
void pty_restore(const struct pty *pty);

#endif
