/* SPDX-License-Identifier: BSD-3-Clause */
/* A trial's session while it is inspected: whose it is, what it is for, and what was found. */
#ifndef NSTREE_INSPECTION_H
#define NSTREE_INSPECTION_H

#include <stdbool.h>

#include "network.h"
#include "report.h"
#include "sshd_settings.h"
#include "subject.h"
#include "userenv.h"

#define INSPECTION_FINDINGS_MAX 32
#define INSPECTION_FILES 4
#define INSPECTION_PROGRAMS 4

/* In memory that the processes of a trial share. The user's process writes to it too. */
struct inspection_findings {
	unsigned n;
	struct inspection_finding {
		enum severity severity;
		struct error error;
	} items[INSPECTION_FINDINGS_MAX];
};

/* What the user's sessions are for: a tree need not have what they do not need. */
enum inspection_purpose {
	PURPOSE_SHELL,
	PURPOSE_GIT,  /* the login shell is git-shell(1) */
	PURPOSE_SFTP, /* nothing but sshd's internal-sftp is run */
};

/* What the user finds on the host, to be compared with the tree; shared memory as well. */
struct inspection_host {
	bool home_enters, home_writes;
	bool files[INSPECTION_FILES];	    /* inspection_files[] lead somewhere */
	bool programs[INSPECTION_PROGRAMS]; /* inspection_programs[] are there, with privileges */
};

struct inspection {
	const struct subject *subject;
	const struct userenv *env;
	const struct network *network;
	struct sshd_settings sshd; /* for service sshd */
	enum inspection_purpose purpose;
	bool names_known; /* whether the user has a name was found out by a program of the tree */
	struct inspection_host *host;
	struct inspection_findings *findings;
};

/* Files that sessions need, and what is missing without them. */
extern const struct inspection_file {
	const char *path, *without;
	bool network; /* of no use without a network */
} inspection_files[INSPECTION_FILES];

/* Programs in /usr/bin that need the set-user-ID or set-group-ID bit. */
extern const char *const inspection_programs[INSPECTION_PROGRAMS];

/* Memory for findings and for host, shared with child processes; NULL if memory ran out. */
void *inspection_share(size_t size);

/* Adds a finding about the tree as a whole, in printf(3)'s format. */
void inspection_say(const struct inspection *inspection, enum severity severity,
		    enum error_code code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
