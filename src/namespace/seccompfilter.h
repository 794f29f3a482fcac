/* SPDX-License-Identifier: BSD-3-Clause */
/* A seccomp filter (seccomp(2)): isolate=userns, and the sockets of net= and tcp=. */
#ifndef NSTREE_SECCOMPFILTER_H
#define NSTREE_SECCOMPFILTER_H

#include <linux/filter.h>
#include <stdbool.h>

#include "error.h"

/* Which sockets a session may still make with socket(2). */
enum seccomp_sockets {
	SECCOMP_SOCKETS_ANY,
	/* Families that network namespaces separate. vsock(7), for one, reaches the hypervisor from
	 * any namespace. */
	SECCOMP_SOCKETS_SEPARATE,
	/* What Landlock restricts by port: TCP alone, or UDP too. */
	SECCOMP_SOCKETS_TCP,
	SECCOMP_SOCKETS_TCP_UDP,
	SECCOMP_N_SOCKETS,
};

/* A filter's number: src/generate makes each but the first when the project is built. */
#define SECCOMP_FILTER(userns, sockets) ((sockets)*2 + ((userns) ? 1 : 0))
#define SECCOMP_N_FILTERS (SECCOMP_N_SOCKETS * 2)

struct seccomp_filter {
	const struct sock_filter *instructions;
	unsigned short length;
};

/*
 * The filter for every architecture that this one's programs may be of. With USERNS unshare(2),
 * clone(2) and setns(2) fail with EPERM where they mean a user namespace, and clone3(2), whose
 * flags a filter cannot see, with ENOSYS, so that callers fall back to clone(2). With SOCKETS
 * socket(2) of any other family, type or protocol fails with EAFNOSUPPORT, as systemd.exec(5) has
 * it for RestrictAddressFamilies=, and io_uring_setup(2), by which a socket could be made out of a
 * filter's sight, with ENOSYS. One of both must be there. *FILTER is constant, and nobody's to
 * free. Returns 0, or -EOPNOTSUPP where this kernel has no filters.
 */
int seccomp_filter_prepare(bool userns, enum seccomp_sockets sockets,
			   const struct seccomp_filter **filter, struct error *error);

/*
 * Installs the filter for the calling thread and its future children. This cannot be undone. Needs
 * CAP_SYS_ADMIN, because no_new_privs is not set. Allocates nothing. Returns 0 or negative errno.
 */
int seccomp_filter_enter(const struct seccomp_filter *filter, struct error *error);

#endif
