/* SPDX-License-Identifier: BSD-3-Clause */
/* The PAM entry points: a session, top to bottom. pam_nstree(8) is the manual. */
#include <errno.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "apparmor.h"
#include "arguments.h"
#include "cleanup.h"
#include "journal.h"
#include "selinux.h"
#include "session.h"
#include "subject.h"

/* Our two entries in the PAM handle: a session that is open, or that none is needed. */
#define SESSION_DATA "pam_nstree"
#define HOST_DATA "pam_nstree-host"

/* The log of one call: what its lines are about, as far as it is known, and the way to journald. */
struct log {
	pam_handle_t *pamh;
	int journal; /* for journal_send(); -1 for none */
	bool opened; /* whether `journal` is what there is */
	const char *user, *tree;
};

static void log_close(struct log *log)
{
	cleanup_fd(&log->journal);
}

/* Called before the process enters a tree, in which the journal is not the host's. */
static void log_open(struct log *log)
{
	if (!log->opened)
		log->journal = journal_open();
	log->opened = true;
}

/* How a session began, for the fields that only some lines have; what is not known is NULL. */
struct log_fields {
	const char *result; /* entered, joined, refused or host */
	const char *namespace, *microseconds;
	const struct error *error; /* its place becomes fields */
};

static bool log_to_journal(struct log *log, int priority, const struct log_fields *known,
			   const char *text)
{
	const char digit[] = {(char)('0' + LOG_PRI(priority)), '\0'};
	const struct error *error = known->error;
	char message[ERROR_TEXT_SIZE + 512], line[16];
	const void *service = NULL;

	log_open(log);
	if (log->journal < 0)
		return false;
	pam_get_item(log->pamh, PAM_SERVICE, &service);
	snprintf(line, sizeof(line), "%u", error ? error->line : 0);
	/* As pam_syslog(3) begins it. */
	snprintf(message, sizeof(message), "pam_nstree(%s:session): %s",
		 service ? (const char *)service : "<unknown>", text);
	const struct journal_field fields[] = {
		{"MESSAGE", message},
		{"PRIORITY", digit},
		{"SYSLOG_FACILITY", "10"}, /* LOG_AUTHPRIV */
		{"SYSLOG_IDENTIFIER", program_invocation_short_name},
		{"NSTREE_RESULT", known->result},
		{"NSTREE_USER", log->user},
		{"NSTREE_SERVICE", service},
		{"NSTREE_TREE", log->tree},
		{"NSTREE_NAMESPACE", known->namespace},
		{"NSTREE_USEC", known->microseconds},
		{"NSTREE_FILE", error && error->file[0] ? error->file : NULL},
		{"NSTREE_LINE", error && error->line ? line : NULL},
	};
	return journal_send(log->journal, fields, sizeof(fields) / sizeof(*fields));
}

/* One line, to journald with fields, or else by syslog(3). */
__attribute__((format(printf, 4, 5))) static void
log_line(struct log *log, int priority, const struct log_fields *known, const char *format, ...)
{
	static const struct log_fields none;
	char text[ERROR_TEXT_SIZE + 256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	/* The application's user may be anything that someone typed. */
	error_mask_controls(text);
	if (!log_to_journal(log, priority, known ? known : &none, text))
		pam_syslog(log->pamh, priority, "%s", text);
}

/* Without the flags that Linux-PAM adds to a cleanup function's status. */
static bool is_failure(int status)
{
	return (status & ~(PAM_DATA_REPLACE | PAM_DATA_SILENT)) != PAM_SUCCESS;
}

/*
 * libpam calls this when the handle ends, also in children of the application, and when the data is
 * replaced after a close. A session that was not closed by then never will be. If the
 * application says that the login failed, its process returns. Else it stays in the tree, as it
 * may be about to become the user's; a PID namespace ends in both cases.
 */
static void end_handle(pam_handle_t *pamh, void *data, int status)
{
	struct session *session = data;
	struct error ignored = {0};

	(void)pamh;
	if (session->leader == getpid() && is_failure(status))
		session_leave(session, &ignored);
	else
		session_abandon(session);
	session_free(session);
}

/* The handle's session, NULL where none is open. */
static struct session *open_session_of(pam_handle_t *pamh)
{
	const void *data = NULL;

	return pam_get_data(pamh, SESSION_DATA, &data) == PAM_SUCCESS
		       ? (struct session *)(uintptr_t)data
		       : NULL;
}

/*
 * *SESSION is libpam's to keep until the session is closed. It has it before there is a session,
 * since that may fail too.
 */
static int enter_session(struct log *log, const struct subject *subject, struct decision *decision,
			 enum method method, const struct session **session, struct error *error)
{
	struct session *entered = session_new();
	struct error notice = {0};
	int result;

	if (!entered || pam_set_data(log->pamh, SESSION_DATA, entered, end_handle) != PAM_SUCCESS) {
		session_free(entered);
		return error_no_memory(error);
	}
	log_open(log);
	result = session_enter(subject, decision, method, entered, &notice, error);
	if (notice.number)
		log_line(log, LOG_WARNING, NULL, "%s", notice.words);
	if (result < 0)
		pam_set_data(log->pamh, SESSION_DATA, NULL, NULL);
	else
		*session = entered;
	return result;
}

static long microseconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start->tv_sec) * 1000000L + (now.tv_nsec - start->tv_nsec) / 1000;
}

static const char *how_of(const struct mntns *mntns)
{
	if (mntns->joined)
		return "joined";
	return method_word(mntns->method);
}

static int open_tree_session(struct log *log, const struct subject *subject,
			     struct decision *decision, const struct arguments *arguments,
			     const struct timespec *start, struct error *error)
{
	const struct session *session = NULL;
	const struct mntns *mntns;
	char namespace[24], microseconds[24];
	struct log_fields known = {.namespace = namespace, .microseconds = microseconds};
	int result;

	result = enter_session(log, subject, decision, arguments->method, &session, error);
	if (result < 0)
		return result;
	mntns = session->mntns;
	known.result = mntns->joined ? "joined" : "entered";
	snprintf(namespace, sizeof(namespace), "%ju", (uintmax_t)mntns->id);
	snprintf(microseconds, sizeof(microseconds), "%ld", microseconds_since(start));
	log_line(log, LOG_INFO, &known,
		 "session of user %s by service %s in tree %s: %u mounts, namespace %s, %s, %s us",
		 subject->user, subject->service, decision->file->name, mntns->mounts, namespace,
		 how_of(mntns), microseconds);
	return 0;
}

/* The log gets every detail, the user none: users are not to read the policy. */
static int refuse_session(struct log *log, int flags, const struct error *error)
{
	const struct log_fields known = {.result = "refused", .error = error};
	char text[ERROR_TEXT_SIZE];

	log_line(log, LOG_ERR, &known, "session of user %.200s refused: %s%s%s", log->user,
		 error_text(error, text), selinux_hint(error->number),
		 apparmor_hint(error->number));
	if (!(flags & PAM_SILENT))
		pam_error(log->pamh, "Your session was refused; ask the system's administrator.");
	return PAM_SESSION_ERR;
}

/* What a close finds, where it has nothing to undo. */
static int stay_on_host(pam_handle_t *pamh)
{
	/* Without it a close logs one more line. */
	pam_set_data(pamh, HOST_DATA, (void *)(uintptr_t)HOST_DATA, NULL);
	return PAM_SUCCESS;
}

/* uid 0 must be able to log in and repair a broken policy. */
static int admit_root(struct log *log, const struct error *error)
{
	const struct log_fields known = {.result = "host", .error = error};
	char text[ERROR_TEXT_SIZE];

	log_line(log, LOG_ERR, &known,
		 "the policy is broken, and only uid 0 is let in, on the host's tree: %s",
		 error_text(error, text));
	return stay_on_host(log->pamh);
}

/* Of PAM's own environment, which modules above have set: the process's is the user's as well. */
static int load_environment(pam_handle_t *pamh, struct subject *subject, struct error *error)
{
	char **list = pam_getenvlist(pamh);
	int result = subject_set_environment(subject, list, error);

	for (size_t i = 0; list && list[i]; i++)
		free(list[i]);
	free(list);
	return result;
}

static int load_subject(pam_handle_t *pamh, const char **user, struct subject **subject,
			struct error *error)
{
	const void *service = NULL, *rhost = NULL, *tty = NULL;
	int result;

	if (pam_get_user(pamh, user, NULL) != PAM_SUCCESS || !*user || !**user) {
		*user = "(unknown)";
		return error_set(error, ENOENT, "the application named no user");
	}
	if (pam_get_item(pamh, PAM_SERVICE, &service) != PAM_SUCCESS || !service)
		return error_set(error, EINVAL, "the application named no service");
	pam_get_item(pamh, PAM_RHOST, &rhost);
	pam_get_item(pamh, PAM_TTY, &tty);
	result = subject_load(*user, service, subject, error);
	if (result == 0)
		result = subject_set_origin(*subject, rhost, tty, error);
	if (result == 0)
		result = subject_make_id(*subject, error);
	return result < 0 ? result : load_environment(pamh, *subject, error);
}

/*
 * Before anything is read: this process is in the first session's tree. A second session would hide
 * the first from the close, and leave the process there.
 */
static int refuse_second(pam_handle_t *pamh, int flags)
{
	struct log log = {.pamh = pamh, .journal = -1, .opened = true, .user = "(unknown)"};
	struct error error = {0};
	const void *user = NULL;

	pam_get_item(pamh, PAM_USER, &user);
	if (user)
		log.user = user;
	error_set(&error, EBUSY,
		  "this PAM handle has a session open: either the stack has a second pam_nstree "
		  "line (nstree check --pam), or the application did not close the first session");
	return refuse_session(&log, flags, &error);
}

static int open_subject_session(struct log *log, int flags, const struct subject *subject,
				const struct arguments *arguments, const struct timespec *start,
				struct error *error)
{
	static const struct log_fields host = {.result = "host"};
	cleanup(decision_clear) struct decision decision = {0};
	char text[ERROR_TEXT_SIZE];
	int result = -error->number;

	if (result == 0)
		result = decision_make(subject, arguments->conf, arguments->tree,
				       arguments->everyone, &decision, error);
	if (decision.name[0])
		log->tree = decision.file ? decision.file->name : decision.name;
	if (decision.warning.number)
		log_line(log, LOG_WARNING, NULL, "%s", error_text(&decision.warning, text));
	if (result < 0 && subject->uid == 0 && !decision.denied)
		return admit_root(log, error);
	if (result == 0 && !decision.file) {
		if (arguments->debug)
			log_line(log, LOG_DEBUG, &host, "user %s stays in the host's tree",
				 subject->user);
		return stay_on_host(log->pamh);
	}
	if (result == 0)
		result = open_tree_session(log, subject, &decision, arguments, start, error);
	return result < 0 ? refuse_session(log, flags, error) : PAM_SUCCESS;
}

__attribute__((visibility("default"))) int pam_sm_open_session(pam_handle_t *pamh, int flags,
							       int argc, const char **argv)
{
	cleanup(cleanup_subject) struct subject *subject = NULL;
	cleanup(log_close) struct log log = {.pamh = pamh, .journal = -1};
	struct arguments arguments;
	struct error error = {0}, fault = {0};
	struct timespec start;
	int result = arguments_read(argc, argv, &arguments, &fault);

	if (result == 0 && arguments.close)
		return PAM_SUCCESS;
	if (open_session_of(pamh))
		return refuse_second(pamh, flags);
	clock_gettime(CLOCK_MONOTONIC, &start);
	result = load_subject(pamh, &log.user, &subject, &error);
	if (result < 0) {
		refuse_session(&log, flags, &error);
		return result == -ENOENT ? PAM_USER_UNKNOWN : PAM_SESSION_ERR;
	}
	return open_subject_session(&log, flags, subject, &arguments, &start, &fault);
}

/* Nothing is open: as expected for a session in the host's tree, and worth a line otherwise. */
static int close_nothing(pam_handle_t *pamh, bool debug)
{
	cleanup(log_close) struct log log = {.pamh = pamh, .journal = -1};
	const void *host = NULL, *user = NULL;

	pam_get_item(pamh, PAM_USER, &user);
	log.user = user;
	if (pam_get_data(pamh, HOST_DATA, &host) != PAM_SUCCESS || !host)
		log_line(&log, LOG_NOTICE, NULL,
			 "nothing to close: this PAM handle has no session open");
	else if (debug)
		log_line(&log, LOG_DEBUG, NULL,
			 "nothing to close: the session is in the host's tree");
	pam_set_data(pamh, HOST_DATA, NULL, NULL);
	return PAM_SUCCESS;
}

__attribute__((visibility("default"))) int pam_sm_close_session(pam_handle_t *pamh, int flags,
								int argc, const char **argv)
{
	struct session *session = open_session_of(pamh);
	struct arguments arguments;
	struct error error = {0}, ignored = {0};
	char text[ERROR_TEXT_SIZE];
	int result;

	(void)flags;
	/* A wrong argument has been reported when the session was opened. */
	if (arguments_read(argc, argv, &arguments, &ignored) == 0 && arguments.open)
		return PAM_SUCCESS;
	if (!session)
		return close_nothing(pamh, arguments.debug);
	result = session_leave(session, &error);
	pam_set_data(pamh, SESSION_DATA, NULL, NULL);
	/* systemd's (sd-pam) closes as the user: it cannot go back, and ends with this call. */
	if (result == 0 || geteuid() != 0)
		return PAM_SUCCESS;
	/* Without fields: the journal is not to be looked for in the tree. */
	pam_syslog(pamh, LOG_ERR, "cannot leave the session's tree: %s", error_text(&error, text));
	return PAM_SESSION_ERR;
}
