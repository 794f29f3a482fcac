/* SPDX-License-Identifier: BSD-3-Clause */
/* What a file loads with dlopen(3), as an ELF note for the tools that make packages. */
#ifndef NSTREE_DLOPENNOTE_H
#define NSTREE_DLOPENNOTE_H

#include <stdalign.h>
#include <stdint.h>

/*
 * The note of the library SONAME, once in a file: for FEATURE, with a DESCRIPTION and a PRIORITY
 * ("required", "recommended", "suggested"), as the UAPI Group's specification "ELF dlopen metadata"
 * has them. All are string constants.
 */
#define DLOPEN_NOTE(feature, description, priority, soname)                                        \
	__attribute__((used, section(".note.dlopen"), aligned(4))) static const struct {           \
		uint32_t name_size, content_size, type;                                            \
		char name[sizeof("FDO")];                                                          \
		alignas(uint32_t) char content[sizeof(DLOPEN_JSON(feature, description, priority,  \
								  soname))];                       \
	} dlopen_note = {sizeof("FDO"),                                                            \
			 sizeof(DLOPEN_JSON(feature, description, priority, soname)), 0x407c0c0a,  \
			 "FDO", DLOPEN_JSON(feature, description, priority, soname)}

#define DLOPEN_JSON(feature, description, priority, soname)                                        \
	"[{\"feature\":\"" feature "\",\"description\":\"" description                             \
	"\",\"priority\":\"" priority "\",\"soname\":[\"" soname "\"]}]"

#endif
