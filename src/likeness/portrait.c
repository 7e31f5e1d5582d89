/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness/portrait.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "likeness/name.h"
#include "likeness/text.h"

#define SENT_MAX 120 /* bytes of a value that are kept */

static const char letters[FIELDS + 1] = "nbagpoetmidh";

static struct look *
add_look(struct arena *a, struct portrait *p, enum field field)
{
	struct look *look;

	p->looks =
		arena_grow(a, p->looks, p->count, &p->cap, sizeof(*p->looks));
	look = &p->looks[p->count++];
	*look = (struct look){ .field = field };
	for (size_t i = 0; i < LOOK_PARTS; i++)
		look->parts[i] = "";
	return look;
}

void
portrait_add(struct arena *a, struct portrait *p, enum field field,
	const char *first, const char *second)
{
	struct look *look;

	if (!*first)
		return;
	look = add_look(a, p, field);
	look->parts[0] = first;
	look->parts[1] = second;
}

void
portrait_number(struct arena *a, struct portrait *p, const char *kind,
	const char *value, bool exact)
{
	char *bare = arena_alloc(a, strlen(value) + 1), *to = bare;
	struct look *look;

	for (const char *c = value; *c; c++)
		if (isalnum((unsigned char)*c))
			*to++ = (char)tolower((unsigned char)*c);
	if (to == bare)
		return;
	look = add_look(a, p, FIELD_NUMBER);
	look->parts[0] = kind;
	look->parts[1] = bare;
	look->parts[2] = exact ? "1" : "";
}

/* For a line of portrait_write: without what parts lines and values. */
static const char *
as_sent(struct arena *a, struct span text)
{
	char *copy;

	text = span_trim(text);
	if (text.len > SENT_MAX) {
		text.len = SENT_MAX;
		while (text.len &&
			((unsigned char)text.data[text.len] & 0xC0) == 0x80)
			text.len--;
	}
	copy = span_text(a, text);
	for (char *c = copy; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
	return copy;
}

void
portrait_name(struct arena *a, struct portrait *p, const json_t *traits)
{
	struct span given = json_member(a, traits, "given_name");
	struct span family = json_member(a, traits, "family_name");
	struct span middle = json_member(a, traits, "middle_name");
	struct span full = json_member(a, traits, "name");
	bool parts = given.len || family.len;
	struct name_parts n = parts ? name_join(a, given, middle, family, full)
				    : name_split(a, full);
	struct look *look;

	if (!*n.given && !*n.family)
		return;
	look = add_look(a, p, FIELD_NAME);
	look->parts[NAME_GIVEN] = n.given;
	look->parts[NAME_MIDDLE] = n.middle;
	look->parts[NAME_FAMILY] = n.family;
	look->parts[NAME_SUFFIX] = n.suffix;
	if (text_is_foreign(given) || text_is_foreign(family) ||
		text_is_foreign(full))
		look->parts[NAME_FOREIGN] = "1";
	look->parts[NAME_SENT] = as_sent(a,
		full.len ? full
			 : span_of(arena_printf(a, "%.*s%s%.*s", (int)given.len,
				   given.data ? given.data : "",
				   given.len && family.len ? " " : "",
				   (int)family.len,
				   family.data ? family.data : "")));
}

/* The number of a month by its name, or 0. */
static int
month_of(const char *word)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (int i = 0; i < 12; i++)
		if (!strncmp(word, names + (size_t)i * 3, 3))
			return i + 1;
	return 0;
}

/* Two digits are of the last hundred years, as far as 2030. */
static int
full_year(int year, size_t digits)
{
	return digits > 2 ? year : year <= 30 ? 2000 + year : 1900 + year;
}

/* The year stands first or last; what could be either is month and day, as
 * where the slash is used, unless the first is no month. */
static bool
order_date(const struct span *word, const int *n, int month, int date[3])
{
	bool first = word[0].len > 2 && n[0]; /* and no "Mar" */
	int year = first ? 0 : 2;
	int a = year == 0 ? 1 : 0, b = year == 0 ? 2 : 1;

	if (word[0].len > 4 || word[year].len > 4)
		return false;
	date[0] = full_year(n[year], word[year].len);
	if (month) { /* one of them is a word: n of it is 0 */
		date[1] = month;
		date[2] = n[a] ? n[a] : n[b];
	} else if (year == 0 || n[a] <= 12) {
		date[1] = n[a];
		date[2] = n[b];
	} else {
		date[1] = n[b];
		date[2] = n[a];
	}
	return true;
}

static bool
read_date(const char *folded, int date[3])
{
	struct span words[3];
	int n[3], month = 0;
	size_t count = 0;
	const char *rest = folded;

	while (count < 3) {
		words[count] = text_word(&rest);
		if (!words[count].len)
			break;
		n[count] = (int)strtol(words[count].data, NULL, 10);
		if (!isdigit((unsigned char)*words[count].data))
			month = month_of(words[count].data);
		/* "24t10": a time of day after the day */
		count++;
	}
	if (count == 1 && words[0].len == 8 &&
		span_is_all(words[0], "0123456789")) {
		date[0] = n[0] / 10000;
		date[1] = n[0] / 100 % 100;
		date[2] = n[0] % 100;
		return true;
	}
	if (count == 1 && words[0].len == 4) {
		date[0] = n[0];
		date[1] = date[2] = 1;
		return n[0] > 0;
	}
	return count == 3 && order_date(words, n, month, date);
}

void
portrait_birth(struct arena *a, struct portrait *p, const json_t *traits)
{
	struct span text = json_member(a, traits, "birth_date");
	int date[3];

	if (!text.len || !read_date(text_fold(a, text), date) ||
		date[0] < 1000 || date[0] > 9999 || date[1] < 0 ||
		date[1] > 99 || date[2] < 0 || date[2] > 99)
		return;
	if (date[1] == 1 && date[2] == 1) {
		if (date[0] != 1900 && date[0] != 1970)
			portrait_add(a, p, FIELD_BIRTH,
				arena_printf(a, "%04d", date[0]), "");
		return;
	}
	portrait_add(a, p, FIELD_BIRTH,
		arena_printf(a, "%04d%02d%02d", date[0], date[1], date[2]), "");
}

static const struct {
	const char *from, *to;
} street_words[] = {
	{ "street", "st" },
	{ "strasse", "str" },
	{ "avenue", "ave" },
	{ "avenida", "ave" },
	{ "av", "ave" },
	{ "road", "rd" },
	{ "lane", "ln" },
	{ "drive", "dr" },
	{ "court", "ct" },
	{ "place", "pl" },
	{ "boulevard", "blvd" },
	{ "square", "sq" },
	{ "highway", "hwy" },
	{ "parkway", "pkwy" },
	{ "crescent", "cres" },
	{ "circuit", "cct" },
	{ "terrace", "tce" },
	{ "close", "cl" },
	{ "rua", "r" },
	{ "calle", "c" },
	{ "north", "n" },
	{ "south", "s" },
	{ "east", "e" },
	{ "west", "w" },
	{ "apartment", "apt" },
	{ "suite", "ste" },
	{ "travessa", "tv" },
	{ "alameda", "al" },
	{ "ulitsa", "ul" },
	{ "saint", "st" },
};

/* Of a long word, with one letter wrong. */
static bool
is_spelt(const char *text, const char *word)
{
	int edits = strlen(word) > 5;

	return text_edits(text, word, edits) <= edits;
}

/* "22nd" is 22. */
static const char *
cardinal(struct arena *a, const char *word)
{
	static const char *const ends[] = { "st", "nd", "rd", "th" };
	size_t digits = strspn(word, "0123456789");

	for (size_t i = 0; digits && i < sizeof(ends) / sizeof(*ends); i++)
		if (!strcmp(word + digits, ends[i]))
			return arena_strndup(a, word, digits);
	return word;
}

static const char *
short_street(struct arena *a, const char *folded)
{
	const char *out = "", *rest = folded;
	struct span word;

	while ((word = text_word(&rest)).len) {
		const char *text = span_text(a, word);

		for (size_t i = 0;
			i < sizeof(street_words) / sizeof(*street_words); i++)
			if (is_spelt(text, street_words[i].from))
				text = street_words[i].to;
		text = cardinal(a, text);
		out = arena_printf(a, "%s%s%s", out, *out ? " " : "", text);
	}
	return out;
}

/* The house number is the first word that begins with a digit, if it is the
 * first or the last; the rest is the street. */
static void
cut_number(struct arena *a, const char *folded, const char **number,
	const char **street)
{
	const char *rest = folded, *out = "";
	struct span word;
	bool first = true;

	while ((word = text_word(&rest)).len) {
		bool last = !rest[strspn(rest, " ")];

		if (!**number && (first || last) &&
			isdigit((unsigned char)*word.data))
			*number = span_text(a, word);
		else
			out = arena_printf(a, "%s%s%.*s", out, *out ? " " : "",
				(int)word.len, word.data);
		first = false;
	}
	*street = out;
}

/* "12345", "12345-678", "SW1A 1AA": the last such words of a text. */
static bool
is_postcode(struct span word)
{
	size_t digits = 0;

	for (size_t i = 0; i < word.len; i++)
		digits += isdigit((unsigned char)word.data[i]) != 0;
	return word.len >= 4 && word.len <= 10 && digits >= 3;
}

/* "100 Elm Street", and not "Elm House" or "#01-11". */
static bool
is_street(struct arena *a, struct span part)
{
	const char *rest = text_fold(a, part);
	bool number = false, name = false;
	struct span word;

	while ((word = text_word(&rest)).len) {
		bool digit = isdigit((unsigned char)*word.data);

		number |= digit;
		name |= !digit && word.len > 2;
	}
	return number && name;
}

/* All of an address in one text: the street is the first part that looks so, or
 * what stands before the first comma; a postcode is the last word that looks
 * so. */
static void
cut_address(struct arena *a, struct span text, struct look *look)
{
	struct span after, part, street = span_cut(text, ',', &after);
	const char *others = "", *city = "", *postcode = "", *rest;
	bool alone = !after.len;
	struct span word;

	for (struct span more = text; more.len;) {
		part = span_cut(more, ',', &more);
		if (is_street(a, part)) {
			street = part;
			break;
		}
	}
	for (struct span more = text; more.len;) {
		part = span_cut(more, ',', &more);
		if (part.data != street.data)
			others = arena_printf(
				a, "%s %.*s", others, (int)part.len, part.data);
	}
	cut_number(a, short_street(a, text_fold(a, street)),
		&look->parts[ADDRESS_NUMBER], &look->parts[ADDRESS_STREET]);
	rest = text_fold(a, alone ? street : span_of(others));
	while ((word = text_word(&rest)).len) {
		if (is_postcode(word) && (!alone || !rest[strspn(rest, " ")]))
			postcode = span_text(a, word);
		else if (!alone)
			city = arena_printf(a, "%s%s%.*s", city,
				*city ? " " : "", (int)word.len, word.data);
	}
	if (!*look->parts[ADDRESS_CITY])
		look->parts[ADDRESS_CITY] = city;
	if (!*look->parts[ADDRESS_POSTCODE])
		look->parts[ADDRESS_POSTCODE] = postcode;
}

static const char *
without_blanks(struct arena *a, const char *text)
{
	char *copy = arena_alloc(a, strlen(text) + 1), *to = copy;

	for (; *text; text++)
		if (*text != ' ')
			*to++ = *text;
	return copy;
}

static void
add_address(struct arena *a, struct portrait *p, const json_t *traits)
{
	struct look look = { .field = FIELD_ADDRESS,
		.parts = { "", "", "", "", "", "" } };
	struct span whole = json_member(a, traits, "address");
	struct span street = json_member(a, traits, "street");

	look.parts[ADDRESS_CITY] = text_fold(a, json_member(a, traits, "city"));
	look.parts[ADDRESS_POSTCODE] = without_blanks(
		a, text_fold(a, json_member(a, traits, "postcode")));
	look.parts[ADDRESS_NUMBER] = without_blanks(
		a, text_fold(a, json_member(a, traits, "house_number")));
	if (street.len)
		cut_number(a, short_street(a, text_fold(a, street)),
			&look.parts[ADDRESS_NUMBER],
			&look.parts[ADDRESS_STREET]);
	else if (whole.len)
		cut_address(a, whole, &look);
	for (int i = 0; i <= ADDRESS_POSTCODE; i++)
		if (*look.parts[i]) {
			*add_look(a, p, FIELD_ADDRESS) = look;
			return;
		}
}

/* "male", "Frau", "hombre", "w" ... */
static void
add_gender(struct arena *a, struct portrait *p, struct span text)
{
	static const char *const male[] = { "m", "male", "man", "masculino",
		"homem", "hombre", "h", "mann", "maennlich", "mannlich",
		"masculin", "homme", NULL };
	static const char *const female[] = { "f", "female", "woman",
		"feminino", "femenino", "mulher", "mujer", "w", "frau",
		"weiblich", "feminin", "femme", NULL };
	const char *folded = text_fold(a, text);

	for (const char *const *word = male; *word; word++)
		if (!strcmp(*word, folded))
			portrait_add(a, p, FIELD_GENDER, "m", "");
	for (const char *const *word = female; *word; word++)
		if (!strcmp(*word, folded))
			portrait_add(a, p, FIELD_GENDER, "f", "");
}

void
portrait_traits(struct arena *a, struct portrait *p, const json_t *traits)
{
	static const struct {
		const char *trait;
		enum field field;
	} texts[] = {
		{ "birth_place", FIELD_BIRTH_PLACE },
		{ "occupation", FIELD_OCCUPATION },
		{ "employer", FIELD_EMPLOYER },
	};

	portrait_name(a, p, traits);
	portrait_birth(a, p, traits);
	add_gender(a, p, json_member(a, traits, "gender"));
	add_address(a, p, traits);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		portrait_add(a, p, texts[i].field,
			text_fold(a, json_member(a, traits, texts[i].trait)),
			"");
}

static int
compare_looks(const void *left, const void *right)
{
	const struct look *a = left, *b = right;
	int c = (int)a->field - (int)b->field;

	for (size_t i = 0; i < LOOK_PARTS && !c; i++)
		c = strcmp(a->parts[i], b->parts[i]);
	return c;
}

void
portrait_end(struct portrait *p)
{
	size_t kept = 0, of_field = 0;

	if (p->count)
		qsort(p->looks, p->count, sizeof(*p->looks), compare_looks);
	for (size_t i = 0; i < p->count; i++) {
		const struct look *last = kept ? &p->looks[kept - 1] : NULL;

		if (last && !compare_looks(last, &p->looks[i]))
			continue;
		if (!last || last->field != p->looks[i].field)
			of_field = 0;
		if (of_field++ < PORTRAIT_VALUES ||
			p->looks[i].field == FIELD_HOLDS)
			p->looks[kept++] = p->looks[i];
	}
	p->count = kept;
	for (size_t f = 0, i = 0; f <= FIELDS; f++) {
		while (i < kept && (size_t)p->looks[i].field < f)
			i++;
		p->from[f] = i;
	}
}

bool
portrait_is_empty(const struct portrait *p)
{
	return p->from[FIELD_HOLDS] == 0;
}

char *
portrait_write(struct arena *a, const struct portrait *p)
{
	size_t size = 1;
	char *text, *to;

	for (size_t i = 0; i < p->count; i++)
		for (size_t k = 0; k < LOOK_PARTS; k++)
			size += strlen(p->looks[i].parts[k]) + 3;
	text = to = arena_alloc(a, size);
	for (size_t i = 0; i < p->count; i++) {
		const struct look *look = &p->looks[i];
		size_t parts = LOOK_PARTS;

		while (parts && !*look->parts[parts - 1])
			parts--;
		*to++ = letters[look->field];
		for (size_t k = 0; k < parts; k++) {
			size_t len = strlen(look->parts[k]);

			*to++ = '\t';
			memcpy(to, look->parts[k], len);
			to += len;
		}
		*to++ = '\n';
	}
	return text;
}

void
portrait_read(struct arena *a, struct span text, struct portrait *p)
{
	while (text.len) {
		struct span line = span_cut(text, '\n', &text), rest;
		struct span letter = span_cut(line, '\t', &rest);
		const char *at =
			letter.len == 1 ? strchr(letters, *letter.data) : NULL;
		struct look *look;

		if (!at || !*at)
			continue;
		look = add_look(a, p, (enum field)(at - letters));
		for (size_t k = 0; k < LOOK_PARTS && rest.len; k++)
			look->parts[k] =
				span_text(a, span_cut(rest, '\t', &rest));
	}
	portrait_end(p);
}
