/* SPDX-License-Identifier: BSD-3-Clause */
#include "session.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cleanup.h"
#include "policy.h"
#include "share.h"

static int decide_by_name(const struct subject *subject, const char *name,
			  struct decision *decision, struct error *error)
{
	int result;

	decision->isolate = ISOLATE_PTRACE;
	if (subject->uid == 0)
		return 0;
	result = tree_file_load(name, subject, &decision->file, error);
	return result < 0 ? result : decision_parse(decision, subject, error);
}

static int decide_by_rules(const struct subject *subject, const char *conf,
			   struct decision *decision, struct error *error)
{
	cleanup(cleanup_policy) struct policy *policy = NULL;
	const struct rule *rule = NULL;
	int result;

	result = policy_load(conf, &policy, error);
	if (result == 0)
		result = policy_match(policy, subject, &rule, error);
	if (result < 0 || !rule || strcmp(rule->tree, "-") == 0)
		return result;
	decision->conf = conf;
	decision->isolate = rule->isolate;
	decision->isolate_said = rule->isolate_said;
	decision->shared = rule->shared;
	result = tree_file_load(rule->tree, subject, &decision->file, error);
	if (result == 0 && (!rule->shared || subject->uid == 0))
		result = decision_parse(decision, subject, error);
	if (result < 0)
		error_place(error, policy->file, rule->line);
	return result;
}

/* What stands in NOTICE already stays, and stands first. */
static void add_notice(struct error *notice, const struct error *error)
{
	struct error before = *notice;

	if (before.number)
		error_say(notice, before.number, "%.500s; %.500s", before.words, error->words);
	else
		error_say(notice, error->number, "%s", error->words);
}

int decision_make(const struct subject *subject, const char *conf, const char *tree,
		  struct decision *decision, struct error *error)
{
	int result;

	*decision = (struct decision){0};
	result = tree ? decide_by_name(subject, tree, decision, error)
		      : decide_by_rules(subject, conf, decision, error);
	if (result < 0)
		decision_clear(decision);
	return result;
}

int decision_parse(struct decision *decision, const struct subject *subject, struct error *error)
{
	return decision->tree ? 0 : tree_parse(decision->file, subject, &decision->tree, error);
}

void decision_clear(struct decision *decision)
{
	tree_free(steal_pointer(&decision->tree));
	tree_file_free(steal_pointer(&decision->file));
}

/*
 * Only the default may be given up on a kernel without Landlock's scopes: what a rule asks for is
 * what it gets.
 */
static int prepare_isolation(const struct decision *decision, const struct isolation_shared *shared,
			     struct isolation **isolation, struct error *notice,
			     struct error *error)
{
	struct error without = {0};
	int result = isolation_prepare(decision->isolate, shared, isolation, error);

	if (result != -EOPNOTSUPP || decision->isolate_said)
		return result;
	error_say(&without, EOPNOTSUPP, "%s; going on as with isolate=none", error->words);
	add_notice(notice, &without);
	*error = (struct error){0};
	return isolation_prepare(0, shared, isolation, error);
}

/* A session while it is entered. */
struct entering {
	const struct subject *subject;
	struct decision *decision;
	struct session *session;
	struct error *notice;
	char *key;     /* of its tree, with share=user */
	char *rows;    /* of its tree, where it was parsed */
	int directory; /* where its record goes; -1 where there is no such place */
	bool sharing;  /* whether there is a share */
	struct share share;
};

static void entering_clear(struct entering *entering)
{
	cleanup_fd(&entering->directory);
	free(entering->key);
	free(entering->rows);
}

/* The tree is needed, and for the record its rows. */
static int parse(struct entering *entering, struct error *error)
{
	int result = decision_parse(entering->decision, entering->subject, error);

	if (result < 0 || entering->rows)
		return result;
	entering->rows = tree_text(entering->decision->tree);
	return entering->rows ? 0 : error_say(error, ENOMEM, "out of memory");
}

/* Without one the session can do, so that what is wrong here is a notice. */
static void open_directory(struct entering *entering)
{
	struct error error = {0};

	entering->directory = record_directory(entering->session->uid, true, &error);
	if (entering->directory < 0)
		add_notice(entering->notice, &error);
	else
		record_prune(entering->directory);
}

/* What is known before there is a namespace. Strings are the session's own. */
static struct record describe(const struct entering *entering, enum method method)
{
	const struct decision *decision = entering->decision;

	return (struct record){
		.user = entering->subject->user,
		.uid = entering->subject->uid,
		.service = entering->subject->service,
		.conf = (char *)(uintptr_t)(decision->conf ? decision->conf : "-"),
		.tree = decision->file->name,
		.file = decision->file->path,
		.isolate = decision->isolate,
		.shared = decision->shared,
		.method = method,
		.leader = getpid(),
		.since = (int64_t)time(NULL),
		.rows = entering->rows,
	};
}

/* The handles of the namespaces; what the kernel has no handle of has none. */
static void note_handles(struct record *record, const struct isolation *isolation, int namespace)
{
	struct error ignored = {0};
	cleanup(cleanup_fd) int ipc =
		isolation->words & ISOLATE_IPC ? way_back_own(CLONE_NEWIPC, &ignored) : -1;

	handle_make(namespace, &record->mount);
	if (isolation->pid_namespace >= 0)
		handle_make(isolation->pid_namespace, &record->pid);
	if (ipc >= 0)
		handle_make(ipc, &record->ipc);
}

static void write_record(void *data, const struct stay *stay, int namespace)
{
	struct entering *entering = data;
	struct session *session = entering->session;
	struct record record = describe(entering, stay->method);
	struct error error = {0};

	if (entering->directory < 0)
		return;
	record.namespace = stay->id;
	record.leader_start = record_start(record.leader);
	record.shared = entering->sharing;
	note_handles(&record, session->isolation, namespace);
	if (stay->joined)
		record.rows = entering->share.found->rows;
	record.key = entering->key;
	if (entering->sharing && !stay->joined &&
	    share_write(&entering->share, &record, &error) < 0)
		add_notice(entering->notice, &error);
	record.key = NULL;
	record.isolate = session->isolation->words;
	record_name(session->record, record.leader, record.namespace);
	if (record_write(entering->directory, session->record, &record, &error) < 0)
		add_notice(entering->notice, &error);
}

/* The namespace is the session's own then: better than none, and no less confined. */
static void give_up_sharing(struct entering *entering, const struct error *why)
{
	entering->sharing = false;
	if (why->number != EOPNOTSUPP || share_is_first_told(entering->directory))
		add_notice(entering->notice, why);
}

/* Refused only where another session of the user's is still being built after a long time. */
static int open_share(struct entering *entering, enum method method, struct error *error)
{
	struct error why = {0};
	struct record wanted;
	int result = namespace_method(method, &method, error);

	if (result < 0)
		return result;
	entering->key = tree_file_key(entering->decision->file, entering->subject);
	if (!entering->key) {
		result = parse(entering, error);
		return result < 0 ? result : error_say(error, ENOMEM, "out of memory");
	}
	wanted = describe(entering, method);
	wanted.key = entering->key;
	result = share_open(entering->directory, &wanted, &entering->share, &why);
	entering->sharing = result == 0;
	if (result == -ETIMEDOUT)
		*error = why;
	else if (result < 0)
		give_up_sharing(entering, &why);
	return result == -ETIMEDOUT ? result : 0;
}

/* Builds or joins. */
static int move(struct entering *entering, enum method method, struct error *error)
{
	const struct birth birth = {write_record, entering};
	const struct decision *decision = entering->decision;
	struct session *session = entering->session;
	const struct share *share = entering->sharing ? &entering->share : NULL;
	bool joins = share && share->mount >= 0;
	int result = 0;

	/* To join what was built by the same words they need not be read again. */
	if (!joins || decision->isolate & ISOLATE_SOCKET)
		result = parse(entering, error);
	if (result == 0)
		result = prepare_isolation(decision, share ? &share->namespaces : NULL,
					   &session->isolation, entering->notice, error);
	if (result == 0 && joins)
		result = namespace_join(share->mount, decision->tree, share->method,
					session->isolation, &birth, &session->stay, error);
	else if (result == 0)
		result = namespace_enter(decision->tree, entering->subject, method,
					 session->isolation, &birth, &session->stay, error);
	if (result < 0 && session->record[0])
		unlinkat(entering->directory, session->record, 0);
	if (result < 0)
		session->record[0] = '\0';
	return result;
}

/* What was found was not to be entered, as where its first process has just ended. */
static int move_anew(struct entering *entering, enum method method, struct error *error)
{
	struct error ignored = {0}, why = {0};

	session_leave(entering->session, &ignored);
	*error = (struct error){0};
	if (share_anew(&entering->share, &why) < 0) {
		share_close(&entering->share, false);
		give_up_sharing(entering, &why);
	}
	return move(entering, method, error);
}

static int enter(struct entering *entering, enum method method, struct error *error)
{
	int result = 0;

	if (entering->decision->shared && entering->directory >= 0)
		result = open_share(entering, method, error);
	if (result < 0)
		return result;
	result = move(entering, method, error);
	if (result < 0 && entering->sharing && entering->share.mount >= 0)
		result = move_anew(entering, method, error);
	if (entering->sharing)
		share_close(&entering->share, result == 0);
	return result;
}

int session_enter(const struct subject *subject, struct decision *decision, enum method method,
		  struct session **session, struct error *notice, struct error *error)
{
	cleanup(entering_clear) struct entering entering = {
		.subject = subject, .decision = decision, .notice = notice, .directory = -1};
	struct error ignored = {0};
	int result;

	*session = entering.session = calloc(1, sizeof(**session));
	if (!*session)
		return error_say(error, ENOMEM, "out of memory");
	(*session)->uid = subject->uid;
	open_directory(&entering);
	result = enter(&entering, method, error);
	if (result < 0) {
		session_leave(*session, &ignored);
		session_free(steal_pointer(session));
	}
	return result;
}

/* On the host again. Where it cannot be removed from here, it is once its leader has ended. */
static void remove_record(struct session *session)
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
	if (session->stay && namespace_leave(session->stay, &later) < 0 && !error->number)
		*error = later;
	namespace_free(steal_pointer(&session->stay));
	remove_record(session);
	return -error->number;
}

void session_free(struct session *session)
{
	if (!session)
		return;
	isolation_free(session->isolation);
	namespace_free(session->stay);
	free(session);
}
