/* SPDX-License-Identifier: BSD-3-Clause */
#include "share.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "cleanup.h"
#include "wayback.h"

#define SHARED "shared."
#define ALIVE "alive."
#define WAIT_SECONDS 15
#define PAUSE_MAX 50000000 /* nanoseconds */

int share_check(struct error *error)
{
	cleanup(cleanup_fd) int own = way_back_own(CLONE_NEWNS, error);
	struct handle handle;

	if (own < 0)
		return own;
	if (handle_make(own, &handle) == 0)
		return 0;
	return error_say(error, EOPNOTSUPP,
			 "share=user: this kernel has no handles of namespaces (Linux 6.18 and "
			 "later have): every session has a namespace of its own");
}

bool share_is_first_told(int directory)
{
	cleanup(cleanup_fd) int mark =
		openat(directory, "../no-share",
		       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	return mark >= 0;
}

/* --- the lock ------------------------------------------------------------------------------------
 */

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* Not a wait in the kernel, which only a signal would end: the application's alarm is not ours. */
int share_lock(int directory, struct error *error)
{
	int64_t deadline = milliseconds() + WAIT_SECONDS * 1000;
	struct timespec pause = {0, 500000};

	while (flock(directory, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return error_say(error, errno, "share=user: flock: %m");
		if (milliseconds() > deadline)
			return error_say(
				error, ETIMEDOUT,
				"share=user: another session of this user has not begun in "
				"%d seconds; see what its login waits for, such as a dead "
				"server, or write share=none",
				WAIT_SECONDS);
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < PAUSE_MAX)
			pause.tv_nsec *= 2;
	}
	return 0;
}

void share_unlock(int directory)
{
	flock(directory, LOCK_UN);
}

/* --- looking for a namespace ---------------------------------------------------------------------
 */

/* FNV-1a, going on from HASH; the NUL is of it, so that two words are not one. */
static uint64_t hash(uint64_t hash, const char *word)
{
	do
		hash = (hash ^ (unsigned char)*word) * 0x100000001b3;
	while (*word++);
	return hash;
}

/* No more than a name: what the file holds is compared as a whole. */
static void name_file(struct share *share, const struct record *wanted)
{
	char words[ISOLATE_TEXT_SIZE];
	uint64_t sum = hash(0xcbf29ce484222325, wanted->user);

	sum = hash(sum, wanted->tree);
	sum = hash(sum, isolate_text(wanted->isolate, words));
	sum = hash(sum, wanted->method == METHOD_NATIVE ? "native" : "pivot");
	sum = hash(sum, wanted->key);
	snprintf(share->name, sizeof(share->name), SHARED "%016" PRIx64, sum);
}

static bool is_same(const struct record *a, const struct record *b)
{
	return a->shared && b->shared && a->uid == b->uid && a->isolate == b->isolate &&
	       a->method == b->method && strcmp(a->user, b->user) == 0 &&
	       strcmp(a->tree, b->tree) == 0 && a->key && strcmp(a->key, b->key) == 0;
}

/* Whether NAMESPACE is the calling process's own, or init's: no session is in that. */
static bool is_hosts(int type, int namespace)
{
	struct error ignored = {0};
	cleanup(cleanup_fd) int own = way_back_own(type, &ignored);
	struct stat own_stat, stat;

	return own < 0 || fstat(own, &own_stat) < 0 || fstat(namespace, &stat) < 0 ||
	       (stat.st_dev == own_stat.st_dev && stat.st_ino == own_stat.st_ino) ||
	       way_back_is_init(type, namespace);
}

/* The file by which the first process of the PID namespace with HANDLE knows who is left. */
static void name_alive(char name[RECORD_NAME_SIZE], const struct handle *handle)
{
	int length = snprintf(name, RECORD_NAME_SIZE, ALIVE);

	for (int i = 0; i < HANDLE_SIZE; i++)
		length += snprintf(name + length, RECORD_NAME_SIZE - (size_t)length, "%02x",
				   handle->bytes[i]);
}

/*
 * A shared lock on the file NAME, with which the first process cannot end; negative where it is
 * about to, or has: then it has, or had, the exclusive one, and has taken every permission away.
 */
static int hold_alive(int directory, const char *name)
{
	cleanup(cleanup_fd) int fd =
		openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat stat;

	if (fd < 0 || flock(fd, LOCK_SH | LOCK_NB) < 0 || fstat(fd, &stat) < 0 ||
	    !S_ISREG(stat.st_mode) || !(stat.st_mode & S_IRUSR))
		return -ESTALE;
	return steal_fd(&fd);
}

static bool open_pid(struct share *share, const struct record *found)
{
	char name[RECORD_NAME_SIZE];

	name_alive(name, &found->pid);
	share->namespaces.lock = hold_alive(share->directory, name);
	share->namespaces.pid = handle_open(&found->pid);
	return share->namespaces.lock >= 0 && share->namespaces.pid >= 0 &&
	       !is_hosts(CLONE_NEWPID, share->namespaces.pid);
}

static bool open_ipc(struct share *share, const struct record *found)
{
	share->namespaces.ipc = handle_open(&found->ipc);
	return share->namespaces.ipc >= 0 && !is_hosts(CLONE_NEWIPC, share->namespaces.ipc);
}

static bool look_up(struct share *share, const struct record *wanted)
{
	struct error ignored = {0};

	if (record_read(share->directory, share->name, &share->found, &ignored) < 0 ||
	    !is_same(share->found, wanted))
		return false;
	share->mount = handle_open(&share->found->mount);
	return share->mount >= 0 && namespace_has_id(share->mount, share->found->namespace) &&
	       !is_hosts(CLONE_NEWNS, share->mount) &&
	       (!(wanted->isolate & ISOLATE_PID) || open_pid(share, share->found)) &&
	       (!(wanted->isolate & ISOLATE_IPC) || open_ipc(share, share->found));
}

/* --- making one ----------------------------------------------------------------------------------
 */

static void close_all(struct share *share)
{
	record_free(steal_pointer(&share->found));
	cleanup_fd(&share->mount);
	cleanup_fd(&share->namespaces.pid);
	cleanup_fd(&share->namespaces.ipc);
	cleanup_fd(&share->namespaces.lock);
	cleanup_fd(&share->namespaces.first);
	share->mount = -1;
	share->namespaces = (struct isolation_shared){-1, -1, -1, -1};
}

static bool is_stale_record(int directory, const char *name)
{
	cleanup(cleanup_record) struct record *record = NULL;
	cleanup(cleanup_fd) int namespace = -1;
	struct error ignored = {0};

	if (record_read(directory, name, &record, &ignored) < 0)
		return true;
	namespace = handle_open(&record->mount);
	return namespace < 0;
}

static bool is_stale_lock(int directory, const char *name)
{
	cleanup(cleanup_fd) int fd =
		openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0;
}

/* With the directory locked no one is about to put a living one in the place of what is removed. */
static void prune(int directory)
{
	cleanup(cleanup_directory) DIR *list = record_list(directory);
	const struct dirent *entry;

	while (list && (entry = readdir(list))) {
		const char *name = entry->d_name;

		if ((strncmp(name, SHARED, strlen(SHARED)) == 0 &&
		     is_stale_record(directory, name)) ||
		    (strncmp(name, ALIVE, strlen(ALIVE)) == 0 && is_stale_lock(directory, name)))
			unlinkat(directory, name, 0);
	}
}

/* Until the namespace is there the file has a name that record_prune() knows. */
static void name_temporary(char name[RECORD_NAME_SIZE])
{
	snprintf(name, RECORD_NAME_SIZE, "." ALIVE "%d", (int)getpid());
}

static int make_alive(struct share *share, struct error *error)
{
	const int flags = O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
	char name[RECORD_NAME_SIZE];

	name_temporary(name);
	unlinkat(share->directory, name, 0);
	share->namespaces.first = openat(share->directory, name, flags | O_EXCL, 0600);
	if (share->namespaces.first < 0 || fchmod(share->namespaces.first, 0600) < 0)
		return error_say(error, errno, "share=user: '%s' cannot be made: %m", name);
	share->namespaces.lock = hold_alive(share->directory, name);
	if (share->namespaces.lock < 0)
		return error_say(error, EIO, "share=user: '%s' cannot be locked", name);
	return 0;
}

int share_anew(struct share *share, struct error *error)
{
	int result;

	close_all(share);
	result = share_check(error);
	if (result < 0)
		return result;
	prune(share->directory);
	return share->isolate & ISOLATE_PID ? make_alive(share, error) : 0;
}

int share_open(int directory, const struct record *wanted, struct share *share, struct error *error)
{
	int result;

	*share = (struct share){.directory = directory,
				.isolate = wanted->isolate,
				.method = wanted->method,
				.mount = -1,
				.namespaces = {-1, -1, -1, -1}};
	name_file(share, wanted);
	result = share_lock(directory, error);
	if (result == 0 && !look_up(share, wanted))
		result = share_anew(share, error);
	if (result < 0)
		share_close(share, false);
	return result;
}

int share_write(struct share *share, const struct record *record, struct error *error)
{
	char temporary[RECORD_NAME_SIZE], name[RECORD_NAME_SIZE];

	share->written = true;
	if (share->isolate & ISOLATE_PID) {
		name_temporary(temporary);
		name_alive(name, &record->pid);
		if (renameat(share->directory, temporary, share->directory, name) < 0)
			return error_say(error, errno, "share=user: rename to '%s': %m", name);
	}
	return record_write(share->directory, share->name, record, error);
}

void share_close(struct share *share, bool good)
{
	char name[RECORD_NAME_SIZE];

	if (!good && share->written)
		unlinkat(share->directory, share->name, 0);
	if (share->namespaces.first >= 0) {
		name_temporary(name);
		unlinkat(share->directory, name, 0);
	}
	close_all(share);
	share_unlock(share->directory);
}

/* --- one that is changed -------------------------------------------------------------------------
 */

struct record *share_take(int directory, uint64_t namespace)
{
	cleanup(cleanup_directory) DIR *list = record_list(directory);
	const struct dirent *entry;

	while (list && (entry = readdir(list))) {
		cleanup(cleanup_record) struct record *found = NULL;
		struct error ignored = {0};

		if (strncmp(entry->d_name, SHARED, strlen(SHARED)) != 0 ||
		    record_read(directory, entry->d_name, &found, &ignored) < 0 ||
		    found->namespace != namespace)
			continue;
		unlinkat(directory, entry->d_name, 0);
		return steal_pointer(&found);
	}
	return NULL;
}

int share_put(int directory, const struct record *record, struct error *error)
{
	struct share share = {.directory = directory};

	name_file(&share, record);
	if (!is_stale_record(directory, share.name))
		return 0;
	return record_write(directory, share.name, record, error);
}
