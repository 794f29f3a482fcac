/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * races OPENS SERVICES USER SITE REPAIR TREE...: opens OPENS sessions of USER through libpam, each
 * in a child of its own, by the service named as each TREE in turn, while swap.c changes all that
 * users can change below SITE, a filesystem of its own:
 *
 *   SITE/home SITE/common  users' own: a session may show what lies here, and make things
 *   SITE/state             root's, where each open makes USER/x for the user, and it is removed
 *   SITE/bait              root's and others': nothing may be shown, made, removed or changed here
 *
 * After each open it looks from inside at what each mount shows, and from outside at the host's
 * mount table and at every owner, mode and time below bait. Prints for each tree how many sessions
 * were whole, refused by the name of a row, or an escape. Exit status 0 if nothing escaped, nothing
 * hung and every refusal named its row.
 *
 * REPAIR "-" is for the product. For the control it is a command that puts SITE/bait and the mounts
 * back after an escape, and the opens end when a mount, something made and a change of owner have
 * each got out WINS times (the environment's, 3): exit status 0 then, 1 if they never do.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pwd.h>
#include <sched.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPEN_SECONDS 60 /* for one open: hours for the product, without KVM as well */
#define TREES_MAX 16
#define NODES_MAX 256

enum end { WHOLE, REFUSED, UNNAMED, SHOWN, MOUNTED, MADE, CHANGED, HUNG, DIED, ENDS };

static const char *const end_names[ENDS] = {
	[WHOLE] = "whole",
	[REFUSED] = "refused by name",
	[UNNAMED] = "refused without a name",
	[SHOWN] = "shows what is outside",
	[MOUNTED] = "mounted outside",
	[MADE] = "made or removed outside",
	[CHANGED] = "owner or mode changed outside",
	[HUNG] = "hung",
	[DIED] = "died",
};

/* What the module logged, or what was seen inside: the child writes, the parent reads. */
static char *words;
#define WORDS_SIZE 4096

static int proc;	       /* the host's /proc */
static dev_t site_device;      /* the filesystem SITE */
static char host_table[65536]; /* the host's mount table, as it is to be */
static const char *site;

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

/* The C library's, taken over: libpam logs here, and 100,000 lines are not the journal's to keep.
 */
#include "keeplog.h"

static int talk(int n, const struct pam_message **messages, struct pam_response **answers,
		void *data)
{
	(void)messages;
	(void)data;
	*answers = calloc((size_t)n, sizeof(**answers));
	return *answers ? PAM_SUCCESS : PAM_CONV_ERR;
}

/* The mount table of this process, but for what logind mounts and unmounts by itself. */
static void read_table(char *table, size_t size)
{
	int fd = openat(proc, "self/mountinfo", O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	char line[4096];
	size_t used = 0;

	if (!file)
		fail("mountinfo");
	while (fgets(line, sizeof(line), file))
		if (!strstr(line, " /run/user/") && used + strlen(line) < size)
			used += (size_t)sprintf(table + used, "%s", line);
	table[used] = '\0';
	fclose(file);
}

static bool begins(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* Whether a mount of DEVICE's directory ROOT is one that the user's own swaps could have given. */
static bool may_show(const char *device, const char *root)
{
	unsigned major, minor;
	char field[64];

	if (sscanf(device, "%u:%u", &major, &minor) == 2 && makedev(major, minor) == site_device)
		return begins(root, "/home/") || begins(root, "/common/") ||
		       begins(root, "/state/");
	/* Else a filesystem made for the session, that the host has none of. */
	snprintf(field, sizeof(field), " %.32s ", device);
	return strcmp(root, "/") == 0 && !strstr(host_table, field);
}

/* From inside. */
static enum end look_inside(void)
{
	static char table[65536];
	char *rest = table, *line, device[64], root[2048], point[2048];

	read_table(table, sizeof(table));
	while ((line = strsep(&rest, "\n")) && *line) {
		if (sscanf(line, "%*u %*u %63s %2047s %2047s", device, root, point) == 3 &&
		    may_show(device, root))
			continue;
		snprintf(words, WORDS_SIZE, "inside: %.2000s", line);
		return SHOWN;
	}
	return WHOLE;
}

static enum end one_open(pam_handle_t *pamh)
{
	words[0] = '\0';
	alarm(OPEN_SECONDS);
	if (pam_open_session(pamh, PAM_SILENT) == PAM_SUCCESS)
		return look_inside();
	return strstr(words, ".fstab") ? REFUSED : UNNAMED;
}

/* --- outside ---------------------------------------------------------------------------------- */

struct node {
	char path[128];
	struct stat stat;
};

struct snapshot {
	struct node nodes[NODES_MAX];
	unsigned n;
};

static struct snapshot *taking;

static int take_node(const char *path, const struct stat *stat, int type, struct FTW *place)
{
	struct node *node = &taking->nodes[taking->n];

	(void)type;
	(void)place;
	if (taking->n == NODES_MAX)
		return 1;
	snprintf(node->path, sizeof(node->path), "%.127s", path);
	node->stat = *stat;
	taking->n++;
	return 0;
}

static void take(struct snapshot *snapshot)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/bait", site);
	taking = snapshot;
	snapshot->n = 0;
	if (nftw(path, take_node, 16, FTW_PHYS) != 0)
		fail(path);
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* A thing made or removed shows in its directory's time, even if it was put back meanwhile. */
static enum end compare(const struct snapshot *before, const struct snapshot *after)
{
	enum end end = before->n == after->n ? WHOLE : MADE;

	for (unsigned i = 0; end == WHOLE && i < before->n; i++) {
		const struct stat *a = &before->nodes[i].stat, *b = &after->nodes[i].stat;

		if (strcmp(before->nodes[i].path, after->nodes[i].path) != 0 ||
		    !same_time(&a->st_mtim, &b->st_mtim))
			end = MADE;
		else if (a->st_uid != b->st_uid || a->st_gid != b->st_gid ||
			 a->st_mode != b->st_mode || !same_time(&a->st_ctim, &b->st_ctim))
			end = CHANGED;
		if (end != WHOLE)
			snprintf(words, WORDS_SIZE, "%s: %s", before->nodes[i].path,
				 end_names[end]);
	}
	return end;
}

/* x-nstree.create's, checked and removed, so that each open makes it. */
static enum end look_at_state(const char *user, uid_t uid)
{
	char place[128], path[160];
	struct stat stat;
	enum end end = WHOLE;

	snprintf(place, sizeof(place), "%s/state/%.32s", site, user);
	snprintf(path, sizeof(path), "%s/x", place);
	if (lstat(path, &stat) == 0 && (stat.st_uid != uid || stat.st_mode != (S_IFDIR | 0700)))
		end = CHANGED;
	if (lstat(place, &stat) == 0 && (stat.st_uid != 0 || stat.st_mode != (S_IFDIR | 0755)))
		end = CHANGED;
	if ((rmdir(path) < 0 && errno != ENOENT) || (rmdir(place) < 0 && errno != ENOENT))
		end = MADE;
	return end;
}

static enum end look_outside(const struct snapshot *before, const char *user, uid_t uid)
{
	static struct snapshot after;
	static char table[sizeof(host_table)];
	enum end end = look_at_state(user, uid);

	read_table(table, sizeof(table));
	if (strcmp(table, host_table) != 0)
		return MOUNTED;
	take(&after);
	return end == WHOLE ? compare(before, &after) : end;
}

static enum end end_of(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) < 0)
		fail("waitpid");
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGALRM ? HUNG : DIED;
	return (enum end)WEXITSTATUS(status);
}

/* --- the counts ------------------------------------------------------------------------------- */

struct race {
	const char *name;
	pam_handle_t *pamh;
	unsigned ends[ENDS];
	bool refusal_shown;
};

/* The first of each kind is shown with its words. */
static void count(struct race *race, enum end end)
{
	if (race->ends[end]++ == 0 && end != WHOLE)
		printf("%s: %s: %s\n", race->name, end_names[end], words);
}

static void print_race(const struct race *race)
{
	printf("%s:", race->name);
	for (int end = 0; end < ENDS; end++)
		if (race->ends[end] || end == WHOLE || end == REFUSED)
			printf(" %u %s,", race->ends[end], end_names[end]);
	printf("\n");
}

static unsigned total(const struct race *races, int n, enum end first, enum end last)
{
	unsigned sum = 0;

	for (int i = 0; i < n; i++)
		for (int end = first; end <= (int)last; end++)
			sum += races[i].ends[end];
	return sum;
}

static bool is_won(const struct race *races, int n, unsigned wins)
{
	return total(races, n, SHOWN, MOUNTED) >= wins && total(races, n, MADE, MADE) >= wins &&
	       total(races, n, CHANGED, CHANGED) >= wins;
}

/* The stack's modules are loaded once, as in a program that authenticates and then forks for the
 * session. */
static void load_modules(pam_handle_t *pamh)
{
	if (pam_authenticate(pamh, PAM_SILENT) != PAM_SUCCESS)
		fail("pam_authenticate");
}

static void begin(char **argv, struct race *races, int n)
{
	struct pam_conv conversation = {.conv = talk};
	struct stat stat;

	for (int i = 0; i < n; i++) {
		races[i].name = argv[6 + i];
		if (pam_start_confdir(argv[6 + i], argv[3], &conversation, argv[2],
				      &races[i].pamh) != PAM_SUCCESS)
			fail(argv[6 + i]);
		load_modules(races[i].pamh);
	}
	if (lstat(site, &stat) < 0)
		fail(site);
	site_device = stat.st_dev;
	read_table(host_table, sizeof(host_table));
}

static enum end race_once(struct race *race, const struct snapshot *before,
			  const struct passwd *user)
{
	enum end inside, outside;
	pid_t child = fork();

	if (child < 0)
		fail("fork");
	if (child == 0)
		_exit((int)one_open(race->pamh));
	inside = end_of(child);
	outside = look_outside(before, user->pw_name, user->pw_uid);
	if (outside != WHOLE)
		count(race, outside);
	if (outside == WHOLE || inside >= UNNAMED)
		count(race, inside);
	return outside != WHOLE ? outside : inside;
}

static void stay_on_first_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

int main(int argc, char **argv)
{
	static struct race races[TREES_MAX];
	static struct snapshot before;
	int opens = argc > 6 ? atoi(argv[1]) : 0, n = argc - 6, done = 0;
	const struct passwd *user = argc > 6 ? getpwnam(argv[3]) : NULL;
	unsigned wins = getenv("WINS") ? (unsigned)atoi(getenv("WINS")) : 3;
	bool control = argc > 6 && strcmp(argv[5], "-") != 0;

	if (!user || opens <= 0 || n > TREES_MAX)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	site = argv[4];
	words = mmap(NULL, WORDS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	stay_on_first_cpu();
	begin(argv, races, n);
	take(&before);
	while (done < opens && !(control && is_won(races, n, wins))) {
		enum end end = race_once(&races[done % n], &before, user);

		done++;
		if (done % 1000 == 0)
			fprintf(stderr, "races: %d opens\n", done);
		if (!control || end <= SHOWN)
			continue;
		if (system(argv[5]) != 0)
			fail(argv[5]);
		take(&before);
	}
	for (int i = 0; i < n; i++)
		print_race(&races[i]);
	printf("%d opens: %u whole, %u refused, %u escapes, %u broken\n", done,
	       total(races, n, WHOLE, WHOLE), total(races, n, REFUSED, REFUSED),
	       total(races, n, SHOWN, CHANGED),
	       total(races, n, HUNG, DIED) + total(races, n, UNNAMED, UNNAMED));
	if (control)
		return !is_won(races, n, wins);
	return total(races, n, UNNAMED, DIED) != 0;
}
