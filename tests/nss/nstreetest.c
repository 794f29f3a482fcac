/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An NSS module for tests/e2e/nss.test: the source `nstreetest`, which knows one group and one
 * netgroup and answers as /run/nstreetest says. Its lines are "CALL STATUS": getgrnam, initgroups,
 * setnetgrent or getnetgrent, and success, notfound, unavail, unserved (UNAVAIL as systemd says
 * it), tryagain or hang; "member NAME" makes NAME a listed member of the group, "user NAME" is who
 * initgroups has in it, and "netuser NAME" is who is in the netgroup.
 */
#include <errno.h>
#include <grp.h>
#include <nss.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONTROL "/run/nstreetest"
#define GROUP "nssgroup"
#define GID 7777
#define NETGROUP "nssnet"

/* struct __netgrent of glibc. */
struct netgroup_entry {
	enum { TRIPLE, GROUP_NAME } type;
	const char *host, *user, *domain;
	char *data;
	size_t data_size;
	unsigned long position;
};

/* The value of the line that begins with KEY, "" where there is none. */
static void read_control(const char *key, char value[64])
{
	FILE *stream = fopen(CONTROL, "re");
	char line_key[64], line_value[64];

	value[0] = '\0';
	while (stream && fscanf(stream, "%63s %63s", line_key, line_value) == 2)
		if (!strcmp(line_key, key))
			strcpy(value, line_value);
	if (stream)
		fclose(stream);
}

static enum nss_status status_of(const char *call, int *number)
{
	char value[64];

	read_control(call, value);
	if (!strcmp(value, "hang"))
		for (;;)
			pause();
	*number = 0;
	if (!strcmp(value, "unavail"))
		return NSS_STATUS_UNAVAIL;
	*number = ESRCH;
	if (!strcmp(value, "unserved"))
		return NSS_STATUS_UNAVAIL;
	*number = EAGAIN;
	if (!strcmp(value, "tryagain"))
		return NSS_STATUS_TRYAGAIN;
	*number = 0;
	return !strcmp(value, "notfound") ? NSS_STATUS_NOTFOUND : NSS_STATUS_SUCCESS;
}

enum nss_status _nss_nstreetest_getgrnam_r(const char *name, struct group *entry, char *buffer,
					   size_t size, int *number)
{
	enum nss_status status = status_of("getgrnam", number);
	char **members = (char **)buffer;
	char *text = buffer + 2 * sizeof(*members);

	if (status != NSS_STATUS_SUCCESS)
		return status;
	if (strcmp(name, GROUP) != 0)
		return NSS_STATUS_NOTFOUND;
	if (size < 256) {
		*number = ERANGE;
		return NSS_STATUS_TRYAGAIN;
	}
	read_control("member", text);
	members[0] = *text ? text : NULL;
	members[1] = NULL;
	*entry = (struct group){.gr_name = strcpy(text + 64, GROUP),
				.gr_passwd = strcpy(text + 96, "x"),
				.gr_gid = GID,
				.gr_mem = members};
	return NSS_STATUS_SUCCESS;
}

enum nss_status _nss_nstreetest_initgroups_dyn(const char *user, gid_t group, long *start,
					       long *size, gid_t **groups, long limit, int *number)
{
	enum nss_status status = status_of("initgroups", number);
	char member[64];

	(void)group;
	(void)limit;
	if (status != NSS_STATUS_SUCCESS)
		return status;
	read_control("user", member);
	if (strcmp(member, user) != 0)
		return NSS_STATUS_NOTFOUND;
	if (*start == *size) {
		*size *= 2;
		*groups = realloc(*groups, (size_t)*size * sizeof(**groups));
		if (!*groups)
			abort();
	}
	(*groups)[(*start)++] = GID;
	return NSS_STATUS_SUCCESS;
}

enum nss_status _nss_nstreetest_setnetgrent(const char *name, struct netgroup_entry *entry)
{
	int number;
	enum nss_status status = status_of("setnetgrent", &number);

	entry->position = 0;
	if (status != NSS_STATUS_SUCCESS)
		return status;
	return strcmp(name, NETGROUP) ? NSS_STATUS_NOTFOUND : NSS_STATUS_SUCCESS;
}

enum nss_status _nss_nstreetest_getnetgrent_r(struct netgroup_entry *entry, char *buffer,
					      size_t size, int *number)
{
	enum nss_status status = status_of("getnetgrent", number);

	(void)size;
	if (status != NSS_STATUS_SUCCESS || entry->position++)
		return status == NSS_STATUS_SUCCESS ? NSS_STATUS_RETURN : status;
	read_control("netuser", buffer);
	entry->type = TRIPLE;
	entry->host = "somewhere";
	entry->user = buffer;
	entry->domain = NULL;
	return NSS_STATUS_SUCCESS;
}

enum nss_status _nss_nstreetest_endnetgrent(struct netgroup_entry *entry)
{
	(void)entry;
	return NSS_STATUS_SUCCESS;
}
