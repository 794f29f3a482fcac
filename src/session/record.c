/* SPDX-License-Identifier: BSD-3-Clause */
#include "record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "cleanup.h"
#include "isolate.h"

#define FIRST_LINE "nstree 1\n"
#define HEX_SIZE (2 + 2 * NSHANDLE_SIZE) /* the type, and the bytes */

void record_free(struct record *record)
{
	if (!record)
		return;
	free(record->session.user);
	free(record->session.service);
	free(record->session.rhost);
	free(record->session.tty);
	free(record->recipe.conf);
	free(record->recipe.tree);
	free(record->recipe.file);
	free(record->recipe.network);
	free(record->recipe.id);
	free(record->recipe.environment);
	free(record->recipe.key);
	free(record->recipe.rows);
	free(record);
}

/* --- writing -------------------------------------------------------------------------------------
 */

static void add_record_line(struct buffer *text, const char *key, const char *value)
{
	buffer_add(text, key);
	buffer_add(text, " ");
	buffer_add_field(text, value);
	buffer_add(text, "\n");
}

/* Nothing for a VALUE that is NULL or empty. */
static void add_optional_line(struct buffer *text, const char *key, const char *value)
{
	if (value && *value)
		add_record_line(text, key, value);
}

static void add_record_number(struct buffer *text, const char *key, int64_t number)
{
	char digits[32];

	snprintf(digits, sizeof(digits), "%" PRId64, number);
	add_record_line(text, key, digits);
}

static void add_handle(struct buffer *text, const char *key, const struct nshandle *handle)
{
	static const char digits[] = "0123456789abcdef";
	char hex[HEX_SIZE + 1] = "";
	unsigned char bytes[1 + NSHANDLE_SIZE] = {(unsigned char)handle->type};

	if (!handle->type)
		return;
	memcpy(bytes + 1, handle->bytes, NSHANDLE_SIZE);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	add_record_line(text, key, hex);
}

static int64_t count_lines(const char *text)
{
	int64_t lines = 0;

	for (; (text = strchr(text, '\n')); text++)
		lines++;
	return lines;
}

char *record_text(const struct record *record)
{
	char words[ISOLATE_TEXT_SIZE], numbers[64];
	struct buffer text = {0};

	buffer_add(&text, FIRST_LINE);
	snprintf(numbers, sizeof(numbers), "%" PRIu64, record->namespaces.id);
	add_record_line(&text, "namespace", numbers);
	add_record_line(&text, "user", record->session.user);
	add_record_number(&text, "uid", record->session.uid);
	add_record_line(&text, "service", record->session.service);
	add_record_line(&text, "conf", record->recipe.conf);
	add_record_line(&text, "tree", record->recipe.tree);
	add_record_line(&text, "file", record->recipe.file);
	add_record_line(&text, "isolate", isolate_text(record->recipe.isolate, words));
	add_record_line(&text, "share", record->recipe.shared ? "user" : "none");
	add_record_line(&text, "method", method_word(record->recipe.method));
	snprintf(numbers, sizeof(numbers), "leader %d %" PRIu64 "\n", (int)record->session.leader,
		 record->session.leader_start);
	buffer_add(&text, numbers);
	add_record_number(&text, "since", record->session.since);
	add_handle(&text, "mount", &record->namespaces.mount);
	add_handle(&text, "pid", &record->namespaces.pid);
	add_handle(&text, "ipc", &record->namespaces.ipc);
	add_handle(&text, "net", &record->namespaces.net);
	add_optional_line(&text, "network", record->recipe.network);
	add_optional_line(&text, "rhost", record->session.rhost);
	add_optional_line(&text, "tty", record->session.tty);
	add_optional_line(&text, "id", record->recipe.id);
	add_optional_line(&text, "environment", record->recipe.environment);
	if (record->recipe.key)
		add_record_line(&text, "key", record->recipe.key);
	add_record_number(&text, "rows", count_lines(record->recipe.rows));
	buffer_add(&text, record->recipe.rows);
	return buffer_take(&text);
}

/* --- reading -------------------------------------------------------------------------------------
 */

/* Takes the line "KEY VALUE" off *REST; NULL where the next line is another. */
static char *take_line(char **rest, const char *key)
{
	size_t length = strlen(key);
	char *value = *rest, *end = strchr(value, '\n');

	if (!end || strncmp(value, key, length) != 0 || value[length] != ' ')
		return NULL;
	*end = '\0';
	*rest = end + 1;
	return value + length + 1;
}

static bool take_text(char **rest, const char *key, char **field)
{
	char *value = take_line(rest, key);

	if (!value || !*value)
		return false;
	buffer_unescape(value);
	*field = strdup(value);
	return *field;
}

static bool take_number(char **rest, const char *key, uint64_t *number)
{
	const char *value = take_line(rest, key);

	if (value)
		*number = strtoull(value, NULL, 10);
	return value;
}

static bool take_isolation(char **rest, unsigned *isolate)
{
	struct error ignored = {0};
	const char *value = take_line(rest, "isolate");

	return value && isolate_parse(value, isolate, &ignored) == 0;
}

static bool take_leader(char **rest, struct record *record)
{
	const char *value = take_line(rest, "leader");
	char *start;

	if (!value)
		return false;
	record->session.leader = (pid_t)strtol(value, &start, 10);
	record->session.leader_start = strtoull(start, NULL, 10);
	return record->session.leader > 0;
}

static int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* A handle may be missing; one that is there must be complete. */
static bool take_handle(char **rest, const char *key, struct nshandle *handle)
{
	const char *hex = take_line(rest, key);
	unsigned char bytes[1 + NSHANDLE_SIZE];

	if (!hex)
		return true;
	if (strlen(hex) != HEX_SIZE)
		return false;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		int high = digit_value(hex[2 * i]), low = digit_value(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (unsigned char)(high << 4 | low);
	}
	handle->type = bytes[0];
	memcpy(handle->bytes, bytes + 1, NSHANDLE_SIZE);
	return handle->type;
}

/* Lines of four fields, as tree_text() has them. */
static bool are_rows(const char *rows)
{
	unsigned fields = 0;

	if (!*rows)
		return false;
	for (const char *field = rows; *field; field++) {
		size_t length = strcspn(field, " \n");

		for (size_t i = 0; i < length; i++)
			if ((unsigned char)field[i] <= ' ' || field[i] == 0x7f)
				return false;
		field += length;
		fields++;
		if (!length || !*field || (*field == '\n') != (fields == 4))
			return false;
		fields %= 4;
	}
	return fields == 0;
}

static bool take_head(char **rest, struct record *record)
{
	uint64_t uid = 0, since = 0;
	const char *share, *method;
	bool good = take_number(rest, "namespace", &record->namespaces.id) &&
		    take_text(rest, "user", &record->session.user) &&
		    take_number(rest, "uid", &uid) &&
		    take_text(rest, "service", &record->session.service) &&
		    take_text(rest, "conf", &record->recipe.conf) &&
		    take_text(rest, "tree", &record->recipe.tree) &&
		    take_text(rest, "file", &record->recipe.file) &&
		    take_isolation(rest, &record->recipe.isolate) &&
		    (share = take_line(rest, "share")) && (method = take_line(rest, "method")) &&
		    take_leader(rest, record) && take_number(rest, "since", &since);

	if (!good)
		return false;
	record->session.uid = (uid_t)uid;
	record->session.since = (int64_t)since;
	record->recipe.shared = strcmp(share, "user") == 0;
	record->recipe.method = strcmp(method, "native") == 0 ? METHOD_NATIVE : METHOD_PIVOT;
	return true;
}

/* The network may be missing: it is the host's then, as in records before it was there. */
static bool take_network(char **rest, struct record *record)
{
	if (strncmp(*rest, "network ", strlen("network ")) == 0)
		return take_text(rest, "network", &record->recipe.network);
	record->recipe.network = strdup("");
	return record->recipe.network;
}

/* The line may be missing. */
static bool take_optional(char **rest, const char *key, char **field)
{
	size_t length = strlen(key);

	return strncmp(*rest, key, length) != 0 || (*rest)[length] != ' ' ||
	       take_text(rest, key, field);
}

static bool read_all(char *text, struct record *record)
{
	char *rest = text + strlen(FIRST_LINE);

	if (strncmp(text, FIRST_LINE, strlen(FIRST_LINE)) != 0 || !take_head(&rest, record) ||
	    !take_handle(&rest, "mount", &record->namespaces.mount) ||
	    !take_handle(&rest, "pid", &record->namespaces.pid) ||
	    !take_handle(&rest, "ipc", &record->namespaces.ipc) ||
	    !take_handle(&rest, "net", &record->namespaces.net) || !take_network(&rest, record) ||
	    !take_optional(&rest, "rhost", &record->session.rhost) ||
	    !take_optional(&rest, "tty", &record->session.tty) ||
	    !take_optional(&rest, "id", &record->recipe.id) ||
	    !take_optional(&rest, "environment", &record->recipe.environment) ||
	    !take_optional(&rest, "key", &record->recipe.key))
		return false;
	if (!take_line(&rest, "rows") || !are_rows(rest))
		return false;
	record->recipe.rows = strdup(rest);
	return record->recipe.rows;
}

int record_parse(const char *text, size_t size, struct record **record, struct error *error)
{
	cleanup(cleanup_record) struct record *read = calloc(1, sizeof(*read));
	cleanup(cleanup_free) char *copy = strndup(text, size);
	cleanup(cleanup_free) char *again = NULL;

	if (!read || !copy)
		return error_no_memory(error);
	/* What the parser tolerates, such as a number with a sign, is never written like that. */
	if (!read_all(copy, read) || !(again = record_text(read)) || strlen(again) != size ||
	    memcmp(again, text, size) != 0)
		return error_set(error, EBADMSG, "is not a complete record of format 1");
	*record = steal_pointer(&read);
	return 0;
}
