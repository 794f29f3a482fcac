/* SPDX-License-Identifier: BSD-3-Clause */
#include "network.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "cleanup.h"
#include "names.h"

#define CONNECT "connect:"
#define BIND "bind:"
#define PORTS_EXAMPLE "connect:22,443,bind:8000-8999"

int network_read_name(const char *word, struct network *network, struct error *error)
{
	if (strcmp(word, "host") == 0)
		return 0;
	if (!name_is_component(word))
		return error_set(
			error, EINVAL,
			"'net=%.100s' is no network: write net=none, net=host, or the name "
			"of a file in " NETWORK_DIRECTORY " (ip netns add NAME)",
			word);
	network->name = strdup(word);
	return network->name ? 0 : error_no_memory(error);
}

/* Reads LENGTH decimal digits of a port. Not strtoul(3), which takes blanks and signs too. */
static bool read_port(const char *digits, size_t length, uint16_t *port)
{
	unsigned value = 0;

	if (!length || length > 5)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return false;
		value = value * 10 + (unsigned)(digits[i] - '0');
	}
	*port = (uint16_t)value;
	return value && value <= UINT16_MAX;
}

static bool read_port_range(const char *word, struct port_range *range)
{
	const char *dash = strchr(word, '-');
	size_t first = dash ? (size_t)(dash - word) : strlen(word);

	if (!read_port(word, first, &range->first))
		return false;
	range->last = range->first;
	return !dash ||
	       (read_port(dash + 1, strlen(dash + 1), &range->last) && range->first <= range->last);
}

static int add_range(struct ports *ports, const struct port_range *range, struct error *error)
{
	struct port_range *larger =
		reallocarray(ports->ranges, ports->n_ranges + 1, sizeof(*larger));

	if (!larger)
		return error_no_memory(error);
	ports->ranges = larger;
	ports->ranges[ports->n_ranges++] = *range;
	return 0;
}

/* One item of a list: a number, a range, or none or any, which stand alone. */
static int add_item(const char *option, const char *item, struct ports *ports, struct error *error)
{
	struct port_range range;

	if (strcmp(item, "any") == 0) {
		ports->any = true;
		return 0;
	}
	if (strcmp(item, "none") == 0)
		return 0;
	if (!read_port_range(item, &range))
		return error_set(error, EINVAL,
				 "'%.50s' in '%s' is no port: write numbers from 1 to 65535, "
				 "ranges such as 8000-8999, none or any, as in %s" PORTS_EXAMPLE,
				 item, option, option);
	return add_range(ports, &range, error);
}

/* A list is one of none, any, and ports. */
static int check_ports(const char *option, const struct ports *ports, size_t n_items,
		       struct error *error)
{
	bool alone = ports->any || !ports->n_ranges;

	if (alone ? n_items == 1 : ports->n_ranges == n_items)
		return 0;
	return error_set(error, EINVAL,
			 "'%s' joins none or any to other ports: write one of them alone, or ports",
			 option);
}

/* The list that the item begins, whose prefix is taken off *ITEM; NULL where it goes on. */
static struct ports *find_list(struct port_policy *policy, char **item)
{
	if (strncmp(*item, CONNECT, strlen(CONNECT)) == 0) {
		*item += strlen(CONNECT);
		return &policy->connect;
	}
	if (strncmp(*item, BIND, strlen(BIND)) == 0) {
		*item += strlen(BIND);
		return &policy->bind;
	}
	return NULL;
}

static int read_lists(const char *option, char *words, struct port_policy *policy,
		      struct error *error)
{
	struct ports *list = NULL;
	bool began[2] = {false, false};
	size_t n_items = 0;
	int result = 0;

	for (char *item; result == 0 && (item = strsep(&words, ","));) {
		struct ports *next = find_list(policy, &item);

		if (next && list)
			result = check_ports(option, list, n_items, error);
		if (next && began[next == &policy->bind])
			result = error_set(error, EINVAL, "'%s' has %s twice: write it once",
					   option, next == &policy->bind ? BIND : CONNECT);
		if (next) {
			began[next == &policy->bind] = true;
			list = next;
			n_items = 0;
		}
		if (result == 0 && !list)
			result = error_set(error, EINVAL,
					   "'%s%.50s' does not say what for: write %s" PORTS_EXAMPLE
					   ", or %sany",
					   option, item, option, option);
		if (result == 0)
			result = add_item(option, item, list, error);
		n_items++;
	}
	return result == 0 ? check_ports(option, list, n_items, error) : result;
}

int network_read_ports(const char *option, const char *words, struct port_policy *policy,
		       struct error *error)
{
	cleanup(cleanup_free) char *copy = strdup(words);

	if (!copy)
		return error_no_memory(error);
	policy->said = true;
	if (strcmp(words, "any") == 0 || strcmp(words, "none") == 0) {
		policy->connect.any = policy->bind.any = words[0] == 'a';
		return 0;
	}
	return read_lists(option, copy, policy, error);
}

bool network_is_separate(const struct network *network)
{
	return network->name;
}

bool network_has_ports(const struct network *network)
{
	return network->tcp.said || network->udp.said;
}

static bool has_any(const struct ports *ports)
{
	return ports->any || ports->n_ranges;
}

bool network_has_udp(const struct network *network)
{
	if (!network->udp.said)
		return !network->tcp.said;
	return has_any(&network->udp.connect) || has_any(&network->udp.bind);
}

static void add_port_list(struct buffer *text, const char *prefix, const struct ports *ports)
{
	char digits[32];

	buffer_add(text, prefix);
	if (ports->any || !ports->n_ranges)
		buffer_add(text, ports->any ? "any" : "none");
	for (size_t i = 0; !ports->any && i < ports->n_ranges; i++) {
		const struct port_range *range = &ports->ranges[i];

		if (range->first == range->last)
			snprintf(digits, sizeof(digits), "%s%u", i ? "," : "", range->first);
		else
			snprintf(digits, sizeof(digits), "%s%u-%u", i ? "," : "", range->first,
				 range->last);
		buffer_add(text, digits);
	}
}

static void add_policy(struct buffer *text, const char *option, const struct port_policy *policy)
{
	if (!policy->said)
		return;
	if (text->length)
		buffer_add(text, " ");
	buffer_add(text, option);
	add_port_list(text, CONNECT, &policy->connect);
	add_port_list(text, "," BIND, &policy->bind);
}

char *network_text(const struct network *network)
{
	struct buffer text = {0};

	if (network->name) {
		buffer_add(&text, "net=");
		buffer_add(&text, network->name);
	}
	add_policy(&text, "tcp=", &network->tcp);
	add_policy(&text, "udp=", &network->udp);
	return buffer_take(&text);
}

static int copy_ports(struct ports *to, const struct ports *from, struct error *error)
{
	int result = 0;

	to->any = from->any;
	for (size_t i = 0; result == 0 && i < from->n_ranges; i++)
		result = add_range(to, &from->ranges[i], error);
	return result;
}

static int copy_policy(struct port_policy *to, const struct port_policy *from, struct error *error)
{
	int result = copy_ports(&to->connect, &from->connect, error);

	to->said = from->said;
	return result == 0 ? copy_ports(&to->bind, &from->bind, error) : result;
}

int network_copy(struct network *to, const struct network *from, struct error *error)
{
	cleanup(network_clear) struct network copy = {0};
	int result;

	copy.name = from->name ? strdup(from->name) : NULL;
	if (from->name && !copy.name)
		return error_no_memory(error);
	result = copy_policy(&copy.tcp, &from->tcp, error);
	if (result == 0)
		result = copy_policy(&copy.udp, &from->udp, error);
	if (result < 0)
		return result;
	*to = copy;
	copy = (struct network){0};
	return 0;
}

void network_clear(struct network *network)
{
	free(network->name);
	free(network->tcp.connect.ranges);
	free(network->tcp.bind.ranges);
	free(network->udp.connect.ranges);
	free(network->udp.bind.ranges);
	*network = (struct network){0};
}
