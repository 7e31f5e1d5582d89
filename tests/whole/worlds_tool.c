/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worlds_tool COUNT: the random worlds of tests/core/world.h as CloudEvents,
 * for worlds_test.sh to send: one a line, "SOURCE<tab>JSON", in the order in
 * which they were told. No two worlds have anybody in common, so that together
 * they are one. What stewards say is left out: it names whom a profile has at
 * the time, so that there arrival is content.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../core/world.h"
#include "core/json.h"

/* Worlds begin in 2025 and go on for years; journals want no future. */
#define BACK (4 * 365 * CLOCK_DAY)

static void
add_value(json_t *data, const char *word, const char *kind, json_t *value)
{
	json_t *by_kind = json_object_get(data, word), *list;

	if (!by_kind) {
		by_kind = json_object();
		json_object_set_new(data, word, by_kind);
	}
	list = json_object_get(by_kind, kind);
	if (!list) {
		list = json_array();
		json_object_set_new(by_kind, kind, list);
	}
	json_array_append_new(list, value);
}

/* The word of its mapping. */
static const char *
word_of(const struct told *told, const struct named *n)
{
	for (size_t i = 0; i < told->handover_count; i++)
		if (!id_compare(&told->handovers[i].identifier, &n->id))
			return told->handovers[i].at ? "given_up"
						     : "taken_over";
	return assurance_word(n->assurance);
}

static json_t *
data_of(const struct told *told)
{
	json_t *data = json_object();

	for (size_t i = 0; i < told->identifier_count; i++) {
		const struct named *n = &told->identifiers[i];

		add_value(data, word_of(told, n), n->kind, json_text(n->value));
	}
	if (told->traits)
		json_object_update(data, (json_t *)told->traits);
	return data;
}

static void
print_world(const struct world *w)
{
	struct arena *a = arena_create();

	for (size_t i = 0; i < w->count; i++) {
		const struct happening *h = &w->events[i];
		char at[CLOCK_TEXT];
		const char *id = arena_printf(a, "%zu.%zu", w->place, i);
		json_t *event;

		if (h->told.decided)
			continue;
		event = json_own(a,
			json_pack("{s:s,s:s,s:s,s:s,s:s,s:o}", "specversion",
				"1.0", "id", id, "source", "/worlds", "type",
				"told", "time", clock_format(h->at - BACK, at),
				"data", data_of(&h->told)));
		printf("%s\t%s\n", h->source, json_write(a, event));
	}
	arena_destroy(a);
}

int
main(int argc, char **argv)
{
	size_t count = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 0;

	if (!count || count > 100) {
		fputs("worlds_tool: expected how many worlds, 1 to 100\n",
			stderr);
		return 2;
	}
	for (size_t i = 0; i < count; i++) {
		struct arena *a = arena_create();

		print_world(world_at(a, i + 1, i, policy_create(a)));
		arena_destroy(a);
	}
	return 0;
}
