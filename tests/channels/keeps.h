/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unifyd keeps, and shows to parse, only the headers that a channel names in
 * keeps. So no other header may change what a request says.
 */
#ifndef TESTS_CHANNELS_KEEPS_H
#define TESTS_CHANNELS_KEEPS_H

#include <string.h>

#include "core/channel.h"

#include <check.h> /* last: it has a macro called fail */

/* A request of one header, or of none. */
static char *
keeps_say(struct arena *a, const struct channel *channel, struct inbound *in,
	const void *conf, const struct header *header)
{
	struct events events = { 0 };
	struct err e = { 0 };
	char *said;

	in->headers = header;
	in->header_count = header != NULL;
	said = arena_printf(a, "%d", channel->parse(a, in, conf, &events, &e));
	for (size_t i = 0; i < events.count; i++)
		said = arena_printf(
			a, "%s %s", said, event_content(a, &events.items[i]));
	return said;
}

/* What matters is kept, and what has a row of its own matters. */
static bool
keeps_well(const struct channel *channel, struct span name, bool matters)
{
	bool row = false;

	for (const char *const *k = channel->keeps; k && *k; k++)
		row = row || span_is_nocase(name, *k);
	return matters ? channel_keeps(channel, name) : !row;
}

/* Fails where a header or parameter that could matter to somebody, and is not
 * kept, changes what the body says; or where one that is kept changes nothing.
 */
static inline void
assert_keeps(struct arena *a, const struct channel *channel, const char *path,
	const char *body, const void *conf)
{
	static const char *const names[] = { "AnonymousId", "Authorization",
		"Content-Language", "Content-Type", "Date", "Delivered-To",
		"From", "Message-ID", "Origin", "Referer", "Return-Path",
		"Sec-GPC", "SentAt", "To", "User-Agent", "X-Envelope-From",
		"X-Envelope-To", "X-Hub-Signature-256", "X-Original-To",
		"X-Timezone" };
	static const char *const asked[] = { "?recipient", "?to", "?sender",
		"?from", "?writeKey", "?key", "?type", "?hub.mode", "?deauthorize" };
	static const char *const values[] = { "<>", "<x@other.example>", "1" };
	struct inbound in = {
		.method = "POST", .path = span_of(path), .body = span_of(body)
	};
	const char *alone = keeps_say(a, channel, &in, conf, NULL);

	ck_assert_int_eq(alone[0], '1');
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		bool matters = false;

		for (size_t k = 0; k < 3; k++) {
			in.query = span_of(arena_printf(
				a, "%s=%s", asked[i] + 1, values[k]));
			matters = matters ||
				  strcmp(keeps_say(a, channel, &in, conf, NULL),
					  alone) != 0;
		}
		in.query = (struct span){ NULL, 0 };
		ck_assert_msg(keeps_well(channel, span_of(asked[i]), matters),
			"%s of %s", asked[i], channel->name);
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		bool matters = false;

		for (size_t k = 0; k < 3; k++) {
			struct header h = { span_of(names[i]),
				span_of(values[k]) };

			matters = matters ||
				  strcmp(keeps_say(a, channel, &in, conf, &h),
					  alone) != 0;
		}
		ck_assert_msg(keeps_well(channel, span_of(names[i]), matters),
			"%s of %s", names[i], channel->name);
	}
}

#endif
