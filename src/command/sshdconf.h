/* SPDX-License-Identifier: BSD-3-Clause */
/* What sshd_config(5) says of ChrootDirectory, for nstree import. */
#ifndef NSTREE_SSHDCONF_H
#define NSTREE_SSHDCONF_H

#include <stddef.h>

/* The lines before the first Match, or one Match block. Strings are NULL where not given. */
struct sshdconf_block {
	unsigned line;	      /* of the Match; 0 before the first */
	char *users, *groups; /* patterns, joined by commas as sshd_config(5) has them */
	char *addresses;
	char *others; /* criteria that are none of these, or twice there, as written */
	char *chroot; /* ChrootDirectory */
	unsigned chroot_line;
	char *command; /* ForceCommand */
	char *service; /* PAMServiceName */
};

struct sshdconf {
	struct sshdconf_block *blocks; /* the first has line 0 */
	size_t n_blocks;
	char *include; /* the first Include, which is not read; or NULL */
	unsigned include_line;
	char *use_pam; /* UsePAM; or NULL */
	unsigned use_pam_line;
};

/*
 * Reads the LENGTH bytes at TEXT into *CONF, for sshdconf_clear() whatever this returns. Of a
 * keyword that a block has twice the first counts, as for sshd. Returns 0 or -ENOMEM.
 */
int sshdconf_read(const char *text, size_t length, struct sshdconf *conf);

/* For cleanup(). */
void sshdconf_clear(struct sshdconf *conf);

#endif
