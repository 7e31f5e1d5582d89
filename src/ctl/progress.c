/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "ctl/recount.h"
#include "io/now.h"

#define BAR 30

/* Seconds. */
static double
now(void)
{
	return (double)now_us() / 1e6;
}

static void
show(struct progress *p, bool terminal)
{
	double taken = p->shown - p->started;
	double rate = taken > 0 ? (double)p->done / taken : 0;
	double part = p->total ? (double)p->done / (double)p->total : 0;
	char bar[BAR + 1];

	if (!p->total || !terminal) {
		fprintf(stderr, "%s%s: %llu events, %.0f/s%s",
			terminal ? "\r" : "", p->what,
			(unsigned long long)p->done, rate,
			terminal ? "" : "\n");
		return;
	}
	for (int i = 0; i < BAR; i++)
		bar[i] = (double)i < part * BAR ? '#' : '.';
	bar[BAR] = '\0';
	fprintf(stderr, "\r%s [%s] %3.0f%% %.0f/s, %.0f s left ", p->what, bar,
		part * 100, rate,
		rate > 0 ? (double)(p->total - p->done) / rate : 0);
}

void
progress_start(struct progress *p, const struct ctl *ctl, const char *what,
	uint64_t total)
{
	*p = (struct progress){ .what = what,
		.total = total,
		.started = now(),
		.quiet = ctl->json };
	p->shown = p->started;
}

void
progress_add(struct progress *p, uint64_t done)
{
	bool terminal = isatty(STDERR_FILENO);

	p->done += done;
	if (p->total < p->done && p->total)
		p->total = p->done;
	if (p->quiet || now() - p->shown < (terminal ? 0.2 : 10))
		return;
	p->shown = now();
	show(p, terminal);
}

void
progress_end(struct progress *p)
{
	bool terminal = isatty(STDERR_FILENO);

	p->shown = now();
	if (p->quiet)
		return;
	show(p, terminal);
	if (terminal)
		fputc('\n', stderr);
}
