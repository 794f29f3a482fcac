/* SPDX-License-Identifier: BSD-3-Clause */
#include "trust.h"

#include <string.h>

#include "names.h"

const char *const trust_places[TRUST_PLACES + 1] = {
	"/",	  "/etc",   "/usr",    "/usr/lib", "/usr/lib64", "/usr/bin", "/usr/sbin", "/lib",
	"/lib32", "/lib64", "/libx32", "/bin",	   "/sbin",	 "/run",     "/dev",	  NULL};

/* NSS modules and sshd's monitor run as root in the tree and are loaded from these. */
static const char *const code_places[] = {"/etc", "/usr",   "/bin",   "/sbin",
					  "/lib", "/lib32", "/lib64", "/libx32"};

bool trust_is_code_place(const char *target)
{
	if (strcmp(target, "/") == 0)
		return true;
	for (size_t i = 0; i < sizeof(code_places) / sizeof(*code_places); i++)
		if (name_below(target, code_places[i]))
			return true;
	return false;
}
