/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/pairs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"

#define BAR 14 /* characters of the longest: a bit each */

struct cell_of {
	struct ctl_rows *rows;
	int row;
};

static const char *
cell(void *arg, int column)
{
	const struct cell_of *at = arg;

	return ctl_value(at->rows, at->row, column);
}

struct explain_pair_sides
ctl_pair(struct ctl_rows *rows, int row)
{
	return explain_sides(cell, &(struct cell_of){ rows, row });
}

static const char *
member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static double
number(const json_t *object, const char *name)
{
	struct arena *a = arena_create();
	struct span text = json_member(a, object, name);
	double value = text.len ? strtod(span_text(a, text), NULL) : 0;

	arena_destroy(a);
	return value;
}

/* To the right what speaks for one person, to the left what speaks against. */
static void
print_bar(double weight)
{
	static const char full[] = "##############", empty[] = "              ";
	int n = (int)(weight < 0 ? -weight + 0.5 : weight + 0.5);

	n = n > BAR ? BAR : n;
	if (weight < 0)
		printf("%.*s%.*s|%s", BAR - n, empty, n, full, empty);
	else
		printf("%s|%.*s%.*s", empty, n, full, BAR - n, empty);
}

void
ctl_print_pair(const json_t *likeness)
{
	json_t *comparison;
	size_t i;

	printf("  likeness %.1f bits, joins at %.1f, for review from %.1f: "
	       "%s\n",
		number(likeness, "weight"), number(likeness, "join"),
		number(likeness, "review"), member(likeness, "text"));
	json_array_foreach(
		json_object_get(likeness, "comparisons"), i, comparison)
	{
		double weight = number(comparison, "weight");

		printf("    %-12s ", member(comparison, "comparison"));
		print_bar(weight);
		printf(" %+6.1f  %s: %s, %s\n", weight,
			member(comparison, "level"), member(comparison, "left"),
			member(comparison, "right"));
	}
	printf("    %-12s ", "household");
	print_bar(number(likeness, "household"));
	printf(" %+6.1f\n", number(likeness, "household"));
}
