/* SPDX-License-Identifier: BSD-3-Clause */
#include "lookup.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "child.h"
#include "cleanup.h"
#include "netgroup.h"
#include "nss.h"
#include "nsswitch.h"

#define NAME_SIZE 4096
#define GROUPS_MAX (2 * NGROUPS_MAX)

/* In memory that is shared with the child. Its pages are allocated as they are written. */
struct answer {
	struct error error;
	unsigned id;
	bool member;
	char name[NAME_SIZE];
	struct host_addresses addresses;
	bool listed; /* whether the following three are set */
	struct error failure;
	size_t n_ids;
	gid_t ids[GROUPS_MAX];
};

struct question {
	int (*ask)(const struct question *question);
	const char *const *databases; /* of nsswitch.conf(5); NULL for users and groups */
	const char *user, *group;     /* what is asked for, as ASK needs it */
	const char *const *groups;
	const char *host;
	gid_t gid;
	struct group_list *list;
	bool confirm; /* ask each source whether a group is missing for certain */
	struct answer *answer;
};

static void cleanup_answer(struct answer **answer)
{
	if (*answer)
		munmap(*answer, sizeof(**answer));
}

static int ask_uid(const struct question *question)
{
	cleanup(nss_user_clear) struct nss_user user = {0};
	int result = nss_user_by_name(question->user, &user, &question->answer->error);

	if (result == 0)
		question->answer->id = user.entry.pw_uid;
	return result;
}

static int ask_gid(const struct question *question)
{
	cleanup(nss_group_clear) struct nss_group group = {0};
	int result = nss_group_by_name(question->group, &group, &question->answer->error);

	if (result == 0)
		question->answer->id = group.entry.gr_gid;
	return result;
}

static int ask_group_name(const struct question *question)
{
	cleanup(nss_group_clear) struct nss_group group = {0};
	struct answer *answer = question->answer;
	int result = nss_group_by_id(question->gid, &group, &answer->error);

	if (result < 0)
		return result;
	if (strlen(group.entry.gr_name) >= sizeof(answer->name))
		return error_set(&answer->error, ENAMETOOLONG, "the name of group %u is too long",
				 (unsigned)question->gid);
	strcpy(answer->name, group.entry.gr_name);
	return 0;
}

static int ask_group_list(const struct question *question)
{
	cleanup(group_list_clear) struct group_list list = {0};
	struct answer *answer = question->answer;
	int result;

	result = group_list_load(question->user, question->gid, &list, &answer->error);
	if (result < 0)
		return result;
	if (list.n_ids > GROUPS_MAX)
		return error_set(&answer->error, E2BIG, "user '%s' is in more than %d groups",
				 question->user, GROUPS_MAX);
	memcpy(answer->ids, list.ids, list.n_ids * sizeof(*list.ids));
	answer->n_ids = list.n_ids;
	answer->failure = list.failure;
	answer->listed = true;
	return 0;
}

static bool has_member(const struct nss_group *group, const char *user)
{
	for (char *const *member = group->entry.gr_mem; member && *member; member++)
		if (strcmp(*member, user) == 0)
			return true;
	return false;
}

/* What the user's own list, QUESTION's or one that is loaded now, says of GID. */
static int ask_own_list(const struct question *question, gid_t gid)
{
	struct answer *answer = question->answer;
	struct group_list list = *question->list;

	if (!list.ids) {
		int result = answer->listed ? 0 : ask_group_list(question);

		if (result < 0)
			return result;
		list = (struct group_list){answer->ids, answer->n_ids, answer->failure};
	}
	answer->member = group_list_has(&list, gid);
	if (!answer->member && list.failure.number) {
		answer->error = list.failure;
		return -list.failure.number;
	}
	return 0;
}

/* nss_group_by_name(), but -ENOENT only where every source has answered. */
static int find_group(const struct question *question, struct nss_group *group, struct error *error)
{
	struct error unanswered = {0};
	int result = nss_group_by_name(question->group, group, error);

	if (result != -ENOENT || !question->confirm ||
	    group_confirm_missing(question->group, &unanswered) == 0)
		return result;
	*error = unanswered;
	return -error->number;
}

static int ask_member(const struct question *question)
{
	cleanup(nss_group_clear) struct nss_group group = {0};
	struct answer *answer = question->answer;
	int result = find_group(question, &group, &answer->error);

	if (result < 0)
		return result;
	answer->member = group.entry.gr_gid == question->gid || has_member(&group, question->user);
	return answer->member ? 0 : ask_own_list(question, group.entry.gr_gid);
}

/*
 * The first of the groups that has the user. One that no source knows has nobody; one that cannot
 * be looked up is an error only where none of the others has the user.
 */
static int ask_any_member(const struct question *question)
{
	struct question one = *question;
	struct answer *answer = question->answer;
	struct error failure = {0};

	for (const char *const *group = question->groups; *group && !answer->member; group++) {
		int result;

		one.group = *group;
		result = ask_member(&one);
		if (result < 0 && result != -ENOENT && !failure.number)
			failure = answer->error;
		answer->error = (struct error){0};
	}
	if (answer->member)
		return 0;
	answer->error = failure;
	return -failure.number;
}

static int ask_netgroup(const struct question *question)
{
	struct answer *answer = question->answer;
	int result = netgroup_has_user(question->group, question->user, &answer->error);

	answer->member = result > 0;
	return result < 0 ? result : 0;
}

static int ask_host(const struct question *question)
{
	struct answer *answer = question->answer;

	return hostname_confirm(question->host, &answer->addresses, &answer->error);
}

static int ask_in_child(void *data)
{
	const struct question *question = data;

	return question->ask(question);
}

static int ask_limited(struct question *question)
{
	struct answer *answer = question->answer;
	int result = child_call(ask_in_child, question, false, LOOKUP_SECONDS);

	if (result == -ETIMEDOUT)
		return error_mark(&answer->error, CODE_NAME_SERVICE,
				  error_set(&answer->error, ETIMEDOUT,
					    "the name service did not answer within %d seconds",
					    LOOKUP_SECONDS));
	if (result < 0 && !answer->error.number)
		return error_mark(&answer->error, CODE_NAME_SERVICE,
				  error_set(&answer->error, -result,
					    "a process that asks the name service failed: %s",
					    strerror(-result)));
	return result;
}

/* Whether only local files are asked. */
static bool is_local(const struct question *question)
{
	static const char *const accounts[] = {"passwd", "group", "initgroups", NULL};

	return nss_is_local(question->databases ? question->databases : accounts);
}

/* Asks QUESTION; *ANSWER is the caller's, for cleanup_answer(). */
static int ask(struct question *question, bool limited, struct answer **answer, struct error *error)
{
	void *memory = mmap(NULL, sizeof(**answer), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int result;

	*answer = memory == MAP_FAILED ? NULL : memory;
	if (!*answer)
		return error_no_memory(error);
	question->answer = *answer;
	result = limited && !is_local(question) && child_may_allocate() ? ask_limited(question)
									: question->ask(question);
	if (result < 0)
		*error = (*answer)->error;
	return result;
}

int lookup_uid(const char *user, bool limited, uid_t *uid, struct error *error)
{
	cleanup(cleanup_answer) struct answer *answer = NULL;
	struct question question = {.ask = ask_uid, .user = user};
	int result = ask(&question, limited, &answer, error);

	if (result == 0)
		*uid = answer->id;
	return result;
}

int lookup_gid(const char *group, bool limited, gid_t *gid, struct error *error)
{
	cleanup(cleanup_answer) struct answer *answer = NULL;
	struct question question = {.ask = ask_gid, .group = group};
	int result = ask(&question, limited, &answer, error);

	if (result == 0)
		*gid = answer->id;
	return result;
}

int lookup_group_name(gid_t gid, bool limited, char **name, struct error *error)
{
	cleanup(cleanup_answer) struct answer *answer = NULL;
	struct question question = {.ask = ask_group_name, .gid = gid};
	int result = ask(&question, limited, &answer, error);

	if (result < 0)
		return result;
	*name = strdup(answer->name);
	return *name ? 0 : error_no_memory(error);
}

/* Keeps the list that the answer has, so that the sources are asked for it once. */
static int keep_list(const struct answer *answer, struct group_list *list, struct error *error)
{
	if (list->ids || !answer->listed)
		return 0;
	list->ids = calloc(answer->n_ids, sizeof(*list->ids));
	if (!list->ids)
		return error_no_memory(error);
	memcpy(list->ids, answer->ids, answer->n_ids * sizeof(*list->ids));
	list->n_ids = answer->n_ids;
	list->failure = answer->failure;
	return 0;
}

int lookup_group_list(const char *user, gid_t gid, bool limited, struct group_list *list,
		      struct error *error)
{
	cleanup(cleanup_answer) struct answer *answer = NULL;
	struct question question = {.ask = ask_group_list, .user = user, .gid = gid};
	int result = list->ids ? 0 : ask(&question, limited, &answer, error);

	return result < 0 || !answer ? result : keep_list(answer, list, error);
}

static int look_up_membership(struct question *question, bool limited, struct group_list *list,
			      struct error *error)
{
	cleanup(cleanup_answer) struct answer *answer = NULL;
	int result;

	question->list = list;
	question->confirm = limited;
	result = ask(question, limited, &answer, error);
	if (result == 0)
		result = keep_list(answer, list, error);
	return result < 0 ? result : answer->member;
}

int lookup_member(const char *user, gid_t gid, const char *group, bool limited,
		  struct group_list *list, struct error *error)
{
	struct question question = {.ask = ask_member, .user = user, .group = group, .gid = gid};

	return look_up_membership(&question, limited, list, error);
}

int lookup_any_member(const char *user, gid_t gid, const char *const *groups, bool limited,
		      struct group_list *list, struct error *error)
{
	struct question question = {
		.ask = ask_any_member, .user = user, .groups = groups, .gid = gid};

	return look_up_membership(&question, limited, list, error);
}

int lookup_netgroup_member(const char *user, const char *netgroup, bool limited,
			   struct error *error)
{
	static const char *const databases[] = {"netgroup", NULL};
	cleanup(cleanup_answer) struct answer *answer = NULL;
	struct question question = {
		.ask = ask_netgroup, .databases = databases, .user = user, .group = netgroup};
	int result = ask(&question, limited, &answer, error);

	return result < 0 ? result : answer->member;
}

int lookup_host(const char *name, bool limited, struct host_addresses *addresses,
		struct error *error)
{
	static const char *const databases[] = {"hosts", NULL};
	cleanup(cleanup_answer) struct answer *answer = NULL;
	struct question question = {.ask = ask_host, .databases = databases, .host = name};
	int result = ask(&question, limited, &answer, error);

	if (result == 0)
		*addresses = answer->addresses;
	return result;
}
