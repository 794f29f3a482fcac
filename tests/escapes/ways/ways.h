/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The ways out that the escape catalogue (tests/escapes) tries: system calls, one way a name. Each
 * prints what it got hold of: the secret, whose text is "ESCAPED", or that word itself where the
 * way leads to no file. Otherwise it says which call failed, and how. A way may change its process
 * for good: each runs in a process of its own.
 */
#ifndef NSTREE_WAYS_H
#define NSTREE_WAYS_H

#include <err.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/types.h>

/* The host's file that no shipped tree shows, and any user may read where it is to be seen. */
#define SECRET_DIRECTORY "/var/tmp/escapes"
#define SECRET SECRET_DIRECTORY "/secret"
/* An empty directory that every tree has; a way that needs a mount point takes it. */
#define ASIDE "/dev"
/* The way program, opened before the session: what root plants in a tree. */
#define PROGRAM_FD 8
/* The twin's descriptor of the secret's directory. */
#define TWIN_FD 9

struct way {
	const char *name;
	void (*go)(char **arguments);
	int arguments; /* at least */
};
/* Each ends with a way that has no name. */
extern const struct way process_ways[], socket_ways[], ipc_ways[], handle_ways[], file_ways[],
	mount_ways[], kernel_ways[], network_ways[], netlink_ways[], outside_ways[];

/* Goes the way WORDS[0] with the arguments behind it; false where there is none of that name, or
 * too few. */
bool way_go(char **words);

/*
 * Reads ways from standard input, a line each with blanks between the words, until the line "end".
 * Goes each in a child, and prints the line "--" after what it printed.
 */
void way_serve(void);

/* A way that ends here is closed. */
#define closed(...)                                                                                \
	do {                                                                                       \
		warn(__VA_ARGS__);                                                                 \
		exit(0);                                                                           \
	} while (0)

void escaped(void);

/* Prints the file PATH beneath DIRECTORY; -1 with errno where it cannot be read. */
int show(int directory, const char *path);
/* The same, or the way ends. */
void show_or_close(int directory, const char *path);
void show_found(const char *data, size_t length);
/* Prints the secret, if it is to be seen from `/`. */
void look_down(void);

uintptr_t number(const char *text);
pid_t pid_of(const char *text);

#endif
