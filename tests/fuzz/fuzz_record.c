/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Records of sessions (record.h): any bytes are the record that says just this, to the byte, or
 * none. And any names that a session can have come back as they were.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "isolation.h"
#include "lib.h"
#include "record.h"

/* What the line before the rows that begins with KEY and a blank has after it; the caller's to
 * free. */
static char *value_of(const char *text, const char *key)
{
	size_t length = strlen(key);

	for (const char *line = text; strncmp(line, "rows ", 5) != 0; line = strchr(line, '\n') + 1)
		if (strncmp(line, key, length) == 0 && line[length] == ' ')
			return strndup(line + length + 1, strcspn(line + length + 1, "\n"));
	return NULL;
}

static void claim_number(const char *text, const char *key, const char *digits)
{
	char *value cleanup(cleanup_free) = value_of(text, key);

	claim(value && strcmp(value, digits) == 0);
}

/* Without an escape the field is what stands there; with one it is shorter. */
static void claim_field(const char *text, const char *key, const char *field)
{
	char *value cleanup(cleanup_free) = value_of(text, key);

	claim(value && *field);
	if (strchr(value, '\\'))
		claim(strlen(field) < strlen(value));
	else
		claim(!strcmp(field, value));
}

static void claim_handle(const char *text, const char *key, const struct nshandle *handle)
{
	char *value cleanup(cleanup_free) = value_of(text, key);
	char hex[2 * NSHANDLE_SIZE + 3];
	int length = snprintf(hex, sizeof(hex), "%02x", (unsigned)handle->type);

	claim(!value == !handle->type);
	for (int i = 0; i < NSHANDLE_SIZE; i++)
		length += snprintf(hex + length, 3, "%02x", handle->bytes[i]);
	claim(!value || !strcmp(value, hex));
}

static void claim_rows(const char *text, const char *rows)
{
	long lines = 0;

	claim(!strcmp(strchr(strstr(text, "\nrows ") + 1, '\n') + 1, rows));
	for (const char *row = rows; *row; row = strchr(row, '\n') + 1) {
		int blanks = 0;

		claim(*row != ' ' && *row != '\n' && strchr(row, '\n'));
		for (const char *byte = row; *byte != '\n'; byte++) {
			claim((unsigned char)*byte >= ' ');
			claim(*byte != ' ' || strchr("\n ", byte[1]) == NULL);
			blanks += *byte == ' ';
		}
		claim(blanks == 3);
		lines++;
	}
	claim(lines == strtol(strstr(text, "\nrows ") + strlen("\nrows "), NULL, 10));
}

/* TEXT ends in a NUL, which is not of the record's. */
static void claim_record(const struct record *record, const char *text)
{
	char digits[64], words[ISOLATE_TEXT_SIZE];

	claim_field(text, "user", record->session.user);
	claim_field(text, "service", record->session.service);
	claim_field(text, "conf", record->recipe.conf);
	claim_field(text, "tree", record->recipe.tree);
	claim_field(text, "file", record->recipe.file);
	snprintf(digits, sizeof(digits), "%" PRIu64, record->namespaces.id);
	claim_number(text, "namespace", digits);
	snprintf(digits, sizeof(digits), "%" PRIu32, record->session.uid);
	claim_number(text, "uid", digits);
	snprintf(digits, sizeof(digits), "%d %" PRIu64, record->session.leader,
		 record->session.leader_start);
	claim_number(text, "leader", digits);
	snprintf(digits, sizeof(digits), "%" PRId64, record->session.since);
	claim_number(text, "since", digits);
	claim_number(text, "share", record->recipe.shared ? "user" : "none");
	claim_number(text, "method", record->recipe.method == METHOD_NATIVE ? "native" : "pivot");
	claim_number(text, "isolate", isolate_text(record->recipe.isolate, words));
	claim_handle(text, "mount", &record->namespaces.mount);
	claim_handle(text, "pid", &record->namespaces.pid);
	claim_handle(text, "ipc", &record->namespaces.ipc);
	if (record->recipe.network[0])
		claim_field(text, "network", record->recipe.network);
	if (record->session.rhost)
		claim_field(text, "rhost", record->session.rhost);
	if (record->session.tty)
		claim_field(text, "tty", record->session.tty);
	if (record->recipe.id)
		claim_field(text, "id", record->recipe.id);
	if (record->recipe.environment)
		claim_field(text, "environment", record->recipe.environment);
	if (record->recipe.key)
		claim_field(text, "key", record->recipe.key);
	claim_rows(text, record->recipe.rows);
}

static void read_bytes(const char *bytes, size_t size)
{
	struct record *record cleanup(cleanup_record) = NULL;
	struct record *shorter = NULL;
	char *text cleanup(cleanup_free) = strndup(bytes, size);
	char *again cleanup(cleanup_free) = NULL;
	struct error error = {0};
	int result = record_parse(bytes, size, &record, &error);

	claim(!result == !!record);
	if (result < 0) {
		claim(result == -EBADMSG && error.number == EBADMSG && error.words[0]);
		return;
	}
	claim(!error.number && strlen(text) == size);
	again = record_text(record);
	claim(!strcmp(again, text));
	claim_record(record, text);
	claim(record_parse(bytes, size - 1, &shorter, &error) == -EBADMSG);
}

/* The bytes as a session's names, one after the other with a NUL between. */
static void write_names(const char *bytes, size_t size)
{
	char *copy cleanup(cleanup_free) = calloc(1, size + 8);
	char *names[7], *next = copy, none[] = "-", rows[] = "a / none bind\n";
	struct record *read cleanup(cleanup_record) = NULL;
	char *text cleanup(cleanup_free) = NULL;
	struct error error = {0};

	claim(copy);
	memcpy(copy, bytes, size);
	for (int i = 0; i < 7; i++) {
		names[i] = *next || next >= copy + size ? next : none;
		next += strlen(next) + (next < copy + size);
		if (!*names[i])
			names[i] = none;
	}
	text = record_text(&(struct record){.session = {.user = names[0],
							.service = names[1],
							.rhost = names[6],
							.tty = names[2],
							.leader = 1,
							.since = -(int64_t)size},
					    .recipe = {.network = names[6],
						       .conf = names[2],
						       .tree = names[3],
						       .file = names[4],
						       .key = names[5],
						       .isolate = ISOLATE_PTRACE,
						       .method = METHOD_PIVOT,
						       .rows = rows},
					    .namespaces = {.id = size}});
	claim(text && record_parse(text, strlen(text), &read, &error) == 0);
	claim(!strcmp(read->session.user, names[0]) && !strcmp(read->session.service, names[1]));
	claim(!strcmp(read->session.rhost, names[6]) && !strcmp(read->session.tty, names[2]));
	claim(!strcmp(read->recipe.conf, names[2]) && !strcmp(read->recipe.tree, names[3]));
	claim(!strcmp(read->recipe.key, names[5]) && !strcmp(read->recipe.network, names[6]));
	claim(!strcmp(read->recipe.file, names[4]) && read->session.since == -(int64_t)size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_bytes((const char *)data, size);
	write_names((const char *)data, size);
	return 0;
}
