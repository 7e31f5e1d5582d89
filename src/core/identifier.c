/* SPDX-License-Identifier: Apache-2.0 */
/* A normaliser for each kind, over libphonenumber and ICU. */
#include "core/identifier.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <unicode/uchar.h>
#include <unicode/uidna.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "core/phone.h"

enum {
	SENT_MAX = 1024, /* bytes we are willing to look at */
	FREE_MAX = 255,
	LOCAL_MAX = 64,
	DOMAIN_MAX = 255,
	PHONE_SENT_MAX = 128,
	PHONE_MIN = 8,
	PHONE_MAX = 15,
	CPF_DIGITS = 11,
	WIDE = 4 * SENT_MAX /* NFC makes at most three units of one */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_one_of(struct span s, const char *const *list)
{
	for (; *list; list++)
		if (span_is_nocase(s, *list))
			return true;
	return false;
}

/* Text in UTF-16, which is what ICU works on. */
struct wide {
	UChar text[WIDE];
	int32_t len;
};

static bool
widen(struct span s, struct wide *w)
{
	UErrorCode status = U_ZERO_ERROR;

	if (s.len > SENT_MAX)
		return false;
	u_strFromUTF8(w->text, WIDE, &w->len, s.data, (int32_t)s.len, &status);
	return U_SUCCESS(status);
}

static bool
compose(const struct wide *from, struct wide *to)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);

	if (U_FAILURE(status))
		return false;
	to->len = unorm2_normalize(
		nfc, from->text, from->len, to->text, WIDE, &status);
	return U_SUCCESS(status);
}

static bool
lower(const struct wide *from, struct wide *to)
{
	UErrorCode status = U_ZERO_ERROR;

	/* The root locale: the answer must not depend on the machine's. */
	to->len = u_strToLower(
		to->text, WIDE, from->text, from->len, "", &status);
	return U_SUCCESS(status);
}

static bool
narrow(struct arena *a, const UChar *text, int32_t len, struct span *out)
{
	UErrorCode status = U_ZERO_ERROR;
	char *bytes = arena_alloc(a, (size_t)len * 3 + 1);
	int32_t size;

	u_strToUTF8(bytes, len * 3 + 1, &size, text, len, &status);
	if (U_FAILURE(status))
		return false;
	*out = (struct span){ bytes, (size_t)size };
	return true;
}

/* All of them are in the BMP, so units will do. */
static bool
has_control(const struct wide *w)
{
	for (int32_t i = 0; i < w->len; i++) {
		int8_t type = u_charType(w->text[i]);

		if (type == U_CONTROL_CHAR || type == U_LINE_SEPARATOR ||
			type == U_PARAGRAPH_SEPARATOR)
			return true;
	}
	return false;
}

static bool
normalise_free(struct arena *a, const char *kind, struct span sent,
	struct span *value, struct err *e)
{
	struct wide raw, nfc;
	struct span out;
	int32_t from = 0, to;

	if (!widen(sent, &raw) || !compose(&raw, &nfc))
		return fail(e, ERR_INPUT, "%.32s: %zu bytes, want 1 to %d",
			kind, sent.len, FREE_MAX);
	if (has_control(&nfc))
		return fail(e, ERR_INPUT, "%.32s: control character, want none",
			kind);
	/* No-break and wide spaces come along when people copy and paste;
	 * all of them are in the BMP, so units will do. */
	for (to = nfc.len; from < to && u_isUWhiteSpace(nfc.text[from]);)
		from++;
	while (to > from && u_isUWhiteSpace(nfc.text[to - 1]))
		to--;
	if (!narrow(a, nfc.text + from, to - from, &out))
		return fail(e, ERR_BUG, "%.32s: cannot encode", kind);
	if (!out.len || out.len > FREE_MAX)
		return fail(e, ERR_INPUT, "%.32s: %zu bytes, want 1 to %d",
			kind, out.len, FREE_MAX);
	*value = out;
	return true;
}

static bool
email_local(struct arena *a, struct span sent, struct span *out, struct err *e)
{
	struct wide raw, nfc, low;

	for (size_t i = 0; i < sent.len; i++)
		if (strchr(" \"(),:;<>[\\]", sent.data[i]))
			return fail(e, ERR_INPUT,
				"email: space, quote or "
				"bracket before the @, want a bare address");
	if (!widen(sent, &raw) || !compose(&raw, &nfc) || !lower(&nfc, &low) ||
		!compose(&low, &nfc) || !narrow(a, nfc.text, nfc.len, out))
		return fail(e, ERR_INPUT,
			"email: %zu bytes before the @, "
			"want 1 to %d",
			sent.len, LOCAL_MAX);
	if (has_control(&nfc))
		return fail(
			e, ERR_INPUT, "email: control character, want none");
	for (int32_t i = 0; i < nfc.len; i++)
		if (u_isUWhiteSpace(nfc.text[i]))
			return fail(e, ERR_INPUT,
				"email: white space before the @, want none");
	if (!out->len || out->len > LOCAL_MAX)
		return fail(e, ERR_INPUT,
			"email: %zu bytes before the @, "
			"want 1 to %d",
			out->len, LOCAL_MAX);
	return true;
}

static const UIDNA *
idna(void)
{
	/* Made once and never freed; it is immutable. */
	static const UIDNA *opened;
	UErrorCode status = U_ZERO_ERROR;

	if (!opened)
		opened = uidna_openUTS46(
			UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI |
				UIDNA_CHECK_CONTEXTJ |
				UIDNA_NONTRANSITIONAL_TO_ASCII |
				UIDNA_NONTRANSITIONAL_TO_UNICODE,
			&status);
	return opened;
}

bool
identifier_domain(
	struct arena *a, struct span sent, struct span *value, struct err *e)
{
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	UErrorCode status = U_ZERO_ERROR;
	char name[SENT_MAX];
	int32_t len = 0;

	if (!idna())
		return fail(e, ERR_BUG, "email: ICU has no IDNA");
	if (sent.len && sent.len <= SENT_MAX)
		len = uidna_nameToASCII_UTF8(idna(), sent.data,
			(int32_t)sent.len, name, SENT_MAX, &info, &status);
	if (len && U_SUCCESS(status) && name[len - 1] == '.')
		len--; /* the root; nobody means another host by it */
	if (!len || U_FAILURE(status) || len > DOMAIN_MAX)
		return fail(e, ERR_INPUT,
			"email: domain of %zu bytes, "
			"want 1 to %d",
			sent.len, DOMAIN_MAX);
	/* "--" in third place is against IDNA, and in use. */
	if (info.errors & ~(uint32_t)UIDNA_ERROR_HYPHEN_3_4)
		return fail(
			e, ERR_INPUT, "email: want a domain name after the @");
	if (!memchr(name, '.', (size_t)len))
		return fail(e, ERR_INPUT,
			"email: want a domain with a dot after the @");
	*value = (struct span){ arena_strndup(a, name, (size_t)len),
		(size_t)len };
	return true;
}

static bool
normalise_email(
	struct arena *a, struct span sent, struct span *value, struct err *e)
{
	struct span local, rest, domain = { NULL, 0 };
	size_t ats = 0;
	char *text;

	for (size_t i = 0; i < sent.len; i++)
		ats += sent.data[i] == '@';
	if (ats != 1)
		return fail(e, ERR_INPUT, "email: %zu @ signs, want 1", ats);
	local = span_cut(sent, '@', &rest);
	if (!email_local(a, local, &local, e) ||
		!identifier_domain(a, rest, &domain, e))
		return false;
	text = arena_printf(a, "%.*s@%.*s", (int)local.len, local.data,
		(int)domain.len, domain.data);
	*value = (struct span){ text, local.len + 1 + domain.len };
	return true;
}

static bool
normalise_cpf(
	struct arena *a, struct span sent, struct span *value, struct err *e)
{
	char *digits = arena_alloc(a, CPF_DIGITS + 1);
	size_t count = 0;
	bool repeated = true;

	for (size_t i = 0; i < sent.len; i++) {
		if (strchr(".-/ ", sent.data[i]))
			continue;
		if (!is_digit(sent.data[i]))
			return fail(e, ERR_INPUT, "cpf: want digits only");
		if (count < CPF_DIGITS)
			digits[count] = sent.data[i];
		count++;
	}
	if (count != CPF_DIGITS)
		return fail(e, ERR_INPUT, "cpf: %zu digits, want %d", count,
			CPF_DIGITS);
	for (size_t i = 1; i < CPF_DIGITS; i++)
		repeated = repeated && digits[i] == digits[0];
	if (repeated)
		return fail(e, ERR_INPUT, "cpf: one digit repeated");
	for (int at = CPF_DIGITS - 2; at < CPF_DIGITS; at++) {
		int sum = 0;

		for (int i = 0; i < at; i++)
			sum += (digits[i] - '0') * (at + 1 - i);
		/* A remainder of 10 is written 0. */
		if (sum * 10 % 11 % 10 != digits[at] - '0')
			return fail(
				e, ERR_INPUT, "cpf: check digits do not match");
	}
	*value = (struct span){ digits, CPF_DIGITS };
	return true;
}

/* What libphonenumber leaves as dialled. text is E.164 and may grow by one. */
static void
heal_phone(char text[PHONE_TEXT])
{
	size_t len = strlen(text);

	/* No area code of Brazil has a 0: those are 0800 and its like. */
	if (len == 13 && !strncmp(text, "+55", 3) && text[3] != '0' &&
		text[4] != '0' && text[5] >= '6' && text[5] <= '9') {
		memmove(text + 6, text + 5, len - 5 + 1);
		text[5] = '9';
	} else if (len == 14 && !strncmp(text, "+521", 4)) {
		memmove(text + 3, text + 4, len - 4 + 1);
	}
}

static bool
fail_phone(enum phone_verdict verdict, const char *text, size_t digits,
	struct err *e)
{
	int shown = 0;

	/* Some of it helps to find the row; half of it is nobody's number. */
	while (shown < 4 && is_digit(text[shown + (*text == '+')]) &&
		(size_t)shown < digits / 2)
		shown++;
	shown += *text == '+';
	if (digits < PHONE_MIN || digits > PHONE_MAX)
		return fail(e, ERR_INPUT,
			"phone %.*s...: %zu digits, want %d to %d", shown, text,
			digits, PHONE_MIN, PHONE_MAX);
	switch (verdict) {
	case PHONE_NO_COUNTRY:
		return fail(e, ERR_INPUT,
			"phone %.*s...: want a country code that exists", shown,
			text);
	case PHONE_LOCAL:
		return fail(e, ERR_INPUT, "phone %.*s...: want an area code",
			shown, text);
	case PHONE_FAILED:
		return fail(e, ERR_BUG, "phone: libphonenumber failed");
	default:
		return fail(e, ERR_INPUT,
			"phone %.*s...: %zu digits are "
			"not a length in use there",
			shown, text, digits);
	}
}

static bool
normalise_phone(struct arena *a, struct span sent, const char *region,
	struct span *value, struct err *e)
{
	char out[PHONE_TEXT], again[PHONE_TEXT];
	enum phone_verdict verdict;
	size_t digits, ignored;
	const char *text;

	if (sent.len >= 9 &&
		span_is_nocase((struct span){ sent.data, 9 }, "whatsapp:")) {
		sent = (struct span){ sent.data + 9, sent.len - 9 };
		region = NULL; /* never the store's country */
	} else if (sent.len >= 4 &&
		   span_is_nocase((struct span){ sent.data, 4 }, "tel:")) {
		sent = (struct span){ sent.data + 4, sent.len - 4 };
	}
	sent = span_trim(sent);
	/* A letter in front: "US.1234", a WhatsApp user id, is no phone. */
	if (!sent.len || sent.len > PHONE_SENT_MAX || is_letter(*sent.data) ||
		memchr(sent.data, '@', sent.len))
		return fail(e, ERR_INPUT,
			"phone: want a number of %d to %d "
			"digits",
			PHONE_MIN, PHONE_MAX);
	text = span_text(a, sent);
	verdict = phone_e164(text, region, out, &digits);
	/* To a fixed point: a key that changes when read again is none. */
	for (int i = 0; verdict == PHONE_GOOD; i++) {
		heal_phone(out);
		verdict = phone_e164(out, NULL, again, &ignored);
		if (verdict != PHONE_GOOD || !strcmp(out, again))
			break;
		memcpy(out, again, sizeof(out));
		if (i == 3)
			verdict = PHONE_UNPARSED;
	}
	if (verdict != PHONE_GOOD)
		return fail_phone(verdict, text, digits, e);
	if (strlen(out) - 1 < PHONE_MIN || strlen(out) - 1 > PHONE_MAX)
		return fail_phone(PHONE_SHORT, out, strlen(out) - 1, e);
	*value = span_of(arena_strndup(a, out, strlen(out)));
	return true;
}

bool
identifier_normalise(struct arena *a, const char *kind, struct span sent,
	const char *region, struct span *value, struct err *e)
{
	if (!span_is_utf8(sent))
		return fail(
			e, ERR_INPUT, "%.32s: want UTF-8 without NUL", kind);
	sent = span_trim(sent);
	if (!strcmp(kind, "phone"))
		return normalise_phone(a, sent, region, value, e);
	if (!strcmp(kind, "email"))
		return normalise_email(a, sent, value, e);
	if (!strcmp(kind, "cpf"))
		return normalise_cpf(a, sent, value, e);
	return normalise_free(a, kind, sent, value, e);
}

/* Whether the last count digits, or all if they are fewer, are the same. */
static bool
ends_repeated(struct span s, size_t count)
{
	char last = '\0';
	size_t seen = 0;

	for (size_t i = s.len; i-- > 0 && seen < count;) {
		if (!is_digit(s.data[i]))
			continue;
		if (seen++ && s.data[i] != last)
			return false;
		last = s.data[i];
	}
	return seen > 0;
}

static bool
blocked_email(struct span value)
{
	static const char *const locals[] = { "test", "noreply", "no-reply",
		"no_reply", "donotreply", "do-not-reply", NULL };
	struct span rest;

	/* "noreply+ticket7@" answers as little as "noreply@". */
	value = span_cut(value, '@', &rest);
	return is_one_of(span_cut(value, '+', &rest), locals);
}

static bool
blocked_free(struct span value)
{
	static const char *const words[] = { "null", "undefined", "none", "n/a",
		"anonymous", "unknown", "guest", NULL };
	bool zero = value.len > 0;

	/* "0", "0000000", and the zero UUID with its dashes or without. */
	for (size_t i = 0; i < value.len; i++)
		zero = zero && (value.data[i] == '0' || value.data[i] == '-');
	return zero || is_one_of(value, words);
}

bool
identifier_blocked(const char *kind, struct span value)
{
	value = span_trim(value);
	if (blocked_free(value))
		return true;
	/* Seven: the country and the area may differ from what follows. */
	if (!strcmp(kind, "phone"))
		return ends_repeated(value, 7);
	if (!strcmp(kind, "email"))
		return blocked_email(value);
	if (!strcmp(kind, "cpf"))
		return ends_repeated(value, CPF_DIGITS);
	return false;
}

struct id
identifier_id(struct span hash_key, const char *kind, struct span value)
{
	const struct span parts[] = { span_of(kind), value };

	return id_derive(hash_key, "identifier", parts, 2);
}
