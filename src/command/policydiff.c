/* SPDX-License-Identifier: BSD-3-Clause */
#include "policydiff.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buffer.h"
#include "cleanup.h"
#include "crowd.h"
#include "outcome.h"
#include "policy_set.h"
#include "printable.h"
#include "report.h"
#include "tree.h"
#include "userlist.h"

enum { OLD, NEW, N_SIDES };

/* The service of all that no rule names: no rule but one with `*` matches it. */
#define OTHER_SERVICE "*"
#define OTHER_SERVICES "other services"

/* What one user gets by one service, by one of the policies. */
struct side {
	struct outcome outcome;
	char *options;
	const struct tree_file *file; /* NULL without a tree */
};

/* A change that all the sessions of `crowd` have. */
struct change {
	struct side sides[N_SIDES]; /* of the first of them */
	char *rows[N_SIDES];	    /* tree_text(); NULL without a tree */
	struct crowd crowd;
};

struct comparison {
	const struct policydiff_options *options;
	struct policy_set sets[N_SIDES];
	struct userlist list;
	struct accounts accounts; /* those of the list; empty where they are this machine's */
	const char **services;
	size_t n_services;
	struct change *changes;
	size_t n_changes, n_changed_users;
};

static void clear_change(struct change *change)
{
	for (size_t i = 0; i < N_SIDES; i++) {
		free(change->sides[i].options);
		free(change->rows[i]);
	}
	crowd_clear(&change->crowd);
}

static void comparison_clear(struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->n_changes; i++)
		clear_change(&comparison->changes[i]);
	free(comparison->changes);
	for (size_t i = 0; i < comparison->n_services; i++)
		free((char *)(uintptr_t)comparison->services[i]);
	free(comparison->services);
	userlist_clear(&comparison->list);
	accounts_clear(&comparison->accounts);
	policy_set_clear(&comparison->sets[OLD]);
	policy_set_clear(&comparison->sets[NEW]);
}

/* --- what there is to compare --------------------------------------------------------------------
 */

static int add_service(struct comparison *comparison, const char *service)
{
	const char **larger;

	for (size_t i = 0; i < comparison->n_services; i++)
		if (strcasecmp(comparison->services[i], service) == 0)
			return 0;
	larger = reallocarray(comparison->services, comparison->n_services + 1, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	comparison->services = larger;
	larger[comparison->n_services] = strdup(service);
	return larger[comparison->n_services++] ? 0 : -ENOMEM;
}

static int add_services(struct comparison *comparison, const struct policy *policy)
{
	struct policy_item item;
	int result = 0;

	for (size_t i = 0; i < policy->n_rules; i++)
		for (const char *rest = policy->rules[i].service;
		     result == 0 && policy_next_item(&rest, &item);)
			if (strcmp(item.text, OTHER_SERVICE) != 0)
				result = add_service(comparison, item.text);
	return result;
}

/* The users are those of the new policy's directory, if it has any, or else this machine's. */
static int load_users(struct comparison *comparison, const struct policy *const *policies)
{
	const struct rootdir *root = &comparison->sets[NEW].root;
	struct error ignored = {0};

	if (root->path[0] && !*root->inside &&
	    accounts_load(root->path, &comparison->accounts, &ignored) == 0 &&
	    comparison->accounts.n_users)
		return userlist_of_accounts(&comparison->accounts, &comparison->list);
	return userlist_load(policies, N_SIDES, &comparison->list);
}

static int load_comparison(struct comparison *comparison, const char *const paths[N_SIDES],
			   struct report *report)
{
	const struct policy *policies[N_SIDES];
	int result = 0, failed;

	for (size_t i = 0; i < N_SIDES; i++) {
		failed = policy_set_load(paths[i], &comparison->sets[i], report);
		result = result < 0 ? result : failed;
		policies[i] = comparison->sets[i].policy;
	}
	if (result < 0)
		return result;
	result = load_users(comparison, policies);
	for (size_t i = 0; result == 0 && i < N_SIDES; i++)
		result = add_services(comparison, policies[i]);
	return result < 0 ? result : add_service(comparison, OTHER_SERVICE);
}

/* --- comparing -----------------------------------------------------------------------------------
 */

static void refuse_side(struct side *side, const struct error *error)
{
	struct error placed = *error;
	char text[ERROR_TEXT_SIZE];

	error_place(&placed, side->outcome.rule->file, side->outcome.rule->line);
	side->outcome.kind = OUTCOME_REFUSED;
	side->outcome.tree[0] = '\0';
	snprintf(side->outcome.why, sizeof(side->outcome.why), "%s", error_text(&placed, text));
	side->file = NULL;
}

/* The session that SUBJECT gets: its options are the caller's to free. */
static int find_side(struct policy_set *set, const struct subject *subject, struct side *side)
{
	struct error error = {0};

	*side = (struct side){0};
	outcome_of_rules(set->policy, subject, &side->outcome);
	side->options = outcome_options(side->outcome.rule);
	if (side->outcome.kind == OUTCOME_TREE &&
	    policy_set_tree(set, side->outcome.tree, subject, &side->file, &error) < 0)
		refuse_side(side, &error);
	return side->options ? 0 : -ENOMEM;
}

/* The rows of SIDE as text in *TEXT, which is the caller's to free: NULL without a tree. */
static void find_rows(const struct subject *subject, struct side *side, char **text)
{
	cleanup(cleanup_tree) struct tree *tree = NULL;
	struct error error = {0};

	*text = NULL;
	if (!side->file)
		return;
	if (tree_parse(side->file, subject, &tree, &error) < 0)
		refuse_side(side, &error);
	else
		*text = tree_text(tree);
}

static bool is_same_string(const char *one, const char *other)
{
	return one && other ? strcmp(one, other) == 0 : one == other;
}

/* Whether the files and what they are built on are the same, so that rows need not be compared. */
static bool has_same_file(const struct side sides[N_SIDES])
{
	const struct tree_file *one = sides[OLD].file, *other = sides[NEW].file;

	for (; one && other; one = one->base, other = other->base)
		if (strcmp(one->name, other->name) != 0 || one->length != other->length ||
		    memcmp(one->text, other->text, one->length) != 0)
			return false;
	return one == other;
}

static bool is_unchanged(const struct change *change)
{
	const struct side *one = &change->sides[OLD], *other = &change->sides[NEW];

	return one->outcome.kind == other->outcome.kind &&
	       strcmp(one->outcome.tree, other->outcome.tree) == 0 &&
	       strcmp(one->options, other->options) == 0 &&
	       is_same_string(change->rows[OLD], change->rows[NEW]);
}

/* Whether CHANGE is told in one with KNOWN: between the same two rules, with rows that differ. */
static bool is_same_change(const struct change *known, const struct change *change)
{
	for (size_t i = 0; i < N_SIDES; i++)
		if (known->sides[i].outcome.rule != change->sides[i].outcome.rule ||
		    known->sides[i].outcome.kind != change->sides[i].outcome.kind)
			return false;
	return is_same_string(known->rows[OLD], known->rows[NEW]) ==
	       is_same_string(change->rows[OLD], change->rows[NEW]);
}

/* CHANGE is COMPARISON's afterwards. Returns where it is, or NULL if memory ran out. */
static struct change *add_policy_change(struct comparison *comparison, struct change *change)
{
	struct change *larger;

	for (size_t i = 0; i < comparison->n_changes; i++)
		if (is_same_change(&comparison->changes[i], change)) {
			clear_change(change);
			return &comparison->changes[i];
		}
	larger = reallocarray(comparison->changes, comparison->n_changes + 1, sizeof(*larger));
	if (!larger || crowd_init(&change->crowd, comparison->n_services) < 0) {
		clear_change(change);
		comparison->changes = larger ? larger : comparison->changes;
		return NULL;
	}
	comparison->changes = larger;
	larger[comparison->n_changes] = *change;
	return &larger[comparison->n_changes++];
}

/* Compares what SUBJECT gets by its service: 1 for a change, 0 or -ENOMEM. */
static int find_change(struct comparison *comparison, const struct subject *subject,
		       struct change *change)
{
	int result = 0;

	*change = (struct change){0};
	for (size_t i = 0; result == 0 && i < N_SIDES; i++)
		result = find_side(&comparison->sets[i], subject, &change->sides[i]);
	for (size_t i = 0; result == 0 && i < N_SIDES && !has_same_file(change->sides); i++)
		find_rows(subject, &change->sides[i], &change->rows[i]);
	if (result == 0 && !is_unchanged(change))
		return 1;
	clear_change(change);
	return result;
}

static int compare_user(struct comparison *comparison, const struct subject *listed)
{
	cleanup(group_list_clear) struct group_list groups = {0};
	struct subject user = *listed;
	bool has_changed = false;
	int result = 0;

	user.groups = &groups;
	user.rhost = (char *)(uintptr_t)comparison->options->from;
	user.tty = (char *)(uintptr_t)comparison->options->tty;
	for (size_t i = 0; result >= 0 && i < comparison->n_services; i++) {
		struct change change, *added;

		user.service = (char *)(uintptr_t)comparison->services[i];
		result = find_change(comparison, &user, &change);
		if (result <= 0)
			continue;
		added = add_policy_change(comparison, &change);
		if (!added)
			return -ENOMEM;
		crowd_count(&added->crowd, listed, i);
		has_changed = true;
	}
	comparison->n_changed_users += has_changed;
	return result < 0 ? result : 0;
}

/* --- telling -------------------------------------------------------------------------------------
 */

/* Whether TEXT, lines, has the LENGTH bytes at LINE as a line. */
static bool has_line(const char *text, const char *line, size_t length)
{
	for (; text && *text; text += strcspn(text, "\n"), text += *text == '\n')
		if (strcspn(text, "\n") == length && memcmp(text, line, length) == 0)
			return true;
	return false;
}

/* Calls TELL with each row of ONE that OTHER does not have. */
static void each_missing(const char *one, const char *other,
			 void (*tell)(void *data, const char *row), void *data)
{
	for (const char *line = one; line && *line;) {
		size_t length = strcspn(line, "\n");
		cleanup(cleanup_free) char *row = strndup(line, length);

		if (row && !has_line(other, line, length))
			tell(data, row);
		line += length + (line[length] == '\n');
	}
}

static void print_row(void *sign, const char *row)
{
	printf("    %s ", (const char *)sign);
	printable_text(stdout, row);
	putchar('\n');
}

static void print_side(const struct side *side)
{
	static const char *const words[] = {[OUTCOME_HOST] = "the host's tree",
					    [OUTCOME_TREE] = "tree ",
					    [OUTCOME_DENIED] = "denied",
					    [OUTCOME_REFUSED] = "refused"};

	fputs(words[side->outcome.kind], stdout);
	printable_text(stdout, side->outcome.tree);
	fputs(" (", stdout);
	printable_text(stdout, side->outcome.why);
	putchar(')');
}

static void print_change(const struct comparison *comparison, const struct change *change,
			 const char *const *names, bool color)
{
	const struct side *sides = change->sides;
	char removed[] = "-", added[] = "+";

	printable_color(stdout, color, PRINTABLE_BOLD);
	print_side(&sides[OLD]);
	fputs(" -> ", stdout);
	print_side(&sides[NEW]);
	printable_color(stdout, color, PRINTABLE_PLAIN);
	putchar('\n');
	crowd_print(&change->crowd, names, comparison->n_services);
	if (strcmp(sides[OLD].options, sides[NEW].options) != 0)
		printf("    options: %s -> %s\n", *sides[OLD].options ? sides[OLD].options : "none",
		       *sides[NEW].options ? sides[NEW].options : "none");
	if (!change->rows[OLD] || !change->rows[NEW])
		return;
	each_missing(change->rows[OLD], change->rows[NEW], print_row, removed);
	each_missing(change->rows[NEW], change->rows[OLD], print_row, added);
}

static void append_row(void *array, const char *row)
{
	json_array_append_new(array, printable_json(row));
}

static json_t *change_json(const struct comparison *comparison, const struct change *change,
			   const char *const *names)
{
	json_t *removed = json_array(), *added = json_array(), *object;

	if (change->rows[OLD] && change->rows[NEW]) {
		each_missing(change->rows[OLD], change->rows[NEW], append_row, removed);
		each_missing(change->rows[NEW], change->rows[OLD], append_row, added);
	}
	object =
		json_pack("{s:o, s:o, s:o, s:o}", "from", outcome_json(&change->sides[OLD].outcome),
			  "to", outcome_json(&change->sides[NEW].outcome), "rows_removed", removed,
			  "rows_added", added);
	json_object_update_new(object, crowd_json(&change->crowd, names, comparison->n_services));
	return object;
}

static int print_comparison_json(const struct comparison *comparison, const char *const paths[],
				 const char *const *names, const struct report *report)
{
	json_t *changes = json_array();
	struct error error = {0};

	for (size_t i = 0; i < comparison->n_changes; i++)
		json_array_append_new(changes,
				      change_json(comparison, &comparison->changes[i], names));
	return printable_print_json(json_pack("{s:o, s:o, s:I, s:I, s:o, s:o}", "old",
					      printable_json(paths[OLD]), "new",
					      printable_json(paths[NEW]), "users",
					      (json_int_t)comparison->list.n_users, "changed_users",
					      (json_int_t)comparison->n_changed_users, "changes",
					      changes, "findings", report_findings_json(report)),
				    stdout, &error);
}

static void print_comparison(const struct comparison *comparison, const char *const *names,
			     bool color)
{
	for (size_t i = 0; i < comparison->n_changes; i++)
		print_change(comparison, &comparison->changes[i], names, color);
	printf("%zu of %zu users: sessions change\n", comparison->n_changed_users,
	       comparison->list.n_users);
}

/* The services' names for a reader, the caller's to free; NULL if memory ran out. */
static const char **reader_names(const struct comparison *comparison)
{
	const char **names = calloc(comparison->n_services + 1, sizeof(*names));

	for (size_t i = 0; names && i < comparison->n_services; i++)
		names[i] = strcmp(comparison->services[i], OTHER_SERVICE) == 0
				   ? OTHER_SERVICES
				   : comparison->services[i];
	return names;
}

int policydiff_print(const struct policydiff_options *options)
{
	cleanup(comparison_clear) struct comparison comparison = {.options = options};
	const char *const paths[N_SIDES] = {options->old, options->new};
	cleanup(cleanup_free) const char **names = NULL;
	struct report *report = report_new();
	int result = report ? load_comparison(&comparison, paths, report) : -ENOMEM;

	for (size_t i = 0; result == 0 && i < comparison.list.n_users; i++)
		result = compare_user(&comparison, &comparison.list.users[i]);
	for (size_t i = 0; result == 0 && i < N_SIDES; i++)
		outcome_note_conditions(comparison.sets[i].policy, NULL, NULL, report);
	names = reader_names(&comparison);
	if (report && result == -ENOMEM)
		report_say(report, SEVERITY_ERROR, CODE_OUT_OF_MEMORY, "", 0, "out of memory");
	if (report && options->json)
		print_comparison_json(&comparison, paths, names, report);
	else if (report && result < 0)
		report_print(report, SEVERITY_ALL, stderr, false);
	else if (names)
		print_comparison(&comparison, names, options->color);
	if (report && result == 0 && !options->json)
		report_print(report, SEVERITY_ALL, stdout, options->color);
	report_free(report);
	if (result < 0)
		return 2;
	return comparison.n_changes ? 1 : 0;
}
