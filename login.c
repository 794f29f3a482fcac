/* SPDX-License-Identifier: BSD-3-Clause */
#include "login.h"

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

/* As pam_umask(8): who has a group of their own shares with it what they do not hide. */
static mode_t load_mask(const struct subject *subject)
{
	cleanup(cleanup_free) char *value = read_default("UMASK");
	cleanup(cleanup_free) char *groups = read_default("USERGROUPS_ENAB");
	mode_t mask = value ? (mode_t)strtoul(value, NULL, 8) & 0777 : 022;

	if (groups && strcmp(groups, "yes") == 0 && subject->uid != 0 && names_own_group(subject))
		mask = (mask & ~070U) | (mask & 0700) >> 3;
	return mask;
}

int login_load(struct login *login, const struct subject *subject, bool keep_root,
	       struct error *error)
{
	const struct passwd *entry;

	*login = (struct login){.subject = subject, .keep_root = keep_root};
	errno = 0;
	entry = keep_root ? getpwuid(0) : getpwnam(subject->user);
	if (!entry)
		return error_say(error, errno ? errno : ENOENT, "cannot look up user '%s': %s",
				 keep_root ? "root" : subject->user,
				 errno ? strerror(errno) : "there is none");
	login->user = strdup(entry->pw_name);
	login->home = strdup(entry->pw_dir);
	login->shell = strdup(*entry->pw_shell ? entry->pw_shell : "/bin/sh");
	login->path = load_path(entry->pw_uid == 0);
	login->mask = keep_root ? 022 : load_mask(subject);
	if (!login->user || !login->home || !login->shell || !login->path)
		return error_say(error, ENOMEM, "out of memory");
	return subject_load_groups(subject, error);
}

void login_clear(struct login *login)
{
	free(login->user);
	free(login->home);
	free(login->shell);
	free(login->path);
}

static int become(const struct subject *subject, struct error *error)
{
	if (setgroups(subject->groups->n_ids, subject->groups->ids) < 0 ||
	    setresgid(subject->gid, subject->gid, subject->gid) < 0 ||
	    setresuid(subject->uid, subject->uid, subject->uid) < 0)
		return error_say(error, errno, "cannot become user '%s': %m", subject->user);
	/* Root's session keyring is not the user's; a kernel may have no keyrings at all. */
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS)
		return error_say(error, errno, "a session keyring cannot be made: %m");
	return 0;
}

static int set_environment(const struct login *login, struct error *error)
{
	const char *terminal = getenv("TERM");
	cleanup(cleanup_free) char *kept = terminal ? strdup(terminal) : NULL;

	if ((terminal && !kept) || clearenv() != 0 || setenv("HOME", login->home, 1) < 0 ||
	    setenv("SHELL", login->shell, 1) < 0 || setenv("USER", login->user, 1) < 0 ||
	    setenv("LOGNAME", login->user, 1) < 0 || setenv("PATH", login->path, 1) < 0 ||
	    (kept && setenv("TERM", kept, 1) < 0))
		return error_say(error, ENOMEM, "out of memory");
	return 0;
}

static void reset_signals(void)
{
	sigset_t none;

	for (int number = 1; number < _NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* As sshd does: a home that is not there is said, and the session goes on at the root. */
static void go_home(const struct login *login)
{
	if (login->keep_root || chdir(login->home) == 0)
		return;
	fprintf(stderr, "nstree: cannot go to the home directory '%s': %s\n", login->home,
		strerror(errno));
}

/* A login shell knows itself by the dash. */
static void run_shell(const char *shell)
{
	const char *slash = strrchr(shell, '/');
	char name[NAME_MAX + 2];

	snprintf(name, sizeof(name), "-%s", slash ? slash + 1 : shell);
	execl(shell, name, (char *)NULL);
}

int login_run(const struct login *login, char **command, struct error *error)
{
	int result = login->keep_root ? 0 : become(login->subject, error);

	if (result == 0)
		result = set_environment(login, error);
	if (result < 0)
		return STATUS_FAILED;
	umask(login->mask);
	go_home(login);
	syscall(SYS_close_range, STDERR_FILENO + 1, UINT_MAX, 0);
	/* With the monitor, however that ends; after the ids, whose change would take it back. */
	prctl(PR_SET_PDEATHSIG, SIGHUP);
	reset_signals();
	if (command)
		execvp(command[0], command);
	else
		run_shell(login->shell);
	result =
		error_say(error, errno, "cannot run '%s': %m", command ? command[0] : login->shell);
	return result == -ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
}
