/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_selinux.h"

#include <string.h>
#include <sys/xattr.h>

#include "selinux.h"

#define LABEL_SIZE 256

static const struct {
	const char *path, *type;
} labelled[] = {
	{"/run/nstree", SELINUX_RUNTIME_TYPE},
	{"/var/lib/nstree", "nstree_var_lib_t"},
};

/* Whether LABEL, USER:ROLE:TYPE[:RANGE], has TYPE. */
static bool has_type(const char *label, const char *type)
{
	const char *found = strchr(label, ':');
	size_t length = strlen(type);

	found = found ? strchr(found + 1, ':') : NULL;
	return found && strncmp(found + 1, type, length) == 0 &&
	       (found[length + 1] == '\0' || found[length + 1] == ':');
}

static void check_label(const char *path, const char *type, struct report *report)
{
	char label[LABEL_SIZE] = "";

	/* What does not exist is made with the right one. */
	if (lgetxattr(path, "security.selinux", label, sizeof(label) - 1) < 0 ||
	    has_type(label, type))
		return;
	report_say(report, SEVERITY_WARNING, CODE_SELINUX, path, 0,
		   "is labelled '%s', not as %s, so that SELinux may refuse sessions: run "
		   "restorecon -R %s",
		   label, type, path);
}

void check_selinux(struct report *report)
{
	if (!selinux_in_use())
		return;
	if (selinux_has_type(SELINUX_RUNTIME_TYPE) == 0) {
		report_say(report, selinux_is_enforcing() ? SEVERITY_ERROR : SEVERITY_WARNING,
			   CODE_SELINUX, "", 0,
			   "SELinux is in use without this package's policy module, and refuses "
			   "login programs what a tree needs while it is enforcing: run semodule "
			   "--install /usr/share/selinux/packages/nstree.pp");
		return;
	}
	for (size_t i = 0; i < sizeof(labelled) / sizeof(*labelled); i++)
		check_label(labelled[i].path, labelled[i].type, report);
}
