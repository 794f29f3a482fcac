/* SPDX-License-Identifier: BSD-3-Clause */
#include "row_options.h"

#include <errno.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "lookup.h"
#include "names.h"
#include "row.h"
#include "row_refusal.h"
#include "specifier.h"

#define ON(kind) (1U << (kind))
#define ON_MOUNTS (ON(ROW_BIND) | ON(ROW_FILESYSTEM))
#define ON_ROWS (ON_MOUNTS | ON(ROW_DEVICES) | ON(ROW_SYMLINK))
#define ON_ALL (ON_ROWS | ON(ROW_NONE))

/* The options of one row while they are read. */
struct reading {
	struct row *row;
	const struct subject *subject;
	bool bind;
	bool rbind;
};

enum what {
	WHAT_DEFAULTS,
	WHAT_BIND,
	WHAT_RBIND,
	WHAT_PRIVATE,
	WHAT_SLAVE,
	WHAT_NOFAIL,
	WHAT_MKDIR,
	WHAT_OWNER,
	WHAT_GROUP,
	WHAT_MODE,
	WHAT_SUBDIRECTORY,
	WHAT_CREATE,
	WHAT_REMOVE,
	WHAT_MOUNTED,
	WHAT_UPPER,
	WHAT_NET,
	WHAT_DEVICES,
};

struct option {
	const char *key;
	enum what what;
	unsigned kinds; /* ON() each kind of row that may have it */
	bool with_value;
	bool without_value;
	const char *example;
};

static const char *kind_text(enum row_kind kind)
{
	switch (kind) {
	case ROW_BIND:
		return "a bind row";
	case ROW_FILESYSTEM:
		return "a filesystem's row";
	case ROW_DEVICES:
		return "an nstree.dev row";
	case ROW_SYMLINK:
		return "an nstree.symlink row";
	case ROW_NONE:
		return "an nstree.none row";
	}
	return "a row";
}

static int read_mode(const struct option *option, const char *value, mode_t *mode,
		     struct error *error)
{
	unsigned long number;

	if (!*value || value[strspn(value, "01234567")])
		return error_set(error, EINVAL, "'%s' is not an octal mode: write %s", value,
				 option->example);
	number = strtoul(value, NULL, 8);
	if (number > 07777)
		return error_set(error, EINVAL, "mode '%s' is above 7777: write %s", value,
				 option->example);
	*mode = (mode_t)number;
	return 0;
}

/* Returns whether TEXT is a number. One that is too large for an ID becomes ROW_UNSET. */
static bool read_id(const char *text, unsigned *id)
{
	unsigned long number;

	if (!*text || text[strspn(text, "0123456789")])
		return false;
	number = strtoul(text, NULL, 10);
	*id = number < ROW_UNSET ? (unsigned)number : ROW_UNSET;
	return true;
}

static int apply_owner(struct reading *reading, const struct option *option, const char *value,
		       struct error *error)
{
	const struct subject *subject = reading->subject;
	uid_t *owner = &reading->row->owner;
	int r = 0;

	/* The session's own user is known already. */
	if (strcmp(value, subject->user) == 0)
		*owner = subject->uid;
	else if (!read_id(value, owner))
		r = subject_look_up_uid(subject, value, owner, error);
	if (r == -ENOENT || (r == 0 && *owner == ROW_UNSET))
		return error_set(error, EINVAL,
				 "there is no user '%s': write a user's name or number, as in %s",
				 value, option->example);
	return r;
}

static int apply_group(struct reading *reading, const struct option *option, const char *value,
		       struct error *error)
{
	gid_t *group = &reading->row->group;
	int r = 0;

	if (!read_id(value, group))
		r = subject_look_up_gid(reading->subject, value, group, error);
	if (r == -ENOENT || (r == 0 && *group == ROW_UNSET))
		return error_set(error, EINVAL,
				 "there is no group '%s': write a group's name or number, as in %s",
				 value, option->example);
	return r;
}

/* Mode 1000 marks a directory that was created but not given to its user yet (source.c). */
static int apply_create(struct row *row, const struct option *option, const char *value,
			struct error *error)
{
	int r = read_mode(option, value, &row->create_mode, error);

	row->create_source = true;
	if (r == 0 && (row->create_mode & ~(mode_t)S_ISGID) == S_ISVTX)
		return error_set(error, EINVAL, "mode '%s' gives nobody access: write %s", value,
				 option->example);
	return r;
}

static int apply_subdirectory(struct row *row, const struct option *option, const char *value,
			      struct error *error)
{
	value += strspn(value, "/");
	if (!*value || name_has_dots(value))
		return error_set(error, EINVAL,
				 "'%s' is not a directory beneath the mount: write %s, without "
				 "'.' and '..'",
				 value, option->example);
	free(row->subdirectory);
	row->subdirectory = strdup(value);
	return row->subdirectory ? 0 : error_no_memory(error);
}

/* Without a value it is the source itself. */
static int apply_mounted(struct row *row, const struct option *option, const char *value,
			 struct error *error)
{
	if (value[0] != '/' || name_has_dots(value))
		return error_set(error, EINVAL,
				 "'%s' is not an absolute path without '.' and '..': write %s",
				 value, option->example);
	free(row->mounted);
	row->mounted = strdup(value);
	return row->mounted ? 0 : error_no_memory(error);
}

static int apply_upper(struct row *row, const struct option *option, const char *value,
		       struct error *error)
{
	if (strcmp(row->type, "overlay") != 0)
		return error_set(error, EINVAL,
				 "option 'x-nstree.upper' goes with type overlay alone: leave it "
				 "out");
	if (!*value)
		return error_set(error, EINVAL, "option '%s' needs a value: write %s", option->key,
				 option->example);
	free(row->upper);
	row->upper = strdup(value);
	return row->upper ? 0 : error_no_memory(error);
}

static int apply_net(struct row *row, const struct option *option, const char *value,
		     struct error *error)
{
	if (strcmp(value, "host") == 0)
		row->network = ROW_NETWORK_HOST;
	else if (strcmp(value, "separate") == 0)
		row->network = ROW_NETWORK_SEPARATE;
	else
		return error_set(
			error, EINVAL,
			"'%s' is no network of a row's: write %s, or x-nstree.net=separate", value,
			option->example);
	return 0;
}

static int check_device_name(const char *name, const struct option *option, struct error *error)
{
	const char *glob = strpbrk(name, "*?["), *slash = strrchr(name, '/');

	if (!*name || *name == '/' || name_has_dots(name) || name[strlen(name) - 1] == '/')
		return error_set(error, EINVAL,
				 "'%s' in devices= is no name in the host's /dev: write names, as "
				 "in %s",
				 name, option->example);
	if (strncmp(name, "shm/", 4) == 0 || strncmp(name, "mqueue/", 7) == 0)
		return error_set(error, EINVAL,
				 "'%s' in devices= is where every user can write: leave it out",
				 name);
	if (glob && slash && glob < slash)
		return error_set(error, EINVAL,
				 "'%s' in devices= has a pattern for a directory: write the "
				 "directory's name, and a pattern in it, as in snd/pcm*",
				 name);
	return 0;
}

static int apply_devices(struct row *row, const struct option *option, const char *value,
			 struct error *error)
{
	cleanup(cleanup_free) char *names = strdup(value);
	char *rest = names, *name;
	int r = names ? 0 : error_no_memory(error);

	while (r == 0 && (name = strsep(&rest, ":")))
		r = check_device_name(name, option, error);
	if (r < 0)
		return r;
	free(row->devices);
	row->devices = strdup(value);
	return row->devices ? 0 : error_no_memory(error);
}

static const struct option options[] = {
	{"defaults", WHAT_DEFAULTS, ON_ALL, false, true, "defaults"},
	{"bind", WHAT_BIND, ON(ROW_BIND), false, true, "bind"},
	{"rbind", WHAT_RBIND, ON(ROW_BIND), false, true, "rbind"},
	{"private", WHAT_PRIVATE, ON_MOUNTS, false, true, "private"},
	{"rprivate", WHAT_PRIVATE, ON_MOUNTS, false, true, "rprivate"},
	{"slave", WHAT_SLAVE, ON(ROW_BIND), false, true, "slave"},
	{"rslave", WHAT_SLAVE, ON(ROW_BIND), false, true, "rslave"},
	{"nofail", WHAT_NOFAIL, ON_ALL, false, true, "nofail"},
	{"X-mount.mkdir", WHAT_MKDIR, ON_MOUNTS | ON(ROW_DEVICES), true, true,
	 "X-mount.mkdir=0755"},
	{"X-mount.owner", WHAT_OWNER, ON_MOUNTS, true, false, "X-mount.owner=root"},
	{"X-mount.group", WHAT_GROUP, ON_MOUNTS, true, false, "X-mount.group=root"},
	{"X-mount.mode", WHAT_MODE, ON_MOUNTS, true, false, "X-mount.mode=0755"},
	{"X-mount.subdir", WHAT_SUBDIRECTORY, ON_MOUNTS, true, false, "X-mount.subdir=data/home"},
	{"x-nstree.create", WHAT_CREATE, ON(ROW_BIND), true, true, "x-nstree.create=0700"},
	{"x-nstree.remove", WHAT_REMOVE, ON(ROW_BIND), false, true, "x-nstree.remove"},
	{"x-nstree.mounted", WHAT_MOUNTED, ON(ROW_BIND), true, true, "x-nstree.mounted=/scratch"},
	{"x-nstree.upper", WHAT_UPPER, ON(ROW_FILESYSTEM), true, false, "x-nstree.upper=256m"},
	{"x-nstree.net", WHAT_NET, ON_ROWS, true, false, "x-nstree.net=host"},
	{"devices", WHAT_DEVICES, ON(ROW_DEVICES), true, false, "devices=fuse:dri:nvidia*"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct row_flag *find_flag(const char *key)
{
	for (const struct row_flag *flag = row_flags; flag->key; flag++)
		if (name_is(key, flag->key))
			return flag;
	return NULL;
}

/* The option KEY of rows of KIND. The type cgroup has an option devices of its own. */
static const struct option *find_option(const char *key, enum row_kind kind)
{
	for (size_t i = 0; i < COUNT(options); i++)
		if (name_is(key, options[i].key) &&
		    (options[i].what != WHAT_DEVICES || kind != ROW_FILESYSTEM))
			return &options[i];
	return NULL;
}

static int apply_flag(struct row *row, const struct row_flag *flag, const char *value,
		      struct error *error)
{
	/* mount_setattr(2) sets an access time mode only where all of its bits are cleared. */
	uint64_t clear = flag->mask == MOUNT_ATTR__ATIME ? flag->mask : flag->mask & ~flag->bits;

	if (row->kind == ROW_SYMLINK || row->kind == ROW_NONE)
		return error_set(
			error, EINVAL, "option '%s' does not go with %s: leave it out", flag->key,
			row->kind == ROW_SYMLINK ? "a symbolic link" : kind_text(row->kind));
	if (value)
		return error_set(error, EINVAL, "option '%s' takes no value: write %s", flag->key,
				 flag->key);
	row->attributes_set = (row->attributes_set & ~flag->mask) | flag->bits;
	row->attributes_clear = (row->attributes_clear & ~flag->mask) | clear;
	return 0;
}

static int check_option_use(const struct row *row, const struct option *option, const char *value,
			    struct error *error)
{
	if (!(option->kinds & ON(row->kind)) && option->kinds == ON(ROW_BIND))
		return error_set(error, EINVAL,
				 "option '%s' does not go with %s: leave it out, or write type "
				 "none and bind or rbind",
				 option->key, kind_text(row->kind));
	if (!(option->kinds & ON(row->kind)))
		return error_set(error, EINVAL, "option '%s' does not go with %s: leave it out",
				 option->key, kind_text(row->kind));
	if (value && !option->with_value)
		return error_set(error, EINVAL, "option '%s' takes no value: write %s", option->key,
				 option->example);
	if (!value && !option->without_value)
		return error_set(error, EINVAL, "option '%s' needs a value: write %s", option->key,
				 option->example);
	return 0;
}

static int apply_option(struct reading *reading, const struct option *option, const char *value,
			struct error *error)
{
	struct row *row = reading->row;

	switch (option->what) {
	case WHAT_DEFAULTS:
		return 0;
	case WHAT_BIND:
		reading->bind = true;
		return 0;
	case WHAT_RBIND:
		reading->rbind = row->recursive = true;
		return 0;
	case WHAT_PRIVATE:
		row->slave = false;
		return 0;
	case WHAT_SLAVE:
		row->slave = true;
		return 0;
	case WHAT_NOFAIL:
		row->nofail = true;
		return 0;
	case WHAT_MKDIR:
		row->make_target = true;
		return read_mode(option, value ? value : "0755", &row->make_mode, error);
	case WHAT_CREATE:
		return apply_create(row, option, value ? value : "0700", error);
	case WHAT_REMOVE:
		row->remove_source = true;
		return 0;
	case WHAT_MOUNTED:
		return apply_mounted(row, option, value ? value : row->source, error);
	case WHAT_MODE:
		return read_mode(option, value, &row->mode, error);
	case WHAT_OWNER:
		return apply_owner(reading, option, value, error);
	case WHAT_GROUP:
		return apply_group(reading, option, value, error);
	case WHAT_SUBDIRECTORY:
		return apply_subdirectory(row, option, value, error);
	case WHAT_UPPER:
		return apply_upper(row, option, value, error);
	case WHAT_NET:
		return apply_net(row, option, value, error);
	case WHAT_DEVICES:
		return apply_devices(row, option, value, error);
	}
	return 0;
}

static int refuse_unknown(const struct row *row, const char *key, struct error *error)
{
	const char *known =
		row->kind == ROW_SYMLINK || row->kind == ROW_NONE
			? "it takes defaults and nofail alone"
			: "known are mount(8)'s flags, nofail, X-mount.mkdir, .owner, "
			  ".group, .mode, "
			  ".subdir, x-nstree.create, .remove, .mounted, .net, .upper, on type "
			  "none bind, rbind, "
			  "slave, private, on nstree.dev devices=NAME:NAME";

	return error_set(error, EINVAL, "unknown option '%s' on %s: correct it or leave it out; %s",
			 key, kind_text(row->kind), known);
}

static int apply_word(struct reading *reading, const char *key, const char *value,
		      struct error *error)
{
	const struct row_flag *flag = find_flag(key);
	const struct option *option;
	const char *refusal;
	int r;

	if (flag)
		return apply_flag(reading->row, flag, value, error);
	option = find_option(key, reading->row->kind);
	if (option) {
		r = check_option_use(reading->row, option, value, error);
		return r < 0 ? r : apply_option(reading, option, value, error);
	}
	refusal = row_refusal(key);
	if (refusal)
		return error_set(error, EINVAL, "option '%s': %s", key, refusal);
	/* libmount takes "=a" for a flag of that name, and does not split at a comma in quotes
	 * there. */
	if (strpbrk(key, "=\""))
		return error_set(error, EINVAL,
				 "option '%s' has no proper name: write a name, or name=value with "
				 "quotes around the value alone",
				 key);
	/* No filesystem has such an option: it is meant for mount(8), systemd or this module. */
	if (strncasecmp(key, "x-", 2) == 0 || reading->row->kind != ROW_FILESYSTEM)
		return refuse_unknown(reading->row, key, error);
	return row_add_option(reading->row, key, value, error);
}

/* VALUE is NULL where there is no "=". */
static int expand_and_apply(struct reading *reading, const char *key, const char *value,
			    struct error *error)
{
	cleanup(cleanup_free) char *expanded = NULL;
	struct row *row = reading->row;
	int r;

	row->uses_home = row->uses_home || specifier_is_in(key, 'h') ||
			 (value && specifier_is_in(value, 'h'));
	if (!value)
		return apply_word(reading, key, NULL, error);
	r = specifier_expand(value, reading->subject, &expanded, error);
	return r < 0 ? r : apply_word(reading, key, expanded, error);
}

static int apply_each(struct reading *reading, struct fields_reader words, struct error *error)
{
	const char *key, *value;
	int r;

	while ((r = row_fields_option(&words, &key, &value)) > 0) {
		r = expand_and_apply(reading, key, value, error);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return error_set(error, EINVAL,
				 "cannot read the options at '%s': write them as in "
				 "'ro,nosuid,size=64k', with every quote closed",
				 key);
	return 0;
}

/* What is removed as the user is the user's, and was made for the session. */
static int check_remove(const struct row *row, struct error *error)
{
	if (!row->remove_source)
		return 0;
	if (!row->create_source)
		return error_set(error, EINVAL,
				 "x-nstree.remove takes away what x-nstree.create made: add that, "
				 "or leave x-nstree.remove out");
	if (row->owner != ROW_UNSET || row->group != ROW_UNSET)
		return error_set(error, EINVAL,
				 "x-nstree.remove is for a directory of the session's user: leave "
				 "it out, or X-mount.owner and X-mount.group");
	return 0;
}

int row_read_options(struct row *row, struct fields_reader words, const struct subject *subject,
		     struct error *error)
{
	struct reading reading = {.row = row, .subject = subject};
	int r = apply_each(&reading, words, error);

	if (r < 0)
		return r;
	if (row->kind == ROW_BIND && reading.bind == reading.rbind)
		return error_set(error, EINVAL,
				 "type none wants either bind (this mount alone) or rbind (with "
				 "what is mounted beneath it) among its options: add one of them");
	if (row->kind == ROW_DEVICES && row->attributes_set & MOUNT_ATTR_NODEV)
		return error_set(error, EINVAL,
				 "nodev on nstree.dev: its devices would not open; leave it out");
	return check_remove(row, error);
}
