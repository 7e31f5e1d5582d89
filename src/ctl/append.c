/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/append.h"

#include <event2/event.h>

#define WAIT_MS 10000

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
ctl_append(struct ctl *ctl, struct journal *journal, struct arena *arena,
	struct entry *entries, size_t count, struct err *e)
{
	struct appending a = { e, false, false };

	journal_append(journal, arena, entries, count, WAIT_MS, on_done, &a);
	while (!a.done)
		event_base_loop(ctl->base, EVLOOP_ONCE);
	return a.ok;
}
