/* SPDX-License-Identifier: Apache-2.0 */
/* Appends entries to the journal and waits for the verdicts. */
#ifndef CTL_APPEND_H
#define CTL_APPEND_H

#include "ctl/command.h"
#include "store/journal.h"

/* Of entries on the arena. Gives PostgreSQL some ten seconds to come back. */
bool ctl_append(struct ctl *ctl, struct journal *journal, struct arena *arena,
	struct entry *entries, size_t count, struct err *e) MUST_CHECK;

#endif
