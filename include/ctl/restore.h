/* SPDX-License-Identifier: Apache-2.0 */
/* Takes the lines of `unifyctl journal export` into the journal. */
#ifndef CTL_RESTORE_H
#define CTL_RESTORE_H

#include <stdint.h>

#include "ctl/command.h"

struct restored {
	uint64_t accepted, duplicate, conflict;
};

/* Line by line, in batches that are committed each; what is there already is a
 * duplicate, so a file can be taken again after an error. A line that is none
 * of an export, or that was made under another hash key, is the end, with its
 * number in e. path "-": standard input. */
bool restore_file(struct ctl *ctl, const char *path, struct restored *restored,
	struct err *e) MUST_CHECK;

#endif
