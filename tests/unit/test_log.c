/* SPDX-License-Identifier: BSD-3-Clause */
/* The module's log: a line is one line, whatever the application says whose session it is. */
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define WORDS_SIZE 8192
static char words[WORDS_SIZE];

#include "../helpers/keeplog.h"

/* What the module asks libpam is answered here. */
static const char *user_name, *service_name;

int pam_get_item(const pam_handle_t *pamh, int type, const void **item)
{
	(void)pamh;
	*item = type == PAM_SERVICE ? service_name : type == PAM_USER ? user_name : NULL;
	return PAM_SUCCESS;
}

char **pam_getenvlist(pam_handle_t *pamh)
{
	(void)pamh;
	return NULL;
}

int pam_get_user(pam_handle_t *pamh, const char **user, const char *prompt)
{
	(void)pamh, (void)prompt;
	*user = user_name;
	return PAM_SUCCESS;
}

int pam_get_data(const pam_handle_t *pamh, const char *name, const void **data)
{
	(void)pamh, (void)name, (void)data;
	return PAM_NO_MODULE_DATA;
}

int pam_set_data(pam_handle_t *pamh, const char *name, void *data,
		 void (*end)(pam_handle_t *pamh, void *data, int status))
{
	(void)pamh, (void)name, (void)data, (void)end;
	return PAM_SUCCESS;
}

int pam_prompt(pam_handle_t *pamh, int style, char **response, const char *format, ...)
{
	(void)pamh, (void)style, (void)response, (void)format;
	return PAM_SUCCESS;
}

void pam_syslog(const pam_handle_t *pamh, int priority, const char *format, ...)
{
	va_list arguments;

	(void)pamh, (void)priority;
	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
}

static void open_session(const char *user, const char *service)
{
	static char place;
	pam_handle_t *handle = (pam_handle_t *)(void *)&place; /* nothing looks into it */

	user_name = user;
	service_name = service;
	words[0] = '\0';
	assert_int_equal(pam_sm_open_session(handle, 0, 0, NULL), PAM_USER_UNKNOWN);
}

static void a_line_is_one_line(void **state)
{
	(void)state;
	open_session("no-such\nsession of user root\x7f\x1b[2J", "sshd");
	assert_non_null(
		strstr(words, "session of user no-such?session of user root??[2J refused:"));
	assert_null(strpbrk(words, "\n\x7f\x1b"));
}

/* Nothing that is so long that it takes the place of the reason. */
static void a_long_name_leaves_room_for_the_reason(void **state)
{
	char name[4096];

	(void)state;
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	open_session(name, "sshd");
	assert_non_null(strstr(words, "refused: no such user 'aaaa"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_one_line),
		cmocka_unit_test(a_long_name_leaves_room_for_the_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
