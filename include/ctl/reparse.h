/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the channels again over the kept bytes of every request, and puts what
 * they understand now in the place of what they understood then. For when a
 * channel has learnt something; a replay must follow.
 */
#ifndef CTL_REPARSE_H
#define CTL_REPARSE_H

#include <stdint.h>

#include "ctl/command.h"

struct reparsed {
	uint64_t requests;
	uint64_t refused; /* requests of which nothing is understood now, or
			   * whose source is gone: their events stay */
	uint64_t same, changed, added, removed; /* events */
};

/* epoch: of the resolver's lease, which the caller holds and this renews. Each
 * request is put right in one transaction. Events that were erased, or that
 * came without bytes, stay as they are. */
bool reparse(struct ctl *ctl, const char *epoch, struct reparsed *reparsed,
	struct err *e) MUST_CHECK;

#endif
