/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NSTREE_WAYS_IPC_H
#define NSTREE_WAYS_IPC_H

/*
 * Makes the shared memory, the semaphore and the message queues that the ways look for, with SECRET
 * in them, where they are not there: logind removes a user's with the last session (RemoveIPC=),
 * and a reader takes a message away.
 */
void ipc_hold(const char *secret);

#endif
