/* SPDX-License-Identifier: BSD-3-Clause */
#include "import_row.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "cleanup.h"
#include "lines.h"
#include "textfile.h"

#define INSTANCES_DIRECTORY "/var/lib/nstree"

void import_text_note(const struct import_text *text, unsigned line, const char *format, ...)
{
	cleanup(cleanup_free) char *words = NULL;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vasprintf(&words, format, arguments);
	va_end(arguments);
	if (length < 0) {
		words = NULL;
		return;
	}
	/* A newline would end the comment. */
	for (char *c = words; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?';
	report_say(text->report, SEVERITY_WARNING, CODE_IMPORT_LINE, text->file, line, "%s", words);
	fprintf(text->stream, "# No equivalent: %s\n", words);
}

int import_text_read(const char *file, char **text, size_t *length, struct error *error)
{
	cleanup(cleanup_free) char *read = NULL;
	int result = textfile_read(file, &read, length);

	error_place(error, file, 0);
	if (result < 0)
		return error_set(error, -result, "cannot be read: %s", strerror(-result));
	for (const char *c = file; *c; c++)
		if (iscntrl((unsigned char)*c))
			return error_set(error, EINVAL,
					 "has a control character in its name: rename it");
	if (memchr(read, '\0', *length))
		return error_set(error, EINVAL, "holds a byte 0: write plain text");
	*error = (struct error){0};
	*text = steal_pointer(&read);
	return 0;
}

/* How many bytes of TEXT, from its first, are written \ooo: those of SPECIAL, controls, blanks. */
static size_t escaped_length(const char *text, const char *special)
{
	const char *name;

	if ((unsigned char)*text <= ' ' || *text == 0x7f || strchr(special, *text))
		return 1;
	return lines_false_blank_at(text, &name);
}

void import_row_item(struct buffer *text, const char *name, size_t length, const char *special)
{
	size_t escaped = 0;

	for (const char *end = name + length; name < end; name++) {
		char byte[8] = {*name, '\0'};

		escaped = escaped ? escaped : escaped_length(name, special);
		if (escaped || (*name == '\\' && name[1] >= '0' && name[1] <= '7'))
			snprintf(byte, sizeof(byte), "\\%03o", (unsigned char)*name);
		buffer_add(text, byte);
		escaped -= escaped > 0;
	}
}

/* TEXT as a field; each '%' is written twice if LITERAL. */
static void print_field(FILE *stream, const char *text, bool literal)
{
	for (size_t escaped = 0; *text; text++, escaped -= escaped > 0) {
		escaped = escaped ? escaped : escaped_length(text, "\\#");
		fputs(literal && *text == '%' ? "%" : "", stream);
		if (escaped)
			fprintf(stream, "\\%03o", (unsigned char)*text);
		else
			fputc(*text, stream);
	}
}

void import_row_field(FILE *stream, const char *text)
{
	print_field(stream, text, false);
}

void import_row_literal(FILE *stream, const char *text)
{
	print_field(stream, text, true);
}

static bool polydir_has_option(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (const char *found = list; (found = strstr(found, name)); found += length)
		if ((found == list || found[-1] == ',') && strchr(",=", found[length]))
			return true;
	return false;
}

static const char *create_mode(const struct polydir *polydir)
{
	size_t length = strlen(polydir->directory);

	if (polydir->create_mode)
		return polydir->create_mode;
	return length >= 4 && strcmp(polydir->directory + length - 4, "/tmp") == 0 ? "1777"
										   : "0700";
}

static void print_filesystem(FILE *stream, const struct polydir *polydir)
{
	const char *options = polydir->mount_options ? polydir->mount_options : "";

	fputs("tmpfs  ", stream);
	import_row_field(stream, polydir->directory);
	fprintf(stream, "  tmpfs  %s",
		polydir_has_option(options, "mode") ? "nosuid" : "mode=1777,nosuid");
	fputs(polydir_has_option(options, "nodev") ? "" : ",nodev", stream);
	for (const char *option = options; *option; option += *option == ',') {
		size_t length = strcspn(option, ",");
		cleanup(cleanup_free) char *word = strndup(option, length);

		if (word && length && strcmp(word, "nosuid") != 0) {
			fputc(',', stream);
			import_row_field(stream, word);
		}
		option += length;
	}
}

/* Whether a user can change names in the directory of PREFIX, where no instance may then be made.
 */
static bool is_users_directory(const char *prefix)
{
	static const char *const places[] = {"%h", "/home/", "/tmp/", "/var/tmp/", "/dev/shm/"};

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (strncmp(prefix, places[i], strlen(places[i])) == 0)
			return true;
	return false;
}

/* INSTANCES_DIRECTORY/.NAME/ for the instances of DIRECTORY: no user name begins with a dot. */
static void print_instances_directory(FILE *stream, const char *directory)
{
	cleanup(buffer_clear) struct buffer name = {0};
	cleanup(cleanup_free) char *text = NULL;

	for (directory += *directory == '/'; *directory; directory++) {
		bool home = strncmp(directory, "%h", 2) == 0;
		char byte[2] = {*directory == '/' ? '-' : *directory, '\0'};

		buffer_add(&name, home ? "home" : byte);
		directory += home;
	}
	fputs(INSTANCES_DIRECTORY "/.", stream);
	text = buffer_take(&name);
	import_row_field(stream, text ? text : "");
	fputc('/', stream);
}

static void print_instance(FILE *stream, const struct polydir *polydir)
{
	if (is_users_directory(polydir->prefix))
		print_instances_directory(stream, polydir->directory);
	else
		import_row_field(stream, polydir->prefix);
	fputs("%u  ", stream);
	import_row_field(stream, polydir->directory);
	fprintf(stream, "  none  bind,x-nstree.create=%s,nosuid,nodev", create_mode(polydir));
}

static void note_differences(const struct import_text *text, const struct polydir *polydir)
{
	if (polydir->method == POLY_LEVEL || polydir->method == POLY_CONTEXT)
		import_text_note(
			text, polydir->line,
			"'%s' goes by SELinux's contexts; the row would make one instance for each "
			"user, as 'user' does: take off its '#' if that is enough",
			polydir->method == POLY_LEVEL ? "level" : "context");
	if (polydir->method == POLY_TMPDIR)
		import_text_note(text, polydir->line,
				 "'tmpdir' makes a directory on disk; the row makes a tmpfs in "
				 "memory, which "
				 "ends with the session as well");
	else if (polydir->method != POLY_TMPFS && is_users_directory(polydir->prefix))
		import_text_note(
			text, polydir->line,
			"instances are not made where users can change names ('%s'): the row has "
			"them in " INSTANCES_DIRECTORY "; move there what is to be kept",
			polydir->prefix);
	if (polydir->script)
		import_text_note(
			text, polydir->line,
			"'iscript=%s': a session runs no script: make what it makes beforehand",
			polydir->script);
	if (polydir->create_owner)
		import_text_note(
			text, polydir->line,
			"'%s' as the owner of a directory that is made: an instance is its user's",
			polydir->create_owner);
}

void import_row_print(const struct import_text *text, const struct polydir *polydir)
{
	FILE *stream = text->stream;
	bool memory = polydir->method == POLY_TMPFS || polydir->method == POLY_TMPDIR;

	fprintf(stream, "\n# Line %u: ", polydir->line);
	for (const char *c = polydir->text; *c && *c != '#'; c++)
		fputc((unsigned char)*c < ' ' ? ' ' : *c, stream);
	fputc('\n', stream);
	note_differences(text, polydir);
	if (polydir->method == POLY_LEVEL || polydir->method == POLY_CONTEXT)
		fputc('#', stream);
	if (memory)
		print_filesystem(stream, polydir);
	else
		print_instance(stream, polydir);
	if (polydir->create)
		fprintf(stream, ",X-mount.mkdir=%s",
			polydir->create_mode ? polydir->create_mode : "0755");
	fputc('\n', stream);
}
