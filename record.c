/* SPDX-License-Identifier: BSD-3-Clause */
#include "record.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "isolate.h"
#include "path.h"
#include "text.h"

#define FIRST_LINE "nstree 1\n"
#define HEX_SIZE (2 + 2 * HANDLE_SIZE) /* the type, and the bytes */
#define PRUNE_MAX 100

void record_free(struct record *record)
{
	if (!record)
		return;
	free(record->user);
	free(record->service);
	free(record->conf);
	free(record->tree);
	free(record->file);
	free(record->key);
	free(record->rows);
	free(record);
}

/* --- writing -------------------------------------------------------------------------------------
 */

static void add_line(struct text *text, const char *key, const char *value)
{
	text_add(text, key);
	text_add(text, " ");
	text_add_field(text, value);
	text_add(text, "\n");
}

static void add_number(struct text *text, const char *key, int64_t number)
{
	char digits[32];

	snprintf(digits, sizeof(digits), "%" PRId64, number);
	add_line(text, key, digits);
}

static void add_handle(struct text *text, const char *key, const struct handle *handle)
{
	static const char digits[] = "0123456789abcdef";
	char hex[HEX_SIZE + 1] = "";
	unsigned char bytes[1 + HANDLE_SIZE] = {(unsigned char)handle->type};

	if (!handle->type)
		return;
	memcpy(bytes + 1, handle->bytes, HANDLE_SIZE);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	add_line(text, key, hex);
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
	struct text text = {0};

	text_add(&text, FIRST_LINE);
	snprintf(numbers, sizeof(numbers), "%" PRIu64, record->namespace);
	add_line(&text, "namespace", numbers);
	add_line(&text, "user", record->user);
	add_number(&text, "uid", record->uid);
	add_line(&text, "service", record->service);
	add_line(&text, "conf", record->conf);
	add_line(&text, "tree", record->tree);
	add_line(&text, "file", record->file);
	add_line(&text, "isolate", isolate_text(record->isolate, words));
	add_line(&text, "share", record->shared ? "user" : "none");
	add_line(&text, "method", record->method == METHOD_NATIVE ? "native" : "pivot");
	snprintf(numbers, sizeof(numbers), "leader %d %" PRIu64 "\n", (int)record->leader,
		 record->leader_start);
	text_add(&text, numbers);
	add_number(&text, "since", record->since);
	add_handle(&text, "mount", &record->mount);
	add_handle(&text, "pid", &record->pid);
	add_handle(&text, "ipc", &record->ipc);
	if (record->key)
		add_line(&text, "key", record->key);
	add_number(&text, "rows", count_lines(record->rows));
	text_add(&text, record->rows);
	return text_take(&text);
}

static int write_whole(int fd, const char *bytes, size_t size)
{
	while (size) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return written < 0 ? -errno : -EIO;
		bytes += written;
		size -= (size_t)written;
	}
	return 0;
}

/* A name that no record has, with who writes it at the end for record_prune(). */
static int write_new(int directory, const char *name, const char *text)
{
	const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
	char temporary[RECORD_NAME_SIZE + 16];
	int fd, result;

	snprintf(temporary, sizeof(temporary), ".%s.%d", name, (int)getpid());
	fd = openat(directory, temporary, flags, 0600);
	if (fd < 0)
		return -errno;
	result = write_whole(fd, text, strlen(text));
	close(fd);
	if (result == 0 && renameat(directory, temporary, directory, name) < 0)
		result = -errno;
	if (result < 0)
		unlinkat(directory, temporary, 0);
	return result;
}

int record_write(int directory, const char *name, const struct record *record, struct error *error)
{
	cleanup(cleanup_free) char *text = record_text(record);
	int result;

	if (!text)
		return error_say(error, ENOMEM, "out of memory");
	result = strlen(text) > RECORD_SIZE_MAX ? -EFBIG : write_new(directory, name, text);
	if (result < 0)
		return error_say(error, -result,
				 "the session's record " RECORD_DIRECTORY "/%u/%s cannot be "
				 "written: %s",
				 (unsigned)record->uid, name, strerror(-result));
	return 0;
}

/* --- reading -------------------------------------------------------------------------------------
 */

/* Takes the line "KEY VALUE" off *REST; NULL where the next line is another. */
static char *take(char **rest, const char *key)
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
	char *value = take(rest, key);

	if (!value || !*value)
		return false;
	text_unescape(value);
	*field = strdup(value);
	return *field;
}

static bool take_number(char **rest, const char *key, uint64_t *number)
{
	const char *value = take(rest, key);

	if (value)
		*number = strtoull(value, NULL, 10);
	return value;
}

static bool take_isolation(char **rest, unsigned *isolate)
{
	struct error ignored = {0};
	const char *value = take(rest, "isolate");

	return value && isolate_parse(value, isolate, &ignored) == 0;
}

static bool take_leader(char **rest, struct record *record)
{
	const char *value = take(rest, "leader");
	char *start;

	if (!value)
		return false;
	record->leader = (pid_t)strtol(value, &start, 10);
	record->leader_start = strtoull(start, NULL, 10);
	return record->leader > 0;
}

static int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* There need not be one; one that is there must be whole. */
static bool take_handle(char **rest, const char *key, struct handle *handle)
{
	const char *hex = take(rest, key);
	unsigned char bytes[1 + HANDLE_SIZE];

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
	memcpy(handle->bytes, bytes + 1, HANDLE_SIZE);
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
	bool good =
		take_number(rest, "namespace", &record->namespace) &&
		take_text(rest, "user", &record->user) && take_number(rest, "uid", &uid) &&
		take_text(rest, "service", &record->service) &&
		take_text(rest, "conf", &record->conf) && take_text(rest, "tree", &record->tree) &&
		take_text(rest, "file", &record->file) && take_isolation(rest, &record->isolate) &&
		(share = take(rest, "share")) && (method = take(rest, "method")) &&
		take_leader(rest, record) && take_number(rest, "since", &since);

	if (!good)
		return false;
	record->uid = (uid_t)uid;
	record->since = (int64_t)since;
	record->shared = strcmp(share, "user") == 0;
	record->method = strcmp(method, "native") == 0 ? METHOD_NATIVE : METHOD_PIVOT;
	return true;
}

/* There need not be one. */
static bool take_key(char **rest, struct record *record)
{
	return strncmp(*rest, "key ", strlen("key ")) != 0 || take_text(rest, "key", &record->key);
}

static bool read_all(char *text, struct record *record)
{
	char *rest = text + strlen(FIRST_LINE);

	if (strncmp(text, FIRST_LINE, strlen(FIRST_LINE)) != 0 || !take_head(&rest, record) ||
	    !take_handle(&rest, "mount", &record->mount) ||
	    !take_handle(&rest, "pid", &record->pid) || !take_handle(&rest, "ipc", &record->ipc) ||
	    !take_key(&rest, record))
		return false;
	if (!take(&rest, "rows") || !are_rows(rest))
		return false;
	record->rows = strdup(rest);
	return record->rows;
}

int record_parse(const char *text, size_t size, struct record **record, struct error *error)
{
	cleanup(cleanup_record) struct record *read = calloc(1, sizeof(*read));
	cleanup(cleanup_free) char *copy = strndup(text, size);
	cleanup(cleanup_free) char *again = NULL;

	if (!read || !copy)
		return error_say(error, ENOMEM, "out of memory");
	/* What the reading let pass, such as a number with a sign, is not written so. */
	if (!read_all(copy, read) || !(again = record_text(read)) || strlen(again) != size ||
	    memcmp(again, text, size) != 0)
		return error_say(error, EBADMSG, "is no whole record of this version");
	*record = steal_pointer(&read);
	return 0;
}

/* The text of the file FD; the caller's to free. */
static int read_file(int fd, char **text, size_t *size, struct error *error)
{
	struct stat stat;
	ssize_t got;

	if (fstat(fd, &stat) < 0)
		return error_say(error, errno, "cannot be read: %m");
	if (!S_ISREG(stat.st_mode) || stat.st_uid != 0 || stat.st_mode & 077)
		return error_say(error, EBADMSG, "is not a file of root's alone");
	if (stat.st_size > RECORD_SIZE_MAX)
		return error_say(error, EBADMSG, "is larger than %d bytes", RECORD_SIZE_MAX);
	*text = malloc((size_t)stat.st_size + 1);
	if (!*text)
		return error_say(error, ENOMEM, "out of memory");
	got = pread(fd, *text, (size_t)stat.st_size, 0);
	if (got < 0)
		return error_say(error, errno, "cannot be read: %m");
	*size = (size_t)got;
	return 0;
}

int record_read(int directory, const char *name, struct record **record, struct error *error)
{
	cleanup(cleanup_fd) int fd =
		openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	cleanup(cleanup_free) char *text = NULL;
	size_t size = 0;
	int result;

	if (fd < 0)
		return error_say(error, errno, "cannot be opened: %m");
	result = read_file(fd, &text, &size, error);
	return result < 0 ? result : record_parse(text, size, record, error);
}

/* --- the directory -------------------------------------------------------------------------------
 */

/* The umask is the application's: what is made has the mode that it is to have. */
static int make_directory(int parent, const char *name)
{
	mode_t mask = umask(0);
	int result = mkdirat(parent, name, 0700);

	umask(mask);
	return result < 0 && errno != EEXIST ? -errno : 0;
}

/* Opens NAME, which is PATH in messages, in PARENT. */
static int open_own(int parent, const char *name, const char *path, bool make, struct error *error)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	cleanup(cleanup_fd) int fd = openat(parent, name, flags);
	struct stat stat;
	int result;

	if (fd < 0 && errno == ENOENT && make) {
		result = make_directory(parent, name);
		if (result < 0)
			return error_say(error, -result, "'%s' cannot be made: %s", path,
					 strerror(-result));
		fd = openat(parent, name, flags);
	}
	if (fd < 0 || fstat(fd, &stat) < 0)
		return error_say(error, errno, "'%s' cannot be opened: %m", path);
	if (stat.st_uid != 0 || (stat.st_mode & 07777) != 0700)
		return error_say(error, EPERM,
				 "'%s' is not a directory of root's alone (uid %u, mode %04o): "
				 "remove it, and it is made as it must be",
				 path, (unsigned)stat.st_uid, (unsigned)stat.st_mode & 07777);
	return steal_fd(&fd);
}

static int open_top(bool make, struct error *error)
{
	cleanup(cleanup_fd) int run = open("/run", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat stat;

	if (run < 0 || fstat(run, &stat) < 0)
		return error_say(error, errno, "'/run' cannot be opened: %m");
	if (path_distrust(&stat))
		return error_say(error, EPERM, "'/run' %s (uid %u, mode %04o)",
				 path_distrust(&stat), (unsigned)stat.st_uid,
				 (unsigned)stat.st_mode & 07777);
	return open_own(run, "nstree", RECORD_DIRECTORY, make, error);
}

int record_directory(uid_t uid, bool make, struct error *error)
{
	cleanup(cleanup_fd) int top = open_top(make, error);
	char path[sizeof(RECORD_DIRECTORY) + 16];

	if (top < 0)
		return top;
	snprintf(path, sizeof(path), RECORD_DIRECTORY "/%u", (unsigned)uid);
	return open_own(top, path + sizeof(RECORD_DIRECTORY), path, make, error);
}

void record_name(char name[RECORD_NAME_SIZE], pid_t leader, uint64_t namespace)
{
	snprintf(name, RECORD_NAME_SIZE, "%d.%" PRIu64, (int)leader, namespace);
}

/* --- who lives -----------------------------------------------------------------------------------
 */

uint64_t record_start(pid_t pid)
{
	char name[32], line[1024], *field;
	cleanup(cleanup_fd) int fd = -1;
	ssize_t got;

	snprintf(name, sizeof(name), "/proc/%d/stat", (int)pid);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	got = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);
	line[got > 0 ? got : 0] = '\0';
	/* The second field is the program's name, which may hold blanks and ')'. */
	field = strrchr(line, ')');
	for (int i = 2; field && i < 22; i++)
		field = strchr(field + 1, ' ');
	return field ? strtoull(field, NULL, 10) : 0;
}

static bool is_there(const struct handle *handle)
{
	cleanup(cleanup_fd) int fd = handle->type ? handle_open(handle) : -1;

	return fd >= 0;
}

bool record_is_living(const struct record *record)
{
	if (record->leader_start ? record_start(record->leader) == record->leader_start
				 : kill(record->leader, 0) == 0)
		return true;
	/* Of a shared one another session may be left. */
	return !record->shared && is_there(&record->mount);
}

/* The pid that the record NAME begins with, or that wrote the part of one; 0 for another file. */
static pid_t pid_of_name(const char *name)
{
	const char *digits = name[0] == '.' ? strrchr(name, '.') + 1 : name;
	char *end;
	long pid = strtol(digits, &end, 10);

	if (*digits < '1' || *digits > '9' || *end != (name[0] == '.' ? '\0' : '.'))
		return 0;
	return (pid_t)pid;
}

/* By the name alone where the leader runs, which is what most records are of. */
static bool is_stale(int directory, const char *name)
{
	cleanup(cleanup_record) struct record *record = NULL;
	struct error ignored = {0};
	pid_t pid = pid_of_name(name);

	if (!pid || kill(pid, 0) == 0 || errno != ESRCH)
		return false;
	if (name[0] == '.')
		return true;
	return record_read(directory, name, &record, &ignored) < 0 || !record_is_living(record);
}

DIR *record_list(int directory)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !list)
		close(fd);
	return list;
}

void record_prune(int directory)
{
	cleanup(cleanup_directory) DIR *list = record_list(directory);
	const struct dirent *entry;

	for (int i = 0; list && i < PRUNE_MAX && (entry = readdir(list)); i++)
		if (is_stale(directory, entry->d_name))
			unlinkat(directory, entry->d_name, 0);
}

static bool is_number(const char *name)
{
	return *name && !name[strspn(name, "0123456789")];
}

static int each_of_user(int directory,
			int (*each)(void *data, int directory, const char *name,
				    struct record **record),
			void *data)
{
	cleanup(cleanup_directory) DIR *list = record_list(directory);
	const struct dirent *entry;
	int result = 0;

	while (result == 0 && list && (entry = readdir(list))) {
		cleanup(cleanup_record) struct record *record = NULL;
		struct error ignored = {0};

		if (entry->d_name[0] != '.' && pid_of_name(entry->d_name) &&
		    record_read(directory, entry->d_name, &record, &ignored) == 0)
			result = each(data, directory, entry->d_name, &record);
	}
	return result;
}

int record_each(int (*each)(void *data, int directory, const char *name, struct record **record),
		void *data, struct error *error)
{
	cleanup(cleanup_fd) int top = open_top(false, error);
	cleanup(cleanup_directory) DIR *list = NULL;
	const struct dirent *entry;
	int result = 0;

	if (top < 0)
		return top;
	list = record_list(top);
	if (!list)
		return error_say(error, errno, "'" RECORD_DIRECTORY "' cannot be read: %m");
	while (result == 0 && (entry = readdir(list))) {
		struct error ignored = {0};
		cleanup(cleanup_fd) int directory =
			is_number(entry->d_name)
				? open_own(top, entry->d_name, entry->d_name, false, &ignored)
				: -1;

		if (directory >= 0)
			result = each_of_user(directory, each, data);
	}
	return result;
}
