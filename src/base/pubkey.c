/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pubkey.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/digest.h"

static EVP_PKEY *
read_key(struct arena *a, const char *key)
{
	const unsigned char *at;
	struct span der;

	if (!key || !digest_unbase64(a, span_of(key), &der) ||
		der.len > LONG_MAX)
		return NULL;
	at = (const unsigned char *)der.data;
	return d2i_PUBKEY(NULL, &at, (long)der.len);
}

bool
pubkey_check(const char *key, const char *setting, struct err *e)
{
	struct arena *a = arena_create();
	EVP_PKEY *pkey = read_key(a, key);
	bool good = pkey || !key;

	EVP_PKEY_free(pkey);
	arena_destroy(a);
	return good || fail(e, ERR_INPUT,
			       "%s %.20s...: not understood, want a public key "
			       "as base64",
			       setting, key);
}

bool
pubkey_signed(const char *key, enum pubkey_hash hash, const struct span *parts,
	size_t count, struct span signature)
{
	struct arena *a = arena_create();
	EVP_PKEY *pkey = read_key(a, key);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	struct span bytes;
	bool good;

	if (!c)
		abort();
	good = pkey && digest_unbase64(a, signature, &bytes) &&
	       EVP_DigestVerifyInit(c, NULL,
		       hash == PUBKEY_SHA1 ? EVP_sha1() : EVP_sha256(), NULL,
		       pkey) == 1;
	for (size_t i = 0; good && i < count; i++)
		good = EVP_DigestVerifyUpdate(c, parts[i].data, parts[i].len) ==
		       1;
	good = good &&
	       EVP_DigestVerifyFinal(
		       c, (const unsigned char *)bytes.data, bytes.len) == 1;
	EVP_MD_CTX_free(c);
	EVP_PKEY_free(pkey);
	arena_destroy(a);
	return good;
}
