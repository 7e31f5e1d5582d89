/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Twilio: calls and messages, and what became of them, as forms that are
 * signed together with the address they are sent to. A message shows that its
 * sender has the number; who calls may show any, unless the network vouches
 * for it (STIR/SHAKEN, level A).
 */
#include "core/channel.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "core/form.h"
#include "core/json.h"
#include "core/signature.h"

struct twilio_conf {
	struct source_conf base;
	const char **urls;
};

/* A form while it is read. */
struct notice {
	struct arena *a;
	const struct twilio_conf *conf;
	struct form form;
	struct events *events;
};

static const struct signature how = { "X-Twilio-Signature", NULL, HMAC_SHA1,
	true };

static int
compare_fields(const void *left, const void *right)
{
	const struct field *a = left, *b = right;
	int order = strcmp(a->name.data, b->name.data);

	return order ? order : strcmp(a->value.data, b->value.data);
}

/* Names with their values, sorted as bytes; what repeats counts once. */
static struct span
signed_fields(struct arena *a, struct span body)
{
	struct form form = form_read(a, body);
	char *text = arena_alloc(a, body.len + 1);
	size_t len = 0;

	if (form.count)
		qsort(form.fields, form.count, sizeof(*form.fields),
			compare_fields);
	for (size_t i = 0; i < form.count; i++) {
		const struct field *f = &form.fields[i];

		if (i && !compare_fields(f, f - 1))
			continue;
		memcpy(text + len, f->name.data, f->name.len);
		len += f->name.len;
		memcpy(text + len, f->value.data, f->value.len);
		len += f->value.len;
	}
	return (struct span){ text, len };
}

/* The address with the port of its scheme, or without where it has it. */
static const char *
other_port(struct arena *a, const char *url)
{
	bool secure = strncmp(url, "https://", 8) == 0;
	const char *port = secure ? ":443" : ":80";
	size_t host = secure ? 8 : 7, end = host + strcspn(url + host, "/?");
	size_t len = strlen(port);

	if (end - host > len && strncmp(url + end - len, port, len) == 0)
		return arena_printf(
			a, "%.*s%s", (int)(end - len), url, url + end);
	return arena_printf(a, "%.*s%s%s", (int)end, url, port, url + end);
}

/* JSON is not signed itself, but its digest is, in the query. */
static bool
body_fits(struct arena *a, const struct inbound *in)
{
	struct span sent = inbound_query(a, in, "bodySHA256");
	uint8_t digest[DIGEST_SIZE];

	digest_sha256(in->raw, digest);
	return digest_equal_text(
		sent, span_of(digest_hex(a, digest, DIGEST_SIZE)));
}

static bool
fits(struct arena *a, const struct inbound *in, const struct twilio_conf *own)
{
	struct span sent = inbound_header(in, how.header);
	bool json = inbound_query(a, in, "bodySHA256").len > 0, good = false;
	struct span fields = { NULL, 0 };

	if (json && !body_fits(a, in))
		return false;
	if (!json)
		fields = signed_fields(a, in->raw);
	for (const char **url = own->urls; *url; url++) {
		const char *both[] = { *url, other_port(a, *url) };

		for (size_t i = 0; i < 2; i++) {
			const struct span parts[] = {
				signature_url(a, in, both[i]), fields
			};

			if (signature_fits(&how, sent, &own->base, parts, 2))
				good = true;
		}
	}
	return good;
}

static bool
twilio_verify(const struct inbound *in, const void *conf, struct err *e)
{
	const struct twilio_conf *own = conf;
	struct arena *a;
	bool good;

	if (!own->urls || !own->urls[0])
		return fail(e, ERR_AUTH,
			"expected the setting url of this source: it is a "
			"part of what Twilio signs");
	a = arena_create();
	good = fits(a, in, own);
	arena_destroy(a);
	return good || fail(e, ERR_AUTH,
			       "expected %s made with a secret of this source "
			       "and its url",
			       how.header);
}

static struct span
field(const struct notice *n, const char *name)
{
	return form_get(&n->form, name);
}

static struct event *
add(const struct notice *n, const char *type, struct span name)
{
	struct event *ev = events_add(n->a, n->events);

	ev->type = type;
	ev->line = n->events->count;
	ev->name = name;
	ev->occurred_at = clock_read(field(n, "Timestamp"));
	return ev;
}

static void
keep(const struct notice *n, struct event *ev, const char *const *names)
{
	for (; *names; names++)
		event_body(ev, *names, field(n, *names));
}

/* What stands for a number that is withheld: the word, as keys of a phone. */
static bool
is_withheld(struct span number)
{
	static const char *const words[] = { "+266696687", /* ANONYMOUS */
		"+7378742833",				   /* RESTRICTED */
		"+2562533",				   /* BLOCKED */
		"+8656696",				   /* UNKNOWN */
		"+86282452253",				   /* UNAVAILABLE */
		NULL };

	for (const char *const *w = words; *w; w++)
		if (span_is(number, *w))
			return true;
	return false;
}

/* Clients, SIP addresses and short codes of our own are nobody's number. */
static void
claim(const struct notice *n, struct event *ev, struct span number,
	enum assurance assurance)
{
	struct span rest = number, scheme = span_cut(number, ':', &rest);

	if (rest.len && !span_is(scheme, "whatsapp") &&
		!span_is(scheme, "rcs") && !span_is(scheme, "sms"))
		return;
	if (rest.len)
		number = rest;
	if (span_starts(number, "+") && !is_withheld(number))
		event_claim(n->a, ev, "phone", number, assurance);
}

/* By which way it was said; Messenger's ids are of a page that is not told. */
static const char *
way_of(struct span address)
{
	if (span_starts(address, "whatsapp:"))
		return "whatsapp";
	return span_starts(address, "rcs:") ? "rcs" : "sms";
}

static void
add_status(const struct notice *n, struct span id, struct span status)
{
	static const char *const names[] = { "ErrorCode", "ErrorMessage",
		NULL };
	struct span to = field(n, "To");
	struct event *ev = add(n, "status", status);

	ev->external_id = span_path(n->a, id, status);
	event_body(ev, "message_id", id);
	claim(n, ev, to, n->conf->base.assurance);
	keep(n, ev, names);
	/* "Attempt to send to unsubscribed recipient" */
	if (!span_is(field(n, "ErrorCode"), "21610"))
		return;
	ev = add(n, "consent", span_of("21610"));
	event_consent(
		ev, "marketing", way_of(to), CONSENT_DENIED, ev->occurred_at);
	ev->external_id = span_path(n->a, id, status, span_of("consent"));
	claim(n, ev, to, n->conf->base.assurance);
}

static void
add_message(const struct notice *n, struct span id)
{
	static const char *const names[] = { "NumMedia", "ProfileName",
		"ButtonPayload", "ButtonText", "MediaContentType0",
		"FromCountry", NULL };
	struct span word = field(n, "OptOutType"), from = field(n, "From");
	struct event *ev = add(n, "message", span_of("received"));

	ev->external_id = id;
	event_body(ev, "message_id", id);
	event_body(ev, "text", field(n, "Body"));
	event_body(ev, "line", field(n, "To"));
	event_body(ev, "reply_to", field(n, "OriginalRepliedMessageSid"));
	keep(n, ev, names);
	claim(n, ev, from, ATTESTED);
	if (!span_is(word, "STOP") && !span_is(word, "START"))
		return;
	ev = add(n, "consent", word);
	event_consent(ev, "marketing", way_of(from),
		span_is(word, "START") ? CONSENT_GRANTED : CONSENT_DENIED,
		ev->occurred_at);
	ev->external_id = span_path(n->a, id, span_of("consent"));
	claim(n, ev, from, ATTESTED);
}

static void
add_call(const struct notice *n, struct span id)
{
	static const char *const names[] = { "Direction", "StirVerstat",
		"ForwardedFrom", "CallerName", "ParentCallSid", "FromCountry",
		"Digits", "SpeechResult", "CallDuration", "RecordingSid",
		NULL };
	struct span status = field(n, "CallStatus"),
		    number = field(n, "SequenceNumber"), key = id;
	struct event *ev = add(n, "call", status);
	bool ours = span_starts(field(n, "Direction"), "outbound");

	if (status.len)
		key = span_path(n->a, key, status);
	if (number.len)
		key = span_path(n->a, key, number);
	/* What is said or typed within a call has no number of its own. */
	if (!field(n, "Digits").len && !field(n, "SpeechResult").len)
		ev->external_id = key;
	event_body(ev, "call_id", id);
	event_body(ev, "line", field(n, ours ? "From" : "To"));
	keep(n, ev, names);
	if (ours)
		claim(n, ev, field(n, "To"), n->conf->base.assurance);
	else
		claim(n, ev, field(n, "From"),
			span_is(field(n, "StirVerstat"),
				"TN-Validation-Passed-A")
				? ATTESTED
				: ASSERTED);
}

static bool
twilio_parse(struct arena *a, const struct inbound *in, const void *conf,
	struct events *events, struct err *e)
{
	struct notice n = { a, conf, { 0 }, events };
	struct span message, call, status;

	if (span_starts(span_trim(in->body), "{")) {
		const json_t *root = json_read(a, in->body, e);

		if (!root)
			return false;
		event_keep(add(&n, "unknown", span_of("json")), "value", root);
		return true;
	}
	n.form = form_read(a, in->body);
	message = field(&n, "MessageSid");
	if (!message.len)
		message = field(&n, "SmsSid");
	call = field(&n, "CallSid");
	status = field(&n, "MessageStatus");
	if (call.len)
		add_call(&n, call);
	else if (message.len && status.len)
		add_status(&n, message, status);
	else if (message.len)
		add_message(&n, message);
	else
		return fail(e, ERR_INPUT,
			"expected a form with CallSid or MessageSid");
	return true;
}

static bool
twilio_check(const void *conf, struct err *e)
{
	const struct twilio_conf *own = conf;

	for (const char **url = own->urls; url && *url; url++)
		if (strncmp(*url, "https://", 8) != 0 &&
			strncmp(*url, "http://", 7) != 0)
			return fail(e, ERR_INPUT,
				"url %.60s: not understood, want https://...",
				*url);
	return true;
}

/* An answer that Twilio understands as "nothing more to do". */
static void
twilio_answer(struct arena *a, const struct inbound *in, const void *conf,
	const struct verdicts *verdicts, struct answer *answer)
{
	(void)a;
	(void)in;
	(void)conf;
	(void)verdicts;
	*answer = (struct answer){ "text/xml",
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>" };
}

static const struct setting twilio_settings[] = {
	{ "url", SETTING_LIST, offsetof(struct twilio_conf, urls), NULL,
		"The addresses that Twilio was given for this source, exactly: "
		"they are a part of what is signed, so one must be set." },
	{ 0 },
};

extern const struct channel channel_twilio;
const struct channel channel_twilio = {
	.name = "twilio",
	.summary = "Calls and messages of Twilio, and what became of them",
	.secret = "the auth token of the account, which signs the form",
	.settings = twilio_settings,
	.conf_size = sizeof(struct twilio_conf),
	.verify = twilio_verify,
	.parse = twilio_parse,
	.check = twilio_check,
	.answer = twilio_answer,
};
