/* SPDX-License-Identifier: Apache-2.0 */
#include "core/signature.h"

#include <string.h>

#include "base/digest.h"

static size_t
size_of(enum signature_hash hash)
{
	return hash == HMAC_SHA1 ? DIGEST_SHA1_SIZE : DIGEST_SIZE;
}

/* The parts as one text; a single one is not copied. */
static struct span
whole(struct arena *a, const struct span *parts, size_t count)
{
	size_t len = 0, at = 0;
	char *text;

	if (count == 1)
		return parts[0];
	for (size_t i = 0; i < count; i++)
		len += parts[i].len;
	text = arena_alloc(a, len + 1);
	for (size_t i = 0; i < count; i++) {
		if (parts[i].len)
			memcpy(text + at, parts[i].data, parts[i].len);
		at += parts[i].len;
	}
	return (struct span){ text, len };
}

static void
sign(struct arena *a, enum signature_hash hash, struct span secret,
	struct span text, uint8_t *out)
{
	switch (hash) {
	case HMAC_SHA256:
		digest_hmac(secret, text, out);
		break;
	case HMAC_SHA1:
		digest_hmac_sha1(secret, text, out);
		break;
	case PLAIN_SHA256:
		digest_sha256(
			whole(a, (struct span[]){ text, secret }, 2), out);
		break;
	}
}

static bool
decode(struct arena *a, const struct signature *how, struct span sent,
	uint8_t *out)
{
	struct span bytes;

	if (!how->base64)
		return digest_unhex(sent, out, size_of(how->hash));
	if (!digest_unbase64(a, sent, &bytes) ||
		bytes.len != size_of(how->hash))
		return false;
	memcpy(out, bytes.data, bytes.len);
	return true;
}

bool
signature_fits(const struct signature *how, struct span sent,
	const struct source_conf *conf, const struct span *parts, size_t count)
{
	struct arena *a = arena_create();
	uint8_t theirs[DIGEST_SIZE], ours[DIGEST_SIZE];
	struct span text = whole(a, parts, count);
	bool good = false;

	if (decode(a, how, sent, theirs))
		for (const char **s = conf->secrets; s && *s; s++) {
			if (**s == '\0')
				continue;
			sign(a, how->hash, span_of(*s), text, ours);
			/* To the end even after a match. */
			good |= digest_equal(theirs, ours, size_of(how->hash));
		}
	arena_destroy(a);
	return good;
}

bool
signature_good(const struct signature *how, const struct inbound *in,
	const struct source_conf *conf, const struct span *parts, size_t count,
	struct err *e)
{
	struct span sent = inbound_header(in, how->header);
	size_t skip = how->prefix ? strlen(how->prefix) : 0;

	if (sent.len <= skip || (skip && !span_starts(sent, how->prefix)))
		return fail(e, ERR_AUTH, "expected %s: %s...", how->header,
			how->prefix ? how->prefix : "");
	sent.data += skip;
	sent.len -= skip;
	return signature_fits(how, sent, conf, parts, count) ||
	       fail(e, ERR_AUTH,
		       "expected %s to be made with a secret of this source",
		       how->header);
}

bool
signature_of_body(const struct signature *how, const struct inbound *in,
	const struct source_conf *conf, struct err *e)
{
	return signature_good(how, in, conf, &in->raw, 1, e);
}

bool
signature_fresh(const struct inbound *in, struct span time, size_t seconds,
	struct err *e)
{
	int64_t at = clock_read(time), window;

	if (at == CLOCK_NONE)
		return fail(e, ERR_AUTH, "expected the time of the signature");
	if (!seconds || !in->at)
		return true;
	window = seconds < 1000000000 ? (int64_t)seconds * CLOCK_SECOND
				      : INT64_MAX / 4;
	return (at <= in->at + window && at >= in->at - window) ||
	       fail(e, ERR_AUTH, "expected a signature of the last %zu seconds",
		       seconds);
}

struct span
signature_url(struct arena *a, const struct inbound *in, const char *given)
{
	struct span url = span_of(given);

	if (!in->query.len || !url.len || memchr(given, '?', url.len))
		return url;
	return span_join(a, '?', (struct span[]){ url, in->query }, 2);
}
