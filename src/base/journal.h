/* SPDX-License-Identifier: BSD-3-Clause */
/* Log lines with fields, by the native protocol of systemd-journald, without libsystemd. */
#ifndef NSTREE_JOURNAL_H
#define NSTREE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

struct journal_field {
	const char *name;  /* A-Z, 0-9 and '_'; not '_' at the beginning, which is journald's own */
	const char *value; /* any bytes; the field is left out where this is NULL */
};

/*
 * Connects to JOURNAL_SOCKET, if it is a socket of root's below directories that only root can
 * change: in the tree of another session it may be anyone's, who would keep the line from the log.
 * Never blocks. Returns a descriptor, O_CLOEXEC, for close(2), or -1 where there is no journald.
 */
int journal_open(void);

/*
 * Sends the N fields as one entry, as https://systemd.io/JOURNAL_NATIVE_PROTOCOL has it. Each value
 * goes with its length, so that no text in it is read as a field. Never blocks. Returns whether the
 * journal has it: false also where FD is -1, the queue is full or memory ran out; then no part of
 * the entry was sent.
 */
bool journal_send(int fd, const struct journal_field *fields, size_t n);

#endif
