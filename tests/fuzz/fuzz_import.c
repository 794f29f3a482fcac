/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * nstree import: whatever a file of another program has, what is written is a policy, and lines of
 * trees with the right number of fields; what was read ends no comment.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "import.h"
#include "import_bwrap.h"
#include "lib.h"
#include "lines.h"
#include "policy.h"
#include "report.h"

/* The first byte of an input says which it is. */
static const char *const names[] = {"sshd_config", "sandbox",	 "namespace.conf",
				    "x.profile",   "jk_lsh.ini", "jail/etc/passwd"};
#define SANDBOX 1
#define JAIL 5

static char directory[] = "/dev/shm/nstree-import-XXXXXX";

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static void remove_all(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r '%s'", directory);
	claim(system(command) == 0);
}

static void make_directories(void)
{
	static bool made;

	if (made)
		return;
	claim(mkdtemp(directory));
	claim(mkdir(path_of("jail"), 0755) == 0 && mkdir(path_of("jail/etc"), 0755) == 0);
	atexit(remove_all);
	made = true;
}

static unsigned count_fields(const char *line)
{
	unsigned n = 0;

	for (; *line; line += strcspn(line, FUZZ_BLANKS))
		n += *(line += strspn(line, FUZZ_BLANKS)) != '\0';
	return n;
}

/* That the file NAME, if there is one, has comments and rows with MIN to MAX fields. */
static void claim_rows(const char *name, unsigned min, unsigned max)
{
	FILE *stream = fopen(path_of(name), "re");
	char *line cleanup(cleanup_free) = NULL;
	size_t size = 0;

	if (!stream)
		return;
	while (getline(&line, &size, stream) > 0) {
		unsigned fields;

		line[strcspn(line, "\n")] = '\0';
		fields = count_fields(line);
		for (const char *at = line; *at; at++)
			claim(((unsigned char)*at >= ' ' && *at != 0x7f) || *at == '\t');
		claim(*line != ' ');
		claim(!fields || *line == '#' || (fields >= min && fields <= max));
		claim(*line == '#' || !lines_false_blank(line));
	}
	fclose(stream);
}

/* That the policy, if there is one, can be read. */
static void claim_policy(void)
{
	FILE *stream = fopen(path_of("out/nstree.conf"), "re");
	struct policy *policy = NULL;
	struct error error = {0};

	if (!stream)
		return;
	claim(policy_read(stream, "nstree.conf", &policy, &error) == 0);
	policy_free(policy);
	fclose(stream);
}

/* Every file that can be there, and takes it away. */
static void claim_output(void)
{
	static const char *const trees[] = {"sshd",	"bwrap", "namespace",
					    "firejail", "lsh",	 "jail"};
	char name[64];

	claim_rows("out/nstree.conf", 3, 5);
	claim_policy();
	unlink(path_of("out/nstree.conf"));
	unlink(path_of("out/nstree.d/hidden"));
	for (size_t i = 0; i < COUNT(trees); i++)
		for (unsigned number = 1;; number++) {
			snprintf(name, sizeof(name),
				 number == 1 ? "out/nstree.d/%s.fstab" : "out/nstree.d/%s-%u.fstab",
				 trees[i], number);
			if (access(path_of(name), F_OK) < 0)
				break;
			claim_rows(name, 3, 4);
			unlink(path_of(name));
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char output[64], input[256];
	struct report *report;
	struct error error = {0};
	unsigned kind;
	FILE *stream;

	if (!size)
		return 0;
	make_directories();
	kind = data[0] % COUNT(names);
	snprintf(output, sizeof(output), "%s/out", directory);
	snprintf(input, sizeof(input), "%s/%s", directory, names[kind]);
	stream = fopen(input, "we");
	claim(stream);
	claim(fwrite(data + 1, 1, size - 1, stream) == size - 1);
	claim(fclose(stream) == 0);
	if (kind == JAIL)
		snprintf(input, sizeof(input), "%s/jail", directory);
	report = report_new();
	claim(report);
	if (kind == SANDBOX)
		import_bwrap(input, NULL, output, report, &error);
	else
		import_policy(input, output, report, &error);
	report_free(report);
	claim_output();
	return 0;
}
