/* SPDX-License-Identifier: BSD-3-Clause */
#include "nearest.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "listing.h"
#include "policy_item.h"
#include "rule.h"
#include "treefile.h"

#define LENGTH_MAX 64 /* longer names are not compared */

static size_t min3(size_t one, size_t two, size_t three)
{
	size_t least = one < two ? one : two;

	return least < three ? least : three;
}

/* The optimal string alignment distance: changes of one letter, and neighbours that changed places.
 */
static size_t distance_between(const char *one, const char *other)
{
	size_t rows[3][LENGTH_MAX + 1], length = strlen(other);
	size_t *before = rows[0], *last = rows[1], *row = rows[2];

	for (size_t j = 0; j <= length; j++)
		last[j] = j;
	for (size_t i = 1; i <= strlen(one); i++) {
		size_t *spare = before;

		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			row[j] = min3(last[j] + 1, row[j - 1] + 1,
				      last[j - 1] + (one[i - 1] != other[j - 1]));
			if (i > 1 && j > 1 && one[i - 1] == other[j - 2] &&
			    one[i - 2] == other[j - 1] && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		before = last;
		last = row;
		row = spare;
	}
	return last[length];
}

void nearest_begin(struct nearest *nearest, const char *wrong)
{
	*nearest = (struct nearest){.wrong = wrong, .distance = (strlen(wrong) + 2) / 3 + 1};
}

void nearest_consider(struct nearest *nearest, const char *name)
{
	size_t distance;

	if (strlen(name) > LENGTH_MAX || strlen(nearest->wrong) > LENGTH_MAX ||
	    strcmp(name, nearest->wrong) == 0)
		return;
	distance =
		strcasecmp(name, nearest->wrong) == 0 ? 0 : distance_between(nearest->wrong, name);
	if (distance >= nearest->distance || distance >= strlen(name))
		return;
	nearest->distance = distance;
	snprintf(nearest->best, sizeof(nearest->best), "%s", name);
}

void nearest_consider_users(struct nearest *nearest)
{
	const struct passwd *entry;

	for (entry = listing_first_user(); entry; entry = listing_next_user())
		nearest_consider(nearest, entry->pw_name);
}

void nearest_consider_groups(struct nearest *nearest)
{
	const struct group *entry;

	for (entry = listing_first_group(); entry; entry = listing_next_group())
		nearest_consider(nearest, entry->gr_name);
}

void nearest_consider_files(struct nearest *nearest, const char *directory, const char *suffix)
{
	cleanup(cleanup_directory) DIR *stream = opendir(directory);
	size_t end = strlen(suffix);
	const struct dirent *entry;

	while (stream && (entry = readdir(stream))) {
		size_t length = strlen(entry->d_name);
		cleanup(cleanup_free) char *name = NULL;

		if (entry->d_name[0] == '.' || length <= end ||
		    strcmp(entry->d_name + length - end, suffix) != 0)
			continue;
		name = strndup(entry->d_name, length - end);
		if (name)
			nearest_consider(nearest, name);
	}
}

const char *nearest_text(const struct nearest *nearest, char text[NEAREST_TEXT_SIZE])
{
	text[0] = '\0';
	if (nearest->best[0])
		snprintf(text, NEAREST_TEXT_SIZE, "; did you mean '%s'?", nearest->best);
	return text;
}

void nearest_add_tree_of(struct error *error, const char *const *directories)
{
	char suggestion[NEAREST_TEXT_SIZE], name[POLICY_ITEM_SIZE];
	size_t length = strlen(error->words);
	struct nearest nearest;
	bool is_host;

	if (error->number != ENOENT || sscanf(error->words, "no tree '%255[^']'", name) != 1)
		return;
	nearest_begin(&nearest, name);
	for (; *directories; directories++)
		nearest_consider_files(&nearest, *directories, ".fstab");
	/* (A place is that of a tree which has no base.) */
	if (!error->line)
		nearest_consider(&nearest, RULE_TREE_DENY);
	is_host = !error->line && (strcmp(name, "none") == 0 || strcmp(name, "host") == 0);
	snprintf(error->words + length, sizeof(error->words) - length, "%s",
		 is_host ? "; for the host's own tree write -"
			 : nearest_text(&nearest, suggestion));
}

void nearest_add_tree(struct error *error)
{
	static const char *const directories[] = {TREE_DIRECTORY, TREE_DIRECTORY_SHIPPED, NULL};

	nearest_add_tree_of(error, directories);
}

bool nearest_means_all(const char *name)
{
	static const char *const words[] = {"all", "any", "everyone", "everybody", "default"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcasecmp(name, words[i]) == 0)
			return true;
	return false;
}
