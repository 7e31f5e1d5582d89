/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures that senders make with a key of which we have the public half
 * (OpenSSL): RSA with PKCS#1 v1.5, ECDSA with a DER signature. */
#ifndef BASE_PUBKEY_H
#define BASE_PUBKEY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

enum pubkey_hash { PUBKEY_SHA256, PUBKEY_SHA1 };

/* Whether key can be read, or is NULL: a SubjectPublicKeyInfo as base64,
 * without armour. setting is its name. */
bool pubkey_check(
	const char *key, const char *setting, struct err *e) MUST_CHECK;
/* Is signature (base64) the key's, of the parts, one behind the other? */
bool pubkey_signed(const char *key, enum pubkey_hash hash,
	const struct span *parts, size_t count, struct span signature);

#endif
