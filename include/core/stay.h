/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stay is a run of events of one touchpoint without a silence longer than
 * the policy's, and without an instant at which one of its identifiers was
 * given up. The stays of a touchpoint are a function of the times of its events
 * and of those instants: any order and any batches give the same.
 */
#ifndef CORE_STAY_H
#define CORE_STAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "core/event.h"
#include "core/names.h"

struct stay {
	int number; /* a key within the touchpoint; tells nothing */
	int64_t first, last;
	int64_t events;
	/* Best yet, beside the touchpoint's identifiers. */
	enum assurance assurance[EVENT_CLAIMS];
	struct called called;
	/* What an add has done, for who writes it down. */
	bool changed; /* counters or more */
	bool moved;   /* evidence: new, an earlier first, more assurance,
		       * another name */
	bool renamed; /* a name that was there is another now */
	bool longer;  /* a later last */
	int into;     /* joined to the stay of this number; 0: it stands */
};

struct stays {
	struct stay *items; /* those joined away stay in the list, with into */
	size_t count, cap;
};

/* Instants: what happens at one or later is parted from what was before. */
struct cuts {
	int64_t *at;
	size_t count, cap;
};

/* Whether one of them is after the first instant, up to the second. */
bool cuts_between(const struct cuts *cuts, int64_t first, int64_t second);
/* Room for one more: most touchpoints have only one. */
void stays_room(struct arena *a, struct stays *stays);
/* Adds one event; gives the number of the stay that has it now. assurance
 * has width entries, one for each identifier of the touchpoint; called may be
 * NULL. No stay that is there has a cut in it. */
int stays_add(struct arena *a, struct stays *stays, int64_t silence,
	const struct cuts *cuts, int64_t at, const enum assurance *assurance,
	size_t width, const struct called *called);
/* The number under which a stay's rows are kept now, after joins. */
int stays_standing(const struct stays *stays, int number);

#endif
