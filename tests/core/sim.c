/* SPDX-License-Identifier: Apache-2.0 */
#include "sim.h"

#include <stdlib.h>
#include <string.h>

#include "base/idmap.h"
#include "core/json.h"
#include "page.h"
#include "store/graph_rows.h"

struct identifier_row {
	struct id id, founder, base;
	int64_t until, run_at;
	bool crowded;
	bool gone, base_known;
	const char *kind;
	struct span value;
	int64_t first_seen;
	bool shared;
	uint32_t next; /* tenure of the same, or 0; never the first row */
	uint32_t *touchpoints; /* the table of members, by identifier */
	size_t touchpoint_count, touchpoint_cap;
};

struct decision_row {
	struct id id;
	bool known, withdrawn;
	int64_t at;
	struct decided says;
};

struct stay_row {
	struct stay stay;
	struct id owner;
};

struct trait_row {
	int stay;
	const char *name;
	const char *value;
	int64_t at;
	struct id event;
};

struct touchpoint_row {
	struct id id;
	const char *source, *channel;
	struct id *members;
	size_t member_count;
	struct stay_row *stays;
	size_t stay_count, stay_cap;
	struct trait_row *traits;
	size_t trait_count, trait_cap;
};

struct sim {
	struct arena *arena;
	const struct policy *policy;
	uint64_t shake;
	size_t loaded;
	struct identifier_row *identifiers;
	size_t identifier_count, identifier_cap;
	struct idmap identifier_of;
	struct touchpoint_row *touchpoints;
	size_t touchpoint_count, touchpoint_cap;
	struct idmap touchpoint_of;
	struct decision_row *decisions;
	size_t decision_count, decision_cap;
	struct cut_row {
		struct id id;
		int64_t at;
	} * cuts;
	size_t cut_count, cut_cap;
	const struct happening **seen;
	size_t seen_count, seen_cap;
	struct idmap seen_of;
};

struct sim *
sim_create(struct arena *a, const struct policy *policy, uint64_t shake)
{
	struct sim *sim = arena_alloc(a, sizeof(*sim));

	*sim = (struct sim){ .arena = a, .policy = policy, .shake = shake };
	return sim;
}

/* Loading. PostgreSQL promises no order of rows: each answer is turned and
 * begins somewhere. */

struct turn {
	size_t at, step, count;
};

static struct turn
turn_start(struct sim *sim, size_t count)
{
	sim->shake = mix(sim->shake, count, 7);
	return (struct turn){ count ? sim->shake % count : 0,
		sim->shake >> 32 & 1 && count ? count - 1 : 1, count };
}

static size_t
turn_next(struct turn *turn)
{
	turn->at = (turn->at + turn->step) % turn->count;
	return turn->at;
}

static void
load_stays_of(struct sim *sim, struct graph *g, uint32_t spot,
	const struct touchpoint_row *row)
{
	struct turn turn = turn_start(sim, row->stay_count);

	for (size_t i = 0; i < turn.count; i++) {
		const struct stay_row *r = &row->stays[turn_next(&turn)];

		g->spots[spot].stored = true;
		graph_stay(g, spot, &r->stay, &r->owner);
		sim->loaded++;
	}
}

static void
load_stays(struct sim *sim, struct graph *g)
{
	struct turn turn = turn_start(sim, g->spot_count);

	for (size_t i = 0; i < turn.count; i++) {
		uint32_t at = (uint32_t)turn_next(&turn);
		struct spot *s = &g->spots[at];
		uint32_t row = idmap_get(&sim->touchpoint_of, &s->id);

		if (s->asked)
			continue;
		s->asked = true;
		if (row == IDMAP_NONE)
			continue;
		load_stays_of(sim, g, at, &sim->touchpoints[row]);
	}
}

static void
load_touchpoints(struct sim *sim, struct graph *g)
{
	struct turn turn = turn_start(sim, g->spot_count);

	for (size_t i = 0; i < turn.count; i++) {
		uint32_t at = (uint32_t)turn_next(&turn), *members, row;
		const struct touchpoint_row *r;

		if (g->spots[at].members)
			continue;
		row = idmap_get(&sim->touchpoint_of, &g->spots[at].id);
		if (row == IDMAP_NONE)
			continue;
		r = &sim->touchpoints[row];
		members = arena_array(
			g->arena, r->member_count + 1, sizeof(*members));
		for (size_t k = 0; k < r->member_count; k++)
			members[k] = graph_node(g, &r->members[k]);
		g->spots[at].source = r->source;
		g->spots[at].channel = r->channel;
		g->spots[at].members = members;
		g->spots[at].member_count = r->member_count;
		sim->loaded++;
	}
}

static void
load_identifier(
	struct sim *sim, struct graph *g, const struct identifier_row *r)
{
	uint32_t at = graph_node(g, &r->id);
	struct node *n = &g->nodes[at];

	n->asked = true;
	n->base = r->base;
	n->kind = r->kind;
	n->value = r->value;
	n->first_seen = r->first_seen;
	n->until = r->until;
	n->run_at = r->run_at;
	n->founder = r->founder;
	n->shared = r->shared;
	n->crowded = r->crowded;
	n->stored = true;
	if (!n->shared)
		n->was = n->was_group = n->founder;
	sim->loaded++;
}

/* Those asked for, and their tenures. */
static void
load_identifiers(struct sim *sim, struct graph *g)
{
	size_t count = g->node_count;
	struct turn turn = turn_start(sim, sim->identifier_count);
	bool *wanted = arena_array(
		g->arena, sim->identifier_count + 1, sizeof(*wanted));
	uint32_t row;

	for (size_t i = 0; i < count; i++) {
		if (g->nodes[i].asked)
			continue;
		g->nodes[i].asked = true;
		row = idmap_get(&sim->identifier_of, &g->nodes[i].id);
		if (row == IDMAP_NONE)
			continue;
		wanted[row] = true;
		for (uint32_t k = sim->identifiers[row].next; k;
			k = sim->identifiers[k].next)
			wanted[k] = true;
	}
	for (uint32_t i = 0; i < count; i++)
		for (size_t k = 0; k < sim->cut_count; k++)
			if (!id_compare(&sim->cuts[k].id, &g->nodes[i].id))
				graph_cut(g, i, sim->cuts[k].at);
	for (size_t i = 0; i < turn.count; i++) {
		size_t at = turn_next(&turn);

		if (wanted[at] && !sim->identifiers[at].gone)
			load_identifier(sim, g, &sim->identifiers[at]);
	}
}

static bool
names(const struct decided *d, const struct id *id)
{
	for (size_t i = 0; i < d->left_count; i++)
		if (!id_compare(&d->left[i], id))
			return true;
	for (size_t i = 0; i < d->right_count; i++)
		if (!id_compare(&d->right[i], id))
			return true;
	return false;
}

/* Those on nodes in reach, and those that the batch tells of; false where
 * there was nothing to ask. */
static bool
load_decisions(struct sim *sim, struct graph *g)
{
	struct turn turn = turn_start(sim, sim->decision_count);
	bool *wanted =
		arena_array(g->arena, sim->decision_count + 1, sizeof(*wanted));
	bool asked = false;

	for (size_t i = 0; i < g->node_count; i++) {
		if (!g->nodes[i].expanded || g->nodes[i].judged)
			continue;
		g->nodes[i].judged = asked = true;
		for (size_t k = 0; k < sim->decision_count; k++)
			wanted[k] |=
				names(&sim->decisions[k].says, &g->nodes[i].id);
	}
	for (size_t i = 0; i < g->ruling_count; i++) {
		if (g->rulings[i].asked)
			continue;
		g->rulings[i].asked = asked = true;
		for (size_t k = 0; k < sim->decision_count; k++)
			wanted[k] |= !id_compare(
				&sim->decisions[k].id, &g->rulings[i].id);
	}
	for (size_t i = 0; i < turn.count; i++) {
		const struct decision_row *row =
			&sim->decisions[turn_next(&turn)];
		struct ruling *r;

		if (!wanted[row - sim->decisions])
			continue;
		r = graph_ruling(g, &row->id);
		r->asked = true;
		r->withdrawn |= row->withdrawn;
		if (!r->known && row->known)
			graph_rule(g, r, row->at, &row->says);
		sim->loaded++;
	}
	return asked;
}

static void
load_touched(struct sim *sim, struct graph *g)
{
	load_stays(sim, g);
	load_touchpoints(sim, g);
	load_identifiers(sim, g);
}

static void
load_members(
	struct sim *sim, struct graph *g, const uint32_t *nodes, size_t count)
{
	struct turn turn = turn_start(sim, count);

	for (size_t i = 0; i < count; i++) {
		uint32_t node = nodes[turn_next(&turn)];
		uint32_t row =
			idmap_get(&sim->identifier_of, &g->nodes[node].id);
		const struct identifier_row *r;

		if (row == IDMAP_NONE)
			continue;
		r = &sim->identifiers[row];
		for (size_t k = 0; k < r->touchpoint_count; k++)
			graph_spot(g, &sim->touchpoints[r->touchpoints[k]].id);
	}
	load_touched(sim, g);
}

static void
load_reach(struct sim *sim, struct graph *g)
{
	uint32_t *nodes;
	size_t count;

	for (;;) {
		while (load_decisions(sim, g))
			load_identifiers(sim, g);
		count = graph_frontier(g, &nodes);
		if (!count)
			return;
		load_members(sim, g, nodes, count);
	}
}

/* Writing, from the rows that go to PostgreSQL. */

static const char *
text(const json_t *row, const char *name)
{
	return json_string_value(json_object_get(row, name));
}

static struct id
id(const json_t *row, const char *name)
{
	struct id id = { { 0 } };

	if (text(row, name) && !id_parse(span_of(text(row, name)), &id))
		abort();
	return id;
}

static int64_t
when(const json_t *row, const char *name)
{
	int64_t at;

	if (!clock_parse_rfc3339(span_of(text(row, name)), 0, &at, NULL))
		abort();
	return at;
}

static int
number(const json_t *row, const char *name)
{
	return (int)json_integer_value(json_object_get(row, name));
}

static struct identifier_row *
identifier_row(struct sim *sim, const struct id *id)
{
	uint32_t at = idmap_get(&sim->identifier_of, id);
	struct identifier_row *r;

	if (at != IDMAP_NONE)
		return &sim->identifiers[at];
	sim->identifiers =
		arena_grow(sim->arena, sim->identifiers, sim->identifier_count,
			&sim->identifier_cap, sizeof(*sim->identifiers));
	idmap_set(sim->arena, &sim->identifier_of, id,
		(uint32_t)sim->identifier_count);
	r = &sim->identifiers[sim->identifier_count++];
	*r = (struct identifier_row){ .id = *id };
	return r;
}

static struct touchpoint_row *
touchpoint_row(struct sim *sim, const json_t *row)
{
	struct id touchpoint = id(row, "touchpoint");
	uint32_t at = idmap_get(&sim->touchpoint_of, &touchpoint);

	if (at == IDMAP_NONE)
		abort(); /* its own row is written first */
	return &sim->touchpoints[at];
}

static void
put_touchpoint(struct sim *sim, const json_t *row)
{
	const json_t *members = json_object_get(row, "identifiers"), *member;
	struct id touchpoint = id(row, "touchpoint");
	struct touchpoint_row *r;
	size_t i;

	if (idmap_get(&sim->touchpoint_of, &touchpoint) != IDMAP_NONE)
		return;
	sim->touchpoints =
		arena_grow(sim->arena, sim->touchpoints, sim->touchpoint_count,
			&sim->touchpoint_cap, sizeof(*sim->touchpoints));
	idmap_set(sim->arena, &sim->touchpoint_of, &touchpoint,
		(uint32_t)sim->touchpoint_count);
	r = &sim->touchpoints[sim->touchpoint_count++];
	*r = (struct touchpoint_row){ .id = touchpoint };
	r->source = span_text(sim->arena, span_of(text(row, "source")));
	r->channel = span_text(sim->arena, span_of(text(row, "channel")));
	r->member_count = json_array_size(members);
	r->members = arena_array(
		sim->arena, r->member_count + 1, sizeof(*r->members));
	json_array_foreach(members, i, member)
	{
		if (!id_parse(
			    span_of(json_string_value(member)), &r->members[i]))
			abort();
	}
}

static void
put_member(struct sim *sim, const json_t *row)
{
	struct id identifier = id(row, "identifier");
	struct identifier_row *r = identifier_row(sim, &identifier);
	uint32_t at = (uint32_t)(touchpoint_row(sim, row) - sim->touchpoints);

	for (size_t i = 0; i < r->touchpoint_count; i++)
		if (r->touchpoints[i] == at)
			return;
	r->touchpoints =
		arena_grow(sim->arena, r->touchpoints, r->touchpoint_count,
			&r->touchpoint_cap, sizeof(*r->touchpoints));
	r->touchpoints[r->touchpoint_count++] = at;
}

static void
put_identifier(struct sim *sim, const json_t *row)
{
	struct id identifier = id(row, "identifier");
	struct identifier_row *r = identifier_row(sim, &identifier);

	if (!r->kind) {
		r->kind = span_text(sim->arena, span_of(text(row, "kind")));
		r->value = span_of(
			span_text(sim->arena, span_of(text(row, "value"))));
	}
	r->gone = false;
	r->first_seen = when(row, "first_seen");
	r->until = text(row, "until") ? when(row, "until") : INT64_MAX;
	r->run_at = text(row, "run_at") ? when(row, "run_at") : INT64_MIN;
	r->founder = id(row, "founder");
	r->base = id(row, "base");
	r->shared = json_is_true(json_object_get(row, "shared"));
	r->crowded = json_is_true(json_object_get(row, "crowded"));
}

/* The rows of an identifier's tenures hang on its own. */
static void
put_tenure(struct sim *sim, const json_t *row)
{
	struct id base = id(row, "base"), tenure = id(row, "identifier");
	struct identifier_row *r = identifier_row(sim, &tenure), *first;
	bool known = r->base_known;

	if (!text(row, "base") || known)
		return;
	first = identifier_row(sim, &base);
	r = identifier_row(sim, &tenure);
	r->base_known = true;
	r->next = first->next;
	first->next = (uint32_t)(r - sim->identifiers);
}

static void
drop_tenure(struct sim *sim, const json_t *row)
{
	struct id tenure = id(row, "identifier");

	identifier_row(sim, &tenure)->gone = true;
}

static void
put_trait_row(
	struct sim *sim, struct touchpoint_row *r, const struct trait_row *put)
{
	for (size_t i = 0; i < r->trait_count; i++) {
		struct trait_row *old = &r->traits[i];

		if (old->stay != put->stay || strcmp(old->name, put->name) != 0)
			continue;
		if (put->at > old->at ||
			(put->at == old->at &&
				id_compare(&put->event, &old->event) > 0))
			*old = *put;
		return;
	}
	r->traits = arena_grow(sim->arena, r->traits, r->trait_count,
		&r->trait_cap, sizeof(*r->traits));
	r->traits[r->trait_count++] = *put;
}

static void
put_trait(struct sim *sim, const json_t *row)
{
	struct trait_row put = { .stay = number(row, "stay"),
		.at = when(row, "at"),
		.event = id(row, "event") };

	put.name = span_text(sim->arena, span_of(text(row, "name")));
	put.value = span_text(sim->arena, span_of(text(row, "value")));
	put_trait_row(sim, touchpoint_row(sim, row), &put);
}

static void
move_traits(struct sim *sim, const json_t *row)
{
	struct touchpoint_row *r = touchpoint_row(sim, row);

	for (size_t i = 0; i < r->trait_count;) {
		struct trait_row moved = r->traits[i];

		if (moved.stay != number(row, "stay")) {
			i++;
			continue;
		}
		r->traits[i] = r->traits[--r->trait_count];
		moved.stay = number(row, "into");
		put_trait_row(sim, r, &moved);
	}
}

static void
drop_stay(struct sim *sim, const json_t *row)
{
	struct touchpoint_row *r = touchpoint_row(sim, row);

	for (size_t i = 0; i < r->stay_count; i++)
		if (r->stays[i].stay.number == number(row, "stay"))
			r->stays[i--] = r->stays[--r->stay_count];
}

static void
put_stay(struct sim *sim, const json_t *row)
{
	struct touchpoint_row *r = touchpoint_row(sim, row);
	const json_t *know = json_object_get(row, "assurance"), *each;
	struct stay_row put = { .owner = id(row, "owner") };
	size_t i;

	put.stay.number = number(row, "stay");
	put.stay.first = when(row, "first_at");
	put.stay.last = when(row, "last_at");
	put.stay.events = number(row, "events");
	json_array_foreach(know, i, each) put.stay.assurance[i] =
		(enum assurance)json_integer_value(each);
	if (text(row, "called"))
		put.stay.called = called_read(
			sim->arena, span_of(span_text(sim->arena,
					    span_of(text(row, "called")))));
	for (i = 0; i < r->stay_count; i++) {
		if (r->stays[i].stay.number == put.stay.number) {
			r->stays[i] = put;
			return;
		}
	}
	r->stays = arena_grow(sim->arena, r->stays, r->stay_count, &r->stay_cap,
		sizeof(*r->stays));
	r->stays[r->stay_count++] = put;
}

static void
put_cut(struct sim *sim, const json_t *row)
{
	sim->cuts = arena_grow(sim->arena, sim->cuts, sim->cut_count,
		&sim->cut_cap, sizeof(*sim->cuts));
	sim->cuts[sim->cut_count++] =
		(struct cut_row){ id(row, "identifier"), when(row, "at") };
}

static void
drop_counts(struct sim *sim, const json_t *row)
{
	struct touchpoint_row *r = touchpoint_row(sim, row);

	r->stay_count = r->trait_count = 0;
}

static size_t
put_side(struct sim *sim, const json_t *list, struct id **ids)
{
	size_t count = json_array_size(list);

	*ids = arena_array(sim->arena, count + 1, sizeof(**ids));
	for (size_t i = 0; i < count; i++)
		if (!id_parse(
			    span_of(json_string_value(json_array_get(list, i))),
			    &(*ids)[i]))
			abort();
	return count;
}

static void
put_decision(struct sim *sim, const json_t *row)
{
	struct decision_row put = { .id = id(row, "decision") };
	size_t i;

	put.known = text(row, "at") != NULL;
	put.withdrawn = json_is_true(json_object_get(row, "withdrawn"));
	if (put.known) {
		put.at = when(row, "at");
		put.says.same = json_is_true(json_object_get(row, "same"));
		put.says.reason = put.says.author = "";
	}
	put.says.left_count = put_side(
		sim, json_object_get(row, "left_side"), &put.says.left);
	put.says.right_count = put_side(
		sim, json_object_get(row, "right_side"), &put.says.right);
	for (i = 0; i < sim->decision_count; i++)
		if (!id_compare(&sim->decisions[i].id, &put.id))
			break;
	if (i == sim->decision_count) {
		sim->decisions = arena_grow(sim->arena, sim->decisions, i,
			&sim->decision_cap, sizeof(*sim->decisions));
		sim->decision_count++;
	}
	sim->decisions[i] = put;
}

static uint64_t
big_endian(const char *data, size_t len)
{
	uint64_t value = 0;

	for (size_t i = 0; i < len; i++)
		value = value << 8 | (uint8_t)data[i];
	return value;
}

/* The text of an array of PostgreSQL's; numbers stay numbers. */
static json_t *
array_cell(struct span text)
{
	json_t *list = json_array();

	text.data++;
	text.len -= 2;
	while (text.len) {
		struct span one = span_cut(text, ',', &text);

		json_array_append_new(
			list, one.len == 1 ? json_integer(one.data[0] - '0')
					   : json_text(one));
	}
	return list;
}

/* A cell of a type, as array_recv would read it. */
static json_t *
cell(uint32_t type, const char *data, size_t len)
{
	char text[CLOCK_TEXT];
	struct id id;

	switch (type) {
	case 16:
		return json_boolean(*data);
	case 20:
	case 23:
		return json_integer((int64_t)big_endian(data, len));
	case 1184:
		return json_string(
			clock_format((int64_t)big_endian(data, len) +
					     INT64_C(946684800) * CLOCK_SECOND,
				text));
	case 2950:
		memcpy(id.bytes, data, sizeof(id.bytes));
		return json_string(id_format(&id, text));
	case 3802:
		return json_loadb(data + 1, len - 1, JSON_DECODE_ANY, NULL);
	default:
		return len && *data == '{'
			       ? array_cell((struct span){ data, len })
			       : json_text((struct span){ data, len });
	}
}

/* Rows in the form in which PostgreSQL gets them, as objects. */
static json_t *
rows_of(struct columns *columns, const char *const *names)
{
	struct db_param params[COLUMNS_MAX + 4];
	int width = columns_params(columns, 0, NULL, params);
	json_t *rows = json_array();

	for (size_t i = 0; i < columns_rows(columns); i++)
		json_array_append_new(rows, json_object());
	for (int k = 0; k < width && json_array_size(rows); k++) {
		const char *at = params[k].data + 20;
		uint32_t type = (uint32_t)big_endian(params[k].data + 8, 4);
		json_t *row;
		size_t i;

		json_array_foreach(rows, i, row)
		{
			uint32_t len = (uint32_t)big_endian(at, 4);

			at += 4;
			if (len == UINT32_MAX)
				continue;
			json_object_set_new(row, names[k], cell(type, at, len));
			at += len;
		}
		if (at != params[k].data + params[k].len)
			abort();
	}
	return rows;
}

static void
put_rows(struct sim *sim, struct columns *columns, const char *const *names,
	void (*put)(struct sim *sim, const json_t *row))
{
	json_t *rows = rows_of(columns, names), *row;
	size_t i;

	json_array_foreach(rows, i, row) put(sim, row);
	json_decref(rows);
}

/* As the statements of sql/query have them. */
static const char *const touchpoint_names[] = { "touchpoint", "source",
	"channel", "identifiers" };
static const char *const member_names[] = { "identifier", "touchpoint" };
static const char *const identifier_names[] = { "identifier", "kind", "value",
	"first_seen", "founder", "group_founder", "shared", "base", "until",
	"run_at", "crowded" };
static const char *const cut_names[] = { "identifier", "at" };
static const char *const joined_names[] = { "touchpoint", "stay", "into" };
static const char *const stay_names[] = { "touchpoint", "stay", "owner",
	"first_at", "last_at", "events", "assurance", "called" };
static const char *const trait_names[] = { "touchpoint", "stay", "first_at",
	"name", "value", "at", "event" };
static const char *const decision_names[] = { "decision", "withdrawn", "at",
	"same", "left_side", "right_side", "reason", "author" };

/* The order of graph_apply. */
static void
apply(struct sim *sim, const struct graph *g)
{
	struct arena *a = g->arena;
	struct columns *identifiers = graph_identifier_rows(a, g);
	struct columns *joined = graph_joined_rows(a, g);

	put_rows(sim, graph_touchpoint_rows(a, g), touchpoint_names,
		put_touchpoint);
	put_rows(sim, graph_member_rows(a, g), member_names, put_member);
	put_rows(sim, identifiers, identifier_names, put_identifier);
	put_rows(sim, identifiers, identifier_names, put_tenure);
	put_rows(sim, graph_gone_rows(a, g), identifier_names, drop_tenure);
	put_rows(sim, graph_cut_rows(a, g), cut_names, put_cut);
	put_rows(sim, graph_again_rows(a, g), touchpoint_names, drop_counts);
	put_rows(sim, joined, joined_names, move_traits);
	put_rows(sim, joined, joined_names, drop_stay);
	put_rows(sim, graph_stay_rows(a, g), stay_names, put_stay);
	put_rows(sim, graph_trait_rows(a, g), trait_names, put_trait);
	put_rows(sim, graph_decision_rows(a, g), decision_names, put_decision);
}

/* Whether the event is new to the journal. */
static bool
see(struct sim *sim, const struct happening *h)
{
	uint32_t at = idmap_get(&sim->seen_of, &h->placed.event);

	if (at != IDMAP_NONE) {
		if (memcmp(sim->seen[at]->placed.digest, h->placed.digest,
			    DIGEST_SIZE) != 0)
			abort(); /* no world has conflicts */
		return false;
	}
	sim->seen = arena_grow(sim->arena, sim->seen, sim->seen_count,
		&sim->seen_cap, sizeof(struct happening *));
	idmap_set(sim->arena, &sim->seen_of, &h->placed.event,
		(uint32_t)sim->seen_count);
	sim->seen[sim->seen_count++] = h;
	return true;
}

static void
tell(struct graph *g, const struct happening *h)
{
	graph_tell(g, &h->placed.touchpoint, h->source, "web", &h->placed.event,
		h->at, &h->told);
}

/* What was resolved before of touchpoints whose stays are made anew. */
static void
tell_again(struct sim *sim, struct graph *g, size_t before)
{
	uint32_t *spots;
	size_t count = graph_recount(g, &spots);

	for (size_t i = 0; i < count; i++) {
		struct turn turn = turn_start(sim, before);

		for (size_t k = 0; k < turn.count; k++) {
			const struct happening *h = sim->seen[turn_next(&turn)];

			if (id_compare(&h->placed.touchpoint,
				    &g->spots[spots[i]].id))
				continue;
			tell(g, h);
			sim->loaded++;
		}
	}
}

struct graph *
sim_regroup(struct arena *a, struct sim *sim,
	const struct happening *const *batch, size_t count)
{
	struct graph *g = graph_create(a, policy_copy(a, sim->policy));
	size_t before = sim->seen_count;
	uint32_t *nodes;

	if (sim->policy->likeness)
		g->contradict = world_contradict;
	for (size_t i = 0; i < count; i++)
		if (see(sim, batch[i]))
			tell(g, batch[i]);
	load_touched(sim, g);
	for (size_t n; (n = graph_handed_over(g, &nodes));)
		load_members(sim, g, nodes, n);
	tell_again(sim, g, before);
	graph_fold(g);
	load_reach(sim, g);
	graph_regroup(g);
	return g;
}

void
sim_append(struct sim *sim, const struct happening *const *batch, size_t count)
{
	struct arena *a = arena_create();

	apply(sim, sim_regroup(a, sim, batch, count));
	arena_destroy(a);
}

size_t
sim_loaded(const struct sim *sim)
{
	return sim->loaded;
}

/* The page */

static const char *
identifier_name(struct arena *a, const struct sim *sim, const struct id *id)
{
	static const struct id nobody;
	uint32_t at = idmap_get(&sim->identifier_of, id);

	if (at == IDMAP_NONE || !sim->identifiers[at].kind ||
		sim->identifiers[at].gone)
		return "?";
	return page_name(a,
		name_of(a, sim->identifiers[at].kind,
			sim->identifiers[at].value),
		id_compare(&sim->identifiers[at].base, &nobody)
			? sim->identifiers[at].first_seen
			: INT64_MIN);
}

static void
export_touchpoint(
	struct page *p, const struct sim *sim, const struct touchpoint_row *t)
{
	static const struct id nobody;
	const char *name = t->source;

	for (size_t i = 0; i < t->member_count; i++)
		name = arena_printf(p->arena, "%s %s", name,
			identifier_name(p->arena, sim, &t->members[i]));
	for (size_t i = 0; i < t->stay_count; i++) {
		const struct stay_row *r = &t->stays[i];

		page_stay(p, name, &r->stay, t->member_count,
			id_compare(&r->owner, &nobody)
				? identifier_name(p->arena, sim, &r->owner)
				: NULL);
	}
	for (size_t i = 0; i < t->trait_count; i++) {
		const struct trait_row *r = &t->traits[i];
		int64_t first = 0; /* of its stay, which must be there */

		for (size_t k = 0; k < t->stay_count; k++)
			if (t->stays[k].stay.number == r->stay)
				first = t->stays[k].stay.first;
		page_trait(p, name, first, r->name, r->value, r->at);
	}
}

char *
sim_export(struct arena *a, const struct sim *sim)
{
	struct page p = { .arena = a };

	for (size_t i = 0; i < sim->identifier_count; i++) {
		const struct identifier_row *r = &sim->identifiers[i];

		if (r->gone)
			continue;
		page_identifier(&p, identifier_name(a, sim, &r->id),
			identifier_name(a, sim, &r->founder),
			&(struct tenure){ .first_seen = r->first_seen,
				.until = r->until,
				.run_at = r->run_at },
			r->shared);
	}
	for (size_t i = 0; i < sim->touchpoint_count; i++)
		export_touchpoint(&p, sim, &sim->touchpoints[i]);
	return page_end(&p);
}
