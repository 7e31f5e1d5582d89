/* SPDX-License-Identifier: Apache-2.0 */
/* Two groups beside each other, for people. */
#ifndef CTL_PAIRS_H
#define CTL_PAIRS_H

#include "ctl/command.h"
#include "likeness/explain.h"

/* The sides of a row of a query of pairs. */
struct explain_pair_sides ctl_pair(struct ctl_rows *rows, int row);
/* What likeness_explain says: a bar for each comparison. */
void ctl_print_pair(const json_t *likeness);

#endif
