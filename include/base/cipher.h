/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies that senders encrypt with a key they share with us (OpenSSL). */
#ifndef BASE_CIPHER_H
#define BASE_CIPHER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct arena;

#define CIPHER_KEY 16
/* AES-128-CBC with the padding of PKCS#7. False where the bytes are not whole
 * blocks, or end in no padding; then it is another key, or no such text. *out
 * is on the arena, and NUL-terminated. */
bool cipher_open_cbc(struct arena *a, const uint8_t key[CIPHER_KEY],
	const uint8_t iv[CIPHER_KEY], struct span sealed, struct span *out);

#endif
