/* SPDX-License-Identifier: BSD-3-Clause */
#include "seccompfilter.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Generated: the filters by their number. */
#include "seccompfilters.h"

/* Before anything is entered: only then can the session be refused. */
static bool has_filters(void)
{
	uint32_t action = SECCOMP_RET_ERRNO;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

int seccomp_filter_prepare(bool userns, enum seccomp_sockets sockets,
			   const struct seccomp_filter **filter, struct error *error)
{
	if (!has_filters())
		return error_set(error, EOPNOTSUPP,
				 "%s: this kernel has no seccomp filters (CONFIG_SECCOMP_FILTER); "
				 "leave it out",
				 userns ? "isolate=userns" : "net= and tcp=");
	*filter = &seccomp_filters[SECCOMP_FILTER(userns, sockets)];
	return 0;
}

int seccomp_filter_enter(const struct seccomp_filter *filter, struct error *error)
{
	const struct sock_fprog program = {
		.len = filter->length,
		.filter = (struct sock_filter *)(uintptr_t)filter->instructions,
	};

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
		return error_set(error, errno,
				 "seccomp: %m (the kernel must have CONFIG_SECCOMP_FILTER)");
	return 0;
}
