/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * escape [OPTION]... SERVICE USER [COMMAND [ARGUMENT]...]: opens a session for USER as sshd does,
 * and closes it when what runs in it has ended. That is the command, as that user, with nothing but
 * standard input, output and errors, and the exit status is the command's; or, with -a, two
 * processes that go ways (tests/escapes/ways): one the user's, one root's. They are forked and not
 * executed, as sshd's own sftp server is, so that a tree without programs has them too. If the
 * session is refused, prints "open: refused" and what PAM says, and exits with 125.
 *
 *   -a DIR   FIFOs DIR/user.in, DIR/user.out, DIR/root.in and DIR/root.out: what the two read and
 * print -d DIR   take services from DIR, not /etc/pam.d -D DIR   change to DIR first, and stay
 * there -C DIR   then chroot(2) to DIR, and leave the working directory where it is -n       no
 * session: all is in whatever namespaces this is; SERVICE is ignored -l       the user's process
 * keeps every descriptor -p FILE  the program that the root process leaves in the tree
 */
#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/escapes/ways/ways.h"

static const char *given[128];

/* Opened before the session. */
struct agents {
	int user[2], root[2]; /* in, out */
	int terminal[2]; /* master, slave: in a session with isolate=socket the host's is not opened
			  */
};

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
	if (initgroups(user->pw_name, user->pw_gid) < 0 || setgid(user->pw_gid) < 0 ||
	    setuid(user->pw_uid) < 0)
		err(126, "cannot become %s", user->pw_name);
	/* As after execve(2). */
	prctl(PR_SET_DUMPABLE, 1);
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

__attribute__((noreturn)) static void run_command(const struct passwd *user, char **command)
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

static pid_t forked(void)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		err(125, "fork");
	return pid;
}

static int status_of(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) < 0)
		err(125, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* --- the two that go ways
 * -------------------------------------------------------------------------- */

static int fifo(const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", given['a'], name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		err(125, "%s", path);
	return fd;
}

static void open_terminal(int terminal[2])
{
	const int flags = O_RDWR | O_NOCTTY | O_CLOEXEC;

	terminal[0] = posix_openpt(flags);
	if (terminal[0] < 0 || grantpt(terminal[0]) < 0 || unlockpt(terminal[0]) < 0)
		err(125, "a terminal");
	terminal[1] = ioctl(terminal[0], TIOCGPTPEER, flags);
	if (terminal[1] < 0)
		err(125, "the terminal's slave");
}

static void open_program(const char *file)
{
	int program = open(file, O_RDONLY | O_CLOEXEC);

	if (program < 0 || dup2(program, PROGRAM_FD) < 0)
		err(125, "%s", file);
	close(program);
}

static struct agents open_agents(void)
{
	struct agents agents = {.terminal = {-1, -1}};

	if (!given['a'])
		return agents;
	/* Before all others, one of which could have its number. */
	if (given['p'])
		open_program(given['p']);
	agents = (struct agents){.user = {fifo("user.in"), fifo("user.out")},
				 .root = {fifo("root.in"), fifo("root.out")}};
	open_terminal(agents.terminal);
	return agents;
}

static void use(const int in_out[2])
{
	if (dup2(in_out[0], 0) < 0 || dup2(in_out[1], 1) < 0 || dup2(in_out[1], 2) < 0)
		err(126, "dup2");
}

/* A session of its own on a terminal, which is not the host's shell's. */
static void take_terminal(int slave)
{
	if (setsid() < 0 || ioctl(slave, TIOCSCTTY, 0) < 0)
		err(126, "no controlling terminal");
}

static int run_agents(const struct agents *agents, const struct passwd *user)
{
	pid_t root = forked(), own;

	if (root == 0) {
		use(agents->root);
		way_serve();
		_exit(0);
	}
	own = forked();
	if (own == 0) {
		use(agents->user);
		take_terminal(agents->terminal[1]);
		set_environment(user);
		become(user);
		if (!given['l'])
			closefrom(3);
		way_serve();
		_exit(0);
	}
	status_of(root);
	return status_of(own);
}

static int run(const struct agents *agents, const struct passwd *user, char **command)
{
	pid_t pid;

	if (given['a'])
		return run_agents(agents, user);
	pid = forked();
	if (pid == 0)
		run_command(user, command);
	return status_of(pid);
}

/* --- the session
 * ----------------------------------------------------------------------------------- */

static int run_in_session(const char *service, const struct agents *agents,
			  const struct passwd *user, char **command)
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
	status = run(agents, user, command);
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
	struct agents agents;
	int option;

	while ((option = getopt(argc, argv, "+a:d:D:C:p:nl")) != -1) {
		if (option == '?')
			return 125;
		given[option] = optarg ? optarg : "";
	}
	if (argc - optind < (given['a'] ? 2 : 3))
		errx(125, "usage: escape [OPTION]... SERVICE USER [COMMAND [ARGUMENT]...]");
	user = find_user(argv[optind + 1]);
	agents = open_agents();
	if (given['D'] && chdir(given['D']) < 0)
		err(125, "%s", given['D']);
	if (given['C'] && chroot(given['C']) < 0)
		err(125, "%s", given['C']);
	if (given['n'])
		return run(&agents, user, argv + optind + 2);
	return run_in_session(argv[optind], &agents, user, argv + optind + 2);
}
