/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is in which group, for asking about many users: no group and no file is read twice. */
#ifndef NSTREE_MEMBERSHIP_H
#define NSTREE_MEMBERSHIP_H

#include "subject.h"

/*
 * A memory for struct subject: says what lookup_member() says without a time limit, of the groups
 * as they are when one is asked for first. Returns NULL where memory ran out; for
 * membership_free().
 */
struct subject_memory *membership_new(void);

/* Frees what membership_new() made; NULL is fine. */
void membership_free(struct subject_memory *memory);

#endif
