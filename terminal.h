/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A pty between root's terminal and a session: the user's code holds no descriptor of root's, so
 * that it can neither read what root types nor push characters into it (TIOCSTI).
 */
#ifndef NSTREE_TERMINAL_H
#define NSTREE_TERMINAL_H

#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

#include "error.h"

#define TERMINAL_FLOWS 2

/* What goes one way, read and not written yet. */
struct flow {
	int from, to; /* -1 for FROM: nothing goes this way */
	size_t start, end;
	char data[4096];
};

struct terminal {
	int master, slave; /* of the session's pty; -1 where root has no terminal */
	int outer;	   /* root's: 0, 1 or 2 */
	bool raw;	   /* root's is in raw mode */
	struct termios saved, raw_mode;
	struct flow flows[TERMINAL_FLOWS];
};

/*
 * Where standard input, output or error is a terminal: makes a pty of its size and settings that is
 * OWNER's. TERMINAL is the caller's, for terminal_close(), whatever this returns: 0 or negative
 * errno.
 */
int terminal_open(struct terminal *terminal, uid_t owner, struct error *error);

/*
 * In the session's process, a session leader (setsid(2)): makes the pty its controlling terminal,
 * and its standard input, output and error wherever these are root's. Returns 0 or negative errno.
 */
int terminal_take(const struct terminal *terminal, struct error *error);

/* Root's terminal only passes bytes on from here; nothing where standard input is none. */
void terminal_set_raw(struct terminal *terminal);

/* Gives the pty the window size of root's terminal. */
void terminal_resize(const struct terminal *terminal);

/* What to poll(2) for. */
void terminal_poll(const struct terminal *terminal, struct pollfd polled[TERMINAL_FLOWS]);

/* Passes on what POLLED says can be; false once root's terminal is gone. */
bool terminal_relay(struct terminal *terminal, const struct pollfd polled[TERMINAL_FLOWS]);

/*
 * In a process that only watches: closes the pty, so that the session is hung up on when the one
 * that relays dies.
 */
void terminal_forget(struct terminal *terminal);

/* The session has ended: passes on what it wrote last, gives the pty back, root's as it was. */
void terminal_close(struct terminal *terminal);

/* For who outlives the process that set raw mode: takes it back unless somebody has already. */
void terminal_rescue(const struct terminal *terminal);

#endif
