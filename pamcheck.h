/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree check --pam: where PAM's stacks have the module, and whether it is right there. */
#ifndef NSTREE_PAMCHECK_H
#define NSTREE_PAMCHECK_H

#include <stdbool.h>
#include <stdio.h>

#include "report.h"

/* One service and the line that brings the module into its sessions. */
struct door {
	char *service;
	char *file; /* NULL where its sessions do not have the module */
	unsigned line;
};

struct doors {
	struct door *items;
	size_t n_items;
};

/*
 * Reads the stacks FILES, up to NULL, or where there is none every service of /etc/pam.d and
 * /usr/lib/pam.d, with all that they include. REPORT gets what would refuse sessions or let them
 * begin outside of their trees, *DOORS each service that opens sessions, for doors_clear().
 */
void pam_check(char *const *files, struct report *report, struct doors *doors);

/* Prints REPORT and DOORS, as text or as one JSON object. Returns 0 or -EIO. */
int pam_check_print(const struct report *report, const struct doors *doors, FILE *stream, bool json,
		    bool color);

void doors_clear(struct doors *doors);

#endif
