/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

void
digest_sha256(struct span data, uint8_t out[DIGEST_SIZE])
{
	if (!EVP_Digest(data.data, data.len, out, NULL, EVP_sha256(), NULL))
		abort();
}

void
digest_sha1(struct span data, uint8_t out[DIGEST_SHA1_SIZE])
{
	if (!EVP_Digest(data.data, data.len, out, NULL, EVP_sha1(), NULL))
		abort();
}

bool
digest_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

bool
digest_equal_text(struct span a, struct span b)
{
	return a.len == b.len && digest_equal(a.data, b.data, a.len);
}

/* Most are made with the same key as the last: to find the algorithm and to set
 * the key takes longer than all else. */
struct mac {
	const char *hash;
	EVP_MAC_CTX *ctx;
	struct span key; /* our copy */
};

static bool
set_key(struct mac *mac, struct span key)
{
	char *copy = malloc(key.len + 1);
	OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(
					OSSL_MAC_PARAM_DIGEST,
					(char *)mac->hash, 0),
		OSSL_PARAM_construct_end() };

	if (!copy)
		return false;
	if (key.len)
		memcpy(copy, key.data, key.len);
	free((char *)mac->key.data);
	mac->key = (struct span){ copy, key.len };
	return EVP_MAC_init(
		mac->ctx, (const unsigned char *)copy, key.len, params);
}

static void
hmac(struct mac *mac, struct span key, struct span data, uint8_t *out,
	size_t size)
{
	bool good = true;

	if (!mac->ctx) {
		EVP_MAC *hmac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL);

		mac->ctx = EVP_MAC_CTX_new(hmac);
		EVP_MAC_free(hmac);
	}
	if (!mac->key.data || !digest_equal_text(mac->key, key))
		good = set_key(mac, key);
	else
		good = EVP_MAC_init(mac->ctx, NULL, 0, NULL);
	if (!good ||
		!EVP_MAC_update(
			mac->ctx, (const unsigned char *)data.data, data.len) ||
		!EVP_MAC_final(mac->ctx, out, &size, size))
		abort();
}

void
digest_hmac(struct span key, struct span data, uint8_t out[DIGEST_SIZE])
{
	static struct mac mac = { .hash = "SHA256" };

	hmac(&mac, key, data, out, DIGEST_SIZE);
}

void
digest_hmac_sha1(
	struct span key, struct span data, uint8_t out[DIGEST_SHA1_SIZE])
{
	static struct mac mac = { .hash = "SHA1" };

	hmac(&mac, key, data, out, DIGEST_SHA1_SIZE);
}

char *
digest_hex(struct arena *a, const uint8_t *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_alloc(a, len * 2 + 1);

	for (size_t i = 0; i < len; i++) {
		text[2 * i] = digits[data[i] >> 4];
		text[2 * i + 1] = digits[data[i] & 15];
	}
	return text;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
digest_unhex(struct span s, uint8_t *out, size_t len)
{
	if (s.len != len * 2)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (hex_value(s.data[i]) < 0)
			return false;
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(hex_value(s.data[2 * i]) * 16 +
				   hex_value(s.data[2 * i + 1]));
	return true;
}

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	if (c == '/' || c == '_')
		return 63;
	return -1;
}

bool
digest_unbase64(struct arena *a, struct span s, struct span *out)
{
	char *bytes = arena_alloc(a, s.len + 1);
	unsigned bits = 0, have = 0;
	size_t len = 0;

	for (int i = 0; i < 2 && s.len && s.data[s.len - 1] == '='; i++)
		s.len--;
	if (s.len % 4 == 1)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		int value = base64_value(s.data[i]);

		if (value < 0)
			return false;
		bits = (bits << 6 | (unsigned)value) & 0xffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			bytes[len++] = (char)(bits >> have);
		}
	}
	*out = (struct span){ bytes, len };
	return true;
}
