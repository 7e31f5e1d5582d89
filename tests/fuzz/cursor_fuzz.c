/* SPDX-License-Identifier: Apache-2.0 */
/* The small texts of an address: cursors, ids, times. */
#include "app/cursor.h"

#include <string.h>

#include "base/clock.h"
#include "base/id.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create();
	struct span text = { (const char *)data, size };
	const char *first, *second;
	char again[ID_TEXT], at[CLOCK_TEXT];
	struct id id, other;
	int64_t time, same;

	if (cursor_time(a, text, &first, &second))
		must(strlen(first) + 1 + strlen(second) == size,
			"a cursor is its two parts");
	if (cursor_change(a, text, &first, &second))
		must(strlen(first) + 1 + strlen(second) == size,
			"a cursor is its two parts");
	if (id_parse(text, &id))
		must(id_parse(span_of(id_format(&id, again)), &other) &&
				!id_compare(&id, &other),
			"an id is read back");
	time = clock_read(text);
	if (time != CLOCK_NONE) {
		same = clock_read(span_of(clock_format(time, at)));
		must(same == time, "a time is read back");
	}
	arena_destroy(a);
	return 0;
}
