/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * escape [OPTION]... SERVICE USER COMMAND [ARGUMENT]...: opens a session for USER as sshd does,
 * runs COMMAND in it as that user with nothing but standard input, output and errors, and closes
 * the session. If it is refused, prints "open: refused" and what PAM says. Exits with the command's
 * status, or 125 if there was no session.
 *
 *   -d DIR   take services from DIR, not /etc/pam.d      -r  the command stays root
 *   -D DIR   change to DIR first, and stay there         -l  the command keeps every descriptor
 *   -n       no session: the command is the user's, in whatever namespaces this is; SERVICE is
 * ignored -C DIR   then chroot(2) to DIR, and leave the working directory where it is
 */
#include <err.h>
#include <getopt.h>
#include <grp.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *given[128];

static int converse(int n, const struct pam_message **messages, struct pam_response **responses,
		    void *data)
{
	(void)messages;
	(void)data;
	*responses = calloc((size_t)n, sizeof(**responses));
	return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

static void become(const struct passwd *user)
{
	if (given['r'])
		return;
	if (initgroups(user->pw_name, user->pw_gid) < 0 || setgid(user->pw_gid) < 0 ||
	    setuid(user->pw_uid) < 0)
		err(126, "cannot become %s", user->pw_name);
}

static void set_environment(const struct passwd *user)
{
	char runtime[64];

	snprintf(runtime, sizeof(runtime), "/run/user/%u", (unsigned)user->pw_uid);
	if (clearenv() != 0 || setenv("HOME", user->pw_dir, 1) ||
	    setenv("USER", user->pw_name, 1) || setenv("LOGNAME", user->pw_name, 1) ||
	    setenv("LC_ALL", "C.UTF-8", 1) || setenv("XDG_RUNTIME_DIR", runtime, 1) ||
	    setenv("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", 1))
		err(126, "setenv");
}

__attribute__((noreturn)) static void run(const struct passwd *user, char **command)
{
	set_environment(user);
	become(user);
	if (!given['D'] && chdir(user->pw_dir) < 0 && chdir("/") < 0)
		err(126, "%s", user->pw_dir);
	if (!given['l'])
		closefrom(3);
	execvp(command[0], command);
	err(127, "%s", command[0]);
}

static int run_and_wait(const struct passwd *user, char **command)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		err(125, "fork");
	if (pid == 0)
		run(user, command);
	if (waitpid(pid, &status, 0) < 0)
		err(125, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int run_in_session(const char *service, const struct passwd *user, char **command)
{
	struct pam_conv conversation = {converse, NULL};
	pam_handle_t *pamh;
	int code, status;

	if (pam_start_confdir(service, user->pw_name, &conversation, given['d'], &pamh) !=
	    PAM_SUCCESS)
		errx(125, "pam_start");
	code = pam_open_session(pamh, 0);
	if (code != PAM_SUCCESS) {
		printf("open: refused: %s\n", pam_strerror(pamh, code));
		pam_end(pamh, code);
		return 125;
	}
	status = run_and_wait(user, command);
	code = pam_close_session(pamh, 0);
	if (code != PAM_SUCCESS)
		printf("close: %s\n", pam_strerror(pamh, code));
	pam_end(pamh, code);
	return status;
}

/* getpwnam(3)'s own memory may be overwritten by the modules. */
static struct passwd *find_user(const char *name)
{
	static struct passwd user;
	struct passwd *found = getpwnam(name);

	if (!found)
		errx(125, "no user '%s'", name);
	user = *found;
	user.pw_name = strdup(found->pw_name);
	user.pw_dir = strdup(found->pw_dir);
	if (!user.pw_name || !user.pw_dir)
		err(125, "strdup");
	return &user;
}

int main(int argc, char **argv)
{
	const struct passwd *user;
	int option;

	while ((option = getopt(argc, argv, "+d:D:C:nrl")) != -1) {
		if (option == '?')
			return 125;
		given[option] = optarg ? optarg : "";
	}
	if (argc - optind < 3)
		errx(125, "usage: escape [OPTION]... SERVICE USER COMMAND [ARGUMENT]...");
	user = find_user(argv[optind + 1]);
	if (given['D'] && chdir(given['D']) < 0)
		err(125, "%s", given['D']);
	if (given['C'] && chroot(given['C']) < 0)
		err(125, "%s", given['C']);
	if (given['n'])
		return run_and_wait(user, argv + optind + 2);
	return run_in_session(argv[optind], user, argv + optind + 2);
}
