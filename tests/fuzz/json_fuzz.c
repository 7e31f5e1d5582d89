/* SPDX-License-Identifier: Apache-2.0 */
/* JSON: what was written is read back and written alike, digits and all. */
#include "core/json.h"

#include <string.h>

#include "core/touchpoint.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create();
	struct span text = { (const char *)data, size };
	struct err e = { 0 };
	json_t *json = json_read(a, text, &e);
	struct told told;

	must(json || *e.text, "what is no JSON has an error");
	if (json) {
		const char *once = json_write(a, json);
		json_t *again = json_read(a, span_of(once), &e);

		must(again && strcmp(once, json_write(a, again)) == 0,
			"what was written is read back");
	}
	if (!touchpoint_read(a, text, &told, &e))
		must(*e.text, "a refusal says why");
	arena_destroy(a);
	return 0;
}
