/* SPDX-License-Identifier: Apache-2.0 */
/* A shop's door bell: who came in, as {"id":..,"at":..,"card":..}. */
#include "core/channel.h"
#include "core/json.h"

static bool
bell_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	const json_t *top = json_read(a, in->body, e);
	struct event *ev;

	(void)conf;
	if (!top)
		return false;
	ev = events_add(a, events);
	ev->type = "track";
	ev->name = span_of("came in");
	ev->external_id = json_member(a, top, "id");
	if (!ev->external_id.len)
		ev->refused = "expected an id";
	if (!clock_parse_rfc3339(
		    json_member(a, top, "at"), 0, &ev->occurred_at, NULL))
		ev->occurred_at = CLOCK_NONE;
	event_claim(a, ev, "loyalty", json_member(a, top, "card"), VERIFIED);
	return true;
}

extern const struct channel channel_bell;
const struct channel channel_bell = {
	.name = "bell",
	.summary = "A door bell: who came in",
	.secret = "the bell's key",
	.conf_size = sizeof(struct source_conf),
	.verify = source_verify,
	.parse = bell_parse,
};
