/* SPDX-License-Identifier: BSD-3-Clause */
#include "import_firejail.h"

#include <errno.h>
#include <string.h>

#include "cleanup.h"
#include "firejailprofile.h"
#include "firejailtree.h"
#include "import_firejail_tree.h"
#include "import_output.h"
#include "import_sandbox.h"
#include "names.h"

#define TREE_NAME "firejail"

#define DBUS "no bus is filtered: isolate=socket keeps a session from all sockets outside"
#define FILTER "no filter of the site's is loaded; isolate= has filters of its own"
#define ENVIRONMENT "set up the environment with pam_env(8)"
#define LIMITS "set limits with pam_limits(8)"
#define NETWORK "make a network namespace with ip-netns(8), and name it in net="
#define SKELETON "a session makes nothing in the home: have /etc/skel or the site make it"
#define OUTPUT "not needed: it is about firejail itself"

struct firejail_import {
	struct import_text text;
	struct firejail_profile profile;
	struct import_output output;
};

enum isolation {
	ISOLATION_NOTE,	  /* has no equivalent */
	ISOLATION_REMARK, /* needs none */
	ISOLATION_NNP,
	ISOLATION_IPC,
	ISOLATION_USERNS,
	ISOLATION_NETWORK,
	ISOLATION_NETNS,
};

/* Commands that are not about files; a name that ends with a dot is the beginning of one. */
static const struct {
	const char *name;
	enum isolation kind;
	const char *words;
} known[] = {
	{"?", ISOLATION_NOTE,
	 "what it depends on is not known: write the line without it, or none"},
	{"allow-debuggers", ISOLATION_REMARK, "not needed: a session traces its own processes"},
	{"apparmor", ISOLATION_NOTE, "pam_apparmor(8) chooses the profile of a session"},
	{"apparmor-replace", ISOLATION_NOTE, "pam_apparmor(8) chooses the profile of a session"},
	{"caps", ISOLATION_NNP, "isolate=nnp: no program gives capabilities"},
	{"caps.drop", ISOLATION_NNP, "isolate=nnp: no program gives capabilities"},
	{"caps.keep", ISOLATION_NOTE, "no rule gives a session capabilities"},
	{"cgroup", ISOLATION_NOTE, "pam_systemd(8) chooses the control group of a session"},
	{"cpu", ISOLATION_NOTE, "use systemd's user-.slice (AllowedCPUs=)"},
	{"dbus-system.", ISOLATION_NOTE, DBUS},
	{"dbus-user.", ISOLATION_NOTE, DBUS},
	{"defaultgw", ISOLATION_NOTE, NETWORK},
	{"deterministic-exit-code", ISOLATION_REMARK, OUTPUT},
	{"deterministic-shutdown", ISOLATION_REMARK, OUTPUT},
	{"dns", ISOLATION_NOTE, "bind a resolv.conf(5) on /etc/resolv.conf"},
	{"env", ISOLATION_NOTE, ENVIRONMENT},
	{"hostname", ISOLATION_NOTE, "a session has the host's name"},
	{"hosts-file", ISOLATION_NOTE, "bind the file on /etc/hosts"},
	{"ip", ISOLATION_NOTE, NETWORK},
	{"ip6", ISOLATION_NOTE, NETWORK},
	{"ipc-namespace", ISOLATION_IPC, NULL},
	{"iprange", ISOLATION_NOTE, NETWORK},
	{"join-or-start", ISOLATION_NOTE, "share=user lets a user's sessions share a tree"},
	{"keep-config-pulse", ISOLATION_REMARK, OUTPUT},
	{"keep-fd", ISOLATION_REMARK, OUTPUT},
	{"mac", ISOLATION_NOTE, NETWORK},
	{"machine-id", ISOLATION_NOTE, "bind a file on /etc/machine-id"},
	{"memory-deny-write-execute", ISOLATION_NOTE, FILTER},
	{"mkdir", ISOLATION_NOTE, SKELETON},
	{"mkfile", ISOLATION_NOTE, SKELETON},
	{"mtu", ISOLATION_NOTE, NETWORK},
	{"name", ISOLATION_REMARK, OUTPUT},
	{"net", ISOLATION_NETWORK, NETWORK},
	{"netfilter", ISOLATION_NOTE, "a network namespace of ip-netns(8) can have such rules"},
	{"netlock", ISOLATION_NOTE, NETWORK},
	{"netmask", ISOLATION_NOTE, NETWORK},
	{"netns", ISOLATION_NETNS, NULL},
	{"nice", ISOLATION_NOTE, LIMITS},
	{"noautopulse", ISOLATION_REMARK, OUTPUT},
	{"nogroups", ISOLATION_NOTE, "a session has the groups of its user"},
	{"nonewprivs", ISOLATION_NNP, NULL},
	{"noroot", ISOLATION_NNP, "isolate=nnp: nobody becomes root"},
	{"private-cwd", ISOLATION_NOTE, "a session begins in the home directory"},
	{"protocol", ISOLATION_NOTE, "net=, tcp= and udp= say what network a session has"},
	{"quiet", ISOLATION_REMARK, OUTPUT},
	{"restrict-namespaces", ISOLATION_USERNS,
	 "isolate=userns is about user namespaces, without which a user makes no others"},
	{"rlimit-", ISOLATION_NOTE, LIMITS},
	{"rmenv", ISOLATION_NOTE, ENVIRONMENT},
	{"seccomp", ISOLATION_NOTE, FILTER},
	{"seccomp-error-action", ISOLATION_NOTE, FILTER},
	{"seccomp.", ISOLATION_NOTE, FILTER},
	{"shell", ISOLATION_NOTE, "a session runs the user's login shell"},
	{"timeout", ISOLATION_NOTE, "use systemd's user-.slice (RuntimeMaxSec=), or TMOUT"},
	{"tracelog", ISOLATION_REMARK, OUTPUT},
	{"veth-name", ISOLATION_NOTE, NETWORK},
	{"xephyr-screen", ISOLATION_NOTE, "no X server is started for a session"},
};

static void cleanup_firejail_import(struct firejail_import *import)
{
	import_output_clear(&import->output);
	firejailprofile_clear(&import->profile);
}

/* The place of COMMAND in `known`; its length where it is not there. */
static size_t find_known(const struct firejail_command *command)
{
	size_t i = 0, n = sizeof(known) / sizeof(*known);

	for (; i < n; i++) {
		size_t length = strlen(known[i].name);
		bool begins = strchr("?.-", known[i].name[length - 1]);

		if (begins ? strncmp(command->name, known[i].name, length) == 0
			   : strcmp(command->name, known[i].name) == 0)
			break;
	}
	return i;
}

/* Whether isolate=userns is what COMMAND says, as far as it can be said. */
static bool restricts_users(const struct firejail_command *command)
{
	return !command->value[0] || strstr(command->value, "user");
}

static void print_known(const struct import_text *text, const struct firejail_command *command,
			size_t i, struct import_sandbox *sandbox)
{
	switch (known[i].kind) {
	case ISOLATION_NNP:
		sandbox->nnp = true;
		if (strcmp(command->name, "caps.drop") == 0 && strcmp(command->value, "all") != 0)
			firejailtree_note(text, command, known[i].words);
		else if (known[i].words)
			firejailtree_remark(text, command, known[i].words);
		break;
	case ISOLATION_IPC:
		sandbox->ipc = true;
		break;
	case ISOLATION_USERNS:
		sandbox->userns = sandbox->userns || restricts_users(command);
		if (restricts_users(command))
			firejailtree_remark(text, command, known[i].words);
		else
			firejailtree_note(text, command, known[i].words);
		break;
	case ISOLATION_NETWORK:
		if (strcmp(command->value, "none") == 0)
			sandbox->network = "none";
		else
			firejailtree_note(text, command, known[i].words);
		break;
	case ISOLATION_NETNS:
		sandbox->network = command->value;
		break;
	case ISOLATION_REMARK:
		firejailtree_remark(text, command, known[i].words);
		break;
	default:
		firejailtree_note(text, command, known[i].words);
		break;
	}
}

static void print_firejail_policy(const struct firejail_import *import)
{
	const struct import_text *text = &import->text;
	/* firejail always makes a PID namespace. */
	struct import_sandbox sandbox = {.tree = TREE_NAME, .pid = true};

	import_sandbox_begin(text);
	for (size_t i = 0; i < import->profile.n_items; i++) {
		const struct firejail_command *command = &import->profile.items[i];
		size_t found = find_known(command);

		if (found < sizeof(known) / sizeof(*known))
			print_known(text, command, found, &sandbox);
		else if (!import_firejail_has(command->name))
			firejailtree_note(text, command,
					  "no command of firejail-profile(5) that is known here");
	}
	import_sandbox_end(text, &sandbox);
}

static int make_firejail_files(struct firejail_import *import)
{
	int result;

	import->text.stream = import_sandbox_add(&import->output, NULL);
	if (!import->text.stream)
		return -ENOMEM;
	print_firejail_policy(import);
	if (fclose(import->text.stream) != 0 ||
	    !(import->text.stream = import_sandbox_add(&import->output, TREE_NAME)))
		return -ENOMEM;
	result = import_firejail_tree(&import->text, &import->profile);
	if (fclose(import->text.stream) != 0 || result < 0)
		return -ENOMEM;
	return result > 0 ? import_sandbox_add_hidden(&import->output) : 0;
}

bool import_firejail_is(const char *file)
{
	static const char *const suffixes[] = {".profile", ".inc", ".local"};
	const char *suffix = strrchr(name_last(file), '.');

	for (size_t i = 0; suffix && i < sizeof(suffixes) / sizeof(*suffixes); i++)
		if (strcmp(suffix, suffixes[i]) == 0)
			return true;
	return false;
}

int import_firejail(const char *file, const char *directory, struct report *report,
		    struct error *error)
{
	cleanup(cleanup_firejail_import) struct firejail_import import = {
		.text = {file, report, NULL}};
	int result = firejailprofile_read(file, report, &import.profile, error);

	if (result < 0)
		return result;
	if (make_firejail_files(&import) < 0)
		return error_no_memory(error);
	return import_output_write(&import.output, directory, error);
}
