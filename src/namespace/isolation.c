/* SPDX-License-Identifier: BSD-3-Clause */
#include "isolation.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>

#include "cleanup.h"
#include "isolate.h"
#include "landlock.h"
#include "netns.h"

/* The session's own process is started as a child there, and the next child is one here again. */
static int join_pid_namespace(struct isolation *isolation, int lock, struct error *error)
{
	int result;

	if (setns(isolation->pid_namespace, CLONE_NEWPID) < 0)
		return error_set(error, errno, "isolate=pid: setns: %m");
	result = pidns_join(&isolation->pidns, isolation->words & ISOLATE_SIGNAL, lock, error);
	return result < 0 ? result : origin_return(&isolation->pid, error);
}

static int prepare_pid(struct isolation *isolation, const struct isolation_shared *shared,
		       struct error *error)
{
	cleanup(cleanup_fd) int own = origin_open_current(CLONE_NEWPID, error);
	int result = own < 0 ? own : origin_keep(&isolation->pid, CLONE_NEWPID, own, error);

	if (result < 0)
		return result;
	if (!shared)
		isolation->pid_namespace =
			pidns_start(&isolation->pidns, isolation->words & ISOLATE_SIGNAL, error);
	else if (shared->pid < 0)
		isolation->pid_namespace = pidns_share(shared->first, error);
	else
		isolation->pid_namespace = fcntl(shared->pid, F_DUPFD_CLOEXEC, 3);
	if (isolation->pid_namespace < 0)
		return error->number ? -error->number
				     : error_set(error, errno, "isolate=pid: F_DUPFD_CLOEXEC: %m");
	return shared ? join_pid_namespace(isolation, shared->lock, error) : 0;
}

/* Keeps the namespace of TYPE that the process is in. */
static int keep_current(const struct isolation *isolation, struct origin *origin, int type,
			struct error *error)
{
	cleanup(cleanup_fd) int current = origin_open_current(type, error);

	if (current < 0)
		return current;
	return isolation->words & ISOLATE_PID ? origin_keep_descriptor(origin, type, current, error)
					      : origin_keep(origin, type, current, error);
}

static int enter_ipc(struct isolation *isolation, int joined, struct error *error)
{
	struct origin origin = ORIGIN_INIT;
	int result = keep_current(isolation, &origin, CLONE_NEWIPC, error);

	if (result == 0 && joined >= 0 && setns(joined, CLONE_NEWIPC) < 0)
		result = error_set(error, errno, "isolate=ipc: setns: %m");
	if (result == 0 && joined < 0 && unshare(CLONE_NEWIPC) < 0)
		result = error_set(
			error, errno, "isolate=ipc: an IPC namespace cannot be made: %m%s",
			errno == ENOSPC ? "; raise the sysctl user.max_ipc_namespaces" : "");
	if (result < 0) {
		origin_close(&origin);
		return result;
	}
	isolation->ipc = origin;
	return 0;
}

/* A namespace of a name is opened before the process moves. */
static int move_to_network(const struct network *network, int joined, struct error *error)
{
	cleanup(cleanup_fd) int named = -1;

	if (joined >= 0)
		return netns_enter(joined, error);
	if (strcmp(network->name, "none") == 0)
		return netns_enter_new(error);
	named = netns_open(network->name, error);
	return named < 0 ? named : netns_enter(named, error);
}

static int enter_net(struct isolation *isolation, const struct network *network, int joined,
		     struct error *error)
{
	int result = keep_current(isolation, &isolation->net, CLONE_NEWNET, error);

	return result == 0 ? move_to_network(network, joined, error) : result;
}

static int prepare_landlock(struct isolation *isolation, const struct network *network,
			    struct error *error)
{
	const struct landlock_domain domain = {
		.processes = isolation->words,
		.signals = isolation->words & ISOLATE_SIGNAL,
		.sockets = isolation->words & ISOLATE_SOCKET,
		.network = network,
	};

	if (!landlock_restricts(&domain))
		return 0;
	isolation->ruleset = landlock_prepare(&domain, error);
	return isolation->ruleset < 0 ? isolation->ruleset : 0;
}

static enum seccomp_sockets sockets_of(const struct network *network)
{
	if (!network_has_ports(network))
		return network_is_separate(network) ? SECCOMP_SOCKETS_SEPARATE
						    : SECCOMP_SOCKETS_ANY;
	return network_has_udp(network) ? SECCOMP_SOCKETS_TCP_UDP : SECCOMP_SOCKETS_TCP;
}

static int prepare_filter(struct isolation *isolation, const struct network *network,
			  struct error *error)
{
	enum seccomp_sockets sockets = sockets_of(network);
	bool userns = isolation->words & ISOLATE_USERNS;

	if (!userns && sockets == SECCOMP_SOCKETS_ANY)
		return 0;
	return seccomp_filter_prepare(userns, sockets, &isolation->filter, error);
}

static int prepare_words(struct isolation *isolation, const struct network *network,
			 const struct isolation_shared *shared, struct error *error)
{
	unsigned words = isolation->words;
	int result = prepare_landlock(isolation, network, error);

	if (result >= 0)
		result = prepare_filter(isolation, network, error);
	if (result >= 0 && (words & ISOLATE_PID))
		result = prepare_pid(isolation, shared, error);
	if (result >= 0 && (words & ISOLATE_IPC))
		result = enter_ipc(isolation, shared ? shared->ipc : -1, error);
	if (result >= 0 && network_is_separate(network))
		result = enter_net(isolation, network, shared ? shared->net : -1, error);
	return result < 0 ? result : 0;
}

int isolation_prepare(unsigned words, const struct network *network,
		      const struct isolation_shared *shared, struct isolation **isolation,
		      struct error *error)
{
	struct error ignored = {0};
	int result;

	*isolation = calloc(1, sizeof(**isolation));
	if (!*isolation)
		return error_no_memory(error);
	**isolation = (struct isolation){.words = words,
					 .ruleset = -1,
					 .pid_namespace = -1,
					 .ipc = ORIGIN_INIT,
					 .pid = ORIGIN_INIT,
					 .net = ORIGIN_INIT};
	result = prepare_words(*isolation, network, shared, error);
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
	isolation->filter = NULL;
}

int isolation_enter(struct isolation *isolation, struct error *error)
{
	int result = 0;

	if (isolation->pid_namespace >= 0 && setns(isolation->pid_namespace, CLONE_NEWPID) < 0)
		return error_set(error, errno, "isolate=pid: setns: %m");
	if (isolation->ruleset >= 0)
		result = landlock_enter(isolation->ruleset, error);
	if (result == 0 && isolation->filter)
		result = seccomp_filter_enter(isolation->filter, error);
	if (result == 0 && (isolation->words & ISOLATE_NNP) &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		result = error_set(error, errno, "isolate=nnp: PR_SET_NO_NEW_PRIVS: %m");
	if (result == 0)
		close_prepared(isolation);
	return result;
}

/* Returns to one namespace, if it was left. The first error is the one that is reported. */
static void return_to_origin(const struct origin *origin, struct error *error)
{
	struct error ignored = {0};

	if (origin_is_kept(origin))
		origin_return(origin, error->number ? &ignored : error);
}

/*
 * A process that was forked after isolation_enter() was born in the session's PID namespace: no
 * process can leave that, and its children are to be born there too.
 */
static bool is_forked(const struct isolation *isolation)
{
	return isolation->pidns.parent && isolation->pidns.parent != getpid();
}

void isolation_end_processes(struct isolation *isolation)
{
	struct error ignored = {0};

	pidns_end(&isolation->pidns, &ignored);
}

int isolation_leave(struct isolation *isolation, struct error *error)
{
	bool forked;

	if (!isolation)
		return 0;
	forked = is_forked(isolation);
	pidns_end(&isolation->pidns, error);
	if (!forked)
		return_to_origin(&isolation->pid, error);
	return_to_origin(&isolation->ipc, error);
	return_to_origin(&isolation->net, error);
	isolation_free(isolation);
	return -error->number;
}

void isolation_free(struct isolation *isolation)
{
	if (!isolation)
		return;
	close_prepared(isolation);
	pidns_forget(&isolation->pidns);
	origin_close(&isolation->ipc);
	origin_close(&isolation->pid);
	origin_close(&isolation->net);
	free(isolation);
}
