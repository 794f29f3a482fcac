/* SPDX-License-Identifier: BSD-3-Clause */
#include "session.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#include "cleanup.h"
#include "isolate.h"
#include "origin.h"
#include "recipe.h"
#include "record_liveness.h"
#include "removal.h"
#include "share.h"

/* A session while it is opened. */
struct opening {
	struct session *session;
	struct decision *decision;
	struct error *notice;
	struct record record; /* what will be written */
	int directory;	      /* of its record; -1 where there is none */
	bool sharing;	      /* SHARE is open */
	struct removal removal;
	struct share share;
};

static void opening_clear(struct opening *opening)
{
	cleanup_fd(&opening->directory);
	recipe_clear(&opening->record.recipe);
}

/* Appends to what NOTICE says already. */
static void add_notice(struct error *notice, const struct error *error)
{
	struct error before = *notice;

	if (before.number)
		error_set(notice, before.number, "%.500s; %.500s", before.words, error->words);
	else
		error_set(notice, error->number, "%s", error->words);
}

/*
 * A session can do without a record, so that a fault of /run is a notice. Where the process runs
 * out of descriptors or memory the session is refused: what came next would fail as well.
 */
static int note_or_refuse(const struct opening *opening, const struct error *why,
			  struct error *error)
{
	if (why->number == EMFILE || why->number == ENFILE || why->number == ENOMEM) {
		*error = *why;
		return -why->number;
	}
	add_notice(opening->notice, why);
	return 0;
}

/* --- the record ----------------------------------------------------------------------------------
 */

static struct record_session describe_session(const struct subject *subject)
{
	pid_t leader = getpid();

	return (struct record_session){
		.user = subject->user,
		.uid = subject->uid,
		.service = subject->service,
		.rhost = subject->rhost,
		.tty = subject->tty,
		.leader = leader,
		.leader_start = record_process_start(leader),
		.since = (int64_t)time(NULL),
	};
}

/* The handles of the namespaces; those that the kernel has no handle of are left empty. */
static struct record_namespaces describe_namespaces(const struct opening *opening, uint64_t id,
						    int mount)
{
	const struct isolation *isolation = opening->session->isolation;
	struct record_namespaces namespaces = {.id = id};
	struct error ignored = {0};
	cleanup(cleanup_fd) int ipc =
		isolation->words & ISOLATE_IPC ? origin_open_current(CLONE_NEWIPC, &ignored) : -1;
	cleanup(cleanup_fd) int net = network_is_separate(&opening->decision->network)
					      ? origin_open_current(CLONE_NEWNET, &ignored)
					      : -1;

	nshandle_make(mount, &namespaces.mount);
	if (isolation->pid_namespace >= 0)
		nshandle_make(isolation->pid_namespace, &namespaces.pid);
	if (ipc >= 0)
		nshandle_make(ipc, &namespaces.ipc);
	if (net >= 0)
		nshandle_make(net, &namespaces.net);
	return namespaces;
}

static int open_records(struct opening *opening, struct error *error)
{
	struct error why = {0};

	opening->directory = record_directory(opening->session->uid, true, &why);
	if (opening->directory < 0)
		return note_or_refuse(opening, &why, error);
	record_prune(opening->directory);
	return 0;
}

/* The hook of namespace_enter() and namespace_join(): the namespace is there, and not entered. */
static int write_records(void *data, const struct mntns *mntns, int namespace, struct error *error)
{
	struct opening *opening = data;
	struct session *session = opening->session;
	struct record record = opening->record;
	struct error why = {0};
	int result = mntns->joined ? 0 : removal_set_namespace(&opening->removal, mntns->id, error);

	if (result < 0 || opening->directory < 0)
		return result;
	record.namespaces = describe_namespaces(opening, mntns->id, namespace);
	record.recipe.method = mntns->method;
	record.recipe.shared = opening->sharing;
	if (mntns->joined) {
		record.recipe.rows = opening->share.found->recipe.rows;
		record.recipe.id = opening->share.found->recipe.id;
	}
	if (opening->sharing && !mntns->joined && share_write(&opening->share, &record, &why) < 0)
		result = note_or_refuse(opening, &why, error);
	if (result < 0)
		return result;
	record.recipe.key = NULL;
	record.recipe.isolate = session->isolation->words;
	record_name(session->record, record.session.leader, record.namespaces.id);
	if (record_write(opening->directory, session->record, &record, &why) < 0)
		result = note_or_refuse(opening, &why, error);
	return result;
}

/* --- sharing -------------------------------------------------------------------------------------
 */

/* The session then gets a separate namespace, which is equally confined. */
static void give_up_sharing(struct opening *opening, const struct error *why)
{
	opening->sharing = false;
	if (why->number != EOPNOTSUPP || share_is_first_told(opening->directory))
		add_notice(opening->notice, why);
}

/* Refuses only where another session of the user's is still being built after a long time. */
static int find_shared(struct opening *opening, struct error *error)
{
	struct error why = {0};
	int result;

	if (!opening->record.recipe.shared || opening->directory < 0)
		return 0;
	result = share_open(opening->directory, &opening->record, &opening->decision->network,
			    &opening->share, &why);
	opening->sharing = result == 0;
	if (result == -ETIMEDOUT) {
		*error = why;
		return result;
	}
	if (result < 0)
		give_up_sharing(opening, &why);
	return 0;
}

static bool joins(const struct opening *opening)
{
	return opening->sharing && opening->share.mount >= 0;
}

/* --- building and entering -----------------------------------------------------------------------
 */

/*
 * Only the default may be dropped on a kernel without Landlock's scopes, and only where it is what
 * the kernel lacks. What a rule says is never dropped.
 */
static int prepare_isolation(const struct opening *opening, struct error *error)
{
	const struct decision *decision = opening->decision;
	const struct isolation_shared *shared =
		opening->sharing ? &opening->share.namespaces : NULL;
	struct isolation **isolation = &opening->session->isolation;
	struct error scopes = {0}, without = {0};
	int result =
		isolation_prepare(decision->isolate, &decision->network, shared, isolation, error);

	if (result == -EOPNOTSUPP && !decision->isolate_said) {
		scopes = *error;
		*error = (struct error){0};
		result = isolation_prepare(0, &decision->network, shared, isolation, error);
	}
	if (result < 0) {
		decision_place(decision, error);
		return result;
	}
	if (scopes.number) {
		error_set(&without, EOPNOTSUPP, "%s; going on as with isolate=none", scopes.words);
		add_notice(opening->notice, &without);
	}
	return 0;
}

/* Before the isolation: the process that is started for it must be outside of that. */
static int begin_removal(struct opening *opening, const struct subject *subject,
			 struct error *error)
{
	struct error why = {0};
	int result =
		removal_begin(&opening->removal, opening->decision->tree, subject, &why, error);

	return result == 0 && why.number ? note_or_refuse(opening, &why, error) : result;
}

static int build_or_join(struct opening *opening, const struct subject *subject,
			 struct error *error)
{
	const struct mntns_hook hook = {.created = write_records, .data = opening};
	const struct share *share = &opening->share;
	struct session *session = opening->session;
	const struct tree *tree = opening->decision->tree;
	int result = joins(opening) ? 0 : begin_removal(opening, subject, error);

	if (result == 0)
		result = prepare_isolation(opening, error);
	if (result == 0 && joins(opening))
		result = namespace_join(share->mount, tree, share->method, session->isolation,
					&hook, &session->mntns, error);
	else if (result == 0)
		result = namespace_enter(tree, subject, opening->record.recipe.method,
					 session->isolation, &hook, &session->mntns, error);
	if (result < 0 && session->record[0])
		unlinkat(opening->directory, session->record, 0);
	if (result < 0)
		session->record[0] = '\0';
	if (result < 0)
		removal_cancel(&opening->removal);
	else
		removal_end(&opening->removal);
	return result;
}

/* To join what was built from the same words, these need not be parsed again. */
static int move_into_tree(struct opening *opening, const struct subject *subject,
			  struct error *error)
{
	struct recipe *recipe = &opening->record.recipe;
	int result = 0;

	if (!joins(opening) || recipe->isolate & ISOLATE_SOCKET)
		result = recipe_add_rows(recipe, opening->decision, subject, error);
	return result < 0 ? result : build_or_join(opening, subject, error);
}

/* The namespace that was found could not be joined, as where its init process has just ended. */
static int move_into_new_tree(struct opening *opening, const struct subject *subject,
			      struct error *error)
{
	struct error ignored = {0}, why = {0};

	session_leave(opening->session, &ignored);
	*error = (struct error){0};
	if (share_anew(&opening->share, &why) < 0) {
		share_close(&opening->share, false);
		give_up_sharing(opening, &why);
	}
	return move_into_tree(opening, subject, error);
}

static int open_session(struct opening *opening, const struct subject *subject, enum method method,
			struct error *error)
{
	int result =
		recipe_make(&opening->record.recipe, opening->decision, subject, method, error);

	if (result < 0)
		return result;
	opening->record.session = describe_session(subject);
	result = open_records(opening, error);
	if (result == 0)
		result = find_shared(opening, error);
	if (result == 0)
		result = move_into_tree(opening, subject, error);
	if (result < 0 && joins(opening))
		result = move_into_new_tree(opening, subject, error);
	if (opening->sharing)
		share_close(&opening->share, result == 0);
	return result;
}

struct session *session_new(void)
{
	return calloc(1, sizeof(struct session));
}

int session_enter(const struct subject *subject, struct decision *decision, enum method method,
		  struct session *session, struct error *notice, struct error *error)
{
	cleanup(opening_clear) struct opening opening = {.session = session,
							 .decision = decision,
							 .notice = notice,
							 .directory = -1,
							 .removal = REMOVAL_INIT};
	struct error ignored = {0};
	int result;

	session->uid = subject->uid;
	session->leader = getpid();
	result = open_session(&opening, subject, method, error);
	if (result < 0)
		session_leave(session, &ignored);
	return result;
}

/* --- leaving -------------------------------------------------------------------------------------
 */

/* On the host again. Where it cannot be removed from here, it is once its leader has ended. */
static void remove_session_record(struct session *session)
{
	struct error ignored = {0};
	cleanup(cleanup_fd) int directory =
		session->record[0] ? record_directory(session->uid, false, &ignored) : -1;

	if (directory >= 0)
		unlinkat(directory, session->record, 0);
	session->record[0] = '\0';
}

int session_leave(struct session *session, struct error *error)
{
	struct error later = {0};

	isolation_leave(steal_pointer(&session->isolation), error);
	if (session->mntns && namespace_leave(session->mntns, &later) < 0 && !error->number)
		*error = later;
	namespace_free(steal_pointer(&session->mntns));
	remove_session_record(session);
	return -error->number;
}

void session_abandon(struct session *session)
{
	if (session->leader == getpid() && session->isolation)
		isolation_end_processes(session->isolation);
}

void session_free(struct session *session)
{
	if (!session)
		return;
	isolation_free(session->isolation);
	namespace_free(session->mntns);
	free(session);
}
