/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asterisk: records of calls (CDR) as JSON, one or an array, and the events
 * that its REST interface tells of channels. Numbers of few digits are those of
 * our own extensions. Who calls may show any number, unless the network
 * vouches for it (STIR/SHAKEN, level A).
 */
#include "core/channel.h"

#include <string.h>

#include "core/json.h"

#define EXTENSION_MAX 6 /* digits */

struct asterisk_conf {
	struct source_conf base;
};

static bool
asterisk_verify(const struct inbound *in, const void *conf, struct err *e)
{
	return source_believes(conf, in, e);
}

static bool
is_outside(struct span number)
{
	if (span_starts(number, "+")) {
		number.data++;
		number.len--;
	}
	return number.len > EXTENSION_MAX && span_is_all(number, "0123456789");
}

/* The name before the number, as in "Ana" <5511...>. */
static struct span
caller_name(struct span clid)
{
	struct span rest, name = span_trim(span_cut(clid, '<', &rest));

	if (name.len > 1 && *name.data == '"' &&
		name.data[name.len - 1] == '"') {
		name.data++;
		name.len -= 2;
	}
	return name;
}

static void
claim(struct arena *a, struct event *ev, struct span number, bool attested)
{
	if (is_outside(number))
		event_claim(
			a, ev, "phone", number, attested ? ATTESTED : ASSERTED);
}

static void
add_record(struct arena *a, struct events *events, const json_t *cdr)
{
	static const char *const keys[] = { "duration", "billsec", "answer",
		"end", "accountcode", "linkedid", "userfield", NULL };
	static const char *const times[] = { "start", "calldate", NULL };
	struct span from = json_member(a, cdr, "src");
	struct span to = json_member(a, cdr, "dst");
	struct span id = json_member(a, cdr, "uniqueid");
	struct span sequence = json_member(a, cdr, "sequence");
	bool in = is_outside(from);
	struct event *ev = events_add(a, events);

	ev->type = "call";
	ev->line = events->count;
	ev->name = json_member(a, cdr, "disposition");
	ev->occurred_at = clock_read(json_any(a, cdr, times));
	if (id.len)
		ev->external_id =
			sequence.len ? span_path(a, id, sequence) : id;
	event_body(ev, "direction", span_of(in ? "in" : "out"));
	event_body(ev, "line", in ? to : from);
	event_body(ev, "caller_name", caller_name(json_member(a, cdr, "clid")));
	event_body(ev, "verstat", json_member(a, cdr, "verstat"));
	event_keep_members(a, ev, cdr, keys);
	claim(a, ev, in ? from : to,
		in && span_is(json_member(a, cdr, "verstat"),
			      "TN-Validation-Passed-A"));
}

/* "StasisStart" and the like. */
static void
add_event(struct arena *a, struct events *events, const json_t *one)
{
	const json_t *channel = json_object_get(one, "channel");
	struct span type = json_member(a, one, "type");
	struct span id = json_member(a, channel, "id");
	struct event *ev = events_add(a, events);

	ev->type = channel ? "call" : "unknown";
	ev->line = events->count;
	ev->name = type;
	ev->occurred_at = clock_read(json_member(a, one, "timestamp"));
	if (id.len)
		ev->external_id = span_path(
			a, id, type, json_member(a, one, "timestamp"));
	event_body(ev, "call_id", id);
	event_body(ev, "cause", json_member(a, one, "cause"));
	event_body(ev, "caller_name",
		json_span(a, json_at(channel, "caller.name")));
	event_body(
		ev, "line", json_span(a, json_at(channel, "dialplan.exten")));
	claim(a, ev, json_span(a, json_at(channel, "caller.number")), false);
}

static void
add(struct arena *a, struct events *events, const json_t *one)
{
	if (json_object_get(one, "src") || json_object_get(one, "dst"))
		add_record(a, events, one);
	else if (json_member(a, one, "type").len)
		add_event(a, events, one);
	else
		events_refuse(a, events, "a record with src and dst");
}

static bool
asterisk_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	const json_t *root = json_read(a, in->body, e);
	json_t *one;
	size_t i;

	(void)conf;
	if (!root)
		return false;
	if (!json_is_array(root))
		add(a, events, root);
	json_array_foreach(root, i, one) add(a, events, one);
	return true;
}

extern const struct channel channel_asterisk;
const struct channel channel_asterisk = {
	.name = "asterisk",
	.summary = "Calls of an Asterisk exchange",
	.conf_size = sizeof(struct asterisk_conf),
	.verify = asterisk_verify,
	.parse = asterisk_parse,
};
