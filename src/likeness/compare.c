/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness/compare.h"

#include <stdlib.h>
#include <string.h>

#include "likeness/mailbox.h"
#include "likeness/name.h"
#include "likeness/text.h"

/* Levels of names. */
enum { SAME = 1, CLOSE, NEAR, INITIAL, OTHER };
#define FAMILY_OTHER 4

#define CLOSE_SIMILARITY 920
#define NEAR_SIMILARITY 850

static const struct look *
look_at(const struct portrait *p, enum field f, size_t i)
{
	return &p->looks[p->from[f] + i];
}

static size_t
looks_of(const struct portrait *p, enum field f)
{
	return p->from[f + 1] - p->from[f];
}

static bool
same_sound(const char *a, const char *b)
{
	char x[TEXT_SOUND], y[TEXT_SOUND];

	text_sound(a, x);
	text_sound(b, y);
	return !strcmp(x, y);
}

static bool
same_skeleton(const char *a, const char *b)
{
	char x[TEXT_WORD], y[TEXT_WORD];

	text_skeleton(a, x);
	text_skeleton(b, y);
	return strlen(x) > 1 && !strcmp(x, y);
}

static bool
same_plain(const char *a, const char *b)
{
	char x[TEXT_WORD], y[TEXT_WORD];

	text_plain(a, x);
	text_plain(b, y);
	return !strcmp(x, y);
}

/* Two words of names; whether one is not in Latin letters counts, for the
 * transliteration of what has no vowels has none. */
static int
compare_words(const char *a, const char *b, bool foreign)
{
	size_t la = strlen(a), lb = strlen(b);
	size_t least = la < lb ? la : lb;
	int similarity;

	if (!strcmp(a, b))
		return la > 1 ? SAME : INITIAL;
	if (least == 1)
		return *a == *b ? INITIAL : OTHER;
	similarity = text_similarity(a, b);
	/* "sandy" is no misspelt "andy". */
	if ((*a == *b || least > 4) &&
		(similarity >= CLOSE_SIMILARITY ||
			(least > 2 && text_edits(a, b, 1) <= 1)))
		return CLOSE;
	if (foreign && (same_skeleton(a, b) || same_plain(a, b)))
		return CLOSE;
	/* That two begin alike is not enough: "darlene", "darla". */
	if ((similarity >= NEAR_SIMILARITY && text_edits(a, b, 2) <= 2) ||
		same_sound(a, b) || (least > 2 && !strncmp(a, b, least)))
		return NEAR;
	return OTHER;
}

/* Of names that are spelt alike, those of a man and a woman: "paulo", "paula";
 * "daniel", "daniela". */
static bool
is_other_sex(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);
	const char *shorter = n < m ? a : b, *longer = n < m ? b : a;
	size_t least = n < m ? n : m;

	if (least < 3 || strncmp(shorter, longer, least - (n == m)) != 0)
		return false;
	if (n == m)
		return (a[n - 1] == 'a' && b[n - 1] == 'o') ||
		       (a[n - 1] == 'o' && b[n - 1] == 'a');
	return !strcmp(longer + least, "a") && name_is_known(shorter);
}

/* Two names of which the forms are known are no forms of each other unless the
 * table says so, however alike they look: "anna" is not short for "annabelle",
 * and "tim" no misspelt "tom". */
static int
compare_given(const char *a, const char *b, bool foreign)
{
	int level = compare_words(a, b, foreign);

	if (level == SAME || strlen(a) < 2 || strlen(b) < 2)
		return level;
	if (name_is_form(a, b))
		return CLOSE;
	if (foreign || level == OTHER)
		return level;
	if (is_other_sex(a, b) || (name_is_known(a) && name_is_known(b)))
		return level == CLOSE ? NEAR : OTHER;
	/* Longer by more than a mistake: "darla", "darletta". */
	if (level == CLOSE && text_edits(a, b, 2) > 2)
		return OTHER;
	return level;
}

/* Whether a word is among the others. */
static bool
has_word(const char *words, const char *word)
{
	const char *rest = words;
	struct span w;

	while ((w = text_word(&rest)).len)
		if (w.len > 1 && span_is(w, word))
			return true;
	return false;
}

static size_t
add_text(char *to, size_t len, size_t max, struct span more)
{
	for (size_t i = 0; i < more.len && len + 1 < max; i++)
		to[len++] = more.data[i];
	to[len] = '\0';
	return len;
}

/* A given name with the word after it, or a family name with the word before:
 * "ne ville" may be "neville". */
static void
with_neighbour(const char *const *x, int part, char out[64])
{
	const char *rest = x[NAME_MIDDLE];
	struct span word, last = { "", 0 };
	size_t len = 0;

	*out = '\0';
	if (part == NAME_GIVEN) {
		len = add_text(out, len, 64, span_of(x[NAME_GIVEN]));
		add_text(out, len, 64, text_word(&rest));
		return;
	}
	while ((word = text_word(&rest)).len)
		last = word;
	len = add_text(out, len, 64, last);
	add_text(out, len, 64, span_of(x[NAME_FAMILY]));
}

static bool
is_cut(const char *const *x, const char *b, int part)
{
	char whole[64];

	if (!*x[NAME_MIDDLE] || strlen(b) < 4)
		return false;
	with_neighbour(x, part, whole);
	return text_edits(whole, b, 1) <= 1;
}

/* Of two that differ in their first (or last) words: one may have left out what
 * the other begins (or ends) with. */
static int
compare_part(const char *const *x, const char *const *y, int part, bool foreign)
{
	const char *a = x[part], *b = y[part];
	int level;

	if (!*a || !*b)
		return LEVEL_MISSING;
	if (part == NAME_GIVEN) {
		level = compare_given(a, b, foreign);
	} else {
		level = compare_words(a, b, foreign);
		if (level >= INITIAL)
			level = level == INITIAL ? NEAR : FAMILY_OTHER;
	}
	if (level > NEAR && (is_cut(x, b, part) || is_cut(y, a, part)))
		level = CLOSE;
	if (level > NEAR &&
		(has_word(x[NAME_MIDDLE], b) || has_word(y[NAME_MIDDLE], a)))
		level = NEAR;
	return level;
}

/* A word of one's among the other's, or an initial that fits one. */
static int
compare_middle(const char *a, const char *b)
{
	const char *left = a;
	struct span x, y;

	if (!*a || !*b)
		return LEVEL_MISSING;
	while ((x = text_word(&left)).len) {
		const char *right = b;

		while ((y = text_word(&right)).len)
			if (*x.data == *y.data &&
				(x.len == 1 || y.len == 1 || span_equal(x, y)))
				return 1;
	}
	left = a;
	while ((x = text_word(&left)).len) {
		const char *right = b;

		while ((y = text_word(&right)).len)
			if (*x.data == *y.data)
				return 2; /* spelt otherwise, perhaps */
	}
	return 3;
}

/* How far apart two names are: for choosing between pairs of them. */
static int
distance(int given, int family)
{
	static const int givens[] = { 5, 0, 2, 4, 4, 10 };
	static const int families[] = { 5, 0, 2, 4, 10 };

	return givens[given] + families[family];
}

static int
at_best(int level, int best)
{
	return level && level < best ? best : level;
}

struct name_levels {
	int given, family, middle, suffix, distance;
};

/* Names in the order of cultures that put the family first, or typed into each
 * other's fields: a little less sure than straight ones. */
static void
try_turned(const char *const *x, const char *const *y, bool foreign,
	struct name_levels *best)
{
	const char *turned[LOOK_PARTS] = { y[NAME_FAMILY], y[NAME_MIDDLE],
		y[NAME_GIVEN], "", "", "" };
	int given =
		at_best(compare_part(x, turned, NAME_GIVEN, foreign), CLOSE);
	int family =
		at_best(compare_part(x, turned, NAME_FAMILY, foreign), CLOSE);
	int far = distance(given, family);

	if (far > best->distance ||
		(far == best->distance && given >= best->given))
		return;
	best->given = given;
	best->family = family;
	best->distance = far;
}

static bool
is_full(const char *const *x)
{
	return *x[NAME_GIVEN] && *x[NAME_FAMILY];
}

/* Who has two family names may have the second in the field of the given name:
 * "tyler ben" "duffy" beside "ben" "duffy tyler". */
static const char *const *
unshift(const char *const *x, const char *const *y, const char *out[LOOK_PARTS],
	char given[TEXT_WORD])
{
	const char *rest = x[NAME_MIDDLE];
	struct span first;

	if (!*x[NAME_GIVEN] || strcmp(x[NAME_GIVEN], y[NAME_FAMILY]) != 0 ||
		!has_word(y[NAME_MIDDLE], x[NAME_FAMILY]))
		return x;
	first = text_word(&rest);
	*given = '\0';
	add_text(given, 0, TEXT_WORD, first);
	memcpy(out, x, LOOK_PARTS * sizeof(*out));
	out[NAME_GIVEN] = given;
	out[NAME_MIDDLE] = rest;
	out[NAME_FAMILY] = x[NAME_GIVEN];
	return out;
}

/* Either may be the one that is turned. */
static void
compare_turned(const char *const *a, const char *const *b, bool foreign,
	struct name_levels *l)
{
	struct name_levels turned = { .given = OTHER,
		.family = FAMILY_OTHER,
		.distance = distance(OTHER, FAMILY_OTHER) };

	if (!is_full(a) || !is_full(b))
		return;
	try_turned(a, b, foreign, &turned);
	try_turned(b, a, foreign, &turned);
	if (turned.distance < distance(l->given, l->family)) {
		l->given = turned.given;
		l->family = turned.family;
	}
}

/* "I" at the end of what is called is an initial, unless another has a numeral
 * there: then it is the first of the name. */
static const char *
suffix_beside(const char *const *x, const char *const *y)
{
	const char *middle = x[NAME_MIDDLE];
	size_t n = strlen(middle);

	if (*x[NAME_SUFFIX] || !*y[NAME_SUFFIX] || !n || middle[n - 1] != 'i' ||
		(n > 1 && middle[n - 2] != ' '))
		return x[NAME_SUFFIX];
	return "i";
}

/* 1 same, 2 other; 0 unless both are told. */
static int
compare_suffix(const char *const *x, const char *const *y)
{
	const char *a = suffix_beside(x, y), *b = suffix_beside(y, x);

	if (!*a || !*b)
		return LEVEL_MISSING;
	return strcmp(a, b) ? 2 : 1;
}

static struct name_levels
compare_name(const struct look *x, const struct look *y)
{
	const char *left[LOOK_PARTS], *right[LOOK_PARTS];
	char left_given[TEXT_WORD], right_given[TEXT_WORD];
	const char *const *a = unshift(x->parts, y->parts, left, left_given);
	const char *const *b = unshift(y->parts, x->parts, right, right_given);
	bool foreign = *a[NAME_FOREIGN] || *b[NAME_FOREIGN];
	struct name_levels l = { 0 };

	l.given = compare_part(a, b, NAME_GIVEN, foreign);
	l.family = compare_part(a, b, NAME_FAMILY, foreign);
	if (l.given > CLOSE || l.family > CLOSE)
		compare_turned(a, b, foreign, &l);
	l.middle = compare_middle(a[NAME_MIDDLE], b[NAME_MIDDLE]);
	l.suffix = compare_suffix(a, b);
	l.distance = distance(l.given, l.family) * 4 + l.middle;
	return l;
}

static void
set(struct likeness *out, enum comparison c, int level, const char *left,
	const char *right)
{
	out->level[c] = level;
	out->left[c] = left;
	out->right[c] = right;
}

static void
compare_names(const struct portrait *a, const struct portrait *b,
	struct likeness *out)
{
	int best = 1000;

	for (size_t i = 0; i < looks_of(a, FIELD_NAME); i++) {
		const struct look *x = look_at(a, FIELD_NAME, i);

		for (size_t j = 0; j < looks_of(b, FIELD_NAME); j++) {
			const struct look *y = look_at(b, FIELD_NAME, j);
			struct name_levels l = compare_name(x, y);

			if (l.distance >= best)
				continue;
			best = l.distance;
			set(out, COMPARE_GIVEN, l.given, x->parts[NAME_GIVEN],
				y->parts[NAME_GIVEN]);
			set(out, COMPARE_FAMILY, l.family,
				x->parts[NAME_FAMILY], y->parts[NAME_FAMILY]);
			set(out, COMPARE_MIDDLE, l.middle,
				x->parts[NAME_MIDDLE], y->parts[NAME_MIDDLE]);
			set(out, COMPARE_SUFFIX, l.suffix,
				x->parts[NAME_SUFFIX], y->parts[NAME_SUFFIX]);
		}
	}
}

/* 1 same, 2 one digit, or day and month swapped, 3 two of the three parts, 4
 * the year or the next, 5 other. */
static int
compare_birth(const struct look *x, const struct look *y)
{
	const char *a = x->parts[0], *b = y->parts[0];
	long year_a = strtol(a, NULL, 10) / (strlen(a) > 4 ? 10000 : 1);
	long year_b = strtol(b, NULL, 10) / (strlen(b) > 4 ? 10000 : 1);
	bool year, month, day;

	if (strlen(a) < 8 || strlen(b) < 8)
		return labs(year_a - year_b) <= 1 ? 4 : 5;
	if (!strcmp(a, b))
		return 1;
	year = !strncmp(a, b, 4);
	month = !strncmp(a + 4, b + 4, 2);
	day = !strncmp(a + 6, b + 6, 2);
	if (text_edits(a, b, 1) <= 1 || (year && !strncmp(a + 4, b + 6, 2) &&
						!strncmp(a + 6, b + 4, 2)))
		return 2;
	if (year + month + day == 2)
		return 3;
	return labs(year_a - year_b) <= 1 ? 4 : 5;
}

static int
compare_gender(const struct look *x, const struct look *y)
{
	return strcmp(x->parts[0], y->parts[0]) ? 2 : 1;
}

/* 1 same, 2 last seven digits or one digit, 3 other. */
static int
compare_phone(const struct look *left, const struct look *right)
{
	const char *a = left->parts[0], *b = right->parts[0];
	size_t la = strlen(a), lb = strlen(b);

	if (!strcmp(a, b))
		return 1;
	if (la >= 8 && lb >= 8 &&
		(!strcmp(a + la - 7, b + lb - 7) || text_edits(a, b, 1) <= 1))
		return 2;
	return 3;
}

static const char *
domain_of(const char *email)
{
	const char *at = strrchr(email, '@');

	return at ? at : email + strlen(email);
}

/* Numbers tell apart those that are called the same. */
static bool
same_digits(const char *a, const char *b)
{
	for (;;) {
		a += strcspn(a, "0123456789");
		b += strcspn(b, "0123456789");
		if (*a != *b)
			return false;
		if (!*a)
			return true;
		a++;
		b++;
	}
}

/* 1 same, 2 the same user, 3 nearly the same user, 4 other; 0 of a role. */
static int
compare_email(const struct look *left, const struct look *right)
{
	const char *a = left->parts[0], *b = right->parts[0];
	char x[MAILBOX_USER], y[MAILBOX_USER];
	bool host = !strcmp(domain_of(a), domain_of(b));

	if (mailbox_is_role(a) || mailbox_is_role(b))
		return LEVEL_MISSING;
	if (!strcmp(a, b))
		return 1;
	mailbox_user(a, x);
	mailbox_user(b, y);
	if (!strcmp(x, y))
		return strlen(x) > 4 || host ? 2 : 3;
	if (same_digits(x, y) &&
		(text_edits(a, b, 1) <= 1 || text_similarity(x, y) >= 900))
		return 3;
	return 4;
}

/* 1 same, 2 one edit, 3 other; 0 where they are not of one kind. */
static int
compare_number(const struct look *x, const struct look *y)
{
	const char *a = x->parts[1], *b = y->parts[1];

	if (strcmp(x->parts[0], y->parts[0]) != 0)
		return LEVEL_MISSING;
	if (!strcmp(a, b))
		return 1;
	if (*x->parts[2] && *y->parts[2])
		return 3; /* issued one after the other, perhaps */
	return strlen(a) > 4 && text_edits(a, b, 1) <= 1 ? 2 : 3;
}

static void
without_blanks(const char *text, char out[64])
{
	size_t n = 0;

	for (; *text && n < 63; text++)
		if (*text != ' ')
			out[n++] = *text;
	out[n] = '\0';
}

static bool
near_text(const char *left, const char *right)
{
	char a[64], b[64];

	without_blanks(left, a);
	without_blanks(right, b);
	if (!strcmp(a, b))
		return true;
	return text_similarity(a, b) >= CLOSE_SIMILARITY ||
	       (strlen(a) > 3 && text_edits(a, b, 2) <= 2);
}

/* Whether all words of the shorter are among the other's. */
static bool
is_within(const char *a, const char *b)
{
	const char *shorter = strlen(a) < strlen(b) ? a : b;
	const char *longer = shorter == a ? b : a, *rest = shorter;
	struct span word;
	bool any = false;

	while ((word = text_word(&rest)).len) {
		const char *other = longer;
		struct span w;
		bool found = false;

		while (!found && (w = text_word(&other)).len)
			found = span_equal(w, word);
		if (!found)
			return false;
		any |= word.len > 2;
	}
	return any;
}

/* 1 same, 2 nearly or in part the same, 3 other. */
static int
compare_text(const char *a, const char *b)
{
	if (!*a || !*b)
		return LEVEL_MISSING;
	if (!strcmp(a, b))
		return 1;
	return near_text(a, b) || is_within(a, b) ? 2 : 3;
}

/* 1 number and street, 2 nearly both, 3 the street, 4 other. */
static int
compare_street(const struct look *x, const struct look *y)
{
	const char *a = x->parts[ADDRESS_NUMBER], *b = y->parts[ADDRESS_NUMBER];
	int street = compare_text(
		x->parts[ADDRESS_STREET], y->parts[ADDRESS_STREET]);
	bool number = *a && *b && !strcmp(a, b);

	if (street == LEVEL_MISSING)
		return LEVEL_MISSING;
	if (street == 3)
		return 4;
	if (number)
		return street;
	if (*a && *b && street == 1 && text_edits(a, b, 1) <= 1)
		return 2;
	return 3;
}

/* 1 postcode and city, 2 postcode, 3 nearly the postcode and the city, 4 the
 * city, 5 nearly one of them, 6 other. */
static int
compare_place(const struct look *x, const struct look *y)
{
	const char *a = x->parts[ADDRESS_POSTCODE];
	const char *b = y->parts[ADDRESS_POSTCODE];
	int city = compare_text(x->parts[ADDRESS_CITY], y->parts[ADDRESS_CITY]);
	bool same = *a && *b && !strcmp(a, b), near = false;

	if (*a && *b) {
		size_t la = strlen(a), lb = strlen(b);
		size_t least = la < lb ? la : lb;

		near = text_edits(a, b, 1) <= 1 ||
		       (least > 4 && !strncmp(a, b, least));
	}
	if (same)
		return city == 1 || city == 2 ? 1 : 2;
	if (near && (city == 1 || city == 2))
		return 3;
	if (near)
		return 5;
	return city == LEVEL_MISSING ? (*a && *b ? 6 : LEVEL_MISSING)
	       : city == 1	     ? 4
	       : city == 2	     ? 5
				     : 6;
}

static int
compare_value(const struct look *x, const struct look *y)
{
	return compare_text(x->parts[0], y->parts[0]);
}

/* That others differ says nothing. */
static int
compare_device(const struct look *x, const struct look *y)
{
	return strcmp(x->parts[0], y->parts[0]) ? LEVEL_MISSING : 1;
}

/* Which field a comparison is of, and which part of it is told, or the other
 * where that is missing. */
static const struct {
	enum comparison comparison;
	enum field field;
	int (*compare)(const struct look *x, const struct look *y);
	int part, other;
} comparisons[] = {
	{ COMPARE_BIRTH, FIELD_BIRTH, compare_birth, 0, 0 },
	{ COMPARE_GENDER, FIELD_GENDER, compare_gender, 0, 0 },
	{ COMPARE_PHONE, FIELD_PHONE, compare_phone, 0, 0 },
	{ COMPARE_EMAIL, FIELD_EMAIL, compare_email, 0, 0 },
	{ COMPARE_NUMBER, FIELD_NUMBER, compare_number, 1, 1 },
	{ COMPARE_STREET, FIELD_ADDRESS, compare_street, ADDRESS_STREET,
		ADDRESS_NUMBER },
	{ COMPARE_PLACE, FIELD_ADDRESS, compare_place, ADDRESS_POSTCODE,
		ADDRESS_CITY },
	{ COMPARE_BIRTH_PLACE, FIELD_BIRTH_PLACE, compare_value, 0, 0 },
	{ COMPARE_OCCUPATION, FIELD_OCCUPATION, compare_value, 0, 0 },
	{ COMPARE_EMPLOYER, FIELD_EMPLOYER, compare_value, 0, 0 },
	{ COMPARE_DEVICE, FIELD_DEVICE, compare_device, 0, 0 },
};

static const char *
told(const struct look *look, int part, int other)
{
	return *look->parts[part] ? look->parts[part] : look->parts[other];
}

static void
compare_field(const struct portrait *a, const struct portrait *b, size_t which,
	struct likeness *out)
{
	enum comparison c = comparisons[which].comparison;
	enum field field = comparisons[which].field;
	int part = comparisons[which].part, other = comparisons[which].other;

	for (size_t i = 0; i < looks_of(a, field); i++) {
		const struct look *x = look_at(a, field, i);

		for (size_t j = 0; j < looks_of(b, field); j++) {
			const struct look *y = look_at(b, field, j);
			int level = comparisons[which].compare(x, y);

			if (level && (!out->level[c] || level < out->level[c]))
				set(out, c, level, told(x, part, other),
					told(y, part, other));
		}
	}
}

static void
turn(struct likeness *l)
{
	for (int c = 0; c < COMPARISONS; c++) {
		const char *left = l->left[c];

		l->left[c] = l->right[c];
		l->right[c] = left;
	}
}

/* In the order of their ids: of several names that fit as well, which are told
 * must not depend on who was asked about whom. */
void
likeness_compare(const struct portrait *a, const struct portrait *b,
	struct likeness *out)
{
	bool turned = id_compare(&a->group, &b->group) > 0;
	const struct portrait *x = turned ? b : a, *y = turned ? a : b;

	*out = (struct likeness){ 0 };
	compare_names(x, y, out);
	for (size_t i = 0; i < sizeof(comparisons) / sizeof(*comparisons); i++)
		compare_field(x, y, i, out);
	if (turned)
		turn(out);
}
