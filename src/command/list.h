/* SPDX-License-Identifier: BSD-3-Clause */
/* nstree list and nstree show: the live sessions, and the mounts of their namespaces. */
#ifndef NSTREE_LIST_H
#define NSTREE_LIST_H

#include <jansson.h>
#include <stdbool.h>

#include "error.h"
#include "live_sessions.h"

/*
 * Prints a line for each live session, the oldest first, as lsns(8) does, and with ALL for each on
 * the host's tree (host_sessions.h). With JSON an object with "sessions", an array of
 * list_session_json(), and with ALL "host": "source" and "sessions" with "user", "uid", "leader",
 * "since" and, where they are known, "service", "tty" and "from". Returns 0, or negative errno with
 * the reason.
 */
int list_sessions(bool all, bool json, bool color, struct error *error);

/*
 * Prints what is known of the sessions that WHICH names (live_sessions_select()), and the mounts of
 * their namespaces, each once, drawn as findmnt(8) draws them. With JSON an object with
 * "namespaces", an array of objects with "namespace", "method", "processes", "sessions" (as
 * list_sessions()) and "mounts": objects with "id", "parent", "target", "source", "fstype" and
 * "options". Returns as list_sessions().
 */
int list_show(const char *which, bool json, bool color, struct error *error);

/*
 * A session as JSON: "user", "uid", "service", "tree", "file", "conf" (null where there were no
 * rules), "isolate" (an array of words), "share" ("user" or "none"), "leader" (null where it has
 * ended), "since" (seconds since 1970), "mounts", "processes", "namespace", "method" and "policy".
 * The caller's to json_decref().
 */
json_t *list_session_json(const struct live_session *session);

/* The words of ISOLATE, a set of enum isolate, as a JSON array; the caller's to json_decref(). */
json_t *list_isolation_json(unsigned isolate);

#endif
