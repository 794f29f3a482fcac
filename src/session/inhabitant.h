/* SPDX-License-Identifier: BSD-3-Clause */
/* The processes in a mount namespace, by /proc. */
#ifndef NSTREE_INHABITANT_H
#define NSTREE_INHABITANT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Whether process PID is in the mount namespace with the id NAMESPACE. */
bool inhabitant_is_in(pid_t pid, uint64_t namespace);

/*
 * A process in the mount namespace with the id NAMESPACE. Returns its id, 0 where there is none, or
 * negative errno where the kernel does not tell of every process.
 */
pid_t inhabitant_find(uint64_t namespace);

#endif
