/* SPDX-License-Identifier: BSD-3-Clause */
/* Options of mount(8) that a session's tree cannot have, and what to write instead. */
#ifndef NSTREE_ROW_REFUSAL_H
#define NSTREE_ROW_REFUSAL_H

/* Why the option KEY is refused; NULL where it is not one of these. */
const char *row_refusal(const char *key);

#endif
