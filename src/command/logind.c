/* SPDX-License-Identifier: BSD-3-Clause */
#include "logind.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"

#define SONAME "libsystemd.so.0"
/* What sd_booted(3) is for systemd, this is for logind: it makes the directory when it starts. */
#define LOGIND_DIRECTORY "/run/systemd/seats"

/* Functions of sd-login.h, whose package need not be there to build this. */
struct login_library {
	void *library;
	int (*get_sessions)(char ***sessions);
	int (*get_uid)(const char *session, uid_t *uid);
	int (*get_leader)(const char *session, pid_t *leader);
	int (*get_class)(const char *session, char **class);
	int (*get_service)(const char *session, char **service);
	int (*get_tty)(const char *session, char **tty);
	int (*get_remote_host)(const char *session, char **host);
};

static bool load_function(const struct login_library *login, const char *name, void *function)
{
	void *found = dlsym(login->library, name);

	memcpy(function, &found, sizeof(found));
	return found;
}

static bool load_library(struct login_library *login)
{
	login->library = dlopen(SONAME, RTLD_NOW | RTLD_LOCAL);
	return login->library && load_function(login, "sd_get_sessions", &login->get_sessions) &&
	       load_function(login, "sd_session_get_uid", &login->get_uid) &&
	       load_function(login, "sd_session_get_leader", &login->get_leader) &&
	       load_function(login, "sd_session_get_class", &login->get_class) &&
	       load_function(login, "sd_session_get_service", &login->get_service) &&
	       load_function(login, "sd_session_get_tty", &login->get_tty) &&
	       load_function(login, "sd_session_get_remote_host", &login->get_remote_host);
}

static void unload_library(struct login_library *login)
{
	if (login->library)
		dlclose(login->library);
}

/* What GET tells of SESSION, for free(3); NULL where that is nothing. */
static char *session_text(int (*get)(const char *session, char **text), const char *session)
{
	char *text = NULL;

	return get(session, &text) < 0 ? NULL : text;
}

static int add_login_session(const struct login_library *login, const char *session,
			     struct logins *host, struct error *error)
{
	cleanup(cleanup_free) char *class = session_text(login->get_class, session);
	cleanup(cleanup_free) char *service = session_text(login->get_service, session);
	cleanup(cleanup_free) char *tty = session_text(login->get_tty, session);
	cleanup(cleanup_free) char *from = session_text(login->get_remote_host, session);
	pid_t leader;
	uid_t uid;

	/* Others are a user's service manager, screen lockers and the log-in screen's own. */
	if (!class ||
	    (strncmp(class, "user", strlen("user")) != 0 && strcmp(class, "background") != 0))
		return 0;
	if (login->get_uid(session, &uid) < 0 || login->get_leader(session, &leader) < 0)
		return 0;
	return logins_add(host, uid, leader, service, tty, from, error);
}

int logind_load(struct logins *host, struct error *error)
{
	cleanup(unload_library) struct login_library login = {0};
	cleanup(cleanup_free) char **sessions = NULL;
	int result = 0;

	if (access(LOGIND_DIRECTORY, F_OK) < 0 || !load_library(&login))
		return 0;
	if (login.get_sessions(&sessions) < 0)
		return 0;
	for (char **session = sessions; session && *session; session++) {
		if (result == 0)
			result = add_login_session(&login, *session, host, error);
		free(*session);
	}
	return result < 0 ? result : 1;
}
