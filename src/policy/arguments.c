/* SPDX-License-Identifier: BSD-3-Clause */
#include "arguments.h"

#include <errno.h>
#include <string.h>

#include "method.h"
#include "policy.h"

static const char *value_of(const char *argument, const char *name)
{
	size_t length = strlen(name);

	return strncmp(argument, name, length) == 0 ? argument + length : NULL;
}

static int read_argument(const char *argument, struct arguments *arguments, struct error *error)
{
	const char *value;

	if (strcmp(argument, "debug") == 0) {
		arguments->debug = true;
		return 0;
	}
	if (strcmp(argument, "open") == 0) {
		arguments->open = true;
		return 0;
	}
	if (strcmp(argument, "close") == 0) {
		arguments->close = true;
		return 0;
	}
	if (strcmp(argument, "everyone") == 0) {
		arguments->everyone = true;
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
		return method_read(value, &arguments->method, error);
	return error_set(error, EINVAL,
			 "unknown module argument '%s': write conf=/PATH, tree=NAME, everyone, "
			 "open, close, debug or method=auto|native|pivot",
			 argument);
}

/* Words that are right each by itself, but not together. */
static int check_together(const struct arguments *arguments, struct error *error)
{
	if (arguments->open && arguments->close)
		return error_set(error, EINVAL,
				 "a line with both 'open' and 'close' does nothing: write a line "
				 "with 'close' before the other modules and one with 'open' after "
				 "them, or one line with neither");
	if (arguments->everyone && !arguments->tree)
		return error_set(error, EINVAL,
				 "'everyone' goes with tree=NAME: without it the rules of the "
				 "policy say who gets a tree; leave the word out");
	return 0;
}

int arguments_read(int argc, const char *const *argv, struct arguments *arguments,
		   struct error *error)
{
	int result = 0;

	*arguments = (struct arguments){.conf = POLICY_FILE};
	for (int i = 0; result == 0 && i < argc; i++)
		result = read_argument(argv[i], arguments, error);
	return result < 0 ? result : check_together(arguments, error);
}
