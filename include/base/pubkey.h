/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures that senders make with a key of which we have the public half
 * (OpenSSL): RSA with PKCS#1 v1.5, ECDSA with a DER signature. */
#ifndef BASE_PUBKEY_H
#define BASE_PUBKEY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum pubkey_hash { PUBKEY_SHA256, PUBKEY_SHA1 };

/* Whether key can be read: a SubjectPublicKeyInfo as base64, without armour. */
bool pubkey_good(const char *key);
/* Is signature (base64) the key's, of the parts, one behind the other? */
bool pubkey_signed(const char *key, enum pubkey_hash hash,
	const struct span *parts, size_t count, struct span signature);

#endif
