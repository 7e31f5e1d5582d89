/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identifiers: the first byte chooses the kind, the second the region.
 * Normalising what was normalised changes nothing.
 */
#include "core/identifier.h"

#include <string.h>

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const kinds[] = { "phone", "email", "cpf",
		"user_id" };
	static const char *const regions[] = { NULL, "BR", "US", "DE", "MX",
		"AR", "IL", "TH" };
	struct arena *a = arena_create();
	const char *kind = kinds[size ? data[0] % 4 : 0];
	const char *region = regions[size > 1 ? data[1] % 8 : 0];
	struct span sent = { (const char *)data + 2, size > 2 ? size - 2 : 0 };
	struct span value, again;
	struct err e = { 0 };

	if (size < 2)
		sent.data = "";
	identifier_blocked(kind, sent);
	if (identifier_normalise(a, kind, sent, region, &value, &e)) {
		must(value.len && value.len <= IDENTIFIER_MAX &&
				value.data[value.len] == '\0' &&
				span_is_utf8(value),
			"a normalised value is a text");
		must(identifier_normalise(a, kind, value, region, &again, &e) &&
				span_equal(value, again),
			"normalising what was normalised changes nothing");
		identifier_blocked(kind, value);
	} else {
		must(*e.text, "a refusal says why");
	}
	if (identifier_domain(a, sent, &value, &e))
		must(identifier_domain(a, value, &again, &e) &&
				span_equal(value, again),
			"a domain stays one");
	arena_destroy(a);
	return 0;
}
