/* SPDX-License-Identifier: BSD-3-Clause */
/* Who has logged in, from the logs that login programs keep. */
#ifndef NSTREE_LOGINLOG_H
#define NSTREE_LOGINLOG_H

/* Returns 0, or negative errno, which ends the reading. */
typedef int loginlog_function(const char *user, void *data);

/*
 * Calls FUNCTION(USER, DATA) for each user in lastlog(8)'s and wtmp(5)'s files and in the databases
 * of lastlog2(8) and wtmpdb(8), for which libsqlite3 is loaded; some more than once. USER may not
 * exist any more. *UNREAD is a database that cannot be read, a constant, or NULL. Returns 0, or
 * what FUNCTION returned.
 */
int loginlog_each(loginlog_function *function, void *data, const char **unread);

#endif
