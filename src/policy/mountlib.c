/* SPDX-License-Identifier: BSD-3-Clause */
#include "mountlib.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>

#include "dlopennote.h"

#define SONAME "libmount.so.1"

DLOPEN_NOTE("mount", "Reading the tree of a session", "required", SONAME);

#define FUNCTION(name)                                                                             \
	{                                                                                          \
		"mnt_" #name, offsetof(struct mountlib, name)                                      \
	}

static const struct {
	const char *symbol;
	size_t offset;
} functions[] = {
	FUNCTION(new_table),	      FUNCTION(unref_table),   FUNCTION(table_parse_stream),
	FUNCTION(table_first_fs),     FUNCTION(fs_get_tag),    FUNCTION(fs_get_source),
	FUNCTION(fs_get_target),      FUNCTION(fs_get_fstype), FUNCTION(fs_get_options),
	FUNCTION(optstr_next_option),
};

static int fail(struct error *error)
{
	return error_set(error, ELIBACC,
			 "the tree's rows cannot be read without libmount: %s; install libmount1 "
			 "(Debian) or libmount (Fedora)",
			 dlerror());
}

int mountlib_load(struct mountlib *libmount, struct error *error)
{
	libmount->library = dlopen(SONAME, RTLD_NOW | RTLD_LOCAL);
	if (!libmount->library)
		return fail(error);
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		void *function = dlsym(libmount->library, functions[i].symbol);

		if (!function)
			return fail(error);
		*(void **)((char *)libmount + functions[i].offset) = function;
	}
	return 0;
}

void mountlib_unload(struct mountlib *libmount)
{
	if (libmount->library)
		dlclose(libmount->library);
}
