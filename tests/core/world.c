/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "core/identifier.h"
#include "page.h"

enum { INSTANTS = 16, HUB = 900, PEOPLE = 1000, YEARS = 3 };

#define EPOCH (INT64_C(1735689600) * CLOCK_SECOND) /* 2025 */

/* A world in the making. */
struct making {
	struct arena *arena;
	struct world *world;
	uint64_t dice;
	size_t people;
	int64_t instants[INSTANTS]; /* at which much happens */
	struct event *ev;	    /* in hand */
	const char *name;	    /* told by hand, or ""; NULL: any */
};

uint64_t
mix(uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t x = a * 0x9e3779b97f4a7c15u + b * 0xbf58476d1ce4e5b9u +
		     c * 0x94d049bb133111ebu + 0x2545f4914f6cdd1du;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static size_t
below(struct making *m, size_t n)
{
	return (size_t)(mix(m->dice++, m->world->seed, 0) % n);
}

static bool
maybe(struct making *m)
{
	return below(m, 2);
}

/* The policy */

struct policy *
world_policy(struct arena *a, uint64_t seed)
{
	static const int64_t silences[] = { 0, 1, 7, 30, 90, 90, 90, 365 };
	struct policy *policy = policy_create(a);

	policy->silence = silences[mix(seed, 1, 1) % 8] * CLOCK_DAY;
	policy->likeness = seed % 2;
	policy->crowd = (unsigned)(2 + mix(seed, 1, 2) % 6);
	for (size_t i = 0; i < policy->count; i++) {
		struct kind *kind = &policy->kinds[i];

		if (mix(seed, 2, i) % 3 == 0)
			kind->holds = (unsigned)(1 + mix(seed, 3, i) % 4);
		if (mix(seed, 4, i) % 3 == 0)
			kind->people = (unsigned)(1 + mix(seed, 5, i) % 3);
	}
	return policy;
}

/* Values */

static const char *
cpf(struct making *m, size_t number)
{
	size_t digits[11] = { 0 }, rest = 123000000 + number;

	for (size_t i = 9; i-- > 0; rest /= 10)
		digits[i] = rest % 10;
	for (size_t n = 9; n < 11; n++) {
		size_t sum = 0;

		for (size_t i = 0; i < n; i++)
			sum += digits[i] * (n + 1 - i);
		digits[n] = sum * 10 % 11 % 10;
	}
	return arena_printf(m->arena, "%09zu%zu%zu", 123000000 + number,
		digits[9], digits[10]);
}

/* Names the which-th value that the person has of the kind. */
static void
name(struct making *m, const char *kind, size_t person, size_t which,
	enum assurance assurance)
{
	struct arena *a = m->arena;
	size_t number;
	const char *value;

	person += m->world->place * PEOPLE;
	number = person * 10 + which;

	if (!strcmp(kind, "phone"))
		value = arena_printf(a,
			below(m, 4) ? "+5581991%06zu" : "(81) 99 1%06zu",
			number);
	else if (!strcmp(kind, "email"))
		value = arena_printf(a,
			below(m, 4) ? "p%zu.%zu@x.example"
				    : "P%zu.%zu@X.example",
			person, which);
	else if (!strcmp(kind, "cpf"))
		value = cpf(m, number);
	else
		value = arena_printf(a, "%zu.%zu", person, which);
	event_claim(a, m->ev, kind, span_of(value), assurance);
}

static size_t
somebody(struct making *m)
{
	return below(m, m->people);
}

static enum assurance
any(struct making *m)
{
	return (enum assurance)(1 + below(m, VERIFIED));
}

/* What happens. Each scene names who an event names. */

static void
browse(struct making *m)
{
	name(m, "anonymous_id", somebody(m), below(m, 3), ASSERTED);
}

static void
login(struct making *m)
{
	size_t p = somebody(m);

	name(m, "user_id", p, 0, VERIFIED);
	name(m, "anonymous_id", p, below(m, 3), ASSERTED);
	if (maybe(m))
		name(m, "email", p, below(m, 2), any(m));
	if (maybe(m))
		name(m, "phone", p, below(m, 2), ASSERTED);
}

static void
write_whatsapp(struct making *m)
{
	size_t p = somebody(m);

	name(m, "whatsapp_user", p, below(m, 2), ATTESTED);
	name(m, "phone", p, below(m, 2), ATTESTED);
}

static void
send_contact_card(struct making *m)
{
	write_whatsapp(m);
	name(m, "phone", somebody(m), below(m, 2), ASSERTED);
}

static void
send_mail(struct making *m)
{
	name(m, "email", somebody(m), below(m, 3), ATTESTED);
}

static void
forward_mail(struct making *m)
{
	send_mail(m);
	name(m, "email", somebody(m), below(m, 3), ASSERTED);
}

static void
buy_at_till(struct making *m)
{
	size_t p = somebody(m);

	name(m, "loyalty", p, below(m, 4), VERIFIED);
	if (maybe(m))
		name(m, "phone", p, below(m, 2), ASSERTED);
	if (maybe(m))
		name(m, "cpf", p, 0, any(m));
}

/* Whoever has no card gets the cashier's. */
static void
buy_with_cashiers_card(struct making *m)
{
	name(m, "loyalty", HUB, below(m, 2), VERIFIED);
	name(m, maybe(m) ? "cpf" : "phone", somebody(m), 0, any(m));
}

static void
call_through_call_centre(struct making *m)
{
	name(m, "phone", HUB, 0, any(m));
	name(m, maybe(m) ? "user_id" : "loyalty", somebody(m), 0, any(m));
}

/* The people of one home give the same number. */
static void
give_family_phone(struct making *m)
{
	size_t p = somebody(m);

	name(m, "user_id", p, 0, VERIFIED);
	name(m, "phone", HUB + 1 + p / 3, 1, any(m));
}

static void
use_store_tablet(struct making *m)
{
	name(m, "device", HUB, 0, ASSERTED);
	name(m, maybe(m) ? "user_id" : "email", somebody(m), 0, any(m));
}

static void
write_from_info_mailbox(struct making *m)
{
	name(m, "email", HUB, 0, any(m));
	name(m, maybe(m) ? "phone" : "instagram", somebody(m), 0, ASSERTED);
}

/* The two things that everybody shares, in one event. */
static void
call_from_front_desk(struct making *m)
{
	name(m, "phone", HUB, below(m, 2), any(m));
	name(m, "phone", HUB, 2 + below(m, 2), any(m));
	if (maybe(m))
		name(m, "user_id", somebody(m), 0, any(m));
}

/* A number that one had, and much later another. */
static void
use_recycled_number(struct making *m)
{
	size_t half = (size_t)(m->ev->occurred_at > m->instants[INSTANTS / 2]);

	name(m, "phone", HUB + 20 + below(m, 2), 0, any(m));
	name(m, maybe(m) ? "whatsapp_user" : "email", half, 0, ATTESTED);
}

/* The provider says that somebody moved to another number. */
static void
change_number(struct making *m)
{
	size_t p = somebody(m), which = below(m, 2);
	const char *kind = maybe(m) ? "phone" : "whatsapp_user";
	struct claim *old;

	name(m, kind, p, which, ATTESTED);
	name(m, kind, p, 3 - which, ATTESTED);
	old = &m->ev->claims[0];
	event_give_up(m->arena, m->ev, kind, old->value);
	if (m->ev->claim_count == 2 && maybe(m))
		event_take_over(m->arena, m->ev, kind, old[1].value);
}

static void
mistype(struct making *m)
{
	name(m, maybe(m) ? "user_id" : "loyalty", somebody(m), 0, VERIFIED);
	name(m, maybe(m) ? "phone" : "cpf", somebody(m), 0, ASSERTED);
}

static void
lend_device(struct making *m)
{
	size_t owner = somebody(m);

	name(m, "device", owner, below(m, 2), ASSERTED);
	if (maybe(m))
		name(m, "anonymous_id", owner, below(m, 3), ASSERTED);
	name(m, maybe(m) ? "email" : "user_id", maybe(m) ? owner : somebody(m),
		0, any(m));
}

static void
open_second_account(struct making *m)
{
	size_t p = somebody(m);

	name(m, "user_id", p, 1 + below(m, 2), VERIFIED);
	name(m, maybe(m) ? "phone" : "email", p, 0, any(m));
}

static void
sync_record(struct making *m)
{
	size_t p = somebody(m);

	name(m, "record", p, below(m, 3), ASSERTED);
	if (maybe(m))
		name(m, "cpf", p, 0, any(m));
	name(m, maybe(m) ? "email" : "phone", p, below(m, 7), any(m));
}

/* Kinds that the policy does not know, all of one rank. */
static void
write_elsewhere(struct making *m)
{
	size_t p = somebody(m);

	name(m, "instagram", p, below(m, 2), ATTESTED);
	name(m, "telegram", p, below(m, 2), any(m));
	if (maybe(m))
		name(m, "vat", somebody(m), 0, any(m));
}

/* All that somebody ever had: more than one person may. */
static void
import(struct making *m)
{
	static const char *const kinds[] = { "email", "phone", "loyalty",
		"whatsapp_user", "record", "cpf" };
	size_t p = somebody(m), n = 2 + below(m, 6);

	for (size_t i = 0; i < n; i++)
		name(m, kinds[below(m, 6)], p, below(m, 7), any(m));
}

/* Ids of identifiers that events before this one name. */
static json_t *
some_ids(struct making *m, json_t *not_among)
{
	json_t *list = json_array();
	size_t tries = 1 + below(m, 3);

	while (m->world->count && tries--) {
		const struct happening *h =
			&m->world->events[below(m, m->world->count)];
		size_t count = h->told.identifier_count, i;
		char text[ID_TEXT];
		json_t *each;

		if (!count)
			continue;
		id_format(&h->told.identifiers[below(m, count)].id, text);
		json_array_foreach(not_among, i, each)
		{
			if (!strcmp(json_string_value(each), text))
				break;
		}
		if (i == json_array_size(not_among))
			json_array_append_new(list, json_string(text));
	}
	return list;
}

/* A steward says that some are the same, or are not. */
static void
decide(struct making *m)
{
	json_t *said = json_object(), *left = some_ids(m, NULL);

	json_object_set_new(said, "same", json_boolean(below(m, 3)));
	json_object_set_new(said, "right", some_ids(m, left));
	json_object_set_new(said, "left", left);
	json_object_set_new(m->ev->body, "decision", said);
}

/* And takes it back. */
static void
withdraw(struct making *m)
{
	for (size_t i = m->world->count; i-- > 0;) {
		const struct happening *h = &m->world->events[i];
		char text[ID_TEXT];

		if (!h->told.decided || h->told.decided->withdraws || maybe(m))
			continue;
		id_format(&h->placed.event, text);
		json_object_set_new(m->ev->body, "decision",
			json_pack("{s:s}", "withdraws", text));
		return;
	}
}

static void
say_nothing(struct making *m)
{
	(void)m;
}

static const struct scene {
	void (*play)(struct making *m);
	const char *source;
} scenes[] = {
	{ browse, "web" },
	{ login, "web" },
	{ login, "web" },
	{ write_whatsapp, "whatsapp" },
	{ write_whatsapp, "whatsapp" },
	{ send_contact_card, "whatsapp" },
	{ send_mail, "mail" },
	{ forward_mail, "mail" },
	{ buy_at_till, "till" },
	{ buy_at_till, "till" },
	{ buy_with_cashiers_card, "till" },
	{ call_through_call_centre, "calls" },
	{ give_family_phone, "web" },
	{ use_store_tablet, "app" },
	{ write_from_info_mailbox, "mail" },
	{ call_from_front_desk, "calls" },
	{ use_recycled_number, "whatsapp" },
	{ change_number, "whatsapp" },
	{ mistype, "till" },
	{ lend_device, "app" },
	{ open_second_account, "app" },
	{ sync_record, "crm" },
	{ write_elsewhere, "social" },
	{ import, "crm" },
	{ decide, "stewards" },
	{ decide, "stewards" },
	{ withdraw, "stewards" },
	{ say_nothing, "web" },
};

enum { SCENES = sizeof(scenes) / sizeof(scenes[0]) };

/* Ties, the two sides of a silence, and any time at all. */
static int64_t
some_time(struct making *m, size_t done)
{
	int64_t silence = m->world->policy->silence;
	int64_t earlier = m->instants[0];

	if (done)
		earlier = m->world->events[below(m, done)].at;
	switch (below(m, 8)) {
	case 0:
		return earlier;
	case 1:
		return earlier + silence + (int64_t)below(m, 3) - 1;
	case 2:
		return earlier - silence - (int64_t)below(m, 3) + 1;
	case 3:
		return EPOCH +
		       (int64_t)below(m, YEARS * 365 * 24) * (CLOCK_DAY / 24);
	default:
		return m->instants[below(m, INSTANTS)];
	}
}

/* Mostly the same for the same identifier; a function of the event. */
static const char *
some_name(const struct making *m, const struct happening *h)
{
	const struct told *told = &h->told;
	const uint8_t *event = h->placed.event.bytes;
	uint8_t who = event[10] % 4;

	if (!m->world->policy->likeness || event[9] % 4 == 0)
		return NULL;
	if (told->identifier_count && event[11] % 4)
		who = told->identifiers[0].id.bytes[9] % 4;
	return arena_printf(m->arena, "%c%u", 'a' + who, event[12] % 3);
}

/* The event in hand becomes a row of the journal. */
static void
take_down(struct making *m, const char *source, size_t at)
{
	struct source_conf conf = { .name = source, .region = "BR" };
	struct happening *h = &m->world->events[at];

	h->source = source;
	h->at = m->ev->occurred_at;
	touchpoint_place(m->arena, span_of("key"), &conf, m->ev, &h->placed);
	if (!touchpoint_read(m->arena, span_of(h->placed.body), &h->told, NULL))
		abort();
	h->told.called = !m->name ? some_name(m, h) : *m->name ? m->name : NULL;
}

bool
world_contradict(struct arena *a, const char *x, const char *y)
{
	(void)a;
	return *x != *y;
}

/* The same browser, till or mailbox again, known more or less well. */
static const char *
come_back(struct making *m, size_t done)
{
	const struct happening *h = &m->world->events[below(m, done)];

	for (size_t i = 0; i < h->told.identifier_count; i++) {
		const struct named *n = &h->told.identifiers[i];

		event_claim(m->arena, m->ev, n->kind, n->value,
			maybe(m) ? n->assurance : any(m));
	}
	return h->source;
}

static void
happen(struct making *m, const struct scene *scene, size_t done)
{
	struct events events = { 0 };
	const char *source;

	source = below(m, 3) ? scene->source
			     : arena_printf(m->arena, "%s-2", scene->source);
	m->ev = events_add(m->arena, &events);
	/* Without an id, what is told twice in the same words is one event. */
	if (below(m, 8))
		m->ev->external_id =
			span_of(arena_printf(m->arena, "%zu", done));
	m->ev->occurred_at = some_time(m, done);
	if (done && !below(m, 3))
		source = come_back(m, done);
	else
		scene->play(m);
	if (!below(m, 3))
		event_trait(m->ev, maybe(m) ? "name" : "locale",
			span_of(arena_printf(m->arena, "%zu", below(m, 100))));
	take_down(m, source, done);
}

struct world *
world_create(struct arena *a, uint64_t seed, const struct policy *policy)
{
	return world_at(a, seed, 0, policy);
}

struct world *
world_at(struct arena *a, uint64_t seed, size_t place,
	const struct policy *policy)
{
	struct world *w = arena_alloc(a, sizeof(*w));
	struct making m = { .arena = a, .world = w };
	size_t count, likely[SCENES];

	*w = (struct world){ .seed = seed, .place = place, .policy = policy };
	/* Most worlds are small and quick, a few are not: 50 to 500. */
	count = below(&m, 22);
	count = 50 + count * count * count * count / 432;
	m.people = 2 + below(&m, 2 + count / 8);
	for (size_t i = 0; i < INSTANTS; i++)
		m.instants[i] = EPOCH + (int64_t)i * (policy->silence / 3 +
							     CLOCK_SECOND);
	/* Each world likes some scenes better. */
	for (size_t i = 0; i < SCENES; i++)
		likely[i] = below(&m, SCENES);
	w->events = arena_array(a, count, sizeof(*w->events));
	for (; w->count < count; w->count++)
		happen(&m,
			&scenes[maybe(&m) ? below(&m, SCENES)
					  : likely[below(&m, SCENES / 3)]],
			w->count);
	return w;
}

/* Told by hand */

static void
claim_word(struct event *ev, struct arena *a, struct span word)
{
	struct span value, kind = span_cut(word, ':', &value);
	enum assurance assurance = ASSERTED;

	if (value.len && value.data[value.len - 1] == '+')
		assurance = ATTESTED;
	if (value.len && value.data[value.len - 1] == '!')
		assurance = VERIFIED;
	if (value.len && value.data[value.len - 1] == '~') {
		assurance = ATTESTED;
		event_give_up(a, ev, span_text(a, kind),
			(struct span){ value.data, value.len - 1 });
	}
	if (value.len && value.data[value.len - 1] == '^') {
		assurance = ATTESTED;
		event_take_over(a, ev, span_text(a, kind),
			(struct span){ value.data, value.len - 1 });
	}
	if (assurance != ASSERTED)
		value.len--;
	event_claim(a, ev, span_text(a, kind), value, assurance);
}

static void
told_word(struct making *m, struct span word)
{
	struct span name;

	if (span_starts(word, "=")) {
		span_cut(word, '=', &name);
		m->name = arena_printf(
			m->arena, "%.*s", (int)name.len, name.data);
	} else {
		claim_word(m->ev, m->arena, word);
	}
}

/* "email:1@x.example,user_id:2" as ids. */
static json_t *
ids_of(struct arena *a, struct span words)
{
	json_t *list = json_array();

	while (words.len) {
		struct span value;
		struct span kind =
			span_cut(span_cut(words, ',', &words), ':', &value);
		struct id id = identifier_id(
			span_of("key"), span_text(a, kind), value);
		char text[ID_TEXT];

		json_array_append_new(list, json_string(id_format(&id, text)));
	}
	return list;
}

static void
decide_words(struct event *ev, struct arena *a, struct span line)
{
	json_t *said = json_object();

	json_object_set_new(said, "same",
		json_boolean(span_is(span_cut(line, ' ', &line), "same")));
	json_object_set_new(
		said, "left", ids_of(a, span_cut(line, ' ', &line)));
	json_object_set_new(said, "right", ids_of(a, line));
	json_object_set_new(ev->body, "decision", said);
}

struct world *
world_of(struct arena *a, const struct policy *policy, const char *lines)
{
	struct world *w = arena_alloc(a, sizeof(*w));
	struct making m = { .arena = a, .world = w };
	struct span rest = span_of(lines);
	struct events events = { 0 };

	*w = (struct world){ .policy = policy };
	w->events = arena_array(a, rest.len + 1, sizeof(*w->events));
	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);
		struct span told = line, day = span_cut(line, ' ', &line);
		const char *source = span_text(a, span_cut(line, ' ', &line));

		m.ev = events_add(a, &events);
		m.ev->external_id = span_of(arena_printf(
			a, "%zu %.*s", w->count, (int)told.len, told.data));
		m.ev->occurred_at =
			EPOCH + strtoll(day.data, NULL, 10) * CLOCK_DAY;
		m.name = "";
		if (!strcmp(source, "stewards"))
			decide_words(m.ev, a, line);
		else
			while (line.len)
				told_word(&m, span_cut(line, ' ', &line));
		take_down(&m, source, w->count++);
	}
	return w;
}

/* Text */

const char *
world_tell(struct arena *a, const struct happening *h)
{
	static const char *const marks[] = { "?", "", "+", "!" };
	char at[CLOCK_TEXT], id[ID_TEXT];
	const char *text =
		arena_printf(a, "%s %s", clock_format(h->at, at), h->source);

	for (size_t i = 0; i < h->told.identifier_count; i++) {
		const struct named *n = &h->told.identifiers[i];

		text = arena_printf(a, "%s %s%s", text,
			name_of(a, n->kind, n->value), marks[n->assurance]);
	}
	if (h->told.called)
		text = arena_printf(a, "%s =%s", text, h->told.called);
	if (h->told.decided)
		text = arena_printf(a, "%s %s: %s", text,
			id_format(&h->placed.event, id), h->placed.body);
	return text;
}
