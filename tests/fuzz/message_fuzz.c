/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests as bytes: the gate, llhttp, the body and its decoding. However the
 * bytes are cut, they are read alike.
 */
#include "io/message.h"

#include <string.h>

#include "fuzz.h"
#include "io/head.h"

#define MAX_BODY 100000

struct outcome {
	bool whole;
	int status;
	size_t used;
	struct request *request;
};

/* The body in pieces of step bytes. */
static struct outcome
read_message(struct span head, struct span rest, size_t step)
{
	struct message m = { 0 };
	struct outcome o = { 0 };
	bool good =
		message_head(&m, head) && message_expect(&m, MAX_BODY, false);

	while (good && !m.whole && o.used < rest.len) {
		size_t n = rest.len - o.used < step ? rest.len - o.used : step;
		size_t used = 0;

		good = message_body(
			&m, (struct span){ rest.data + o.used, n }, &used);
		o.used += good ? used : 0;
		must(good || m.status >= 400, "a refusal has a status");
	}
	o.whole = good && m.whole;
	if (o.whole && message_decode(&m))
		o.request = message_take(&m);
	else
		o.whole = false;
	o.status = m.status;
	must(o.request == NULL || o.request->body.len <= MAX_BODY,
		"a body is as long as was expected");
	message_discard(&m);
	return o;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = { (const char *)data, size }, head, rest;
	size_t len = 0;
	int status = 0;
	const char *why = NULL;
	enum head_state state =
		head_check(bytes, &head_limits_default, &len, &status, &why);
	struct outcome whole, cut;

	if (state == HEAD_BAD)
		must(status >= 400 && why, "a refusal says why");
	if (state != HEAD_OK)
		return 0;
	for (size_t n = len - 1; n; n /= 2) {
		struct span part = { bytes.data, n };
		size_t none;

		must(head_check(part, &head_limits_default, &none, &status,
			     &why) == HEAD_MORE,
			"the beginning of a good head is none yet");
	}
	head = (struct span){ bytes.data, len };
	rest = (struct span){ bytes.data + len, bytes.len - len };
	whole = read_message(head, rest, rest.len + 1);
	cut = read_message(head, rest, 1);
	must(whole.whole == cut.whole && whole.status == cut.status,
		"pieces are read as the whole is");
	if (whole.whole) {
		must(whole.used == cut.used && span_equal(whole.request->body,
						       cut.request->body),
			"pieces give the body of the whole");
		arena_destroy(whole.request->arena);
		arena_destroy(cut.request->arena);
	}
	return 0;
}
