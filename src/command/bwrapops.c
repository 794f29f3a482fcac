/* SPDX-License-Identifier: BSD-3-Clause */
#include "bwrapops.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "buffer.h"

#define DESCRIPTOR "what a descriptor of its caller's is for has no meaning at a login"
#define ENVIRONMENT "set up the environment with pam_env(8)"
#define FILTER "no filter of the site's is loaded; isolate= has filters of its own"
#define LABEL "pam_selinux(8) chooses the label of a session"
#define CGROUP "a session has no control group namespace"
#define BUILT_BY_ROOT "not needed, as root builds the tree"
#define NUMBER_MAX 20 /* digits */
#define HOST_NAME "a session has the host's name, which no user can change"

/* As bwrap.c of bubblewrap 0.11 has them. */
static const struct bwrap_option options[] = {
	{"--add-seccomp-fd", BWRAP_NOTE, 1, FILTER},
	{"--args", BWRAP_NOTE, 1, "the arguments in it are not read: write them out"},
	{"--argv0", BWRAP_NOTE, 1, "it is for the command, which is not run"},
	{"--as-pid-1", BWRAP_REMARK, 0, "not needed: isolate=pid has a process with pid 1"},
	{"--assert-userns-disabled", BWRAP_USERNS, 0, NULL},
	{"--bind", BWRAP_BIND, 2, "rbind,nosuid,nodev"},
	{"--bind-data", BWRAP_DATA, 2, NULL},
	{"--bind-fd", BWRAP_DATA, 2, NULL},
	{"--bind-try", BWRAP_BIND, 2, "rbind,nofail,nosuid,nodev"},
	{"--block-fd", BWRAP_NOTE, 1, DESCRIPTOR},
	{"--cap-add", BWRAP_NOTE, 1, "no rule gives a session capabilities"},
	{"--cap-drop", BWRAP_REMARK, 1, "not needed: a user's session has no capabilities"},
	{"--chdir", BWRAP_NOTE, 1, "a session begins in the home directory"},
	{"--chmod", BWRAP_CHMOD, 2, NULL},
	{"--clearenv", BWRAP_NOTE, 0, ENVIRONMENT},
	{"--dev", BWRAP_DEV, 1, NULL},
	{"--dev-bind", BWRAP_BIND, 2, "rbind,nosuid"},
	{"--dev-bind-try", BWRAP_BIND, 2, "rbind,nofail,nosuid"},
	{"--die-with-parent", BWRAP_DIE_WITH_PARENT, 0, NULL},
	{"--dir", BWRAP_DIR, 1, NULL},
	{"--disable-userns", BWRAP_USERNS, 0, NULL},
	{"--exec-label", BWRAP_NOTE, 1, LABEL},
	{"--file", BWRAP_DATA, 2, NULL},
	{"--file-label", BWRAP_NOTE, 1, LABEL},
	{"--gid", BWRAP_NOTE, 1, "a session has the group of its user"},
	{"--hostname", BWRAP_NOTE, 1, HOST_NAME},
	{"--info-fd", BWRAP_NOTE, 1, DESCRIPTOR},
	{"--json-status-fd", BWRAP_NOTE, 1, DESCRIPTOR},
	{"--level-prefix", BWRAP_REMARK, 0, "not needed: it is about bwrap's own messages"},
	{"--lock-file", BWRAP_NOTE, 1, "no file is locked for a session"},
	{"--mqueue", BWRAP_MQUEUE, 1, "nosuid,nodev,noexec"},
	{"--new-session", BWRAP_REMARK, 0, "not needed: a login has a terminal of its own"},
	{"--overlay", BWRAP_OVERLAY, 3, "nosuid,nodev"},
	{"--overlay-src", BWRAP_LAYER, 1, NULL},
	{"--perms", BWRAP_MODE, 1, NULL},
	{"--pidns", BWRAP_NOTE, 1, DESCRIPTOR},
	{"--proc", BWRAP_PROC, 1, "nosuid,nodev,noexec,hidepid=ptraceable"},
	{"--remount-ro", BWRAP_READ_ONLY, 1, NULL},
	{"--ro-bind", BWRAP_BIND, 2, "rbind,ro,nosuid,nodev"},
	{"--ro-bind-data", BWRAP_DATA, 2, NULL},
	{"--ro-bind-fd", BWRAP_DATA, 2, NULL},
	{"--ro-bind-try", BWRAP_BIND, 2, "rbind,ro,nofail,nosuid,nodev"},
	{"--ro-overlay", BWRAP_OVERLAY, 1, "ro,nosuid,nodev"},
	{"--seccomp", BWRAP_NOTE, 1, FILTER},
	{"--setenv", BWRAP_NOTE, 2, ENVIRONMENT},
	{"--share-net", BWRAP_SHARE_NETWORK, 0, NULL},
	{"--size", BWRAP_SIZE, 1, NULL},
	{"--symlink", BWRAP_SYMLINK, 2, NULL},
	{"--sync-fd", BWRAP_NOTE, 1, DESCRIPTOR},
	{"--tmp-overlay", BWRAP_OVERLAY, 1, "x-nstree.upper=256m,nosuid,nodev"},
	{"--tmpfs", BWRAP_TMPFS, 1, "nosuid,nodev"},
	{"--uid", BWRAP_NOTE, 1, "a session has the ids of its user"},
	{"--unsetenv", BWRAP_NOTE, 1, ENVIRONMENT},
	{"--unshare-all", BWRAP_ALL, 0, CGROUP},
	{"--unshare-cgroup", BWRAP_NOTE, 0, CGROUP},
	{"--unshare-cgroup-try", BWRAP_NOTE, 0, CGROUP},
	{"--unshare-ipc", BWRAP_IPC, 0, NULL},
	{"--unshare-net", BWRAP_NETWORK, 0, NULL},
	{"--unshare-pid", BWRAP_PID, 0, NULL},
	{"--unshare-user", BWRAP_REMARK, 0, BUILT_BY_ROOT},
	{"--unshare-user-try", BWRAP_REMARK, 0, BUILT_BY_ROOT},
	{"--unshare-uts", BWRAP_REMARK, 0, "not needed: no user can change the host's name"},
	{"--userns", BWRAP_NOTE, 1, DESCRIPTOR},
	{"--userns-block-fd", BWRAP_NOTE, 1, DESCRIPTOR},
	{"--userns2", BWRAP_NOTE, 1, DESCRIPTOR},
};

/* An argument that is none of these: the shell puts in something unknown. */
static const struct bwrap_option unclear_word = {
	"", BWRAP_NOTE, 0, "what the shell puts in is not known: write it out, and import that"};

bool bwrapops_is_place(enum bwrap_kind kind)
{
	return kind >= BWRAP_BIND;
}

static const struct bwrap_option *find_bwrap_option(const char *name)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (strcmp(options[i].name, name) == 0)
			return &options[i];
	return NULL;
}

/* PATH from the root of the tree, without empty components and those that are "."; for free(3). */
static char *absolute(const char *path)
{
	struct buffer text = {0};

	buffer_add(&text, "");
	for (const char *part = path; *part; part += strspn(part, "/")) {
		size_t length = strcspn(part, "/");

		if (length && strncmp(part, ".", length) != 0) {
			if (part != path || strncmp(path, "%h", 2) != 0)
				buffer_add(&text, "/");
			buffer_add_bytes(&text, part, length);
		}
		part += length;
	}
	if (!text.length)
		buffer_add(&text, "/");
	return buffer_take(&text);
}

/* Adds OPTION, whose arguments begin at WORD. */
static int add_op(struct bwrapops *ops, const struct bwrap_option *option, unsigned line,
		  const struct bwrap_word *word)
{
	struct bwrap_op *grown = array_grow(ops->items, ops->n_items, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	ops->items = grown;
	grown += ops->n_items++;
	*grown = (struct bwrap_op){.option = option, .line = line};
	for (int i = 0; i < option->n_arguments; i++) {
		grown->arguments[i] = word[i].text;
		grown->unclear = grown->unclear || word[i].unclear;
	}
	if (!bwrapops_is_place(option->kind))
		return 0;
	grown->target = absolute(grown->arguments[option->n_arguments - 1]);
	return grown->target ? 0 : -ENOMEM;
}

/* Whether TEXT is made of DIGITS, and as long as bwrap(1) has a use for. */
static bool is_of_digits(const char *text, const char *digits)
{
	size_t length = strlen(text);

	return length && length <= NUMBER_MAX && strspn(text, digits) == length;
}

bool bwrapops_has_mode(const struct bwrap_op *op)
{
	return !op->unclear && is_of_digits(op->arguments[0], "01234567");
}

/* --perms and --size become part of what they are about. */
static void join_modifiers(struct bwrapops *ops)
{
	const char *mode = NULL, *size = NULL;
	bool misread = false;

	for (size_t i = 0; i < ops->n_items; i++) {
		struct bwrap_op *op = &ops->items[i];

		if (op->option->kind == BWRAP_MODE) {
			mode = op->arguments[0];
			misread = misread || !bwrapops_has_mode(op);
		} else if (op->option->kind == BWRAP_SIZE) {
			size = op->arguments[0];
			/* A tmpfs takes 0 for no limit, and bwrap refuses it. */
			misread = misread || op->unclear || !is_of_digits(size, "0123456789") ||
				  strspn(size, "0") == strlen(size);
		} else {
			op->mode = mode;
			op->size = size;
			op->misread = misread ||
				      (op->option->kind == BWRAP_CHMOD && !bwrapops_has_mode(op));
			mode = size = NULL;
			misread = false;
		}
	}
}

int bwrapops_read(const struct bwrap_words *words, struct bwrapops *ops)
{
	int result = 0;

	*ops = (struct bwrapops){0};
	for (size_t i = 0; result == 0 && i < words->n_items;) {
		const struct bwrap_word *word = &words->items[i++];
		const struct bwrap_option *option = find_bwrap_option(word->text);

		if (word->unclear) {
			result = add_op(ops, &unclear_word, word->line, NULL);
			if (result == 0)
				ops->items[ops->n_items - 1].arguments[0] = word->text;
		} else if (option && i + (size_t)option->n_arguments > words->n_items) {
			ops->short_of = word;
			break;
		} else if (option) {
			result = add_op(ops, option, word->line, word + 1);
			i += (size_t)option->n_arguments;
		} else if (word->text[0] == '-' && strcmp(word->text, "--") != 0) {
			ops->unknown = word;
			break;
		} else {
			word += strcmp(word->text, "--") == 0;
			ops->command = word < words->items + words->n_items ? word : NULL;
			break;
		}
	}
	join_modifiers(ops);
	return result;
}

void bwrapops_clear(struct bwrapops *ops)
{
	for (size_t i = 0; i < ops->n_items; i++)
		free(ops->items[i].target);
	free(ops->items);
	*ops = (struct bwrapops){0};
}
