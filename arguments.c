/* SPDX-License-Identifier: BSD-3-Clause */
#include "arguments.h"

#include <errno.h>
#include <string.h>

#include "policy.h"

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

int arguments_read(int argc, const char *const *argv, struct arguments *arguments,
		   struct error *error)
{
	int result = 0;

	*arguments = (struct arguments){.conf = POLICY_FILE};
	for (int i = 0; result == 0 && i < argc; i++)
		result = read_argument(argv[i], arguments, error);
	return result;
}
