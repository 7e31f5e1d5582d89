/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why identifiers are, or are not, one person's: told from a loaded graph by
 * the grouping itself, so that no second opinion can differ from the first.
 * Results are on the graph's arena. Each link has "touchpoints", the ids of
 * those that name both ends, whose events are the evidence.
 */
#ifndef CORE_EXPLAIN_H
#define CORE_EXPLAIN_H

#include <jansson.h>

#include "core/graph.h"

/*
 * What joined the profile of an identifier, in the order in which it counted:
 * {"profile", "joined":[link], "held":[link with "rule" and "text"]}; held are
 * the links that lead out of it and were refused. NULL where there is no such
 * identifier.
 */
json_t *explain_profile(struct graph *g, const struct id *id);
/*
 * {"same":true,"chain":[link]}, or {"same":false,"rule","text","links":[link]}:
 * the rule that keeps them apart and what would change it. NULL where one of
 * them is not there. Of an identifier that several had in turn, "first_seen"
 * and "until" tell whose is meant.
 */
json_t *explain_pair(
	struct graph *g, const struct id *from, const struct id *to);
/* All "touchpoints" of an explanation, each once, as an array literal of
 * PostgreSQL; on the arena. */
const char *explain_touchpoints(struct arena *a, const json_t *explanation);
/* Puts "events" in the place of "touchpoints": by_touchpoint has an array for
 * each. */
void explain_evidence(json_t *explanation, const json_t *by_touchpoint);

#endif
