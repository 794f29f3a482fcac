/* SPDX-License-Identifier: BSD-3-Clause */
#include "removal.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "mountcontext.h"
#include "path.h"
#include "record_liveness.h"
#include "removal_process.h"
#include "removal_sweep.h"
#include "source.h"

/* One directory while it is listed. */
struct claim {
	struct removal *removal;
	const struct row *row;
	const struct subject *subject;
};

static void close_removal(struct removal *removal)
{
	cleanup_fd(&removal->list);
	cleanup_fd(&removal->process);
	undolog_commit(&removal->undo);
	*removal = (struct removal)REMOVAL_INIT;
}

static void name_entry(const struct removal *removal, unsigned n, char name[REMOVAL_NAME_SIZE])
{
	removal_list_name(name, removal->boot, removal->pid, removal->id, n);
}

/* --- one directory -------------------------------------------------------------------------------
 */

/* Lists the claim's directory, of STAT in the directory PARENT, with this process as its user. */
static int write_claim(const struct claim *claim, ino_t parent, const struct stat *stat,
		       struct error *error)
{
	struct removal *removal = claim->removal;
	struct removal_entry entry = {
		.leader = getpid(),
		.leader_start = record_process_start(getpid()),
		.uid = claim->subject->uid,
		.gid = claim->subject->gid,
		.device = stat->st_dev,
		.inode = stat->st_ino,
		.parent_inode = parent,
		.path = claim->row->source,
	};
	char name[REMOVAL_NAME_SIZE];
	int result;

	strcpy(entry.boot, removal->boot);
	name_entry(removal, removal->n, name);
	result = removal_list_write(removal->list, name, &entry, true, error);
	removal->n += result == 0;
	return result;
}

/* For source_create(): between the making of the directory and its handing over to the user. */
static void list_made(void *data, const struct stat *parent, const struct stat *stat)
{
	const struct claim *claim = data;
	struct error error = {0};

	if (write_claim(claim, parent->st_ino, stat, &error) < 0)
		claim->removal->failed = error;
}

/* Reads an entry of the directory FOUND by the name PATH into ENTRY; *NAME is its name. */
static bool find_entry(const struct removal *removal, const char *path, const struct path *found,
		       struct removal_entry *entry, char name[REMOVAL_NAME_SIZE])
{
	cleanup(cleanup_directory) DIR *names = runfile_list(removal->list);
	const struct dirent *each;

	while (names && (each = readdir(names))) {
		struct error ignored = {0};

		if (each->d_name[0] == '.' ||
		    removal_list_read(removal->list, each->d_name, entry, &ignored) < 0)
			continue;
		if (strcmp(entry->path, path) == 0 && entry->inode == found->stat.st_ino) {
			snprintf(name, REMOVAL_NAME_SIZE, "%.63s", each->d_name);
			return true;
		}
		removal_entry_clear(entry);
	}
	return false;
}

/* The directory of ENTRY, which is there, has another user, or is moved out of the way. */
static int take_over(const struct claim *claim, const struct path *found,
		     const struct removal_entry *entry, const char *name, struct error *error)
{
	const struct removal *removal = claim->removal;
	cleanup(cleanup_fd) int parent = -1;
	cleanup(cleanup_fd) int directory = -1;

	if (removal_is_in_use(entry, removal->boot) ||
	    removal_has_other_user(removal->list, name, entry, removal->boot, NULL))
		return write_claim(claim, (ino_t)entry->parent_inode, &found->stat, error);
	return removal_move_away(name, entry, removal->boot, &parent, &directory, error);
}

/* What source_open() will report as well, with the row's place, is left for it. */
static int claim_directory(const struct claim *claim, struct error *error)
{
	const struct mount_context context = {.subject = claim->subject,
					      .undo = &claim->removal->undo,
					      .pid_namespace = -1,
					      .made = list_made,
					      .data = (void *)(uintptr_t)claim};
	cleanup(removal_entry_clear) struct removal_entry entry = {0};
	cleanup(path_close) struct path found = PATH_INIT;
	char name[REMOVAL_NAME_SIZE];
	struct error ignored = {0};
	int result = 0;

	if (source_check_mounted(claim->row, NULL, &ignored) < 0)
		return 0;
	if (path_open(claim->row->source, &found, &ignored) == 0 &&
	    find_entry(claim->removal, claim->row->source, &found, &entry, name))
		result = take_over(claim, &found, &entry, name, error);
	if (result == 0)
		source_create(claim->row, &context, &ignored);
	return result;
}

/* --- a session -----------------------------------------------------------------------------------
 */

static bool has_rows(const struct tree *tree)
{
	for (size_t i = 0; i < tree->n_rows; i++)
		if (tree->rows[i].remove_source)
			return true;
	return false;
}

static int claim_all(struct removal *removal, const struct tree *tree,
		     const struct subject *subject, struct error *error)
{
	int result = removal_list_lock(removal->list, error);

	if (result < 0)
		return result;
	for (size_t i = 0; result == 0 && i < tree->n_rows; i++) {
		const struct claim claim = {removal, &tree->rows[i], subject};

		if (!claim.row->remove_source)
			continue;
		result = claim_directory(&claim, error);
		if (result < 0)
			error_place(error, claim.row->file, claim.row->line);
	}
	removal_list_unlock(removal->list);
	return result;
}

/* Without the list, or the process, directories are made as without x-nstree.remove. */
static int open_removal(struct removal *removal, const struct subject *subject, struct error *error)
{
	int result = removal->list = removal_list_open(true, error);

	snprintf(removal->id, sizeof(removal->id), "%s", subject->id);
	if (result >= 0)
		result = removal_list_boot(removal->boot, error);
	if (result >= 0)
		result = removal_process_start(&removal->pid, error);
	if (result >= 0)
		removal->process = result;
	else
		close_removal(removal);
	return result < 0 ? result : 0;
}

static void set_notice(struct error *notice, const struct error *why)
{
	if (why->number)
		error_set(notice, why->number, "x-nstree.remove: what is made stays: %s",
			  why->words);
}

int removal_begin(struct removal *removal, const struct tree *tree, const struct subject *subject,
		  struct error *notice, struct error *error)
{
	struct error why = {0};
	int result = 0;

	*removal = (struct removal)REMOVAL_INIT;
	if (has_rows(tree)) {
		mode_t mask = umask(0);

		if (open_removal(removal, subject, &why) < 0)
			set_notice(notice, &why);
		else
			result = claim_all(removal, tree, subject, error);
		umask(mask);
		set_notice(notice, &removal->failed);
	}
	if (removal_is_any_left(false))
		removal_process_sweep();
	if (result < 0)
		removal_cancel(removal);
	return result;
}

int removal_set_namespace(const struct removal *removal, uint64_t namespace, struct error *error)
{
	int result = 0;

	for (unsigned i = 0; result == 0 && i < removal->n; i++) {
		cleanup(removal_entry_clear) struct removal_entry entry = {0};
		char name[REMOVAL_NAME_SIZE];

		name_entry(removal, i, name);
		result = removal_list_read(removal->list, name, &entry, error);
		entry.namespace = namespace;
		if (result == 0)
			result = removal_list_write(removal->list, name, &entry, false, error);
	}
	return result;
}

void removal_end(struct removal *removal)
{
	if (removal->process >= 0)
		send(removal->process, "", 1, MSG_NOSIGNAL);
	close_removal(removal);
}

/* Whether another session uses one of the directories by now. */
static bool has_other_users(const struct removal *removal)
{
	for (unsigned i = 0; i < removal->n; i++) {
		cleanup(removal_entry_clear) struct removal_entry entry = {0};
		char name[REMOVAL_NAME_SIZE];
		struct error ignored = {0};

		name_entry(removal, i, name);
		if (removal_list_read(removal->list, name, &entry, &ignored) == 0 &&
		    removal_has_other_user(removal->list, name, &entry, removal->boot, NULL))
			return true;
	}
	return false;
}

/* With another user the entries stay: this process is going to end, or to open another session. */
void removal_cancel(struct removal *removal)
{
	struct error ignored = {0};
	char name[REMOVAL_NAME_SIZE];

	if (removal->list >= 0 && removal_list_lock(removal->list, &ignored) == 0) {
		if (!has_other_users(removal)) {
			undolog_roll_back(&removal->undo);
			for (unsigned i = 0; i < removal->n; i++) {
				name_entry(removal, i, name);
				unlinkat(removal->list, name, 0);
			}
		}
		removal_list_unlock(removal->list);
	}
	close_removal(removal);
}
