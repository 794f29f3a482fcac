/* SPDX-License-Identifier: BSD-3-Clause */
#include "administrators.h"

#include <errno.h>
#include <stddef.h>
#include <strings.h>

#include "lookup.h"

const char *const administrator_groups[] = {"sudo", "wheel", "admin", NULL};

/*
 * GROUP is the private group of the user itself: useradd(8) makes one of the name of the user. A
 * source that ignores case may spell the two differently.
 */
static int is_private_group(const struct subject *subject, const char *group, struct error *error)
{
	gid_t gid;
	int result;

	if (strcasecmp(subject->user, group) != 0)
		return 0;
	result = lookup_gid(group, subject->limited, &gid, error);
	return result < 0 ? result : gid == subject->gid;
}

int administrator_check(const struct subject *subject, struct error *error)
{
	const char *groups[sizeof(administrator_groups) / sizeof(*administrator_groups)] = {NULL};
	size_t n = 0;

	for (const char *const *group = administrator_groups; *group; group++) {
		int private = is_private_group(subject, *group, error);

		if (private < 0 && private != -ENOENT)
			return private;
		*error = (struct error){0};
		if (private <= 0)
			groups[n++] = *group;
	}
	return subject_in_any_group(subject, groups, error);
}
