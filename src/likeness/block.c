/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness/block.h"

#include <stdlib.h>
#include <string.h>

#include "likeness/mailbox.h"
#include "likeness/name.h"
#include "likeness/text.h"

enum type {
	NAMES,		/* sounds of both names, in any order */
	FAMILY_BIRTH,	/* sound of the family name, birth date */
	GIVEN_BIRTH,	/* canonical given name, birth date */
	FAMILY_YEAR,	/* sound of the family name, given initial, year */
	GIVEN_DAY,	/* canonical given name, month and day */
	BIRTH,		/* birth date */
	BIRTH_PLACE,	/* birth date, postcode or city */
	FAMILY_PLACE,	/* sound of the family name, postcode or city */
	GIVEN_PLACE,	/* canonical given name, postcode or city */
	ADDRESS,	/* number, street's first letters */
	STREET_NAME,	/* street, family name's first letters */
	FAMILY_INITIAL, /* family name's first letters, given initial */
	PHONE,		/* the last seven digits */
	EMAIL,
	EMAIL_USER,
	NUMBER,
	DEVICE,
	FAMILY_ORIGIN,	   /* sound of the family name, place of birth */
	GIVEN_ORIGIN,	   /* canonical given name, place of birth */
	ORIGIN_YEAR,	   /* place of birth, year */
	FAMILY_OCCUPATION, /* sound of the family name, occupation */
	POSTCODE,
	GIVEN_YEAR,    /* canonical given name, year */
	FAMILY_MIDDLE, /* sound of the family name, a middle name */
};

#define COMPARED(c) (1u << COMPARE_##c)

static const struct {
	int cap;
	uint32_t holds;
	bool household;
} types[BLOCK_TYPES] = {
	[NAMES] = { 10, COMPARED(GIVEN) | COMPARED(FAMILY), false },
	[FAMILY_BIRTH] = { 60, COMPARED(FAMILY) | COMPARED(BIRTH), false },
	[GIVEN_BIRTH] = { 60, COMPARED(GIVEN) | COMPARED(BIRTH), false },
	[FAMILY_YEAR] = { 60,
		COMPARED(FAMILY) | COMPARED(GIVEN) | COMPARED(BIRTH), false },
	[GIVEN_DAY] = { 20, COMPARED(GIVEN) | COMPARED(BIRTH), false },
	[BIRTH] = { 40, COMPARED(BIRTH), false },
	[BIRTH_PLACE] = { 60, COMPARED(BIRTH) | COMPARED(PLACE), false },
	[FAMILY_PLACE] = { 60, COMPARED(FAMILY) | COMPARED(PLACE), true },
	[GIVEN_PLACE] = { 60, COMPARED(GIVEN) | COMPARED(PLACE), false },
	[ADDRESS] = { 60, COMPARED(STREET), true },
	[STREET_NAME] = { 60, COMPARED(STREET) | COMPARED(FAMILY), true },
	[FAMILY_INITIAL] = { 8, COMPARED(GIVEN) | COMPARED(FAMILY), false },
	[PHONE] = { 50, COMPARED(PHONE), true },
	[EMAIL] = { 50, COMPARED(EMAIL), true },
	[EMAIL_USER] = { 30, COMPARED(EMAIL), false },
	[NUMBER] = { 50, COMPARED(NUMBER), false },
	[DEVICE] = { 20, COMPARED(DEVICE), true },
	[FAMILY_ORIGIN] = { 60, COMPARED(FAMILY) | COMPARED(BIRTH_PLACE),
		false },
	[GIVEN_ORIGIN] = { 60, COMPARED(GIVEN) | COMPARED(BIRTH_PLACE), false },
	[ORIGIN_YEAR] = { 60, COMPARED(BIRTH) | COMPARED(BIRTH_PLACE), false },
	[FAMILY_OCCUPATION] = { 60, COMPARED(FAMILY) | COMPARED(OCCUPATION),
		false },
	[POSTCODE] = { 12, COMPARED(PLACE), true },
	[GIVEN_YEAR] = { 15, COMPARED(GIVEN) | COMPARED(BIRTH), false },
	[FAMILY_MIDDLE] = { 60, COMPARED(FAMILY) | COMPARED(MIDDLE), false },
};

struct keys {
	struct arena *arena;
	int64_t *items;
	size_t count, cap;
};

/* FNV-1a with murmur's last mix, under the type. */
static void
add(struct keys *k, enum type type, const char *first, const char *second,
	const char *third)
{
	const char *parts[] = { first, second, third };
	uint64_t h = 0xcbf29ce484222325u;

	if (!*first || !*second || !*third)
		return;
	for (size_t i = 0; i < 3; i++) {
		for (const char *c = parts[i]; *c; c++)
			h = (h ^ (unsigned char)*c) * 0x100000001b3u;
		h = (h ^ 0xff) * 0x100000001b3u;
	}
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdu;
	h ^= h >> 33;
	h = (h >> 8) | ((uint64_t)type << 56);
	k->items = arena_grow(
		k->arena, k->items, k->count, &k->cap, sizeof(*k->items));
	k->items[k->count++] = (int64_t)h;
}

static const char *
head(struct arena *a, const char *text, size_t len)
{
	return arena_strndup(a, text, strnlen(text, len));
}

static const char *
tail(const char *text, size_t len)
{
	size_t n = strlen(text);

	return n >= len ? text + n - len : "";
}

static const struct look *
begin(const struct portrait *p, enum field f)
{
	return p->looks + p->from[f];
}

static const struct look *
end(const struct portrait *p, enum field f)
{
	return p->looks + p->from[f + 1];
}

static const char *
place(const struct look *address)
{
	const char *postcode = address->parts[ADDRESS_POSTCODE];

	return *postcode ? postcode : address->parts[ADDRESS_CITY];
}

static void
add_places(struct keys *k, const struct portrait *p, const char *given,
	const char *family, const char *sound)
{
	for (const struct look *l = begin(p, FIELD_ADDRESS);
		l < end(p, FIELD_ADDRESS); l++) {
		const char *postcode = l->parts[ADDRESS_POSTCODE];
		const char *city = l->parts[ADDRESS_CITY];

		add(k, FAMILY_PLACE, sound, postcode, "p");
		add(k, GIVEN_PLACE, given, postcode, "p");
		if (*family && *given)
			add(k, FAMILY_PLACE, sound, city,
				head(k->arena, given, 1));
		if (*family && *given)
			add(k, GIVEN_PLACE, given, city,
				head(k->arena, family, 1));
		add(k, FAMILY_PLACE, sound, city, l->parts[ADDRESS_NUMBER]);
		add(k, STREET_NAME, l->parts[ADDRESS_STREET],
			head(k->arena, family, 4), "s");
	}
}

static void
add_origins(struct keys *k, const struct portrait *p, const char *given,
	const char *sound)
{
	for (const struct look *l = begin(p, FIELD_BIRTH_PLACE);
		l < end(p, FIELD_BIRTH_PLACE); l++) {
		add(k, FAMILY_ORIGIN, sound, l->parts[0], "o");
		add(k, GIVEN_ORIGIN, given, l->parts[0], "o");
	}
	for (const struct look *l = begin(p, FIELD_OCCUPATION);
		l < end(p, FIELD_OCCUPATION); l++)
		add(k, FAMILY_OCCUPATION, sound, l->parts[0], "o");
}

/* The word itself where nothing of it sounds. */
static const char *
sound_of(struct arena *a, const char *word)
{
	char sound[TEXT_SOUND];

	text_sound(word, sound);
	return *sound ? arena_printf(a, "%s", sound) : word;
}

static void
add_name(struct keys *k, const struct portrait *p, const char *given,
	const char *family)
{
	struct arena *a = k->arena;
	const char *known = *given ? name_canonical(given) : "";
	const char *sound = sound_of(a, family);
	const char *known_sound = sound_of(a, known);
	bool turned = strcmp(known_sound, sound) > 0;
	const char *initial = head(a, given, 1);

	add(k, NAMES, turned ? sound : known_sound,
		turned ? known_sound : sound, "n");
	add(k, FAMILY_INITIAL, head(a, family, 5), initial, "i");
	for (const struct look *l = begin(p, FIELD_BIRTH);
		l < end(p, FIELD_BIRTH); l++) {
		const char *date = l->parts[0];

		add(k, FAMILY_YEAR, sound, head(a, date, 4), initial);
		add(k, GIVEN_YEAR, known, head(a, date, 4), "y");
		if (strlen(date) < 8)
			continue;
		add(k, FAMILY_BIRTH, sound, date, "b");
		add(k, GIVEN_BIRTH, known, date, "b");
		add(k, GIVEN_DAY, known, date + 4, "d");
	}
	add_places(k, p, known, family, sound);
	add_origins(k, p, known, sound);
}

static void
add_birth(struct keys *k, const struct portrait *p, const char *date)
{
	if (strlen(date) < 8)
		return;
	add(k, BIRTH, date, "b", "b");
	for (const struct look *l = begin(p, FIELD_BIRTH_PLACE);
		l < end(p, FIELD_BIRTH_PLACE); l++)
		add(k, ORIGIN_YEAR, l->parts[0], head(k->arena, date, 4), "y");
	for (const struct look *l = begin(p, FIELD_ADDRESS);
		l < end(p, FIELD_ADDRESS); l++)
		add(k, BIRTH_PLACE, date, place(l), "p");
}

static int
compare_key(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

/* Of many, a short one is no key. */
static void
add_email(struct keys *k, const char *email)
{
	char user[MAILBOX_USER];

	add(k, EMAIL, email, "e", "e");
	mailbox_user(email, user);
	if (strlen(user) > 4 && !mailbox_is_role(email))
		add(k, EMAIL_USER, user, "u", "u");
}

/* "el dorado" is "eldorado", and "banks" nearly "bank". */
static const char *
street_head(struct arena *a, const char *street)
{
	char head[5];
	size_t n = 0;

	for (; *street && n < sizeof(head) - 1; street++)
		if (*street != ' ')
			head[n++] = *street;
	head[n] = '\0';
	return arena_printf(a, "%s", head);
}

size_t
block_keys(struct arena *a, const struct portrait *p, int64_t **keys)
{
	struct keys k = { a, NULL, 0, 0 };
	size_t kept = 0;

	for (const struct look *l = begin(p, FIELD_NAME);
		l < end(p, FIELD_NAME); l++)
		add_name(&k, p, l->parts[NAME_GIVEN], l->parts[NAME_FAMILY]);
	for (const struct look *l = begin(p, FIELD_BIRTH);
		l < end(p, FIELD_BIRTH); l++)
		add_birth(&k, p, l->parts[0]);
	for (const struct look *l = begin(p, FIELD_ADDRESS);
		l < end(p, FIELD_ADDRESS); l++) {
		add(&k, ADDRESS, street_head(a, l->parts[ADDRESS_STREET]),
			l->parts[ADDRESS_NUMBER], "a");
		add(&k, POSTCODE, l->parts[ADDRESS_POSTCODE], "p", "p");
	}
	for (const struct look *l = begin(p, FIELD_PHONE);
		l < end(p, FIELD_PHONE); l++)
		add(&k, PHONE, tail(l->parts[0], 7), "e", "e");
	for (const struct look *l = begin(p, FIELD_EMAIL);
		l < end(p, FIELD_EMAIL); l++)
		add_email(&k, l->parts[0]);
	for (const struct look *l = begin(p, FIELD_NUMBER);
		l < end(p, FIELD_NUMBER); l++)
		add(&k, NUMBER, l->parts[0], l->parts[1], "n");
	for (const struct look *l = begin(p, FIELD_DEVICE);
		l < end(p, FIELD_DEVICE); l++)
		add(&k, DEVICE, l->parts[0], "d", "d");
	if (k.count)
		qsort(k.items, k.count, sizeof(*k.items), compare_key);
	for (size_t i = 0; i < k.count; i++)
		if (!kept || k.items[kept - 1] != k.items[i])
			k.items[kept++] = k.items[i];
	*keys = k.items;
	return kept;
}

int
block_type(int64_t key)
{
	return (int)((uint64_t)key >> 56);
}

int
block_cap(int64_t key)
{
	return types[block_type(key)].cap;
}

bool
block_holds(int type, enum comparison c)
{
	return types[type].holds & (1u << c);
}

bool
block_is_household(int type)
{
	return types[type].household;
}
