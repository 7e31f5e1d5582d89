/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"

#include <string.h>
#include <uuid/uuid.h>

#include "base/arena.h"
#include "base/digest.h"

/* Eight bytes, most significant first: ids must not depend on the machine. */
static char *
put_part(char *to, struct span part)
{
	for (int shift = 56; shift >= 0; shift -= 8)
		*to++ = (char)((uint64_t)part.len >> shift);
	if (part.len)
		memcpy(to, part.data, part.len);
	return to + part.len;
}

struct id
id_derive(struct span key, const char *space, const struct span *parts,
	size_t count)
{
	struct arena *a = NULL;
	struct span label = span_of(space);
	size_t size = 8 + label.len;
	uint8_t mac[DIGEST_SIZE];
	struct id id;
	char some[512], *text = some, *to;

	for (size_t i = 0; i < count; i++)
		size += 8 + parts[i].len;
	if (size > sizeof(some)) {
		a = arena_create();
		text = arena_alloc(a, size);
	}
	to = put_part(text, label);
	for (size_t i = 0; i < count; i++)
		to = put_part(to, parts[i]);
	digest_hmac(key, (struct span){ text, size }, mac);
	arena_destroy(a);
	memcpy(id.bytes, mac, sizeof(id.bytes));
	id.bytes[6] = (uint8_t)((id.bytes[6] & 0x0f) | 0x80); /* version 8 */
	id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3f) | 0x80); /* variant */
	return id;
}

struct id
id_random(void)
{
	struct id id;

	uuid_generate_random(id.bytes);
	return id;
}

int
id_compare(const struct id *a, const struct id *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* As uuid_parse, which takes five times as long. */
bool
id_parse(struct span s, struct id *out)
{
	struct id id;
	const char *at = s.data;

	if (s.len != ID_TEXT - 1)
		return false;
	for (size_t i = 0; i < sizeof(id.bytes); i++, at += 2) {
		int high, low;

		if ((i == 4 || i == 6 || i == 8 || i == 10) && *at++ != '-')
			return false;
		high = digit(at[0]);
		low = digit(at[1]);
		if (high < 0 || low < 0)
			return false;
		id.bytes[i] = (uint8_t)(high << 4 | low);
	}
	*out = id;
	return true;
}

const char *
id_format(const struct id *id, char text[ID_TEXT])
{
	uuid_unparse_lower(id->bytes, text);
	return text;
}
