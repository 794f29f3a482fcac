/* SPDX-License-Identifier: BSD-3-Clause */
#include "import_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "cleanup.h"

FILE *import_output_add(struct import_output *output, char *name)
{
	struct import_file *grown =
		name ? array_grow(output->files, output->n_files, sizeof(*grown)) : NULL;

	if (!grown) {
		free(name);
		return NULL;
	}
	output->files = grown;
	grown += output->n_files++;
	*grown = (struct import_file){.name = name};
	return open_memstream(&grown->content, &grown->size);
}

void import_output_clear(struct import_output *output)
{
	for (size_t i = 0; i < output->n_files; i++) {
		free(output->files[i].name);
		free(output->files[i].content);
	}
	free(output->files);
	*output = (struct import_output){0};
}

/* Never overwrites a file (O_EXCL). */
static int save_file(const struct import_file *file, int directory, struct error *error)
{
	cleanup(cleanup_fd) int fd =
		openat(directory, file->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0)
		return error_set(error, errno, "%s cannot be made: %m%s", file->name,
				 errno == EEXIST ? "; move it away, or name another directory"
						 : "");
	for (size_t done = 0; done < file->size;) {
		ssize_t written = write(fd, file->content + done, file->size - done);

		if (written < 0) {
			error_set(error, errno, "%s cannot be written: %m", file->name);
			unlinkat(directory, file->name, 0);
			return -error->number;
		}
		done += (size_t)written;
	}
	return 0;
}

static int save_all(const struct import_output *output, const char *directory, struct error *error)
{
	cleanup(cleanup_fd) int fd = -1;
	int result = 0;
	size_t i;

	error_place(error, directory, 0);
	if (mkdir(directory, 0755) < 0 && errno != EEXIST)
		return error_set(error, errno, "cannot be made: %m");
	fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || (mkdirat(fd, "nstree.d", 0755) < 0 && errno != EEXIST))
		return error_set(error, errno, "cannot be written to: %m");
	for (i = 0; result == 0 && i < output->n_files; i++)
		result = save_file(&output->files[i], fd, error);
	if (result < 0)
		for (i -= 1; i > 0; i--)
			unlinkat(fd, output->files[i - 1].name, 0);
	return result;
}

/* Comments name what was read, which a terminal is not to take for its own. */
static void hide_controls(char *text)
{
	for (char *line = text; *line; line += *line == '\n') {
		bool comment = *line == '#';

		for (; *line && *line != '\n'; line++)
			if (comment && ((unsigned char)*line < ' ' || *line == 0x7f) &&
			    *line != '\t')
				*line = '?';
	}
}

static void print_all(const struct import_output *output)
{
	for (size_t i = 0; i < output->n_files; i++) {
		printf("%s# ---- /etc/security/%s ----\n", i ? "\n" : "", output->files[i].name);
		fputs(output->files[i].content, stdout);
	}
}

int import_output_write(const struct import_output *output, const char *directory,
			struct error *error)
{
	for (size_t i = 0; i < output->n_files; i++)
		hide_controls(output->files[i].content);
	if (directory)
		return save_all(output, directory, error);
	print_all(output);
	return 0;
}
