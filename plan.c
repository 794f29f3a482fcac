/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan.h"

#include <errno.h>
#include <libmount/libmount.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "target.h"
#include "text.h"

#define BIND_TYPE " none "
#define LINK_TYPE " nstree.symlink "

static void free_side(struct planned *side, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(side[i].line);
		free(side[i].target);
		free(side[i].source);
		free(side[i].stays);
	}
	free(side);
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	free_side(plan->old, plan->n_old);
	free_side(plan->new, plan->n_new);
	free(plan->grafts);
	free(plan);
}

/* The field of LINE that begins at FIELD, the caller's to free. */
static char *take_field(const char *field)
{
	char *text = strndup(field, strcspn(field, " "));

	if (text)
		text_unescape(text);
	return text;
}

static bool has_option(const char *line, const char *option)
{
	char *value;
	size_t length;

	return mnt_optstr_get_option(strrchr(line, ' ') + 1, option, &value, &length) == 0;
}

static int read_fields(struct planned *planned)
{
	const char *line = planned->line, *target = line ? strchr(line, ' ') + 1 : NULL;
	bool tells = line && strstr(line, BIND_TYPE) && !has_option(line, "X-mount.subdir");

	planned->target = target ? take_field(target) : NULL;
	planned->source = tells ? take_field(line) : NULL;
	return planned->target && (!tells || planned->source) ? 0 : -ENOMEM;
}

/* Splits ROWS into lines; *N counts those that are whole, also where memory ran out. */
static int split(const char *rows, struct planned **side, size_t *n)
{
	for (size_t length; *rows; rows += length + 1) {
		struct planned *larger = reallocarray(*side, *n + 1, sizeof(*larger));

		if (!larger)
			return -ENOMEM;
		*side = larger;
		length = strcspn(rows, "\n");
		larger += *n;
		*larger = (struct planned){.line = strndup(rows, length)};
		++*n;
		if (read_fields(larger) < 0)
			return -ENOMEM;
	}
	return 0;
}

static void match(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_old; i++)
		for (size_t j = 0; !plan->old[i].same && j < plan->n_new; j++)
			if (!plan->new[j].same &&
			    strcmp(plan->old[i].line, plan->new[j].line) == 0) {
				plan->old[i].same = &plan->new[j];
				plan->new[j].same = &plan->old[i];
			}
}

__attribute__((format(printf, 2, 3))) static int stay(struct planned *planned, const char *format,
						      ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vasprintf(&planned->stays, format, arguments);
	va_end(arguments);
	return length < 0 ? -ENOMEM : 0;
}

/* A row of SIDE after INDEX that both sides have, and that lies on or below the one at INDEX. */
static const struct planned *find_below(const struct planned *side, size_t n, size_t index)
{
	for (size_t i = index + 1; i < n; i++)
		if (side[i].same && target_below(side[i].target, side[index].target))
			return &side[i];
	return NULL;
}

static int judge_lost(struct plan *plan, size_t index)
{
	struct planned *lost = &plan->old[index];
	const struct planned *on = find_below(plan->old, plan->n_old, index);

	if (strstr(lost->line, LINK_TYPE))
		return stay(lost, "a symbolic link stays where it is; it takes a new login");
	return on ? stay(lost, "'%s' is mounted on it and stays; it takes a new login", on->target)
		  : 0;
}

static int judge_gained(struct plan *plan, size_t index)
{
	struct planned *gained = &plan->new[index];
	const struct planned *on = find_below(plan->new, plan->n_new, index);

	if (gained->row->kind == ROW_SYMLINK)
		return stay(gained, "a symbolic link is made when a session begins; it takes a new "
				    "login");
	return on ? stay(gained,
			 "it would hide '%s', which is mounted already; it takes a new "
			 "login",
			 on->target)
		  : 0;
}

/* Rows that are there but in another order, where that makes another tree. */
static int judge_kept(struct plan *plan, size_t index)
{
	struct planned *kept = &plan->new[index];

	for (size_t i = index + 1; i < plan->n_new; i++) {
		const struct planned *later = &plan->new[i];

		if (later->same && later->same < kept->same &&
		    (target_below(later->target, kept->target) ||
		     target_below(kept->target, later->target)))
			return stay(kept, "it and '%s' changed places; it takes a new login",
				    later->target);
	}
	return 0;
}

/* Another root is another tree, and an order that matters cannot be changed: then no row is. */
static int judge_whole(struct plan *plan)
{
	int result = 0;

	if (plan->old[0].same != plan->new) {
		plan->stop = plan->old;
		return stay(plan->old, "the root is another now; it takes a new login");
	}
	for (size_t i = 0; result == 0 && !plan->stop && i < plan->n_new; i++) {
		result = plan->new[i].same ? judge_kept(plan, i) : 0;
		plan->stop = plan->new[i].stays ? &plan->new[i] : NULL;
	}
	return result;
}

static int judge(struct plan *plan)
{
	int result = judge_whole(plan);

	if (plan->stop)
		return result;

	for (size_t i = 0; result == 0 && i < plan->n_old; i++)
		result = plan->old[i].same ? 0 : judge_lost(plan, i);
	for (size_t i = 0; result == 0 && i < plan->n_new; i++)
		result = plan->new[i].same ? 0 : judge_gained(plan, i);
	return result;
}

/* Where a row takes another's place, both go or neither. */
static int judge_pairs(struct plan *plan)
{
	int result = 0;

	for (size_t i = 0; result == 0 && i < plan->n_new; i++) {
		struct planned *gained = &plan->new[i];

		for (size_t j = 0; result == 0 && !gained->same && j < plan->n_old; j++) {
			struct planned *lost = &plan->old[j];

			if (lost->same || strcmp(lost->target, gained->target) != 0)
				continue;
			if (gained->stays && !lost->stays)
				result = stay(lost, "%s", gained->stays);
			else if (lost->stays && !gained->stays)
				result = stay(gained, "%s", lost->stays);
		}
	}
	return result;
}

static struct graft *add_graft(struct plan *plan, struct planned *planned)
{
	struct graft *graft = &plan->grafts[plan->n_grafts++];

	*graft = (struct graft){.row = planned->row,
				.target = planned->target,
				.source = planned->source,
				.nofail = has_option(planned->line, "nofail")};
	planned->graft = graft;
	return graft;
}

static bool is_to_do(const struct plan *plan, const struct planned *planned)
{
	return !plan->stop && !planned->same && !planned->stays;
}

/* Takes away the last first; then mounts in order. */
static void order(struct plan *plan)
{
	for (size_t i = plan->n_old; i > 0; i--)
		if (is_to_do(plan, &plan->old[i - 1]))
			add_graft(plan, &plan->old[i - 1]);
	for (size_t i = 0; i < plan->n_new; i++) {
		struct graft *graft;

		if (!is_to_do(plan, &plan->new[i]))
			continue;
		graft = add_graft(plan, &plan->new[i]);
		for (struct graft *lost = plan->grafts; lost < graft && !lost->row; lost++)
			if (!lost->other && strcmp(lost->target, graft->target) == 0) {
				lost->other = graft;
				graft->other = lost;
				break;
			}
	}
}

int plan_make(const char *rows, const struct tree *tree, struct plan **plan, struct error *error)
{
	cleanup(cleanup_plan) struct plan *made = calloc(1, sizeof(*made));
	cleanup(cleanup_free) char *text = tree_text(tree);
	int result = made && text ? 0 : -ENOMEM;

	if (result == 0)
		result = split(rows, &made->old, &made->n_old);
	if (result == 0)
		result = split(text, &made->new, &made->n_new);
	if (result == 0)
		made->grafts = calloc(made->n_old + made->n_new, sizeof(*made->grafts));
	if (result < 0 || !made->grafts)
		return error_say(error, ENOMEM, "out of memory");
	for (size_t i = 0; i < made->n_new; i++)
		made->new[i].row = &tree->rows[i];
	match(made);
	result = judge(made);
	if (result == 0)
		result = judge_pairs(made);
	if (result < 0)
		return error_say(error, ENOMEM, "out of memory");
	order(made);
	*plan = steal_pointer(&made);
	return 0;
}

/* Whether the session has the row by now. */
static bool is_there(const struct planned *planned)
{
	if (planned->same)
		return true;
	if (planned->row)
		return planned->graft && planned->graft->end != GRAFT_FAILED;
	return !planned->graft || planned->graft->end == GRAFT_FAILED;
}

/* The rows that were to go and are still there, which came right after the row OLD. */
static void add_remains(const struct plan *plan, const struct planned *old, FILE *stream)
{
	for (; old < plan->old + plan->n_old && !old->same; old++)
		if (is_there(old))
			fprintf(stream, "%s\n", old->line);
}

char *plan_rows(const struct plan *plan)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	add_remains(plan, plan->old, stream);
	for (size_t i = 0; i < plan->n_new; i++) {
		const struct planned *planned = &plan->new[i];

		if (is_there(planned))
			fprintf(stream, "%s\n", planned->line);
		if (planned->same)
			add_remains(plan, planned->same + 1, stream);
	}
	fclose(stream);
	return text;
}
