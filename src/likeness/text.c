/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness/text.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "likeness/script.h"

#define WIDE                                                                   \
	512 /* bytes and UTF-16 units of one text; the rest is left out        \
	     */
#define LONG (TEXT_WORD - 1)

static struct span
first_bytes(struct span text)
{
	return (struct span){ text.data, text.len < WIDE ? text.len : WIDE };
}

static bool
is_ascii(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.data[i] >= 0x80)
			return false;
	return true;
}

/* Made once: it takes milliseconds. */
static UTransliterator *
transliterator(void)
{
	static UTransliterator *made;
	static const UChar id[] = u"NFKC; Any-Latin; Latin-ASCII; Lower";
	UErrorCode status = U_ZERO_ERROR;

	if (!made) {
		made = utrans_openU(
			id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
		if (U_FAILURE(status))
			abort();
	}
	return made;
}

/* In ASCII, as far as there are words for it. */
static char *
transliterate(struct arena *a, struct span text)
{
	UChar wide[WIDE * 4];
	char *bytes = arena_alloc(a, WIDE * 4 + 1);
	int32_t len = 0, limit;
	UErrorCode status = U_ZERO_ERROR;
	size_t n = 0;

	u_strFromUTF8WithSub(wide, WIDE, &len, text.data, (int32_t)text.len,
		0xFFFD, NULL, &status);
	if (U_FAILURE(status))
		return bytes;
	limit = len;
	utrans_transUChars(
		transliterator(), wide, &len, WIDE * 4, 0, &limit, &status);
	if (U_FAILURE(status))
		return bytes;
	for (int32_t i = 0; i < len && n + 4 < (size_t)WIDE * 4; i++) {
		const char *latin =
			wide[i] < 0x80 ? NULL : script_latin(wide[i]);

		for (; latin && *latin; latin++)
			bytes[n++] = *latin;
		if (!latin)
			bytes[n++] =
				(char)(wide[i] < 0x80 ? wide[i] : (UChar)' ');
	}
	return bytes;
}

char *
text_fold(struct arena *a, struct span text)
{
	struct span s;
	char *out;
	size_t n = 0;
	bool part = false;

	text = first_bytes(text);
	s = text;
	if (!is_ascii(text)) {
		s.data = transliterate(a, text);
		s.len = strlen(s.data);
	}
	out = arena_alloc(a, s.len + 1);
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.data[i];

		if (isalnum(c)) {
			if (part && n)
				out[n++] = ' ';
			part = false;
			out[n++] = (char)tolower(c);
		} else {
			/* "j.smith" is an initial and a name */
			bool initial = c == '.' && i + 1 < s.len && n &&
				       isalpha((unsigned char)out[n - 1]) &&
				       (n < 2 || out[n - 2] == ' ');

			part |= initial || (c != '\'' && c != '.' && c != '`');
		}
	}
	return out;
}

bool
text_is_foreign(struct span text)
{
	UChar wide[WIDE];
	UChar32 letters[WIDE];
	int32_t len = 0, count = 0;
	UErrorCode status = U_ZERO_ERROR;

	text = first_bytes(text);
	if (is_ascii(text))
		return false;
	u_strFromUTF8WithSub(wide, WIDE, &len, text.data, (int32_t)text.len,
		0xFFFD, NULL, &status);
	u_strToUTF32WithSub(
		letters, WIDE, &count, wide, len, 0xFFFD, NULL, &status);
	for (int32_t i = 0; U_SUCCESS(status) && i < count; i++) {
		UErrorCode ignored = U_ZERO_ERROR;

		if (u_isalpha(letters[i]) && uscript_getScript(letters[i],
						     &ignored) != USCRIPT_LATIN)
			return true;
	}
	return false;
}

int
text_similarity(const char *a, const char *b)
{
	size_t la = strnlen(a, LONG), lb = strnlen(b, LONG);
	size_t most = la > lb ? la : lb;
	size_t reach = most / 2 > 0 ? most / 2 - 1 : 0;
	bool in_a[LONG] = { false }, in_b[LONG] = { false };
	size_t same = 0, moved = 0, prefix = 0, k = 0;
	double jaro;

	if (!la || !lb)
		return 0;
	for (size_t i = 0; i < la; i++) {
		size_t from = i > reach ? i - reach : 0;
		size_t to = i + reach + 1 < lb ? i + reach + 1 : lb;

		for (size_t j = from; j < to; j++) {
			if (in_b[j] || a[i] != b[j])
				continue;
			in_a[i] = in_b[j] = true;
			same++;
			break;
		}
	}
	if (!same)
		return 0;
	for (size_t i = 0; i < la; i++) {
		if (!in_a[i])
			continue;
		while (!in_b[k])
			k++;
		moved += a[i] != b[k++];
	}
	jaro = ((double)same / (double)la + (double)same / (double)lb +
		       ((double)same - (double)moved / 2) / (double)same) /
	       3;
	while (prefix < 4 && prefix < la && prefix < lb &&
		a[prefix] == b[prefix])
		prefix++;
	return (int)(1000 * (jaro + (double)prefix * 0.1 * (1 - jaro)) + 1e-6);
}

static int
least(int a, int b)
{
	return a < b ? a : b;
}

int
text_edits(const char *a, const char *b, int max)
{
	int rows[3][LONG + 1];
	int la = (int)strnlen(a, LONG), lb = (int)strnlen(b, LONG);

	if (la - lb > max || lb - la > max)
		return max + 1;
	for (int j = 0; j <= lb; j++)
		rows[0][j] = j;
	for (int i = 1; i <= la; i++) {
		int *row = rows[i % 3], *up = rows[(i + 2) % 3];
		const int *up2 = rows[(i + 1) % 3];
		int best = row[0] = i;

		for (int j = 1; j <= lb; j++) {
			int cost = least(up[j - 1] + (a[i - 1] != b[j - 1]),
				least(up[j], row[j - 1]) + 1);

			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
				a[i - 2] == b[j - 1])
				cost = least(cost, up2[j - 2] + 1);
			row[j] = cost;
			best = least(best, cost);
		}
		if (best > max)
			return max + 1;
	}
	return least(rows[la % 3][lb], max + 1);
}

static bool
is_vowel(char c)
{
	return c && strchr("aeiouy", c) != NULL;
}

/* One letter's sound; *used counts those beyond it that it took. */
static char
sound_of(const char *at, bool first, size_t *used)
{
	char next = at[1];

	switch (*at) {
	case 'a':
	case 'e':
	case 'i':
	case 'o':
	case 'u':
	case 'y':
		return first ? 'a' : '\0';
	case 'h':
		return '\0';
	case 'w':
		return first ? 'v' : '\0';
	case 'b':
		return 'b';
	case 'v':
		return 'v';
	case 'f':
		return 'f';
	case 'p':
		*used = next == 'h';
		return next == 'h' ? 'f' : 'p';
	case 'd':
		*used = next == 't';
		return 't';
	case 't':
		if (next == 'z' || (next == 'c' && at[2] == 'h')) {
			*used = next == 'z' ? 1 : 2;
			return 's';
		}
		return 't';
	case 's':
		*used = next == 'h' || next == 'c' || next == 'z';
		return 's';
	case 'z':
	case 'x':
		return 's';
	case 'c':
		if (next == 'h' || next == 'k')
			*used = 1;
		return next && strchr("eiyhz", next) ? 's' : 'k';
	case 'k':
	case 'q':
		return 'k';
	case 'g':
		if (next == 'h') { /* "knight", "hugh" */
			*used = 1;
			return '\0';
		}
		return next && strchr("eiy", next) ? 'j' : 'k';
	case 'j':
		return 'j';
	case 'm':
		return 'm';
	case 'n':
		return 'n';
	default:
		return *at;
	}
}

void
text_sound(const char *word, char out[TEXT_SOUND])
{
	size_t n = 0;
	const char *at = word;

	/* What is silent at the beginning of English names. */
	if (!strncmp(at, "kn", 2) || !strncmp(at, "wr", 2) ||
		!strncmp(at, "gn", 2) || !strncmp(at, "ps", 2))
		at++;
	for (bool first = true; *at && n + 1 < TEXT_SOUND; first = false) {
		size_t used = 0;
		char sound = sound_of(at, first, &used);

		if (sound && (!n || out[n - 1] != sound))
			out[n++] = sound;
		at += 1 + used;
	}
	out[n] = '\0';
}

void
text_skeleton(const char *word, char out[TEXT_WORD])
{
	size_t n = 0;

	for (const char *at = word; *at && n + 1 < TEXT_WORD; at++)
		if (!is_vowel(*at) && *at != 'w' && (!n || out[n - 1] != *at))
			out[n++] = *at;
	out[n] = '\0';
}

void
text_plain(const char *word, char out[TEXT_WORD])
{
	static const char from[] = "cqvwjyzeo", to[] = "kkbbiisiu";
	size_t n = 0;

	for (const char *at = word; *at && n + 2 < TEXT_WORD; at++) {
		const char *found = strchr(from, *at);
		char c = *at;

		if (found) {
			c = to[found - from];
		} else if (*at == 'x') {
			out[n++] = 'k';
			c = 's';
		} else if (*at == 'p' && at[1] == 'h') {
			c = 'f';
			at++;
		}
		if (!n || out[n - 1] != c)
			out[n++] = c;
	}
	out[n] = '\0';
}

struct span
text_word(const char **rest)
{
	struct span word;

	while (**rest == ' ')
		++*rest;
	word.data = *rest;
	word.len = strcspn(*rest, " ");
	*rest += word.len;
	return word;
}
