/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether the session of a record still exists. */
#ifndef NSTREE_RECORD_LIVENESS_H
#define NSTREE_RECORD_LIVENESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "record.h"

/*
 * When process PID was started, in clock ticks since boot (proc_pid_stat(5), field 22); 0 where
 * there is no such process.
 */
uint64_t record_process_start(pid_t pid);

/*
 * Whether the session exists: its leader runs, or its mount namespace, if it is not shared, can
 * still be opened by its handle.
 */
bool record_is_alive(const struct record *record);

#endif
