/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies that senders encrypt with a key they share with us (OpenSSL). */
#ifndef BASE_CIPHER_H
#define BASE_CIPHER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct arena;

#define CIPHER_BLOCK                                                           \
	16 /* of AES; also the key of the shorter kind, and the IV */
/* AES-CBC with a key of 16 or 32 bytes, and the padding of PKCS#7 to multiples
 * of so many bytes as the key has. False where the bytes are not whole blocks,
 * or end in no padding; then it is another key, or no such text. *out is on the
 * arena, and NUL-terminated. */
bool cipher_open_cbc(struct arena *a, struct span key,
	const uint8_t iv[CIPHER_BLOCK], struct span sealed, struct span *out);

#endif
