/* SPDX-License-Identifier: BSD-3-Clause */
#include "import_sandbox.h"

#include <errno.h>
#include <string.h>

FILE *import_sandbox_add(struct import_output *output, const char *tree)
{
	char *name;

	if (asprintf(&name, tree ? "nstree.d/%s.fstab" : "nstree.conf", tree) < 0)
		name = NULL;
	return import_output_add(output, name);
}

void import_sandbox_begin(const struct import_text *text)
{
	fprintf(text->stream,
		"# Sessions that see what the sandbox of %s sees (nstree import).\n"
		"#\n"
		"# A sandbox is for a program, and has no users: write in place of WHO who is to "
		"get\n"
		"# it, take the '#' off, and look at the tree with 'nstree check'.\n"
		"#\n",
		text->file);
}

void import_sandbox_remark(const struct import_text *text, unsigned line, const char *words)
{
	if (line)
		fprintf(text->stream, "# Line %u: %s\n", line, words);
	else
		fprintf(text->stream, "# %s\n", words);
}

void import_sandbox_end(const struct import_text *text, const struct import_sandbox *sandbox)
{
	char isolate[64] = "";

	snprintf(isolate, sizeof(isolate), "%s%s%s%s", sandbox->nnp ? "+nnp" : "",
		 sandbox->ipc ? "+ipc" : "", sandbox->userns ? "+userns" : "",
		 sandbox->pid ? "+pid" : "");
	fprintf(text->stream,
		"#\n# who                    service tree           options\n"
		"root                     *       -\n"
		"#WHO                     *       %-14s isolate=%s%s%s\n"
		"*                        *       -\n",
		sandbox->tree, *isolate ? isolate + 1 : "ptrace", sandbox->network ? " net=" : "",
		sandbox->network ? sandbox->network : "");
}

int import_sandbox_add_hidden(struct import_output *output)
{
	FILE *stream = import_output_add(output, strdup(IMPORT_SANDBOX_HIDDEN));

	if (!stream)
		return -ENOMEM;
	fputs("# In the place of a file that a tree hides (nstree import).\n", stream);
	return fclose(stream) == 0 ? 0 : -ENOMEM;
}
