/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WEIGHT_MOST 14000 /* no comparison says more, without rarity */
#define RARITY_MOST 6000
#define JOIN 12000
#define SUPPORT 9000
#define REVIEW 8000
#define KIN 0
#define RELATIVES 500

const struct comparison_kind comparison_kinds[COMPARISONS] = {
	[COMPARE_GIVEN] = { "given_name",
		{ NULL, "same", "close", "near", "initial", "other" }, 1, false,
		5 },
	[COMPARE_FAMILY] = { "family_name",
		{ NULL, "same", "close", "near", "other" }, 1, true, 0 },
	[COMPARE_MIDDLE] = { "middle_name", { NULL, "same", "near", "other" },
		0, false, 0 },
	[COMPARE_SUFFIX] = { "suffix", { NULL, "same", "other" }, 0, false, 2 },
	[COMPARE_BIRTH] = { "birth_date",
		{ NULL, "same", "one_digit", "two_parts", "year", "other" }, 0,
		false, 5 },
	[COMPARE_GENDER] = { "gender", { NULL, "same", "other" }, 0, false, 0 },
	[COMPARE_PHONE] = { "phone", { NULL, "same", "near", "other" }, 1, true,
		0 },
	[COMPARE_EMAIL] = { "email",
		{ NULL, "same", "same_user", "near", "other" }, 1, true, 0 },
	[COMPARE_NUMBER] = { "number", { NULL, "same", "one_digit", "other" },
		0, false, 0 },
	[COMPARE_STREET] = { "street",
		{ NULL, "same", "close", "street", "other" }, 1, true, 0 },
	[COMPARE_PLACE] = { "place",
		{ NULL, "postcode_and_city", "postcode",
			"near_postcode_and_city", "city", "near", "other" },
		2, true, 0 },
	[COMPARE_BIRTH_PLACE] = { "birth_place",
		{ NULL, "same", "near", "other" }, 1, false, 0 },
	[COMPARE_OCCUPATION] = { "occupation",
		{ NULL, "same", "near", "other" }, 1, false, 0 },
	[COMPARE_EMPLOYER] = { "employer", { NULL, "same", "near", "other" }, 1,
		false, 0 },
	[COMPARE_DEVICE] = { "device", { NULL, "same" }, 0, true, 0 },
};

/* What is believed before anything was seen, in millionths: one person, two
 * strangers, two of one household (0: as strangers). */
static const struct level_shares shipped[COMPARISONS][LEVELS] = {
	[COMPARE_GIVEN] = { { 0, 0, 0 }, { 640000, 6000, 25000 },
		{ 170000, 8000, 12000 }, { 70000, 14000, 18000 },
		{ 40000, 15000, 25000 }, { 80000, 957000, 915000 } },
	[COMPARE_FAMILY] = { { 0, 0, 0 }, { 780000, 2000, 750000 },
		{ 110000, 3000, 80000 }, { 50000, 9000, 30000 },
		{ 60000, 986000, 140000 } },
	[COMPARE_MIDDLE] = { { 0, 0, 0 }, { 800000, 90000, 0 },
		{ 60000, 50000, 0 }, { 140000, 860000, 0 } },
	[COMPARE_SUFFIX] = { { 0, 0, 0 }, { 980000, 500000, 0 },
		{ 20000, 500000, 0 } },
	[COMPARE_BIRTH] = { { 0, 0, 0 }, { 820000, 100, 20000 },
		{ 80000, 1000, 2000 }, { 40000, 6000, 8000 },
		{ 30000, 50000, 60000 }, { 30000, 942900, 910000 } },
	[COMPARE_GENDER] = { { 0, 0, 0 }, { 970000, 500000, 0 },
		{ 30000, 500000, 0 } },
	[COMPARE_PHONE] = { { 0, 0, 0 }, { 600000, 50, 300000 },
		{ 50000, 100, 10000 }, { 350000, 999850, 690000 } },
	[COMPARE_EMAIL] = { { 0, 0, 0 }, { 550000, 20, 150000 },
		{ 80000, 100, 10000 }, { 50000, 500, 20000 },
		{ 320000, 999380, 820000 } },
	[COMPARE_NUMBER] = { { 0, 0, 0 }, { 850000, 10, 0 }, { 70000, 50, 0 },
		{ 80000, 999940, 0 } },
	[COMPARE_STREET] = { { 0, 0, 0 }, { 600000, 300, 800000 },
		{ 100000, 500, 80000 }, { 50000, 2000, 20000 },
		{ 250000, 997200, 100000 } },
	[COMPARE_PLACE] = { { 0, 0, 0 }, { 500000, 2000, 700000 },
		{ 100000, 1000, 100000 }, { 80000, 500, 50000 },
		{ 150000, 30000, 80000 }, { 50000, 16500, 20000 },
		{ 120000, 950000, 50000 } },
	[COMPARE_BIRTH_PLACE] = { { 0, 0, 0 }, { 700000, 20000, 0 },
		{ 150000, 30000, 0 }, { 150000, 950000, 0 } },
	[COMPARE_OCCUPATION] = { { 0, 0, 0 }, { 550000, 30000, 0 },
		{ 120000, 30000, 0 }, { 330000, 940000, 0 } },
	[COMPARE_EMPLOYER] = { { 0, 0, 0 }, { 550000, 5000, 0 },
		{ 100000, 10000, 0 }, { 350000, 985000, 0 } },
	[COMPARE_DEVICE] = { { 0, 0, 0 }, { 500000, 50000, 500000 } },
};

int
comparison_levels(enum comparison c)
{
	int n = 0;

	while (n + 1 < LEVELS && comparison_kinds[c].levels[n + 1])
		n++;
	return n;
}

static int
bits(int over, int under)
{
	double w = 1000 * log2(fmax(over, 1) / fmax(under, 1));

	return (int)lround(fmin(fmax(w, -WEIGHT_MOST), WEIGHT_MOST));
}

void
model_ready(struct model *m)
{
	for (int c = 0; c < COMPARISONS; c++) {
		double squares = 0;

		for (size_t i = 0; i < m->value_count[c]; i++)
			squares += (double)m->values[c][i].count *
				   m->values[c][i].count;
		m->usual[c] = squares / fmax(m->total[c], 1);
		for (int l = 1; l < LEVELS; l++) {
			const struct level_shares *s = &m->shares[c][l];

			m->weight[c][l] = s->u ? bits(s->m, s->u) : 0;
			m->kin_weight[c][l] =
				s->u && s->h ? bits(s->h, s->u) : 0;
		}
	}
}

struct model *
model_create(struct arena *a)
{
	struct model *m = arena_alloc(a, sizeof(*m));

	memcpy(m->shares, shipped, sizeof(shipped));
	m->join = JOIN;
	m->support = SUPPORT;
	m->review = REVIEW;
	m->kin = KIN;
	m->relatives = RELATIVES;
	model_ready(m);
	return m;
}

static int
compare_frequency(const void *left, const void *right)
{
	return strcmp(((const struct frequency *)left)->value,
		((const struct frequency *)right)->value);
}

/* log2 of the share that any two have, over the share of those that have this
 * one. */
int
model_rarity(const struct model *m, enum comparison c, const char *value)
{
	struct frequency key = { value, 0 };
	const struct frequency *found = NULL;
	double rarity;

	if (!m->value_count[c] || !value)
		return 0;
	found = bsearch(&key, m->values[c], m->value_count[c],
		sizeof(*m->values[c]), compare_frequency);
	rarity = 1000 * log2(m->usual[c] / (found ? fmax(found->count, 1) : 1));
	return (int)lround(fmin(fmax(rarity, -RARITY_MOST), RARITY_MOST));
}

json_t *
model_json(const struct model *m)
{
	json_t *all = json_object();

	for (int c = 0; c < COMPARISONS; c++) {
		const struct comparison_kind *kind = &comparison_kinds[c];
		json_t *levels = json_object(), *values = json_object();

		for (int l = 1; l <= comparison_levels(c); l++)
			json_object_set_new(levels, kind->levels[l],
				json_pack("[i,i,i]", m->shares[c][l].m,
					m->shares[c][l].u, m->shares[c][l].h));
		for (size_t i = 0; i < m->value_count[c]; i++)
			json_object_set_new(values, m->values[c][i].value,
				json_integer(m->values[c][i].count));
		json_object_set_new(all, kind->name,
			json_pack("{s:o,s:o,s:i}", "levels", levels, "values",
				values, "total", m->total[c]));
	}
	return json_pack("{s:i,s:i,s:i,s:i,s:i,s:o}", "join", m->join,
		"support", m->support, "review", m->review, "kin", m->kin,
		"relatives", m->relatives, "comparisons", all);
}

static bool
take_int(const json_t *json, const char *name, int *out, struct err *e)
{
	const json_t *value = json_object_get(json, name);

	if (!json_is_integer(value) ||
		llabs(json_integer_value(value)) > INT32_MAX)
		return fail(e, ERR_INPUT, "%s: want a whole number", name);
	*out = (int)json_integer_value(value);
	return true;
}

static bool
take_levels(struct model *m, int c, const json_t *levels, struct err *e)
{
	const struct comparison_kind *kind = &comparison_kinds[c];

	for (int l = 1; l <= comparison_levels(c); l++) {
		const json_t *three = json_object_get(levels, kind->levels[l]);
		int *out[] = { &m->shares[c][l].m, &m->shares[c][l].u,
			&m->shares[c][l].h };

		for (size_t i = 0; i < 3; i++) {
			const json_t *n = json_array_get(three, i);

			if (!json_is_integer(n) || json_integer_value(n) < 0 ||
				json_integer_value(n) > 1000000)
				return fail(e, ERR_INPUT,
					"%s.levels.%s: want three numbers of 0 "
					"to 1000000",
					kind->name, kind->levels[l]);
			*out[i] = (int)json_integer_value(n);
		}
	}
	return true;
}

/* Sorted by value, as json_object_foreach need not be. */
static void
take_values(struct arena *a, struct model *m, int c, json_t *values)
{
	size_t n = 0;
	const char *value;
	json_t *count;

	m->values[c] = arena_array(
		a, json_object_size(values) + 1, sizeof(**m->values));
	json_object_foreach(values, value, count)
	{
		if (json_is_integer(count))
			m->values[c][n++] = (struct frequency){
				span_text(a, span_of(value)),
				(int)json_integer_value(count)
			};
	}
	qsort(m->values[c], n, sizeof(**m->values), compare_frequency);
	m->value_count[c] = n;
}

struct model *
model_parse(struct arena *a, const json_t *json, struct err *e)
{
	struct model *m = arena_alloc(a, sizeof(*m));
	const json_t *all = json_object_get(json, "comparisons");

	if (!take_int(json, "join", &m->join, e) ||
		!take_int(json, "support", &m->support, e) ||
		!take_int(json, "review", &m->review, e) ||
		!take_int(json, "kin", &m->kin, e))
		return NULL;
	m->relatives = RELATIVES_TRAINED;
	if (json_object_get(json, "relatives") &&
		!take_int(json, "relatives", &m->relatives, e))
		return NULL;
	for (int c = 0; c < COMPARISONS; c++) {
		const json_t *of =
			json_object_get(all, comparison_kinds[c].name);

		if (!take_levels(m, c, json_object_get(of, "levels"), e) ||
			!take_int(of, "total", &m->total[c], e))
			return NULL;
		take_values(a, m, c, json_object_get(of, "values"));
	}
	model_ready(m);
	return m;
}
