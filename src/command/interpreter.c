/* SPDX-License-Identifier: BSD-3-Clause */
#include "interpreter.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"

#define SEGMENTS_MAX 64
#define BLANKS " \t"

/* LINE is what follows "#!". */
static bool read_script(char *line, char path[PATH_MAX])
{
	line[strcspn(line, "\n")] = '\0';
	line += strspn(line, BLANKS);
	line[strcspn(line, BLANKS)] = '\0';
	memccpy(path, line, '\0', PATH_MAX);
	return *path;
}

static bool read_segment(int fd, const ElfW(Phdr) * segment, char path[PATH_MAX])
{
	size_t size = segment->p_filesz;

	if (size < 2 || size > PATH_MAX ||
	    pread(fd, path, size, (off_t)segment->p_offset) != (ssize_t)size)
		return false;
	return path[size - 1] == '\0';
}

static bool read_elf(int fd, char path[PATH_MAX])
{
	ElfW(Ehdr) header;
	ElfW(Phdr) segment;

	if (pread(fd, &header, sizeof(header), 0) != sizeof(header) ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_phentsize != sizeof(segment))
		return false;
	for (size_t i = 0; i < header.e_phnum && i < SEGMENTS_MAX; i++) {
		off_t offset = (off_t)(header.e_phoff + i * sizeof(segment));

		if (pread(fd, &segment, sizeof(segment), offset) != sizeof(segment))
			return false;
		if (segment.p_type == PT_INTERP)
			return read_segment(fd, &segment, path);
	}
	return false;
}

bool interpreter_of(const char *program, char path[PATH_MAX])
{
	cleanup(cleanup_fd) int fd = open(program, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char line[PATH_MAX] = "";

	if (fd < 0 || pread(fd, line, sizeof(line) - 1, 0) < 2)
		return false;
	return memcmp(line, "#!", 2) == 0 ? read_script(line + 2, path) : read_elf(fd, path);
}
