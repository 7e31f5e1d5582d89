/* SPDX-License-Identifier: Apache-2.0 */
/* What another policy, or model of likeness, would make of the whole journal;
 * changes nothing. */
#ifndef CTL_REHEARSE_H
#define CTL_REHEARSE_H

#include "core/difference.h"
#include "core/graph.h"
#include "core/policy.h"
#include "ctl/command.h"
#include "likeness/model.h"

/* Prints how many profiles would merge, split or stay, the largest changes and
 * a sample. diff: a file for all changes as NDJSON, or NULL. Gives an exit
 * code. model: NULL is the one in use. */
int rehearse(struct ctl *ctl, const struct policy *policy,
	const struct model *model, const char *diff);
/* What a whole graph makes of the groups that are stored now, as ctl's
 * connection sees them. numbers, by node: those of rows that are as they were;
 * NULL: nobody asks. */
bool rehearse_compare(struct ctl *ctl, const struct graph *whole,
	struct difference *difference, int64_t *numbers,
	struct err *e) MUST_CHECK;

#endif
