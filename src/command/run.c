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
#include "printable.h"
#include "pty.h"
#include "session.h"
#include "subject.h"
#include "userenv.h"

#define GRACE_MILLISECONDS 2000

struct run {
	const struct run_options *options;
	struct subject *subject;
	struct decision decision;
	struct userenv env;
	struct pty pty;
	int parent; /* a pidfd of the process outside */
};

static void run_clear(struct run *run)
{
	pty_close(&run->pty);
	userenv_clear(&run->env);
	decision_clear(&run->decision);
	subject_free(run->subject);
	cleanup_fd(&run->parent);
}

static void print_line(const char *words)
{
	fputs("nstree: ", stderr);
	printable_text(stderr, words);
	fputc('\n', stderr);
}

static void print_run_error(const struct error *error)
{
	char text[ERROR_TEXT_SIZE];

	print_line(error_text(error, text));
}

/* Wraps ERROR in the words that the log has for a refused session. */
static int refuse_run(const char *user, struct error *error)
{
	char text[ERROR_TEXT_SIZE];
	int number = error->number;

	error_text(error, text);
	*error = (struct error){0};
	return error_set(error, number, "session of user %s refused: %s", user, text);
}

/* As pam_nstree.c: a broken policy refuses every session but uid 0's. */
static int decide(struct run *run, struct error *error)
{
	int result =
		decision_make(run->subject, run->options->file, NULL, false, &run->decision, error);

	if (result < 0 && (run->subject->uid != 0 || run->decision.denied))
		return refuse_run(run->subject->user, error);
	if (result < 0) {
		print_run_error(error);
		print_line("the policy is broken, and only uid 0 is let in, on the host's tree");
		*error = (struct error){0};
	} else if (!run->decision.file) {
		error_set(error, 0, "user %s stays in the host's tree", run->subject->user);
		print_line(error->words);
	}
	return 0;
}

/* Opens /dev/null for closed standard descriptors, so that no later descriptor gets their number.
 */
static int open_standard_descriptors(struct error *error)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		return error_set(error, errno, "/dev/null: %m");
	close(fd);
	return 0;
}

static int load_run(struct run *run, struct error *error)
{
	int result = subject_load(run->options->user, run->options->service, &run->subject, error);

	if (result == 0)
		result = subject_set_origin(run->subject, run->options->from, run->options->tty,
					    error);
	if (result == 0)
		result = subject_make_id(run->subject, error);
	if (result == 0)
		result = subject_set_environment(run->subject, run->options->env, error);
	if (result == 0)
		result = open_standard_descriptors(error);
	if (result == 0)
		result = userenv_load(&run->env, run->subject, run->options->keep_root, error);
	if (result == 0)
		result = decide(run, error);
	if (result == 0)
		result =
			pty_open(&run->pty, run->options->keep_root ? 0 : run->subject->uid, error);
	if (result < 0)
		return result;
	run->parent = (int)syscall(SYS_pidfd_open, getpid(), 0);
	return run->parent < 0 ? error_set(error, errno, "pidfd_open: %m") : 0;
}

/* Blocks the signals that are handled and returns a signalfd(2), or negative errno. */
static int open_signals(bool outside, struct error *error)
{
	static const int numbers[] = {SIGCHLD, SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT};
	sigset_t set;
	int fd;

	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		struct sigaction action;

		/* Signals that nohup(1) or a shell has ignored stay ignored. */
		sigaction(numbers[i], NULL, &action);
		if (!outside || action.sa_handler != SIG_IGN)
			sigaddset(&set, numbers[i]);
	}
	sigprocmask(SIG_SETMASK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? error_set(error, errno, "signalfd: %m") : fd;
}

/* The next pending signal; 0 for none. */
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

/* The user's process: never returns. */
static _Noreturn void run_user_process(struct run *run)
{
	struct error error = {0};
	int status = EXIT_FAILURE;

	setsid();
	if (pty_set_controlling(&run->pty, &error) == 0)
		status = userenv_run(&run->env, run->options->command, &error);
	print_run_error(&error);
	_exit(status);
}

/* Sends NUMBER to the process group, or to the process alone before it has called setsid(2). */
static void forward_signal(pid_t user, int number)
{
	if (kill(-user, number) < 0)
		kill(user, number);
}

/* Waits until the user's process exits; kills it after a timeout. Returns its exit status. */
static int watch_user_process(const struct run *run, int signals, pid_t user)
{
	struct pollfd polled[] = {{.fd = signals, .events = POLLIN},
				  {.fd = run->parent, .events = POLLIN}};
	int timeout = -1, status = 0;

	while (!has_ended(user, &status)) {
		int number, ready = poll(polled, 2, timeout);

		if (ready == 0)
			forward_signal(user, SIGKILL);
		while ((number = next_signal(signals))) {
			if (number == SIGCHLD || number == SIGWINCH)
				continue;
			forward_signal(user, number);
			if (number == SIGTERM || number == SIGHUP)
				timeout = GRACE_MILLISECONDS;
		}
		if (ready > 0 && polled[1].revents) {
			pty_restore(&run->pty);
			forward_signal(user, SIGHUP);
			polled[1].fd = -1;
			timeout = GRACE_MILLISECONDS;
		}
	}
	return status;
}

/* *SESSION is the caller's, for session_free(); NULL for the host's tree. */
static int enter_run_session(struct run *run, struct session **session, struct error *error)
{
	struct error notice = {0};
	int result;

	if (!run->decision.file)
		return 0;
	*session = session_new();
	if (!*session)
		return error_no_memory(error);
	result = session_enter(run->subject, &run->decision, METHOD_AUTO, *session, &notice, error);
	if (notice.number)
		print_run_error(&notice);
	if (result < 0)
		return refuse_run(run->subject->user, error);
	/* The last error of a row that `nofail` skipped. */
	*error = (struct error){0};
	return 0;
}

/* Opens the session, writes to READY, runs the user's process and closes. Returns an exit status.
 */
static int monitor_session(struct run *run, int ready, struct error *error)
{
	cleanup(cleanup_fd) int signals = open_signals(false, error);
	struct session *session = NULL;
	int status = EXIT_FAILURE;
	pid_t user;

	if (signals < 0 || enter_run_session(run, &session, error) < 0)
		return status;
	user = write(ready, "", 1) == 1 ? fork() : -1;
	if (user == 0)
		run_user_process(run);
	if (user < 0)
		error_set(error, errno, "a process cannot be made: %m");
	pty_drop(&run->pty);
	if (user > 0)
		status = watch_user_process(run, signals, user);
	if (session)
		session_leave(session, error);
	session_free(session);
	/* In case the process that set raw mode was killed. */
	pty_restore(&run->pty);
	return status;
}

static _Noreturn void run_monitor(struct run *run, int ready)
{
	struct error error = {0};
	int status;

	/* Signals of root's terminal must reach the outer process alone, which forwards them. */
	setsid();
	prctl(PR_SET_NAME, "nstree-monitor");
	status = monitor_session(run, ready, &error);
	if (error.number)
		print_run_error(&error);
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
		return error_set(error, errno, "pipe2: %m");
	ready = ends[0];
	pid = fork();
	if (pid == 0)
		run_monitor(run, ends[1]);
	close(ends[1]);
	if (pid < 0)
		return error_set(error, errno, "a process cannot be made: %m");
	if (read(ready, &byte, 1) == 1)
		pty_set_raw(&run->pty);
	return pid;
}

/* The outer process: relays the terminal and signals until the monitor exits. */
static int relay_until_exit(struct run *run, int signals, pid_t pid)
{
	struct pollfd polled[1 + PTY_FLOWS] = {{.fd = signals, .events = POLLIN}};
	int number, status = 0;

	while (!has_ended(pid, &status)) {
		pty_poll(&run->pty, polled + 1);
		if (poll(polled, sizeof(polled) / sizeof(*polled), -1) < 0)
			continue;
		if (!pty_relay(&run->pty, polled + 1))
			kill(pid, SIGHUP);
		while ((number = next_signal(signals))) {
			if (number == SIGWINCH)
				pty_resize(&run->pty);
			else if (number != SIGCHLD)
				kill(pid, number);
		}
	}
	return status;
}

int run_session(const struct run_options *options, struct error *error)
{
	cleanup(run_clear) struct run run = {.options = options, .parent = -1};
	cleanup(cleanup_fd) int signals = -1;
	int result;

	run.pty.master = run.pty.slave = -1;
	if (geteuid() != 0)
		return error_set(error, EPERM,
				 "run needs root, to mount and to become the user: run it as root, "
				 "as with sudo");
	result = load_run(&run, error);
	if (result == 0)
		result = signals = open_signals(true, error);
	if (result >= 0)
		result = start_monitor(&run, error);
	if (result < 0)
		return result;
	return relay_until_exit(&run, signals, result);
}
