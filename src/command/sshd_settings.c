/* SPDX-License-Identifier: BSD-3-Clause */
#include "sshd_settings.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "cleanup.h"

#define SSHD "/usr/sbin/sshd"

/* The first word of what follows KEY in LINE into VALUE. */
static void take_value(const char *line, const char *key, char value[PATH_MAX])
{
	size_t length = strlen(key);

	if (strncmp(line, key, length) != 0)
		return;
	line += length + strspn(line + length, " ");
	snprintf(value, PATH_MAX, "%.*s", (int)strcspn(line, " "), line);
}

void sshd_settings_load(const char *user, struct sshd_settings *settings)
{
	cleanup(cleanup_free) char *connection = NULL;
	char text[CAPTURE_SIZE], *rest = text;

	*settings = (struct sshd_settings){0};
	if (access(SSHD, X_OK) < 0 ||
	    asprintf(&connection, "user=%s,host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22",
		     user) < 0)
		return;
	settings->known = capture_run(NULL,
				      (char *[]){(char *)(uintptr_t)SSHD, (char *)(uintptr_t) "-T",
						 (char *)(uintptr_t) "-C", connection, NULL},
				      text) == 0;
	for (char *line; settings->known && (line = strsep(&rest, "\n"));) {
		take_value(line, "forcecommand ", settings->forced_command);
		take_value(line, "subsystem sftp ", settings->sftp);
	}
	if (strcmp(settings->forced_command, "none") == 0)
		settings->forced_command[0] = '\0';
}

bool sshd_settings_is_internal(const char *program)
{
	return strcmp(program, SSHD_SETTINGS_INTERNAL) == 0;
}
