/* SPDX-License-Identifier: BSD-3-Clause */
#include "netgroup.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cleanup.h"
#include "nsswitch.h"

#define NETGROUPS_MAX 1000
#define TRIPLE_SIZE_MAX 65536

/* As struct __netgrent of glibc, in which its NSS modules return one entry of a netgroup. */
struct netgroup_entry {
	enum { NETGROUP_TRIPLE, NETGROUP_GROUP } type;
	union {
		struct {
			const char *host, *user, *domain;
		} triple;
		const char *group;
	} value;
	char *data; /* this and the rest are the module's own */
	size_t data_size;
	union {
		char *cursor;
		unsigned long position;
	} place;
	int first;
	void *reserved[8];
};

typedef enum nss_status setnetgrent_function(const char *netgroup, struct netgroup_entry *entry);
typedef enum nss_status getnetgrent_function(struct netgroup_entry *entry, char *buffer,
					     size_t size, int *number);
typedef enum nss_status endnetgrent_function(struct netgroup_entry *entry);

/* One source's functions; `set` is NULL where it has no netgroups. */
struct netgroup_source {
	const char *name;
	setnetgrent_function *set;
	getnetgrent_function *get;
	endnetgrent_function *end;
};

/* A netgroup while it is searched, with the netgroups that were found in it. */
struct netgroup_search {
	int (*visit)(const char *user, const char *domain, void *data);
	void *data;
	char **names; /* the first is the one that was asked for */
	size_t n_names;
	char *buffer;
	struct error failure; /* the first source that could not answer */
};

static void netgroup_search_clear(struct netgroup_search *search)
{
	for (size_t i = 0; i < search->n_names; i++)
		free(search->names[i]);
	free(search->names);
	free(search->buffer);
}

/* Each name is searched once, so that netgroups in a circle are no harm. */
static int add_netgroup(struct netgroup_search *search, const char *name, struct error *error)
{
	char **larger;

	for (size_t i = 0; i < search->n_names; i++)
		if (strcmp(search->names[i], name) == 0)
			return 0;
	if (search->n_names == NETGROUPS_MAX)
		return error_set(error, E2BIG, "netgroup '%s' has more than %d netgroups in it",
				 search->names[0], NETGROUPS_MAX - 1);
	larger = reallocarray(search->names, search->n_names + 1, sizeof(*larger));
	if (!larger)
		return error_no_memory(error);
	search->names = larger;
	larger[search->n_names] = strdup(name);
	return larger[search->n_names] ? (search->n_names++, 0) : error_no_memory(error);
}

static void note_unanswered(struct netgroup_search *search, const char *netgroup,
			    const struct netgroup_source *source, enum nss_status status)
{
	if (!search->failure.number)
		error_set(&search->failure, EIO,
			  "cannot look up netgroup '%s': the source '%s' of nsswitch.conf could "
			  "not answer (%s)",
			  netgroup, source->name,
			  status == NSS_STATUS_TRYAGAIN ? "TRYAGAIN" : "UNAVAIL");
}

static int load_source(const struct nss_source *listed, struct netgroup_source *source,
		       struct error *error)
{
	void *set = NULL, *get = NULL, *end = NULL;
	int result = nss_source_function(listed, "setnetgrent", &set, error);

	if (result == 0)
		result = nss_source_function(listed, "getnetgrent_r", &get, error);
	if (result == 0)
		result = nss_source_function(listed, "endnetgrent", &end, error);
	*source =
		(struct netgroup_source){listed->name, get ? (setnetgrent_function *)set : NULL,
					 (getnetgrent_function *)get, (endnetgrent_function *)end};
	return result;
}

/* The source `files` says UNAVAIL where /etc/netgroup does not exist: it knows no netgroup then. */
static bool is_missing_file(const struct netgroup_source *source, enum nss_status status)
{
	return status == NSS_STATUS_UNAVAIL && errno == ENOENT &&
	       strcmp(source->name, "files") == 0;
}

/* Visits what SOURCE has of NETGROUP, which it knows. Returns as netgroup_each(). */
static int visit_entries(struct netgroup_search *search, const char *netgroup,
			 const struct netgroup_source *source, struct netgroup_entry *entry,
			 struct error *error)
{
	enum nss_status status = NSS_STATUS_SUCCESS;
	int result = 0, number = 0;

	while (result == 0 && (status = source->get(entry, search->buffer, TRIPLE_SIZE_MAX,
						    &number)) == NSS_STATUS_SUCCESS) {
		if (entry->type == NETGROUP_GROUP)
			result = add_netgroup(search, entry->value.group, error);
		else
			result = search->visit(entry->value.triple.user, entry->value.triple.domain,
					       search->data);
	}
	if (result == 0 && (status == NSS_STATUS_UNAVAIL || status == NSS_STATUS_TRYAGAIN))
		note_unanswered(search, netgroup, source, status);
	return result;
}

/* Asks one source, with its answer in *STATUS. Returns as netgroup_each(). */
static int search_source(struct netgroup_search *search, const char *netgroup,
			 const struct netgroup_source *source, enum nss_status *status,
			 struct error *error)
{
	struct netgroup_entry entry = {0};
	int result = 0;

	errno = 0;
	*status = source->set(netgroup, &entry);
	if (*status == NSS_STATUS_SUCCESS)
		result = visit_entries(search, netgroup, source, &entry, error);
	else if (is_missing_file(source, *status))
		*status = NSS_STATUS_NOTFOUND;
	else if (*status != NSS_STATUS_NOTFOUND)
		note_unanswered(search, netgroup, source, *status);
	if (source->end)
		source->end(&entry);
	return result;
}

/* Asks the sources for one netgroup, with in *KNOWN whether one of them has it. */
static int search_sources(struct netgroup_search *search, const struct nss_sources *sources,
			  const char *netgroup, bool *known, struct error *error)
{
	int result = 0;

	*known = false;
	for (size_t i = 0; result == 0 && !*known && i < sources->n; i++) {
		enum nss_status status = NSS_STATUS_UNAVAIL;
		struct netgroup_source source;
		struct error unloaded = {0};

		if (load_source(&sources->source[i], &source, &unloaded) < 0) {
			if (!search->failure.number)
				search->failure = unloaded;
		} else if (source.set) {
			result = search_source(search, netgroup, &source, &status, error);
		}
		*known = status == NSS_STATUS_SUCCESS;
		if (sources->source[i].returns & nss_status_bit(status))
			break;
	}
	return result;
}

static int search_netgroups(struct netgroup_search *search, struct error *error)
{
	struct nss_sources sources;
	bool known, first_known = false;
	int result = nss_sources_load("netgroup", &sources, error);

	for (size_t i = 0; result == 0 && i < search->n_names; i++) {
		result = search_sources(search, &sources, search->names[i], &known, error);
		first_known = first_known || known;
	}
	if (result != 0)
		return result;
	if (search->failure.number) {
		*error = search->failure;
		return -error->number;
	}
	if (!first_known)
		return error_set(error, ENOENT, "no such netgroup '%s'", search->names[0]);
	return 0;
}

int netgroup_each(const char *netgroup,
		  int (*visit)(const char *user, const char *domain, void *data), void *data,
		  struct error *error)
{
	cleanup(netgroup_search_clear) struct netgroup_search search = {
		.visit = visit, .data = data, .buffer = malloc(TRIPLE_SIZE_MAX)};
	int result =
		search.buffer ? add_netgroup(&search, netgroup, error) : error_no_memory(error);

	return result < 0 ? result : search_netgroups(&search, error);
}

struct wanted_user {
	const char *user;
	char domain[256]; /* "" where the host has none */
};

static int is_wanted_user(const char *user, const char *domain, void *data)
{
	const struct wanted_user *wanted = data;

	if (user && strcmp(user, wanted->user) != 0)
		return 0;
	return !domain || !*wanted->domain || strcasecmp(domain, wanted->domain) == 0;
}

int netgroup_has_user(const char *netgroup, const char *user, struct error *error)
{
	struct wanted_user wanted = {.user = user};

	/* The kernel says "(none)" where no domain was set. */
	if (getdomainname(wanted.domain, sizeof(wanted.domain) - 1) < 0 ||
	    strcmp(wanted.domain, "(none)") == 0)
		wanted.domain[0] = '\0';
	return netgroup_each(netgroup, is_wanted_user, &wanted, error);
}
