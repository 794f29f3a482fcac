/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * session [OPTION]... SERVICE USER: opens and closes a session through libpam, and prints where the
 * process is before, inside and after, a line a fact, so that a test can compare:
 *
 *   before: NAME VALUE      then "open: PAM_...", and where that failed "refused: NAME VALUE",
 *   inside: NAME VALUE      else this, "close: PAM_..." and "after: NAME VALUE"
 *
 *   -d DIR   take services from DIR, not /etc/pam.d      -R DIR    chroot first
 *   -D DIR   change to DIR first                         -U MASK   set the umask first
 *   -t       be a process of two threads                 -s        pass PAM_SILENT
 *   -n N     N sessions, one after the other             -N        close only, open nothing
 *   -c CMD   run CMD inside (system(3))                  -u        go elsewhere before closing
 *   -o CMD   have it run by a process that stayed outside, while the session is open
 *   -f       leave a process inside, which outlives the session ("left: NAME VALUE")
 *   -2       open a second time before closing, and close a second time ("second open: PAM_...")
 *   -F       have a child close the session first ("child close: PAM_...", "child: NAME VALUE")
 *   -E CODE  do not close: pam_end(3) with CODE, and print the state then ("ended: NAME VALUE")
 *   -w       have a SIGCHLD handler that waits for every child
 *   -T USEC  have a timer that interrupts each USEC microseconds (SIGALRM, without SA_RESTART)
 *   -r HOST  set PAM_RHOST                           -y TTY    set PAM_TTY
 *   -l       do not open the log first: the C library does when a line is logged, and keeps it open
 *   -q       print the state before the first session and after the last one only, and how many
 *            bytes are allocated after the tenth and the last but one ("heap: BYTES", mallinfo(3))
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

/* The host's /proc, to look at this process from inside a tree that has none. */
static int proc;

static const char *code_name(int code)
{
	static const char *const names[] = {[PAM_SUCCESS] = "PAM_SUCCESS",
					    [PAM_PERM_DENIED] = "PAM_PERM_DENIED",
					    [PAM_USER_UNKNOWN] = "PAM_USER_UNKNOWN",
					    [PAM_SESSION_ERR] = "PAM_SESSION_ERR",
					    [PAM_ABORT] = "PAM_ABORT",
					    [PAM_MODULE_UNKNOWN] = "PAM_MODULE_UNKNOWN"};
	size_t n = sizeof(names) / sizeof(*names);

	return (size_t)code < n && names[code] ? names[code] : "another code";
}

static int fail(const char *what)
{
	perror(what);
	exit(2);
}

static void print_link(const char *when, const char *name, const char *path)
{
	char text[PATH_MAX];
	ssize_t length = readlinkat(proc, path, text, sizeof(text) - 1);

	text[length > 0 ? length : 0] = '\0';
	printf("%s: %s %s\n", when, name, text);
}

static void print_directory(const char *when, const char *name, const char *path)
{
	struct stat stat;

	if (fstatat(AT_FDCWD, path, &stat, 0) < 0)
		printf("%s: %s (%s)\n", when, name, strerror(errno));
	else
		printf("%s: %s %ju:%ju\n", when, name, (uintmax_t)stat.st_dev,
		       (uintmax_t)stat.st_ino);
}

static void print_descriptors(const char *when)
{
	int fd = openat(proc, "self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	char name[64], path[NAME_MAX + 16];
	struct dirent *entry;

	if (!directory)
		fail("/proc/self/fd");
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] == '.' || atoi(entry->d_name) == fd ||
		    atoi(entry->d_name) == proc)
			continue;
		snprintf(name, sizeof(name), "fd %.16s", entry->d_name);
		snprintf(path, sizeof(path), "self/fd/%s", entry->d_name);
		print_link(when, name, path);
	}
	closedir(directory);
}

static FILE *open_proc(const char *path)
{
	int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (!file)
		fail(path);
	return file;
}

/* The lines that start with PREFIX; a mount table as its size and a hash (FNV-1a). */
static void print_status(const char *when, const char *prefix)
{
	FILE *file = open_proc("self/status");
	char line[1024];

	while (fgets(line, sizeof(line), file))
		if (strncmp(line, prefix, strlen(prefix)) == 0)
			printf("%s: %s", when, line);
	fclose(file);
}

/* But for what logind mounts and unmounts by itself. */
static void print_mounts(const char *when)
{
	FILE *file = open_proc("self/mountinfo");
	uint64_t hash = 0xcbf29ce484222325;
	unsigned lines = 0;
	char line[8192];

	while (fgets(line, sizeof(line), file)) {
		if (strstr(line, " /run/user/"))
			continue;
		lines++;
		for (char *c = line; *c; c++)
			hash = (hash ^ (unsigned char)*c) * 0x100000001b3;
	}
	fclose(file);
	printf("%s: mounts %u %016jx\n", when, lines, (uintmax_t)hash);
}

static void print_children(const char *when)
{
	char path[64], text[1024] = "";
	FILE *file;

	snprintf(path, sizeof(path), "self/task/%d/children", getpid());
	file = open_proc(path);
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	printf("%s: children %s\n", when, text);
}

static bool quiet;

static void print_state(const char *when)
{
	mode_t mask;

	if (quiet)
		return;
	mask = umask(0);

	umask(mask);
	print_link(when, "namespace", "self/ns/mnt");
	print_link(when, "ipc", "self/ns/ipc");
	print_link(when, "pid", "self/ns/pid_for_children");
	print_directory(when, "root", "/");
	print_directory(when, "directory", ".");
	print_link(when, "directory", "self/cwd");
	printf("%s: umask %04o\n", when, (unsigned)mask);
	printf("%s: ids %u %u\n", when, (unsigned)geteuid(), (unsigned)getegid());
	print_descriptors(when);
	print_status(when, "SigBlk:");
	print_status(when, "SigIgn:");
	print_status(when, "SigCgt:");
	print_status(when, "CapEff:");
	print_children(when);
	print_mounts(when);
	fflush(stdout);
}

static int converse(int n, const struct pam_message **messages, struct pam_response **responses,
		    void *data)
{
	(void)data;
	*responses = calloc((size_t)n, sizeof(**responses));
	for (int i = 0; i < n; i++)
		printf("message: %s\n", messages[i]->msg);
	return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

static void *idle(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* A process that waits until the other end of the pipe is closed, and then runs COMMAND. */
static pid_t fork_waiter(const char *command, const char *when, int *end)
{
	int ends[2];
	pid_t pid;
	char byte;

	fflush(stdout);
	if (pipe2(ends, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		fail("fork");
	if (pid > 0) {
		close(ends[0]);
		*end = ends[1];
		return pid;
	}
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 0)
		_exit(2);
	close(ends[0]);
	if (when)
		print_state(when);
	_exit(command ? system(command) != 0 : 0);
}

static void run_waiter(pid_t pid, int end)
{
	int status;

	close(end);
	waitpid(pid, &status, 0);
	if (status)
		printf("the command outside failed: %d\n", status);
}

/* The options, by letter: NULL where not given. */
static const char *given[128];

/* As an application does that opens a session and leaves the rest to a child. */
static void close_in_child(pam_handle_t *pamh, int flags)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid == 0) {
		printf("child close: %s\n", code_name(pam_close_session(pamh, flags)));
		print_state("child");
		pam_end(pamh, PAM_SUCCESS | PAM_DATA_SILENT);
		exit(0);
	}
	waitpid(pid, NULL, 0);
}

static bool run_session(pam_handle_t *pamh)
{
	int flags = given['s'] ? PAM_SILENT : 0, code = PAM_SUCCESS;
	pid_t outside = -1, left = -1;
	int outside_end, left_end;

	print_state("before");
	if (given['o'])
		outside = fork_waiter(given['o'], NULL, &outside_end);
	if (!given['N'])
		code = pam_open_session(pamh, flags);
	printf("open: %s\n", code_name(code));
	print_state(code == PAM_SUCCESS ? "inside" : "refused");
	if (outside >= 0)
		run_waiter(outside, outside_end);
	if (code != PAM_SUCCESS)
		return false;
	if (given['2'])
		printf("second open: %s\n", code_name(pam_open_session(pamh, flags)));
	if (given['c'] && (code = system(given['c'])) != 0)
		printf("the command inside failed: %d\n", code);
	if (given['f'])
		left = fork_waiter(NULL, "left", &left_end);
	if (given['u'] && unshare(CLONE_NEWNS) < 0)
		fail("unshare");
	if (given['u'])
		print_state("elsewhere");
	if (given['E'])
		return true;
	if (given['F'])
		close_in_child(pamh, flags);
	code = pam_close_session(pamh, flags);
	printf("close: %s\n", code_name(code));
	if (given['2'])
		printf("second close: %s\n", code_name(pam_close_session(pamh, flags)));
	if (left >= 0)
		run_waiter(left, left_end);
	print_state("after");
	return code == PAM_SUCCESS;
}

static void wait_for_all(int number)
{
	int saved = errno;

	(void)number;
	while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
		;
	errno = saved;
}

static void do_nothing(int number)
{
	(void)number;
}

static void handle(int number, void (*handler)(int number))
{
	const struct sigaction action = {.sa_handler = handler};

	if (sigaction(number, &action, NULL) < 0)
		fail("sigaction");
}

static void start_timer(int microseconds)
{
	const struct timeval each = {microseconds / 1000000, microseconds % 1000000};
	const struct itimerval timer = {each, each};

	handle(SIGALRM, do_nothing);
	if (setitimer(ITIMER_REAL, &timer, NULL) < 0)
		fail("setitimer");
}

static void start_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, idle, NULL))
		fail("pthread_create");
}

int main(int argc, char **argv)
{
	struct pam_conv conversation = {.conv = converse};
	bool good = true;
	pam_handle_t *pamh;
	int sessions, end, c, done = 0;

	proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	while ((c = getopt(argc, argv, "d:R:D:U:tsn:Nc:uo:f2FE:wT:qlr:y:")) != -1)
		given[c & 127] = optarg ? optarg : "";
	if (argc - optind != 2 || given['?'])
		return 2;
	/* The C library keeps its socket open: before it is counted. */
	if (!given['l'])
		openlog("session", LOG_NDELAY, LOG_AUTHPRIV);
	if (given['R'] && (chroot(given['R']) < 0 || chdir("/") < 0))
		fail(given['R']);
	if (given['D'] && chdir(given['D']) < 0)
		fail(given['D']);
	if (given['U'])
		umask((mode_t)strtoul(given['U'], NULL, 8));
	if (given['t'])
		start_thread();
	if (given['w'])
		handle(SIGCHLD, wait_for_all);
	if (given['T'])
		start_timer(atoi(given['T']));
	c = pam_start_confdir(argv[optind], argv[optind + 1], &conversation,
			      given['d'] ? given['d'] : "/etc/pam.d", &pamh);
	if (c == PAM_SUCCESS && given['r'])
		c = pam_set_item(pamh, PAM_RHOST, given['r']);
	if (c == PAM_SUCCESS && given['y'])
		c = pam_set_item(pamh, PAM_TTY, given['y']);
	if (c != PAM_SUCCESS)
		fail(code_name(c));
	sessions = given['n'] ? atoi(given['n']) : 1;
	while (good && sessions-- > 0) {
		good = run_session(pamh);
		quiet = given['q'] && sessions > 1;
		if (given['q'] && (++done == 10 || sessions == 1))
			printf("heap: %zu\n", mallinfo2().uordblks);
	}
	end = given['E'] ? atoi(given['E']) : good ? PAM_SUCCESS : PAM_SESSION_ERR;
	printf("end: %s\n", code_name(pam_end(pamh, end)));
	if (given['E'])
		print_state("ended");
	return good ? 0 : 1;
}
