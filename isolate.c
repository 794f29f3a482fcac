/* SPDX-License-Identifier: BSD-3-Clause */
#include "isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>

#include "cleanup.h"
#include "landlock.h"

#define WORDS "none, ptrace, signal, socket, ipc, userns, pid or nnp"

static const struct word {
	const char *name;
	unsigned bit; /* 0 for none */
} words_known[] = {
	{"none", 0},
	{"ptrace", ISOLATE_PTRACE},
	{"signal", ISOLATE_SIGNAL},
	{"socket", ISOLATE_SOCKET},
	{"ipc", ISOLATE_IPC},
	{"userns", ISOLATE_USERNS},
	{"pid", ISOLATE_PID},
	{"nnp", ISOLATE_NNP},
};

static const struct word *find_word(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(words_known) / sizeof(words_known[0]); i++)
		if (strlen(words_known[i].name) == length &&
		    !memcmp(words_known[i].name, name, length))
			return &words_known[i];
	return NULL;
}

/* Adds the word NAME of LENGTH bytes, one of WORDS, to the set ISOLATE. */
static int add_word(const char *words, const char *name, size_t length, unsigned *isolate,
		    struct error *error)
{
	const struct word *word = find_word(name, length);

	if (!length)
		return error_say(error, EINVAL,
				 "'isolate=%.100s' has an empty word: write " WORDS
				 ", several joined by +",
				 words);
	if (!word)
		return error_say(error, EINVAL, "'%.*s' is no word of isolate=: write " WORDS,
				 length < 100 ? (int)length : 100, name);
	if (!word->bit && strcmp(words, word->name) != 0)
		return error_say(error, EINVAL,
				 "'%.100s' joins none to a word: write none alone, or "
				 "leave it out",
				 words);
	if (*isolate & word->bit)
		return error_say(error, EINVAL, "'%.100s' has %s twice: write it once", words,
				 word->name);
	*isolate |= word->bit;
	return 0;
}

int isolate_parse(const char *words, unsigned *isolate, struct error *error)
{
	const char *name = words;
	unsigned read = 0;

	for (;;) {
		size_t length = strcspn(name, "+");
		int result = add_word(words, name, length, &read, error);

		if (result < 0)
			return result;
		if (!name[length])
			break;
		name += length + 1;
	}
	/* A word adds to the default; only `none` takes it away. */
	*isolate = read ? read | ISOLATE_PTRACE : 0;
	return 0;
}

const char *isolate_text(unsigned isolate, char text[ISOLATE_TEXT_SIZE])
{
	text[0] = '\0';
	for (size_t i = 0; i < sizeof(words_known) / sizeof(words_known[0]); i++) {
		const struct word *word = &words_known[i];

		if (word->bit ? !(isolate & word->bit) : isolate != 0)
			continue;
		if (text[0])
			strcat(text, "+");
		strcat(text, word->name);
	}
	return text;
}

/* Keeps the way back to the process's namespace of TYPE. */
static int keep_way(struct way_back *way, int type, struct error *error)
{
	cleanup(cleanup_fd) int own = way_back_own(type, error);

	return own < 0 ? own : way_back_open(way, type, own, error);
}

/* The session's own process is started as a child there, and the next child is one here again. */
static int join_pid(struct isolation *isolation, int lock, struct error *error)
{
	int result;

	if (setns(isolation->pid_namespace, CLONE_NEWPID) < 0)
		return error_say(error, errno, "isolate=pid: setns: %m");
	result = first_join(&isolation->first, isolation->words & ISOLATE_SIGNAL, lock, error);
	return result < 0 ? result : way_back_go(&isolation->pid, error);
}

static int prepare_pid(struct isolation *isolation, const struct isolation_shared *shared,
		       struct error *error)
{
	int result = keep_way(&isolation->pid, CLONE_NEWPID, error);

	if (result < 0)
		return result;
	if (!shared)
		isolation->pid_namespace =
			first_start(&isolation->first, isolation->words & ISOLATE_SIGNAL, error);
	else if (shared->pid < 0)
		isolation->pid_namespace = first_share(shared->first, error);
	else
		isolation->pid_namespace = fcntl(shared->pid, F_DUPFD_CLOEXEC, 3);
	if (isolation->pid_namespace < 0)
		return error->number ? -error->number
				     : error_say(error, errno, "isolate=pid: F_DUPFD_CLOEXEC: %m");
	return shared ? join_pid(isolation, shared->lock, error) : 0;
}

static int enter_ipc(struct isolation *isolation, int joined, struct error *error)
{
	struct way_back way = WAY_BACK_INIT;
	int result = keep_way(&way, CLONE_NEWIPC, error);

	if (result == 0 && joined >= 0 && setns(joined, CLONE_NEWIPC) < 0)
		result = error_say(error, errno, "isolate=ipc: setns: %m");
	if (result == 0 && joined < 0 && unshare(CLONE_NEWIPC) < 0)
		result = error_say(
			error, errno, "isolate=ipc: an IPC namespace cannot be made: %m%s",
			errno == ENOSPC ? "; raise the sysctl user.max_ipc_namespaces" : "");
	if (result < 0) {
		way_back_close(&way);
		return result;
	}
	isolation->ipc = way;
	return 0;
}

static int prepare(struct isolation *isolation, const struct isolation_shared *shared,
		   struct error *error)
{
	unsigned words = isolation->words;
	int result = 0;

	if (words)
		result = isolation->ruleset =
			landlock_prepare(words & ISOLATE_SIGNAL, words & ISOLATE_SOCKET, error);
	if (result >= 0 && (words & ISOLATE_USERNS))
		result = filter_prepare(&isolation->filter, error);
	if (result >= 0 && (words & ISOLATE_PID))
		result = prepare_pid(isolation, shared, error);
	if (result >= 0 && (words & ISOLATE_IPC))
		result = enter_ipc(isolation, shared ? shared->ipc : -1, error);
	return result < 0 ? result : 0;
}

int isolation_prepare(unsigned words, const struct isolation_shared *shared,
		      struct isolation **isolation, struct error *error)
{
	struct error ignored = {0};
	int result;

	*isolation = calloc(1, sizeof(**isolation));
	if (!*isolation)
		return error_say(error, ENOMEM, "out of memory");
	**isolation = (struct isolation){.words = words,
					 .ruleset = -1,
					 .pid_namespace = -1,
					 .ipc = WAY_BACK_INIT,
					 .pid = WAY_BACK_INIT};
	result = prepare(*isolation, shared, error);
	if (result < 0)
		isolation_leave(steal_pointer(isolation), &ignored);
	return result;
}

/* Once entered, the descriptors have served; the session's processes would inherit them. */
static void close_prepared(struct isolation *isolation)
{
	cleanup_fd(&isolation->ruleset);
	cleanup_fd(&isolation->pid_namespace);
	isolation->ruleset = isolation->pid_namespace = -1;
	filter_free(steal_pointer(&isolation->filter));
}

int isolation_enter(struct isolation *isolation, struct error *error)
{
	int result = 0;

	if (isolation->pid_namespace >= 0 && setns(isolation->pid_namespace, CLONE_NEWPID) < 0)
		return error_say(error, errno, "isolate=pid: setns: %m");
	if (isolation->ruleset >= 0)
		result = landlock_enter(isolation->ruleset, error);
	if (result == 0 && isolation->filter)
		result = filter_enter(isolation->filter, error);
	if (result == 0 && (isolation->words & ISOLATE_NNP) &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		result = error_say(error, errno, "isolate=nnp: PR_SET_NO_NEW_PRIVS: %m");
	if (result == 0)
		close_prepared(isolation);
	return result;
}

/* Goes one way back, if there is one; what went wrong first is what counts. */
static void go_back(const struct way_back *way, struct error *error)
{
	struct error ignored = {0};

	if (way_back_is_open(way))
		way_back_go(way, error->number ? &ignored : error);
}

int isolation_leave(struct isolation *isolation, struct error *error)
{
	if (!isolation)
		return 0;
	first_end(&isolation->first, error);
	go_back(&isolation->pid, error);
	go_back(&isolation->ipc, error);
	isolation_free(isolation);
	return -error->number;
}

void isolation_free(struct isolation *isolation)
{
	if (!isolation)
		return;
	close_prepared(isolation);
	first_forget(&isolation->first);
	way_back_close(&isolation->ipc);
	way_back_close(&isolation->pid);
	free(isolation);
}
