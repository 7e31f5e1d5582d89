/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures that senders make of their requests with a secret they share
 * with us. Compared as bytes, in a time that does not tell which secret fits;
 * an empty secret is none, for anybody could sign with it.
 */
#ifndef CORE_SIGNATURE_H
#define CORE_SIGNATURE_H

#include "core/channel.h"

enum signature_hash {
	HMAC_SHA256,
	HMAC_SHA1,
	PLAIN_SHA256 /* of the parts and, behind them, the secret */
};

/* How a sender signs: the header, what stands in it before the digest, and
 * whether the digest is base64 or hex. */
struct signature {
	const char *header, *prefix; /* prefix may be NULL */
	enum signature_hash hash;
	bool base64;
};

/* Is the header's digest one of the parts, one behind the other, made with a
 * secret of the source? */
bool signature_good(const struct signature *how, const struct inbound *in,
	const struct source_conf *conf, const struct span *parts, size_t count,
	struct err *e) MUST_CHECK;
/* The same for most of them: the raw body alone is signed. */
bool signature_of_body(const struct signature *how, const struct inbound *in,
	const struct source_conf *conf, struct err *e) MUST_CHECK;
/* Does the digest of this text, as hex or base64, come from a secret? */
bool signature_fits(const struct signature *how, struct span sent,
	const struct source_conf *conf, const struct span *parts,
	size_t count) MUST_CHECK;
/* Is a time that was signed no more than so many seconds from the receipt?
 * Zero seconds ask nothing, nor does a receipt that is not known. */
bool signature_fresh(const struct inbound *in, struct span time, size_t seconds,
	struct err *e) MUST_CHECK;
#define SIGNATURE_WINDOW "300" /* seconds, as a setting's default */
/* The address that was signed: the one the sender was given, with the query
 * as it came. Never made of a Host that anybody can send. */
struct span signature_url(
	struct arena *a, const struct inbound *in, const char *given);

#endif
