/* SPDX-License-Identifier: BSD-3-Clause */
/* Files, descriptors, roots, devices, and programs that root left in reach. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "kernel.h"
#include "ways.h"

static void way_read(char **arguments)
{
	show_or_close(AT_FDCWD, arguments[0]);
}

/* write PATH WORD: where that is allowed, it is the way. */
static void way_write(char **arguments)
{
	int fd = open(arguments[0], O_WRONLY | O_CLOEXEC);

	if (fd < 0 || dprintf(fd, "%s\n", arguments[1]) < 0)
		closed("%s", arguments[0]);
	escaped();
}

/* put PATH WORD: a new file; the host looks whether it is there. */
static void way_put(char **arguments)
{
	int fd = open(arguments[0], O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0 || dprintf(fd, "%s\n", arguments[1]) < 0)
		closed("%s", arguments[0]);
}

static void way_say(char **arguments)
{
	(void)arguments;
	escaped();
}

/* What session records there are, in /run/nstree and in all directories of it. */
static void show_records(int top, bool deeper)
{
	DIR *list = top < 0 ? NULL : fdopendir(top);
	struct dirent *entry;

	if (!list)
		closed("/run/nstree");
	while ((entry = readdir(list)))
		if (entry->d_name[0] != '.' && !deeper && show(dirfd(list), entry->d_name) == 0)
			escaped();
		else if (entry->d_name[0] != '.' && deeper)
			show_records(openat(dirfd(list), entry->d_name, O_RDONLY | O_DIRECTORY),
				     false);
}

static void way_records(char **arguments)
{
	(void)arguments;
	show_records(open("/run/nstree", O_RDONLY | O_DIRECTORY | O_CLOEXEC), true);
}

/* --- descriptors and roots -----------------------------------------------------------------------
 */

static const char *const ways_up[] = {
	"secret",
	"escapes/secret",
	"tmp/escapes/secret",
	"var/tmp/escapes/secret",
	"../tmp/escapes/secret",
	"../var/tmp/escapes/secret",
	"../../var/tmp/escapes/secret",
	"../../../../../../../../var/tmp/escapes/secret",
};

/* Any descriptor that was inherited and leads to the host. */
static void way_descriptors(char **arguments)
{
	char text[256];

	(void)arguments;
	for (int fd = 0; fd < 256; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			continue;
		for (size_t i = 0; i < sizeof(ways_up) / sizeof(*ways_up); i++)
			show(fd, ways_up[i]);
		snprintf(text, sizeof(text), "descriptor %d", fd);
		if (fd > 2 && setns(fd, CLONE_NEWNS) == 0)
			show(AT_FDCWD, SECRET);
		puts(text);
	}
}

static void look_up(void)
{
	for (size_t i = 0; i < sizeof(ways_up) / sizeof(*ways_up); i++)
		if (show(AT_FDCWD, ways_up[i]) == 0)
			return;
	closed(SECRET);
}

static void way_up(char **arguments)
{
	(void)arguments;
	look_up();
	if (chdir("/") == 0)
		look_up();
}

/* The classic: a second chroot, with the working directory left above it. */
static void way_chroot(char **arguments)
{
	(void)arguments;
	if (chroot(ASIDE) < 0)
		closed("chroot");
	for (int i = 0; i < 100; i++)
		if (chdir("..") < 0)
			closed("chdir");
	if (chroot(".") < 0)
		closed("chroot");
	look_up();
}

/* By a descriptor that was handed in, as TWIN_FD, or by one of the root. */
static void way_fchdir(char **arguments)
{
	(void)arguments;
	if (fchdir(TWIN_FD) < 0 && fchdir(open("/", O_RDONLY | O_CLOEXEC)) < 0)
		closed("fchdir");
	look_up();
}

/* --- devices -------------------------------------------------------------------------------------
 */

static bool is_usual(const char *name)
{
	static const char *const usual[] = {"null",    "zero", "full", "random",
					    "urandom", "tty",  "ptmx"};

	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		if (strcmp(name, usual[i]) == 0)
			return true;
	return false;
}

/* The nodes beneath /dev that nstree.dev would not have; terminals have a directory of their own.
 */
static void list_nodes(int directory, int depth)
{
	DIR *list = directory < 0 || depth > 4 ? NULL : fdopendir(directory);
	struct dirent *entry;

	while (list && (entry = readdir(list))) {
		if ((entry->d_type == DT_BLK || entry->d_type == DT_CHR) &&
		    !is_usual(entry->d_name))
			printf("ESCAPED: %s\n", entry->d_name);
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.' &&
		    strcmp(entry->d_name, "pts") != 0)
			list_nodes(openat(dirfd(list), entry->d_name, O_RDONLY | O_DIRECTORY),
				   depth + 1);
	}
}

static void way_nodes(char **arguments)
{
	(void)arguments;
	list_nodes(open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0);
}

/* device PATH: reads from it. */
static void way_device(char **arguments)
{
	int fd = open(arguments[0], O_RDONLY | O_CLOEXEC);
	char sector[512];

	if (fd < 0 || read(fd, sector, sizeof(sector)) != sizeof(sector))
		closed("%s", arguments[0]);
	escaped();
}

static int make_node(char **arguments)
{
	mode_t type = arguments[1][0] == 'b' ? S_IFBLK : S_IFCHR;

	unlink(arguments[0]);
	umask(0);
	return mknod(arguments[0], type | 0666,
		     makedev((unsigned)number(arguments[2]), (unsigned)number(arguments[3])));
}

/* make-device PATH b|c MAJOR MINOR: makes the node, and reads from it. */
static void way_make_device(char **arguments)
{
	if (make_node(arguments) < 0)
		closed("mknod %s", arguments[0]);
	way_device(arguments);
	unlink(arguments[0]);
}

/* --- what root leaves in the tree
 * ------------------------------------------------------------------- */

/* What cannot be left because the tree has no such place is no fault of the test's. */
static void cannot_leave(const char *path)
{
	printf("%s%s: %s\n",
	       errno == ENOENT || errno == EROFS || errno == ENOTDIR ? "" : "FAILED: ", path,
	       strerror(errno));
	exit(0);
}

static void way_leave_device(char **arguments)
{
	if (make_node(arguments) < 0)
		cannot_leave(arguments[0]);
}

/* A copy of the way program. */
static int left_program(const char *path)
{
	char buffer[1 << 16];
	off_t offset = 0;
	ssize_t got;
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	if (fd < 0)
		cannot_leave(path);
	while ((got = pread(PROGRAM_FD, buffer, sizeof(buffer), offset)) > 0) {
		if (write(fd, buffer, (size_t)got) != got)
			cannot_leave(path);
		offset += got;
	}
	if (offset == 0)
		printf("FAILED: %s: no program\n", path);
	return fd;
}

static void way_leave_setuid(char **arguments)
{
	int fd = left_program(arguments[0]);

	if (fchown(fd, 0, 0) < 0 || fchmod(fd, 04755) < 0)
		cannot_leave(arguments[0]);
}

static void way_leave_capable(char **arguments)
{
	struct vfs_cap_data capabilities = {.magic_etc =
						    VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
					    .data[0].permitted = 1U << CAP_DAC_OVERRIDE};
	int fd = left_program(arguments[0]);

	if (fchmod(fd, 0755) < 0 ||
	    fsetxattr(fd, "security.capability", &capabilities, sizeof(capabilities), 0) < 0)
		cannot_leave(arguments[0]);
}

static void way_forget(char **arguments)
{
	for (; *arguments; arguments++)
		unlink(*arguments);
}

/* What a program that root left is run with. */
static void way_privilege(char **arguments)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {0};

	(void)arguments;
	syscall(SYS_capget, &header, data);
	if (geteuid() == 0 || data[0].effective & 1U << CAP_DAC_OVERRIDE)
		escaped();
	else
		printf("euid %u\n", (unsigned)geteuid());
}

/* --- terminals
 * ------------------------------------------------------------------------------------ */

/* Into the controlling terminal, as if its user had typed it. */
static void way_type(char **arguments)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);

	(void)arguments;
	if (ioctl(fd, TIOCSTI, "x") < 0)
		closed("TIOCSTI");
	escaped();
}

const struct way file_ways[] = {
	{"chroot", way_chroot, 0},
	{"descriptors", way_descriptors, 0},
	{"device", way_device, 1},
	{"fchdir", way_fchdir, 0},
	{"forget", way_forget, 1},
	{"leave-capable", way_leave_capable, 1},
	{"leave-device", way_leave_device, 4},
	{"leave-setuid", way_leave_setuid, 1},
	{"make-device", way_make_device, 4},
	{"nodes", way_nodes, 0},
	{"privilege", way_privilege, 0},
	{"put", way_put, 2},
	{"read", way_read, 1},
	{"records", way_records, 0},
	{"say", way_say, 0},
	{"type", way_type, 0},
	{"up", way_up, 0},
	{"write", way_write, 2},
	{0},
};
