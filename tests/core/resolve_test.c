/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grouping: small stories of who is whom, and random worlds for what must
 * hold in all of them.
 */
#include "core/resolve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h> /* last: it defines fail, which err.h declares */

#define NODES 64
#define TOUCHPOINTS 80
#define MEMBERS 6
#define DECISIONS 6
#define STAYS 3
#define WORLDS 300

struct world {
	struct arena *arena;
	struct policy *policy;
	struct resolve_input in;
	struct resolve_output *out;
	const char *names[NODES]; /* "kind:value" */
	struct resolve_node nodes[NODES];
	struct resolve_touchpoint touchpoints[TOUCHPOINTS];
	uint32_t members[TOUCHPOINTS][MEMBERS];
	struct resolve_stay stays[TOUCHPOINTS][STAYS];
	enum assurance assurance[TOUCHPOINTS][STAYS][MEMBERS];
	struct resolve_decision decisions[DECISIONS];
	uint32_t sides[DECISIONS][2][MEMBERS];
	size_t told[TOUCHPOINTS]; /* the order in which they were told */
	size_t said[TOUCHPOINTS][STAYS];
};

Suite *suite(void);

static struct world *
world_create(void)
{
	struct arena *a = arena_create();
	struct world *w = arena_alloc(a, sizeof(*w));

	w->arena = a;
	w->policy = policy_create(a);
	w->in.nodes = w->nodes;
	w->in.touchpoints = w->touchpoints;
	w->in.decisions = w->decisions;
	return w;
}

static uint32_t
node_of(struct world *w, struct span name)
{
	struct span value, kind = span_cut(name, ':', &value);
	struct resolve_node *node;
	size_t i;

	for (i = 0; i < w->in.node_count; i++)
		if (span_is(name, w->names[i]))
			return (uint32_t)i;
	ck_assert_uint_lt(i, NODES);
	node = &w->nodes[w->in.node_count++];
	w->names[i] = span_text(w->arena, name);
	node->id = id_derive(span_of("key"), "identifier", &name, 1);
	node->kind = policy_kind(w->arena, w->policy, kind);
	node->first_seen = INT64_MAX;
	return (uint32_t)i;
}

static uint32_t
node(struct world *w, const char *name)
{
	return node_of(w, span_of(name));
}

static void
add_member(struct world *w, size_t t, uint32_t member)
{
	w->members[t][w->touchpoints[t].member_count++] = member;
}

static size_t
add_touchpoint(struct world *w)
{
	size_t t = w->in.touchpoint_count++;

	ck_assert_uint_lt(t, TOUCHPOINTS);
	w->touchpoints[t].members = w->members[t];
	w->touchpoints[t].stays = w->stays[t];
	w->told[t] = t;
	return t;
}

/* The assurances are put in by the caller before. */
static void
add_stay(struct world *w, size_t t, int64_t first)
{
	struct resolve_touchpoint *to = &w->touchpoints[t];
	size_t s = to->stay_count++, i;

	w->said[t][s] = s;
	w->stays[t][s].first = w->stays[t][s].last = first;
	w->stays[t][s].assurance = w->assurance[t][s];
	for (i = 0; i < to->member_count; i++) {
		struct resolve_node *n = &w->nodes[w->members[t][i]];

		if (w->assurance[t][s][i] && first < n->first_seen)
			n->first_seen = first;
	}
}

/* Named together in one stay: "kind:value+", a + for attested, ! for
 * verified, neither for asserted. Returns the touchpoint. */
static size_t
see(struct world *w, const char *text)
{
	struct span rest = span_of(text), word;
	size_t t = add_touchpoint(w), i;

	for (i = 0; rest.len; i++) {
		word = span_cut(rest, ' ', &rest);
		w->assurance[t][0][i] = ASSERTED;
		if (word.data[word.len - 1] == '+')
			w->assurance[t][0][i] = ATTESTED;
		if (word.data[word.len - 1] == '!')
			w->assurance[t][0][i] = VERIFIED;
		if (w->assurance[t][0][i] != ASSERTED)
			word.len--;
		add_member(w, t, node_of(w, word));
	}
	add_stay(w, t, (int64_t)t + 1);
	return t;
}

static void
side(struct world *w, const char *names, uint32_t *to, size_t *count)
{
	struct span rest = span_of(names);

	while (rest.len)
		to[(*count)++] = node_of(w, span_cut(rest, ' ', &rest));
}

/* "The left ones and the right ones are (not) the same", at a time. */
static void
decide(struct world *w, int64_t at, bool same, const char *left,
	const char *right)
{
	size_t n = w->in.decision_count++;
	struct resolve_decision *d = &w->decisions[n];
	struct span name = span_of(arena_printf(w->arena, "%zu", n));

	ck_assert_uint_lt(n, DECISIONS);
	*d = (struct resolve_decision){ .at = at, .same = same };
	d->id = id_derive(span_of("key"), "event", &name, 1);
	side(w, left, w->sides[n][0], &d->left_count);
	side(w, right, w->sides[n][1], &d->right_count);
	d->left = w->sides[n][0];
	d->right = w->sides[n][1];
}

static void
group(struct world *w)
{
	w->out = resolve(w->arena, w->policy, &w->in);
}

static bool
same(struct world *w, const char *a, const char *b)
{
	return w->out->founder[node(w, a)] == w->out->founder[node(w, b)];
}

static bool
is_shared(struct world *w, const char *a)
{
	return w->out->shared[node(w, a)];
}

static const char *
owner(struct world *w, size_t t)
{
	return w->names[w->out->owner[t][0]];
}

/* Why the pair is held, or 0. */
static enum held_reason
held(struct world *w, const char *a, const char *b)
{
	uint32_t x = node(w, a), y = node(w, b);
	size_t i;

	for (i = 0; i < w->out->held_count; i++) {
		const struct held_link *l = &w->out->held[i];

		if ((l->a == x && l->b == y) || (l->a == y && l->b == x))
			return l->reason;
	}
	return 0;
}

static const char *const kinds[] = {
	"user_id",
	"cpf",
	"loyalty",
	"whatsapp_user",
	"email",
	"phone",
	"anonymous_id",
	"device",
	"record",
	"instagram",
	"vat",
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static uint64_t seed;

static size_t
below(size_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (size_t)(seed % n);
}

/* Everybody is on one side, on the other, or on neither. */
static void
random_decision(struct world *w)
{
	size_t n = w->in.decision_count, count[2] = { 0 };

	decide(w, (int64_t)below(3), below(2), "", "");
	for (uint32_t i = 0; i < w->in.node_count; i++) {
		size_t to = below(4);

		if (to < 2 && count[to] < MEMBERS)
			w->sides[n][to][count[to]++] = i;
	}
	w->decisions[n].left_count = count[0];
	w->decisions[n].right_count = count[1];
}

/* Few values and few instants, so that rules and ties are met often. */
static struct world *
random_world(void)
{
	struct world *w = world_create();
	size_t touchpoints = 1 + below(TOUCHPOINTS), values = 1 + below(5);
	size_t t, i, s;

	w->policy->crowd = (unsigned)(1 + below(4));
	while (w->in.touchpoint_count < touchpoints) {
		size_t members = 1 + below(MEMBERS - 1);
		size_t stays = 1 + below(STAYS);

		t = add_touchpoint(w);
		for (i = 0; i < members; i++)
			add_member(w, t,
				node(w, arena_printf(w->arena, "%s:%zu",
						kinds[below(KINDS)],
						below(values))));
		for (s = 0; s < stays; s++) {
			for (i = 0; i < members; i++)
				w->assurance[t][s][i] = below(4);
			add_stay(w, t, (int64_t)below(6));
		}
	}
	for (i = below(2) * below(DECISIONS + 1); i > 0; i--)
		random_decision(w);
	return w;
}

/* Fills order with 0 to n-1, shuffled. */
static void
shuffle(size_t *order, size_t n)
{
	size_t i, j;

	for (i = 0; i < n; i++) {
		j = below(i + 1);
		order[i] = order[j];
		order[j] = i;
	}
}

static void
retell_touchpoint(struct world *to, const struct world *from, size_t told)
{
	const struct resolve_touchpoint *src = &from->touchpoints[told];
	size_t members[MEMBERS], stays[STAYS], t = add_touchpoint(to), i, s;

	to->told[t] = told;
	shuffle(members, src->member_count);
	shuffle(stays, src->stay_count);
	for (i = 0; i < src->member_count; i++)
		add_member(
			to, t, node(to, from->names[src->members[members[i]]]));
	for (s = 0; s < src->stay_count; s++) {
		for (i = 0; i < src->member_count; i++)
			to->assurance[t][s][i] =
				src->stays[stays[s]].assurance[members[i]];
		add_stay(to, t, src->stays[stays[s]].first);
		to->said[t][s] = stays[s];
	}
}

static void
retell_decision(struct world *to, const struct world *from, size_t told)
{
	const struct resolve_decision *src = &from->decisions[told];
	size_t n = to->in.decision_count, order[MEMBERS], i;
	struct resolve_decision *d = &to->decisions[n];
	bool turned = below(2); /* which side is left says nothing */

	decide(to, src->at, src->same, "", "");
	d->id = src->id;
	shuffle(order, src->left_count);
	for (i = 0; i < src->left_count; i++)
		to->sides[n][turned][i] =
			node(to, from->names[src->left[order[i]]]);
	shuffle(order, src->right_count);
	for (i = 0; i < src->right_count; i++)
		to->sides[n][!turned][i] =
			node(to, from->names[src->right[order[i]]]);
	d->left_count = turned ? src->right_count : src->left_count;
	d->right_count = turned ? src->left_count : src->right_count;
}

/* The same world told in another order, kinds too. */
static struct world *
retell(const struct world *from)
{
	struct world *to = world_create();
	size_t order[TOUCHPOINTS], i;

	to->policy->crowd = from->policy->crowd;
	if (below(2))
		policy_kind(to->arena, to->policy, span_of("vat"));
	shuffle(order, from->in.node_count);
	for (i = 0; i < from->in.node_count; i++)
		node(to, from->names[order[i]]);
	shuffle(order, from->in.touchpoint_count);
	for (i = 0; i < from->in.touchpoint_count; i++)
		retell_touchpoint(to, from, order[i]);
	shuffle(order, from->in.decision_count);
	for (i = 0; i < from->in.decision_count; i++)
		retell_decision(to, from, order[i]);
	return to;
}

static int
compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The output by names, its parts without an order of their own sorted. */
static char *
describe(struct world *w)
{
	static const char *lines[NODES + TOUCHPOINTS * STAYS];
	size_t n = 0, size, i, s;
	char *text;
	FILE *f = open_memstream(&text, &size);

	for (i = 0; i < w->in.node_count; i++)
		lines[n++] = arena_printf(w->arena, "%s in %s%s", w->names[i],
			w->names[w->out->founder[i]],
			w->out->shared[i] ? " shared" : "");
	for (i = 0; i < w->in.touchpoint_count; i++)
		for (s = 0; s < w->touchpoints[i].stay_count; s++) {
			uint32_t o = w->out->owner[i][s];

			lines[n++] = arena_printf(w->arena, "%zu.%zu of %s",
				w->told[i], w->said[i][s],
				o == RESOLVE_NOBODY ? "-" : w->names[o]);
		}
	qsort(lines, n, sizeof(*lines), compare_lines);
	for (i = 0; i < n; i++)
		fprintf(f, "%s\n", lines[i]);
	for (i = 0; i < w->out->held_count; i++) {
		const struct held_link *l = &w->out->held[i];

		fprintf(f, "%s %s held %d %d %lld\n", w->names[l->a],
			w->names[l->b], (int)l->reason, (int)l->assurance,
			(long long)l->first_seen);
	}
	fclose(f);
	arena_defer(w->arena, free, text);
	return text;
}

static bool
on(const uint32_t *nodes, size_t count, uint32_t node)
{
	for (size_t i = 0; i < count; i++)
		if (nodes[i] == node)
			return true;
	return false;
}

/* The latest word on a pair: 1 the same, -1 not the same, 0 none. */
static int
word_on(const struct world *w, uint32_t x, uint32_t y)
{
	const struct resolve_decision *last = NULL;

	for (size_t i = 0; i < w->in.decision_count; i++) {
		const struct resolve_decision *d = &w->decisions[i];
		bool about = (on(d->left, d->left_count, x) &&
				     on(d->right, d->right_count, y)) ||
			     (on(d->left, d->left_count, y) &&
				     on(d->right, d->right_count, x));

		if (about &&
			(!last || d->at > last->at ||
				(d->at == last->at &&
					id_compare(&d->id, &last->id) > 0)))
			last = d;
	}
	return !last ? 0 : last->same ? 1 : -1;
}

/* Whom the latest word keeps apart are apart. */
static void
check_words(const struct world *w, size_t met[3])
{
	for (uint32_t i = 0; i < w->in.node_count; i++) {
		for (uint32_t j = 0; j < i; j++) {
			int word = word_on(w, i, j);
			bool one = w->out->founder[i] == w->out->founder[j];

			met[word + 1]++;
			ck_assert(word >= 0 || !one);
		}
	}
}

/* No group holds more than one person may, but by a decision; the shared are
 * alone; the founder is the oldest; what is held is apart. */
static void
check_rules(const struct world *w)
{
	const struct resolve_output *out = w->out;
	size_t i, j, same_kind;

	for (i = 0; i < w->in.node_count; i++) {
		const struct resolve_node *n = &w->nodes[i];
		unsigned holds = w->policy->kinds[n->kind].holds;

		for (same_kind = 0, j = 0; j < w->in.node_count; j++) {
			if (out->founder[i] != out->founder[j])
				continue;
			same_kind += n->kind == w->nodes[j].kind;
			ck_assert(i == j || !out->shared[i]);
			ck_assert(w->nodes[out->founder[i]].first_seen <=
				  w->nodes[j].first_seen);
		}
		ck_assert(!holds || same_kind <= holds || w->in.decision_count);
	}
	for (i = 0; i < out->held_count; i++)
		ck_assert_uint_ne(out->founder[out->held[i].a],
			out->founder[out->held[i].b]);
}

/* Invariant 5: arrival order changes nothing. */
START_TEST(order_changes_nothing)
{
	size_t met[HELD_CONTESTED + 1] = { 0 }, words[3] = { 0 }, i, j;

	for (i = 0; i < WORLDS; i++) {
		struct world *w, *v;

		seed = 0x9e3779b97f4a7c15u * (i + 1);
		w = random_world();
		group(w);
		check_rules(w);
		check_words(w, words);
		for (j = 0; j < w->out->held_count; j++)
			met[w->out->held[j].reason]++;
		for (j = 0; j < 4; j++) {
			v = retell(w);
			group(v);
			ck_assert(!strcmp(describe(w), describe(v)));
			arena_destroy(v->arena);
		}
		arena_destroy(w->arena);
	}
	/* Of rules that were never met the worlds would prove nothing. */
	for (i = HELD_DECISION; i <= HELD_CONTESTED; i++)
		ck_assert_uint_gt(met[i], 0);
	ck_assert(words[0] && words[2]);
}
END_TEST

/* What the stories are told in. */
static struct world *w;

static void
setup(void)
{
	w = world_create();
}

static void
teardown(void)
{
	arena_destroy(w->arena);
}

START_TEST(her_story_is_one_profile)
{
	size_t till, mail;

	group(w); /* of nothing */
	ck_assert_uint_eq(w->out->held_count, 0);
	see(w, "whatsapp_user:ana+ phone:1+");
	see(w, "user_id:u1! email:ana@x phone:1");
	till = see(w, "phone:1");
	mail = see(w, "email:ana@x+");
	group(w);
	ck_assert(same(w, "whatsapp_user:ana", "user_id:u1"));
	ck_assert(same(w, "email:ana@x", "phone:1"));
	ck_assert_uint_eq(w->out->held_count, 0);
	ck_assert_str_eq(owner(w, till), "phone:1");
	ck_assert_str_eq(owner(w, mail), "email:ana@x");
	ck_assert_str_eq(owner(w, 1), "user_id:u1");
}
END_TEST

START_TEST(family_phone_joins_nobody)
{
	see(w, "user_id:u1! phone:home");
	see(w, "user_id:u2! phone:home");
	see(w, "user_id:u3! phone:home");
	see(w, "phone:home");
	group(w);
	ck_assert(is_shared(w, "phone:home"));
	ck_assert(!same(w, "user_id:u1", "user_id:u2"));
	ck_assert(!same(w, "user_id:u1", "phone:home"));
	ck_assert_str_eq(owner(w, 0), "user_id:u1");
	ck_assert_str_eq(owner(w, 3), "phone:home");
	ck_assert_uint_eq(w->out->held_count, 0);
}
END_TEST

/* Invariant 13. Two may share a phone; but one that is only typed may be
 * either's. */
START_TEST(couples_phone_is_contested)
{
	see(w, "user_id:u1! phone:home");
	see(w, "user_id:u2! phone:home");
	group(w);
	ck_assert(!is_shared(w, "phone:home"));
	ck_assert(!same(w, "user_id:u1", "phone:home"));
	ck_assert_int_eq(held(w, "user_id:u1", "phone:home"), HELD_CONTESTED);
	ck_assert_int_eq(held(w, "phone:home", "user_id:u2"), HELD_CONTESTED);
}
END_TEST

START_TEST(store_tablet_joins_nobody)
{
	see(w, "user_id:u1! device:tablet!");
	see(w, "user_id:u2! device:tablet!");
	group(w);
	ck_assert(is_shared(w, "device:tablet"));
	ck_assert(!same(w, "user_id:u1", "user_id:u2"));
}
END_TEST

/* Invariant 13. */
START_TEST(device_attaches_to_one)
{
	see(w, "user_id:u1! device:d!");
	see(w, "email:a@x device:d!");
	group(w);
	ck_assert(same(w, "device:d", "user_id:u1"));
	ck_assert_int_eq(held(w, "email:a@x", "device:d"), HELD_DEVICE);
}
END_TEST

/* The cashier swipes her own card for whoever has none. */
START_TEST(cashiers_card_joins_nobody)
{
	size_t t = 0;
	int i;

	for (i = 0; i < 25; i++)
		t = see(w, arena_printf(w->arena, "loyalty:own! cpf:%d", i));
	group(w);
	ck_assert(is_shared(w, "loyalty:own"));
	ck_assert(!same(w, "cpf:0", "cpf:1"));
	ck_assert_str_eq(owner(w, t), "cpf:24");
}
END_TEST

START_TEST(crowd_is_a_limit_and_not_a_value_less)
{
	int i;

	for (i = 0; i < 20; i++)
		see(w, arena_printf(w->arena, "email:info@ phone:%d", i));
	group(w);
	ck_assert(!is_shared(w, "email:info@"));
	see(w, "email:info@ phone:20");
	group(w);
	ck_assert(is_shared(w, "email:info@"));
	ck_assert(!same(w, "phone:0", "phone:1"));
}
END_TEST

START_TEST(asserted_joins_no_two_proofs)
{
	see(w, "whatsapp_user:w1+ phone:1+");
	see(w, "whatsapp_user:w2+ phone:2+");
	see(w, "phone:1 phone:2");
	group(w);
	ck_assert(!same(w, "phone:1", "phone:2"));
	ck_assert_int_eq(held(w, "phone:1", "phone:2"), HELD_PROOF);
}
END_TEST

/* What a group has by joining counts as what it had. */
START_TEST(groups_remember)
{
	see(w, "user_id:r! phone:r");
	see(w, "user_id:r! phone:r");
	see(w, "phone:a email:a");
	see(w, "phone:a phone:b");
	see(w, "phone:a phone:c");
	see(w, "phone:b+");
	see(w, "phone:c+");
	see(w, "anonymous_id:x anonymous_id:y anonymous_id:z");
	see(w, "user_id:u! device:1");
	see(w, "anonymous_id:x device:1");
	see(w, "email:e device:2");
	see(w, "device:1 device:2");
	group(w);
	ck_assert(same(w, "user_id:r", "phone:r"));
	ck_assert(same(w, "phone:b", "email:a"));
	ck_assert_int_eq(held(w, "phone:a", "phone:c"), HELD_PROOF);
	ck_assert(same(w, "anonymous_id:z", "user_id:u"));
	ck_assert_int_eq(held(w, "device:1", "device:2"), HELD_DEVICE);
}
END_TEST

START_TEST(asserted_values_do_not_prove)
{
	see(w, "phone:1 cpf:1");
	see(w, "phone:1 cpf:2");
	see(w, "phone:1 cpf:3");
	group(w);
	ck_assert(!is_shared(w, "phone:1"));
	ck_assert(same(w, "phone:1", "cpf:1"));
	ck_assert_int_eq(held(w, "phone:1", "cpf:2"), HELD_LIMIT);
}
END_TEST

/* A browser that two used in turn: its stays do not name them together. */
START_TEST(stays_keep_apart)
{
	size_t t = see(w, "email:a@x+ phone:1+ email:b@x+");

	w->assurance[t][0][2] = 0;
	w->assurance[t][1][2] = ATTESTED;
	add_stay(w, t, 100);
	w->nodes[node(w, "email:b@x")].first_seen = 100;
	group(w);
	ck_assert(same(w, "email:a@x", "phone:1"));
	ck_assert(!same(w, "email:a@x", "email:b@x"));
	ck_assert_uint_eq(w->out->held_count, 0);
	ck_assert_str_eq(w->names[w->out->owner[t][1]], "email:b@x");
}
END_TEST

/* The front desk calls with two numbers that everybody has. An older call
 * with one of them makes that one older; what both made is not looked at for
 * that, so it must not change hands. */
START_TEST(shared_owner_does_not_age)
{
	const char *const first[] = { "phone:desk", "phone:back" };
	const char *owners[2];
	int i, k;

	for (i = 0; i < 2; i++) {
		size_t call;

		teardown();
		setup();
		see(w, first[i]);
		for (k = 0; k < 3; k++)
			see(w, arena_printf(w->arena,
				       "user_id:%d! phone:desk phone:back", k));
		call = see(w, "phone:desk phone:back");
		group(w);
		ck_assert(is_shared(w, "phone:desk"));
		ck_assert(is_shared(w, "phone:back"));
		owners[i] = first[strcmp(owner(w, call), first[0]) != 0];
	}
	ck_assert_str_eq(owners[0], owners[1]);
}
END_TEST

/* What a steward says holds before any rule: two accounts are one person's. */
START_TEST(decided_the_same)
{
	see(w, "user_id:u1! phone:1+");
	see(w, "user_id:u2! phone:2+");
	see(w, "user_id:u3! phone:2");
	decide(w, 1, true, "user_id:u1 phone:1", "user_id:u2 phone:2");
	group(w);
	ck_assert(same(w, "user_id:u1", "user_id:u2"));
	ck_assert(same(w, "phone:1", "phone:2"));
	/* More than one has already is no reason to take in a third. */
	ck_assert(!same(w, "user_id:u1", "user_id:u3"));
}
END_TEST

/* Who has more of a kind than one may have, by a decision, has no limit of that
 * kind any more. */
START_TEST(more_by_decision_does_not_close_the_group)
{
	see(w, "user_id:u1! email:a+");
	see(w, "user_id:u2! email:b+");
	see(w, "email:b+ phone:9+");
	see(w, "user_id:u3! phone:9+");
	group(w);
	ck_assert(!same(w, "user_id:u2", "user_id:u3"));
	decide(w, 1, true, "user_id:u1", "user_id:u2");
	group(w);
	ck_assert(same(w, "user_id:u1", "phone:9"));
	ck_assert(same(w, "user_id:u1", "user_id:u3"));
}
END_TEST

/* A split holds across the whole cut: no third identifier glues it. */
START_TEST(decided_apart)
{
	see(w, "loyalty:a! phone:1+");
	see(w, "loyalty:b! phone:2+");
	see(w, "phone:1+ phone:2+");
	see(w, "loyalty:a! email:e+");
	see(w, "loyalty:b! email:e+");
	group(w);
	ck_assert(same(w, "loyalty:a", "loyalty:b"));
	decide(w, 1, false, "loyalty:a phone:1", "loyalty:b phone:2");
	group(w);
	ck_assert(!same(w, "loyalty:a", "loyalty:b"));
	ck_assert(same(w, "loyalty:a", "phone:1"));
	ck_assert(same(w, "loyalty:b", "phone:2"));
	ck_assert_int_eq(held(w, "phone:1", "phone:2"), HELD_DECISION);
	ck_assert_int_eq(held(w, "loyalty:a", "email:e") +
				 held(w, "loyalty:b", "email:e"),
		HELD_DECISION);
}
END_TEST

/* For each pair the latest word holds, whatever was said of other pairs. */
START_TEST(the_latest_word_holds)
{
	see(w, "email:a");
	see(w, "email:b");
	see(w, "email:c");
	decide(w, 1, false, "email:a", "email:b email:c");
	decide(w, 2, true, "email:b", "email:a");
	group(w);
	/* a and b are one by the later word; c is apart from a still. */
	ck_assert(same(w, "email:a", "email:b"));
	ck_assert(!same(w, "email:a", "email:c"));
	decide(w, 3, true, "email:b", "email:c");
	group(w);
	/* b cannot be one with both: the latest word comes first. */
	ck_assert(same(w, "email:b", "email:c"));
	ck_assert(!same(w, "email:a", "email:c"));
	decide(w, 4, true, "email:c", "email:a");
	group(w);
	ck_assert(same(w, "email:a", "email:c"));
	ck_assert(same(w, "email:a", "email:b"));
	decide(w, 5, false, "email:a", "email:b");
	group(w);
	ck_assert(!same(w, "email:a", "email:b"));
}
END_TEST

/* At one instant the ids decide, whoever is told first. */
START_TEST(decisions_at_once)
{
	bool first = false;

	for (int turn = 0; turn < 2; turn++) {
		struct resolve_decision swap;

		teardown();
		setup();
		see(w, "email:a");
		see(w, "email:b");
		decide(w, 1, true, "email:a", "email:b");
		decide(w, 1, false, "email:a", "email:b");
		if (turn) {
			swap = w->decisions[0];
			w->decisions[0] = w->decisions[1];
			w->decisions[1] = swap;
		}
		group(w);
		if (!turn)
			first = same(w, "email:a", "email:b");
		ck_assert_int_eq(same(w, "email:a", "email:b"), first);
	}
}
END_TEST

/* A shared identifier is nobody's, whatever is said of it. */
START_TEST(decisions_on_the_shared)
{
	see(w, "user_id:u1! anonymous_id:tablet");
	see(w, "user_id:u2! anonymous_id:tablet");
	see(w, "user_id:u3! anonymous_id:tablet");
	decide(w, 1, true, "user_id:u1", "anonymous_id:tablet");
	group(w);
	ck_assert(is_shared(w, "anonymous_id:tablet"));
	ck_assert(!same(w, "user_id:u1", "anonymous_id:tablet"));
}
END_TEST

/* What the policy says of a kind: it joins nobody, or only when it is known
 * well enough. */
START_TEST(kinds_that_do_not_join)
{
	struct kind *phone = &w->policy->kinds[policy_kind(
		w->arena, w->policy, span_of("phone"))];
	size_t call;

	see(w, "user_id:u1! phone:1");
	call = see(w, "phone:1 email:e+");
	phone->needs = VERIFIED;
	group(w);
	ck_assert(!same(w, "user_id:u1", "phone:1"));
	ck_assert(!same(w, "phone:1", "email:e"));
	phone->needs = 0;
	group(w);
	ck_assert(same(w, "user_id:u1", "email:e"));
	phone->class = KIND_NEVER;
	group(w);
	ck_assert(is_shared(w, "phone:1"));
	ck_assert(!same(w, "user_id:u1", "email:e"));
	ck_assert_str_eq(owner(w, call), "email:e");
}
END_TEST

START_TEST(unknown_kinds_are_personal)
{
	size_t k = policy_kind(w->arena, w->policy, span_of("instagram"));
	const struct kind *kind = &w->policy->kinds[k];

	ck_assert(policy_is_personal(kind) && kind->holds == 5);
	ck_assert(!policy_proves(kind, VERIFIED) && kind->people == 2);
	/* What a stay does not name proves nothing, of no kind. */
	for (k = 0; k < w->policy->count; k++)
		ck_assert(!policy_proves(
			&w->policy->kinds[k], (enum assurance)0));
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("resolve");
	TCase *c = tcase_create("stories");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, her_story_is_one_profile);
	tcase_add_test(c, family_phone_joins_nobody);
	tcase_add_test(c, couples_phone_is_contested);
	tcase_add_test(c, store_tablet_joins_nobody);
	tcase_add_test(c, device_attaches_to_one);
	tcase_add_test(c, cashiers_card_joins_nobody);
	tcase_add_test(c, crowd_is_a_limit_and_not_a_value_less);
	tcase_add_test(c, asserted_joins_no_two_proofs);
	tcase_add_test(c, groups_remember);
	tcase_add_test(c, asserted_values_do_not_prove);
	tcase_add_test(c, stays_keep_apart);
	tcase_add_test(c, shared_owner_does_not_age);
	tcase_add_test(c, decided_the_same);
	tcase_add_test(c, more_by_decision_does_not_close_the_group);
	tcase_add_test(c, decided_apart);
	tcase_add_test(c, the_latest_word_holds);
	tcase_add_test(c, decisions_at_once);
	tcase_add_test(c, decisions_on_the_shared);
	tcase_add_test(c, kinds_that_do_not_join);
	tcase_add_test(c, unknown_kinds_are_personal);
	suite_add_tcase(s, c);
	c = tcase_create("worlds");
	tcase_set_timeout(c, 60);
	tcase_add_test(c, order_changes_nothing);
	suite_add_tcase(s, c);
	return s;
}
