/* SPDX-License-Identifier: BSD-3-Clause */
/* The PAM entry points: a session, top to bottom. pam_nstree(8) is the manual. */
#include <errno.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdint.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "arguments.h"
#include "cleanup.h"
#include "session.h"
#include "subject.h"

#define DATA_NAME "pam_nstree"

/* libpam calls this when the handle ends, in whichever process that is: it only closes. */
static void forget_session(pam_handle_t *pamh, void *data, int status)
{
	(void)pamh;
	(void)status;
	session_free(data);
}

/* *SESSION is libpam's to keep until the session is closed. */
static int enter(pam_handle_t *pamh, const struct subject *subject, struct decision *decision,
		 enum method method, const struct session **session, struct error *error)
{
	struct error notice = {0}, ignored = {0};
	struct session *entered = NULL;
	int result = session_enter(subject, decision, method, &entered, &notice, error);

	if (notice.number)
		pam_syslog(pamh, LOG_WARNING, "%s", notice.words);
	if (result < 0)
		return result;
	if (pam_set_data(pamh, DATA_NAME, entered, forget_session) != PAM_SUCCESS) {
		session_leave(entered, &ignored);
		session_free(entered);
		return error_say(error, ENOMEM, "out of memory");
	}
	*session = entered;
	return 0;
}

static long microseconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start->tv_sec) * 1000000L + (now.tv_nsec - start->tv_nsec) / 1000;
}

static const char *how_of(const struct stay *stay)
{
	if (stay->joined)
		return "joined";
	return stay->method == METHOD_NATIVE ? "native" : "pivot";
}

static int open_tree_session(pam_handle_t *pamh, const struct subject *subject,
			     struct decision *decision, const struct arguments *arguments,
			     const struct timespec *start, struct error *error)
{
	const struct session *session = NULL;
	const struct stay *stay;
	int result;

	result = enter(pamh, subject, decision, arguments->method, &session, error);
	if (result < 0)
		return result;
	stay = session->stay;
	pam_syslog(pamh, LOG_INFO,
		   "session of user %s by service %s in tree %s: %u mounts, namespace %ju, %s, "
		   "%ld us",
		   subject->user, subject->service, decision->file->name, stay->mounts,
		   (uintmax_t)stay->id, how_of(stay), microseconds_since(start));
	return 0;
}

/* The log gets every detail, the user none: what a policy says is not theirs to read. */
static int refuse(pam_handle_t *pamh, int flags, const char *user, const struct error *error)
{
	char text[ERROR_TEXT_SIZE];

	pam_syslog(pamh, LOG_ERR, "session of user %s refused: %s", user, error_text(error, text));
	if (!(flags & PAM_SILENT))
		pam_error(pamh, "Your session was refused; ask the system's administrator.");
	return PAM_SESSION_ERR;
}

/* A typo in a policy must not lock the administrator out. */
static int admit_root(pam_handle_t *pamh, const struct error *error)
{
	char text[ERROR_TEXT_SIZE];

	pam_syslog(pamh, LOG_ERR,
		   "the policy is broken, and only uid 0 is let in, on the host's tree: %s",
		   error_text(error, text));
	return PAM_SUCCESS;
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
	cleanup(decision_clear) struct decision decision = {0};
	struct arguments arguments;
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
	result = arguments_read(argc, argv, &arguments, &error);
	if (result == 0)
		result = decision_make(subject, arguments.conf, arguments.tree, &decision, &error);
	if (result < 0 && subject->uid == 0)
		return admit_root(pamh, &error);
	if (result == 0 && !decision.file) {
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
	char text[ERROR_TEXT_SIZE];
	int result;

	(void)flags;
	(void)argc;
	(void)argv;
	if (pam_get_data(pamh, DATA_NAME, &data) != PAM_SUCCESS || !data)
		return PAM_SUCCESS; /* The session was left in the host's tree. */
	result = session_leave((struct session *)data, &error);
	pam_set_data(pamh, DATA_NAME, NULL, NULL);
	/* systemd's (sd-pam) closes as the user: it cannot go back, and ends with this call. */
	if (result == 0 || geteuid() != 0)
		return PAM_SUCCESS;
	pam_syslog(pamh, LOG_ERR, "cannot leave the session's tree: %s", error_text(&error, text));
	return PAM_SESSION_ERR;
}
