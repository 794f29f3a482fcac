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
#include "hash.h"
#include "isolate.h"
#include "kernel.h"
#include "namespace.h"
#include "netns.h"
#include "origin.h"

#define SHARED "shared."
#define ALIVE "alive."
#define WAIT_SECONDS 15
#define PAUSE_MAX 50000000 /* nanoseconds */

/*
 * Whether handles of namespaces that this process is not in can be opened. Since Linux 7.0 they
 * cannot in a container. So a namespace is
 * made there to try it; a kernel that cannot make one so has no such rule.
 */
static bool opens_handles(void)
{
	cleanup(cleanup_fd) int other = -1;
	cleanup(cleanup_fd) int opened = -1;
	struct nshandle handle;

	if (!origin_is_container())
		return true;
	other = (int)syscall(SYS_open_tree, AT_FDCWD, "/", OPEN_TREE_NAMESPACE | OPEN_TREE_CLOEXEC);
	if (other < 0 || nshandle_make(other, &handle) < 0)
		return true;
	opened = nshandle_open(&handle);
	return opened >= 0;
}

int share_check(struct error *error)
{
	cleanup(cleanup_fd) int own = origin_open_current(CLONE_NEWNS, error);
	struct nshandle handle;

	if (own < 0)
		return own;
	if (nshandle_make(own, &handle) < 0)
		return error_set(error, EOPNOTSUPP,
				 "share=user: this kernel has no handles of namespaces (Linux 6.18 "
				 "and later have): every session has a namespace of its own");
	if (!opens_handles())
		return error_set(error, EOPNOTSUPP,
				 "share=user: this kernel opens no handles of namespaces in a "
				 "container (a PID namespace): every session has a namespace of "
				 "its own");
	return 0;
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

/*
 * flock(2) without LOCK_NB has no time limit, and only a signal would end it. The application's
 * SIGALRM must not be used for that.
 */
int share_lock(int directory, struct error *error)
{
	int64_t deadline = milliseconds() + WAIT_SECONDS * 1000;
	struct timespec pause = {0, 500000};

	while (flock(directory, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return error_set(error, errno, "share=user: flock: %m");
		if (milliseconds() > deadline)
			return error_set(
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

/* --- finding a namespace ---------------------------------------------------------------------
 */

/* FNV-1a, continued from HASH. The NUL is included, so that "ab","c" differs from "a","bc". */
/* With its NUL, so that the words stay apart. */
static uint64_t hash_word(uint64_t hash, const char *word)
{
	return hash_bytes(hash, word, strlen(word) + 1);
}

/* The hash only names the file. What the file holds is compared as a whole. */
static void name_file(struct share *share, const struct record *wanted)
{
	char words[ISOLATE_TEXT_SIZE];
	uint64_t sum = hash_word(HASH_START, wanted->session.user);

	sum = hash_word(sum, wanted->recipe.tree);
	sum = hash_word(sum, isolate_text(wanted->recipe.isolate, words));
	sum = hash_word(sum, method_word(wanted->recipe.method));
	sum = hash_word(sum, wanted->recipe.network);
	sum = hash_word(sum, wanted->recipe.key);
	snprintf(share->name, sizeof(share->name), SHARED "%016" PRIx64, sum);
}

static bool is_joinable(const struct record *a, const struct record *b)
{
	return a->session.uid == b->session.uid && strcmp(a->session.user, b->session.user) == 0 &&
	       recipe_is_joinable(&a->recipe, &b->recipe);
}

/* Whether NAMESPACE is the calling process's own or init's, which are no session's. */
static bool is_hosts(int type, int namespace)
{
	struct error ignored = {0};
	cleanup(cleanup_fd) int own = origin_open_current(type, &ignored);
	struct stat own_stat, stat;

	return own < 0 || fstat(own, &own_stat) < 0 || fstat(namespace, &stat) < 0 ||
	       (stat.st_dev == own_stat.st_dev && stat.st_ino == own_stat.st_ino) ||
	       origin_is_init(type, namespace);
}

/* The file that the init process of the PID namespace with HANDLE waits for a lock on. */
static void name_alive(char name[RECORD_NAME_SIZE], const struct nshandle *handle)
{
	int length = snprintf(name, RECORD_NAME_SIZE, ALIVE);

	for (int i = 0; i < NSHANDLE_SIZE; i++)
		length += snprintf(name + length, RECORD_NAME_SIZE - (size_t)length, "%02x",
				   handle->bytes[i]);
}

/*
 * Takes a shared lock on the file NAME, and returns the descriptor. While it is held the first
 * process, which waits for the exclusive lock, cannot end. Negative where that process has ended or
 * is ending: it has the exclusive lock, or has had it and cleared the file's mode.
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

static bool open_shared_pid(struct share *share, const struct record *found)
{
	char name[RECORD_NAME_SIZE];

	name_alive(name, &found->namespaces.pid);
	share->namespaces.lock = hold_alive(share->directory, name);
	share->namespaces.pid = nshandle_open(&found->namespaces.pid);
	return share->namespaces.lock >= 0 && share->namespaces.pid >= 0 &&
	       !is_hosts(CLONE_NEWPID, share->namespaces.pid);
}

static bool open_shared_ipc(struct share *share, const struct record *found)
{
	share->namespaces.ipc = nshandle_open(&found->namespaces.ipc);
	return share->namespaces.ipc >= 0 && !is_hosts(CLONE_NEWIPC, share->namespaces.ipc);
}

static bool is_same_namespace(int a, int b)
{
	struct stat a_stat, b_stat;

	return fstat(a, &a_stat) == 0 && fstat(b, &b_stat) == 0 && a_stat.st_dev == b_stat.st_dev &&
	       a_stat.st_ino == b_stat.st_ino;
}

/* A name may mean another namespace by now: then what was built from the old one is left. */
static bool open_shared_net(struct share *share, const struct record *found,
			    const struct network *network)
{
	struct error ignored = {0};
	cleanup(cleanup_fd) int named =
		strcmp(network->name, "none") == 0 ? -1 : netns_open(network->name, &ignored);

	share->namespaces.net = nshandle_open(&found->namespaces.net);
	if (share->namespaces.net < 0 || is_hosts(CLONE_NEWNET, share->namespaces.net))
		return false;
	return strcmp(network->name, "none") == 0 ||
	       is_same_namespace(named, share->namespaces.net);
}

static bool look_up_shared(struct share *share, const struct record *wanted,
			   const struct network *network)
{
	struct error ignored = {0};

	if (record_read(share->directory, share->name, &share->found, &ignored) < 0 ||
	    !is_joinable(share->found, wanted))
		return false;
	share->mount = nshandle_open(&share->found->namespaces.mount);
	return share->mount >= 0 && namespace_has_id(share->mount, share->found->namespaces.id) &&
	       !is_hosts(CLONE_NEWNS, share->mount) &&
	       (!(wanted->recipe.isolate & ISOLATE_PID) || open_shared_pid(share, share->found)) &&
	       (!(wanted->recipe.isolate & ISOLATE_IPC) || open_shared_ipc(share, share->found)) &&
	       (!network_is_separate(network) || open_shared_net(share, share->found, network));
}

/* --- making a namespace
 * ----------------------------------------------------------------------------------
 */

static void share_clear(struct share *share)
{
	record_free(steal_pointer(&share->found));
	cleanup_fd(&share->mount);
	cleanup_fd(&share->namespaces.pid);
	cleanup_fd(&share->namespaces.ipc);
	cleanup_fd(&share->namespaces.net);
	cleanup_fd(&share->namespaces.lock);
	cleanup_fd(&share->namespaces.first);
	share->mount = -1;
	share->namespaces = (struct isolation_shared){-1, -1, -1, -1, -1};
}

static bool is_stale_record(int directory, const char *name)
{
	cleanup(cleanup_record) struct record *record = NULL;
	cleanup(cleanup_fd) int namespace = -1;
	struct error ignored = {0};

	if (record_read(directory, name, &record, &ignored) < 0)
		return true;
	namespace = nshandle_open(&record->namespaces.mount);
	return namespace < 0;
}

static bool is_stale_lock(int directory, const char *name)
{
	cleanup(cleanup_fd) int fd =
		openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0;
}

/* The directory is locked, so that no file of a live namespace appears under the same name. */
static void prune_shared(int directory)
{
	cleanup(cleanup_directory) DIR *list = runfile_list(directory);
	const struct dirent *entry;

	while (list && (entry = readdir(list))) {
		const char *name = entry->d_name;

		if ((strncmp(name, SHARED, strlen(SHARED)) == 0 &&
		     is_stale_record(directory, name)) ||
		    (strncmp(name, ALIVE, strlen(ALIVE)) == 0 && is_stale_lock(directory, name)))
			unlinkat(directory, name, 0);
	}
}

/* The file has a name that record_prune() removes until the namespace is made. */
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
		return error_set(error, errno, "share=user: '%s' cannot be made: %m", name);
	share->namespaces.lock = hold_alive(share->directory, name);
	if (share->namespaces.lock < 0)
		return error_set(error, EIO, "share=user: '%s' cannot be locked", name);
	return 0;
}

int share_anew(struct share *share, struct error *error)
{
	int result;

	share_clear(share);
	result = share_check(error);
	if (result < 0)
		return result;
	prune_shared(share->directory);
	return share->isolate & ISOLATE_PID ? make_alive(share, error) : 0;
}

int share_open(int directory, const struct record *wanted, const struct network *network,
	       struct share *share, struct error *error)
{
	int result;

	*share = (struct share){.directory = directory,
				.isolate = wanted->recipe.isolate,
				.method = wanted->recipe.method,
				.mount = -1,
				.namespaces = {-1, -1, -1, -1, -1}};
	name_file(share, wanted);
	result = share_lock(directory, error);
	if (result == 0 && !look_up_shared(share, wanted, network))
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
		name_alive(name, &record->namespaces.pid);
		if (renameat(share->directory, temporary, share->directory, name) < 0)
			return error_set(error, errno, "share=user: rename to '%s': %m", name);
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
	share_clear(share);
	share_unlock(share->directory);
}

/* --- changing a shared namespace
 * -------------------------------------------------------------------------
 */

struct record *share_take(int directory, uint64_t namespace)
{
	cleanup(cleanup_directory) DIR *list = runfile_list(directory);
	const struct dirent *entry;

	while (list && (entry = readdir(list))) {
		cleanup(cleanup_record) struct record *found = NULL;
		struct error ignored = {0};

		if (strncmp(entry->d_name, SHARED, strlen(SHARED)) != 0 ||
		    record_read(directory, entry->d_name, &found, &ignored) < 0 ||
		    found->namespaces.id != namespace)
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
