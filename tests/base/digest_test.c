/* SPDX-License-Identifier: Apache-2.0 */
/* HMAC by a vector of Standard Webhooks, whose key is bytes as base64. */
#include "base/digest.h"

#include "../channels/vectors.h"

#include <check.h> /* last: it has a macro called fail */

Suite *suite(void);

static bool
fits(struct arena *a, const struct vector *v, const char *id, const char *time)
{
	struct span key, sent;
	uint8_t ours[DIGEST_SIZE];

	ck_assert(span_starts(span_of(v->secret), "whsec_"));
	ck_assert(span_starts(span_of(v->expected), "v1,"));
	if (!digest_unbase64(a, span_of(v->secret + strlen("whsec_")), &key) ||
		!digest_unbase64(
			a, span_of(v->expected + strlen("v1,")), &sent))
		return false;
	digest_hmac(key,
		span_of(arena_printf(a, "%s.%s.%s", id, time, v->body)), ours);
	return sent.len == DIGEST_SIZE &&
	       digest_equal(ours, sent.data, DIGEST_SIZE);
}

START_TEST(standard_webhooks)
{
	struct arena *a = arena_create();
	struct vector vectors[VECTORS_MAX];
	size_t count = vectors_of(a, "standard-webhooks", vectors);

	for (size_t i = 0; i < count; i++) {
		const struct vector *v = &vectors[i];
		char *texts[] = {
			vector_text(a, v->all, "headers.webhook-id"),
			vector_text(a, v->all, "headers.webhook-timestamp"),
			v->body,
			v->secret + strlen("whsec_"),
		};

		ck_assert(fits(a, v, texts[0], texts[1]));
		for (size_t k = 0; k < 4; k++)
			for (char *c = texts[k]; *c; c++) {
				*c ^= 1;
				ck_assert(!fits(a, v, texts[0], texts[1]));
				*c ^= 1;
			}
	}
	arena_destroy(a);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("digest");
	TCase *t = tcase_create("digest");

	tcase_add_test(t, standard_webhooks);
	suite_add_tcase(s, t);
	return s;
}
