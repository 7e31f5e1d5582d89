/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures that senders and their libraries made, from the shared folder;
 * and that of what was signed no byte may be another.
 */
#ifndef TESTS_CHANNELS_VECTORS_H
#define TESTS_CHANNELS_VECTORS_H

#include "say.h"

#define VECTORS_MAX 8 /* of one scheme */

/* Texts are on the arena, free to be changed, and empty where absent. */
struct vector {
	char *secret, *body, *url, *expected;
	const json_t *all;
};

static inline char *
vector_text(struct arena *a, const json_t *vector, const char *path)
{
	return span_text(a, json_span(a, json_at(vector, path)));
}

/* How many there are of a scheme; none where the folder is absent. */
static inline size_t
vectors_of(struct arena *a, const char *scheme, struct vector out[VECTORS_MAX])
{
	struct span text = say_recorded(a, "signatures/vectors.json");
	size_t count = 0, i;
	json_t *one;

	if (text.len == 0)
		return 0;
	json_array_foreach(json_read(a, text, NULL), i, one)
	{
		if (!span_is(json_member(a, one, "scheme"), scheme))
			continue;
		ck_assert_uint_lt(count, VECTORS_MAX);
		out[count++] = (struct vector){ .secret = vector_text(
							a, one, "secret"),
			.body = vector_text(a, one, "body"),
			.url = vector_text(a, one, "url"),
			.expected = vector_text(a, one, "expected"),
			.all = one };
	}
	ck_assert_uint_gt(count, 0);
	return count;
}

/* The request is believed, and no longer with any one byte of the text
 * changed, which is a part of it or of conf. */
static inline void
assert_each_byte(const struct channel *channel, const struct inbound *in,
	const void *conf, char *text)
{
	struct err e = { 0 };

	ck_assert_msg(channel->verify(in, conf, &e), "%s", e.text);
	for (char *c = text; *c; c++) {
		*c ^= 1;
		ck_assert_msg(!channel->verify(in, conf, &e), "byte %zu of %s",
			(size_t)(c - text), text);
		ck_assert_int_eq(e.code, ERR_AUTH);
		*c ^= 1;
	}
}

/*
 * Each vector of the scheme is believed: its body, its header and others that
 * are signed with it, by a conf that begins with source_conf. And no longer
 * with another byte in the body, the secret or what else is signed.
 */
static inline void
assert_vectors(struct arena *a, const char *scheme,
	const struct channel *channel, const void *conf)
{
	struct vector vectors[VECTORS_MAX];
	size_t count = vectors_of(a, scheme, vectors);

	for (size_t i = 0; i < count; i++) {
		const struct vector *v = &vectors[i];
		const char *live[] = { v->secret, NULL };
		struct source_conf *own = arena_alloc(a, channel->conf_size);
		struct header headers[4] = { { span_of(vector_text(
						       a, v->all, "header")),
			span_of(v->expected) } };
		struct inbound in = { .method = "POST",
			.headers = headers,
			.header_count = 1,
			.body = span_of(v->body),
			.raw = span_of(v->body) };
		const char *name;
		json_t *value;

		memcpy(own, conf, channel->conf_size);
		own->secrets = live;
		json_object_foreach(
			json_object_get(v->all, "headers"), name, value)
			headers[in.header_count++] = (struct header){
				span_of(name),
				span_of(span_text(a, json_span(a, value)))
			};
		assert_each_byte(channel, &in, own, v->body);
		assert_each_byte(channel, &in, own, v->secret);
		for (size_t k = 1; k < in.header_count; k++)
			assert_each_byte(channel, &in, own,
				(char *)(uintptr_t)headers[k].value.data);
	}
}

#endif
