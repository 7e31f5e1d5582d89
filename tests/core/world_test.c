/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invariants 4, 5 and 8 on random worlds: however events arrive, what is
 * stored is the grouping function of all of them, to the byte.
 *
 * WORLD_SEED=n tells one world alone; WORLDS=n tells so many. Of a world that
 * fails as few events are printed as still fail, unless WORLD_SHRINK is set
 * (to anything).
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference.h"
#include "sim.h"

#include <check.h> /* last: it defines fail, which err.h declares */

enum { WORLDS = 320, SHRINKS = 400 };

Suite *suite(void);

/* How events arrive. */
struct road {
	const char *name;
	enum { AS_TOLD, REVERSED, SHUFFLED } order;
	size_t batch; /* of about so many events; 0: all in one */
	bool repeats;
};

static const struct road roads[] = {
	{ "all at once", AS_TOLD, 0, false },
	{ "one by one", AS_TOLD, 1, false },
	{ "reversed", REVERSED, 1, false },
	{ "shuffled", SHUFFLED, 1, false },
	{ "shuffled, in batches", SHUFFLED, 8, false },
	{ "shuffled, in large batches", SHUFFLED, 50, false },
	{ "repeated, in batches", SHUFFLED, 6, true },
};

enum { ROADS = sizeof(roads) / sizeof(roads[0]) };

/* Some events of a world. */
struct events_of {
	const struct world *world;
	const struct happening **items;
	size_t count;
};

struct arrival {
	const struct happening *happening;
	uint64_t key; /* its place in the order */
};

static int
compare_arrivals(const void *left, const void *right)
{
	const struct arrival *a = left, *b = right;

	return (a->key > b->key) - (a->key < b->key);
}

/* An event keeps its place, whatever others are left out: so a world that is
 * made smaller fails in the same way. */
static size_t
arrive(struct arena *a, const struct events_of *of, const struct road *road,
	struct arrival **arrivals)
{
	size_t count = 0;

	*arrivals = arena_array(a, of->count * 3 + 1, sizeof(**arrivals));
	for (size_t i = 0; i < of->count; i++) {
		uint64_t told = (uint64_t)(of->items[i] - of->world->events);
		uint64_t random =
			mix(of->world->seed, told, (uint64_t)(road - roads));
		size_t times = road->repeats ? 1 + random % 3 : 1;

		for (size_t k = 0; k < times; k++) {
			struct arrival *to = &(*arrivals)[count++];

			to->happening = of->items[i];
			to->key = road->order == AS_TOLD    ? told
				  : road->order == REVERSED ? ~told
							    : mix(random, k, 0);
		}
	}
	qsort(*arrivals, count, sizeof(**arrivals), compare_arrivals);
	return count;
}

/* What is stored when all have arrived; batches are told of if log is given. */
static char *
walk(struct arena *a, const struct events_of *of, const struct road *road,
	FILE *log)
{
	struct sim *sim = sim_create(a, of->world->policy, of->world->seed);
	struct arrival *arrivals;
	size_t count = arrive(a, of, road, &arrivals), held = 0;
	const struct happening **batch =
		arena_array(a, count + 1, sizeof(*batch));

	for (size_t i = 0; i < count; i++) {
		uint64_t dice = mix(arrivals[i].key, of->world->seed, 5);

		batch[held++] = arrivals[i].happening;
		if (log)
			fprintf(log, "%s%s\n", held == 1 ? "- " : "  ",
				world_tell(a, arrivals[i].happening));
		if (i + 1 < count && (!road->batch || dice % road->batch))
			continue;
		sim_append(sim, batch, held);
		held = 0;
	}
	return sim_export(a, sim);
}

static char *
page_of(struct arena *a, const struct events_of *of)
{
	return reference_page(a, of->world->policy, of->items, of->count, NULL);
}

static bool
is_same(const struct events_of *of, const struct road *road, const char *want)
{
	struct arena *a = arena_create();
	bool same =
		!strcmp(want ? want : page_of(a, of), walk(a, of, road, NULL));

	arena_destroy(a);
	return same;
}

/* Leaves out events, many at a time and then fewer, while it still fails. */
static void
shrink(struct arena *a, struct events_of *of, const struct road *road)
{
	size_t tries = 0, before = of->count;

	for (size_t size = of->count / 2; size && tries < SHRINKS;) {
		bool less = false;

		for (size_t at = 0; at < of->count && tries++ < SHRINKS;) {
			size_t n =
				of->count - at < size ? of->count - at : size;
			struct events_of fewer = { of->world,
				arena_array(a, of->count, sizeof(*of->items)),
				of->count - n };

			for (size_t i = 0; i < fewer.count; i++)
				fewer.items[i] = of->items[i < at ? i : i + n];
			if (is_same(&fewer, road, NULL)) {
				at += size;
				continue;
			}
			*of = fewer;
			less = true;
		}
		if (!less || size > 1)
			size /= 2;
	}
	printf("seed %llu, %s: %zu of %zu events are enough\n",
		(unsigned long long)of->world->seed, road->name, of->count,
		before);
}

/* The lines that only one of the pages has. */
static void
print_only(const char *mark, const char *page, const char *other)
{
	for (const char *end; (end = strchr(page, '\n')); page = end + 1) {
		size_t len = (size_t)(end - page) + 1;
		const char *at;

		for (at = other; *at; at = strchr(at, '\n') + 1)
			if (!strncmp(at, page, len))
				break;
		if (!*at)
			printf("%s %.*s", mark, (int)len, page);
	}
}

static void
print_failure(struct events_of of, const struct road *road)
{
	struct arena *a = arena_create();
	const struct policy *policy = of.world->policy;
	const char *want, *got;

	shrink(a, &of, road);
	printf("silence %lld days, crowd %u\n",
		(long long)(policy->silence / CLOCK_DAY), policy->crowd);
	for (size_t i = 0; i < policy->count; i++)
		printf("%s %u/%u; ", policy->kinds[i].name,
			policy->kinds[i].holds, policy->kinds[i].people);
	printf("(holds/people)\n");
	got = walk(a, &of, road, stdout);
	want = page_of(a, &of);
	print_only("want", want, got);
	print_only("got ", got, want);
	fflush(stdout);
	arena_destroy(a);
}

static void
demand(const struct events_of *of, const struct road *road, const char *want)
{
	if (is_same(of, road, want))
		return;
	if (!getenv("WORLD_SHRINK"))
		print_failure(*of, road);
	ck_abort_msg("seed %llu, %s", (unsigned long long)of->world->seed,
		road->name);
}

static struct events_of
all_of(struct arena *a, const struct world *w)
{
	struct events_of of = { w,
		arena_array(a, w->count + 1, sizeof(*of.items)), w->count };

	for (size_t i = 0; i < w->count; i++)
		of.items[i] = &w->events[i];
	return of;
}

/* A tenth is erased before the journal is told again (invariant 8). */
static void
erase_some(struct events_of *of)
{
	size_t kept = 0;

	for (size_t i = 0; i < of->count; i++)
		if (mix(of->world->seed, i, 77) % 10)
			of->items[kept++] = of->items[i];
	of->count = kept;
}

/* How many links were held. */
static size_t
held(const struct met *met)
{
	size_t sum = 0;

	for (int i = HELD_DECISION; i <= HELD_NAMES; i++)
		sum += met->held[i];
	return sum;
}

static void
tell_world(uint64_t seed, struct met *met)
{
	struct arena *a = arena_create();
	const struct world *w = world_create(a, seed, world_policy(a, seed));
	struct events_of of = all_of(a, w);
	const char *want;

	want = reference_page(a, w->policy, of.items, of.count, met);
	for (size_t i = 0; i < ROADS; i++)
		demand(&of, &roads[i], want);
	erase_some(&of);
	want = page_of(a, &of);
	demand(&of, &roads[0], want);
	demand(&of, &roads[4], want);
	arena_destroy(a);
}

static uint64_t
setting(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : otherwise;
}

START_TEST(arrival_changes_nothing)
{
	uint64_t only = setting("WORLD_SEED", 0);
	uint64_t count = setting("WORLDS", WORLDS);
	struct met met = { 0 };
	size_t contradicted = 0, shared = 0;

	if (only) {
		tell_world(only, &met);
		return;
	}
	for (uint64_t seed = 1; seed <= count; seed++) {
		struct met before = met;

		tell_world(seed, &met);
		contradicted += held(&met) > held(&before);
		shared += met.claimed + met.crowded >
			  before.claimed + before.crowded;
	}
	printf("%llu worlds, %zu with held links, %zu with shared "
	       "identifiers:",
		(unsigned long long)count, contradicted, shared);
	for (int i = HELD_DECISION; i <= HELD_NAMES; i++)
		printf(" held[%d] %zu,", i, met.held[i]);
	printf(" claimed %zu, crowded %zu, later stays %zu, nobody's %zu, "
	       "shared owners %zu, decided %zu, withdrawn %zu, later tenures "
	       "%zu, largest group %zu\n",
		met.claimed, met.crowded, met.stays, met.nobody, met.ownerless,
		met.decided, met.withdrawn, met.tenures, met.largest);
	if (count < 100)
		return; /* too few to have met all */
	ck_assert_uint_gt(contradicted, count - count / 10);
	ck_assert_uint_gt(shared, count / 2);
	for (int i = HELD_DECISION; i <= HELD_NAMES; i++)
		ck_assert_uint_gt(met.held[i], count / 2);
	ck_assert_uint_gt(met.claimed, count / 2);
	ck_assert_uint_gt(met.crowded, count / 2);
	ck_assert_uint_gt(met.stays, count / 2);
	ck_assert_uint_gt(met.nobody, count / 2);
	ck_assert_uint_gt(met.ownerless, count / 2);
	ck_assert_uint_gt(met.decided, count / 2);
	ck_assert_uint_gt(met.withdrawn, count / 2);
	ck_assert_uint_gt(met.tenures, count / 2);
}
END_TEST

/* What crosses a limit of sharing, or falls apart by it, told by hand. */
static const struct crossing {
	const char *lines;
	const char *shared; /* the page says this in the end */
} crossings[] = {
	{ "1 web user_id:1! phone:+5581991000001\n"
	  "2 web user_id:2! phone:+5581991000001\n"
	  "3 web user_id:3! phone:+5581991000001\n"
	  "4 calls phone:+5581991000001\n"
	  "5 calls phone:+5581991000001+ email:a@x.example",
		"phone:+5581991000001 of phone:+5581991000001 since "
		"2025-01-02T00:00:00Z shared\n" },
	{ "3 mail email:info@x.example telegram:1\n"
	  "3 mail email:info@x.example telegram:2\n"
	  "3 mail email:info@x.example telegram:3\n"
	  "3 mail email:info@x.example telegram:1 telegram:4\n"
	  "9 mail email:info@x.example+\n"
	  "1 mail email:info@x.example",
		"email:info@x.example of email:info@x.example since "
		"2025-01-02T00:00:00Z shared\n" },
	/* Only typed, the CPFs prove nothing; then they are checked. */
	{ "1 till loyalty:1! cpf:52998224725\n"
	  "1 till loyalty:1! cpf:11144477735\n"
	  "2 till loyalty:1! cpf:52998224725!\n"
	  "3 till loyalty:1! cpf:11144477735!\n"
	  "4 till loyalty:1! phone:+5581991000001\n"
	  "4 till phone:+5581991000001 email:a@x.example",
		"loyalty:1 of loyalty:1 since 2025-01-02T00:00:00Z shared\n" },
	/* Two had the number, one after another; then the silence between them
	 * was none. */
	{ "0 a user_id:1! phone:+5581991000001+\n"
	  "160 a user_id:2! phone:+5581991000001+\n"
	  "80 a user_id:1! phone:+5581991000001+\n"
	  "161 b phone:+5581991000001+",
		"phone:+5581991000001 of user_id:1 since "
		"2025-01-01T00:00:00Z\n" },
	/* It was given up in the midst of what both wrote. */
	{ "1 wa whatsapp_user:1+ phone:+5581991000001+\n"
	  "3 wa whatsapp_user:1~ phone:+5581991000001~ phone:+5581991000002+\n"
	  "5 wa whatsapp_user:1+ phone:+5581991000001+\n"
	  "2 wa whatsapp_user:1+ phone:+5581991000001+\n"
	  "6 wa whatsapp_user:1+ phone:+5581991000001+",
		"wa whatsapp_user:1 phone:+5581991000001 | "
		"2025-01-06T00:00:00Z to 2025-01-07T00:00:00Z n=2 know=22 of "
		"whatsapp_user:1@2025-01-06T00:00:00Z\n" },
	/* One moved to a number that was another's until then. */
	{ "1 wa phone:+5581991000001+\n"
	  "2 b user_id:2! phone:+5581991000002+\n"
	  "3 wa phone:+5581991000001~ phone:+5581991000002^\n"
	  "4 wa phone:+5581991000001+ whatsapp_user:3+\n"
	  "5 wa phone:+5581991000002+ whatsapp_user:1+",
		"phone:+5581991000002@2025-01-04T00:00:00Z of "
		"phone:+5581991000001 since 2025-01-04T00:00:00Z\n" },
	/* Two of other names gave the e-mail; then one of them proves it. */
	{ "1 crm record:1 email:a@x.example =ana\n"
	  "2 crm record:2 email:a@x.example =bia\n"
	  "3 crm record:3 email:a@x.example =ana\n"
	  "4 crm record:3 phone:+5581991000001",
		"email:a@x.example of email:a@x.example since "
		"2025-01-02T00:00:00Z shared\n" },
	{ "1 crm record:1 email:a@x.example =ana\n"
	  "2 crm record:2 email:a@x.example =bia\n"
	  "3 crm record:3 email:a@x.example\n"
	  "4 crm record:2 phone:+5581991000001\n"
	  "5 mail email:a@x.example+ =ana",
		"record:2 of record:2 since 2025-01-03T00:00:00Z\n" },
	/* What the other one did is not hers either. */
	{ "1 crm record:1 email:a@x.example =ana\n"
	  "2 crm record:2 email:a@x.example =bia\n"
	  "5 mail email:a@x.example+ =ana",
		"crm email:a@x.example record:2 | 2025-01-03T00:00:00Z to "
		"2025-01-03T00:00:00Z n=1 know=11 of record:2\n" },
	/* Who writes from a number after a long silence is called otherwise. */
	{ "0 wa phone:+5581991000001+ =ana\n"
	  "1 till loyalty:1! phone:+5581991000001 =ana\n"
	  "200 wa phone:+5581991000001+ =bia\n"
	  "201 till loyalty:2! phone:+5581991000001 =bia",
		"loyalty:2 of phone:+5581991000001@2025-07-20T00:00:00Z since "
		"2025-07-21T00:00:00Z\n" },
	/* A name was a mistake. */
	{ "1 crm record:1 email:a@x.example =ana\n"
	  "1 crm record:2 email:a@x.example =bia\n"
	  "2 crm record:2 email:a@x.example =ana\n"
	  "3 crm record:1 phone:+5581991000001\n"
	  "4 crm record:3 email:a@x.example",
		"record:3 of record:1 since 2025-01-05T00:00:00Z\n" },
	/* A stay that was long there is told another name. */
	{ "1 crm record:1 email:a@x.example =ana\n"
	  "1 crm record:2 email:a@x.example\n"
	  "2 crm record:2 email:a@x.example =bia\n"
	  "3 crm record:1 phone:+5581991000001",
		"email:a@x.example of email:a@x.example since "
		"2025-01-02T00:00:00Z shared\n" },
	/* Two stays become one, and have the names of both. */
	{ "0 crm record:1 email:a@x.example\n"
	  "100 crm record:1 email:a@x.example =bia\n"
	  "50 crm record:1 email:a@x.example\n"
	  "1 crm record:2 email:a@x.example =ana\n"
	  "101 crm record:2 phone:+5581991000001",
		"email:a@x.example of email:a@x.example since "
		"2025-01-01T00:00:00Z shared\n" },
	/* Three stays of one browser become one by the late fourth event. */
	{ "0 web anonymous_id:1 user_id:1!\n"
	  "100 web anonymous_id:1 user_id:1!\n"
	  "200 web anonymous_id:1 user_id:1!\n"
	  "50 web anonymous_id:1 user_id:1!\n"
	  "150 web anonymous_id:1 user_id:1!\n"
	  "60 web anonymous_id:1 user_id:2!",
		"anonymous_id:1 of anonymous_id:1 since "
		"2025-01-01T00:00:00Z shared\n" },
};

static void
try_order(const struct policy *policy, const struct happening *const *items,
	size_t count, const char *want)
{
	for (size_t batch = 1; batch <= 3; batch++) {
		struct arena *a = arena_create();
		struct sim *sim = sim_create(a, policy, batch);

		for (size_t at = 0; at < count; at += batch)
			sim_append(sim, &items[at],
				count - at < batch ? count - at : batch);
		ck_assert_str_eq(sim_export(a, sim), want);
		arena_destroy(a);
	}
}

/* All orders of the items from at on. */
static void
try_orders(const struct policy *policy, const struct happening **items,
	size_t at, size_t count, const char *want)
{
	if (at == count)
		try_order(policy, items, count, want);
	for (size_t i = at; i < count; i++) {
		const struct happening *swap = items[at];

		items[at] = items[i];
		items[i] = swap;
		try_orders(policy, items, at + 1, count, want);
		items[i] = items[at];
		items[at] = swap;
	}
}

START_TEST(limits_are_crossed_in_any_order)
{
	const struct crossing *c = &crossings[_i];
	struct arena *a = arena_create();
	struct policy *policy = policy_create(a);
	const char *want;
	struct events_of of;

	policy->crowd = 3;
	policy->likeness = true;
	of = all_of(a, world_of(a, policy, c->lines));
	want = page_of(a, &of);
	ck_assert_msg(
		strstr(want, c->shared), "want %s in %s", c->shared, want);
	try_orders(policy, of.items, 0, of.count, want);
	arena_destroy(a);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("world");
	TCase *c = tcase_create("worlds");

	tcase_set_timeout(c, 600);
	tcase_add_loop_test(c, limits_are_crossed_in_any_order, 0,
		sizeof(crossings) / sizeof(crossings[0]));
	tcase_add_test(c, arrival_changes_nothing);
	suite_add_tcase(s, c);
	return s;
}
