/* SPDX-License-Identifier: BSD-3-Clause */
/* The PAM entry points: a session, top to bottom. pam_nstree(8) is the manual. */
#include <errno.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdint.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "cleanup.h"
#include "isolate.h"
#include "namespace.h"
#include "policy.h"
#include "subject.h"
#include "tree.h"

#define DATA_NAME "pam_nstree"

struct arguments {
	const char *conf;
	const char *tree; /* NULL: the rules decide */
	enum method method;
	bool debug;
};

/* What was decided for a session; TREE is NULL for the host's own. */
struct decision {
	struct tree *tree;
	unsigned isolate;
	bool isolate_said;
};

static void cleanup_subject(struct subject **subject)
{
	subject_free(*subject);
}

static void cleanup_policy(struct policy **policy)
{
	policy_free(*policy);
}

static void cleanup_tree(struct decision *decision)
{
	tree_free(decision->tree);
}

static const char *value_of(const char *argument, const char *name)
{
	size_t length = strlen(name);

	return strncmp(argument, name, length) == 0 ? argument + length : NULL;
}

static int read_method(const char *word, enum method *method, struct error *error)
{
	static const char *const words[] = {
		[METHOD_AUTO] = "auto", [METHOD_NATIVE] = "native", [METHOD_PIVOT] = "pivot"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(word, words[i]) == 0) {
			*method = (enum method)i;
			return 0;
		}
	return error_say(error, EINVAL,
			 "unknown module argument 'method=%s': write auto, native or pivot", word);
}

static int read_argument(const char *argument, struct arguments *arguments, struct error *error)
{
	const char *value;

	if (strcmp(argument, "debug") == 0) {
		arguments->debug = true;
		return 0;
	}
	if ((value = value_of(argument, "conf=")) && value[0] == '/') {
		arguments->conf = value;
		return 0;
	}
	if ((value = value_of(argument, "tree=")) && value[0]) {
		arguments->tree = value;
		return 0;
	}
	if ((value = value_of(argument, "method=")))
		return read_method(value, &arguments->method, error);
	return error_say(error, EINVAL,
			 "unknown module argument '%s': write conf=/PATH, tree=NAME, debug or "
			 "method=auto|native|pivot",
			 argument);
}

static int read_arguments(int argc, const char **argv, struct arguments *arguments,
			  struct error *error)
{
	int result = 0;

	for (int i = 0; result == 0 && i < argc; i++)
		result = read_argument(argv[i], arguments, error);
	return result;
}

/* tree= stands for a last rule `* * NAME`, so that like any such rule it leaves uid 0 alone. */
static int decide_by_argument(const struct subject *subject, const char *name,
			      struct decision *decision, struct error *error)
{
	decision->isolate = ISOLATE_PTRACE;
	return subject->uid == 0 ? 0 : tree_load(name, subject, &decision->tree, error);
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
	decision->isolate = rule->isolate;
	decision->isolate_said = rule->isolate_said;
	result = tree_load(rule->tree, subject, &decision->tree, error);
	if (result < 0)
		error_place(error, policy->file, rule->line);
	return result;
}

/*
 * Only the default may be given up on a kernel without Landlock's scopes: what a rule asks for is
 * what it gets.
 */
static int prepare_isolation(pam_handle_t *pamh, const struct decision *decision,
			     struct isolation **isolation, struct error *error)
{
	int result = isolation_prepare(decision->isolate, isolation, error);

	if (result != -EOPNOTSUPP || decision->isolate_said)
		return result;
	pam_syslog(pamh, LOG_WARNING, "%s; going on as with isolate=none", error->words);
	*error = (struct error){0};
	return isolation_prepare(0, isolation, error);
}

/* What a session keeps until it is closed. */
struct session {
	struct stay *stay;
	struct isolation *isolation;
};

/* Back from all of it, whatever fails on the way; SESSION is empty then. */
static int session_leave(struct session *session, struct error *error)
{
	struct error later = {0};

	isolation_leave(steal_pointer(&session->isolation), error);
	if (session->stay && namespace_leave(session->stay, &later) < 0 && !error->number)
		*error = later;
	namespace_free(steal_pointer(&session->stay));
	return -error->number;
}

static int enter(pam_handle_t *pamh, const struct subject *subject, const struct decision *decision,
		 enum method method, struct session *session, struct error *error)
{
	int result = prepare_isolation(pamh, decision, &session->isolation, error);

	if (result == 0)
		result = namespace_enter(decision->tree, subject, method, session->isolation,
					 &session->stay, error);
	return result;
}

/* libpam calls this when the handle ends, in whichever process that is: it only closes. */
static void forget_session(pam_handle_t *pamh, void *data, int status)
{
	struct session *session = data;

	(void)pamh;
	(void)status;
	isolation_free(session->isolation);
	namespace_free(session->stay);
	free(session);
}

/* *SESSION is libpam's to keep until the session is closed. */
static int session_enter(pam_handle_t *pamh, const struct subject *subject,
			 const struct decision *decision, enum method method,
			 struct session **session, struct error *error)
{
	struct error ignored = {0};
	int result;

	*session = calloc(1, sizeof(**session));
	if (!*session)
		return error_say(error, ENOMEM, "out of memory");
	result = enter(pamh, subject, decision, method, *session, error);
	if (result == 0 && pam_set_data(pamh, DATA_NAME, *session, forget_session) != PAM_SUCCESS)
		result = error_say(error, ENOMEM, "out of memory");
	if (result < 0) {
		session_leave(*session, &ignored);
		free(steal_pointer(session));
	}
	return result;
}

static long microseconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start->tv_sec) * 1000000L + (now.tv_nsec - start->tv_nsec) / 1000;
}

static int open_tree_session(pam_handle_t *pamh, const struct subject *subject,
			     const struct decision *decision, const struct arguments *arguments,
			     const struct timespec *start, struct error *error)
{
	struct session *session = NULL;
	const struct stay *stay;
	int result;

	result = session_enter(pamh, subject, decision, arguments->method, &session, error);
	if (result < 0)
		return result;
	stay = session->stay;
	pam_syslog(pamh, LOG_INFO,
		   "session of user %s by service %s in tree %s: %u mounts, namespace %ju, %s, "
		   "%ld us",
		   subject->user, subject->service, decision->tree->name, stay->mounts,
		   (uintmax_t)stay->id, stay->method == METHOD_NATIVE ? "native" : "pivot",
		   microseconds_since(start));
	return 0;
}

/* The log gets every detail, the user none: what a policy says is not theirs to read. */
static int refuse(pam_handle_t *pamh, int flags, const char *user, const struct error *error)
{
	char text[sizeof(error->file) + sizeof(error->words) + 16];

	pam_syslog(pamh, LOG_ERR, "session of user %s refused: %s", user,
		   error_text(error, text, sizeof(text)));
	if (!(flags & PAM_SILENT))
		pam_error(pamh, "Your session was refused; ask the system's administrator.");
	return PAM_SESSION_ERR;
}

/* A typo in a policy must not lock the administrator out. */
static int admit_root(pam_handle_t *pamh, const struct error *error)
{
	char text[sizeof(error->file) + sizeof(error->words) + 16];

	pam_syslog(pamh, LOG_ERR,
		   "the policy is broken, and only uid 0 is let in, on the host's tree: %s",
		   error_text(error, text, sizeof(text)));
	return PAM_SUCCESS;
}

static int decide(const struct subject *subject, const struct arguments *arguments,
		  struct decision *decision, struct error *error)
{
	if (arguments->tree)
		return decide_by_argument(subject, arguments->tree, decision, error);
	return decide_by_rules(subject, arguments->conf, decision, error);
}

static int load_subject(pam_handle_t *pamh, const char **user, struct subject **subject,
			struct error *error)
{
	const void *service = NULL;

	if (pam_get_user(pamh, user, NULL) != PAM_SUCCESS || !*user || !**user) {
		*user = "(unknown)";
		return error_say(error, ENOENT, "the application named no user");
	}
	if (pam_get_item(pamh, PAM_SERVICE, &service) != PAM_SUCCESS || !service)
		return error_say(error, EINVAL, "the application named no service");
	return subject_load(*user, service, subject, error);
}

__attribute__((visibility("default"))) int pam_sm_open_session(pam_handle_t *pamh, int flags,
							       int argc, const char **argv)
{
	cleanup(cleanup_subject) struct subject *subject = NULL;
	cleanup(cleanup_tree) struct decision decision = {0};
	struct arguments arguments = {.conf = POLICY_FILE};
	struct error error = {0};
	struct timespec start;
	const char *user = NULL;
	int result;

	clock_gettime(CLOCK_MONOTONIC, &start);
	result = load_subject(pamh, &user, &subject, &error);
	if (result < 0) {
		refuse(pamh, flags, user, &error);
		return result == -ENOENT ? PAM_USER_UNKNOWN : PAM_SESSION_ERR;
	}
	result = read_arguments(argc, argv, &arguments, &error);
	if (result == 0)
		result = decide(subject, &arguments, &decision, &error);
	if (result < 0 && subject->uid == 0)
		return admit_root(pamh, &error);
	if (result == 0 && !decision.tree) {
		if (arguments.debug)
			pam_syslog(pamh, LOG_DEBUG, "user %s stays in the host's tree", user);
		return PAM_SUCCESS;
	}
	if (result == 0)
		result = open_tree_session(pamh, subject, &decision, &arguments, &start, &error);
	return result < 0 ? refuse(pamh, flags, user, &error) : PAM_SUCCESS;
}

__attribute__((visibility("default"))) int pam_sm_close_session(pam_handle_t *pamh, int flags,
								int argc, const char **argv)
{
	const void *data = NULL;
	struct error error = {0};
	char text[sizeof(error.file) + sizeof(error.words) + 16];
	int result;

	(void)flags;
	(void)argc;
	(void)argv;
	if (pam_get_data(pamh, DATA_NAME, &data) != PAM_SUCCESS || !data)
		return PAM_SUCCESS; /* The session was left in the host's tree. */
	result = session_leave((struct session *)data, &error);
	pam_set_data(pamh, DATA_NAME, NULL, NULL);
	if (result == 0)
		return PAM_SUCCESS;
	pam_syslog(pamh, LOG_ERR, "cannot leave the session's tree: %s",
		   error_text(&error, text, sizeof(text)));
	return PAM_SESSION_ERR;
}
