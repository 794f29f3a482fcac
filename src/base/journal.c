/* SPDX-License-Identifier: BSD-3-Clause */
#include "journal.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "buffer.h"
#include "cleanup.h"
#include "path.h"

/* Only root can change what a name says here once the directories above are found to be root's. */
static bool is_trusted(const char *name, mode_t type)
{
	struct stat stat;

	if (lstat(name, &stat) < 0 || (stat.st_mode & S_IFMT) != type)
		return false;
	/* Everyone may write to the socket: that is what it is for. */
	return type == S_IFSOCK ? stat.st_uid == 0 : !path_distrust(&stat);
}

int journal_open(void)
{
	static const struct sockaddr_un address = {.sun_family = AF_UNIX,
						   .sun_path = JOURNAL_SOCKET};
	cleanup(cleanup_fd) int fd = -1;

	if (!is_trusted("/", S_IFDIR) || !is_trusted("/run", S_IFDIR) ||
	    !is_trusted("/run/systemd", S_IFDIR) || !is_trusted("/run/systemd/journal", S_IFDIR) ||
	    !is_trusted(JOURNAL_SOCKET, S_IFSOCK))
		return -1;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return steal_fd(&fd);
}

/* NAME, a newline, the length in 64 bits, little-endian, the value, a newline. */
static void add_field(struct buffer *entry, const struct journal_field *field)
{
	size_t length = strlen(field->value);
	uint64_t size = htole64(length);

	buffer_add(entry, field->name);
	buffer_add(entry, "\n");
	buffer_add_bytes(entry, (const char *)&size, sizeof(size));
	buffer_add_bytes(entry, field->value, length);
	buffer_add(entry, "\n");
}

bool journal_send(int fd, const struct journal_field *fields, size_t n)
{
	cleanup(buffer_clear) struct buffer entry = {0};
	struct iovec bytes;
	struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};

	if (fd < 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (fields[i].value)
			add_field(&entry, &fields[i]);
	}
	if (entry.failed || entry.length == 0)
		return false;
	bytes = (struct iovec){.iov_base = entry.bytes, .iov_len = entry.length};
	return sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)entry.length;
}
