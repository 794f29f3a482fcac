/* SPDX-License-Identifier: BSD-3-Clause */
#include "landlock.h"

#include <errno.h>

#include "cleanup.h"
#include "kernel.h"

/* What of POLICY is restricted at all: any port of a kind is no restriction. */
static uint64_t restricted_access(const struct port_policy *policy, uint64_t connect, uint64_t bind)
{
	uint64_t access = 0;

	if (policy->said && !policy->connect.any)
		access |= connect;
	if (policy->said && !policy->bind.any)
		access |= bind;
	return access;
}

static uint64_t restricted_ports(const struct network *network)
{
	uint64_t access = restricted_access(&network->tcp, LANDLOCK_CONNECT_TCP, LANDLOCK_BIND_TCP);

	/* Without any port of UDP there are no sockets of it (seccompfilter.h). */
	if (network_has_udp(network))
		access |= restricted_access(&network->udp, LANDLOCK_SEND_UDP, LANDLOCK_BIND_UDP);
	return access;
}

bool landlock_restricts(const struct landlock_domain *domain)
{
	return domain->processes || restricted_ports(domain->network);
}

static int check_abi(const struct landlock_domain *domain, uint64_t ports, struct error *error)
{
	int abi = sys_landlock_create_ruleset(NULL, 0, LANDLOCK_VERSION_FLAG);

	if (domain->processes && abi < LANDLOCK_ABI_SCOPES)
		return error_set(error, EOPNOTSUPP,
				 "this kernel cannot isolate a session: its Landlock has no scopes "
				 "(Linux 6.12 and later have, with landlock in the lsm= list); "
				 "write isolate=none");
	if (domain->sockets && abi < LANDLOCK_ABI_SOCKETS)
		return error_set(error, EOPNOTSUPP,
				 "isolate=socket: this kernel's Landlock cannot tell pathname "
				 "sockets apart (Linux 7.1 and later can); leave socket out");
	if (ports && abi < LANDLOCK_ABI_TCP)
		return error_set(
			error, EOPNOTSUPP,
			"tcp=: this kernel's Landlock cannot restrict ports (Linux 6.7 and "
			"later can, with landlock in the lsm= list); write net=none, or "
			"leave tcp= out");
	if (ports & (LANDLOCK_SEND_UDP | LANDLOCK_BIND_UDP) && abi < LANDLOCK_ABI_UDP)
		return error_set(error, EOPNOTSUPP,
				 "udp=: this kernel's Landlock cannot restrict ports of UDP (Linux "
				 "7.2 and later can); write udp=none or udp=any");
	return 0;
}

static int allow_port(int ruleset, unsigned port, uint64_t access, struct error *error)
{
	const struct landlock_port rule = {.allowed_access = access, .port = port};

	if (sys_landlock_add_port(ruleset, &rule) < 0)
		return error_set(error, errno, "landlock_add_rule of port %u: %m", port);
	return 0;
}

/* Landlock knows no ranges: a rule for each port. */
static int allow_ports(int ruleset, const struct ports *ports, uint64_t access, struct error *error)
{
	int result = 0;

	for (size_t i = 0; !ports->any && i < ports->n_ranges; i++)
		for (unsigned port = ports->ranges[i].first;
		     result == 0 && port <= ports->ranges[i].last; port++)
			result = allow_port(ruleset, port, access, error);
	return result;
}

static int allow_network(int ruleset, const struct network *network, uint64_t restricted,
			 struct error *error)
{
	int result = 0;

	if (network->tcp.said)
		result = allow_ports(ruleset, &network->tcp.connect, LANDLOCK_CONNECT_TCP, error);
	if (result == 0 && network->tcp.said)
		result = allow_ports(ruleset, &network->tcp.bind, LANDLOCK_BIND_TCP, error);
	if (result < 0 || !network_has_udp(network))
		return result;
	result = allow_ports(ruleset, &network->udp.connect, LANDLOCK_SEND_UDP, error);
	if (result == 0)
		result = allow_ports(ruleset, &network->udp.bind, LANDLOCK_BIND_UDP, error);
	/* Port 0: the source port that the kernel chooses for a sender. */
	if (result == 0 && restricted & LANDLOCK_BIND_UDP)
		result = allow_port(ruleset, 0, LANDLOCK_BIND_UDP, error);
	return result;
}

static int create_ruleset(const struct landlock_domain *domain, uint64_t ports, struct error *error)
{
	struct landlock_ruleset attr = {.handled_access_net = ports};
	int ruleset;

	if (domain->processes)
		attr.scoped = LANDLOCK_SCOPE_SOCKETS;
	if (domain->signals)
		attr.scoped |= LANDLOCK_SCOPE_SIGNALS;
	/* Files too: a directory that is passed by a socket must not give access to the host. */
	if (domain->sockets)
		attr.handled_access_fs = LANDLOCK_RESOLVE_UNIX | LANDLOCK_FILES;
	ruleset = sys_landlock_create_ruleset(&attr, sizeof(attr), 0);
	if (ruleset < 0)
		return error_set(error, errno, "landlock_create_ruleset: %m");
	return ruleset;
}

int landlock_prepare(const struct landlock_domain *domain, struct error *error)
{
	uint64_t ports = restricted_ports(domain->network);
	cleanup(cleanup_fd) int ruleset = -1;
	int result = check_abi(domain, ports, error);

	if (result < 0)
		return result;
	ruleset = create_ruleset(domain, ports, error);
	if (ruleset < 0)
		return ruleset;
	result = allow_network(ruleset, domain->network, ports, error);
	return result < 0 ? result : steal_fd(&ruleset);
}

static int allow_path(int ruleset, int fd, uint64_t access, struct error *error)
{
	struct landlock_path path = {.allowed_access = access, .parent_fd = fd};

	if (sys_landlock_add_path(ruleset, &path) < 0)
		return error_set(error, errno, "landlock_add_rule: %m");
	return 0;
}

int landlock_allow_files(int ruleset, int root, struct error *error)
{
	return allow_path(ruleset, root, LANDLOCK_FILES, error);
}

int landlock_allow_socket(int ruleset, int socket, struct error *error)
{
	return allow_path(ruleset, socket, LANDLOCK_RESOLVE_UNIX, error);
}

int landlock_enter(int ruleset, struct error *error)
{
	if (sys_landlock_restrict_self(ruleset, 0) == 0)
		return 0;
	if (errno == E2BIG)
		return error_set(error, E2BIG,
				 "landlock_restrict_self: this process has opened 16 isolated "
				 "sessions, the most that Landlock allows one process");
	return error_set(error, errno, "landlock_restrict_self: %m");
}
