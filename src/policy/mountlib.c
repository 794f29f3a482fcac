/* SPDX-License-Identifier: BSD-3-Clause */
#include "mountlib.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

#define SONAME "libmount.so.1"

/*
 * For the tools that make packages: what this file loads, as the UAPI Group's specification "ELF
 * dlopen metadata" has it.
 */
#define DLOPEN_JSON                                                                                \
	"[{\"feature\":\"mount\",\"description\":\"Reading the tree of a session\","               \
	"\"priority\":\"required\",\"soname\":[\"" SONAME "\"]}]"

__attribute__((used, section(".note.dlopen"), aligned(4))) static const struct {
	uint32_t name_size, content_size, type;
	char name[sizeof("FDO")];
	alignas(uint32_t) char content[sizeof(DLOPEN_JSON)];
} dlopen_note = {sizeof("FDO"), sizeof(DLOPEN_JSON), 0x407c0c0a, "FDO", DLOPEN_JSON};

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
