/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * deaf-fuse silent|mute|making|removing DIR: mounts FUSE on DIR, without libfuse, with a server
 * that is this process and does not answer. "silent" never reads a request. The others begin as a
 * server does and read all requests: a process that waits for the answer cannot be killed. "mute"
 * answers none, "making" none that makes something in its empty directory, "removing" makes
 * directories, and answers no request to remove one. Prints its pid when that is done, and stays
 * until it is killed, which ends the mount.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/uio.h>
#include <unistd.h>

static int answer_init(int fd)
{
	char request[FUSE_MIN_READ_BUFFER];
	const struct fuse_in_header *in = (const void *)request;
	struct fuse_init_out init = {.major = FUSE_KERNEL_VERSION,
				     .minor = FUSE_KERNEL_MINOR_VERSION,
				     .max_write = 4096};
	struct fuse_out_header out = {.len = sizeof(out) + sizeof(init)};
	struct iovec parts[] = {{&out, sizeof(out)}, {&init, sizeof(init)}};

	if (read(fd, request, sizeof(request)) < 0)
		return -1;
	out.unique = in->unique;
	return writev(fd, parts, 2) < 0 ? -1 : 0;
}

static const struct fuse_attr directory = {.ino = 1, .mode = 040755, .nlink = 2, .blksize = 4096};

static void answer(int fd, const struct fuse_in_header *in, int error, void *data, size_t size)
{
	struct fuse_out_header out = {
		.len = (unsigned)(sizeof(out) + size), .error = error, .unique = in->unique};
	struct iovec parts[] = {{&out, sizeof(out)}, {data, size}};

	if (writev(fd, parts, 2) < 0)
		perror("deaf-fuse");
}

/* Answers what a server does that can neither make (unless REMOVING) nor remove anything. */
static void answer_look_up(int fd, const struct fuse_in_header *in, bool removing)
{
	static bool made;
	struct fuse_attr_out attributes = {.attr = directory};
	struct fuse_entry_out entry = {.nodeid = 2, .attr = directory};

	entry.attr.ino = 2;
	switch (in->opcode) {
	case FUSE_GETATTR:
		attributes.attr.ino = in->nodeid;
		answer(fd, in, 0, &attributes, sizeof(attributes));
		break;
	case FUSE_LOOKUP:
		answer(fd, in, made ? 0 : -ENOENT, &entry, made ? sizeof(entry) : 0);
		break;
	case FUSE_MKDIR:
		if (!removing)
			break;
		made = true;
		answer(fd, in, 0, &entry, sizeof(entry));
		break;
	case FUSE_MKNOD:
	case FUSE_SYMLINK:
	case FUSE_RMDIR:
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
		break;
	default:
		answer(fd, in, -ENOSYS, NULL, 0);
	}
}

int main(int argc, char **argv)
{
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	char options[128], request[FUSE_MIN_READ_BUFFER];

	if (argc != 3 || fd < 0)
		return 2;
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other",
		 fd);
	if (mount("deaf", argv[2], "fuse.deaf", MS_NOSUID | MS_NODEV, options) < 0) {
		perror(argv[2]);
		return 1;
	}
	if (strcmp(argv[1], "silent") != 0 && answer_init(fd) < 0)
		return 1;
	printf("%d\n", getpid());
	fflush(stdout);
	fclose(stdout);
	while (strcmp(argv[1], "silent") != 0 && read(fd, request, sizeof(request)) > 0)
		if (strcmp(argv[1], "mute") != 0)
			answer_look_up(fd, (const void *)request, argv[1][0] == 'r');
	for (;;)
		pause();
}
