/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The labels of SELinux (selinux(8)) that the files of a filesystem have that is made for the
 * session: those that the host's policy has for the same paths (selabel_file(5)). Without them the
 * root's links, /tmp and the devices are of the type tmpfs_t, which many domains may not use.
 */
#ifndef NSTREE_LABEL_H
#define NSTREE_LABEL_H

#include <stdbool.h>

#include "error.h"
#include "row.h"

/* Empty before the first labels_apply(), which loads libselinux and the policy's list of labels. */
struct labels {
	bool asked;			/* whether SELinux is in use */
	struct labels_library *library; /* NULL where it is not */
	struct selabel_handle *handle;
};

/*
 * Labels MOUNT, ROW's, and all that is in it, as the files at and below ROW's target; nobody else
 * can reach it yet. Does nothing where ROW is not a tmpfs or an nstree.dev row or says its labels
 * itself (selinux_is_option()), or SELinux is not in use (selinux_in_use()). What the policy has no
 * label for stays as it is. Returns 0 or negative errno: -ELIBACC where libselinux cannot be
 * loaded.
 */
int labels_apply(struct labels *labels, const struct row *row, int mount, struct error *error);

/* For cleanup(). */
void labels_close(struct labels *labels);

#endif
