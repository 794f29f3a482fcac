/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_sshd.h"

#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "lines.h"
#include "textfile.h"

#define CONFIG "/etc/ssh/sshd_config"
#define DEPTH_MAX 16
#define BLANKS " \t=\""

/* The first UsePAM, which is the one that counts (sshd_config(5)). */
struct use_pam {
	char file[PATH_MAX];
	unsigned line; /* 0 while it was not found */
	bool yes;
	bool unreadable; /* a file that may have it could not be read */
};

static void find_in_file(const char *file, struct use_pam *found, unsigned depth);

static void find_in_included(const char *pattern, struct use_pam *found, unsigned depth)
{
	char path[PATH_MAX];
	glob_t files = {0};

	snprintf(path, sizeof(path), "%s%s", *pattern == '/' ? "" : "/etc/ssh/", pattern);
	if (depth < DEPTH_MAX && glob(path, 0, NULL, &files) == 0)
		for (size_t i = 0; i < files.gl_pathc && !found->line; i++)
			find_in_file(files.gl_pathv[i], found, depth + 1);
	globfree(&files);
}

/* Returns false at a Match block, in which UsePAM is not allowed. */
static bool find_in_line(char *line, const char *file, unsigned number, struct use_pam *found,
			 unsigned depth)
{
	char *rest;
	const char *keyword, *value;

	line[strcspn(line, "#")] = '\0';
	keyword = strtok_r(line, BLANKS, &rest);
	value = keyword ? strtok_r(NULL, BLANKS, &rest) : NULL;
	if (!value)
		return true;
	if (strcasecmp(keyword, "Match") == 0)
		return false;
	for (; strcasecmp(keyword, "Include") == 0 && value; value = strtok_r(NULL, BLANKS, &rest))
		find_in_included(value, found, depth);
	if (!found->line && value && strcasecmp(keyword, "UsePAM") == 0) {
		snprintf(found->file, sizeof(found->file), "%s", file);
		found->line = number;
		found->yes = strcasecmp(value, "yes") == 0;
	}
	return true;
}

static void find_in_file(const char *file, struct use_pam *found, unsigned depth)
{
	cleanup(cleanup_free) char *text = NULL;
	struct error error = {0};
	size_t length = 0;
	int result = textfile_read(file, &text, &length);
	cleanup(lines_clear) struct lines lines = lines_of(text, length);
	char *line;

	found->unreadable = found->unreadable || result < 0;
	while (result == 0 && !found->line && lines_next(&lines, &line, &error) > 0)
		if (!find_in_line(line, file, lines.number, found, depth))
			return;
}

void check_sshd(struct report *report)
{
	struct use_pam found = {0};

	if (access(CONFIG, F_OK) < 0)
		return;
	find_in_file(CONFIG, &found, 0);
	if (found.yes)
		return;
	if (!found.line && found.unreadable) {
		report_say(report, SEVERITY_NOTE, CODE_NOT_CHECKED, CONFIG, 0,
			   "could not be read, to look for UsePAM%s",
			   geteuid() != 0 ? "; run this as root" : "");
		return;
	}
	report_say(report, SEVERITY_ERROR, CODE_SSHD_USEPAM, found.line ? found.file : CONFIG,
		   found.line,
		   "%s: sshd opens no PAM sessions, and who logs in by ssh is in no tree; write "
		   "'UsePAM yes'",
		   found.line ? "'UsePAM' is not yes" : "has no 'UsePAM', whose default is no");
}
