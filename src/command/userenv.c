/* SPDX-License-Identifier: BSD-3-Clause */
#include "userenv.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <linux/close_range.h>
#include <linux/keyctl.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "cleanup.h"

#define DEFAULTS_FILE "/etc/login.defs"
#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"
#define DEFAULT_ROOT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define BLANKS " \t\n"

enum { STATUS_FAILED = 1, STATUS_CANNOT_RUN = 126, STATUS_NOT_FOUND = 127 };

/* The value of NAME in login.defs(5), the caller's to free; NULL where it says nothing. */
static char *read_default(const char *name)
{
	cleanup(cleanup_file) FILE *stream = fopen(DEFAULTS_FILE, "re");
	cleanup(cleanup_free) char *line = NULL;
	char *value = NULL;
	size_t size = 0;

	while (stream && getline(&line, &size, stream) >= 0) {
		char *rest, *key = strtok_r(line, BLANKS, &rest);
		const char *word = key ? strtok_r(NULL, BLANKS, &rest) : NULL;

		if (!word || strcmp(key, name) != 0)
			continue;
		free(value);
		value = strdup(word);
	}
	return value;
}

static char *load_path(bool is_root)
{
	cleanup(cleanup_free) char *value = read_default(is_root ? "ENV_SUPATH" : "ENV_PATH");

	if (!value || !*value)
		return strdup(is_root ? DEFAULT_ROOT_PATH : DEFAULT_PATH);
	return strdup(strncmp(value, "PATH=", 5) == 0 ? value + 5 : value);
}

static bool names_own_group(const struct subject *subject)
{
	cleanup(cleanup_free) char *group = NULL;
	struct error ignored = {0};

	return subject_group_name(subject, &group, &ignored) == 0 &&
	       strcmp(group, subject->user) == 0;
}

/* As pam_umask(8) with usergroups: group permissions as the owner's for a user private group. */
static mode_t load_mask(const struct subject *subject)
{
	cleanup(cleanup_free) char *value = read_default("UMASK");
	cleanup(cleanup_free) char *groups = read_default("USERGROUPS_ENAB");
	mode_t mask = value ? (mode_t)strtoul(value, NULL, 8) & 0777 : 022;

	if (groups && strcmp(groups, "yes") == 0 && subject->uid != 0 && names_own_group(subject))
		mask = (mask & ~070U) | (mask & 0700) >> 3;
	return mask;
}

int userenv_load(struct userenv *env, const struct subject *subject, bool keep_root,
		 struct error *error)
{
	const struct passwd *entry;

	*env = (struct userenv){.subject = subject, .keep_root = keep_root};
	errno = 0;
	entry = keep_root ? getpwuid(0) : getpwnam(subject->user);
	if (!entry)
		return error_set(error, errno ? errno : ENOENT, "cannot look up user '%s': %s",
				 keep_root ? "root" : subject->user,
				 errno ? strerror(errno) : "there is none");
	env->user = strdup(entry->pw_name);
	env->home = strdup(entry->pw_dir);
	env->shell = strdup(*entry->pw_shell ? entry->pw_shell : "/bin/sh");
	env->path = load_path(entry->pw_uid == 0);
	env->mask = keep_root ? 022 : load_mask(subject);
	if (!env->user || !env->home || !env->shell || !env->path)
		return error_no_memory(error);
	return subject_load_groups(subject, error);
}

void userenv_clear(struct userenv *env)
{
	free(env->user);
	free(env->home);
	free(env->shell);
	free(env->path);
}

int userenv_become(const struct subject *subject, struct error *error)
{
	if (setgroups(subject->groups->n_ids, subject->groups->ids) < 0 ||
	    setresgid(subject->gid, subject->gid, subject->gid) < 0 ||
	    setresuid(subject->uid, subject->uid, subject->uid) < 0)
		return error_set(error, errno, "cannot become user '%s': %m", subject->user);
	/* Not root's session keyring. A kernel may be built without keyrings. */
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS)
		return error_set(error, errno, "a session keyring cannot be made: %m");
	return 0;
}

static int set_environment(const struct userenv *env, struct error *error)
{
	const char *terminal = getenv("TERM");
	cleanup(cleanup_free) char *kept = terminal ? strdup(terminal) : NULL;

	if ((terminal && !kept) || clearenv() != 0 || setenv("HOME", env->home, 1) < 0 ||
	    setenv("SHELL", env->shell, 1) < 0 || setenv("USER", env->user, 1) < 0 ||
	    setenv("LOGNAME", env->user, 1) < 0 || setenv("PATH", env->path, 1) < 0 ||
	    (kept && setenv("TERM", kept, 1) < 0))
		return error_no_memory(error);
	return 0;
}

static void restore_default_signals(void)
{
	sigset_t none;

	for (int number = 1; number < _NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* As sshd does: if the home directory is missing, a message is printed and the session goes on in
 * /. */
static void change_to_home(const struct userenv *env)
{
	if (env->keep_root || chdir(env->home) == 0)
		return;
	fprintf(stderr, "nstree: cannot go to the home directory '%s': %s\n", env->home,
		strerror(errno));
}

/* The name of a login shell begins with a dash. */
static void run_shell(const char *shell)
{
	const char *slash = strrchr(shell, '/');
	char name[NAME_MAX + 2];

	snprintf(name, sizeof(name), "-%s", slash ? slash + 1 : shell);
	execl(shell, name, (char *)NULL);
}

int userenv_run(const struct userenv *env, char **command, struct error *error)
{
	int result = env->keep_root ? 0 : userenv_become(env->subject, error);

	if (result == 0)
		result = set_environment(env, error);
	if (result < 0)
		return STATUS_FAILED;
	umask(env->mask);
	change_to_home(env);
	syscall(SYS_close_range, STDERR_FILENO + 1, UINT_MAX, 0);
	/* Ends with the monitor. Set after the ids, because changing these clears it. */
	prctl(PR_SET_PDEATHSIG, SIGHUP);
	restore_default_signals();
	if (command)
		execvp(command[0], command);
	else
		run_shell(env->shell);
	result = error_set(error, errno, "cannot run '%s': %m", command ? command[0] : env->shell);
	return result == -ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
}
