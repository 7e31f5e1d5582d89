/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events as lines of text, so that tables of samples can be compared:
 *
 *   order "Order Completed" id=m1 at=1970-01-01T00:00:01Z
 *   user_id=u1/verified 119.90 BRL
 *
 * on one line; what an event lacks is left out. And whole recorded requests.
 */
#ifndef TESTS_CHANNELS_SAY_H
#define TESTS_CHANNELS_SAY_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/channel.h"
#include "core/json.h"

#include <check.h> /* last: it has a macro called fail */

static inline char *
say_event(struct arena *a, const struct event *ev)
{
	char *said, at[CLOCK_TEXT];

	if (ev->refused != NULL)
		return arena_printf(a, "refused: %s", ev->refused);
	said = arena_printf(a, "%s", ev->type);
	if (ev->name.len)
		said = arena_printf(
			a, "%s \"%s\"", said, span_text(a, ev->name));
	if (ev->external_id.len)
		said = arena_printf(
			a, "%s id=%s", said, span_text(a, ev->external_id));
	if (ev->occurred_at != CLOCK_NONE)
		said = arena_printf(
			a, "%s at=%s", said, clock_format(ev->occurred_at, at));
	for (size_t i = 0; i < ev->claim_count; i++)
		said = arena_printf(a, "%s %s=%s/%s", said, ev->claims[i].kind,
			span_text(a, ev->claims[i].value),
			assurance_word(ev->claims[i].assurance));
	for (size_t i = 0; i < ev->given_up_count; i++)
		said = arena_printf(a, "%s gives up %s=%s", said,
			ev->given_up[i].kind,
			span_text(a, ev->given_up[i].value));
	for (size_t i = 0; i < ev->taken_over_count; i++)
		said = arena_printf(a, "%s takes over %s=%s", said,
			ev->taken_over[i].kind,
			span_text(a, ev->taken_over[i].value));
	if (ev->purchase != NULL)
		said = arena_printf(a, "%s %s %s%s", said,
			span_text(a, ev->purchase->amount),
			ev->purchase->currency ? ev->purchase->currency : "?",
			ev->purchase->refund ? " back" : "");
	return said;
}

/* All of them, each on a line of its own. */
static inline char *
say_events(struct arena *a, const struct events *events)
{
	char *said = arena_printf(a, "%s", "");

	for (size_t i = 0; i < events->count; i++)
		said = arena_printf(a, "%s%s%s", said, i > 0 ? "\n" : "",
			say_event(a, &events->items[i]));
	return said;
}

/* What a channel makes of a body, or its error. */
static inline const char *
say_body(struct arena *a, const struct channel *channel, const void *conf,
	struct span body)
{
	struct inbound in = { .method = "POST", .body = body, .raw = body };
	struct events events = { 0 };
	struct err e = { 0 };

	if (!channel->parse(a, &in, conf, &events, &e))
		return arena_printf(a, "%d %s", e.code, e.text);
	return say_events(a, &events);
}

/* JSON that is written with ' for ", to be read in C. */
static inline struct span
say_json(struct arena *a, const char *text)
{
	char *json = arena_printf(a, "%s", text);

	for (char *c = json; *c; c++)
		if (*c == '\'')
			*c = '"';
	return span_of(json);
}

static inline char *
say_escaped(struct arena *a, const char *text)
{
	char *out = arena_alloc(a, strlen(text) * 3 + 1), *to = out;

	for (; *text; text++)
		to += sprintf(to, "%%%02X", (unsigned char)*text);
	return out;
}

/* The members of an object as a form; texts, or arrays of them. */
static inline char *
say_form(struct arena *a, const json_t *params)
{
	char *form = arena_printf(a, "%s", "");
	const char *name;
	json_t *value, *one;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)params, name, value)
	{
		if (!json_is_array(value))
			form = arena_printf(a, "%s%s=%s&", form, name,
				say_escaped(a, json_string_value(value)));
		json_array_foreach(value, i, one) form =
			arena_printf(a, "%s%s=%s&", form, name,
				say_escaped(a, json_string_value(one)));
	}
	return form;
}

/* A recorded file, or an empty span where the shared folder is absent, which
 * it says. */
static inline struct span
say_recorded(struct arena *a, const char *name)
{
	const char *shared = getenv("UNIFYD_SHARED");
	const char *path = arena_printf(a, "%s/payloads/%s",
		shared != NULL ? shared : "../shared", name);
	size_t cap = 1 << 20;
	char *data = arena_alloc(a, cap);
	FILE *f = fopen(path, "r");
	size_t n;

	if (f == NULL) {
		printf("SKIPPED: %s is absent\n", path);
		return (struct span){ NULL, 0 };
	}
	n = fread(data, 1, cap, f);
	ck_assert_int_eq(fclose(f), 0);
	return (struct span){ data, n };
}

/* The bytes of a whole request, taken apart. */
static inline struct inbound
say_request(struct arena *a, struct span bytes)
{
	struct inbound in = { .method = "" };
	struct header *headers = arena_array(a, 64, sizeof(*headers));
	struct span line = span_cut(bytes, '\n', &bytes);

	in.method = span_text(a, span_cut(line, ' ', &line));
	in.path = span_cut(span_cut(line, ' ', &line), '?', &in.query);
	in.headers = headers;
	while (bytes.len > 0 && in.header_count < 64) {
		struct header *h = &headers[in.header_count];

		line = span_trim(span_cut(bytes, '\n', &bytes));
		if (line.len == 0)
			break;
		h->name = span_cut(line, ':', &h->value);
		h->value = span_trim(h->value);
		in.header_count++;
	}
	in.body = in.raw = bytes;
	return in;
}

#endif
