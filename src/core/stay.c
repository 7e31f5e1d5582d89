/* SPDX-License-Identifier: Apache-2.0 */
#include "core/stay.h"

bool
cuts_between(const struct cuts *cuts, int64_t first, int64_t second)
{
	for (size_t i = 0; i < cuts->count; i++)
		if (cuts->at[i] > first && cuts->at[i] <= second)
			return true;
	return false;
}

static bool
touches(const struct stay *s, int64_t silence, const struct cuts *cuts,
	int64_t at)
{
	return !s->into && at >= s->first - silence &&
	       at <= s->last + silence && !cuts_between(cuts, at, s->first) &&
	       !cuts_between(cuts, s->last, at);
}

static void
raise_assurance(struct stay *s, const enum assurance *assurance, size_t width)
{
	for (size_t i = 0; i < width; i++) {
		if (assurance[i] > s->assurance[i]) {
			s->assurance[i] = assurance[i];
			s->moved = true;
		}
	}
}

/* b's events are now a's; the lower number stands, so that what has long
 * been there seldom changes its key. */
static struct stay *
join(struct stay *a, struct stay *b)
{
	if (a->number > b->number) {
		struct stay *swap = a;

		a = b;
		b = swap;
	}
	a->first = b->first < a->first ? b->first : a->first;
	a->last = b->last > a->last ? b->last : a->last;
	a->events += b->events;
	raise_assurance(a, b->assurance, EVENT_CLAIMS);
	called_take(&a->called, &b->called, &a->renamed);
	a->changed = a->moved = b->changed = true;
	b->into = a->number;
	return a;
}

void
stays_room(struct arena *a, struct stays *stays)
{
	if (!stays->cap) {
		stays->cap = 1;
		stays->items = arena_alloc(a, sizeof(*stays->items));
	}
	stays->items = arena_grow(a, stays->items, stays->count, &stays->cap,
		sizeof(*stays->items));
}

int
stays_add(struct arena *a, struct stays *stays, int64_t silence,
	const struct cuts *cuts, int64_t at, const enum assurance *assurance,
	size_t width, const struct called *called)
{
	struct stay *s = NULL;
	int highest = 0;

	for (size_t i = 0; i < stays->count; i++) {
		struct stay *each = &stays->items[i];

		highest = each->number > highest ? each->number : highest;
		if (touches(each, silence, cuts, at))
			s = s ? join(s, each) : each;
	}
	if (!s) {
		stays_room(a, stays);
		s = &stays->items[stays->count++];
		*s = (struct stay){ .number = highest + 1,
			.first = at,
			.last = at,
			.moved = true };
	}
	if (at < s->first) {
		s->first = at;
		s->moved = true;
	}
	if (at > s->last) {
		s->last = at;
		s->longer = true;
	}
	s->events++;
	s->changed = true;
	raise_assurance(s, assurance, width);
	if (called && called_take(&s->called, called, &s->renamed))
		s->moved = true;
	return s->number;
}

int
stays_standing(const struct stays *stays, int number)
{
	for (size_t i = 0; i < stays->count; i++) {
		if (stays->items[i].number == number && stays->items[i].into) {
			number = stays->items[i].into;
			i = (size_t)-1; /* it may have been joined too */
		}
	}
	return number;
}
