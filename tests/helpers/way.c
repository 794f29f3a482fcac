/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * way NAME [ARGUMENT]...: the system calls that the escape catalogue (tests/escapes) makes, one way
 * out a name. Each prints what it got hold of: the secret, whose text is "ESCAPED", or that word
 * itself where the way leads to no file. Otherwise it says which call failed, and how. The exit
 * status is 0 in both cases.
 *
 * `way twin FILE` is the process outside: see twin_main().
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <mqueue.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/pidfd.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel.h"

#define SECRET "/srv/escapes/secret"
#define KEY 0x65736361
#define TWIN_FD 9 /* The twin's descriptor of the secret's directory. */

/* linux/nsfs.h */
#ifndef NS_GET_USERNS
#define NS_GET_USERNS _IO(0xb7, 1)
#endif
#ifndef NS_MNT_GET_NEXT
#define NS_MNT_GET_NEXT _IOR(0xb7, 11, struct mnt_ns_info)
#define NS_MNT_GET_PREV _IOR(0xb7, 12, struct mnt_ns_info)
#endif

#ifndef FD_PIDFS_ROOT
#define FD_PIDFS_ROOT (-10002)
#endif

/* What the twin has in its memory, and what others of its holdings are made of. */
static char secret[64];

/* A way that ends here is closed. */
#define closed(...)                                                                                \
	do {                                                                                       \
		warn(__VA_ARGS__);                                                                 \
		exit(0);                                                                           \
	} while (0)

static void escaped(void)
{
	puts("ESCAPED");
}

/* Prints the file PATH beneath DIRECTORY. */
static int show(int directory, const char *path)
{
	int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
	char text[256];
	ssize_t length;

	if (fd < 0)
		return -1;
	length = read(fd, text, sizeof(text));
	close(fd);
	if (length > 0)
		fwrite(text, 1, (size_t)length, stdout);
	return length > 0 ? 0 : -1;
}

static void show_or_close(int directory, const char *path)
{
	if (show(directory, path) < 0)
		closed("%s", path);
}

static void show_found(const char *data, size_t length)
{
	fwrite(data, 1, strnlen(data, length), stdout);
	puts("");
}

static uintptr_t number(const char *text)
{
	return (uintptr_t)strtoull(text, NULL, 0);
}

static pid_t pid_of(const char *text)
{
	return (pid_t)number(text);
}

/* --- processes ---------------------------------------------------------------------------------
 */

static void way_ptrace(char **arguments)
{
	pid_t pid = pid_of(arguments[0]);

	if (ptrace(PTRACE_ATTACH, pid, NULL, NULL) < 0)
		closed("PTRACE_ATTACH");
	waitpid(pid, NULL, __WALL);
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	escaped();
}

static void way_seize(char **arguments)
{
	if (ptrace(PTRACE_SEIZE, pid_of(arguments[0]), NULL, NULL) < 0)
		closed("PTRACE_SEIZE");
	escaped();
}

/* Reads the secret at the twin's address. */
static void way_vm_read(char **arguments)
{
	char text[sizeof(secret)] = "";
	struct iovec local = {text, sizeof(text) - 1};
	struct iovec remote = {(void *)number(arguments[1]), sizeof(text) - 1};

	if (process_vm_readv(pid_of(arguments[0]), &local, 1, &remote, 1, 0) < 0)
		closed("process_vm_readv");
	show_found(text, sizeof(text));
}

/* Overwrites the secret there with itself. */
static void way_vm_write(char **arguments)
{
	char text[] = "ESCAPED\n";
	struct iovec local = {text, sizeof(text)};
	struct iovec remote = {(void *)number(arguments[1]), sizeof(text)};

	if (process_vm_writev(pid_of(arguments[0]), &local, 1, &remote, 1, 0) < 0)
		closed("process_vm_writev");
	escaped();
}

static void way_mem(char **arguments)
{
	char path[64], text[sizeof(secret)] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/mem", arguments[0]);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || pread(fd, text, sizeof(text) - 1, (off_t)number(arguments[1])) < 0)
		closed("%s", path);
	show_found(text, sizeof(text));
}

static void way_getfd(char **arguments)
{
	int pidfd = pidfd_open(pid_of(arguments[0]), 0), fd;

	if (pidfd < 0)
		closed("pidfd_open");
	fd = pidfd_getfd(pidfd, TWIN_FD, 0);
	if (fd < 0)
		closed("pidfd_getfd");
	show_or_close(fd, "secret");
}

static void way_setns(char **arguments)
{
	int pidfd = pidfd_open(pid_of(arguments[0]), 0);

	if (pidfd < 0)
		closed("pidfd_open");
	if (setns(pidfd, CLONE_NEWUSER | CLONE_NEWNS) < 0)
		closed("setns to a pidfd");
	show_or_close(AT_FDCWD, SECRET);
}

static void way_prlimit(char **arguments)
{
	struct rlimit limit;

	if (prlimit(pid_of(arguments[0]), RLIMIT_NOFILE, NULL, &limit) < 0 ||
	    prlimit(pid_of(arguments[0]), RLIMIT_NOFILE, &limit, NULL) < 0)
		closed("prlimit");
	escaped();
}

static void way_sigio(char **arguments)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		err(1, "socketpair");
	if (fcntl(pair[0], F_SETOWN, pid_of(arguments[0])) < 0 ||
	    fcntl(pair[0], F_SETSIG, SIGUSR1) < 0 || fcntl(pair[0], F_SETFL, O_ASYNC) < 0)
		closed("F_SETOWN");
	if (write(pair[1], "x", 1) != 1)
		closed("write");
}

/* --- sockets -----------------------------------------------------------------------------------
 */

/* NAME is a path, or @ and an abstract name. */
static socklen_t address_of(const char *name, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(name) >= sizeof(address->sun_path))
		errx(1, "%s is too long", name);
	memcpy(address->sun_path, name, strlen(name));
	if (name[0] == '@')
		address->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name) +
			   (name[0] != '@'));
}

static int bound_socket(const char *name, int type)
{
	struct sockaddr_un address;
	socklen_t length = address_of(name, &address);
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	if (name[0] != '@')
		unlink(name);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) < 0 ||
	    (type == SOCK_STREAM && listen(fd, 8) < 0))
		closed("%s", name);
	return fd;
}

static int connected_socket(const char *name, int type)
{
	struct sockaddr_un address;
	socklen_t length = address_of(name, &address);
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, length) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

union control {
	char bytes[CMSG_SPACE(2 * sizeof(int))];
	struct cmsghdr header;
};

/* Sends the secret's words, its directory and a pidfd of this process. */
static void hand_over(int socket, int pidfd)
{
	int fds[2] = {TWIN_FD, pidfd};
	union control control = {.header = {.cmsg_level = SOL_SOCKET,
					    .cmsg_type = SCM_RIGHTS,
					    .cmsg_len = CMSG_LEN(sizeof(fds))}};
	struct iovec text = {secret, strlen(secret)};
	struct msghdr message = {.msg_iov = &text,
				 .msg_iovlen = 1,
				 .msg_control = control.bytes,
				 .msg_controllen = sizeof(control.bytes)};

	memcpy(CMSG_DATA(&control.header), fds, sizeof(fds));
	sendmsg(socket, &message, MSG_NOSIGNAL);
}

/* What hand_over() sent. */
static void take(int socket, char *text, size_t size, int fds[2])
{
	union control control = {0};
	struct iovec buffer = {text, size - 1};
	struct msghdr message = {.msg_iov = &buffer,
				 .msg_iovlen = 1,
				 .msg_control = control.bytes,
				 .msg_controllen = sizeof(control.bytes)};
	struct cmsghdr *header;

	memset(text, 0, size);
	if (recvmsg(socket, &message, 0) <= 0)
		closed("recvmsg");
	header = CMSG_FIRSTHDR(&message);
	fds[0] = fds[1] = -1;
	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(fds, CMSG_DATA(header), 2 * sizeof(int));
}

static int connected_or_closed(const char *name, int type)
{
	int fd = connected_socket(name, type);

	if (fd < 0)
		closed("connect to %s", name);
	return fd;
}

/* Prints what is said at socket NAME, as text. */
static void way_connect(char **arguments)
{
	char text[sizeof(secret)];
	int fds[2];

	take(connected_or_closed(arguments[0], SOCK_STREAM), text, sizeof(text), fds);
	show_found(text, sizeof(text));
}

static void way_take_directory(char **arguments)
{
	char text[sizeof(secret)];
	int fds[2];

	take(connected_or_closed(arguments[0], SOCK_STREAM), text, sizeof(text), fds);
	if (fchdir(fds[0]) < 0)
		closed("fchdir to what was handed in");
	show_or_close(AT_FDCWD, "secret");
}

/* The other way round: the session listens, and the process outside comes. */
static void way_await_directory(char **arguments)
{
	int listener = bound_socket(arguments[0], SOCK_STREAM), fds[2];
	struct pollfd poll_listener = {listener, POLLIN, 0};
	char text[sizeof(secret)];

	chmod(arguments[0], 0666);
	if (poll(&poll_listener, 1, 10000) != 1)
		errx(0, "nobody came to %s", arguments[0]);
	take(accept(listener, NULL, NULL), text, sizeof(text), fds);
	unlink(arguments[0]);
	if (fchdir(fds[0]) < 0)
		closed("fchdir to what was handed in");
	show_or_close(AT_FDCWD, "secret");
}

static void way_take_pidfd(char **arguments)
{
	char text[sizeof(secret)];
	int fds[2];

	take(connected_or_closed(arguments[0], SOCK_STREAM), text, sizeof(text), fds);
	if (pidfd_send_signal(fds[1], SIGUSR1, NULL, 0) < 0)
		closed("pidfd_send_signal");
	escaped();
}

static void way_send(char **arguments)
{
	struct sockaddr_un address;
	socklen_t length = address_of(arguments[0], &address);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (sendto(fd, "x", 1, 0, (struct sockaddr *)&address, length) < 0)
		closed("sendto %s", arguments[0]);
}

/* --- the IPC of others -------------------------------------------------------------------------
 */

struct message {
	long type;
	char text[sizeof(secret)];
};

static void way_shm(char **arguments)
{
	int id = shmget(KEY, 0, 0);
	char *text = id < 0 ? NULL : shmat(id, NULL, SHM_RDONLY);

	(void)arguments;
	if (id < 0 || text == (char *)-1)
		closed("shmget");
	show_found(text, sizeof(secret));
}

static void way_msg(char **arguments)
{
	int id = msgget(KEY, 0);
	struct message message = {0};

	(void)arguments;
	if (id < 0 || msgrcv(id, &message, sizeof(message.text), 0, IPC_NOWAIT) < 0)
		closed("msgget");
	show_found(message.text, sizeof(message.text));
}

static void way_sem(char **arguments)
{
	struct sembuf operation = {0, 1, IPC_NOWAIT};
	int id = semget(KEY, 0, 0);

	(void)arguments;
	if (id < 0 || semop(id, &operation, 1) < 0)
		closed("semget");
	escaped();
}

static void way_mq(char **arguments)
{
	mqd_t queue = mq_open("/escape", O_RDONLY | O_NONBLOCK);
	char text[sizeof(secret)] = "";

	(void)arguments;
	if (queue < 0 || mq_receive(queue, text, sizeof(text), NULL) < 0)
		closed("mq_open");
	show_found(text, sizeof(text));
}

/*
 * The key named "escape" in the keyring of that number (keyctl(2)). It is read by who possesses it,
 * which is whoever has a session keyring that it is linked to.
 */
static void way_key(char **arguments)
{
	long ring = strtol(arguments[0], NULL, 0), key;
	char text[sizeof(secret)] = "";

	if (ring == KEY_SPEC_USER_KEYRING) {
		syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
		syscall(SYS_keyctl, KEYCTL_LINK, ring, KEY_SPEC_SESSION_KEYRING);
	}
	key = syscall(SYS_keyctl, KEYCTL_SEARCH, ring, "user", "escape", 0);
	if (key < 0)
		closed("KEYCTL_SEARCH");
	if (syscall(SYS_keyctl, KEYCTL_READ, key, text, sizeof(text) - 1) < 0)
		closed("KEYCTL_READ");
	show_found(text, sizeof(text));
}

/* Adds that key with the secret, to a new session keyring with "join". */
static void way_add_key(char **arguments)
{
	const char text[] = "ESCAPED";

	if (arguments[1] && syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0)
		err(1, "KEYCTL_JOIN_SESSION_KEYRING");
	if (syscall(SYS_add_key, "user", "escape", text, sizeof(text) - 1,
		    strtol(arguments[0], NULL, 0)) < 0)
		err(1, "add_key");
	/* The key is root's, and whoever possesses the keyring may read it. */
	if (arguments[1]) {
		execvp(arguments[1], arguments + 1);
		err(1, "%s", arguments[1]);
	}
}

/* unshare(2) as a program for 32 bits makes it: by another table of calls, and another number. */
static int unshare_32(unsigned long flags)
{
	long result = -ENOSYS;

#ifdef __x86_64__
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(310L), "b"(flags)
			 : "r8", "r9", "r10", "r11", "memory");
#endif
	errno = result < 0 ? (int)-result : 0;
	return result < 0 ? -1 : 0;
}

/* newuser unshare|unshare-32|clone|clone3 */
static void way_newuser(char **arguments)
{
	uint64_t clone3[8] = {CLONE_NEWUSER};
	pid_t pid = -1;

	clone3[4] = SIGCHLD;
	if (strcmp(arguments[0], "unshare") == 0)
		pid = unshare(CLONE_NEWUSER);
	else if (strcmp(arguments[0], "unshare-32") == 0)
		pid = unshare_32(CLONE_NEWUSER);
	else if (strcmp(arguments[0], "clone") == 0)
		pid = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
	else if (strcmp(arguments[0], "clone3") == 0)
		pid = (pid_t)syscall(SYS_clone3, clone3, sizeof(clone3));
	if (pid < 0)
		closed("%s", arguments[0]);
	if (pid > 0)
		_exit(0);
	escaped();
}

/* --- handles -----------------------------------------------------------------------------------
 */

struct handle {
	struct file_handle head;
	unsigned char bytes[128];
};

static int handle_of(int directory, const char *path, int flags, struct handle *handle)
{
	int ignored;

	*handle = (struct handle){.head.handle_bytes = sizeof(handle->bytes)};
	return name_to_handle_at(directory, path, &handle->head, &ignored, flags);
}

static void write_handle(const char *file, const struct handle *handle)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, handle, sizeof(*handle)) != sizeof(*handle))
		err(1, "%s", file);
	close(fd);
}

static void read_handle(const char *file, struct handle *handle)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, handle, sizeof(*handle)) != sizeof(*handle))
		closed("%s", file);
	close(fd);
}

/* save-handle PATH FILE */
static void way_save_handle(char **arguments)
{
	struct handle handle;
	int fd = open(arguments[0], O_RDONLY | O_CLOEXEC);

	if (fd < 0 || handle_of(fd, "", AT_EMPTY_PATH, &handle) < 0)
		err(1, "name_to_handle_at %s", arguments[0]);
	write_handle(arguments[1], &handle);
}

/* open-handle FILE PATH: a file of the host, by any descriptor of the same filesystem. */
static void way_open_handle(char **arguments)
{
	int mount = open(arguments[1], O_RDONLY | O_CLOEXEC), fd;
	struct handle handle;
	char text[64] = "";

	read_handle(arguments[0], &handle);
	fd = open_by_handle_at(mount, &handle.head, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		closed("open_by_handle_at");
	if (read(fd, text, sizeof(text) - 1) < 0)
		closed("read");
	show_found(text, sizeof(text));
}

static int open_namespace(const char *file)
{
	struct handle handle;
	int fd;

	read_handle(file, &handle);
	fd = open_by_handle_at(FD_NSFS_ROOT, &handle.head, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		closed("open_by_handle_at of %s", file);
	return fd;
}

/* join MOUNT-HANDLE [USER-HANDLE [0]]: enters namespaces by their handles; 0 tells setns() no type.
 */
static void way_join(char **arguments)
{
	int user = arguments[1] ? open_namespace(arguments[1]) : -1;
	int mount = open_namespace(arguments[0]);
	bool untyped = arguments[1] && arguments[2];

	if (user >= 0 && setns(user, untyped ? 0 : CLONE_NEWUSER) < 0)
		closed("setns to the user namespace");
	if (setns(mount, untyped ? 0 : CLONE_NEWNS) < 0)
		closed("setns to the mount namespace");
	show_or_close(AT_FDCWD, SECRET);
}

/* Enters the mount namespace FD, with its user namespace where that is not the process's own. */
static bool entered(int fd)
{
	int user = ioctl(fd, NS_GET_USERNS);

	if (setns(fd, CLONE_NEWNS) == 0)
		return true;
	return user >= 0 && setns(user, CLONE_NEWUSER) == 0 && setns(fd, CLONE_NEWNS) == 0;
}

/* From the session's own mount namespace to the next or the one before, by ioctl_nsfs(2). */
static void way_neighbours(char **arguments)
{
	static const unsigned long steps[] = {NS_MNT_GET_NEXT, NS_MNT_GET_PREV};
	struct mnt_ns_info info = {.size = sizeof(info)};
	int fd;

	(void)arguments;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		fd = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
		while ((fd = ioctl(fd, steps[i], &info)) >= 0)
			if (entered(fd) && show(AT_FDCWD, SECRET) == 0)
				return;
		warn("NS_MNT_GET_NEXT");
	}
}

/* The namespaces of a process by its pidfd, without /proc. */
static void way_namespace(char **arguments)
{
	int pidfd = pidfd_open(pid_of(arguments[0]), 0), fd;

	if (pidfd < 0)
		closed("pidfd_open");
	fd = ioctl(pidfd, PIDFD_GET_MNT_NAMESPACE, 0);
	if (fd < 0)
		closed("PIDFD_GET_MNT_NAMESPACE");
	if (!entered(fd))
		closed("setns");
	show_or_close(AT_FDCWD, SECRET);
}

/* A pidfd of the twin by its handle, and the twin's descriptor by that. */
static void way_pidfs(char **arguments)
{
	struct handle handle;
	int pidfd, fd;

	read_handle(arguments[0], &handle);
	pidfd = open_by_handle_at(FD_PIDFS_ROOT, &handle.head, O_CLOEXEC);
	if (pidfd < 0)
		closed("open_by_handle_at of a process");
	fd = pidfd_getfd(pidfd, TWIN_FD, 0);
	if (fd < 0)
		closed("pidfd_getfd");
	show_or_close(fd, "secret");
}

/* --- descriptors and roots ---------------------------------------------------------------------
 */

static const char *const ways_up[] = {
	"secret",
	"escapes/secret",
	"srv/escapes/secret",
	"../srv/escapes/secret",
	"../../srv/escapes/secret",
	"../../../srv/escapes/secret",
	"../../../../../../../../srv/escapes/secret",
};

/* Any descriptor that was inherited and leads to the host. */
static void way_descriptors(char **arguments)
{
	DIR *directory = opendir("/proc/self/fd");
	struct dirent *entry;
	char text[256];
	ssize_t length;
	int fd;

	(void)arguments;
	while (directory && (entry = readdir(directory))) {
		fd = atoi(entry->d_name);
		if (entry->d_name[0] == '.' || fd == dirfd(directory))
			continue;
		length = readlinkat(dirfd(directory), entry->d_name, text, sizeof(text) - 1);
		text[length < 0 ? 0 : length] = '\0';
		printf("fd %d %s\n", fd, text);
		for (size_t i = 0; i < sizeof(ways_up) / sizeof(*ways_up); i++)
			show(fd, ways_up[i]);
		if (strncmp(text, "mnt:", 4) == 0 && setns(fd, CLONE_NEWNS) == 0)
			show(AT_FDCWD, SECRET);
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
}

/* The classic: a second chroot, with the working directory left above it. */
static void way_chroot(char **arguments)
{
	if (mkdir(arguments[0], 0755) < 0 && errno != EEXIST)
		closed("mkdir");
	if (chroot(arguments[0]) < 0)
		closed("chroot");
	for (int i = 0; i < 100; i++)
		if (chdir("..") < 0)
			closed("chdir");
	if (chroot(".") < 0)
		closed("chroot");
	look_up();
}

/* fchdir FD: by a descriptor that was handed in. */
static void way_fchdir(char **arguments)
{
	if (fchdir(atoi(arguments[0])) < 0)
		closed("fchdir");
	look_up();
}

/* --- mounts ------------------------------------------------------------------------------------
 */

static void look_down(void)
{
	if (show(AT_FDCWD, SECRET) < 0)
		warn(SECRET);
}

/* Takes away the root as often as that works; setns() finds what is on top then. */
static void way_unmount_root(char **arguments)
{
	int own = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);

	(void)arguments;
	for (int i = 0; i < 100; i++) {
		if (umount2("/", MNT_DETACH) < 0) {
			warn("umount /");
			break;
		}
		if (setns(own, CLONE_NEWNS) < 0) {
			warn("setns");
			break;
		}
		look_down();
	}
	look_down();
}

/* Takes away every mount, from the last to the first, looking beneath each. */
static void way_unmount_all(char **arguments)
{
	FILE *list = fopen("/proc/self/mountinfo", "re");
	static char *targets[4096];
	unsigned n = 0, gone = 0;

	(void)arguments;
	while (list && n < 4096 && fscanf(list, "%*u %*u %*s %*s %ms%*[^\n]", &targets[n]) == 1)
		n++;
	while (n-- > 0)
		if (strcmp(targets[n], "/") != 0 && umount2(targets[n], MNT_DETACH) == 0) {
			gone++;
			show(AT_FDCWD, SECRET);
		}
	printf("unmounted %u\n", gone);
}

/* A copy of directory PATH without what covers it: as a namespace, or detached. */
static void copy_tree(char **arguments, unsigned flags)
{
	int fd = (int)syscall(SYS_open_tree, AT_FDCWD, arguments[0], flags | OPEN_TREE_CLOEXEC);

	if (fd < 0)
		closed("open_tree %s", arguments[0]);
	if (!(flags & OPEN_TREE_NAMESPACE)) {
		show_or_close(fd, arguments[1]);
		return;
	}
	if (setns(fd, CLONE_NEWNS) < 0)
		closed("setns to the copy");
	if (chdir("/") < 0)
		closed("chdir");
	show_or_close(AT_FDCWD, arguments[1]);
}

static void way_copy(char **arguments)
{
	copy_tree(arguments, OPEN_TREE_NAMESPACE);
}

static void way_clone(char **arguments)
{
	copy_tree(arguments, OPEN_TREE_CLONE);
}

/* --- others ------------------------------------------------------------------------------------
 */

static void way_type(char **arguments)
{
	for (const char *c = arguments[0]; *c; c++)
		if (ioctl(0, TIOCSTI, c) < 0)
			closed("TIOCSTI");
	if (ioctl(0, TIOCSTI, "\n") < 0)
		closed("TIOCSTI");
}

static void way_privilege(char **arguments)
{
	(void)arguments;
	if (geteuid() == 0)
		escaped();
	else
		printf("euid %u\n", (unsigned)geteuid());
}

/* Whether a file capability was given: CAP_DAC_OVERRIDE opens what is root's alone. */
static void way_read(char **arguments)
{
	show_or_close(AT_FDCWD, arguments[0]);
}

static void way_say(char **arguments)
{
	(void)arguments;
	escaped();
}

/* The mounts of a namespace that is named by its id (statmount(2), since Linux 6.11 for others). */
static void way_listmount(char **arguments)
{
	struct {
		uint32_t size;
		uint32_t spare;
		uint64_t mount, parameter, namespace;
	} request = {.size = sizeof(request),
		     .mount = UINT64_MAX, /* LSMT_ROOT */
		     .namespace = number(arguments[0])};
	uint64_t ids[16];
	long n = syscall(458, &request, ids, 16UL, 0UL);

	if (n <= 0)
		closed("listmount of namespace %s", arguments[0]);
	escaped();
}

/* Prints the id of the mount namespace PATH. */
static void way_namespace_id(char **arguments)
{
	int fd = open(arguments[0], O_RDONLY | O_CLOEXEC);
	struct mnt_ns_info info = {.size = sizeof(info)};

	if (fd < 0 || ioctl(fd, NS_MNT_GET_INFO, &info) < 0)
		err(1, "%s", arguments[0]);
	printf("%ju\n", (uintmax_t)info.mnt_ns_id);
}

/* --- the process outside -----------------------------------------------------------------------
 */

static char got_signal[256];

static void on_signal(int number_of)
{
	int fd = open(got_signal, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	(void)number_of;
	if (fd >= 0)
		close(fd);
}

static void twin_message_queues(void)
{
	struct mq_attr attributes = {.mq_maxmsg = 8, .mq_msgsize = sizeof(secret)};
	struct message message = {.type = 1};
	int id = msgget(KEY, IPC_CREAT | IPC_EXCL | 0600);
	mqd_t queue = mq_open("/escape", O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);

	memcpy(message.text, secret, sizeof(secret));
	/* Enough for every attempt of a run. */
	for (int i = 0; i < 4; i++) {
		if (id >= 0)
			msgsnd(id, &message, sizeof(message.text), IPC_NOWAIT);
		if (queue >= 0)
			mq_send(queue, secret, sizeof(secret), 0);
	}
	if (queue >= 0)
		mq_close(queue);
}

/* Whatever is not there, again and again: logind removes a user's with the last session
 * (RemoveIPC=). */
static void twin_ipc(void)
{
	int id = shmget(KEY, sizeof(secret), IPC_CREAT | IPC_EXCL | 0600);
	char *memory = id < 0 ? (char *)-1 : shmat(id, NULL, 0);

	if (memory != (char *)-1) {
		memcpy(memory, secret, sizeof(secret));
		shmdt(memory);
	}
	semget(KEY, 1, IPC_CREAT | 0600);
	twin_message_queues();
}

static void twin_files(const char *file)
{
	char name[256];
	struct handle handle;
	FILE *stream;
	int pidfd;

	snprintf(name, sizeof(name), "%s.mnt", file);
	if (handle_of(AT_FDCWD, "/proc/self/ns/mnt", AT_SYMLINK_FOLLOW, &handle) == 0)
		write_handle(name, &handle);
	snprintf(name, sizeof(name), "%s.user", file);
	if (handle_of(AT_FDCWD, "/proc/self/ns/user", AT_SYMLINK_FOLLOW, &handle) == 0)
		write_handle(name, &handle);
	snprintf(name, sizeof(name), "%s.pidfs", file);
	pidfd = pidfd_open(getpid(), 0);
	if (handle_of(pidfd, "", AT_EMPTY_PATH, &handle) == 0)
		write_handle(name, &handle);
	/* Last, and at once: who finds it may go on. */
	snprintf(name, sizeof(name), "%s.new", file);
	stream = fopen(name, "we");
	if (!stream)
		err(1, "%s", name);
	fprintf(stream, "pid=%d address=%p\n", getpid(), (void *)secret);
	if (fclose(stream) != 0 || rename(name, file) < 0)
		err(1, "%s", name);
}

static void twin_serve(struct pollfd *sockets, int pidfd, const char *got)
{
	char byte[16];
	int fd;

	for (int i = 0; i < 4; i++) {
		if (!(sockets[i].revents & POLLIN))
			continue;
		if (i < 2 && (fd = accept(sockets[i].fd, NULL, NULL)) >= 0) {
			hand_over(fd, pidfd);
			close(fd);
		} else if (i >= 2 && recv(sockets[i].fd, byte, sizeof(byte), 0) > 0) {
			fd = open(got, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
			close(fd);
		}
	}
}

static void twin_visit(const char *name, int pidfd)
{
	int fd = connected_socket(name, SOCK_STREAM);

	if (fd < 0)
		return;
	hand_over(fd, pidfd);
	close(fd);
}

/*
 * twin FILE: a process of the user's outside, in the secret's directory. It writes to FILE its
 * process id and the address of the secret in its memory, and to FILE.mnt, .user and .pidfs handles
 * of its namespaces and of itself. At @escape and FILE.sock it hands to who connects the secret,
 * its directory and a pidfd of itself; it visits @escape-in and FILE.in.sock with the same. A
 * message to @escape-message or FILE.message, and the signal SIGUSR1, it answers by making
 * FILE.got. With a second argument, it only waits.
 */
static void way_twin(char **arguments)
{
	const char *file = arguments[0];
	bool waits = arguments[1] && strcmp(arguments[1], "wait") == 0;
	char names[3][256];
	struct pollfd sockets[4];
	int pidfd = pidfd_open(getpid(), 0);
	int directory = open("/srv/escapes", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (directory < 0 || dup2(directory, TWIN_FD) < 0 || fchdir(TWIN_FD) < 0)
		err(1, "/srv/escapes");
	if (read(open("secret", O_RDONLY | O_CLOEXEC), secret, sizeof(secret) - 1) <= 0)
		err(1, SECRET);
	snprintf(got_signal, sizeof(got_signal), "%s.got", file);
	signal(SIGUSR1, on_signal);
	signal(SIGPIPE, SIG_IGN);
	snprintf(names[0], sizeof(names[0]), "%s.sock", file);
	snprintf(names[1], sizeof(names[1]), "%s.message", file);
	snprintf(names[2], sizeof(names[2]), "%s.in.sock", file);
	for (int i = 0; i < 4; i++)
		sockets[i] = (struct pollfd){-1, POLLIN, 0};
	if (!waits) {
		sockets[0].fd = bound_socket(names[0], SOCK_STREAM);
		sockets[2].fd = bound_socket(names[1], SOCK_DGRAM);
	}
	if (!arguments[1]) {
		sockets[1].fd = bound_socket("@escape", SOCK_STREAM);
		sockets[3].fd = bound_socket("@escape-message", SOCK_DGRAM);
	}
	twin_files(file);
	while (waits)
		pause();
	for (;;) {
		if (!arguments[1])
			twin_ipc();
		if (poll(sockets, 4, 200) > 0)
			twin_serve(sockets, pidfd, got_signal);
		twin_visit(names[2], pidfd);
		twin_visit("@escape-in", pidfd);
	}
}

static const struct {
	const char *name;
	void (*go)(char **arguments);
	int arguments; /* at least */
} ways[] = {
	{"add-key", way_add_key, 1},
	{"await-directory", way_await_directory, 1},
	{"chroot", way_chroot, 1},
	{"clone", way_clone, 2},
	{"connect", way_connect, 1},
	{"copy", way_copy, 2},
	{"descriptors", way_descriptors, 0},
	{"fchdir", way_fchdir, 1},
	{"getfd", way_getfd, 1},
	{"join", way_join, 1},
	{"key", way_key, 1},
	{"listmount", way_listmount, 1},
	{"mem", way_mem, 2},
	{"mq", way_mq, 0},
	{"msg", way_msg, 0},
	{"namespace", way_namespace, 1},
	{"neighbours", way_neighbours, 0},
	{"namespace-id", way_namespace_id, 1},
	{"newuser", way_newuser, 1},
	{"open-handle", way_open_handle, 2},
	{"pidfs", way_pidfs, 1},
	{"privilege", way_privilege, 0},
	{"prlimit", way_prlimit, 1},
	{"ptrace", way_ptrace, 1},
	{"read", way_read, 1},
	{"save-handle", way_save_handle, 2},
	{"say", way_say, 0},
	{"seize", way_seize, 1},
	{"sem", way_sem, 0},
	{"send", way_send, 1},
	{"setns", way_setns, 1},
	{"shm", way_shm, 0},
	{"sigio", way_sigio, 1},
	{"take-directory", way_take_directory, 1},
	{"take-pidfd", way_take_pidfd, 1},
	{"twin", way_twin, 1},
	{"type", way_type, 1},
	{"unmount-all", way_unmount_all, 0},
	{"unmount-root", way_unmount_root, 0},
	{"up", way_up, 0},
	{"vm-read", way_vm_read, 2},
	{"vm-write", way_vm_write, 2},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(ways) / sizeof(*ways); i++)
		if (strcmp(ways[i].name, argv[1]) == 0 && argc - 2 >= ways[i].arguments) {
			ways[i].go(argv + 2);
			return 0;
		}
	errx(1, "usage: way NAME [ARGUMENT]..., as in its source");
}
