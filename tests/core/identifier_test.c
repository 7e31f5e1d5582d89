/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of values as sent, and what each has to become. */
#include "core/identifier.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct example {
	const char *kind, *sent, *region;
	const char *want; /* the value; NULL: refused */
	const char *text; /* then the error, or NULL for any */
};

static const struct example phones[] = {
	{ "phone", "+1 (415) 555-2671", NULL, "+14155552671", NULL },
	{ "phone", "(415) 555-2671", "US", "+14155552671", NULL },
	{ "phone", " +44 20 7946 0958\n", "BR", "+442079460958", NULL },
	{ "phone", "004420 7946 0958", NULL, "+442079460958", NULL },
	{ "phone", "tel:+1-201-555-0123", NULL, "+12015550123", NULL },
	{ "phone", "TEL:(11) 98765-4321", "BR", "+5511987654321", NULL },
	{ "phone", "whatsapp:+14133881111", NULL, "+14133881111", NULL },
	{ "phone", "WhatsApp:14133881111", "BR", "+14133881111", NULL },
	{ "phone", "14133881111", NULL, "+14133881111", NULL },
	{ "phone", "+1 415 555 2671 ext. 12", NULL, "+14155552671", NULL },
	{ "phone",
		"\xd9\xa0\xd9\xa5\xd9\xa0 \xd9\xa1\xd9\xa2\xd9\xa3 "
		"\xd9\xa4\xd9\xa5\xd9\xa6\xd9\xa7",
		"SA", "+966501234567", NULL },
	{ "phone", "+39 06 698 12345", NULL, "+390669812345", NULL },
	/* Possible, though no table of valid ranges has it. */
	{ "phone", "+1 212 155 2671", NULL, "+12121552671", NULL },
	/* Brazil */
	{ "phone", "551187654321", NULL, "+5511987654321", NULL },
	{ "phone", "+55 11 6765-4321", NULL, "+5511967654321", NULL },
	{ "phone", "+55 11 7765-4321", NULL, "+5511977654321", NULL },
	{ "phone", "+55 85 9765-4321", NULL, "+5585997654321", NULL },
	{ "phone", "(11) 8765-4321", "BR", "+5511987654321", NULL },
	{ "phone", "551187654321", "BR", "+5511987654321", NULL },
	{ "phone", "5511987654321", "BR", "+5511987654321", NULL },
	{ "phone", "011 98765-4321", "BR", "+5511987654321", NULL },
	{ "phone", "551123654321", NULL, "+551123654321", NULL },
	{ "phone", "+55 11 3765-4321", NULL, "+551137654321", NULL },
	{ "phone", "+55 11 4765-4321", NULL, "+551147654321", NULL },
	{ "phone", "+55 11 5765-4321", NULL, "+551157654321", NULL },
	{ "phone", "0800 765 4321", "BR", "+558007654321", NULL },
	{ "phone", "4004-1234", "BR", "+5540041234", NULL },
	{ "phone", "98765-4321", "BR", NULL,
		"phone 9876...: want an area "
		"code" },
	{ "phone", "3765-4321", "BR", NULL,
		"phone 3765...: want an area "
		"code" },
	/* Mexico */
	{ "phone", "5215512345678", NULL, "+525512345678", NULL },
	{ "phone", "525512345678", NULL, "+525512345678", NULL },
	{ "phone", "+52 1 55 1234 5678", "MX", "+525512345678", NULL },
	{ "phone", "55 1234 5678", "MX", "+525512345678", NULL },
	/* Argentina */
	{ "phone", "5491123456789", NULL, "+5491123456789", NULL },
	{ "phone", "541123456789", NULL, "+541123456789", NULL },
	/* A full number in a store of another country */
	{ "phone", "5491123456789", "BR", "+5491123456789", NULL },
	/* Refused */
	{ "phone", "", NULL, NULL, NULL },
	{ "phone", "+", NULL, NULL, NULL },
	{ "phone", "call me", "BR", NULL, NULL },
	{ "phone", "+123", NULL, NULL,
		"phone +1...: 3 digits, want 8 to "
		"15" },
	{ "phone", "190", "BR", NULL, "phone 1...: 3 digits, want 8 to 15" },
	{ "phone", "+1 415 555 26711111", NULL, NULL, NULL },
	{ "phone", "+5511987654321987654", NULL, NULL,
		"phone +5511...: 19 digits, want 8 to 15" },
	{ "phone", "+999 123 456 78", NULL, NULL,
		"phone +999...: want a country code that exists" },
	{ "phone", "987654321", "XX", NULL, NULL },
	{ "phone", "US.13491208655302741918", NULL, NULL, NULL },
	{ "phone", "whatsapp:US.14155552671", NULL, NULL, NULL },
	{ "phone", "14155552671@c.us", NULL, NULL, NULL },
	{ "phone", "\xff\xfe", NULL, NULL, "phone: want UTF-8 without NUL" },
};

#define A16 "aaaaaaaaaaaaaaaa"
#define A64 A16 A16 A16 A16
#define A60 A16 A16 A16 "aaaaaaaaaaaa"

static const struct example emails[] = {
	{ "email", "ana@loja.com.br", NULL, "ana@loja.com.br", NULL },
	{ "email", " Ana.Maria+VIP@Loja.COM.br\t", NULL,
		"ana.maria+vip@loja.com.br", NULL },
	{ "email", "a.n.a@gmail.com", NULL, "a.n.a@gmail.com", NULL },
	{ "email", "ana@googlemail.com", NULL, "ana@googlemail.com", NULL },
	{ "email", "o'neil@x.ie", NULL, "o'neil@x.ie", NULL },
	{ "email",
		"x@B\xc3\x9c"
		"cher.de",
		NULL, "x@xn--bcher-kva.de", NULL },
	{ "email",
		"x@bu\xcc\x88"
		"cher.de",
		NULL, "x@xn--bcher-kva.de", NULL },
	{ "email", "x@XN--BCHER-KVA.de", NULL, "x@xn--bcher-kva.de", NULL },
	/* Nontransitional: sharp s stays itself. */
	{ "email", "x@fa\xc3\x9f.de", NULL, "x@xn--fa-hia.de", NULL },
	{ "email", "x@\xe4\xbe\x8b\xe3\x81\x88\xe3\x80\x82jp", NULL,
		"x@xn--r8jz45g.jp", NULL },
	{ "email", "JOSE\xcc\x81@x.es", NULL, "jos\xc3\xa9@x.es", NULL },
	{ "email", "x@x.com.", NULL, "x@x.com", NULL },
	{ "email", "x@ab--cd.com", NULL, "x@ab--cd.com", NULL },
	{ "email", A64 "@x.com", NULL, A64 "@x.com", NULL },
	{ "email", A64 "a@x.com", NULL, NULL,
		"email: 65 bytes before the @, want 1 to 64" },
	{ "email", "x@" A60 "." A60 "." A60 "." A60 ".com", NULL,
		"x@" A60 "." A60 "." A60 "." A60 ".com", NULL },
	{ "email", "x@" A60 "." A60 "." A60 "." A60 "." A16, NULL, NULL, NULL },
	{ "email", "x@" A64 ".com", NULL, NULL, NULL },
	{ "email", "", NULL, NULL, "email: 0 @ signs, want 1" },
	{ "email", "ana", NULL, NULL, "email: 0 @ signs, want 1" },
	{ "email", "a@b@c.com", NULL, NULL, "email: 2 @ signs, want 1" },
	{ "email", "@x.com", NULL, NULL,
		"email: 0 bytes before the @, want 1 to 64" },
	{ "email", "ana@", NULL, NULL,
		"email: domain of 0 bytes, want 1 to "
		"255" },
	{ "email", "ana@localhost", NULL, NULL,
		"email: want a domain with a dot after the @" },
	{ "email", "ana@x..com", NULL, NULL, NULL },
	{ "email", "ana@.com", NULL, NULL, NULL },
	{ "email", "ana@a_b.com", NULL, NULL,
		"email: want a domain name after the @" },
	{ "email", "ana@-x.com", NULL, NULL, NULL },
	{ "email", "ana@x y.com", NULL, NULL, NULL },
	{ "email", "ana@[10.0.0.1]", NULL, NULL, NULL },
	{ "email", "Ana <ana@x.com>", NULL, NULL, NULL },
	{ "email", "\"ana\"@x.com", NULL, NULL, NULL },
	{ "email", "an\ta@x.com", NULL, NULL, NULL },
	{ "email",
		"an\xc2\xa0"
		"a@x.com",
		NULL, NULL, NULL },
};

static const struct example cpfs[] = {
	{ "cpf", "529.982.247-25", NULL, "52998224725", NULL },
	{ "cpf", " 52998224725 ", NULL, "52998224725", NULL },
	{ "cpf", "111.444.777-35", NULL, "11144477735", NULL },
	{ "cpf", "000.000.001-91", NULL, "00000000191", NULL },
	/* A remainder of 10 */
	{ "cpf", "100.000.001-08", NULL, "10000000108", NULL },
	{ "cpf", "529.982.247-24", NULL, NULL,
		"cpf: check digits do not match" },
	{ "cpf", "529.982.247-35", NULL, NULL,
		"cpf: check digits do not match" },
	{ "cpf", "111.111.111-11", NULL, NULL, "cpf: one digit repeated" },
	{ "cpf", "00000000000", NULL, NULL, "cpf: one digit repeated" },
	{ "cpf", "2998224725", NULL, NULL, "cpf: 10 digits, want 11" },
	{ "cpf", "529982247250", NULL, NULL, "cpf: 12 digits, want 11" },
	{ "cpf", "", NULL, NULL, "cpf: 0 digits, want 11" },
	{ "cpf", "5299822472x", NULL, NULL, "cpf: want digits only" },
};

#define A255 A64 A64 A64 A60 "aaa"

static const struct example frees[] = {
	{ "user_id", " U-123 ", NULL, "U-123", NULL },
	{ "user_id", "Ana B", NULL, "Ana B", NULL },
	{ "loyalty", "0012345", NULL, "0012345", NULL },
	{ "anonymous_id", "5F0E1A2B-0000-4000-8000-000000000001", NULL,
		"5F0E1A2B-0000-4000-8000-000000000001", NULL },
	{ "device",
		"\xc2\xa0"
		"d1\xe3\x80\x80",
		NULL, "d1", NULL },
	{ "record", "jose\xcc\x81", NULL, "jos\xc3\xa9", NULL },
	{ "whatsapp_user", "US.13491208655302741918", NULL,
		"US.13491208655302741918", NULL },
	{ "crm_of_mine", "x", NULL, "x", NULL },
	{ "user_id", "\xf0\x9f\x98\x80", NULL, "\xf0\x9f\x98\x80", NULL },
	{ "user_id", A255, NULL, A255, NULL },
	{ "user_id", A255 "a", NULL, NULL,
		"user_id: 256 bytes, want 1 to 255" },
	{ "user_id", A255 A255 A255 A255 A255, NULL, NULL,
		"user_id: 1275 bytes, want 1 to 255" },
	{ "user_id", "", NULL, NULL, "user_id: 0 bytes, want 1 to 255" },
	{ "user_id", " \t ", NULL, NULL, "user_id: 0 bytes, want 1 to 255" },
	{ "user_id", "\xc2\xa0", NULL, NULL,
		"user_id: 0 bytes, want 1 to 255" },
	{ "user_id", "a\nb", NULL, NULL,
		"user_id: control character, want none" },
	{ "user_id",
		"a\x7f"
		"b",
		NULL, NULL, NULL },
	{ "user_id",
		"a\xc2\x85"
		"b",
		NULL, NULL, NULL },
	{ "user_id",
		"a\xe2\x80\xa8"
		"b",
		NULL, NULL, NULL },
	{ "user_id", "\xc3", NULL, NULL, "user_id: want UTF-8 without NUL" },
};

static void
try_one(const struct example *x)
{
	const struct span untouched = { NULL, 77 };
	struct arena *a = arena_create();
	struct span value = untouched, again;
	struct err e = { ERR_NONE, "" };
	bool good = identifier_normalise(
		a, x->kind, span_of(x->sent), x->region, &value, &e);

	ck_assert_msg(good == (x->want != NULL), "%s '%s': %s %s", x->kind,
		x->sent, good ? value.data : "refused:", e.text);
	if (good) {
		ck_assert_str_eq(value.data, x->want);
		ck_assert_uint_eq(value.len, strlen(x->want));
		/* In any region, as with none, it stays as it is. */
		ck_assert_msg(identifier_normalise(
				      a, x->kind, value, NULL, &again, &e),
			"%s: %s", x->want, e.text);
		ck_assert_str_eq(again.data, x->want);
		ck_assert_msg(identifier_normalise(
				      a, x->kind, value, "BR", &again, &e),
			"%s: %s", x->want, e.text);
		ck_assert_str_eq(again.data, x->want);
	} else {
		ck_assert_int_eq(e.code, ERR_INPUT);
		ck_assert_uint_eq(value.len, untouched.len);
		ck_assert_ptr_null(value.data);
		if (x->text)
			ck_assert_str_eq(e.text, x->text);
		/* An error goes to logs: it quotes no whole value. */
		if (strlen(x->sent) > 2)
			ck_assert_ptr_null(strstr(e.text, x->sent));
	}
	arena_destroy(a);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

START_TEST(phone)
{
	try_one(&phones[_i]);
}
END_TEST

START_TEST(email)
{
	try_one(&emails[_i]);
}
END_TEST

START_TEST(cpf)
{
	try_one(&cpfs[_i]);
}
END_TEST

START_TEST(any_other_kind)
{
	try_one(&frees[_i]);
}
END_TEST

START_TEST(nul_is_refused)
{
	struct arena *a = arena_create();
	struct span value;

	ck_assert(!identifier_normalise(
		a, "user_id", (struct span){ "a\0b", 3 }, NULL, &value, NULL));
	arena_destroy(a);
}
END_TEST

/* What was made of a number is kept, for its region alone, and more numbers
 * come than are. */
START_TEST(phones_are_told_apart)
{
	static const char *const regions[] = { "BR", "US", "BR" };
	static const char *const codes[] = { "+55", "+1", "+55" };
	struct arena *a = arena_create();

	for (int i = 0; i < 30000; i++)
		for (int k = 0; k < 3; k++) {
			const char *sent =
				arena_printf(a, "21299%05d", 10000 + i);
			struct span value;

			ck_assert(identifier_normalise(a, "phone",
				span_of(sent), regions[k], &value, NULL));
			ck_assert_str_eq(value.data,
				arena_printf(a, "%s%s", codes[k], sent));
		}
	arena_destroy(a);
}
END_TEST

/* Numbers of every shape: what comes out must go in unchanged. */
START_TEST(phones_are_stable)
{
	static const char *const starts[] = { "55", "5511", "521", "52", "54",
		"549", "1", "39", "44", "49", "7", "86", "91", "225", "0", "" };
	static const char *const regions[] = { NULL, "BR", "MX", "AR", "US",
		"IT", "DE" };
	uint32_t seed = 1;

	for (int i = 0; i < 4000; i++) {
		struct arena *a = arena_create();
		char digits[17] = "";
		struct span once, twice, sent;
		size_t len;

		for (size_t d = 0; d < 16; d++) {
			seed = seed * 1664525 + 1013904223;
			digits[d] = (char)('0' + (seed >> 16) % 10);
		}
		len = 4 + (seed >> 8) % 12;
		sent = span_of(arena_printf(a, "%s%.*s",
			starts[(seed >> 20) % COUNT(starts)], (int)len,
			digits));
		if (identifier_normalise(a, "phone", sent,
			    regions[(seed >> 24) % COUNT(regions)], &once,
			    NULL)) {
			ck_assert(identifier_normalise(
				a, "phone", once, "BR", &twice, NULL));
			ck_assert_str_eq(once.data, twice.data);
		}
		arena_destroy(a);
	}
}
END_TEST

static const struct {
	const char *kind, *value;
	bool blocked;
} values[] = {
	{ "phone", "0000000", true },
	{ "phone", "(00) 0000-0000", true },
	{ "phone", "+5511999999999", true },
	{ "phone", "+11111111111", true },
	{ "phone", "+15550000000", true },
	{ "phone", "+5511987654321", false },
	{ "phone", "+551130000000", true },
	{ "phone", "+14155550000", false },
	{ "email", "test@loja.com", true },
	{ "email", "noreply@loja.com", true },
	{ "email", "NoReply@loja.com", true },
	{ "email", "no-reply+7@loja.com", true },
	{ "email", "donotreply@loja.com", true },
	{ "email", "tester@loja.com", false },
	{ "email", "ana@test.com", false },
	{ "email", "null", true },
	{ "cpf", "11111111111", true },
	{ "cpf", "52998224725", false },
	{ "device", "00000000-0000-0000-0000-000000000000", true },
	{ "device", "00000000000000000000000000000000", true },
	{ "device", "00000000-0000-0000-0000-000000000001", false },
	{ "user_id", "null", true },
	{ "user_id", "NULL", true },
	{ "user_id", "undefined", true },
	{ "user_id", "none", true },
	{ "user_id", "N/A", true },
	{ "user_id", "anonymous", true },
	{ "anonymous_id", "unknown", true },
	{ "record", "guest", true },
	{ "loyalty", "0", true },
	{ "loyalty", "10", false },
	{ "user_id", "guest1", false },
	{ "user_id", "1111111", false },
	{ "user_id", "test@loja.com", false },
};

START_TEST(blocked)
{
	ck_assert_msg(identifier_blocked(values[_i].kind,
			      span_of(values[_i].value)) == values[_i].blocked,
		"%s %s", values[_i].kind, values[_i].value);
}
END_TEST

START_TEST(ids)
{
	struct span key = span_of("0123456789abcdef0123456789abcdef");
	struct span value = span_of("52998224725");
	struct span parts[] = { span_of("cpf"), value };
	struct id id = identifier_id(key, "cpf", value);
	struct id derived = id_derive(key, "identifier", parts, 2);
	struct id kind = identifier_id(key, "user_id", value);
	struct id other = identifier_id(span_of("k"), "cpf", value);

	ck_assert_int_eq(id_compare(&id, &derived), 0);
	ck_assert_int_ne(id_compare(&id, &kind), 0);
	ck_assert_int_ne(id_compare(&id, &other), 0);
}
END_TEST

Suite *suite(void);

START_TEST(domains)
{
	static const char *const cases[][2] = {
		{ "Mail.Example", "mail.example" },
		{ "mail.example.", "mail.example" },
		{ "Caf\xc3\xa9.example", "xn--caf-dma.example" },
		{ "XN--caf-dma.example", "xn--caf-dma.example" },
		/* Its own domain, not that of "fass". */
		{ "fa\xc3\x9f.example", "xn--fa-hia.example" },
		{ "localhost", NULL },
		{ "a..example", NULL },
		{ "\xff.example", NULL },
		{ "", NULL },
	};
	struct arena *a = arena_create();

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct span value = { NULL, 77 };
		bool good = identifier_domain(
			a, span_of(cases[i][0]), &value, NULL);

		ck_assert_msg(good == (cases[i][1] != NULL), "%s", cases[i][0]);
		if (good)
			ck_assert_str_eq(value.data, cases[i][1]);
		else
			ck_assert_uint_eq(value.len, 77);
	}
	arena_destroy(a);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("identifier");
	TCase *tc = tcase_create("identifier");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, phone, 0, (int)COUNT(phones));
	tcase_add_loop_test(tc, email, 0, (int)COUNT(emails));
	tcase_add_loop_test(tc, cpf, 0, (int)COUNT(cpfs));
	tcase_add_loop_test(tc, any_other_kind, 0, (int)COUNT(frees));
	tcase_add_test(tc, nul_is_refused);
	tcase_add_test(tc, phones_are_told_apart);
	tcase_add_test(tc, phones_are_stable);
	tcase_add_loop_test(tc, blocked, 0, (int)COUNT(values));
	tcase_add_test(tc, ids);
	tcase_add_test(tc, domains);
	suite_add_tcase(s, tc);
	return s;
}
