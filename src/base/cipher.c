/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cipher.h"

#include <limits.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "base/arena.h"

/* How much of the text is padding; 0 where that is none. */
static size_t
padding(const unsigned char *text, size_t len, size_t most)
{
	size_t pad = len ? text[len - 1] : 0;

	if (pad > most || pad > len)
		return 0;
	for (size_t i = len - pad; i < len; i++)
		if (text[i] != pad)
			return 0;
	return pad;
}

bool
cipher_open_cbc(struct arena *a, struct span key,
	const uint8_t iv[CIPHER_BLOCK], struct span sealed, struct span *out)
{
	bool is_long = key.len == (size_t)2 * CIPHER_BLOCK;
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	unsigned char *text;
	int len = 0, rest = 0;
	size_t all, pad;
	bool good;

	if (!c || sealed.len > INT_MAX || (!is_long && key.len != CIPHER_BLOCK))
		abort();
	text = arena_alloc(a, sealed.len + CIPHER_BLOCK + 1);
	good = EVP_DecryptInit_ex(c,
		       is_long ? EVP_aes_256_cbc() : EVP_aes_128_cbc(), NULL,
		       (const unsigned char *)key.data, iv) == 1 &&
	       EVP_CIPHER_CTX_set_padding(c, 0) == 1 &&
	       EVP_DecryptUpdate(c, text, &len,
		       (const unsigned char *)sealed.data,
		       (int)sealed.len) == 1 &&
	       EVP_DecryptFinal_ex(c, text + len, &rest) == 1;
	EVP_CIPHER_CTX_free(c);
	all = (size_t)len + (size_t)rest;
	pad = good ? padding(text, all, key.len) : 0;
	if (!pad)
		return false;
	*out = (struct span){ (char *)text, all - pad };
	text[out->len] = '\0';
	return true;
}
