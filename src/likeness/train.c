/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "likeness/block.h"
#include "likeness/weigh.h"
#include "likeness/whole.h"

#define MILLION 1000000
#define SAMPLE 2000000	   /* pairs on which u is counted */
#define SAMPLE_BELIEF 2000 /* pairs that the shipped u counts as */
#define BELIEF 30	   /* and the shipped m, of pairs that are one */
#define BELIEF_SHARE 0.1   /* and, beside those, a share of all that are */
#define ROUNDS 60
/* Of one person's pairs that have other given names, or birth dates. */
#define OTHER_GIVEN 0.06
#define OTHER_BIRTH 0.10
#define LEAST_PAIRS 20 /* of a class that it takes to believe in it */
#define NO_HOUSEHOLDS (-30000)
/* The mean of several pairs is lower than the best of them, which alone would
 * have been enough; a little less than that is for people to look at. */
#define SUPPORT 3000
#define REVIEW 4000
#define VALUES_MOST 20000

/* A pattern of levels, and how many pairs show it. */
struct pattern {
	uint64_t levels; /* 3 bits each */
	int64_t count;
};

struct histogram {
	struct pattern *slots;
	size_t cap, count;
};

struct shares {
	double m, u, h;
};

struct training {
	struct arena *arena;
	const struct portrait *portraits;
	size_t count;
	const struct model *prior;
	struct shares now[COMPARISONS][LEVELS];
	double weight[COMPARISONS]; /* of the sessions that taught it */
	double kin_weight[COMPARISONS];
	double sum_m[COMPARISONS][LEVELS], sum_h[COMPARISONS][LEVELS];
	double kin; /* households for one person, the most of any session */
};

static uint64_t
pack(const struct likeness *l)
{
	uint64_t levels = 0;

	for (int c = 0; c < COMPARISONS; c++)
		levels |= (uint64_t)l->level[c] << (3 * c);
	return levels;
}

static int
level_of(uint64_t levels, int c)
{
	return (int)(levels >> (3 * c) & 7);
}

static size_t
slot_of(const struct histogram *h, uint64_t levels)
{
	size_t at = (levels * 0x9e3779b97f4a7c15u >> 20) & (h->cap - 1);

	while (h->slots[at].count && h->slots[at].levels != levels)
		at = (at + 1) & (h->cap - 1);
	return at;
}

static void
count_pattern(struct arena *a, struct histogram *h, uint64_t levels)
{
	size_t at;

	if (h->count * 2 >= h->cap) {
		struct histogram more = { NULL, h->cap ? h->cap * 2 : 1024,
			h->count };

		more.slots = arena_array(a, more.cap, sizeof(*more.slots));
		for (size_t i = 0; i < h->cap; i++)
			if (h->slots[i].count)
				more.slots[slot_of(&more, h->slots[i].levels)] =
					h->slots[i];
		*h = more;
	}
	at = slot_of(h, levels);
	h->count += !h->slots[at].count;
	h->slots[at].levels = levels;
	h->slots[at].count++;
}

static int
compare_pattern(const void *left, const void *right)
{
	const struct pattern *a = left, *b = right;

	return (a->levels > b->levels) - (a->levels < b->levels);
}

/* Packed and sorted: sums are then made in one order. */
static void
settle(struct histogram *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->cap; i++)
		if (h->slots[i].count)
			h->slots[n++] = h->slots[i];
	if (n)
		qsort(h->slots, n, sizeof(*h->slots), compare_pattern);
	h->count = n;
}

static void
note_pair(struct training *t, struct histogram *h, size_t a, size_t b)
{
	struct likeness l;

	likeness_compare(&t->portraits[a], &t->portraits[b], &l);
	count_pattern(t->arena, h, pack(&l));
}

/* How often strangers show each level. All pairs where there are few. */
static void
learn_strangers(struct training *t)
{
	struct histogram h = { NULL, 0, 0 };
	uint64_t n = t->count, pairs = n * (n - 1) / 2, state = 1;
	double seen[COMPARISONS][LEVELS] = { { 0 } };

	if (pairs <= SAMPLE) {
		for (size_t i = 0; i < n; i++)
			for (size_t k = i + 1; k < n; k++)
				note_pair(t, &h, i, k);
	} else {
		for (size_t i = 0; i < SAMPLE; i++) {
			size_t x, y;

			state = state * 6364136223846793005u +
				1442695040888963407u;
			x = (state >> 33) % n;
			state = state * 6364136223846793005u +
				1442695040888963407u;
			y = (state >> 33) % n;
			if (x != y)
				note_pair(t, &h, x, y);
		}
	}
	settle(&h);
	for (size_t i = 0; i < h.count; i++)
		for (int c = 0; c < COMPARISONS; c++)
			seen[c][level_of(h.slots[i].levels, c)] +=
				(double)h.slots[i].count;
	for (int c = 0; c < COMPARISONS; c++) {
		double all = 0;

		for (int l = 1; l < LEVELS; l++)
			all += seen[c][l];
		for (int l = 1; l < LEVELS; l++) {
			double belief =
				(double)t->prior->shares[c][l].u / MILLION;

			t->now[c][l].u = (seen[c][l] + SAMPLE_BELIEF * belief) /
					 (all + SAMPLE_BELIEF);
		}
	}
}

/* What a session believes, of the comparisons that it is free to learn. */
struct session {
	bool free[COMPARISONS], household;
	struct shares now[COMPARISONS][LEVELS];
	double pi_m, pi_h, pi_n;
	double m, h; /* pairs of the classes */
};

/* People keep their given names and birth dates: a class in which many pairs
 * have others is not that of one person, whatever else it shares. */
static void
anchor(struct shares *shares, enum comparison c, double most)
{
	int other = comparison_levels(c);
	double rest = 1 - shares[other].m;

	if (shares[other].m <= most)
		return;
	for (int l = 1; l < other; l++)
		shares[l].m *= (1 - most) / rest;
	shares[other].m = most;
}

/* One round: what each class would have shown. */
static void
learn_round(const struct training *t, struct session *s,
	const struct histogram *hist)
{
	double m[COMPARISONS][LEVELS] = { { 0 } };
	double h[COMPARISONS][LEVELS] = { { 0 } };
	double all = 0;

	s->m = s->h = 0;
	for (size_t i = 0; i < hist->count; i++) {
		uint64_t levels = hist->slots[i].levels;
		double n = (double)hist->slots[i].count, sum;
		double pm = s->pi_m, ph = s->pi_h, pn = s->pi_n;

		for (int c = 0; c < COMPARISONS; c++) {
			int l = level_of(levels, c);

			if (!l || !s->free[c])
				continue;
			pm *= s->now[c][l].m;
			ph *= s->now[c][l].h;
			pn *= s->now[c][l].u;
		}
		sum = pm + ph + pn;
		if (sum <= 0)
			continue;
		all += n;
		s->m += n * pm / sum;
		s->h += n * ph / sum;
		for (int c = 0; c < COMPARISONS; c++) {
			int l = level_of(levels, c);

			m[c][l] += n * pm / sum;
			h[c][l] += n * ph / sum;
		}
	}
	for (int c = 0; c < COMPARISONS; c++) {
		double belief = BELIEF + BELIEF_SHARE * s->m;
		double all_m = belief, all_h = belief;

		for (int l = 1; l < LEVELS; l++) {
			all_m += m[c][l];
			all_h += h[c][l];
		}
		for (int l = 1; l < LEVELS && s->free[c]; l++) {
			const struct level_shares *b = &t->prior->shares[c][l];

			s->now[c][l].m =
				(m[c][l] + belief * b->m / 1e6) / all_m;
			if (comparison_kinds[c].household)
				s->now[c][l].h =
					(h[c][l] + belief * b->h / 1e6) / all_h;
		}
	}
	anchor(s->now[COMPARE_GIVEN], COMPARE_GIVEN, OTHER_GIVEN);
	anchor(s->now[COMPARE_BIRTH], COMPARE_BIRTH, OTHER_BIRTH);
	s->pi_m = (s->m + 1) / (all + 3);
	s->pi_h = s->household ? (s->h + 1) / (all + 3) : 0;
	s->pi_n = 1 - s->pi_m - s->pi_h;
}

static void
start_session(const struct training *t, struct session *s, int type)
{
	s->household = block_is_household(type);
	s->pi_m = 0.3;
	s->pi_h = s->household ? 0.3 : 0;
	s->pi_n = 1 - s->pi_m - s->pi_h;
	for (int c = 0; c < COMPARISONS; c++) {
		s->free[c] = !block_holds(type, c);
		for (int l = 1; l < LEVELS; l++) {
			const struct level_shares *b = &t->prior->shares[c][l];

			s->now[c][l].m = b->m / 1e6;
			s->now[c][l].u = t->now[c][l].u;
			s->now[c][l].h = b->h ? b->h / 1e6 : t->now[c][l].u;
		}
	}
}

/* How many comparisons it can learn of: with fewer than three, classes cannot
 * be told apart. */
static int
free_comparisons(const struct session *s, const struct histogram *h)
{
	double all = 0, seen[COMPARISONS] = { 0 };
	int count = 0;

	for (size_t i = 0; i < h->count; i++) {
		all += (double)h->slots[i].count;
		for (int c = 0; c < COMPARISONS; c++)
			if (level_of(h->slots[i].levels, c))
				seen[c] += (double)h->slots[i].count;
	}
	for (int c = 0; c < COMPARISONS; c++)
		count += s->free[c] && seen[c] >= all / 5;
	return count;
}

static void
learn_session(struct training *t, int type)
{
	struct histogram h = { NULL, 0, 0 };
	struct session s = { 0 };
	struct pair *pairs;
	size_t n = whole_pairs(t->arena, t->portraits, t->count, type, &pairs);
	double weight;

	if (n < LEAST_PAIRS)
		return;
	for (size_t i = 0; i < n; i++)
		note_pair(t, &h, pairs[i].a, pairs[i].b);
	settle(&h);
	start_session(t, &s, type);
	if (free_comparisons(&s, &h) < 3)
		return;
	for (int i = 0; i < ROUNDS; i++)
		learn_round(t, &s, &h);
	if (s.m < LEAST_PAIRS)
		return;
	weight = fmin(s.m, 10000);
	for (int c = 0; c < COMPARISONS; c++) {
		if (!s.free[c])
			continue;
		t->weight[c] += weight;
		for (int l = 1; l < LEVELS; l++)
			t->sum_m[c][l] += weight * s.now[c][l].m;
		if (!s.household || s.h < LEAST_PAIRS)
			continue;
		t->kin_weight[c] += fmin(s.h, 10000);
		for (int l = 1; l < LEVELS; l++)
			t->sum_h[c][l] += fmin(s.h, 10000) * s.now[c][l].h;
	}
	if (s.household && s.h >= LEAST_PAIRS)
		t->kin = fmax(t->kin, s.h / s.m);
}

static int
compare_text(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int
compare_count(const void *left, const void *right)
{
	const struct frequency *a = left, *b = right;

	return a->count != b->count ? b->count - a->count
				    : strcmp(a->value, b->value);
}

static int
compare_value(const void *left, const void *right)
{
	return strcmp(((const struct frequency *)left)->value,
		((const struct frequency *)right)->value);
}

/* Where a comparison finds its values. */
static const struct {
	enum comparison c;
	enum field field;
	int part;
} valued[] = {
	{ COMPARE_GIVEN, FIELD_NAME, NAME_GIVEN },
	{ COMPARE_FAMILY, FIELD_NAME, NAME_FAMILY },
	{ COMPARE_STREET, FIELD_ADDRESS, ADDRESS_STREET },
	{ COMPARE_PLACE, FIELD_ADDRESS, ADDRESS_POSTCODE },
	{ COMPARE_BIRTH_PLACE, FIELD_BIRTH_PLACE, 0 },
	{ COMPARE_OCCUPATION, FIELD_OCCUPATION, 0 },
	{ COMPARE_EMPLOYER, FIELD_EMPLOYER, 0 },
	{ COMPARE_PHONE, FIELD_PHONE, 0 },
	{ COMPARE_EMAIL, FIELD_EMAIL, 0 },
};

/* How often each value is seen; those seen once are rare without being told. */
static void
count_values(struct training *t, struct model *m, size_t which)
{
	enum comparison c = valued[which].c;
	const char **all = NULL;
	size_t n = 0, cap = 0, kept = 0, room = 0;

	for (size_t i = 0; i < t->count; i++) {
		const struct portrait *p = &t->portraits[i];

		for (size_t k = p->from[valued[which].field];
			k < p->from[valued[which].field + 1]; k++) {
			const char *value =
				p->looks[k].parts[valued[which].part];

			if (!*value)
				continue;
			all = arena_grow(t->arena, all, n, &cap, sizeof(*all));
			all[n++] = value;
		}
	}
	if (n)
		qsort(all, n, sizeof(*all), compare_text);
	m->total[c] = (int)n;
	for (size_t i = 0, next; i < n; i = next) {
		for (next = i; next < n && !strcmp(all[next], all[i]); next++)
			;
		if (next - i < 2)
			continue;
		m->values[c] = arena_grow(t->arena, m->values[c], kept, &room,
			sizeof(**m->values));
		m->values[c][kept++] =
			(struct frequency){ all[i], (int)(next - i) };
	}
	if (kept)
		qsort(m->values[c], kept, sizeof(**m->values), compare_count);
	if (kept > VALUES_MOST)
		kept = VALUES_MOST;
	if (kept)
		qsort(m->values[c], kept, sizeof(**m->values), compare_value);
	m->value_count[c] = kept;
}

static int
millionths(double share)
{
	return (int)lround(fmin(fmax(share, 1e-6), 1) * MILLION);
}

static void
take_shares(const struct training *t, struct model *m)
{
	for (int c = 0; c < COMPARISONS; c++) {
		for (int l = 1; l < LEVELS; l++) {
			struct level_shares *s = &m->shares[c][l];

			if (!s->u)
				continue;
			s->u = millionths(t->now[c][l].u);
			if (t->weight[c] > 0)
				s->m = millionths(
					t->sum_m[c][l] / t->weight[c]);
			if (comparison_kinds[c].household &&
				t->kin_weight[c] > 0)
				s->h = millionths(
					t->sum_h[c][l] / t->kin_weight[c]);
		}
	}
}

/* Where it is as likely as not that two are one: what is in the balance are all
 * pairs, and those that are one are counted by the weights themselves. */
static int
break_even(struct training *t, const struct model *m)
{
	struct pair *pairs;
	size_t n = whole_pairs(
		t->arena, t->portraits, t->count, WHOLE_ALL, &pairs);
	double all = (double)t->count * (double)(t->count - 1) / 2;
	double bits = log2(all), one;
	int *weights = arena_array(t->arena, n + 1, sizeof(*weights));

	for (size_t i = 0; i < n; i++)
		weights[i] = likeness_weight(m, &t->portraits[pairs[i].a],
			&t->portraits[pairs[i].b]);
	for (int round = 0; round < ROUNDS; round++) {
		one = 1;
		for (size_t i = 0; i < n; i++)
			one += 1 / (1 + exp2(bits - weights[i] / 1000.0));
		bits = log2(all / one);
	}
	return (int)lround(1000 * bits);
}

struct model *
model_train(struct arena *a, const struct portrait *portraits, size_t count)
{
	struct model *m = model_create(a);
	struct training t = { .arena = a,
		.portraits = portraits,
		.count = count,
		.prior = model_create(a) };

	if (count < 2)
		return m;
	learn_strangers(&t);
	for (int type = 0; type < BLOCK_TYPES; type++)
		learn_session(&t, type);
	take_shares(&t, m);
	if (t.kin > 0)
		m->kin = (int)lround(
			1000 * log2(fmin(fmax(t.kin, 1.0 / 64), 64)));
	else
		m->kin = NO_HOUSEHOLDS;
	for (size_t i = 0; i < sizeof(valued) / sizeof(*valued); i++)
		count_values(&t, m, i);
	model_ready(m);
	m->relatives = RELATIVES_TRAINED;
	m->join = break_even(&t, m);
	m->support = m->join - SUPPORT;
	m->review = m->join - REVIEW;
	return m;
}
