/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What grouping costs without a store: components of so many identifiers each,
 * folded and grouped by core/graph.h, as a batch that touches them would be.
 * Prints a line for each size: identifiers a second, the best of several
 * turns, and the ratio to the first size.
 */
#include <stdio.h>
#include <time.h>

#include "../core/small.h"
#include "../core/world.h"

enum { IDENTIFIERS = 20000, TURNS = 3 };

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Chains of records, each tied to the next by one event: as many links as a
 * component of so many can do with, and no limit that would cut it. */
static struct graph *
components(struct arena *a, int size)
{
	struct policy *policy = policy_create(a);
	struct graph *g = graph_create(a, policy);

	for (int c = 0; c < IDENTIFIERS / size; c++) {
		struct arena *page = arena_create();
		const struct world *w;
		const char *lines = "";

		for (int i = 0; i + 1 < size; i++)
			lines = arena_printf(page,
				"%s1 a record:%d.%d record:%d.%d\n", lines, c,
				i, c, i + 1);
		w = world_of(a, policy, arena_printf(a, "%s", lines));
		for (size_t i = 0; i < w->count; i++)
			graph_tell(g, &w->events[i].placed.touchpoint,
				w->events[i].source, "bench",
				&w->events[i].placed.event, w->events[i].at,
				&w->events[i].told);
		arena_destroy(page);
	}
	return g;
}

static double
turn(int size)
{
	struct arena *a = arena_create();
	struct graph *g = components(a, size);
	double from = seconds(), took;

	small_finish(g);
	took = seconds() - from;
	arena_destroy(a);
	return (double)(IDENTIFIERS / size * size) / took;
}

int
main(void)
{
	static const int sizes[] = { 2, 10, 100, 1000 };
	double first = 0;

	for (int s = 0; s < 4; s++) {
		double best = 0;

		for (int i = 0; i < TURNS; i++) {
			double one = turn(sizes[s]);

			best = one > best ? one : best;
		}
		first = first > 0 ? first : best;
		printf("components of %4d identifiers  %8.0f identifiers/s"
		       "  %5.2f\n",
			sizes[s], best, best / first);
	}
	return 0;
}
