/* SPDX-License-Identifier: BSD-3-Clause */
/* A row of a tree file: what is mounted where, and how (nstree.fstab(5)). */
#ifndef NSTREE_ROW_H
#define NSTREE_ROW_H

#include <linux/mount.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#include "buffer.h"
#include "error.h"

enum row_kind {
	ROW_BIND,	/* type none with bind or rbind */
	ROW_FILESYSTEM, /* any type that fsopen(2) knows */
	ROW_DEVICES,	/* the tmpfs of nstree.dev, with its device nodes and links */
	ROW_SYMLINK,	/* nstree.symlink: source is the link's text */
	ROW_NONE,	/* nstree.none: takes a row of a base away; no tree that was read has it */
};

/* Which sessions a row belongs to. */
enum row_network {
	ROW_NETWORK_ANY,
	ROW_NETWORK_HOST,     /* those with the host's network alone */
	ROW_NETWORK_SEPARATE, /* those with another (network_is_separate()) alone */
};

/* A filesystem's own option: "KEY" or "KEY=VALUE". */
struct filesystem_option {
	const char *key;
	const char *value; /* NULL for a flag */
	char *allocated;   /* what holds both, for free(3); NULL where they are not the option's own
			    */
};

/* What fsopen(2) and fsconfig(2) are given. It owns nothing. */
struct filesystem {
	const char *type;
	const char *source;
	const char
		*target; /* where it will be mounted, on which it depends who must own its files */
	const struct filesystem_option *options;
	size_t n_options;
	bool read_only; /* the mount is, so that a device or image need not be writable */
};

#define ROW_UNSET ((unsigned)-1) /* no owner, group or mode asked for */

struct row {
	unsigned line;
	enum row_kind kind;
	char *source; /* expanded; absolute for ROW_BIND */
	char *target; /* expanded and normal: absolute, no "//", no trailing "/", no "." or ".." */
	char *type;   /* for fsopen(2); NULL unless ROW_FILESYSTEM */
	const char *file; /* that it is written in; not the row's own, and the tree's as a rule */
	bool recursive;	  /* rbind: the source's submounts too */
	bool nofail;	  /* skip the row where its source or target is missing */
	bool slave;	  /* keep receiving the host's mounts; private otherwise */
	bool make_target; /* X-mount.mkdir */
	enum row_network network; /* x-nstree.net: sessions that the row is left out of */
	bool create_source;   /* x-nstree.create: make the source directory, owned by the user */
	bool remove_source;   /* x-nstree.remove: take it away with the session that made it */
	bool uses_home;	      /* it was written with %h, in any field */
	bool home_source;     /* the source was written with %h */
	bool variable_source; /* the source was written with %{NAME}, which only a login knows */
	bool user_target;     /* the target was written with %h, %u, %U, %i or %{NAME} */
	mode_t make_mode;
	mode_t create_mode;
	uint64_t attributes_set; /* MOUNT_ATTR_* of mount_setattr(2) */
	uint64_t attributes_clear;
	uid_t owner; /* X-mount.owner, .group, .mode of the mount's root; ROW_UNSET for none */
	gid_t group;
	mode_t mode;
	char *subdirectory; /* X-mount.subdir, relative, no ".."; NULL for none */
	char *devices; /* devices= of nstree.dev: names and globs in the host's /dev, or NULL */
	bool device;   /* devices= made it: the source may be a device */
	char *mounted; /* x-nstree.mounted: what must be a mount point; NULL for nothing */
	char *upper; /* x-nstree.upper: size of the tmpfs that is the overlay's upper layer, or NULL
		      */
	struct filesystem_option *options;
	size_t n_options;
};

/* A flag of the mount itself, as mount(8) names it: the bits of MASK become BITS. */
struct row_flag {
	const char *key;
	uint64_t mask; /* MOUNT_ATTR_* of mount_setattr(2) */
	uint64_t bits;
};

/* All of them; the last has no key. */
extern const struct row_flag row_flags[];

/* A row of line LINE of FILE, which must outlive it, without anything in it. */
static inline struct row row_empty(const char *file, unsigned line)
{
	return (struct row){.line = line,
			    .file = file,
			    .owner = ROW_UNSET,
			    .group = ROW_UNSET,
			    .mode = ROW_UNSET};
}

/* Whether A and B are written in one line, as an nstree.dev row and what it mounts are. */
bool row_is_same_line(const struct row *a, const struct row *b);

/*
 * Whether both have the same target and nofail, ROW is a filesystem and LATER a bind row: one for
 * the case that the target is a directory, and one for a file.
 */
bool row_are_alternatives(const struct row *row, const struct row *later);

/* Whether ROW makes a tmpfs for the session, which no one else can reach before it is entered. */
static inline bool row_is_memory(const struct row *row)
{
	return row->kind == ROW_DEVICES ||
	       (row->kind == ROW_FILESYSTEM && strcmp(row->type, "tmpfs") == 0);
}

/* ROW's filesystem, which shares ROW's strings. ROW is a ROW_FILESYSTEM. */
static inline struct filesystem row_filesystem(const struct row *row)
{
	return (struct filesystem){
		.type = row->type,
		.source = row->source,
		.target = row->target,
		.options = row->options,
		.n_options = row->n_options,
		.read_only = row->attributes_set & MOUNT_ATTR_RDONLY,
	};
}

/* Appends a filesystem's own option; VALUE is NULL for a flag. Returns 0 or -ENOMEM. */
int row_add_option(struct row *row, const char *key, const char *value, struct error *error);

/* ROW's type as a tree file has it: a constant, or ROW's own string. */
const char *row_type(const struct row *row);

/*
 * Appends ROW's options to TEXT in canonical form: the same for rows that are the same, however and
 * in whatever order the file has them. row_read_options() reads the same row from it.
 */
void row_add_options(const struct row *row, struct buffer *text);

/* Appends ROW as a line of fstab(5) with its options in canonical form. */
void row_add_text(const struct row *row, struct buffer *text);

/* Frees what ROW holds, not ROW itself; for cleanup(). */
void row_clear(struct row *row);

#endif
