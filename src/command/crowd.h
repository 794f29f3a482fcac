/* SPDX-License-Identifier: BSD-3-Clause */
/* Many sessions told as one: how many users, three of their names, and by which services. */
#ifndef NSTREE_CROWD_H
#define NSTREE_CROWD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "subject.h"

#define CROWD_NAMES 3

struct crowd {
	size_t n_users;
	const struct subject *last;	/* the user that was counted last */
	const char *names[CROWD_NAMES]; /* the users' own */
	bool *by;			/* for each service, whether one of them is by it */
};

/* Makes room for N_SERVICES; for crowd_clear(). Returns 0 or -ENOMEM. */
int crowd_init(struct crowd *crowd, size_t n_services);

/* Counts a session of USER, which must outlive CROWD, by the service with the index SERVICE. All
 * sessions of a user are counted one after the other. */
void crowd_count(struct crowd *crowd, const struct subject *user, size_t service);

/* Prints "    4 users: ann, bob, carol, ..." and "    by sshd, su"; SERVICES are their names. */
void crowd_print(const struct crowd *crowd, const char *const *services, size_t n_services);

/* "users", "names" and "services" as a JSON object; the caller's to json_decref(). */
json_t *crowd_json(const struct crowd *crowd, const char *const *services, size_t n_services);

void crowd_clear(struct crowd *crowd);

#endif
