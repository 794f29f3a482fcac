/* SPDX-License-Identifier: BSD-3-Clause */
/* The sources of the name service, as nsswitch.conf(5) lists them for one database. */
#ifndef NSTREE_NSSWITCH_H
#define NSTREE_NSSWITCH_H

#include <nss.h>
#include <stdbool.h>
#include <stddef.h>

#include "error.h"

#define NSS_SOURCES_MAX 16
#define NSS_SOURCE_NAME_SIZE 64

struct group;

/* glibc's interface of an NSS module: its function getgrnam_r. */
typedef enum nss_status nss_getgrnam_function(const char *name, struct group *entry, char *buffer,
					      size_t size, int *number);

struct nss_source {
	char name[NSS_SOURCE_NAME_SIZE];
	unsigned returns; /* a bit for each nss_status_bit() after which later sources are not asked
			   */
};

struct nss_sources {
	struct nss_source source[NSS_SOURCES_MAX];
	size_t n;
};

/* STATUS's bit in `returns`: enum nss_status begins with NSS_STATUS_TRYAGAIN, -2. */
static inline unsigned nss_status_bit(enum nss_status status)
{
	return 1U << (status - NSS_STATUS_TRYAGAIN);
}

/*
 * Reads the sources of DATABASE ("passwd", "group") from the LENGTH bytes at TEXT, in the syntax of
 * nsswitch.conf(5), with their [STATUS=ACTION] items. Returns whether TEXT has such a line.
 */
bool nss_sources_parse(const char *text, size_t length, const char *database,
		       struct nss_sources *sources);

/*
 * The sources that are asked for DATABASE on this host: those of /etc/nsswitch.conf, or `files`
 * where it has no such line or does not exist. Returns 0, or negative errno where it cannot be
 * read.
 */
int nss_sources_load(const char *database, struct nss_sources *sources, struct error *error);

/*
 * The sources that are asked for a user's groups: those of the line `initgroups`, or else of
 * `group`, all of which are asked then, as glibc does. Returns as nss_sources_load() does.
 */
int nss_sources_load_initgroups(struct nss_sources *sources, struct error *error);

/*
 * Whether each of DATABASES, which ends with NULL, comes from local files alone, which do not
 * block.
 */
bool nss_is_local(const char *const *databases);

/*
 * The function NAME ("initgroups_dyn", ...) of SOURCE's module, libnss_SOURCE.so.2, in *FUNCTION;
 * NULL there where the module has none. The module stays loaded. Returns 0, or -ELIBACC where the
 * module cannot be loaded.
 */
int nss_source_function(const struct nss_source *source, const char *name, void **function,
			struct error *error);

#endif
