/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_places.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "names.h"
#include "path.h"
#include "trust.h"

/* Mode and owner of the tmpfs of ROW: 01777 and root without options. */
static void stat_tmpfs(const struct row *row, struct stat *stat)
{
	*stat = (struct stat){.st_mode = 01777};
	for (size_t i = 0; i < row->n_options; i++) {
		const struct filesystem_option *option = &row->options[i];

		if (option->value && strcmp(option->key, "mode") == 0)
			stat->st_mode = (mode_t)strtoul(option->value, NULL, 8);
		if (option->value && strcmp(option->key, "uid") == 0)
			stat->st_uid = (uid_t)strtoul(option->value, NULL, 10);
	}
}

/* Sets STAT to what PLACE will be in the tree. Returns the row that shows it, or NULL if unknown.
 */
static const struct row *stat_place(const struct tree *tree, const char *place, bool by_text,
				    struct stat *stat)
{
	const struct row *row = NULL;
	char path[PATH_MAX];

	for (size_t i = tree->n_rows; !row && i-- > 0;)
		if (name_below(place, tree->rows[i].target))
			row = &tree->rows[i];
	if (!row || row->subdirectory || (by_text && row->kind == ROW_BIND))
		return NULL;
	snprintf(path, sizeof(path), "%s/%s", row->source, name_below(place, row->target));
	if (row->kind == ROW_BIND && lstat(path, stat) == 0)
		stat->st_mode &= S_ISLNK(stat->st_mode) ? ~(mode_t)(S_IWGRP | S_IWOTH) : ~0U;
	else if (row->kind == ROW_FILESYSTEM && strcmp(row->type, "tmpfs") == 0 &&
		 !*name_below(place, row->target))
		stat_tmpfs(row, stat);
	else
		return NULL;
	if (!*name_below(place, row->target) && row->mode != ROW_UNSET)
		stat->st_mode = row->mode;
	if (!*name_below(place, row->target) && row->owner != ROW_UNSET)
		stat->st_uid = row->owner;
	return row;
}

void check_code_place(const struct tree *tree, const char *place, bool by_text,
		      struct report *report)
{
	struct stat stat;
	const struct row *row = stat_place(tree, place, by_text, &stat);

	if (!row || !path_distrust(&stat))
		return;
	/* source_check() reports this. */
	if (row->kind == ROW_BIND && strcmp(row->target, place) == 0 && trust_is_code_place(place))
		return;
	report_say(
		report, SEVERITY_ERROR, CODE_ROOT_CODE, row->file, row->line,
		"in this tree '%s' %s (uid %u, mode %04o): root's code is loaded from there; it "
		"must "
		"be root's, and writable by no one else (%s)",
		place, path_distrust(&stat), (unsigned)stat.st_uid, (unsigned)stat.st_mode & 07777,
		row->kind == ROW_BIND ? "chown root, chmod go-w" : "for a tmpfs write mode=0755");
}
