/* SPDX-License-Identifier: BSD-3-Clause */
/* What sshd_config(5) says for one user's sessions, as sshd itself reads it (sshd -T). */
#ifndef NSTREE_SSHD_SETTINGS_H
#define NSTREE_SSHD_SETTINGS_H

#include <limits.h>
#include <stdbool.h>

#define SSHD_SETTINGS_INTERNAL "internal-sftp"

struct sshd_settings {
	bool known;		       /* sshd is there, and could read its configuration */
	char forced_command[PATH_MAX]; /* ForceCommand's first word; "" for none */
	char sftp[PATH_MAX];	       /* the program of Subsystem sftp; "" for none */
};

/* Asks sshd for the settings of USER. Needs root. Runs sshd for a limited time (capture.h). */
void sshd_settings_load(const char *user, struct sshd_settings *settings);

/* Whether PROGRAM of the settings is sshd's own sftp server, which needs no file in the tree. */
bool sshd_settings_is_internal(const char *program);

#endif
