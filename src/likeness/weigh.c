/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness/weigh.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GIVEN_CLOSE 2	    /* the level */
#define GENERATION_LEAST 15 /* years */
#define GENERATION_MOST 60

static int
year_of(const char *date)
{
	return (int)(strtol(date, NULL, 10) / (strlen(date) > 4 ? 10000 : 1));
}

/* log2(1 + 2^x), all in millibits. */
static int
add_one(int x)
{
	if (x > 40000)
		return x;
	return (int)lround(1000 * log2(1 + exp2(x / 1000.0)));
}

bool
likeness_opposes(const struct likeness *l, enum comparison c)
{
	return l->level[c] && l->level[c] == comparison_kinds[c].opposes;
}

/* Given names and birth dates that both contradict; or a father and a son. */
static bool
is_contradiction(const struct likeness *l)
{
	return (likeness_opposes(l, COMPARE_BIRTH) &&
		       likeness_opposes(l, COMPARE_GIVEN)) ||
	       likeness_opposes(l, COMPARE_SUFFIX);
}

/* Many are called the same: a name is no identifier; and a thing that two use
 * joins nobody. */
static bool
is_of_names(enum comparison c)
{
	return c == COMPARE_GIVEN || c == COMPARE_FAMILY ||
	       c == COMPARE_MIDDLE || c == COMPARE_SUFFIX ||
	       c == COMPARE_GENDER || c == COMPARE_DEVICE;
}

/* Of one name, and so far apart in age as parents and children are. */
static bool
is_generation(const struct likeness *l)
{
	int given = l->level[COMPARE_GIVEN], years;

	if (!likeness_opposes(l, COMPARE_BIRTH) || !given ||
		given > GIVEN_CLOSE)
		return false;
	years = abs(year_of(l->left[COMPARE_BIRTH]) -
		    year_of(l->right[COMPARE_BIRTH]));
	return years >= GENERATION_LEAST && years <= GENERATION_MOST;
}

/* Two of one household. Of other names and born the same day, they may be
 * twins: of those that look so, many are. What they share is as rare as of one
 * person; so is a parent's name that a child has. */
static int
kin_of(const struct model *m, const struct likeness *l, enum comparison c,
	int rarity)
{
	int kin = m->kin_weight[c][l->level[c]];

	if (comparison_kinds[c].household || c == COMPARE_GIVEN)
		kin += rarity;
	if (c != COMPARE_BIRTH)
		return kin;
	if ((l->level[c] == 1 && likeness_opposes(l, COMPARE_GIVEN)) ||
		is_generation(l))
		kin += m->relatives;
	return kin;
}

static int
count(const struct model *m, const struct weighing *w)
{
	if (w->vetoed)
		return WEIGHT_VETOED;
	return w->named && w->evidence >= m->review ? m->review - 1
						    : w->evidence;
}

void
likeness_weigh(
	const struct model *m, const struct likeness *l, struct weighing *out)
{
	int kin = 0;

	*out = (struct weighing){ .named = true };
	for (int c = 0; c < COMPARISONS; c++) {
		int level = l->level[c];

		if (!level)
			continue;
		if (level <= comparison_kinds[c].by_value)
			out->rarity[c] = model_rarity(m, c, l->left[c]);
		out->weight[c] = m->weight[c][level] + out->rarity[c];
		out->evidence += out->weight[c];
		kin += kin_of(m, l, c, out->rarity[c]);
		if (out->weight[c] > 0 && !is_of_names(c))
			out->named = false;
	}
	out->household = -add_one(kin + m->kin - m->join);
	out->evidence += out->household;
	out->vetoed = is_contradiction(l);
	out->sum = count(m, out);
}

int
likeness_weight(const struct model *m, const struct portrait *a,
	const struct portrait *b)
{
	struct likeness l;
	struct weighing w;

	likeness_compare(a, b, &l);
	likeness_weigh(m, &l, &w);
	return w.sum;
}
