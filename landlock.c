/* SPDX-License-Identifier: BSD-3-Clause */
#include "landlock.h"

#include <errno.h>

#include "kernel.h"

int landlock_prepare(bool signals, bool sockets, struct error *error)
{
	struct landlock_ruleset attr = {.scoped = LANDLOCK_SCOPE_SOCKETS};
	int abi = sys_landlock_create_ruleset(NULL, 0, LANDLOCK_VERSION_FLAG);
	int ruleset;

	if (abi < LANDLOCK_ABI_SCOPES)
		return error_say(error, EOPNOTSUPP,
				 "this kernel cannot isolate a session: its Landlock has no scopes "
				 "(Linux 6.12 and later have, with landlock in the lsm= list); "
				 "write isolate=none");
	if (sockets && abi < LANDLOCK_ABI_SOCKETS)
		return error_say(error, EOPNOTSUPP,
				 "isolate=socket: this kernel's Landlock cannot tell sockets on "
				 "disk apart (Linux 7.1 and later can); leave socket out");
	if (signals)
		attr.scoped |= LANDLOCK_SCOPE_SIGNALS;
	/* Files too: a descriptor that comes in by a socket is to open no more of the host. */
	if (sockets)
		attr.handled_access_fs = LANDLOCK_RESOLVE_UNIX | LANDLOCK_FILES;
	ruleset = sys_landlock_create_ruleset(&attr, sizeof(attr), 0);
	if (ruleset < 0)
		return error_say(error, errno, "landlock_create_ruleset: %m");
	return ruleset;
}

static int allow(int ruleset, int fd, uint64_t access, struct error *error)
{
	struct landlock_path path = {.allowed_access = access, .parent_fd = fd};

	if (sys_landlock_add_path(ruleset, &path) < 0)
		return error_say(error, errno, "landlock_add_rule: %m");
	return 0;
}

int landlock_allow_files(int ruleset, int root, struct error *error)
{
	return allow(ruleset, root, LANDLOCK_FILES, error);
}

int landlock_allow_socket(int ruleset, int socket, struct error *error)
{
	return allow(ruleset, socket, LANDLOCK_RESOLVE_UNIX, error);
}

int landlock_enter(int ruleset, struct error *error)
{
	if (sys_landlock_restrict_self(ruleset, 0) == 0)
		return 0;
	if (errno == E2BIG)
		return error_say(error, E2BIG,
				 "landlock_restrict_self: this process has opened 16 isolated "
				 "sessions, the most that Landlock allows one process");
	return error_say(error, errno, "landlock_restrict_self: %m");
}
