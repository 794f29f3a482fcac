/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether the process has a profile of AppArmor's. No library is loaded. */
#ifndef NSTREE_APPARMOR_H
#define NSTREE_APPARMOR_H

/*
 * What to add to a message about a call that failed with NUMBER, an errno: where AppArmor says what
 * it refused, if it may have been AppArmor, that is, if the calling process is confined
 * (aa_getcon(2)); else "". A constant.
 */
const char *apparmor_hint(int number);

#endif
