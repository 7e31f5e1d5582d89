/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the webhooks of all Meta products have in common: the signature
 * (X-Hub-Signature-256, an HMAC with the app secret over the bytes as sent)
 * and the handshake (hub.mode, hub.verify_token, hub.challenge).
 */
#ifndef CORE_HUB_H
#define CORE_HUB_H

#include "core/channel.h"

bool hub_verify(const struct inbound *in, const struct source_conf *conf,
	struct err *e) MUST_CHECK;
/* *answer is the challenge where the token is ours; where none is set, there
 * is none that is right. */
bool hub_greet(struct arena *a, const struct inbound *in, const char *token,
	struct span *answer, struct err *e) MUST_CHECK;

#endif
