/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/append.h"

#include <event2/event.h>

struct appending {
	struct err *e;
	bool done, ok;
};

static void
on_done(const struct err *why, void *arg)
{
	struct appending *a = arg;

	a->done = true;
	a->ok = !why;
	if (why)
		*a->e = *why;
}

bool
ctl_append(struct ctl *ctl, struct journal *journal, struct entry *entries,
	size_t count, struct err *e)
{
	struct appending a = { e, false, false };

	/* Busy is an answer while a connection is on its way (db.h). */
	for (int tries = 0; tries < 8; tries++) {
		a.done = false;
		journal_append(journal, entries, count, on_done, &a);
		while (!a.done)
			event_base_loop(ctl->base, EVLOOP_ONCE);
		if (a.ok || e->code != ERR_BUSY)
			break;
	}
	return a.ok;
}
