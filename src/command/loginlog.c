/* SPDX-License-Identifier: BSD-3-Clause */
#include "loginlog.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <lastlog.h>
#include <paths.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utmpx.h>

#include "cleanup.h"

#define SQLITE_LIBRARY "libsqlite3.so.0"
#define SQLITE_ROW_READY 100	 /* SQLITE_ROW */
#define SQLITE_READ_ONLY 0x01	 /* SQLITE_OPEN_READONLY */
#define SQLITE_BUSY_TIMEOUT 2000 /* milliseconds */

/* For whom. */
struct reader {
	loginlog_function *function;
	void *data;
};

/* --- /var/log/lastlog: a record for each uid ----------------------------------------------------
 */

static int read_lastlog_record(int file, uid_t uid, const struct reader *reader)
{
	const struct passwd *entry;
	struct lastlog record;

	if (pread(file, &record, sizeof(record), (off_t)uid * (off_t)sizeof(record)) !=
		    (ssize_t)sizeof(record) ||
	    !record.ll_time)
		return 0;
	entry = getpwuid(uid);
	return entry ? reader->function(entry->pw_name, reader->data) : 0;
}

/* With large uids the file is mostly holes: only what is between them is read. */
static int read_lastlog(const struct reader *reader)
{
	cleanup(cleanup_fd) int file = open(_PATH_LASTLOG, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	const off_t size = (off_t)sizeof(struct lastlog);
	int result = 0;
	off_t end = 0;

	for (off_t begin; file >= 0 && (begin = lseek(file, end, SEEK_DATA)) >= 0;) {
		end = lseek(file, begin, SEEK_HOLE);
		for (off_t i = begin / size; result == 0 && i * size < end; i++)
			result = read_lastlog_record(file, (uid_t)i, reader);
		if (result < 0 || end < 0)
			break;
	}
	return result;
}

/* --- wtmp ---------------------------------------------------------------------------------------
 */

static int read_wtmp(const struct reader *reader)
{
	const struct utmpx *entry;
	int result = 0;

	if (access(_PATH_WTMPX, R_OK) < 0 || utmpxname(_PATH_WTMPX) < 0)
		return 0;
	setutxent();
	while (result == 0 && (entry = getutxent())) {
		char user[sizeof(entry->ut_user) + 1];

		snprintf(user, sizeof(user), "%.*s", (int)sizeof(entry->ut_user), entry->ut_user);
		if (entry->ut_type == USER_PROCESS)
			result = reader->function(user, reader->data);
	}
	endutxent();
	utmpxname(_PATH_UTMPX);
	return result;
}

/* --- lastlog2 and wtmpdb ------------------------------------------------------------------------
 */

static const struct database {
	const char *path, *query;
} databases[] = {
	{"/var/lib/lastlog/lastlog2.db", "SELECT Name FROM Lastlog2"},
	{"/var/lib/wtmpdb/wtmp.db", "SELECT DISTINCT User FROM wtmp WHERE Type = 3"},
	{"/var/log/wtmp.db", "SELECT DISTINCT User FROM wtmp WHERE Type = 3"},
};

/* Functions of sqlite3.h, whose package need not be there to build this. */
struct sqlite {
	void *library;
	int (*open)(const char *path, void **database, int flags, const char *vfs);
	int (*close)(void *database);
	int (*wait)(void *database, int milliseconds);
	int (*prepare)(void *database, const char *query, int length, void **statement,
		       const char **rest);
	int (*step)(void *statement);
	const unsigned char *(*text)(void *statement, int column);
	int (*finalize)(void *statement);
};

static bool load_sqlite(struct sqlite *sqlite)
{
	const struct {
		const char *name;
		void *function;
	} wanted[] = {
		{"sqlite3_open_v2", &sqlite->open},	 {"sqlite3_close", &sqlite->close},
		{"sqlite3_busy_timeout", &sqlite->wait}, {"sqlite3_prepare_v2", &sqlite->prepare},
		{"sqlite3_step", &sqlite->step},	 {"sqlite3_column_text", &sqlite->text},
		{"sqlite3_finalize", &sqlite->finalize},
	};

	sqlite->library = dlopen(SQLITE_LIBRARY, RTLD_NOW | RTLD_LOCAL);
	for (size_t i = 0; sqlite->library && i < sizeof(wanted) / sizeof(*wanted); i++) {
		void *found = dlsym(sqlite->library, wanted[i].name);

		if (!found)
			return false;
		memcpy(wanted[i].function, &found, sizeof(found));
	}
	return sqlite->library;
}

static void unload_sqlite(struct sqlite *sqlite)
{
	if (sqlite->library)
		dlclose(sqlite->library);
}

/* Returns 0, what the function returned, or 1 where the database cannot be read. */
static int read_database(const struct sqlite *sqlite, const struct database *database,
			 const struct reader *reader)
{
	void *handle = NULL, *statement = NULL;
	int result = 1;

	if (sqlite->open(database->path, &handle, SQLITE_READ_ONLY, NULL) == 0 &&
	    sqlite->wait(handle, SQLITE_BUSY_TIMEOUT) == 0 &&
	    sqlite->prepare(handle, database->query, -1, &statement, NULL) == 0) {
		result = 0;
		while (result == 0 && sqlite->step(statement) == SQLITE_ROW_READY) {
			const unsigned char *user = sqlite->text(statement, 0);

			if (user)
				result = reader->function((const char *)user, reader->data);
		}
	}
	/* Either is fine with NULL. */
	sqlite->finalize(statement);
	sqlite->close(handle);
	return result;
}

static int read_databases(const struct reader *reader, const char **unread)
{
	cleanup(unload_sqlite) struct sqlite sqlite = {0};
	bool loaded = false;

	for (size_t i = 0; i < sizeof(databases) / sizeof(*databases); i++) {
		int result;

		if (access(databases[i].path, F_OK) < 0)
			continue;
		loaded = loaded || load_sqlite(&sqlite);
		result = loaded ? read_database(&sqlite, &databases[i], reader) : 1;
		if (result < 0)
			return result;
		if (result > 0)
			*unread = databases[i].path;
	}
	return 0;
}

int loginlog_each(loginlog_function *function, void *data, const char **unread)
{
	const struct reader reader = {function, data};
	int result = read_lastlog(&reader);

	*unread = NULL;
	if (result == 0)
		result = read_wtmp(&reader);
	return result == 0 ? read_databases(&reader, unread) : result;
}
