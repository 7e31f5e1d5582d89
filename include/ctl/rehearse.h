/* SPDX-License-Identifier: Apache-2.0 */
/* What another policy would make of the whole journal; changes nothing. */
#ifndef CTL_REHEARSE_H
#define CTL_REHEARSE_H

#include "core/difference.h"
#include "core/graph.h"
#include "core/policy.h"
#include "ctl/command.h"

/* Prints how many profiles would merge, split or stay, the largest changes and
 * a sample. diff: a file for all changes as NDJSON, or NULL. Gives an exit
 * code. */
int rehearse(struct ctl *ctl, const struct policy *policy, const char *diff);
/* What a whole graph makes of the groups that are stored now, as ctl's
 * connection sees them. */
bool rehearse_compare(struct ctl *ctl, const struct graph *whole,
	struct difference *difference, struct err *e) MUST_CHECK;

#endif
