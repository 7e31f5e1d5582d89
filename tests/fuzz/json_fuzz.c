/* SPDX-License-Identifier: Apache-2.0 */
/* JSON: what was written is read back and written alike, digits and all. */
#include "core/json.h"

#include <string.h>

#include "core/skim.h"
#include "core/touchpoint.h"
#include "fuzz.h"

/* What is looked for without a tree is what the tree has; names with escapes
 * are for trees alone. */
static void
skim(struct arena *a, struct span text, const json_t *json)
{
	static const char *const names[] = { "id", "kind", "value", "", NULL };
	struct span values[4];
	bool is_object = skim_members(text, names, values);

	must(is_object == json_is_object(json), "an object is one");
	for (size_t i = 0; is_object && names[i]; i++)
		must(span_equal(skim_text(a, values[i]),
			     json_member(a, json, names[i])),
			"a member says the same");
}

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
		if (size && *data != 0xef && !memchr(data, '\\', size))
			skim(a, text, json);
		skim(a, span_of(once), json);
	}
	if (!touchpoint_read(a, text, &told, &e))
		must(*e.text, "a refusal says why");
	arena_destroy(a);
	return 0;
}
