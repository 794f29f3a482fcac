/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Three processes, as sshd has them: this one stays outside with root's terminal; the monitor opens
 * the session and closes it; its child is the user's.
 */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "cleanup.h"
#include "login.h"
#include "screen.h"
#include "session.h"
#include "subject.h"
#include "terminal.h"

#define GRACE_MILLISECONDS 2000

struct run {
	const struct run_options *options;
	struct subject *subject;
	struct decision decision;
	struct login login;
	struct terminal terminal;
	int starter; /* a pidfd of the process outside */
};

static void run_clear(struct run *run)
{
	terminal_close(&run->terminal);
	login_clear(&run->login);
	decision_clear(&run->decision);
	subject_free(run->subject);
	cleanup_fd(&run->starter);
}

static void say(const char *words)
{
	fputs("nstree: ", stderr);
	screen_text(stderr, words);
	fputc('\n', stderr);
}

static void say_error(const struct error *error)
{
	char text[ERROR_TEXT_SIZE];

	say(error_text(error, text));
}

/* The words that the log has of it. */
static int refuse(const char *user, struct error *error)
{
	char text[ERROR_TEXT_SIZE];
	int number = error->number;

	error_text(error, text);
	*error = (struct error){0};
	return error_say(error, number, "session of user %s refused: %s", user, text);
}

/* As pam_nstree.c: a policy that is broken refuses every session but uid 0's. */
static int decide(struct run *run, struct error *error)
{
	int result = decision_make(run->subject, run->options->file, NULL, &run->decision, error);

	if (result < 0 && run->subject->uid != 0)
		return refuse(run->subject->user, error);
	if (result < 0) {
		say_error(error);
		say("the policy is broken, and only uid 0 is let in, on the host's tree");
		*error = (struct error){0};
	} else if (!run->decision.file) {
		error_say(error, 0, "user %s stays in the host's tree", run->subject->user);
		say(error->words);
	}
	return 0;
}

/* A descriptor that is opened later must not become one of these three. */
static int fill_standard(struct error *error)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		return error_say(error, errno, "/dev/null: %m");
	close(fd);
	return 0;
}

static int load(struct run *run, struct error *error)
{
	int result = subject_load(run->options->user, run->options->service, &run->subject, error);

	if (result == 0)
		result = fill_standard(error);
	if (result == 0)
		result = login_load(&run->login, run->subject, run->options->keep_root, error);
	if (result == 0)
		result = decide(run, error);
	if (result == 0)
		result = terminal_open(&run->terminal,
				       run->options->keep_root ? 0 : run->subject->uid, error);
	if (result < 0)
		return result;
	run->starter = (int)syscall(SYS_pidfd_open, getpid(), 0);
	return run->starter < 0 ? error_say(error, errno, "pidfd_open: %m") : 0;
}

/* Blocks the signals that are attended to and returns them, or negative errno. */
static int open_signals(bool outside, struct error *error)
{
	static const int numbers[] = {SIGCHLD, SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT};
	sigset_t set;
	int fd;

	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		struct sigaction action;

		/* What nohup(1) or a shell had ignored stays so. */
		sigaction(numbers[i], NULL, &action);
		if (!outside || action.sa_handler != SIG_IGN)
			sigaddset(&set, numbers[i]);
	}
	sigprocmask(SIG_SETMASK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? error_say(error, errno, "signalfd: %m") : fd;
}

/* The next signal that has come; 0 for none. */
static int next_signal(int signals)
{
	struct signalfd_siginfo info;

	return read(signals, &info, sizeof(info)) == sizeof(info) ? (int)info.ssi_signo : 0;
}

/* Whether the child PID has ended, and with what exit status. */
static bool has_ended(pid_t pid, int *status)
{
	int got;

	if (waitpid(pid, &got, WNOHANG) != pid)
		return false;
	*status = WIFSIGNALED(got) ? 128 + WTERMSIG(got) : WEXITSTATUS(got);
	return true;
}

/* The user's process. */
static _Noreturn void be_user(struct run *run)
{
	struct error error = {0};
	int status = EXIT_FAILURE;

	setsid();
	if (terminal_take(&run->terminal, &error) == 0)
		status = login_run(&run->login, run->options->command, &error);
	say_error(&error);
	_exit(status);
}

/* Its group too: a shell script's programs. Before setsid(2) there is no such group yet. */
static void pass_on(pid_t user, int number)
{
	if (kill(-user, number) < 0)
		kill(user, number);
}

/* The monitor, while the user's process runs: until that ends, or has to. Returns its status. */
static int watch(const struct run *run, int signals, pid_t user)
{
	struct pollfd polled[] = {{.fd = signals, .events = POLLIN},
				  {.fd = run->starter, .events = POLLIN}};
	int timeout = -1, status = 0;

	while (!has_ended(user, &status)) {
		int number, ready = poll(polled, 2, timeout);

		if (ready == 0)
			pass_on(user, SIGKILL);
		while ((number = next_signal(signals))) {
			if (number == SIGCHLD || number == SIGWINCH)
				continue;
			pass_on(user, number);
			if (number == SIGTERM || number == SIGHUP)
				timeout = GRACE_MILLISECONDS;
		}
		if (ready > 0 && polled[1].revents) {
			terminal_rescue(&run->terminal);
			pass_on(user, SIGHUP);
			polled[1].fd = -1;
			timeout = GRACE_MILLISECONDS;
		}
	}
	return status;
}

static int enter(struct run *run, struct session **session, struct error *error)
{
	struct error notice = {0};
	int result;

	if (!run->decision.file)
		return 0;
	result = session_enter(run->subject, &run->decision, METHOD_AUTO, session, &notice, error);
	if (notice.number)
		say_error(&notice);
	if (result < 0)
		return refuse(run->subject->user, error);
	/* What nofail has passed over. */
	*error = (struct error){0};
	return 0;
}

/* The monitor's whole life. READY is told when the session is entered. Returns an exit status. */
static int monitor(struct run *run, int ready, struct error *error)
{
	cleanup(cleanup_fd) int signals = open_signals(false, error);
	struct session *session = NULL;
	int status = EXIT_FAILURE;
	pid_t user;

	if (signals < 0 || enter(run, &session, error) < 0)
		return status;
	user = write(ready, "", 1) == 1 ? fork() : -1;
	if (user == 0)
		be_user(run);
	if (user < 0)
		error_say(error, errno, "a process cannot be made: %m");
	terminal_forget(&run->terminal);
	if (user > 0)
		status = watch(run, signals, user);
	if (session)
		session_leave(session, error);
	session_free(session);
	/* Where who set raw mode was killed, nobody else does. */
	terminal_rescue(&run->terminal);
	return status;
}

static _Noreturn void be_monitor(struct run *run, int ready)
{
	struct error error = {0};
	int status;

	/* What root's terminal sends to its foreground is passed on once, by who is there. */
	setsid();
	prctl(PR_SET_NAME, "nstree-monitor");
	status = monitor(run, ready, &error);
	if (error.number)
		say_error(&error);
	_exit(status);
}

/* Starts the monitor, and waits until the session is entered or refused. */
static pid_t start_monitor(struct run *run, struct error *error)
{
	cleanup(cleanup_fd) int ready = -1;
	char byte;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_say(error, errno, "pipe2: %m");
	ready = ends[0];
	pid = fork();
	if (pid == 0)
		be_monitor(run, ends[1]);
	close(ends[1]);
	if (pid < 0)
		return error_say(error, errno, "a process cannot be made: %m");
	if (read(ready, &byte, 1) == 1)
		terminal_set_raw(&run->terminal);
	return pid;
}

/* Outside: passes on what is typed, what is printed and signals until the monitor ends. */
static int attend(struct run *run, int signals, pid_t pid)
{
	struct pollfd polled[1 + TERMINAL_FLOWS] = {{.fd = signals, .events = POLLIN}};
	int number, status = 0;

	while (!has_ended(pid, &status)) {
		terminal_poll(&run->terminal, polled + 1);
		if (poll(polled, sizeof(polled) / sizeof(*polled), -1) < 0)
			continue;
		if (!terminal_relay(&run->terminal, polled + 1))
			kill(pid, SIGHUP);
		while ((number = next_signal(signals))) {
			if (number == SIGWINCH)
				terminal_resize(&run->terminal);
			else if (number != SIGCHLD)
				kill(pid, number);
		}
	}
	return status;
}

int run_session(const struct run_options *options, struct error *error)
{
	cleanup(run_clear) struct run run = {.options = options, .starter = -1};
	cleanup(cleanup_fd) int signals = -1;
	int result;

	run.terminal.master = run.terminal.slave = -1;
	if (geteuid() != 0)
		return error_say(error, EPERM,
				 "run needs root, to mount and to become the user: run it as root, "
				 "as with sudo");
	result = load(&run, error);
	if (result == 0)
		result = signals = open_signals(true, error);
	if (result >= 0)
		result = start_monitor(&run, error);
	if (result < 0)
		return result;
	return attend(&run, signals, result);
}
