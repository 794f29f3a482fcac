/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether this host has SELinux (selinux(8)) in use. No library is loaded. */
#ifndef NSTREE_SELINUX_H
#define NSTREE_SELINUX_H

#include <stdbool.h>

#define SELINUX_DIRECTORY "/sys/fs/selinux"

/* The type of /run/nstree, by which the policy module nstree is known. */
#define SELINUX_RUNTIME_TYPE "nstree_runtime_t"

/* As is_selinux_enabled(3): its filesystem is mounted in its place. */
bool selinux_in_use(void);

/* Whether KEY is an option of every filesystem that says its labels (mount(8)). */
bool selinux_is_option(const char *key);

/* As security_getenforce(3): false in permissive mode; true where SELinux refuses to tell. */
bool selinux_is_enforcing(void);

/*
 * What to add to a message about a call that failed with NUMBER, an errno: where SELinux says what
 * it refused, if it may have been SELinux; else "". A constant.
 */
const char *selinux_hint(int number);

/*
 * Whether the loaded policy has TYPE for files (security_check_context(3)). Returns 1 or 0, or
 * negative errno where the caller may not ask.
 */
int selinux_has_type(const char *type);

#endif
