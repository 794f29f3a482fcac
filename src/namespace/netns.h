/* SPDX-License-Identifier: BSD-3-Clause */
/* Network namespaces (network_namespaces(7)): a new one, or one made by ip-netns(8). */
#ifndef NSTREE_NETNS_H
#define NSTREE_NETNS_H

#include "error.h"

/*
 * Moves the calling process into a new network namespace (unshare(2)) and sets its loopback
 * interface up (netdevice(7)), which is all that is in it. Returns 0, or negative errno: then the
 * process may be in the new namespace, and the caller returns (origin.h).
 */
int netns_enter_new(struct error *error);

/*
 * Opens the network namespace NAME, the file of that name in NETWORK_DIRECTORY, which root alone
 * must be able to change. Returns a descriptor that the caller closes, or negative errno: -ENOENT
 * where there is none, -EINVAL where the file is no network namespace (ioctl_nsfs(2)).
 */
int netns_open(const char *name, struct error *error);

/* Moves the calling process into NAMESPACE (setns(2)). Returns 0 or negative errno. */
int netns_enter(int namespace, struct error *error);

#endif
