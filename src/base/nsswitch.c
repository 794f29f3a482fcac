/* SPDX-License-Identifier: BSD-3-Clause */
#include "nsswitch.h"

#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "buffer.h"
#include "cleanup.h"

#define NSSWITCH_FILE "/etc/nsswitch.conf"
#define NSSWITCH_SIZE_MAX (1024 * 1024)
#define BLANKS " \t\r\v\f"

static const struct {
	const char *word;
	enum nss_status status;
} statuses[] = {
	{"success", NSS_STATUS_SUCCESS},
	{"notfound", NSS_STATUS_NOTFOUND},
	{"unavail", NSS_STATUS_UNAVAIL},
	{"tryagain", NSS_STATUS_TRYAGAIN},
};

#define N_STATUSES (sizeof(statuses) / sizeof(statuses[0]))

/* Applies one item in brackets, such as "!UNAVAIL=return", to the source before it. */
static void apply_action(const char *item, size_t length, struct nss_source *source)
{
	bool negated = length && *item == '!';
	const char *equals = memchr(item, '=', length);
	const char *action = equals ? equals + 1 : item;
	size_t action_length = length - (size_t)(action - item);
	bool returns = action_length == 6 && strncasecmp(action, "return", 6) == 0;

	item += negated;
	for (size_t i = 0; equals && i < N_STATUSES; i++) {
		size_t word_length = strlen(statuses[i].word);
		bool named = (size_t)(equals - item) == word_length &&
			     strncasecmp(item, statuses[i].word, word_length) == 0;

		if (named == negated)
			continue;
		source->returns &= ~nss_status_bit(statuses[i].status);
		if (returns)
			source->returns |= nss_status_bit(statuses[i].status);
	}
}

/* Applies what stands between '[' and ']' at TEXT; returns what follows. */
static const char *apply_actions(const char *text, const char *end, struct nss_source *source)
{
	for (text++; text < end && *text != ']';) {
		size_t length = 0;

		while (text + length < end && !strchr(BLANKS "]", text[length]))
			length++;
		if (length)
			apply_action(text, length, source);
		text += length ? length : 1;
	}
	return text < end ? text + 1 : end;
}

/* A name that is too long is cut, so that its module is not found. */
static void add_source(const char *name, size_t length, struct nss_sources *sources)
{
	struct nss_source *source = &sources->source[sources->n++];

	*source = (struct nss_source){.returns = nss_status_bit(NSS_STATUS_SUCCESS)};
	memcpy(source->name, name,
	       length < sizeof(source->name) ? length : sizeof(source->name) - 1);
}

static void parse_sources(const char *text, const char *end, struct nss_sources *sources)
{
	while (text < end) {
		size_t length = 0;

		if (*text == '[' && sources->n) {
			text = apply_actions(text, end, &sources->source[sources->n - 1]);
			continue;
		}
		while (text + length < end && !strchr(BLANKS "[", text[length]))
			length++;
		if (length && sources->n < NSS_SOURCES_MAX)
			add_source(text, length, sources);
		text += length ? length : 1;
	}
}

/* What follows "DATABASE:" on the line, or NULL where the line is another database's. */
static const char *after_database(const char *line, const char *end, const char *database)
{
	size_t length = strlen(database);

	while (line < end && strchr(BLANKS, *line))
		line++;
	if ((size_t)(end - line) <= length || strncmp(line, database, length) != 0)
		return NULL;
	for (line += length; line < end && strchr(BLANKS, *line);)
		line++;
	return line < end && *line == ':' ? line + 1 : NULL;
}

bool nss_sources_parse(const char *text, size_t length, const char *database,
		       struct nss_sources *sources)
{
	const char *end = text + length;
	bool found = false;

	*sources = (struct nss_sources){0};
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *line_end = newline ? newline : end;
		const char *comment = memchr(text, '#', (size_t)(line_end - text));
		const char *content_end = comment ? comment : line_end;
		const char *list = after_database(text, content_end, database);

		/* As in glibc, the last line of a database counts. */
		if (list) {
			*sources = (struct nss_sources){0};
			parse_sources(list, content_end, sources);
			found = true;
		}
		text = newline ? newline + 1 : end;
	}
	return found;
}

static int read_nsswitch(struct buffer *text, struct error *error)
{
	cleanup(cleanup_file) FILE *stream = fopen(NSSWITCH_FILE, "re");
	int result;

	buffer_add(text, "");
	if (!stream && errno == ENOENT)
		return text->failed ? error_no_memory(error) : 0;
	result = stream ? buffer_read(text, stream, NSSWITCH_SIZE_MAX) : -errno;
	if (result < 0)
		error_set(error, -result, NSSWITCH_FILE " cannot be read: %s", strerror(-result));
	return result;
}

static const struct nss_sources files_alone = {.source = {{.name = "files"}}, .n = 1};

int nss_sources_load(const char *database, struct nss_sources *sources, struct error *error)
{
	cleanup(buffer_clear) struct buffer text = {0};
	int result = read_nsswitch(&text, error);

	if (result == 0 && !nss_sources_parse(text.bytes, text.length, database, sources))
		*sources = files_alone;
	return result;
}

int nss_sources_load_initgroups(struct nss_sources *sources, struct error *error)
{
	cleanup(buffer_clear) struct buffer text = {0};
	int result = read_nsswitch(&text, error);

	if (result < 0 || nss_sources_parse(text.bytes, text.length, "initgroups", sources))
		return result;
	if (!nss_sources_parse(text.bytes, text.length, "group", sources))
		*sources = files_alone;
	/* Without the line `initgroups` a user's groups of all sources are added up. */
	for (size_t i = 0; i < sources->n; i++)
		sources->source[i].returns &= ~nss_status_bit(NSS_STATUS_SUCCESS);
	return 0;
}

bool nss_is_local(const char *const *databases)
{
	cleanup(buffer_clear) struct buffer text = {0};
	struct error ignored = {0};
	struct nss_sources sources;

	if (read_nsswitch(&text, &ignored) < 0)
		return false;
	for (; *databases; databases++) {
		nss_sources_parse(text.bytes, text.length, *databases, &sources);
		for (size_t j = 0; j < sources.n; j++)
			if (strcmp(sources.source[j].name, "files") != 0)
				return false;
	}
	return true;
}

int nss_source_function(const struct nss_source *source, const char *name, void **function,
			struct error *error)
{
	char library[NSS_SOURCE_NAME_SIZE + 16], symbol[NSS_SOURCE_NAME_SIZE + 64];
	void *module;

	snprintf(symbol, sizeof(symbol), "_nss_%s_%s", source->name, name);
	/* Since glibc 2.34 the module `files` is in the C library itself. */
	*function = dlsym(RTLD_DEFAULT, symbol);
	if (*function)
		return 0;
	snprintf(library, sizeof(library), "libnss_%s.so.2", source->name);
	/* It stays loaded, as glibc keeps its modules: some do not survive being unloaded. */
	module = strchr(source->name, '/') ? NULL : dlopen(library, RTLD_LAZY | RTLD_NODELETE);
	if (!module)
		return error_mark(
			error, CODE_NAME_SERVICE,
			error_set(error, ELIBACC,
				  "the source '%s' of " NSSWITCH_FILE " cannot be loaded (%s): "
				  "install the package that has it, or take it out of the file",
				  source->name, library));
	*function = dlsym(module, symbol);
	dlclose(module);
	return 0;
}
