/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The link in a List-Unsubscribe header (RFC 8058): mail programs post
 * List-Unsubscribe=One-Click to it. The address has the recipient and a token
 * that only we can have made, the HMAC-SHA256 of the recipient in hex, so that
 * nobody unsubscribes another. To look at the link (GET) is no unsubscribing,
 * for scanners do.
 */
#include "core/channel.h"

#include <string.h>

#include "core/form.h"
#include "core/signature.h"

struct unsubscribe_conf {
	struct source_conf base;
};

static bool
unsubscribe_verify(const struct inbound *in, const void *conf, struct err *e)
{
	static const struct signature how = { "token", NULL, HMAC_SHA256,
		false };
	const struct unsubscribe_conf *own = conf;
	struct arena *a = arena_create();
	struct span recipient = inbound_query(a, in, "recipient");
	bool good = signature_fits(
		&how, inbound_query(a, in, "token"), &own->base, &recipient, 1);

	arena_destroy(a);
	return good || fail(e, ERR_AUTH,
			       "expected a token that is the HMAC-SHA256 of "
			       "recipient, in hex");
}

static bool
unsubscribe_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct span recipient = inbound_query(a, in, "recipient");
	struct span list = inbound_query(a, in, "list");
	struct form form = form_read_any(a, in->body);
	struct event *ev;

	(void)conf;
	if (!span_is(form_get(&form, "List-Unsubscribe"), "One-Click"))
		return fail(e, ERR_INPUT,
			"expected List-Unsubscribe=One-Click (RFC 8058)");
	ev = events_add(a, events);
	ev->line = 1;
	ev->name = span_of("one-click");
	event_consent(ev, "marketing", "email", CONSENT_DENIED, CLOCK_NONE);
	event_body(ev, "list", list);
	/* The token went to this address and to nobody else. */
	event_claim(a, ev, "email", recipient, ATTESTED);
	return true;
}

static const char *const unsubscribe_keeps[] = { "?recipient", "?list", NULL };

extern const struct channel channel_unsubscribe;
const struct channel channel_unsubscribe = {
	.name = "unsubscribe",
	.summary = "One-click unsubscribing from mail (RFC 8058)",
	.secret = "a word of ours, which makes the tokens of links",
	.conf_size = sizeof(struct unsubscribe_conf),
	.verify = unsubscribe_verify,
	.parse = unsubscribe_parse,
	.keeps = unsubscribe_keeps,
	.answer = answer_nothing,
};
