/* SPDX-License-Identifier: Apache-2.0 */
#include "core/hub.h"

#include "base/digest.h"
#include "core/signature.h"

bool
hub_verify(
	const struct inbound *in, const struct source_conf *conf, struct err *e)
{
	static const struct signature how = { "X-Hub-Signature-256",
		"sha256=", HMAC_SHA256, false };

	return signature_of_body(&how, in, conf, e);
}

bool
hub_greet(struct arena *a, const struct inbound *in, const char *token,
	struct span *answer, struct err *e)
{
	struct span sent = inbound_query(a, in, "hub.verify_token");

	if (!span_is(inbound_query(a, in, "hub.mode"), "subscribe"))
		return fail(e, ERR_DENIED, "expected hub.mode=subscribe");
	/* Where no token is set, an empty one must not be right. */
	if (sent.len == 0 || !digest_equal_text(sent, span_of(token)))
		return fail(e, ERR_DENIED, "expected our hub.verify_token");
	*answer = inbound_query(a, in, "hub.challenge");
	return true;
}
