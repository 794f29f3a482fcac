/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * faults [-k|-m] [-j] STRIDE SERVICE USER MADE...: fails every system call of pam_open_session()
 * and of pam_close_session() once for each error that it can plausibly give, one a session, each in
 * a child of its own. Either the session is whole, or it is refused, the process is back where it
 * was and none of the paths MADE exists, nor a record of it in /run/nstree. Either it is closed and
 * the process is back where it was, or closing says that it failed, to the application and in the
 * log; what could be taken back was.
 *
 * With -k the process is killed instead, at the entry of each call: then no process is left and the
 * mount table is the same, and after the next login MADE is as if there had been no kill.
 *
 * With -m memory runs out instead: from one allocation on, every malloc(3), calloc(3) and
 * realloc(3) fails, also those of libc, libpam and libmount. The log may then say nothing, for want
 * of memory.
 *
 * With -j another session of the user's is open meanwhile, for those that join (share=user).
 *
 * The calls are those of a trace, so that a new one is swept without anyone adding it. With a
 * STRIDE over 1 only every so many calls are, for want of time. Prints a line for each fault that
 * breaks the promise, then the counts. Exit status 1 if any did. amd64 only, as the test machines
 * are.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* A call that nothing else makes: it tells the tracer where the session's calls begin and end. */
#define MARKER_ARGUMENT (-4242)
/* What a killed session leaves running has this long to notice. */
#define END_SECONDS 30
#define MADE_MAX 8

enum verdict {
	WHOLE = 10,
	REFUSED,
	AT_ROOT,
	SAID,
	GOOD = SAID,
	NOT_BACK,
	NOT_WHOLE,
	LEFT_FILES,
	LEFT_RECORD,
	LEFT_CHILDREN,
	NOT_CLOSED,
	HALF_CLOSED,
	NOT_SAID,
	LEFT_PROCESSES,
	LEFT_MOUNTS,
	NO_NEXT,
	OTHER_OWNER,
	VERDICTS
};

static const char *const verdicts[VERDICTS] = {
	[WHOLE] = "the session is whole, and closed again",
	[REFUSED] = "the session is refused",
	[AT_ROOT] = "closed again, but the working directory is '/'",
	[SAID] = "not closed, and said so",
	[NOT_BACK] = "refused, but the process is not back where it was",
	[NOT_WHOLE] = "opened, but a mount is missing",
	[LEFT_FILES] = "refused, but what was made is left",
	[LEFT_RECORD] = "refused, but its record is left",
	[LEFT_CHILDREN] = "a child process is left",
	[NOT_CLOSED] = "success, but the process is not back where it was",
	[HALF_CLOSED] = "not closed, and a part is neither as inside nor as before",
	[NOT_SAID] = "not closed or refused, but the log does not say so",
	[LEFT_PROCESSES] = "a process is left on the host",
	[LEFT_MOUNTS] = "the host's mount table is another",
	[NO_NEXT] = "the next session is refused",
	[OTHER_OWNER] = "what was made has another owner or mode than without the kill",
};

static const char *const namespace_files[] = {"self/ns/mnt", "self/ns/pid_for_children",
					      "self/ns/ipc", "self/ns/user",
					      "self/ns/net", "self/ns/uts"};
#define NAMESPACES (sizeof(namespace_files) / sizeof(*namespace_files))

/* Where a process is and what it is: what a refused or closed session must give back. */
struct place {
	struct stat root, directory;
	uint64_t namespaces[NAMESPACES], descriptors, mounts, status, restrictions;
	unsigned n_mounts;
	mode_t mask;
};

/* The host's /proc: a tree may have none, or one in which this process is not. */
static int proc;

/* The user's directory of records. */
static char records[64];

/* What the module logged last: the child writes, the parent reads. */
static char *words;
#define WORDS_SIZE 4096

/* The C library's, taken over: what the log would get is checked, and the journal not filled. */
#include "keeplog.h"

/* --- memory that runs out ----------------------------------------------------------------------
 */

/* Shared with the parent. */
struct memory {
	unsigned long from; /* the allocation from which on all fail, counted from 1 */
	unsigned long count;
};
static struct memory *memory;
static bool memory_counts; /* between the markers, in the child */

/* The C library's, and what is behind them. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *old, size_t size);
TAKES_OVER void *malloc(size_t size);
TAKES_OVER void *calloc(size_t n, size_t size);
TAKES_OVER void *realloc(void *old, size_t size);

static bool allocation_fails(void)
{
	if (!memory_counts || ++memory->count < memory->from)
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return allocation_fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return allocation_fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	return allocation_fails() ? NULL : __libc_realloc(old, size);
}

static int talk(int n, const struct pam_message **messages, struct pam_response **answers,
		void *data)
{
	(void)messages;
	(void)data;
	*answers = calloc((size_t)n, sizeof(**answers));
	return *answers ? PAM_SUCCESS : PAM_CONV_ERR;
}

/* --- where a process is ------------------------------------------------------------------------
 */

/* FNV-1a, going on from HASH. */
static uint64_t hash(uint64_t hash, const void *data, size_t size)
{
	for (const unsigned char *byte = data; size > 0; size--)
		hash = (hash ^ *byte++) * 0x100000001b3;
	return hash;
}

static uint64_t hash_file(uint64_t so_far, const char *file)
{
	struct stat stat;

	if (fstatat(proc, file, &stat, 0) < 0)
		return hash(so_far, file, strlen(file));
	so_far = hash(so_far, &stat.st_dev, sizeof(stat.st_dev));
	return hash(so_far, &stat.st_ino, sizeof(stat.st_ino));
}

static uint64_t hash_descriptors(void)
{
	uint64_t sum = 0;
	char name[32];

	for (int fd = 0; fd < 256; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			continue;
		sum = hash(sum, &fd, sizeof(fd));
		snprintf(name, sizeof(name), "self/fd/%d", fd);
		sum = hash_file(sum, name);
	}
	return sum;
}

/* The lines of /proc's FILE that begin with one of the words of LIST, NULL for all; their number in
 * N. */
static uint64_t hash_lines(const char *file, const char *list, unsigned *n)
{
	int fd = openat(proc, file, O_RDONLY | O_CLOEXEC);
	FILE *stream = fd < 0 ? NULL : fdopen(fd, "r");
	char line[4096], word[64];
	uint64_t sum = 0;

	*n = 0;
	while (stream && fgets(line, sizeof(line), stream)) {
		snprintf(word, sizeof(word), "|%.*s|", (int)strcspn(line, ":"), line);
		/* But for what logind mounts and unmounts by itself. */
		if ((list && !strstr(list, word)) || strstr(line, " /run/user/"))
			continue;
		++*n;
		sum = hash(sum, line, strlen(line));
	}
	if (stream)
		fclose(stream);
	return sum;
}

static struct place where(void)
{
	struct place place;
	unsigned ignored;

	if (stat("/", &place.root) < 0 || stat(".", &place.directory) < 0)
		_exit(NOT_BACK);
	umask(place.mask = umask(0));
	place.descriptors = hash_descriptors();
	for (size_t i = 0; i < NAMESPACES; i++)
		place.namespaces[i] = hash_file(0, namespace_files[i]);
	place.mounts = hash_lines("self/mountinfo", NULL, &place.n_mounts);
	place.status =
		hash_lines("self/status",
			   "|Uid|Gid|Groups|SigBlk|SigIgn|SigCgt|CapInh|CapPrm|CapEff|CapBnd|"
			   "CapAmb|",
			   &ignored);
	place.restrictions =
		hash_lines("self/status", "|NoNewPrivs|Seccomp|Seccomp_filters|", &ignored);
	return place;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* But for what has no way back once it was entered: no_new_privs, a filter, a Landlock domain. */
static bool same_place(const struct place *a, const struct place *b)
{
	return same_file(&a->root, &b->root) && same_file(&a->directory, &b->directory) &&
	       memcmp(a->namespaces, b->namespaces, sizeof(a->namespaces)) == 0 &&
	       a->descriptors == b->descriptors && a->mounts == b->mounts &&
	       a->status == b->status && a->mask == b->mask;
}

/* Each part of a process that could not be taken back whole: as inside, or as before; no third. */
static bool is_between(const struct place *before, const struct place *inside,
		       const struct place *after)
{
	for (size_t i = 0; i < NAMESPACES; i++)
		if (after->namespaces[i] != before->namespaces[i] &&
		    after->namespaces[i] != inside->namespaces[i])
			return false;
	if (!same_file(&after->root, &before->root) && !same_file(&after->root, &inside->root))
		return false;
	if (!same_file(&after->directory, &before->directory) &&
	    !same_file(&after->directory, &after->root))
		return false;
	return (after->mounts == before->mounts || after->mounts == inside->mounts) &&
	       after->descriptors == before->descriptors && after->status == before->status &&
	       after->mask == before->mask;
}

static bool has_children(void)
{
	return waitpid(-1, NULL, WNOHANG | __WALL) >= 0 || errno != ECHILD;
}

static bool has_made(char **made)
{
	for (; *made; made++)
		if (access(*made, F_OK) == 0)
			return true;
	return false;
}

/* Whether the user's directory in /run/nstree holds a file of this process, whole or half made. */
static bool has_record(void)
{
	DIR *directory = opendir(records);
	const struct dirent *entry;
	bool found = false;

	while (directory && (entry = readdir(directory))) {
		const char *dot = strrchr(entry->d_name, '.');

		found |= atoi(entry->d_name) == getpid() || (dot && atoi(dot + 1) == getpid());
	}
	if (directory)
		closedir(directory);
	return found;
}

static void remove_made(char **made)
{
	for (; *made; made++)
		rmdir(*made);
}

/* --- in the child ------------------------------------------------------------------------------
 */

static void mark(void)
{
	if (memory)
		memory_counts = !memory_counts;
	syscall(SYS_getpgid, MARKER_ARGUMENT);
}

static enum verdict judge_refusal(const struct place *before, char **made)
{
	struct place after = where();

	if (has_children())
		return LEFT_CHILDREN;
	if (!same_place(before, &after) || before->restrictions != after.restrictions)
		return NOT_BACK;
	if (!strstr(words, "refused: ") && !memory)
		return NOT_SAID;
	if (has_record())
		return LEFT_RECORD;
	return has_made(made) ? LEFT_FILES : REFUSED;
}

/* RESULT is what closing said; the place INSIDE is where it may have left the process then. */
static enum verdict judge_close(int result, struct place *before, const struct place *inside)
{
	struct place after = where();

	if (result == PAM_SUCCESS && has_children())
		return LEFT_CHILDREN;
	if (result == PAM_SUCCESS && same_place(before, &after))
		return WHOLE;
	if (result == PAM_SUCCESS) {
		before->directory = before->root;
		return same_place(before, &after) ? AT_ROOT : NOT_CLOSED;
	}
	if (!strstr(words, "cannot leave") && !memory)
		return NOT_SAID;
	if (memory && same_place(inside, &after))
		return SAID;
	/* As far back as it could go, on the whole way or a part of it. */
	return is_between(before, inside, &after) ? SAID : HALF_CLOSED;
}

/*
 * One session, under the tracer between the markers. PAM_SYSTEM_ERR is libpam's own, where it
 * cannot write to the audit log: the module is done.
 */
static enum verdict one_session(pam_handle_t *pamh, unsigned whole, char **made)
{
	struct place before = where(), inside;
	int result;

	words[0] = '\0';
	mark();
	result = pam_open_session(pamh, PAM_SILENT);
	mark();
	inside = where();
	/* Without memory libpam says PAM_SYSTEM_ERR also of a session that is refused. */
	if (result != PAM_SUCCESS &&
	    (result != PAM_SYSTEM_ERR || (memory && inside.namespaces[0] == before.namespaces[0])))
		return judge_refusal(&before, made);
	if (before.namespaces[0] == inside.namespaces[0] || inside.n_mounts + 1 < whole)
		return NOT_WHOLE;
	words[0] = '\0';
	mark();
	result = pam_close_session(pamh, PAM_SILENT);
	mark();
	/* Without memory libpam may not even call the module. */
	if (result == PAM_SYSTEM_ERR)
		result = memory ? PAM_SESSION_ERR : PAM_SUCCESS;
	return judge_close(result, &before, &inside);
}

/* --- the tracer --------------------------------------------------------------------------------
 */

/* Errors that the call can give; calls that cannot fail, or where skipping is no failure, have
 * none. */
static const int *errors_of(long number)
{
	static const int none[] = {0}, no_memory[] = {ENOMEM, 0},
			 opening[] = {ENOENT, EACCES, EMFILE, 0};
	static const int making[] = {ENOSPC, EROFS, EEXIST, 0}, reading[] = {EIO, 0};
	static const int mounting[] = {ENOMEM, EPERM, EINVAL, ENOSPC, 0};
	static const int process[] = {EAGAIN, ENOMEM, 0}, changing[] = {EPERM, EROFS, EIO, 0};
	/* Of waiting for a child that there is, a signal alone keeps a process. */
	static const int waiting[] = {EINTR, 0}, polling[] = {EINTR, ENOMEM, 0};
	static const int other[] = {EPERM, ENOMEM, 0};

	switch (number) {
	case SYS_close:
	case SYS_munmap:
	case SYS_umask:
	case SYS_getpid:
	case SYS_getuid:
	case SYS_geteuid:
	case SYS_getgid:
	case SYS_getegid:
	case SYS_gettid:
	case SYS_rt_sigaction:
	case SYS_rt_sigprocmask:
	case SYS_futex:
	case SYS_exit_group:
	case SYS_prctl: /* what is set here is always to be had */
		return none;
	case SYS_mmap:
	case SYS_brk:
	case SYS_mprotect:
		return no_memory;
	case SYS_openat:
	case SYS_openat2:
		return opening;
	case SYS_mkdirat:
	case SYS_mknodat:
	case SYS_symlinkat:
		return making;
	case SYS_read:
	case SYS_pread64:
	case SYS_lseek:
	case SYS_fstat:
	case SYS_newfstatat:
		return reading;
	case SYS_fchown:
	case SYS_fchownat:
	case SYS_fchmod:
	case 452: /* fchmodat2, which this C library's headers may lack */
		return changing;
	case SYS_clone:
	case SYS_clone3:
	case SYS_fork:
	case SYS_vfork:
		return process;
	case SYS_wait4:
	case SYS_waitid:
		return waiting;
	case SYS_poll:
	case SYS_ppoll:
		return polling;
	case SYS_open_tree:
	case SYS_move_mount:
	case SYS_fsopen:
	case SYS_fsconfig:
	case SYS_fsmount:
	case SYS_mount_setattr:
	case SYS_setns:
	case SYS_unshare:
	case SYS_pivot_root:
	case SYS_umount2:
		return mounting;
	default:
		return other;
	}
}

/* One fault: call number INDEX is to fail with the error number CHOICE of that call's. */
struct fault {
	unsigned index, choice;
	bool kill;    /* or the process is killed there */
	long call;    /* which call that is; -1 past the last */
	int error;    /* 0 past the last error */
	bool closing; /* it is one of pam_close_session()'s */
};

static bool is_marker(const struct user_regs_struct *registers)
{
	return registers->orig_rax == SYS_getpgid && (int)registers->rdi == MARKER_ARGUMENT;
}

/* Makes the call that the child is about to do fail with ERROR: it is skipped. */
static void fail_call(pid_t child, struct user_regs_struct *registers, int error)
{
	registers->orig_rax = (unsigned long long)-1;
	ptrace(PTRACE_SETREGS, child, NULL, registers);
	ptrace(PTRACE_SYSCALL, child, NULL, NULL);
	waitpid(child, NULL, 0);
	registers->rax = (unsigned long long)-error;
	ptrace(PTRACE_SETREGS, child, NULL, registers);
}

static void strike(pid_t child, struct user_regs_struct *registers, struct fault *fault)
{
	fault->call = (long)registers->orig_rax;
	if (fault->kill) {
		/* Once is enough, whatever errors it has. */
		fault->error = fault->choice == 0;
		if (fault->error)
			kill(child, SIGKILL);
		return;
	}
	for (unsigned i = 0; i <= fault->choice; i++)
		if (!(fault->error = errors_of(fault->call)[i]))
			return;
	fail_call(child, registers, fault->error);
}

/* Follows the child between the markers, two for opening and two for closing, up to the fault. */
static void follow(pid_t child, struct fault *fault)
{
	struct user_regs_struct registers;
	unsigned seen = 0, markers = 0;
	bool entering = true;
	int status;

	fault->call = -1;
	fault->error = 0;
	for (; markers < 4; entering = !entering) {
		ptrace(PTRACE_SYSCALL, child, NULL, NULL);
		if (waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status))
			return;
		if (!entering || ptrace(PTRACE_GETREGS, child, NULL, &registers) < 0)
			continue;
		if (is_marker(&registers)) {
			markers++;
		} else if (markers % 2 == 1 && seen++ == fault->index) {
			fault->closing = markers == 3;
			strike(child, &registers, fault);
			return;
		}
	}
}

/* What the child left running comes to this process, the subreaper, and must end by itself. */
static bool all_ended(void)
{
	for (int tries = 0; tries < END_SECONDS * 100; tries++) {
		pid_t pid = waitpid(-1, NULL, WNOHANG | __WALL);

		if (pid < 0 && errno == ECHILD)
			return true;
		if (pid == 0)
			usleep(10000);
	}
	return false;
}

/* The session in a child that nothing fails, and is ended with it open; its number of mounts. */
static unsigned count_mounts(pam_handle_t *pamh)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0)
		_exit(pam_open_session(pamh, PAM_SILENT) == PAM_SUCCESS ? (int)where().n_mounts
									: 0);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? (unsigned)WEXITSTATUS(status) : 0;
}

/* The sweep: what holds for every session of it. */
struct sweep {
	pam_handle_t *pamh;
	char **made;
	bool joining;
	unsigned whole;		    /* the mounts of a session */
	struct place host;	    /* the parent's, on the host */
	struct stat kept[MADE_MAX]; /* MADE, after a session that nothing fails */
	unsigned counts[GOOD + 1], kills, broken;
};

static void look_at_made(const struct sweep *sweep, struct stat *stats)
{
	memset(stats, 0, MADE_MAX * sizeof(*stats));
	for (size_t i = 0; i < MADE_MAX && sweep->made[i]; i++)
		if (lstat(sweep->made[i], &stats[i]) < 0)
			stats[i].st_mode = 0;
}

/* After a kill: what it left of MADE must be nothing, or serve the next session as well. */
static int try_next(const struct sweep *sweep)
{
	struct stat now[MADE_MAX];

	if (count_mounts(sweep->pamh) != sweep->whole)
		return NO_NEXT;
	look_at_made(sweep, now);
	for (size_t i = 0; i < MADE_MAX && sweep->made[i]; i++)
		if (now[i].st_mode != sweep->kept[i].st_mode ||
		    now[i].st_uid != sweep->kept[i].st_uid ||
		    now[i].st_gid != sweep->kept[i].st_gid)
			return OTHER_OWNER;
	return WHOLE;
}

/* A session that stays open until END is closed; its process, or 0 where it is not to be. */
static pid_t hold_session(const struct sweep *sweep, int *end)
{
	int ends[2], said[2];
	pid_t pid;
	char byte;

	if (!sweep->joining)
		return 0;
	if (pipe2(ends, O_CLOEXEC) < 0 || pipe2(said, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		exit(2);
	if (pid == 0) {
		close(ends[1]);
		if (pam_open_session(sweep->pamh, PAM_SILENT) == PAM_SUCCESS &&
		    write(said[1], "", 1) == 1 && read(ends[0], &byte, 1) == 0)
			_exit(pam_close_session(sweep->pamh, PAM_SILENT));
		_exit(1);
	}
	close(ends[0]);
	close(said[1]);
	if (read(said[0], &byte, 1) != 1)
		exit(2);
	close(said[0]);
	*end = ends[1];
	return pid;
}

static void end_session(pid_t pid, int end)
{
	if (pid <= 0)
		return;
	close(end);
	waitpid(pid, NULL, 0);
}

/* One child, one fault; returns its verdict. */
static int inject(const struct sweep *sweep, struct fault *fault)
{
	int status = 0, verdict, end = -1;
	pid_t held = hold_session(sweep, &end), child = fork();
	unsigned ignored;

	if (child == 0) {
		/* Held open here it would not end. */
		if (held)
			close(end);
		if (!memory) {
			ptrace(PTRACE_TRACEME, 0, NULL, NULL);
			raise(SIGSTOP);
		}
		/* What the other session made is its own. */
		_exit((int)one_session(sweep->pamh, sweep->whole,
				       held ? &(char *){NULL} : sweep->made));
	}
	if (!memory) {
		waitpid(child, &status, 0);
		follow(child, fault);
		ptrace(PTRACE_DETACH, child, NULL, NULL);
	}
	waitpid(child, &status, 0);
	verdict = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	if (fault->kill && fault->error && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		verdict = WHOLE;
	end_session(held, end);
	if (!all_ended())
		verdict = LEFT_PROCESSES;
	if (hash_lines("self/mountinfo", NULL, &ignored) != sweep->host.mounts)
		verdict = LEFT_MOUNTS;
	if (fault->kill && fault->error && verdict == WHOLE)
		verdict = try_next(sweep);
	remove_made(sweep->made);
	return verdict;
}

/* Adds the verdict to the counts, and prints one that breaks the promise. */
static void judge(struct sweep *sweep, int verdict, const struct fault *fault)
{
	bool good = verdict >= WHOLE && verdict <= GOOD;

	/*
	 * A working directory that root may not open, as on NFS, is not gone back to; nor is one
	 * that cannot be opened, compared or entered when the session closes.
	 */
	if (verdict == AT_ROOT && !fault->closing)
		good = fault->error == EACCES && fault->call == SYS_openat;
	if (good && fault->kill)
		sweep->kills++;
	else if (good)
		sweep->counts[verdict]++;
	if (good)
		return;
	sweep->broken++;
	printf("%s: call %u (number %ld) %s: %s; the log: %s\n",
	       fault->closing ? "closing" : "opening", fault->index, fault->call,
	       fault->kill ? "killed" : strerrorname_np(fault->error),
	       verdict >= WHOLE && verdict < VERDICTS ? verdicts[verdict] : "the process died",
	       words);
}

/* Every STRIDE-th call; returns how many calls a session makes. */
static unsigned run(struct sweep *sweep, unsigned stride, bool kill)
{
	struct fault fault = {.kill = kill};

	for (; fault.call >= 0; fault.index += stride) {
		fault.error = 1;
		for (fault.choice = 0; fault.error && fault.call >= 0; fault.choice++) {
			int verdict = inject(sweep, &fault);

			if (fault.call >= 0 && fault.error)
				judge(sweep, verdict, &fault);
		}
		if (fault.index % (50 * stride) == 0)
			fprintf(stderr, "faults: call %u\n", fault.index);
	}
	return fault.index - stride;
}

/* From every STRIDE-th allocation on; returns how many a session makes. */
static unsigned run_memory(struct sweep *sweep, unsigned stride)
{
	struct fault fault = {.error = ENOMEM};

	for (memory->from = 1;; memory->from += stride) {
		int verdict;

		memory->count = 0;
		verdict = inject(sweep, &fault);
		if (memory->count < memory->from)
			return (unsigned)memory->count;
		fault.index = (unsigned)memory->from;
		judge(sweep, verdict, &fault);
	}
}

int main(int argc, char **argv)
{
	struct pam_conv conversation = {.conv = talk};
	bool kill = argc > 1 && strcmp(argv[1], "-k") == 0;
	bool no_memory = argc > 1 && strcmp(argv[1], "-m") == 0;
	const struct passwd *user;
	struct sweep sweep = {0};
	unsigned stride, calls;

	argv += kill || no_memory;
	argc -= kill || no_memory;
	sweep.joining = argc > 1 && strcmp(argv[1], "-j") == 0;
	argv += sweep.joining;
	argc -= sweep.joining;
	stride = argc > 1 ? (unsigned)atoi(argv[1]) : 0;
	words = mmap(NULL, WORDS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	prctl(PR_SET_CHILD_SUBREAPER, 1L);
	if (argc < 4 || argc > 4 + MADE_MAX || !stride ||
	    pam_start(argv[2], argv[3], &conversation, &sweep.pamh) != PAM_SUCCESS)
		return 2;
	user = getpwnam(argv[3]);
	snprintf(records, sizeof(records), "/run/nstree/%d", user ? (int)user->pw_uid : -1);
	sweep.made = argv + 4;
	sweep.host = where();
	sweep.whole = count_mounts(sweep.pamh);
	look_at_made(&sweep, sweep.kept);
	remove_made(sweep.made);
	if (!sweep.whole || !all_ended()) {
		printf("%s: %s\n",
		       sweep.whole ? "a session that nothing fails leaves a process"
				   : "no session to begin with",
		       words);
		return 2;
	}
	if (no_memory)
		memory = mmap(NULL, sizeof(*memory), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	calls = no_memory ? run_memory(&sweep, stride) : run(&sweep, stride, kill);
	printf("%u %s, every %u.: ", calls, no_memory ? "allocations" : "calls", stride);
	if (kill)
		printf("%u kills, ", sweep.kills);
	else
		printf("%u faults: %u sessions whole, %u refused, %u closed to '/', %u not closed "
		       "and said so, ",
		       sweep.counts[WHOLE] + sweep.counts[REFUSED] + sweep.counts[AT_ROOT] +
			       sweep.counts[SAID] + sweep.broken,
		       sweep.counts[WHOLE], sweep.counts[REFUSED], sweep.counts[AT_ROOT],
		       sweep.counts[SAID]);
	printf("%u broken\n", sweep.broken);
	return sweep.broken != 0;
}
