/* SPDX-License-Identifier: BSD-3-Clause */
#include "caller.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "bare.h"

static bool is_pam(const struct contender *contender)
{
	return contender_is(contender, "pam") || contender_is(contender, "join");
}

static int no_conversation(int count, const struct pam_message **messages,
			   struct pam_response **responses, void *data)
{
	(void)messages;
	(void)data;
	*responses = calloc((size_t)count, sizeof(**responses));
	return *responses ? PAM_SUCCESS : PAM_BUF_ERR;
}

bool caller_prepare(struct caller *caller)
{
	static const struct pam_conv conversation = {no_conversation, NULL};
	const struct contender *contender = caller->contender;

	caller->host = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (!is_pam(contender))
		return caller->host >= 0;
	if (!getpwnam(contender->who))
		return false;
	tzset();
	return pam_start(contender->what, contender->who, &conversation, &caller->pamh) ==
	       PAM_SUCCESS;
}

bool caller_open(const struct caller *caller)
{
	if (is_pam(caller->contender))
		return pam_open_session(caller->pamh, PAM_SILENT) == PAM_SUCCESS;
	return bare_enter(caller->contender->what, caller->contender->who) == 0;
}

bool caller_close(const struct caller *caller)
{
	if (is_pam(caller->contender))
		return pam_close_session(caller->pamh, PAM_SILENT) == PAM_SUCCESS;
	return setns(caller->host, CLONE_NEWNS) == 0;
}

void caller_tell(int told, int what, struct timespec since)
{
	struct told words = {.what = what, .at = contender_now(), .since = since};

	if (write(told, &words, sizeof(words)) != sizeof(words))
		_exit(1);
}

void caller_wait(int fd)
{
	char byte;

	while (read(fd, &byte, 1) < 0 && errno == EINTR)
		;
}
