/* SPDX-License-Identifier: BSD-3-Clause */
/* The programs that a session cannot do without, started in its tree as its user. */
#ifndef NSTREE_INSPECT_PROGRAMS_H
#define NSTREE_INSPECT_PROGRAMS_H

#include "inspection.h"

/*
 * Starts the login shell, and by the session's purpose git or sshd's sftp server, and asks
 * getent(1), if the tree has it, for the user's names: each for a limited time (capture.h). Adds to
 * INSPECTION's findings what does not start; sets its purpose where the tree is for sftp alone, and
 * names_known. Is called in the tree by a process that is still root.
 */
void inspect_programs(struct inspection *inspection);

#endif
