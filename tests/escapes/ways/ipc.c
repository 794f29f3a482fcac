/* SPDX-License-Identifier: BSD-3-Clause */
/* The IPC and the keys of others, and what a twin outside keeps there. */
#include "ipc.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <mqueue.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ways.h"

#define KEY 0x65736361
#define TEXT_SIZE 64

struct message {
	long type;
	char text[TEXT_SIZE];
};

static void way_shm(char **arguments)
{
	int id = shmget(KEY, 0, 0);
	char *text = id < 0 ? NULL : shmat(id, NULL, SHM_RDONLY);

	(void)arguments;
	if (id < 0 || text == (char *)-1)
		closed("shmget");
	show_found(text, TEXT_SIZE);
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

static void receive(mqd_t queue)
{
	char text[TEXT_SIZE] = "";

	if (queue < 0 || mq_receive(queue, text, sizeof(text), NULL) < 0)
		closed("mq_receive");
	show_found(text, sizeof(text));
}

static void way_mq(char **arguments)
{
	(void)arguments;
	receive(mq_open("/escape", O_RDONLY | O_NONBLOCK));
}

/* The same by its file: which namespace's queues a mount of mqueue shows is the mount's. */
static void way_mq_file(char **arguments)
{
	(void)arguments;
	receive(open("/dev/mqueue/escape", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
}

/*
 * The key named after the keyring of that number (keyctl(2)), in it. It is read by who possesses
 * it, which is whoever has a session keyring that it is linked to.
 */
static void way_key(char **arguments)
{
	long ring = strtol(arguments[0], NULL, 0), key;
	char text[TEXT_SIZE] = "";

	if (ring == KEY_SPEC_USER_KEYRING) {
		syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
		syscall(SYS_keyctl, KEYCTL_LINK, ring, KEY_SPEC_SESSION_KEYRING);
	}
	key = syscall(SYS_keyctl, KEYCTL_SEARCH, ring, "user", arguments[0], 0);
	if (key < 0)
		closed("KEYCTL_SEARCH");
	if (syscall(SYS_keyctl, KEYCTL_READ, key, text, sizeof(text) - 1) < 0)
		closed("KEYCTL_READ");
	show_found(text, sizeof(text));
}

/* Adds that key with the secret; with a command to a new session keyring, for the command. */
static void way_add_key(char **arguments)
{
	const char text[] = "ESCAPED";

	if (arguments[1] && syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0)
		err(1, "KEYCTL_JOIN_SESSION_KEYRING");
	if (syscall(SYS_add_key, "user", arguments[0], text, sizeof(text) - 1,
		    strtol(arguments[0], NULL, 0)) < 0)
		err(1, "add_key");
	/* The key is root's, and whoever possesses the keyring may read it. */
	if (arguments[1]) {
		execvp(arguments[1], arguments + 1);
		err(1, "%s", arguments[1]);
	}
}

const struct way ipc_ways[] = {
	{"add-key", way_add_key, 1}, {"key", way_key, 1},
	{"mq", way_mq, 0},	     {"mq-file", way_mq_file, 0},
	{"msg", way_msg, 0},	     {"sem", way_sem, 0},
	{"shm", way_shm, 0},	     {0},
};

/* A reader takes a message away: there is always another. */
static void hold_messages(const char *secret)
{
	struct mq_attr attributes = {.mq_maxmsg = 8, .mq_msgsize = TEXT_SIZE};
	struct message message = {.type = 1};
	int id = msgget(KEY, IPC_CREAT | 0600);
	mqd_t queue = mq_open("/escape", O_RDWR | O_CREAT | O_NONBLOCK, 0600, &attributes);
	struct msqid_ds status;
	struct mq_attr now;

	strncpy(message.text, secret, sizeof(message.text) - 1);
	if (id >= 0 && msgctl(id, IPC_STAT, &status) == 0 && status.msg_qnum < 4)
		msgsnd(id, &message, sizeof(message.text), IPC_NOWAIT);
	if (queue >= 0 && mq_getattr(queue, &now) == 0 && now.mq_curmsgs < 4)
		mq_send(queue, message.text, sizeof(message.text), 0);
	if (queue >= 0)
		mq_close(queue);
}

void ipc_hold(const char *secret)
{
	int id = shmget(KEY, TEXT_SIZE, IPC_CREAT | IPC_EXCL | 0600);
	char *memory = id < 0 ? (char *)-1 : shmat(id, NULL, 0);

	if (memory != (char *)-1) {
		strncpy(memory, secret, TEXT_SIZE - 1);
		shmdt(memory);
	}
	semget(KEY, 1, IPC_CREAT | 0600);
	hold_messages(secret);
}
