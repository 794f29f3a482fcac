/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NSTREE_WAYS_SOCKET_H
#define NSTREE_WAYS_SOCKET_H

#include <stddef.h>

/* NAME is a path, or @ and an abstract name. A socket of that TYPE: bound to it, which must work,
 * or connected, or -1. */
int socket_bound(const char *name, int type);
int socket_connected(const char *name, int type);

/* Sends SECRET's words, TWIN_FD and a pidfd, as way_connect() and others take them. */
void socket_hand_over(int socket, const char *secret, int pidfd);

/* What socket_hand_over() sent: the words, in TEXT, and the two descriptors. */
void socket_take(int socket, char *text, size_t size, int fds[2]);

#endif
