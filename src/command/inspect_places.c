/* SPDX-License-Identifier: BSD-3-Clause */
#include "inspect_places.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "cleanup.h"

#define warn(inspection, code, ...) inspection_say(inspection, SEVERITY_WARNING, code, __VA_ARGS__)

static bool can_enter(const char *directory)
{
	cleanup(cleanup_fd) int fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 && faccessat(fd, ".", X_OK, AT_EACCESS) == 0;
}

/* Whether a file can be made in DIRECTORY: by one without a name, where the filesystem has these.
 */
static bool can_write(const char *directory)
{
	cleanup(cleanup_fd) int fd =
		open(directory, O_TMPFILE | O_WRONLY | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0)
		return true;
	return (errno == EOPNOTSUPP || errno == EISDIR) &&
	       faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) == 0;
}

/* Whether the program NAME of /usr/bin is there with privileges that it is to give. */
static bool has_privileged(const char *name, struct stat *stat_, char path[64])
{
	snprintf(path, 64, "/usr/bin/%s", name);
	return stat(path, stat_) == 0 && (stat_->st_mode & (S_ISUID | S_ISGID));
}

void inspect_places_on_host(const struct inspection *inspection)
{
	struct inspection_host *host = inspection->host;
	struct stat stat_;
	char path[64];

	host->home_enters = can_enter(inspection->env->home);
	host->home_writes = can_write(inspection->env->home);
	for (size_t i = 0; i < INSPECTION_FILES; i++)
		host->files[i] = stat(inspection_files[i].path, &stat_) == 0;
	for (size_t i = 0; i < INSPECTION_PROGRAMS; i++)
		host->programs[i] = has_privileged(inspection_programs[i], &stat_, path);
}

/* A home that the user cannot use on the host either is not the tree's fault. */
static void inspect_home(const struct inspection *inspection)
{
	const struct inspection_host *host = inspection->host;
	const char *user = inspection->subject->user, *home = inspection->env->home;

	if (!can_enter(home)) {
		const char *on_host = errno == ENOENT ? "nor on the host: make it"
						      : "nor on the host: make it a directory of "
							"the user's (chown, chmod)";

		inspection_say(
			inspection, host->home_enters ? SEVERITY_ERROR : SEVERITY_WARNING,
			CODE_HOME_UNUSABLE,
			"%s cannot enter the home directory '%s' in the tree: %m; %s", user, home,
			host->home_enters ? "add a row such as '%h %h none bind,nosuid,nodev'"
					  : on_host);
	} else if (inspection->purpose != PURPOSE_GIT && !can_write(home) &&
		   (host->home_writes || !host->home_enters))
		warn(inspection, CODE_HOME_UNUSABLE,
		     "%s cannot write in the home directory '%s' in the tree: %m; see the options "
		     "and the size of the row that is mounted there",
		     user, home);
}

static void inspect_tmp(const struct inspection *inspection)
{
	if (inspection->purpose != PURPOSE_SFTP && !can_write("/tmp"))
		warn(inspection, CODE_TMP_UNUSABLE,
		     "%s cannot write in '/tmp' in the tree: %m; add a row such as "
		     "'tmpfs /tmp tmpfs mode=1777,size=256m,nosuid,nodev'",
		     inspection->subject->user);
}

static void inspect_null(const struct inspection *inspection)
{
	cleanup(cleanup_fd) int fd = open("/dev/null", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	struct stat stat_;

	if (fd >= 0 && (fstat(fd, &stat_) < 0 || !S_ISCHR(stat_.st_mode)))
		errno = ENODEV;
	else if (fd >= 0 && write(fd, "", 1) == 1)
		return;
	inspection_say(inspection, SEVERITY_ERROR, CODE_DEVICE_UNUSABLE,
		       "'/dev/null' does not work in the tree: %m; add the row "
		       "'nstree /dev nstree.dev', or leave nodev out of the row that has /dev");
}

/* Opens the other end of the pty MASTER by its name in the tree, as the controlling terminal. */
static int open_terminal(int master)
{
	unsigned number;
	char name[64];
	int unlocked = 0;

	if (ioctl(master, TIOCSPTLCK, &unlocked) < 0 || ioctl(master, TIOCGPTN, &number) < 0)
		return -1;
	snprintf(name, sizeof(name), "/dev/pts/%u", number);
	return open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

static void inspect_terminals(const struct inspection *inspection)
{
	cleanup(cleanup_fd) int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	cleanup(cleanup_fd) int terminal = -1, own = -1;

	if (master < 0) {
		warn(inspection, CODE_DEVICE_UNUSABLE,
		     "'/dev/ptmx' does not work in the tree: %m; tmux, screen and script(1) need "
		     "it: add the row 'nstree /dev nstree.dev'");
		return;
	}
	terminal = open_terminal(master);
	if (terminal < 0) {
		warn(inspection, CODE_DEVICE_UNUSABLE,
		     "'/dev/pts' does not have the terminals of '/dev/ptmx' in the tree: %m; add "
		     "the row 'nstree /dev nstree.dev', or bind /dev/pts");
		return;
	}
	/* Closing the terminal of a session sends this to its leader. */
	signal(SIGHUP, SIG_IGN);
	if (setsid() >= 0 && ioctl(terminal, TIOCSCTTY, 0) == 0)
		own = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (own < 0)
		warn(inspection, CODE_DEVICE_UNUSABLE,
		     "'/dev/tty' does not work in the tree: %m; ssh, git and gpg read passphrases "
		     "from it: add the row 'nstree /dev nstree.dev'");
}

/* FILE leads somewhere on the host. */
static void inspect_file(const struct inspection *inspection, const struct inspection_file *file)
{
	char text[PATH_MAX];
	ssize_t length;
	struct stat stat_;

	if (stat(file->path, &stat_) == 0)
		return;
	length = readlink(file->path, text, sizeof(text) - 1);
	if (length >= 0)
		warn(inspection, CODE_FILE_MISSING,
		     "'%s' is a symbolic link to '%.*s', which is not in the tree: %s; add a row "
		     "for the file that it leads to",
		     file->path, (int)length, text, file->without);
	else if (inspection->purpose == PURPOSE_SHELL)
		warn(inspection, CODE_FILE_MISSING,
		     "'%s' cannot be used in the tree: %m; %s; add a row for it", file->path,
		     file->without);
}

static void inspect_files(const struct inspection *inspection)
{
	bool no_network =
		inspection->network->name && strcmp(inspection->network->name, "none") == 0;

	for (size_t i = 0; i < INSPECTION_FILES; i++)
		if (inspection->host->files[i] && !(inspection_files[i].network && no_network))
			inspect_file(inspection, &inspection_files[i]);
}

/* Without a program of the tree's that could: as sshd's internal-sftp looks names up. */
static void inspect_names(const struct inspection *inspection)
{
	const struct subject *subject = inspection->subject;

	if (inspection->names_known)
		return;
	if (!getpwuid(subject->uid))
		warn(inspection, CODE_USER_WITHOUT_NAME,
		     "uid %u, %s, has no name in the tree: add rows for /etc/passwd or for the "
		     "socket of its source in nsswitch.conf(5)",
		     (unsigned)subject->uid, subject->user);
	if (!getgrgid(subject->gid))
		warn(inspection, CODE_USER_WITHOUT_NAME,
		     "gid %u, the primary group of %s, has no name in the tree: add rows for "
		     "/etc/group or for the socket of its source in nsswitch.conf(5)",
		     (unsigned)subject->gid, subject->user);
}

/* Why the program NAME, which gives privileges on the host, gives none here; NULL where it does. */
static const char *find_obstacle(const char *name)
{
	struct statvfs mount;
	struct stat stat_;
	char path[64];

	if (!has_privileged(name, &stat_, path))
		return "not in the tree";
	if (statvfs(path, &mount) == 0 && (mount.f_flag & ST_NOSUID))
		return "nosuid";
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) > 0 ? "isolate=" : NULL;
}

static void inspect_privileges(const struct inspection *inspection)
{
	char list[256] = "";
	size_t length = 0;

	for (size_t i = 0; i < INSPECTION_PROGRAMS; i++) {
		const char *obstacle = inspection->host->programs[i]
					       ? find_obstacle(inspection_programs[i])
					       : NULL;

		if (obstacle)
			length += (size_t)snprintf(list + length, sizeof(list) - length,
						   "%s%s (%s)", length ? ", " : "",
						   inspection_programs[i], obstacle);
	}
	if (length)
		inspection_say(inspection, SEVERITY_NOTE, CODE_PROGRAM_UNUSABLE,
			       "what does not work in this tree: %s", list);
}

void inspect_places(const struct inspection *inspection)
{
	inspect_home(inspection);
	inspect_tmp(inspection);
	inspect_null(inspection);
	inspect_files(inspection);
	inspect_names(inspection);
	if (inspection->purpose != PURPOSE_SHELL)
		return;
	inspect_privileges(inspection);
	inspect_terminals(inspection);
}
