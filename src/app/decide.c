/* SPDX-License-Identifier: Apache-2.0 */
#include "app/decide.h"

#include <string.h>

#include "core/touchpoint.h"
#include "io/now.h"

/* No operator's source can have the name: theirs begin with a letter or a
 * digit. */
#define SOURCE ".steward"

struct entry
decide_entry(struct arena *a, struct span hash_key, const struct deciding *d)
{
	struct source_conf source = { .name = SOURCE };
	struct events events = { 0 };
	struct event *ev = events_add(a, &events);
	struct id random = id_random();
	struct placed placed;
	struct entry entry;
	char id[ID_TEXT];
	json_t *says;

	ev->type = "decision";
	ev->name = span_of(d->name);
	ev->external_id = d->key;
	if (!ev->external_id.len)
		ev->external_id =
			span_of(arena_printf(a, "%s", id_format(&random, id)));
	if (d->withdraws)
		says = json_pack(
			"{s:s}", "withdraws", id_format(&d->decision, id));
	else
		says = json_pack("{s:b,s:O,s:O}", "same", d->same, "left",
			d->left, "right", d->right);
	json_object_set_new(says, "reason", json_string(d->reason));
	json_object_set_new(says, "author", json_string(d->author));
	json_object_set_new(ev->body, "decision", says);
	ev->occurred_at = CLOCK_NONE;
	touchpoint_place(a, hash_key, &source, ev, &placed);
	entry = (struct entry){ .event = placed.event,
		.touchpoint = placed.touchpoint,
		.occurred_at = now_wall(),
		.received_at = now_wall(),
		.source = SOURCE,
		.channel = "steward",
		.type = ev->type,
		.body = placed.body };
	memcpy(entry.digest, placed.digest, DIGEST_SIZE);
	return entry;
}
