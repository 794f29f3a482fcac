/* SPDX-License-Identifier: BSD-3-Clause */
#include "listing.h"

#include <stdio.h>
#include <string.h>

#include "nsswitch.h"

static bool has_source(const char *database)
{
	struct nss_sources sources = {0};
	struct error ignored = {0};

	return nss_sources_load(database, &sources, &ignored) == 0 && sources.n;
}

const struct passwd *listing_next_user(void)
{
	const struct passwd *user = getpwent();

	if (!user)
		endpwent();
	return user;
}

const struct passwd *listing_first_user(void)
{
	if (!has_source("passwd"))
		return NULL;
	setpwent();
	return listing_next_user();
}

const struct group *listing_next_group(void)
{
	const struct group *group = getgrent();

	if (!group)
		endgrent();
	return group;
}

const struct group *listing_first_group(void)
{
	if (!has_source("group"))
		return NULL;
	setgrent();
	return listing_next_group();
}

bool listing_has_all_users(char *source, size_t size)
{
	static const char *const whole[] = {"files", "compat", "db", "extrausers", "systemd"};
	struct nss_sources sources = {0};
	struct error ignored = {0};

	if (nss_sources_load("passwd", &sources, &ignored) < 0)
		return true;
	for (size_t i = 0; i < sources.n; i++) {
		size_t known = 0;

		while (known < sizeof(whole) / sizeof(*whole) &&
		       strcmp(sources.source[i].name, whole[known]) != 0)
			known++;
		if (known < sizeof(whole) / sizeof(*whole))
			continue;
		snprintf(source, size, "%s", sources.source[i].name);
		return false;
	}
	return true;
}
