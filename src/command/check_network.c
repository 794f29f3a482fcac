/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_network.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "names.h"

/* Daemons of the host that ask the network what a session asks them. */
static const struct {
	const char *place, *daemon;
} resolvers[] = {
	{"/var/lib/sss/pipes", "sssd"},
	{"/run/nscd", "nscd"},
	{"/run/nslcd", "nslcd"},
	{"/run/systemd/resolve", "systemd-resolved"},
	{"/run/systemd/userdb/io.systemd.Multiplexer", "systemd-userdbd"},
	{"/run/samba/winbindd", "winbind"},
	{"/run/dbus", "services on D-Bus"},
	{"/run/avahi-daemon", "avahi"},
};

/* Whether row INDEX shows PLACE of the host's, and no row after it covers that. */
static bool shows(const struct tree *tree, size_t index, const char *place)
{
	const struct row *row = &tree->rows[index];
	const char *rest = name_below(place, row->source);
	char path[PATH_MAX];

	if (row->kind != ROW_BIND || row->network == ROW_NETWORK_HOST)
		return false;
	if (name_below(row->source, place))
		return !tree_covers(tree, index, row->target);
	/* (The root of a filesystem does not show others without rbind.) */
	if (!rest || (!row->recursive && strcmp(row->source, "/") == 0))
		return false;
	snprintf(path, sizeof(path), "%s/%s", strcmp(row->target, "/") == 0 ? "" : row->target,
		 rest);
	return !tree_covers(tree, index, path);
}

static void check_resolvers(const struct rule *rule, const struct tree *tree, struct report *report)
{
	for (size_t i = 0; i < tree->n_rows; i++)
		for (size_t j = 0; j < sizeof(resolvers) / sizeof(*resolvers); j++) {
			const struct row *row = &tree->rows[i];
			const char *name = strrchr(row->source, '/');

			/* A file that is read, such as resolv.conf, asks nobody. */
			if (!shows(tree, i, resolvers[j].place) ||
			    (name && strcmp(name, "/stub-resolv.conf") == 0))
				continue;
			report_say(report, SEVERITY_WARNING, CODE_NETWORK_LEAK, row->file,
				   row->line,
				   "with net=%s '%s' lets a session ask the host's network by way "
				   "of %s: add x-nstree.net=host to the row, which leaves it out "
				   "then",
				   rule->network.name, row->source, resolvers[j].daemon);
			break;
		}
}

/* Whether ROW is a part of the host's sysfs that has its network interfaces. */
static bool shows_interfaces(const struct row *row)
{
	char source[PATH_MAX];

	snprintf(source, sizeof(source), "%s%s%s", strcmp(row->source, "/") == 0 ? "" : row->source,
		 row->subdirectory ? "/" : "", row->subdirectory ? row->subdirectory : "");
	/* (network_rows_add() covers /sys itself.) */
	if (!name_below(source, "/sys") || (!row->subdirectory && strcmp(source, "/sys") == 0))
		return false;
	return name_below("/sys/class/net", source) || name_below(source, "/sys/class/net") ||
	       name_below(source, "/sys/devices");
}

static void check_sysfs(const struct rule *rule, const struct tree *tree, struct report *report)
{
	for (size_t i = 0; i < tree->n_rows; i++) {
		const struct row *row = &tree->rows[i];

		if (row->kind != ROW_BIND || row->network == ROW_NETWORK_HOST ||
		    !shows_interfaces(row) || tree_covers(tree, i, row->target))
			continue;
		report_say(report, SEVERITY_WARNING, CODE_NETWORK_SYSFS, row->file, row->line,
			   "with net=%s the row shows the host's network interfaces: write /sys "
			   "as the source, which becomes the session's own, or leave the row out",
			   rule->network.name);
	}
}

/* getaddrinfo(3) asks by UDP first. */
static bool has_dns(const struct network *network)
{
	const struct ports *ports = &network->udp.connect;

	if (!network->udp.said || ports->any)
		return network->udp.said;
	for (size_t i = 0; i < ports->n_ranges; i++)
		if (ports->ranges[i].first <= 53 && 53 <= ports->ranges[i].last)
			return true;
	return false;
}

static bool has_loopback_alone(const struct network *network)
{
	return network->name && strcmp(network->name, "none") == 0;
}

void check_network(const struct rule *rule, const struct tree *tree, struct report *report)
{
	const struct network *network = &rule->network;

	if (network_is_separate(network)) {
		check_resolvers(rule, tree, report);
		check_sysfs(rule, tree, report);
	}
	if (has_loopback_alone(network))
		return;
	if (network->tcp.said && !has_dns(network))
		report_say(report, SEVERITY_NOTE, CODE_NO_DNS, rule->file, rule->line,
			   "sessions cannot ask a DNS server: names are found in /etc/hosts, or by "
			   "a daemon that a row lets them reach; udp=connect:53 opens it");
	/* (Landlock has a right for bind(2), and none for listen(2).) */
	if (network->tcp.said && !network->tcp.bind.any)
		report_say(report, SEVERITY_NOTE, CODE_TCP_LISTEN, rule->file, rule->line,
			   "tcp= does not restrict a server that calls listen(2) without bind(2): "
			   "the kernel chooses its port; with net=none nobody outside reaches it");
}
