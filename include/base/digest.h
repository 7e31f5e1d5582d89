/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256, SHA-1, their HMACs, hex, base64 and constant-time comparison
 * (OpenSSL). */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct arena;

#define DIGEST_SIZE 32
void digest_sha256(struct span data, uint8_t out[DIGEST_SIZE]);
void digest_hmac(struct span key, struct span data, uint8_t out[DIGEST_SIZE]);
/* SHA-1 is what some senders still sign with; nothing of ours does. */
#define DIGEST_SHA1_SIZE 20
void digest_sha1(struct span data, uint8_t out[DIGEST_SHA1_SIZE]);
void digest_hmac_sha1(
	struct span key, struct span data, uint8_t out[DIGEST_SHA1_SIZE]);
/* Equal length and bytes, in a time that depends on the length alone. */
bool digest_equal(const void *a, const void *b, size_t len);
bool digest_equal_text(struct span a, struct span b);
char *digest_hex(struct arena *a, const uint8_t *data, size_t len);
/* False when s is not exactly len bytes in hex of either case. */
bool digest_unhex(struct span s, uint8_t *out, size_t len);
/* Standard or URL alphabet, padded or not. False for anything else. */
bool digest_unbase64(struct arena *a, struct span s, struct span *out);

#endif
