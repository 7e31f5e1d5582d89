/* SPDX-License-Identifier: Apache-2.0 */
/* What another policy would make of the whole journal; changes nothing. */
#ifndef CTL_REHEARSE_H
#define CTL_REHEARSE_H

#include "core/policy.h"
#include "ctl/command.h"

/* Prints how many profiles would merge, split or stay, the largest changes and
 * a sample. diff: a file for all changes as NDJSON, or NULL. Gives an exit
 * code. */
int rehearse(struct ctl *ctl, const struct policy *policy, const char *diff);

#endif
