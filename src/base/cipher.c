/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cipher.h"

#include <limits.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "base/arena.h"

bool
cipher_open_cbc(struct arena *a, const uint8_t key[CIPHER_KEY],
	const uint8_t iv[CIPHER_KEY], struct span sealed, struct span *out)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	unsigned char *text;
	int len = 0, rest = 0;
	bool good;

	if (!c || sealed.len > INT_MAX)
		abort();
	text = arena_alloc(a, sealed.len + CIPHER_KEY + 1);
	good = EVP_DecryptInit_ex(c, EVP_aes_128_cbc(), NULL, key, iv) == 1 &&
	       EVP_DecryptUpdate(c, text, &len,
		       (const unsigned char *)sealed.data,
		       (int)sealed.len) == 1 &&
	       EVP_DecryptFinal_ex(c, text + len, &rest) == 1;
	EVP_CIPHER_CTX_free(c);
	if (!good)
		return false;
	text[len + rest] = '\0';
	*out = (struct span){ (char *)text, (size_t)(len + rest) };
	return true;
}
