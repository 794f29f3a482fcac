/* SPDX-License-Identifier: BSD-3-Clause */
#include "limit.h"

#include <errno.h>

int limit_set_error(const char *what, struct error *error)
{
	return error_set(error, ENOSPC,
			 "%s: the limit of mount namespaces or mounts is reached; raise the sysctl "
			 "user.max_mnt_namespaces (or fs.mount-max)",
			 what);
}
