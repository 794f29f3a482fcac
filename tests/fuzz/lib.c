/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "policy_include.h"

/* Smaller buffers are refused, so that the callers' growing is tried as well. */
#define NSS_WANTS 6000

static const char *group_name = "named";

static struct {
	const char *name;
	gid_t gid;
} groups[] = {{"root", 0}, {"staff", 50}, {"contractors", 3000}, {"empty", 4000}};

static const struct {
	const char *name;
	uid_t uid;
} users[] = {{"root", 0}, {"alice", 1000}, {"carol", 2500}};

void fuzz_stop(const char *condition, const char *file, int line)
{
	fprintf(stderr, "%s:%d: this does not hold: %s\n", file, line, condition);
	abort();
}

FILE *fuzz_stream(const char *bytes, size_t size)
{
	/* fmemopen(3) need not take an empty buffer. */
	FILE *stream =
		size ? fmemopen((void *)(uintptr_t)bytes, size, "r") : fopen("/dev/null", "r");

	claim(stream);
	return stream;
}

size_t fuzz_line_start(const char *bytes, size_t size, unsigned number)
{
	size_t start = 0;

	for (; number > 1 && start < size; number--) {
		const char *newline = memchr(bytes + start, '\n', size - start);

		start = newline ? (size_t)(newline - bytes) + 1 : size;
	}
	return start;
}

char *fuzz_line(const char *bytes, size_t size, unsigned number)
{
	size_t start = fuzz_line_start(bytes, size, number);
	size_t end = start;
	char *line;

	while (start < size && bytes[start] != '\n' && strchr(FUZZ_BLANKS, bytes[start]))
		start++;
	for (end = start; end < size && bytes[end] != '\n';)
		end++;
	line = strndup(bytes + start, end - start);
	claim(line);
	return line;
}

unsigned fuzz_next_row(const char *bytes, size_t size, unsigned from)
{
	size_t at = fuzz_line_start(bytes, size, from);

	for (; at < size; from++) {
		const char *newline = memchr(bytes + at, '\n', size - at);
		size_t end = newline ? (size_t)(newline - bytes) : size;

		while (at < end && (bytes[at] == ' ' || bytes[at] == '\t'))
			at++;
		if (at < end && bytes[at] != '#')
			return from;
		at = end + 1;
	}
	return 0;
}

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static bool has_control_character(const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (((unsigned char)bytes[i] < ' ' && bytes[i] != '\n' && bytes[i] != '\t') ||
		    bytes[i] == 0x7f)
			return true;
	return false;
}

void fuzz_claim_refusal(int result, const struct error *error, const char *bytes, size_t size)
{
	claim(result < 0);
	claim(error->number == -result);
	claim(error->words[0]);
	claim(is_plain(error->words));
	claim(!strcmp(error->file, FUZZ_FILE));
	if (error->line)
		claim(fuzz_line_start(bytes, size, error->line) < size);
	else
		claim(!fuzz_next_row(bytes, size, 1) && !has_control_character(bytes, size));
}

gid_t fuzz_gid(const char *group)
{
	for (size_t i = 0; i < COUNT(groups); i++)
		if (!strcmp(group, groups[i].name))
			return groups[i].gid;
	return (gid_t)-1;
}

void fuzz_name_group(const char *name)
{
	group_name = name;
}

static char *no_members[] = {NULL};

static struct group *fill_group(struct group *entry, const char *name, gid_t gid, char *buffer)
{
	strcpy(buffer, name);
	*entry = (struct group){.gr_name = buffer, .gr_gid = gid, .gr_mem = no_members};
	return entry;
}

/*
 * These three stand before the C library's: what is found depends on the input alone, and no file
 * is read.
 */
int getgrnam_r(const char *name, struct group *entry, char *buffer, size_t size,
	       struct group **found)
{
	gid_t gid = fuzz_gid(name);

	*found = NULL;
	if (!strcmp(name, FUZZ_GROUP_BROKEN))
		return EIO;
	if (size < NSS_WANTS)
		return ERANGE;
	if (gid != (gid_t)-1)
		*found = fill_group(entry, name, gid, buffer);
	return 0;
}

int getgrgid_r(gid_t gid, struct group *entry, char *buffer, size_t size, struct group **found)
{
	*found = NULL;
	if (size < NSS_WANTS || (gid == FUZZ_GID_NAMED && size <= strlen(group_name)))
		return ERANGE;
	if (gid == FUZZ_GID_NAMED)
		*found = fill_group(entry, group_name, gid, buffer);
	for (size_t i = 0; i < COUNT(groups); i++)
		if (gid == groups[i].gid)
			*found = fill_group(entry, groups[i].name, gid, buffer);
	return 0;
}

int getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size,
	       struct passwd **found)
{
	*found = NULL;
	if (size < NSS_WANTS)
		return ERANGE;
	for (size_t i = 0; i < COUNT(users); i++) {
		if (strcmp(name, users[i].name) != 0)
			continue;
		strcpy(buffer, name);
		*entry = (struct passwd){.pw_name = buffer, .pw_uid = users[i].uid};
		*found = entry;
	}
	return 0;
}

int fuzz_in_netgroup(const char *netgroup, const char *user)
{
	if (!strcmp(netgroup, FUZZ_GROUP_BROKEN))
		return -EIO;
	if (!strcmp(netgroup, "shift"))
		return !strcmp(user, "carol");
	return strcmp(netgroup, "every one") ? -ENOENT : 1;
}

/* Stands before the project's: the machine's netgroups are no input. */
int __wrap_netgroup_has_user(const char *netgroup, const char *user, struct error *error);

int __wrap_netgroup_has_user(const char *netgroup, const char *user, struct error *error)
{
	int result = fuzz_in_netgroup(netgroup, user);

	return result < 0 ? error_set(error, -result, "netgroup '%s'", netgroup) : result;
}

/* Stands before the project's: the machine's files are no input. Patterns find none. */
int __wrap_policy_include_find(const char *pattern, const struct rootdir *root,
			       struct policy_files *files, struct error *error);
int __real_policy_include_find(const char *pattern, const struct rootdir *root,
			       struct policy_files *files, struct error *error);

int __wrap_policy_include_find(const char *pattern, const struct rootdir *root,
			       struct policy_files *files, struct error *error)
{
	int result;

	*files = (struct policy_files){0};
	if (strpbrk(pattern, "*?["))
		return 0;
	result = __real_policy_include_find(pattern, root, files, error);
	policy_files_clear(files);
	return result;
}
