/* SPDX-License-Identifier: BSD-3-Clause */
#include "inspection.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>

const struct inspection_file inspection_files[INSPECTION_FILES] = {
	{"/etc/localtime", "times are UTC", false},
	{"/etc/resolv.conf", "no name server is known", true},
	{"/etc/nsswitch.conf", "users and hosts are looked up by the C library's defaults", false},
	{"/usr/lib/locale", "there is no locale but C and POSIX", false},
};

const char *const inspection_programs[INSPECTION_PROGRAMS] = {"sudo", "su", "passwd", "crontab"};

void *inspection_share(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

void inspection_say(const struct inspection *inspection, enum severity severity,
		    enum error_code code, const char *format, ...)
{
	struct inspection_findings *findings = inspection->findings;
	struct inspection_finding *finding = &findings->items[findings->n];
	char words[sizeof(finding->error.words)];
	va_list arguments;

	if (findings->n >= INSPECTION_FINDINGS_MAX)
		return;
	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	finding->severity = severity;
	error_mark(&finding->error, code, error_set(&finding->error, EINVAL, "%s", words));
	findings->n++;
}
