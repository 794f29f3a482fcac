/* SPDX-License-Identifier: BSD-3-Clause */
#include "row.h"

#include <errno.h>
#include <grp.h>
#include <libmount/libmount.h>
#include <linux/mount.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "specifier.h"

#define LOOKUP_SIZE 4096
#define LOOKUP_SIZE_MAX (16 * 1024 * 1024) /* a group of this size is no group */

#define ON(kind) (1U << (kind))
#define ON_MOUNTS (ON(ROW_BIND) | ON(ROW_FILESYSTEM))
#define ON_ALL (ON_MOUNTS | ON(ROW_DEVICES) | ON(ROW_SYMLINK))

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
	WHAT_UPPER,
};

struct option {
	const char *key;
	enum what what;
	unsigned kinds; /* ON() each kind of row that may have it */
	bool with_value;
	bool without_value;
	const char *example;
};

/* A flag of the mount itself: the bits of MASK become BITS. */
struct flag {
	const char *key;
	uint64_t mask;
	uint64_t bits;
};

static const struct flag flags[] = {
	{"ro", MOUNT_ATTR_RDONLY, MOUNT_ATTR_RDONLY},
	{"rw", MOUNT_ATTR_RDONLY, 0},
	{"nosuid", MOUNT_ATTR_NOSUID, MOUNT_ATTR_NOSUID},
	{"suid", MOUNT_ATTR_NOSUID, 0},
	{"nodev", MOUNT_ATTR_NODEV, MOUNT_ATTR_NODEV},
	{"dev", MOUNT_ATTR_NODEV, 0},
	{"noexec", MOUNT_ATTR_NOEXEC, MOUNT_ATTR_NOEXEC},
	{"exec", MOUNT_ATTR_NOEXEC, 0},
	{"nodiratime", MOUNT_ATTR_NODIRATIME, MOUNT_ATTR_NODIRATIME},
	{"diratime", MOUNT_ATTR_NODIRATIME, 0},
	{"nosymfollow", MOUNT_ATTR_NOSYMFOLLOW, MOUNT_ATTR_NOSYMFOLLOW},
	{"symfollow", MOUNT_ATTR_NOSYMFOLLOW, 0},
	{"noatime", MOUNT_ATTR__ATIME, MOUNT_ATTR_NOATIME},
	{"atime", MOUNT_ATTR__ATIME, MOUNT_ATTR_RELATIME},
	{"relatime", MOUNT_ATTR__ATIME, MOUNT_ATTR_RELATIME},
	{"strictatime", MOUNT_ATTR__ATIME, MOUNT_ATTR_STRICTATIME},
};

/* What mount(8) knows and a session's tree does not. */
static const struct {
	const char *key;
	const char *why;
} refusals[] = {
	{"user", "root alone mounts a session's tree; leave it out"},
	{"nouser", "root alone mounts a session's tree; leave it out"},
	{"users", "root alone mounts a session's tree; leave it out"},
	{"owner", "root alone mounts a session's tree; leave it out"},
	{"group", "root alone mounts a session's tree; leave it out"},
	{"auto", "every row is mounted; leave it out"},
	{"noauto", "every row is mounted; leave the row out"},
	{"_netdev", "the order of the rows is the order of the mounts; leave it out"},
	{"loop", "loop devices are not supported; write type erofs, which takes an image file as "
		 "its source"},
	{"remount", "a session's mounts are new; write the flags you want in the row itself"},
	{"move", "the host keeps its mounts; write bind or rbind"},
	{"shared", "the session's mounts would show on the host; write slave or private"},
	{"rshared", "the session's mounts would show on the host; write slave or private"},
	{"unbindable", "it is not supported; write private"},
	{"runbindable", "it is not supported; write private"},
	{"norelatime", "it is not supported; write strictatime"},
	{"nostrictatime", "it is not supported; write relatime"},
	{"X-mount.idmap", "it is not supported; leave it out"},
	{"x-mount.mkdir", "it has a capital X: write X-mount.mkdir"},
};

bool row_path_has_dots(const char *path)
{
	size_t length;

	for (path += strspn(path, "/"); *path; path += strspn(path, "/")) {
		length = strcspn(path, "/");
		if ((length == 1 && path[0] == '.') ||
		    (length == 2 && path[0] == '.' && path[1] == '.'))
			return true;
		path += length;
	}
	return false;
}

void row_clear(struct row *row)
{
	for (size_t i = 0; i < row->n_options; i++) {
		free(row->options[i].key);
		free(row->options[i].value);
	}
	free(row->options);
	free(row->source);
	free(row->target);
	free(row->type);
	free(row->subdirectory);
	free(row->upper);
}

int row_add_option(struct row *row, const char *key, const char *value, struct error *error)
{
	struct row_option *larger, *added;

	larger = reallocarray(row->options, row->n_options + 1, sizeof(*larger));
	if (!larger)
		return error_say(error, ENOMEM, "out of memory");
	row->options = larger;
	/* Counted before it is whole, so that row_clear() frees the half that was made. */
	added = &row->options[row->n_options++];
	added->key = strdup(key);
	added->value = value ? strdup(value) : NULL;
	if (!added->key || (value && !added->value))
		return error_say(error, ENOMEM, "out of memory");
	return 0;
}

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
	}
	return "a row";
}

static int read_mode(const struct option *option, const char *value, mode_t *mode,
		     struct error *error)
{
	unsigned long number;

	if (!*value || value[strspn(value, "01234567")])
		return error_say(error, EINVAL, "'%s' is not an octal mode: write %s", value,
				 option->example);
	number = strtoul(value, NULL, 8);
	if (number > 07777)
		return error_say(error, EINVAL, "mode '%s' is above 7777: write %s", value,
				 option->example);
	*mode = (mode_t)number;
	return 0;
}

/* Returns whether TEXT is a number and no name; one that is too large becomes ROW_UNSET. */
static bool read_id(const char *text, unsigned *id)
{
	unsigned long number;

	if (!*text || text[strspn(text, "0123456789")])
		return false;
	number = strtoul(text, NULL, 10);
	*id = number < ROW_UNSET ? (unsigned)number : ROW_UNSET;
	return true;
}

/* Returns 0 with ROW_UNSET in *UID where there is no such user, or a positive errno. */
static int find_user(const char *name, uid_t *uid)
{
	cleanup(cleanup_free) char *buffer = NULL;
	struct passwd entry, *found = NULL;
	int r = ERANGE;

	for (size_t size = LOOKUP_SIZE; r == ERANGE && size <= LOOKUP_SIZE_MAX; size *= 2) {
		free(buffer);
		buffer = malloc(size);
		if (!buffer)
			return ENOMEM;
		r = getpwnam_r(name, &entry, buffer, size, &found);
	}
	*uid = found ? found->pw_uid : ROW_UNSET;
	return r;
}

/* As find_user(), for a group. */
static int find_group(const char *name, gid_t *gid)
{
	cleanup(cleanup_free) char *buffer = NULL;
	struct group entry, *found = NULL;
	int r = ERANGE;

	for (size_t size = LOOKUP_SIZE; r == ERANGE && size <= LOOKUP_SIZE_MAX; size *= 2) {
		free(buffer);
		buffer = malloc(size);
		if (!buffer)
			return ENOMEM;
		r = getgrnam_r(name, &entry, buffer, size, &found);
	}
	*gid = found ? found->gr_gid : ROW_UNSET;
	return r;
}

static int apply_owner(struct reading *reading, const struct option *option, const char *value,
		       struct error *error)
{
	uid_t *owner = &reading->row->owner;
	int r = 0;

	/* The session's own user is known already, so a slow NSS is not asked a second time. */
	if (strcmp(value, reading->subject->user) == 0)
		*owner = reading->subject->uid;
	else if (!read_id(value, owner))
		r = find_user(value, owner);
	if (r > 0)
		return error_say(error, r, "cannot look up user '%s': %s", value, strerror(r));
	if (*owner == ROW_UNSET)
		return error_say(error, EINVAL,
				 "there is no user '%s': write a user's name or number, as in %s",
				 value, option->example);
	return 0;
}

static int apply_group(struct row *row, const struct option *option, const char *value,
		       struct error *error)
{
	gid_t *group = &row->group;
	int r = 0;

	if (!read_id(value, group))
		r = find_group(value, group);
	if (r > 0)
		return error_say(error, r, "cannot look up group '%s': %s", value, strerror(r));
	if (*group == ROW_UNSET)
		return error_say(error, EINVAL,
				 "there is no group '%s': write a group's name or number, as in %s",
				 value, option->example);
	return 0;
}

/* Mode 1000 is what a directory has that was made and not handed to its user yet (mount.c). */
static int apply_create(struct row *row, const struct option *option, const char *value,
			struct error *error)
{
	int r = read_mode(option, value, &row->create_mode, error);

	row->create_source = true;
	if (r == 0 && (row->create_mode & ~(mode_t)S_ISGID) == S_ISVTX)
		return error_say(error, EINVAL, "mode '%s' lets nobody in: write %s", value,
				 option->example);
	return r;
}

static int apply_subdirectory(struct row *row, const struct option *option, const char *value,
			      struct error *error)
{
	value += strspn(value, "/");
	if (!*value || row_path_has_dots(value))
		return error_say(error, EINVAL,
				 "'%s' is not a directory beneath the mount: write %s, without "
				 "'.' and '..'",
				 value, option->example);
	free(row->subdirectory);
	row->subdirectory = strdup(value);
	if (!row->subdirectory)
		return error_say(error, ENOMEM, "out of memory");
	return 0;
}

static int apply_upper(struct row *row, const struct option *option, const char *value,
		       struct error *error)
{
	if (strcmp(row->type, "overlay") != 0)
		return error_say(error, EINVAL,
				 "option 'x-nstree.upper' goes with type overlay alone: leave it "
				 "out");
	if (!*value)
		return error_say(error, EINVAL, "option '%s' needs a value: write %s", option->key,
				 option->example);
	free(row->upper);
	row->upper = strdup(value);
	return row->upper ? 0 : error_say(error, ENOMEM, "out of memory");
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
	{"x-nstree.upper", WHAT_UPPER, ON(ROW_FILESYSTEM), true, false, "x-nstree.upper=256m"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct flag *find_flag(const char *key)
{
	for (size_t i = 0; i < COUNT(flags); i++)
		if (strcmp(key, flags[i].key) == 0)
			return &flags[i];
	return NULL;
}

static const struct option *find_option(const char *key)
{
	for (size_t i = 0; i < COUNT(options); i++)
		if (strcmp(key, options[i].key) == 0)
			return &options[i];
	return NULL;
}

static const char *find_refusal(const char *key)
{
	for (size_t i = 0; i < COUNT(refusals); i++)
		if (strcmp(key, refusals[i].key) == 0)
			return refusals[i].why;
	return NULL;
}

static int apply_flag(struct row *row, const struct flag *flag, const char *value,
		      struct error *error)
{
	/* mount_setattr(2) takes a choice of access times only with the whole group cleared. */
	uint64_t clear = flag->mask == MOUNT_ATTR__ATIME ? flag->mask : flag->mask & ~flag->bits;

	if (row->kind == ROW_SYMLINK)
		return error_say(error, EINVAL,
				 "option '%s' does not go with a symbolic link: leave it out",
				 flag->key);
	if (value)
		return error_say(error, EINVAL, "option '%s' takes no value: write %s", flag->key,
				 flag->key);
	row->attributes_set = (row->attributes_set & ~flag->mask) | flag->bits;
	row->attributes_clear = (row->attributes_clear & ~flag->mask) | clear;
	return 0;
}

static int check_option(const struct row *row, const struct option *option, const char *value,
			struct error *error)
{
	if (!(option->kinds & ON(row->kind)) && option->kinds == ON(ROW_BIND))
		return error_say(error, EINVAL,
				 "option '%s' does not go with %s: leave it out, or write type "
				 "none and bind or rbind",
				 option->key, kind_text(row->kind));
	if (!(option->kinds & ON(row->kind)))
		return error_say(error, EINVAL, "option '%s' does not go with %s: leave it out",
				 option->key, kind_text(row->kind));
	if (value && !option->with_value)
		return error_say(error, EINVAL, "option '%s' takes no value: write %s", option->key,
				 option->example);
	if (!value && !option->without_value)
		return error_say(error, EINVAL, "option '%s' needs a value: write %s", option->key,
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
	case WHAT_MODE:
		return read_mode(option, value, &row->mode, error);
	case WHAT_OWNER:
		return apply_owner(reading, option, value, error);
	case WHAT_GROUP:
		return apply_group(row, option, value, error);
	case WHAT_SUBDIRECTORY:
		return apply_subdirectory(row, option, value, error);
	case WHAT_UPPER:
		return apply_upper(row, option, value, error);
	}
	return 0;
}

static int refuse_unknown(const struct row *row, const char *key, struct error *error)
{
	const char *known = row->kind == ROW_SYMLINK
				    ? "it takes defaults and nofail alone"
				    : "mount(8)'s flags, X-mount.* and x-nstree.create are known";

	return error_say(error, EINVAL, "unknown option '%s' on %s: %s; correct it or leave it out",
			 key, kind_text(row->kind), known);
}

static int apply(struct reading *reading, const char *key, const char *value, struct error *error)
{
	const struct flag *flag = find_flag(key);
	const struct option *option;
	const char *refusal;
	int r;

	if (flag)
		return apply_flag(reading->row, flag, value, error);
	option = find_option(key);
	if (option) {
		r = check_option(reading->row, option, value, error);
		return r < 0 ? r : apply_option(reading, option, value, error);
	}
	refusal = find_refusal(key);
	if (refusal)
		return error_say(error, EINVAL, "option '%s': %s", key, refusal);
	/* libmount takes "=a" for a flag of that name, and hides commas in quotes there too. */
	if (strpbrk(key, "=\""))
		return error_say(error, EINVAL,
				 "option '%s' has no proper name: write a name, or name=value with "
				 "quotes around the value alone",
				 key);
	/* No filesystem has such an option: it was meant for mount(8), systemd or this module. */
	if (strncasecmp(key, "x-", 2) == 0 || reading->row->kind != ROW_FILESYSTEM)
		return refuse_unknown(reading->row, key, error);
	return row_add_option(reading->row, key, value, error);
}

/* The SIZE bytes at VALUE without the quotes around them, which only hide commas. */
static char *copy_value(const char *value, size_t size)
{
	if (size >= 2 && value[0] == '"' && value[size - 1] == '"')
		return strndup(value + 1, size - 2);
	return strndup(value, size);
}

/* VALUE is NULL where there is no "="; SIZE is its length. */
static int expand_and_apply(struct reading *reading, const char *key, const char *value,
			    size_t size, struct error *error)
{
	cleanup(cleanup_free) char *written = NULL;
	cleanup(cleanup_free) char *expanded = NULL;
	int r;

	if (!value)
		return apply(reading, key, NULL, error);
	written = copy_value(value, size);
	if (!written)
		return error_say(error, ENOMEM, "out of memory");
	r = specifier_expand(written, reading->subject, &expanded, error);
	return r < 0 ? r : apply(reading, key, expanded, error);
}

static int apply_each(struct reading *reading, char *text, struct error *error)
{
	char *name, *value;
	size_t name_size, value_size;
	int r;

	while ((r = mnt_optstr_next_option(&text, &name, &name_size, &value, &value_size)) == 0) {
		cleanup(cleanup_free) char *key = strndup(name, name_size);

		if (!key)
			return error_say(error, ENOMEM, "out of memory");
		r = expand_and_apply(reading, key, value, value_size, error);
		if (r < 0)
			return r;
	}
	/* At a quote that is never closed libmount says "end" and drops the rest. */
	if (r < 0 || text[strspn(text, ",")])
		return error_say(error, EINVAL,
				 "cannot read the options at '%s': write them as in "
				 "'ro,nosuid,size=64k', with every quote closed",
				 text);
	return 0;
}

int row_read_options(struct row *row, const char *text, const struct subject *subject,
		     struct error *error)
{
	struct reading reading = {.row = row, .subject = subject};
	cleanup(cleanup_free) char *copy = strdup(text);
	int r;

	if (!copy)
		return error_say(error, ENOMEM, "out of memory");
	r = apply_each(&reading, copy, error);
	if (r < 0)
		return r;
	if (row->kind == ROW_BIND && reading.bind == reading.rbind)
		return error_say(error, EINVAL,
				 "type none wants either bind (this mount alone) or rbind (with "
				 "what is mounted beneath it) among its options: add one of them");
	if (row->kind == ROW_DEVICES && row->attributes_set & MOUNT_ATTR_NODEV)
		return error_say(error, EINVAL,
				 "nodev on nstree.dev: its devices would not open; leave it out");
	return 0;
}

const char *row_type(const struct row *row)
{
	switch (row->kind) {
	case ROW_BIND:
		return "none";
	case ROW_DEVICES:
		return "nstree.dev";
	case ROW_SYMLINK:
		return "nstree.symlink";
	case ROW_FILESYSTEM:
		break;
	}
	return row->type;
}

/* An option, and a comma before it unless it is the first. START is where the options begin. */
static void add_option(struct text *text, size_t start, const char *key, const char *value)
{
	const char *quote = value && strchr(value, ',') ? "\"" : "";

	if (text->length > start)
		text_add(text, ",");
	text_add(text, key);
	if (!value)
		return;
	text_add(text, "=");
	text_add(text, quote);
	text_add(text, value);
	text_add(text, quote);
}

static void add_mode(struct text *text, size_t start, const char *key, mode_t mode)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%04o", (unsigned)mode);
	add_option(text, start, key, digits);
}

static void add_id(struct text *text, size_t start, const char *key, unsigned id)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%u", id);
	add_option(text, start, key, digits);
}

/* What a row clears as well as what it sets: on an rbind row's submounts that is not nothing. */
static void add_flags(const struct row *row, struct text *text, size_t start)
{
	uint64_t done = 0;

	for (size_t i = 0; i < COUNT(flags); i++) {
		const struct flag *flag = &flags[i];
		uint64_t touched = row->attributes_set | row->attributes_clear;

		if (done & flag->mask || !(touched & flag->mask) ||
		    (row->attributes_set & flag->mask) != flag->bits)
			continue;
		done |= flag->mask;
		add_option(text, start, flag->key, NULL);
	}
}

static void add_mount_options(const struct row *row, struct text *text, size_t start)
{
	if (row->make_target && row->make_mode == 0755)
		add_option(text, start, "X-mount.mkdir", NULL);
	else if (row->make_target)
		add_mode(text, start, "X-mount.mkdir", row->make_mode);
	if (row->owner != ROW_UNSET)
		add_id(text, start, "X-mount.owner", row->owner);
	if (row->group != ROW_UNSET)
		add_id(text, start, "X-mount.group", row->group);
	if (row->mode != ROW_UNSET)
		add_mode(text, start, "X-mount.mode", row->mode);
	if (row->subdirectory)
		add_option(text, start, "X-mount.subdir", row->subdirectory);
	if (row->create_source && row->create_mode == 0700)
		add_option(text, start, "x-nstree.create", NULL);
	else if (row->create_source)
		add_mode(text, start, "x-nstree.create", row->create_mode);
	if (row->upper)
		add_option(text, start, "x-nstree.upper", row->upper);
}

void row_add_options(const struct row *row, struct text *text)
{
	size_t start = text->length;

	if (row->kind == ROW_BIND)
		add_option(text, start, row->recursive ? "rbind" : "bind", NULL);
	if (row->slave)
		add_option(text, start, "slave", NULL);
	add_flags(row, text, start);
	for (size_t i = 0; i < row->n_options; i++)
		add_option(text, start, row->options[i].key, row->options[i].value);
	if (row->nofail)
		add_option(text, start, "nofail", NULL);
	add_mount_options(row, text, start);
}
