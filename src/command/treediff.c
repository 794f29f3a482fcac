/* SPDX-License-Identifier: BSD-3-Clause */
#include "treediff.h"

#include <errno.h>
#include <libmount/libmount.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "cleanup.h"
#include "names.h"
#include "target.h"

#define BIND_TYPE " none "
#define LINK_TYPE " nstree.symlink "

static void free_side(struct treediff_row *side, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(side[i].line);
		free(side[i].target);
		free(side[i].source);
		free(side[i].reason);
	}
	free(side);
}

void treediff_free(struct treediff *diff)
{
	if (!diff)
		return;
	free_side(diff->old, diff->n_old);
	free_side(diff->new, diff->n_new);
	free(diff->changes);
	free(diff);
}

/* The field of LINE that begins at FIELD, the caller's to free. */
static char *take_field(const char *field)
{
	char *text = strndup(field, strcspn(field, " "));

	if (text)
		buffer_unescape(text);
	return text;
}

static bool row_has_option(const char *line, const char *option)
{
	char *value;
	size_t length;

	return mnt_optstr_get_option(strrchr(line, ' ') + 1, option, &value, &length) == 0;
}

static int split_row(struct treediff_row *entry)
{
	const char *line = entry->line, *target = line ? strchr(line, ' ') + 1 : NULL;
	bool tells = line && strstr(line, BIND_TYPE) && !row_has_option(line, "X-mount.subdir");

	entry->target = target ? take_field(target) : NULL;
	entry->source = tells ? take_field(line) : NULL;
	return entry->target && (!tells || entry->source) ? 0 : -ENOMEM;
}

/* Splits ROWS into lines; *N counts those that are whole, also where memory ran out. */
static int split_rows(const char *rows, struct treediff_row **side, size_t *n)
{
	for (size_t length; *rows; rows += length + 1) {
		struct treediff_row *larger = reallocarray(*side, *n + 1, sizeof(*larger));

		if (!larger)
			return -ENOMEM;
		*side = larger;
		length = strcspn(rows, "\n");
		larger += *n;
		*larger = (struct treediff_row){.line = strndup(rows, length)};
		++*n;
		if (split_row(larger) < 0)
			return -ENOMEM;
	}
	return 0;
}

/*
 * Whether the row OTHER mounts what ONE has. What only matters while a row is mounted does not
 * count, nor devices= of nstree.dev, whose devices are rows of their own. But where a row had
 * `nofail`, it may have been left out.
 */
static bool is_same_row_text(const char *one, const char *other)
{
	static const char *const unseen[] = {"nofail", "X-mount.mkdir", "devices"};
	size_t fields = (size_t)(strrchr(one, ' ') - one);
	cleanup(cleanup_free) char *a = NULL, *b = NULL;

	if (strcmp(one, other) == 0)
		return true;
	if (strncmp(one, other, fields + 1) != 0 || strrchr(other, ' ') != other + fields ||
	    (row_has_option(one, "nofail") && !row_has_option(other, "nofail")))
		return false;
	a = strdup(one + fields + 1);
	b = strdup(other + fields + 1);
	for (size_t i = 0; a && b && i < sizeof(unseen) / sizeof(*unseen); i++)
		if (mnt_optstr_remove_option(&a, unseen[i]) < 0 ||
		    mnt_optstr_remove_option(&b, unseen[i]) < 0)
			return false;
	return a && b && strcmp(a, b) == 0;
}

static void match_rows(struct treediff *diff, const bool *moved)
{
	for (size_t i = 0; i < diff->n_old; i++)
		for (size_t j = 0; !diff->old[i].same && j < diff->n_new; j++)
			if (!diff->new[j].same && !(moved && moved[j]) &&
			    is_same_row_text(diff->old[i].line, diff->new[j].line)) {
				diff->old[i].same = &diff->new[j];
				diff->new[j].same = &diff->old[i];
			}
}

__attribute__((format(printf, 2, 3))) static int set_reason(struct treediff_row *entry,
							    const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vasprintf(&entry->reason, format, arguments);
	va_end(arguments);
	return length < 0 ? -ENOMEM : 0;
}

/* A row of SIDE after INDEX that both sides have, and that is on or below the one at INDEX. */
static const struct treediff_row *find_below(const struct treediff_row *side, size_t n,
					     size_t index)
{
	for (size_t i = index + 1; i < n; i++)
		if (side[i].same && name_below(side[i].target, side[index].target))
			return &side[i];
	return NULL;
}

static int check_lost_row(struct treediff *diff, size_t index)
{
	struct treediff_row *lost = &diff->old[index];
	const struct treediff_row *on = find_below(diff->old, diff->n_old, index);

	if (strstr(lost->line, LINK_TYPE))
		return set_reason(lost, "a symbolic link stays where it is; it takes a new login");
	return on ? set_reason(lost, "'%s' is mounted on it and stays; it takes a new login",
			       on->target)
		  : 0;
}

static int check_gained_row(struct treediff *diff, size_t index)
{
	struct treediff_row *gained = &diff->new[index];
	const struct treediff_row *on = find_below(diff->new, diff->n_new, index);

	if (gained->row->kind == ROW_SYMLINK)
		return set_reason(gained,
				  "a symbolic link is made when a session begins; it takes a new "
				  "login");
	if (gained->row->remove_source)
		return set_reason(gained, "what x-nstree.remove takes away is made when a session "
					  "begins; it takes a new login");
	return on ? set_reason(gained,
			       "it would hide '%s', which is mounted already; it takes a new "
			       "login",
			       on->target)
		  : 0;
}

/* Rows that are there but in another order, where that makes another tree. */
static int check_kept_row(struct treediff *diff, size_t index)
{
	struct treediff_row *kept = &diff->new[index];

	for (size_t i = index + 1; i < diff->n_new; i++) {
		const struct treediff_row *later = &diff->new[i];

		if (later->same && later->same < kept->same &&
		    (name_below(later->target, kept->target) ||
		     name_below(kept->target, later->target)))
			return set_reason(kept, "it and '%s' changed places; it takes a new login",
					  later->target);
	}
	return 0;
}

/* Another root is another tree, and an order that matters cannot be changed: then no row is. */
static int check_root_and_order(struct treediff *diff)
{
	int result = 0;

	if (diff->old[0].same != diff->new) {
		diff->stop = diff->old;
		return set_reason(diff->old, "the root is another now; it takes a new login");
	}
	for (size_t i = 0; result == 0 && !diff->stop && i < diff->n_new; i++) {
		result = diff->new[i].same ? check_kept_row(diff, i) : 0;
		diff->stop = diff->new[i].reason ? &diff->new[i] : NULL;
	}
	return result;
}

static int check_changes(struct treediff *diff)
{
	int result = check_root_and_order(diff);

	if (diff->stop)
		return result;

	for (size_t i = 0; result == 0 && i < diff->n_old; i++)
		result = diff->old[i].same ? 0 : check_lost_row(diff, i);
	for (size_t i = 0; result == 0 && i < diff->n_new; i++)
		result = diff->new[i].same ? 0 : check_gained_row(diff, i);
	return result;
}

/* Where a row takes another's place, both go or neither. */
static int check_pairs(struct treediff *diff)
{
	int result = 0;

	for (size_t i = 0; result == 0 && i < diff->n_new; i++) {
		struct treediff_row *gained = &diff->new[i];

		for (size_t j = 0; result == 0 && !gained->same && j < diff->n_old; j++) {
			struct treediff_row *lost = &diff->old[j];

			if (lost->same || strcmp(lost->target, gained->target) != 0)
				continue;
			if (gained->reason && !lost->reason)
				result = set_reason(lost, "%s", gained->reason);
			else if (lost->reason && !gained->reason)
				result = set_reason(gained, "%s", lost->reason);
		}
	}
	return result;
}

static struct live_mount *add_change(struct treediff *diff, struct treediff_row *entry)
{
	struct live_mount *change = &diff->changes[diff->n_changes++];

	*change = (struct live_mount){.row = entry->row,
				      .target = entry->target,
				      .source = entry->source,
				      .nofail = row_has_option(entry->line, "nofail")};
	entry->change = change;
	return change;
}

static bool is_to_change(const struct treediff *diff, const struct treediff_row *entry)
{
	return !diff->stop && !entry->same && !entry->reason;
}

/* Takes away the last first; then mounts in order. */
static void order_changes(struct treediff *diff)
{
	for (size_t i = diff->n_old; i > 0; i--)
		if (is_to_change(diff, &diff->old[i - 1]))
			add_change(diff, &diff->old[i - 1]);
	for (size_t i = 0; i < diff->n_new; i++) {
		struct live_mount *change;

		if (!is_to_change(diff, &diff->new[i]))
			continue;
		change = add_change(diff, &diff->new[i]);
		for (struct live_mount *lost = diff->changes; lost < change && !lost->row; lost++)
			if (!lost->other && strcmp(lost->target, change->target) == 0) {
				lost->other = change;
				change->other = lost;
				break;
			}
	}
}

int treediff_make(const char *rows, const struct tree *tree, const bool *moved,
		  struct treediff **diff, struct error *error)
{
	cleanup(cleanup_treediff) struct treediff *made = calloc(1, sizeof(*made));
	cleanup(cleanup_free) char *text = tree_text(tree);
	int result = made && text ? 0 : -ENOMEM;

	if (result == 0)
		result = split_rows(rows, &made->old, &made->n_old);
	if (result == 0)
		result = split_rows(text, &made->new, &made->n_new);
	if (result == 0)
		made->changes = calloc(made->n_old + made->n_new, sizeof(*made->changes));
	if (result < 0 || !made->changes)
		return error_no_memory(error);
	for (size_t i = 0; i < made->n_new; i++)
		made->new[i].row = &tree->rows[i];
	match_rows(made, moved);
	result = check_changes(made);
	if (result == 0)
		result = check_pairs(made);
	if (result < 0)
		return error_no_memory(error);
	order_changes(made);
	*diff = steal_pointer(&made);
	return 0;
}

/* Whether the session has the row by now. */
static bool is_present(const struct treediff_row *entry)
{
	if (entry->same)
		return true;
	if (entry->row)
		return entry->change && entry->change->result != LIVE_MOUNT_FAILED;
	return !entry->change || entry->change->result == LIVE_MOUNT_FAILED;
}

/* The rows that were to go and are still there, which came right after the row OLD. */
static void add_kept_rows(const struct treediff *diff, const struct treediff_row *old, FILE *stream)
{
	for (; old < diff->old + diff->n_old && !old->same; old++)
		if (is_present(old))
			fprintf(stream, "%s\n", old->line);
}

char *treediff_rows(const struct treediff *diff)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	add_kept_rows(diff, diff->old, stream);
	for (size_t i = 0; i < diff->n_new; i++) {
		const struct treediff_row *entry = &diff->new[i];

		if (is_present(entry))
			fprintf(stream, "%s\n", entry->line);
		if (entry->same)
			add_kept_rows(diff, entry->same + 1, stream);
	}
	fclose(stream);
	return text;
}
