/* SPDX-License-Identifier: BSD-3-Clause */
#include "method.h"

#include <errno.h>
#include <string.h>

static const char *const words[] = {
	[METHOD_AUTO] = "auto", [METHOD_NATIVE] = "native", [METHOD_PIVOT] = "pivot"};

int method_read(const char *word, enum method *method, struct error *error)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(word, words[i]) == 0) {
			*method = (enum method)i;
			return 0;
		}
	return error_set(error, EINVAL,
			 "unknown module argument 'method=%s': write auto, native or pivot", word);
}

const char *method_word(enum method method)
{
	return words[method];
}
