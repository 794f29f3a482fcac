/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The process "nstree-remove", which takes away the directories of one session. It is started
 * before the session, because a session's isolation would forbid it, and is no child of the
 * application.
 */
#ifndef NSTREE_REMOVAL_PROCESS_H
#define NSTREE_REMOVAL_PROCESS_H

#include <sys/types.h>

#include "error.h"

/*
 * Starts the process; *PID is its process id, which the names of its entries have
 * (removal_list_name()). It waits for a byte on the socket that is returned, that the session is
 * complete, or for the end of the calling process, or for the socket's; then for the end of all
 * processes in the namespace of its entries, and takes the directories away. Without entries it
 * ends. Returns the socket, which the caller closes, or negative errno.
 */
int removal_process_start(pid_t *pid, struct error *error);

/* Starts one that takes away what is left of others (removal_sweep()) and ends. */
void removal_process_sweep(void);

#endif
