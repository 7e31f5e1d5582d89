/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness/person.h"

#include <stdlib.h>
#include <string.h>

#include "likeness/compare.h"
#include "likeness/weigh.h"

#define NUMBER_MAX 64 /* bytes of a number that people type */

bool
person_listens(const struct policy *policy, const char *source)
{
	for (const char **s = policy->unlike; s && *s; s++)
		if (!strcmp(*s, source))
			return false;
	return true;
}

const char *
person_called(struct arena *a, const struct policy *policy, const char *source,
	const json_t *traits)
{
	struct portrait p = { 0 };

	if (!policy->likeness || !traits || !person_listens(policy, source))
		return NULL;
	portrait_name(a, &p, traits);
	if (!p.count)
		return NULL;
	p.looks[0].parts[NAME_SENT] = "";
	portrait_birth(a, &p, traits);
	return portrait_write(a, &p);
}

/* Not by birth dates alone: they are often mistyped, and whose names are the
 * same would lose what joins them. */
static bool
contradict(struct arena *a, const char *left, const char *right)
{
	struct portrait x = { 0 }, y = { 0 };
	struct likeness l;

	portrait_read(a, span_of(left), &x);
	portrait_read(a, span_of(right), &y);
	likeness_compare(&x, &y, &l);
	return likeness_opposes(&l, COMPARE_GIVEN) ||
	       likeness_opposes(&l, COMPARE_SUFFIX) ||
	       (likeness_opposes(&l, COMPARE_BIRTH) &&
		       l.level[COMPARE_FAMILY] ==
			       comparison_levels(COMPARE_FAMILY));
}

struct graph *
person_graph(struct arena *a, const struct policy *policy)
{
	struct graph *g = graph_create(a, policy_copy(a, policy));

	if (policy->likeness)
		g->contradict = contradict;
	return g;
}

static const struct kind *
find_kind(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->count; i++)
		if (!strcmp(policy->kinds[i].name, name))
			return &policy->kinds[i];
	return NULL;
}

/* Made by machines: that two differ in one letter means nothing. */
static bool
is_made(const char *kind)
{
	static const char *const made[] = { "user_id", "account",
		"whatsapp_user", NULL };

	for (const char *const *m = made; *m; m++)
		if (!strcmp(*m, kind))
			return true;
	return false;
}

void
person_named(struct arena *a, struct portrait *p, const struct policy *policy,
	const char *name, struct span value, const struct id *id, bool exact)
{
	const struct kind *kind = find_kind(policy, name);
	const char *text = span_text(a, value);
	char device[ID_TEXT];

	if (!strcmp(name, "phone"))
		portrait_add(a, p, FIELD_PHONE, text, "");
	else if (!strcmp(name, "email"))
		portrait_add(a, p, FIELD_EMAIL, text, "");
	else if (kind && kind->class == KIND_DEVICE)
		portrait_add(a, p, FIELD_DEVICE,
			arena_printf(a, "%s", id_format(id, device)), "");
	else if ((!kind || policy_is_personal(kind)) && !is_made(name) &&
		 value.len <= NUMBER_MAX && !strpbrk(text, "\t\n"))
		portrait_number(a, p, name, text, exact);
}

/* How many: one more is the same kind with the next number. */
void
person_own(struct arena *a, struct portrait *p, struct policy *policy,
	const char *name)
{
	const struct kind *kind =
		&policy->kinds[policy_kind(a, policy, span_of(name))];

	if (!kind->holds || !policy_is_personal(kind))
		return;
	for (size_t i = 0; i < p->count; i++) {
		struct look *look = &p->looks[i];

		if (look->field != FIELD_HOLDS ||
			strcmp(look->parts[0], name) != 0)
			continue;
		look->parts[1] = arena_printf(
			a, "%ld", strtol(look->parts[1], NULL, 10) + 1);
		return;
	}
	portrait_add(a, p, FIELD_HOLDS, name, "1");
}

static int
compare_judgement(const void *left, const void *right)
{
	const struct judgement *a = left, *b = right;

	if (a->at != b->at)
		return a->at > b->at ? -1 : 1;
	return id_compare(&b->id, &a->id);
}

static bool
has(const struct id *ids, size_t count, const struct id *id)
{
	for (size_t i = 0; i < count; i++)
		if (!id_compare(&ids[i], id))
			return true;
	return false;
}

static bool
covers(const struct judgement *j, const struct id *x, const struct id *y)
{
	return (has(j->left, j->left_count, x) &&
		       has(j->right, j->right_count, y)) ||
	       (has(j->left, j->left_count, y) &&
		       has(j->right, j->right_count, x));
}

static int
compare_parted(const void *left, const void *right)
{
	const struct parted *a = left, *b = right;

	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	return (a->b > b->b) - (a->b < b->b);
}

size_t
persons_part(struct arena *a, struct judgement *judgements, size_t count,
	uint32_t (*place_of)(void *arg, const struct id *id, int64_t at),
	void *arg, struct parted **parted)
{
	size_t n = 0, cap = 0;

	*parted = NULL;
	if (!count)
		return 0;
	qsort(judgements, count, sizeof(*judgements), compare_judgement);
	for (size_t i = 0; i < count; i++) {
		const struct judgement *j = &judgements[i];

		for (size_t x = 0; !j->same && x < j->left_count; x++) {
			uint32_t left = place_of(arg, &j->left[x], j->at);

			for (size_t y = 0;
				left != IDMAP_NONE && y < j->right_count; y++) {
				uint32_t right =
					place_of(arg, &j->right[y], j->at);
				bool holds =
					right != IDMAP_NONE && right != left;

				for (size_t k = 0; holds && k < i; k++)
					holds = !covers(&judgements[k],
						&j->left[x], &j->right[y]);
				if (!holds)
					continue;
				*parted = arena_grow(
					a, *parted, n, &cap, sizeof(**parted));
				(*parted)[n++] =
					(struct parted){ left < right ? left
								      : right,
						left < right ? right : left };
			}
		}
	}
	if (n)
		qsort(*parted, n, sizeof(**parted), compare_parted);
	return n;
}

/* Of a birth date the mean is over those that know it: one of which nobody
 * knows when it was born would bring father and son together. */
static struct pair_weight
weigh(void *arg, uint32_t a, uint32_t b)
{
	const struct persons *in = arg;
	struct likeness l;
	struct weighing w;

	likeness_compare(&in->portraits[a], &in->portraits[b], &l);
	likeness_weigh(in->model, &l, &w);
	if (w.sum != w.evidence) /* it is not the sum of its parts */
		return (struct pair_weight){ .weight = w.sum };
	return (struct pair_weight){ w.sum, w.weight[COMPARE_BIRTH],
		l.level[COMPARE_BIRTH] != LEVEL_MISSING };
}

static bool
is_parted(const struct persons *in, uint32_t a, uint32_t b)
{
	struct parted key = { a < b ? a : b, a < b ? b : a };

	return in->parted_count && bsearch(&key, in->parted, in->parted_count,
					   sizeof(key), compare_parted);
}

static long
holds_of(const struct persons *in, const uint32_t *places, size_t count,
	const char *kind)
{
	long sum = 0;

	for (size_t i = 0; i < count; i++) {
		const struct portrait *p = &in->portraits[places[i]];

		for (size_t k = p->from[FIELD_HOLDS];
			k < p->from[FIELD_HOLDS + 1]; k++)
			if (!strcmp(p->looks[k].parts[0], kind))
				sum += strtol(p->looks[k].parts[1], NULL, 10);
	}
	return sum;
}

/* Together they would hold more of a kind than one person may; who has more
 * already has them by a decision. */
static bool
is_over_limit(const struct persons *in, const uint32_t *a, size_t a_count,
	const uint32_t *b, size_t b_count)
{
	for (size_t i = 0; i < a_count; i++) {
		const struct portrait *p = &in->portraits[a[i]];

		for (size_t k = p->from[FIELD_HOLDS];
			k < p->from[FIELD_HOLDS + 1]; k++) {
			const char *name = p->looks[k].parts[0];
			size_t at = policy_kind(
				in->arena, in->policy, span_of(name));
			long most = (long)in->policy->kinds[at].holds;
			long x = holds_of(in, a, a_count, name);
			long y = holds_of(in, b, b_count, name);

			if (most && y && x + y > most && x <= most && y <= most)
				return true;
		}
	}
	return false;
}

static bool
apart(void *arg, const uint32_t *a, size_t a_count, const uint32_t *b,
	size_t b_count)
{
	const struct persons *in = arg;

	for (size_t i = 0; in->parted_count && i < a_count; i++)
		for (size_t j = 0; j < b_count; j++)
			if (is_parted(in, a[i], b[j]))
				return true;
	return is_over_limit(in, a, a_count, b, b_count);
}

static bool
is_older(const struct portrait *a, const struct portrait *b)
{
	return a->first_seen != b->first_seen
		       ? a->first_seen < b->first_seen
		       : id_compare(&a->group, &b->group) < 0;
}

struct clustering
persons_find(struct arena *a, const struct persons *in,
	const struct edge *edges, size_t edge_count, struct id **profiles)
{
	struct persons copy = *in;
	struct cluster_rules rules = { weigh, apart, &copy, in->model->join,
		in->model->support, in->model->review };
	struct clustering c = cluster(a, in->count, edges, edge_count, &rules);
	uint32_t *oldest = arena_array(a, in->count + 1, sizeof(*oldest));

	*profiles = arena_array(a, in->count + 1, sizeof(**profiles));
	for (uint32_t i = 0; i < in->count; i++)
		oldest[i] = i;
	for (uint32_t i = 0; i < in->count; i++)
		if (is_older(
			    &in->portraits[i], &in->portraits[oldest[c.of[i]]]))
			oldest[c.of[i]] = i;
	for (uint32_t i = 0; i < in->count; i++)
		(*profiles)[i] = in->portraits[oldest[c.of[i]]].group;
	return c;
}
