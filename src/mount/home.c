/* SPDX-License-Identifier: BSD-3-Clause */
#include "home.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cleanup.h"
#include "names.h"
#include "trust.h"

#define PASSWD_FILE "/etc/passwd"
#define ENTRY_SIZE 4096 /* a longer line of the file is skipped */

/* Beside the places of trust_places[]: what several users or services share. */
static const char *const shared_places[HOME_PLACES + 1] = {
	"/boot",    "/dev/pts",	  "/dev/shm",	"/home",     "/media",	 "/mnt",
	"/opt",	    "/proc",	  "/run/media", "/run/user", "/srv",	 "/sys",
	"/tmp",	    "/var",	  "/var/cache", "/var/lib",  "/var/log", "/var/mail",
	"/var/run", "/var/spool", "/var/tmp",	NULL};

/* No home may be in these either. Root's code is in the others: see trust_is_code_place(). */
static const char *const kernel_places[] = {"/proc", "/sys", "/boot", NULL};

/* Nor in this, but for uid 0. */
static const char *const root_places[] = {"/root", NULL};

/* The first of PLACES that DIRECTORY is or contains, or NULL. */
static const char *contained_place(const char *directory, const char *const *places)
{
	for (; *places; places++)
		if (name_below(*places, directory))
			return *places;
	return NULL;
}

/* The first of PLACES that DIRECTORY is or is beneath, or NULL. */
static const char *containing_place(const char *directory, const char *const *places)
{
	for (; *places; places++)
		if (name_below(directory, *places))
			return *places;
	return NULL;
}

void home_copy_path(char to[PATH_MAX], const char *from)
{
	size_t length = 0;

	for (; *from && length < PATH_MAX - 1; from++)
		if (*from != '/' || length == 0 || to[length - 1] != '/')
			to[length++] = *from;
	if (length > 1 && to[length - 1] == '/')
		length--;
	to[length] = '\0';
}

static int set_place_error(const struct subject *subject, const char *reason, const char *place,
			   struct error *error)
{
	return error_mark(
		error, CODE_HOME_SYSTEM_DIRECTORY,
		error_set(error, EPERM,
			  "the home directory '%s' of %s %s '%s': in a session it would uncover or "
			  "make writable what the tree does not; give %s a home directory of its "
			  "own (usermod --home)",
			  subject->home, subject->user, reason, place, subject->user));
}

static int check_place(const char *home, const struct subject *subject, struct error *error)
{
	const char *place = contained_place(home, trust_places);

	if (!place)
		place = contained_place(home, shared_places);
	if (place)
		return set_place_error(subject,
				       strcmp(home, place) == 0 ? "is the system directory"
								: "contains the system directory",
				       place, error);
	place = containing_place(home, kernel_places);
	if (place)
		return set_place_error(subject, "lies in", place, error);
	if (subject->uid != 0 && (place = containing_place(home, root_places)))
		return set_place_error(subject,
				       strcmp(home, place) == 0 ? "is root's," : "lies in root's,",
				       place, error);
	if (trust_is_code_place(home))
		return set_place_error(subject, "lies where root's code is loaded from,", home,
				       error);
	return 0;
}

/* Whether ENTRY of /etc/passwd is another user whose home is beneath HOME. */
static bool is_other_home(const struct passwd *entry, const char *home,
			  const struct subject *subject)
{
	char other[PATH_MAX];
	const char *rest;

	if (entry->pw_uid == subject->uid || entry->pw_dir[0] != '/')
		return false;
	home_copy_path(other, entry->pw_dir);
	rest = name_below(other, home);
	return rest && *rest;
}

int home_refuse_parent(const struct subject *subject, const char *other, const char *other_home,
		       struct error *error)
{
	return error_mark(
		error, CODE_HOME_OF_OTHERS,
		error_set(
			error, EPERM,
			"the home directory '%s' of %s contains that of %s, '%s': a session would "
			"show it; give %s a home directory of its own (usermod --home)",
			subject->home, subject->user, other, other_home, subject->user));
}

static int check_other_homes(const char *home, const struct subject *subject, struct error *error)
{
	cleanup(cleanup_file) FILE *stream = fopen(PASSWD_FILE, "re");
	struct passwd entry, *found;
	char buffer[ENTRY_SIZE];
	int result;

	if (!stream)
		return errno == ENOENT ? 0
				       : error_set(error, errno, PASSWD_FILE " cannot be read: %m");
	/* From a position that it knows glibc does not ask for it (lseek(2)) at each line. */
	rewind(stream);
	while ((result = fgetpwent_r(stream, &entry, buffer, sizeof(buffer), &found)) == 0 ||
	       result == ERANGE)
		if (result == 0 && is_other_home(&entry, home, subject))
			return home_refuse_parent(subject, entry.pw_name, entry.pw_dir, error);
	return 0;
}

int home_check_place(const struct row *row, const struct subject *subject, struct error *error)
{
	char home[PATH_MAX];

	if (!row->uses_home)
		return 0;
	home_copy_path(home, subject->home);
	return check_place(home, subject, error);
}

int home_check_row(const struct row *row, const struct subject *subject, struct error *error)
{
	char home[PATH_MAX];
	int result = home_check_place(row, subject, error);

	if (result < 0 || !row->uses_home)
		return result;
	home_copy_path(home, subject->home);
	return check_other_homes(home, subject, error);
}

int home_check_target(const struct tree *tree, size_t index, const struct subject *subject,
		      struct error *error)
{
	const struct row *row = &tree->rows[index];

	if (!row->uses_home || row->kind == ROW_SYMLINK)
		return 0;
	for (size_t i = 1; i < index; i++) {
		const struct row *before = &tree->rows[i];

		if (before->user_target || !name_below(before->target, row->target))
			continue;
		return error_mark(
			error, CODE_HOME_COVERS_ROW,
			error_set(error, EPERM,
				  "'%s', which is here for the home directory '%s' of %s, would "
				  "cover '%s' of %s%s%u; give %s another home directory, or move "
				  "that row below this one",
				  row->target, subject->home, subject->user, before->target,
				  before->file == row->file ? "line" : before->file,
				  before->file == row->file ? " " : ":", before->line,
				  subject->user));
	}
	return 0;
}

/*
 * Finds out which file PLACE is. No server is asked. A place that is not in the kernel's cache is
 * another file than the source, which has just been resolved, and is in the cache.
 */
static void ask_place(const char *place, struct home_place *answer)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_CACHED};
	cleanup(cleanup_fd) int fd = (int)syscall(SYS_openat2, AT_FDCWD, place, &how, sizeof(how));
	struct statx found;

	*answer = (struct home_place){.known = fd >= 0 || errno == ENOENT};
	if (fd < 0 || statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_INO, &found) < 0)
		return;
	answer->exists = true;
	answer->device = makedev(found.stx_dev_major, found.stx_dev_minor);
	answer->inode = found.stx_ino;
}

/* The first of PLACES that is the file of STAT; KNOWN has as many items, or is NULL. */
static const char *find_same_file(const struct stat *stat, const char *const *places,
				  struct home_place *known)
{
	struct home_place once;

	for (; *places; places++) {
		struct home_place *place = known ? known++ : &once;

		if (!known || !place->known)
			ask_place(*places, place);
		if (place->exists && place->device == stat->st_dev && place->inode == stat->st_ino)
			return *places;
	}
	return NULL;
}

int home_check_source(const struct row *row, const struct subject *subject,
		      const struct path *source, struct home_places *known, struct error *error)
{
	const char *place;

	if (!row->home_source)
		return 0;
	place = find_same_file(&source->stat, trust_places, known ? known->place : NULL);
	if (!place)
		place = find_same_file(&source->stat, shared_places,
				       known ? known->place + TRUST_PLACES : NULL);
	if (!place && subject->uid != 0)
		place = find_same_file(&source->stat, root_places, NULL);
	if (!place)
		return 0;
	return error_mark(
		error, CODE_HOME_SYSTEM_DIRECTORY,
		error_set(error, EPERM,
			  "'%s' leads to the system directory '%s', which is no home directory; "
			  "give the user a home directory of its own (usermod --home)",
			  row->source, place));
}
