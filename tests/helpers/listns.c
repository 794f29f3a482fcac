/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Prints the id of every mount namespace that the kernel has, one a line (listns(2), Linux 7.0).
 * Exit status 3: this kernel does not list them.
 */
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_listns
#define SYS_listns 470
#endif

/* struct ns_id_req of <linux/nsfs.h>, which the C library's headers do not have yet. */
struct request {
	uint32_t size;
	uint32_t spare;
	uint64_t after; /* the last id of the batch before; 0 for the first batch */
	uint32_t type;
	uint32_t spare2;
	uint64_t user_namespace; /* 0 for all */
};

int main(void)
{
	struct request request = {.size = sizeof(request), .type = CLONE_NEWNS};
	uint64_t ids[64];
	long n;

	while ((n = syscall(SYS_listns, &request, ids, sizeof(ids) / sizeof(*ids), 0)) > 0) {
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
