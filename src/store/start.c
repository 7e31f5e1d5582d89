/* SPDX-License-Identifier: Apache-2.0 */
#include "store/start.h"

#include "base/digest.h"
#include "store/sql.h"

void
start_params(struct arena *a, struct span hash_key, const char *params[2])
{
	const struct sql_schema *last = sql_schema;
	uint8_t digest[DIGEST_SIZE];

	while (last[1].name)
		last++;
	digest_hmac(hash_key, span_of("unifyd hash key"), digest);
	params[0] = last->name;
	params[1] = digest_hex(a, digest, DIGEST_SIZE);
}
