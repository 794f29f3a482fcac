/* SPDX-License-Identifier: BSD-3-Clause */
#include "live_sources.h"

#include <stdio.h>
#include <string.h>

/* What shows at TARGET: the last that was mounted there; NULL where it is no mount point. */
static const struct mountlist_entry *find_mount(const struct mountlist *mounts, const char *target)
{
	for (size_t i = mounts->n_entries; i-- > 0;)
		if (strcmp(mounts->entries[i].target, target) == 0)
			return &mounts->entries[i];
	return NULL;
}

bool live_sources_differ(const struct row *row, const struct mountlist *session,
			 const struct mountlist *host, char *text, size_t size)
{
	const struct mountlist_entry *own, *now;

	if (row->kind != ROW_BIND || row->slave || row->subdirectory)
		return false;
	own = find_mount(session, row->target);
	now = find_mount(host, row->source);
	if (!own || !now || strcmp(now->type, "autofs") == 0 ||
	    (strcmp(own->type, now->type) == 0 && strcmp(own->source, now->source) == 0))
		return false;
	snprintf(text, size,
		 "the host has %.200s (%s) on '%.200s' by now, and the session keeps %.200s (%s); "
		 "it "
		 "takes a new login",
		 now->source, now->type, row->source, own->source, own->type);
	return true;
}
