/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "cleanup.h"
#include "inspect_places.h"
#include "inspect_programs.h"
#include "inspection.h"
#include "namespace.h"
#include "session_rows.h"
#include "tree.h"

#define PLACES_SECONDS 30
#define SESSION_SECONDS 120

struct trial {
	const struct rule *rule;
	const struct subject *subject;
	struct tree *tree;
	struct userenv env;
	struct isolation *isolation;
	struct inspection inspection;
	int proc; /* the host's /proc */
	bool inspected;
};

static int try_unshare(void *unused)
{
	(void)unused;
	return unshare(CLONE_NEWNS) < 0 ? -errno : 0;
}

bool trial_is_of_use(const struct tree *tree, const struct report *report)
{
	for (size_t i = 0; i < tree->n_files; i++)
		if (report_has_error(report, tree->files[i]))
			return false;
	return !tree->faulty;
}

bool trial_is_possible(struct report *report)
{
	int result = geteuid() == 0 ? child_call(try_unshare, NULL, false, PLACES_SECONDS) : 0;

	if (geteuid() == 0 && access("/proc/self/fd", F_OK) < 0) {
		report_say(report, SEVERITY_ERROR, CODE_NOT_TRIED, "", 0,
			   "/proc is not mounted here, and the trees were not tried: run this on "
			   "the host, or mount it ('mount -t proc proc /proc')");
		return false;
	}
	/* At the limit of namespaces a session is refused, and the trial says so in its words. */
	if (geteuid() == 0 && (result == 0 || result == -ENOSPC))
		return true;
	if (geteuid() != 0)
		report_say(report, SEVERITY_NOTE, CODE_NOT_TRIED, "", 0,
			   "the trees were not tried, which needs root: nstree check as root "
			   "builds each, and looks at it from inside as one of its users");
	else
		report_say(report, SEVERITY_NOTE, CODE_NOT_TRIED, "", 0,
			   "the trees were not tried: this process may not mount (%s), as in a "
			   "container; run nstree check on the host",
			   strerror(-result));
	return false;
}

/* --- inside --------------------------------------------------------------------------------------
 */

static int run_places(void *data)
{
	const struct inspection *inspection = data;
	struct error error = {0};
	int result = userenv_become(inspection->subject, &error);

	/* Names may be looked up here, and that loads what the tree has for it. */
	syscall(SYS_close_range, STDERR_FILENO + 1, UINT_MAX, 0);
	if (result == 0)
		inspect_places(inspection);
	return result;
}

static int run_places_on_host(void *data)
{
	const struct inspection *inspection = data;
	struct error error = {0};
	int result = userenv_become(inspection->subject, &error);

	if (result == 0)
		inspect_places_on_host(inspection);
	return result;
}

/* The next child of the calling process, as the host's /proc lists them; 0 for none. */
static pid_t next_child(int proc)
{
	cleanup(cleanup_fd) int fd = -1;
	char text[64];
	ssize_t length;

	snprintf(text, sizeof(text), "self/task/%d/children", (int)getpid());
	fd = openat(proc, text, O_RDONLY | O_CLOEXEC);
	length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (length <= 0)
		return 0;
	text[length] = '\0';
	return atoi(text);
}

/* Of the user's processes, what outlived the one that started it became this one's child. */
static void kill_children(int proc)
{
	pid_t child;

	while ((child = next_child(proc)) > 0) {
		kill(child, SIGKILL);
		if (waitpid(child, NULL, __WALL) < 0)
			return;
	}
}

/* In a child process of the one that is in the tree: the isolation cannot be left again. */
static int inspect_inside(void *data)
{
	struct trial *trial = data;
	struct inspection *inspection = &trial->inspection;
	struct error error = {0};
	int result;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	result = isolation_enter(trial->isolation, &error);
	if (result < 0) {
		inspection_say(inspection, SEVERITY_ERROR, CODE_TREE_UNUSABLE, "%s", error.words);
		return 0;
	}
	inspect_programs(inspection);
	result = child_call(run_places, inspection, false, PLACES_SECONDS);
	if (result < 0)
		inspection_say(inspection, SEVERITY_WARNING, CODE_NOT_TRIED,
			       "not all of the tree could be looked at as %s: %s",
			       trial->subject->user, strerror(-result));
	kill_children(trial->proc);
	return 0;
}

/* The hook of namespace_enter(): the process is in the tree. Its failure takes everything back. */
static int inspect_tree(void *data, struct isolation *isolation, struct error *error)
{
	struct trial *trial = data;
	int result;

	trial->isolation = isolation;
	/* Where inspect_inside() is killed at its time limit, what it started is left to this one.
	 */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	result = child_call(inspect_inside, trial, false, SESSION_SECONDS);
	kill_children(trial->proc);
	trial->inspected = true;
	if (result < 0)
		inspection_say(&trial->inspection, SEVERITY_WARNING, CODE_NOT_TRIED,
			       "the tree could not be looked at from inside: %s",
			       strerror(-result));
	return error_set(error, ECANCELED, "a trial");
}

static int accept_namespace(void *data, const struct mntns *mntns, int namespace,
			    struct error *error)
{
	(void)data;
	(void)mntns;
	(void)namespace;
	(void)error;
	return 0;
}

/* --- building ------------------------------------------------------------------------------------
 */

static enum inspection_purpose find_purpose(const struct trial *trial)
{
	const char *shell = strrchr(trial->env.shell, '/');

	if (sshd_settings_is_internal(trial->inspection.sshd.forced_command))
		return PURPOSE_SFTP;
	return shell && strcmp(shell, "/git-shell") == 0 ? PURPOSE_GIT : PURPOSE_SHELL;
}

/* A login does not ask for all groups of the user: the tree is tried with those that are known. */
static int load_user(struct trial *trial, struct error *error)
{
	int result = userenv_load(&trial->env, trial->subject, false, error);

	if (result == 0 || error->code != CODE_NAME_SERVICE || !trial->subject->groups->ids)
		return result;
	inspection_say(&trial->inspection, SEVERITY_WARNING, CODE_NAME_SERVICE,
		       "%.600s; the tree was tried without the missing groups: start the source's "
		       "daemon, or take it out of nsswitch.conf(5)",
		       error->words);
	*error = (struct error){0};
	return 0;
}

/* A tmpfs in place of each directory whose name only a login knows (%{NAME}). */
static int stand_in_rows(struct tree *tree, struct error *error)
{
	for (size_t i = 0; i < tree->n_rows; i++) {
		struct row *row = &tree->rows[i];

		if (row->kind != ROW_BIND || !row->variable_source || row->create_source)
			continue;
		free(row->source);
		row->source = strdup("tmpfs");
		row->type = strdup("tmpfs");
		row->kind = ROW_FILESYSTEM;
		if (!row->source || !row->type)
			return error_no_memory(error);
		row->slave = row->recursive = false;
		free(steal_pointer(&row->mounted));
		free(steal_pointer(&row->subdirectory));
		if (row_add_option(row, "mode", i == 0 ? "0755" : "1777", error) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int load_trial(struct trial *trial, struct error *error)
{
	cleanup(cleanup_tree_file) struct tree_file *file = NULL;
	int result = tree_file_load(trial->rule->tree, trial->subject, &file, error);

	if (result == 0)
		result = tree_parse(file, trial->subject, &trial->tree, error);
	if (result == 0)
		result = stand_in_rows(trial->tree, error);
	if (result == 0)
		result =
			session_rows_add(trial->tree, trial->subject, &trial->rule->network, error);
	if (result == 0)
		result = load_user(trial, error);
	if (result < 0)
		return result;
	if (strcmp(trial->subject->service, "sshd") == 0)
		sshd_settings_load(trial->subject->user, &trial->inspection.sshd);
	trial->inspection.purpose = find_purpose(trial);
	child_call(run_places_on_host, &trial->inspection, false, PLACES_SECONDS);
	return 0;
}

/* As the session's own does: only the default isolation may be dropped. */
static int prepare_trial_isolation(const struct trial *trial, struct isolation **isolation,
				   struct error *error)
{
	const struct rule *rule = trial->rule;
	int result = isolation_prepare(rule->isolate, &rule->network, NULL, isolation, error);

	if (result != -EOPNOTSUPP || rule->isolate_said)
		return result;
	*error = (struct error){0};
	return isolation_prepare(0, &rule->network, NULL, isolation, error);
}

static int build_and_inspect(struct trial *trial, struct error *error)
{
	const struct mntns_hook hook = {
		.created = accept_namespace, .data = trial, .inspect = inspect_tree};
	struct isolation *isolation = NULL;
	struct mntns *mntns = NULL;
	struct error ignored = {0};
	int result = load_trial(trial, error);

	/* check_kernel_rule() reports an isolation that this kernel does not have. */
	if (result == 0 && prepare_trial_isolation(trial, &isolation, error) < 0)
		return 0;
	if (result == 0)
		result = namespace_enter(trial->tree, trial->subject, METHOD_AUTO, isolation, &hook,
					 &mntns, error);
	isolation_leave(isolation, &ignored);
	return trial->inspected ? 0 : result;
}

/* Nobody's terminal, for the user's programs; and a signal of the terminal must not end this
 * process before it has taken everything back. */
static void leave_terminal(void)
{
	cleanup(cleanup_fd) int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
}

/* The user's process may have written any number. */
static unsigned count_findings(const struct inspection_findings *findings)
{
	return findings->n < INSPECTION_FINDINGS_MAX ? findings->n : INSPECTION_FINDINGS_MAX;
}

/* The builder's process. Findings without a place are about the tree's file. */
static _Noreturn void run_builder(struct trial *trial)
{
	struct inspection_findings *findings = trial->inspection.findings;
	struct error error = {0};

	leave_terminal();
	trial->proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (build_and_inspect(trial, &error) < 0) {
		inspection_say(&trial->inspection, SEVERITY_ERROR,
			       error.code ? error.code : CODE_TREE_UNUSABLE, "%s", error.words);
		error_place(&findings->items[count_findings(findings) - 1].error, error.file,
			    error.line);
	}
	for (unsigned i = 0; trial->tree && i < count_findings(findings); i++)
		error_place(&findings->items[i].error, trial->tree->file, 0);
	_exit(EXIT_SUCCESS);
}

/* What the user's process may have written is shown as text, and no more of it than there is room
 * for. */
static void report_findings(const struct trial *trial, struct report *report)
{
	const struct inspection_findings *findings = trial->inspection.findings;

	for (unsigned i = 0; i < count_findings(findings); i++) {
		enum severity severity = findings->items[i].severity;
		struct error error = findings->items[i].error;

		error.words[sizeof(error.words) - 1] = '\0';
		error.file[sizeof(error.file) - 1] = '\0';
		if ((unsigned)error.code >= CODES)
			error.code = CODE_NONE;
		error_place(&error, trial->rule->file, trial->rule->line);
		report_add(report, severity <= SEVERITY_NOTE ? severity : SEVERITY_ERROR,
			   CODE_TREE_UNUSABLE, &error);
	}
}

static void unshare_memory(const struct inspection *inspection)
{
	munmap(inspection->host, sizeof(*inspection->host));
	munmap(inspection->findings, sizeof(*inspection->findings));
}

void trial_run(const struct rule *rule, const struct subject *subject, struct report *report)
{
	struct trial trial = {.rule = rule, .subject = subject};
	struct inspection *inspection = &trial.inspection;
	int status = 0;
	pid_t builder;

	*inspection = (struct inspection){
		.subject = subject,
		.env = &trial.env,
		.network = &rule->network,
		.host = inspection_share(sizeof(struct inspection_host)),
		.findings = inspection_share(sizeof(struct inspection_findings)),
	};
	if (!inspection->host || !inspection->findings)
		return;
	builder = fork();
	if (builder == 0)
		run_builder(&trial);
	while (builder > 0 && waitpid(builder, &status, 0) < 0 && errno == EINTR)
		;
	if (builder < 0 || status != 0)
		report_say(report, SEVERITY_WARNING, CODE_NOT_TRIED, rule->file, rule->line,
			   "the tree could not be tried: the process that tries it %s",
			   builder < 0 ? "cannot be made" : "was ended");
	report_findings(&trial, report);
	unshare_memory(inspection);
}
