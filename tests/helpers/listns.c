/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Prints the id of every mount namespace that the kernel has, one a line (listns(2), Linux 7.0).
 * Exit status 3: this kernel does not list them.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>

#include "kernel.h"

int main(void)
{
	struct listns_request request = {.size = sizeof(request), .type = CLONE_NEWNS};
	uint64_t ids[64];
	long n;

	while ((n = sys_listns(&request, ids, sizeof(ids) / sizeof(*ids))) > 0) {
		for (long i = 0; i < n; i++)
			printf("%ju\n", (uintmax_t)ids[i]);
		request.after = ids[n - 1];
	}
	/* No namespace after the last one of a full list is ENOENT. */
	if (n == 0 || (errno == ENOENT && request.after))
		return 0;
	if (errno == ENOSYS)
		return 3;
	perror("listns");
	return 1;
}
