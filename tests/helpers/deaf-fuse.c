/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * deaf-fuse silent|mute DIR: mounts FUSE on DIR, without libfuse, with a server that is this
 * process and never answers. "silent" never reads a request, "mute" begins as a server does and
 * then reads all requests: a process that waits for the answer cannot be killed. Prints its pid
 * when that is done, and stays until it is killed, which ends the mount.
 */
#include <fcntl.h>
#include <linux/fuse.h>
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
	if (strcmp(argv[1], "mute") == 0 && answer_init(fd) < 0)
		return 1;
	printf("%d\n", getpid());
	fflush(stdout);
	fclose(stdout);
	while (strcmp(argv[1], "mute") == 0 && read(fd, request, sizeof(request)) > 0)
		;
	for (;;)
		pause();
}
