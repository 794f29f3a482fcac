/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * open_session ROUNDS WARMUP SERVICE:USER...
 *
 * Times pam_open_session() and what ends a session, for each of the PAM services, ROUNDS times
 * after WARMUP rounds that do not count. Each open is in a child just forked, as sshd does it, so
 * that it starts in the host's namespace. In every round each service has one turn, in an order of
 * its own.
 *
 * Prints comma-separated values with a head line: for each service the first quartile, the median
 * and the third quartile, in microseconds, of three times.
 *
 * open:  pam_open_session() alone.
 *
 * close: pam_close_session() alone.
 *
 * end:   from the beginning of pam_close_session() until the child is gone, and the namespace with
 * it.
 *
 * A service that fails is named on the standard error and left out; the exit status is 1 then.
 */
#include <security/pam_appl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { OPEN, CLOSE, END, N_TIMES };

/* Microseconds after each session, for what others do on its account: journald, the kernel. */
#define PAUSE 50000

struct contender {
	const char *service;
	const char *user;
	double *times[N_TIMES]; /* ROUNDS each */
	bool failed;
};

/* What the child tells; times of CLOCK_MONOTONIC, which is the same in every process. */
struct session {
	int status;
	double open, opened, closed;
};

static double now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static int no_conversation(int count, const struct pam_message **messages,
			   struct pam_response **responses, void *data)
{
	(void)messages;
	(void)data;
	*responses = calloc((size_t)count, sizeof(**responses));
	return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

static void hold_session(const struct contender *contender, struct session *session)
{
	static const struct pam_conv conversation = {no_conversation, NULL};
	pam_handle_t *pamh = NULL;

	session->status = pam_start(contender->service, contender->user, &conversation, &pamh);
	if (session->status != PAM_SUCCESS)
		return;
	session->open = now();
	session->status = pam_open_session(pamh, PAM_SILENT);
	session->opened = now();
	if (session->status != PAM_SUCCESS)
		return;
	session->status = pam_close_session(pamh, PAM_SILENT);
	session->closed = now();
}

static bool time_session(const struct contender *contender, double times[N_TIMES])
{
	struct session session = {.status = PAM_SYSTEM_ERR};
	int status, ends[2];
	pid_t child;

	if (pipe(ends) < 0 || (child = fork()) < 0)
		die("pipe, fork");
	if (child == 0) {
		hold_session(contender, &session);
		_exit(write(ends[1], &session, sizeof(session)) != sizeof(session));
	}
	if (waitpid(child, &status, 0) < 0)
		die("waitpid");
	times[END] = now();
	if (status == 0 && read(ends[0], &session, sizeof(session)) != sizeof(session))
		die("read");
	close(ends[0]);
	close(ends[1]);
	times[OPEN] = session.opened - session.open;
	times[CLOSE] = session.closed - session.opened;
	times[END] -= session.opened;
	return session.status == PAM_SUCCESS;
}

static void shuffle(size_t *order, size_t count)
{
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (size_t i = count; i > 1; i--) {
		size_t other = (size_t)rand() % i, kept = order[i - 1];

		order[i - 1] = order[other];
		order[other] = kept;
	}
}

static int compare(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;

	return (a > b) - (a < b);
}

static void print_quartiles(double *times, size_t count)
{
	qsort(times, count, sizeof(*times), compare);
	printf(",%.0f,%.0f,%.0f", times[count / 4], times[count / 2], times[count * 3 / 4]);
}

/* NULL for a wrong call. */
static struct contender *read_contenders(char **words, size_t count, size_t rounds)
{
	struct contender *contenders = calloc(count, sizeof(*contenders));

	for (size_t i = 0; contenders && i < count; i++) {
		char *colon = strchr(words[i], ':');

		if (!colon)
			return NULL;
		*colon = '\0';
		contenders[i].service = words[i];
		contenders[i].user = colon + 1;
		for (size_t time = 0; time < N_TIMES; time++)
			if (!(contenders[i].times[time] = calloc(rounds, sizeof(double))))
				die("calloc");
	}
	return contenders;
}

/* COUNTS is false while warming up. */
static void take_turn(struct contender *contender, size_t round, bool counts)
{
	double times[N_TIMES];

	if (contender->failed)
		return;
	if (!time_session(contender, times)) {
		fprintf(stderr, "open_session: %s failed\n", contender->service);
		contender->failed = true;
	}
	for (size_t time = 0; counts && time < N_TIMES; time++)
		contender->times[time][round] = times[time];
	usleep(PAUSE);
}

static void run_rounds(struct contender *contenders, size_t count, size_t rounds, size_t warmup)
{
	size_t *order = calloc(count, sizeof(*order));

	if (!order)
		die("calloc");
	for (size_t round = 0; round < warmup + rounds; round++) {
		shuffle(order, count);
		for (size_t i = 0; i < count; i++)
			take_turn(&contenders[order[i]], round - warmup, round >= warmup);
	}
	free(order);
}

/* Whether all went well. */
static bool print_contenders(const struct contender *contenders, size_t count, size_t rounds)
{
	bool well = true;

	printf("service,open_q1,open_median,open_q3,close_q1,close_median,close_q3,"
	       "end_q1,end_median,end_q3\n");
	for (size_t i = 0; i < count; i++) {
		if (contenders[i].failed) {
			well = false;
			continue;
		}
		printf("%s", contenders[i].service);
		for (size_t time = 0; time < N_TIMES; time++)
			print_quartiles(contenders[i].times[time], rounds);
		printf("\n");
	}
	return well;
}

int main(int argc, char **argv)
{
	size_t rounds = argc > 3 ? strtoul(argv[1], NULL, 10) : 0;
	size_t warmup = argc > 3 ? strtoul(argv[2], NULL, 10) : 0;
	size_t count = argc > 3 ? (size_t)argc - 3 : 0;
	struct contender *contenders = rounds ? read_contenders(argv + 3, count, rounds) : NULL;

	if (!contenders) {
		fprintf(stderr, "usage: open_session ROUNDS WARMUP SERVICE:USER...\n");
		return 2;
	}
	run_rounds(contenders, count, rounds, warmup);
	return print_contenders(contenders, count, rounds) ? 0 : 1;
}
