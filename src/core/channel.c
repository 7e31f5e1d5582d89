/* SPDX-License-Identifier: Apache-2.0 */
/* What every channel asks of a request. */
#include "core/channel.h"

#include <string.h>

#include "base/digest.h"
#include "core/form.h"

struct span
inbound_header(const struct inbound *in, const char *name)
{
	for (size_t i = 0; i < in->header_count; i++)
		if (span_is_nocase(in->headers[i].name, name))
			return in->headers[i].value;
	return (struct span){ NULL, 0 };
}

struct span
inbound_query(struct arena *a, const struct inbound *in, const char *name)
{
	struct span rest = in->query;

	while (rest.len) {
		struct span value, pair = span_cut(rest, '&', &rest);
		struct span key = span_cut(pair, '=', &value);

		if (span_is(form_decode(a, key), name))
			return form_decode(a, value);
	}
	return (struct span){ NULL, 0 };
}

struct span
inbound_key(struct arena *a, const struct inbound *in)
{
	struct span rest, decoded, password;
	struct span scheme =
		span_cut(inbound_header(in, "authorization"), ' ', &rest);

	rest = span_trim(rest);
	if (span_is_nocase(scheme, "bearer"))
		return rest;
	if (!span_is_nocase(scheme, "basic") ||
		!digest_unbase64(a, rest, &decoded))
		return (struct span){ NULL, 0 };
	decoded = span_cut(decoded, ':', &password);
	return decoded.len ? decoded : password;
}

struct span
inbound_key_anywhere(struct arena *a, const struct inbound *in)
{
	struct span key = inbound_key(a, in);

	return key.len ? key : inbound_query(a, in, "key");
}

struct span
feed_taken(struct arena *a, const struct feed *feed, struct span piece)
{
	size_t before = feed->before.len;
	char *text;

	if (!before)
		return (struct span){ piece.data, feed->used };
	text = arena_alloc(a, before + feed->used + 1);
	memcpy(text, feed->before.data, before);
	if (feed->used)
		memcpy(text + before, piece.data, feed->used);
	return (struct span){ text, before + feed->used };
}

/* Parameters are told apart by case, headers are not. */
static bool
row_matches(const char *row, struct span name)
{
	size_t len = strlen(row);

	if (len && row[len - 1] == '*') {
		len--;
		if (name.len < len)
			return false;
		name.len = len;
	}
	return name.len == len &&
	       (*row == '?' ? strncmp : strncasecmp)(name.data, row, len) == 0;
}

bool
channel_keeps(const struct channel *channel, struct span name)
{
	for (const char *const *k = channel->keeps; k && *k; k++) {
		bool never = **k == '!';

		if (row_matches(*k + never, name))
			return !never;
	}
	return false;
}

bool
source_believes(
	const struct source_conf *conf, const struct inbound *in, struct err *e)
{
	struct arena *a = arena_create();
	bool known = source_knows(conf, inbound_key_anywhere(a, in));

	arena_destroy(a);
	return known || fail(e, ERR_AUTH, "expected a key of this source");
}

bool
source_knows(const struct source_conf *conf, struct span key)
{
	bool known = false;

	/* To the end even after a match. */
	for (const char **s = conf->secrets; key.len && s && *s; s++)
		if (digest_equal_text(key, span_of(*s)))
			known = true;
	return known;
}

bool
source_verify(const struct inbound *in, const void *conf, struct err *e)
{
	struct arena *a = arena_create();
	bool known = source_knows(conf, inbound_key(a, in));

	arena_destroy(a);
	return known || fail(e, ERR_AUTH, "expected a key of this source");
}

void
answer_nothing(struct arena *a, const struct inbound *in, const void *conf,
	const struct verdicts *verdicts, struct answer *answer)
{
	(void)a;
	(void)in;
	(void)conf;
	(void)verdicts;
	*answer = (struct answer){ NULL, NULL };
}
