/* SPDX-License-Identifier: BSD-3-Clause */
#include "crowd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "printable.h"

int crowd_init(struct crowd *crowd, size_t n_services)
{
	*crowd = (struct crowd){.by = calloc(n_services + 1, sizeof(*crowd->by))};
	return crowd->by ? 0 : -ENOMEM;
}

void crowd_count(struct crowd *crowd, const struct subject *user, size_t service)
{
	crowd->by[service] = true;
	if (crowd->last == user)
		return;
	crowd->last = user;
	if (crowd->n_users < CROWD_NAMES)
		crowd->names[crowd->n_users] = user->user;
	crowd->n_users++;
}

void crowd_print(const struct crowd *crowd, const char *const *services, size_t n_services)
{
	const char *separator = "    by ";

	printf("    %zu user%s", crowd->n_users, crowd->n_users == 1 ? "" : "s");
	for (size_t i = 0; i < crowd->n_users && i < CROWD_NAMES; i++) {
		fputs(i ? ", " : ": ", stdout);
		printable_text(stdout, crowd->names[i]);
	}
	puts(crowd->n_users > CROWD_NAMES ? ", ..." : "");
	if (!crowd->n_users)
		return;
	for (size_t i = 0; i < n_services; i++) {
		if (!crowd->by[i])
			continue;
		fputs(separator, stdout);
		printable_text(stdout, services[i]);
		separator = ", ";
	}
	putchar('\n');
}

json_t *crowd_json(const struct crowd *crowd, const char *const *services, size_t n_services)
{
	json_t *names = json_array(), *by = json_array();

	for (size_t i = 0; i < crowd->n_users && i < CROWD_NAMES; i++)
		json_array_append_new(names, printable_json(crowd->names[i]));
	for (size_t i = 0; i < n_services; i++)
		if (crowd->by[i])
			json_array_append_new(by, printable_json(services[i]));
	return json_pack("{s:I, s:o, s:o}", "users", (json_int_t)crowd->n_users, "names", names,
			 "services", by);
}

void crowd_clear(struct crowd *crowd)
{
	free(crowd->by);
	*crowd = (struct crowd){0};
}
