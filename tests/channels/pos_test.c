/* SPDX-License-Identifier: Apache-2.0 */
/* The point of sale channel, on inline samples. */
#include <string.h>

#include "core/channel.h"

#include "keeps.h"

#include <check.h> /* last: its macro fail() would hide ours */

extern const struct channel channel_pos;
Suite *suite(void);

/* Begins like the channel's own conf: base, then its settings. */
struct conf {
	struct source_conf base;
	const char **columns;
	const char *zone;
};

static const char *secrets[] = { "old-key", "new-key", NULL };
static struct conf conf;
static struct arena *a;
static struct events events;
static struct err err;

static void
setup(void)
{
	a = arena_create();
	conf = (struct conf){ .base = { .name = "till",
				      .region = "BR",
				      .assurance = ATTESTED,
				      .currency = "BRL",
				      .secrets = secrets },
		.zone = "-03:00" };
	events = (struct events){ 0 };
}

static void
teardown(void)
{
	arena_destroy(a);
}

static bool
parse(const char *text)
{
	struct inbound in = { .method = "POST", .body = span_of(text) };

	events = (struct events){ 0 };
	return channel_pos.parse(a, &in, &conf, &events, &err);
}

static const char *
text_of(struct span s)
{
	return span_text(a, s);
}

static const char *
amount(size_t i)
{
	ck_assert_ptr_null(events.items[i].refused);
	return text_of(events.items[i].purchase->amount);
}

static const char *
claim(size_t i, const char *kind, enum assurance assurance)
{
	const struct event *ev = &events.items[i];

	for (size_t n = 0; n < ev->claim_count; n++)
		if (!strcmp(ev->claims[n].kind, kind)) {
			ck_assert_int_eq(ev->claims[n].assurance, assurance);
			return text_of(ev->claims[n].value);
		}
	return NULL;
}

static void
assert_refused(size_t i, size_t line, const char *word)
{
	ck_assert_uint_lt(i, events.count);
	ck_assert_ptr_nonnull(events.items[i].refused);
	ck_assert_ptr_nonnull(strstr(events.items[i].refused, word));
	ck_assert_uint_eq(events.items[i].line, line);
}

static void
assert_time(size_t i, const char *expected)
{
	char text[CLOCK_TEXT];

	ck_assert_str_eq(
		clock_format(events.items[i].occurred_at, text), expected);
}

START_TEST(verify)
{
	struct header good = { span_of("Authorization"),
		span_of("Bearer new-key") };
	struct header bad = { span_of("Authorization"),
		span_of("Bearer new-keY") };
	struct inbound in = { .headers = &good, .header_count = 1 };

	ck_assert(channel_pos.verify(&in, &conf, &err));
	in.headers = &bad;
	ck_assert(!channel_pos.verify(&in, &conf, &err));
	ck_assert_int_eq(err.code, ERR_AUTH);
	in.header_count = 0;
	ck_assert(!channel_pos.verify(&in, &conf, &err));
	conf.base.secrets = NULL;
	ck_assert(!channel_pos.verify(&in, &conf, &err));
}
END_TEST

START_TEST(delimiters)
{
	static const char marks[] = ";,\t|";

	for (size_t i = 0; i < 4; i++) {
		char text[] = "receipt_id?store?terminal?total?phone\r\n"
			      "77?5?2?119.90?+5511987654321\r\n";

		for (char *c = text; *c; c++)
			if (*c == '?')
				*c = marks[i];
		ck_assert(parse(text));
		ck_assert_uint_eq(events.count, 1);
		ck_assert_str_eq(amount(0), "119.90");
		ck_assert_str_eq(
			text_of(events.items[0].external_id), "5/2/77");
		ck_assert_str_eq(events.items[0].type, "order");
		ck_assert(events.items[0].occurred_at == CLOCK_NONE);
		ck_assert_str_eq(events.items[0].purchase->currency, "BRL");
		ck_assert_str_eq(claim(0, "phone", ATTESTED), "+5511987654321");
	}
}
END_TEST

START_TEST(quotes_bom_latin1)
{
	ck_assert(parse("\xef\xbb\xbf\"receipt_id\";total;name\n"
			"1;\"1.234,56\";\"Jos\xe9 \"\"Z\xe9\"\"; filho\"\n"
			"2;2,00;\"Ana\nMaria\"\n"
			"3;3,00;Jo\xc3\xa3o"));
	ck_assert_uint_eq(events.count, 3);
	ck_assert_str_eq(amount(0), "1234.56");
	ck_assert_str_eq(json_string_value(json_object_get(
				 events.items[0].traits, "name")),
		"Jos\xc3\xa9 \"Z\xc3\xa9\"; filho");
	ck_assert_str_eq(json_string_value(json_object_get(
				 events.items[1].traits, "name")),
		"Ana\nMaria");
	ck_assert_str_eq(json_string_value(json_object_get(
				 events.items[2].traits, "name")),
		"Jo\xc3\xa3o");
}
END_TEST

START_TEST(amounts)
{
	static const char *const good[][2] = { { "119,90", "119.90" },
		{ "1.234,56", "1234.56" }, { "1,234.56", "1234.56" },
		{ "1.234.567", "1234567" }, { "1.234.567,8", "1234567.8" },
		{ "0,5", "0.5" }, { "12", "12" }, { "+3.10", "3.10" } };
	static const char *const bad[] = { "abc", "1,2,3", "1.23.456", "12,",
		",5", "1e3", "1.234,56,7", "--1", "", "12 34", "1234.567,8",
		"123456789012345678901234567890123" };

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		ck_assert(parse(arena_printf(
			a, "receipt_id;total\n1;%s\n", good[i][0])));
		ck_assert_str_eq(amount(0), good[i][1]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ck_assert(parse(arena_printf(
			a, "receipt_id;total\n1;%s\n2;5\n", bad[i])));
		assert_refused(0, 2, "total");
		ck_assert_str_eq(amount(1), "5");
	}
	ck_assert(parse("receipt_id;total\n1;-1.050,00\n2;-0,00\n"));
	ck_assert_str_eq(amount(0), "1050.00");
	ck_assert(events.items[0].purchase->refund);
	ck_assert_str_eq(events.items[0].type, "refund");
	ck_assert(!events.items[1].purchase->refund);
}
END_TEST

/* The id is the receipt's own; stores number theirs alike. */
START_TEST(a_receipt_has_an_id_and_a_key)
{
	ck_assert(parse("store;terminal;receipt_id;total\n5;2;77;10\n"
			"6;2;77;-10\n"));
	for (size_t i = 0; i < 2; i++)
		ck_assert_str_eq(text_of(events.items[i].purchase->id), "77");
	ck_assert_str_eq(text_of(events.items[0].purchase->key), "5/2/77");
	ck_assert_str_eq(text_of(events.items[1].purchase->key), "6/2/77");
	/* What somebody carries home says nothing of a cart on the web. */
	ck_assert_ptr_null(json_object_get(events.items[0].body, "cart"));
}
END_TEST

START_TEST(timestamps)
{
	ck_assert(parse("receipt_id;total;timestamp\n"
			"1;1;2026-11-25T20:38:00-03:00\n"
			"2;1;2026-11-25T20:38:00\n"
			"3;1;25/11/2026 20:38\n"
			"4;1;25/11/2026 20:38:07\n"
			"5;1;25/11/2026\n"
			"6;1;31/02/2026\n"
			"7;1;yesterday\n"
			"8;1;25/11/26\n"));
	ck_assert_uint_eq(events.count, 8);
	assert_time(0, "2026-11-25T23:38:00Z");
	assert_time(1, "2026-11-25T23:38:00Z");
	assert_time(2, "2026-11-25T23:38:00Z");
	assert_time(3, "2026-11-25T23:38:07Z");
	assert_time(4, "2026-11-25T03:00:00Z");
	assert_refused(5, 7, "timestamp");
	assert_refused(6, 8, "timestamp");
	assert_refused(7, 9, "timestamp");
	conf.zone = "-180";
	ck_assert(parse("receipt_id;total;timestamp\n1;1;25/11/2026 20:38\n"));
	assert_time(0, "2026-11-25T23:38:00Z");
	conf.zone = "Brasilia";
	ck_assert(!parse("receipt_id;total\n1;1\n"));
}
END_TEST

START_TEST(bad_rows)
{
	char *wide = arena_alloc(a, 1100);

	memset(wide, 'x', 1025);
	ck_assert(parse(arena_printf(a,
		"\nreceipt_id;total;name;currency\n"
		"1;1;a;brl\n"
		";2;b;\n"
		"\n"
		"3;3\n"
		"4;4;d;;x\n"
		"5;5;%s;\n"
		"6;6;f;R$\n"
		"7;7;g;\n",
		wide)));
	ck_assert_uint_eq(events.count, 7);
	ck_assert_str_eq(events.items[0].purchase->currency, "BRL");
	ck_assert_uint_eq(events.items[0].line, 3);
	assert_refused(1, 4, "receipt_id");
	assert_refused(2, 6, "cells");
	assert_refused(3, 7, "cells");
	assert_refused(4, 8, "1024");
	assert_refused(5, 9, "currency");
	ck_assert_str_eq(amount(6), "7");
}
END_TEST

START_TEST(open_quote)
{
	ck_assert(parse("receipt_id;total;name\n"
			"1;1;\"open\n"
			"2;2;b\n"
			"3;3;\"c\"\n"
			"4;4;d\n"
			"5;5;\"open"));
	ck_assert_uint_eq(events.count, 5);
	assert_refused(0, 2, "");
	ck_assert_str_eq(amount(1), "2");
	ck_assert_str_eq(amount(2), "3");
	ck_assert_str_eq(amount(3), "4");
	assert_refused(4, 6, "quote");
}
END_TEST

START_TEST(columns)
{
	static const char *list[] = { "Cupom = receipt_id", "Valor=total",
		"Celular=phone", NULL };

	conf.columns = list;
	ck_assert(parse("cupom;VALOR;total;Celular;other\n9;8,5;7;11 9;z\n"));
	ck_assert_str_eq(amount(0), "8.5");
	ck_assert_str_eq(text_of(events.items[0].external_id), "//9");
	ck_assert_str_eq(claim(0, "phone", ATTESTED), "11 9");
	ck_assert(parse("{\"Cupom\":9,\"Valor\":8.50}\n"));
	ck_assert_str_eq(amount(0), "8.50");
}
END_TEST

START_TEST(ndjson)
{
	ck_assert(parse("\n{\"receipt_id\":7,\"store\":\"1\",\"total\":119.90,"
			"\"email\":\"a@b.c\",\"loyalty\":\"L1\"}\n"
			"{\"receipt_id\":8,\n"
			"[]\n"
			"{\"receipt_id\":\"9\",\"total\":\"-1,5\"}"));
	ck_assert_uint_eq(events.count, 4);
	ck_assert_str_eq(amount(0), "119.90");
	ck_assert_str_eq(claim(0, "email", ATTESTED), "a@b.c");
	ck_assert_str_eq(claim(0, "loyalty", VERIFIED), "L1");
	assert_refused(1, 3, "JSON");
	assert_refused(2, 4, "JSON");
	ck_assert(events.items[3].purchase->refund);
}
END_TEST

START_TEST(line_items)
{
	const json_t *line;

	ck_assert(parse("store,receipt_id,total,line,sku,quantity,price\n"
			"1,7,\"30,00\",1,A,2,\"10,00\"\n"
			"1,7,\"30,00\",2,B,\"0,5\",20.00\n"
			"1,7,\"30,00\",3,C,many,20.00\n"
			"1,7,,4,D,1,-1\n"
			"1,7,31,5,E,1,1\n"
			"2,7,5,1,A,1,5\n"));
	ck_assert_uint_eq(events.count, 4);
	ck_assert_str_eq(amount(0), "30.00");
	ck_assert_uint_eq(json_array_size(events.items[0].purchase->lines), 3);
	line = json_array_get(events.items[0].purchase->lines, 1);
	ck_assert_str_eq(json_string_value(json_object_get(line, "sku")), "B");
	ck_assert_str_eq(
		json_string_value(json_object_get(line, "quantity")), "0.5");
	ck_assert_str_eq(
		json_string_value(json_object_get(line, "price")), "20.00");
	line = json_array_get(events.items[0].purchase->lines, 2);
	ck_assert_str_eq(
		json_string_value(json_object_get(line, "price")), "-1");
	assert_refused(1, 4, "quantity");
	assert_refused(2, 6, "total");
	ck_assert_str_eq(text_of(events.items[3].external_id), "2//7");
	ck_assert_uint_eq(json_array_size(events.items[3].purchase->lines), 1);
}
END_TEST

START_TEST(cpf)
{
	static const char *const bad[] = { "529.982.247-26", "11111111111",
		"5299822472", "529982247255", "x" };

	ck_assert(parse("receipt_id;total;cpf\n1;1;529.982.247-25\n"
			"2;1;11144477735\n3;1;\n"));
	ck_assert_str_eq(claim(0, "cpf", ATTESTED), "529.982.247-25");
	ck_assert_str_eq(claim(1, "cpf", ATTESTED), "11144477735");
	ck_assert_ptr_null(
		json_object_get(events.items[2].body, "cpf_refused"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ck_assert(parse(arena_printf(
			a, "receipt_id;total;cpf\n1;1;%s\n", bad[i])));
		ck_assert_str_eq(amount(0), "1");
		ck_assert_ptr_null(claim(0, "cpf", ATTESTED));
		ck_assert(json_is_true(
			json_object_get(events.items[0].body, "cpf_refused")));
	}
}
END_TEST

START_TEST(nothing)
{
	static const char *const bad[] = { "", " \r\n\n", "\xef\xbb\xbf",
		"hello", "a;b;c\n1;2;3\n", "receipt_id;store\n1;2\n",
		"\"receipt_id;total\n1;2\n" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		err = (struct err){ 0 };
		ck_assert(!parse(bad[i]));
		ck_assert_int_eq(err.code, ERR_INPUT);
		ck_assert_uint_eq(events.count, 0);
	}
	ck_assert(parse("receipt_id;total\n"));
	ck_assert_uint_eq(events.count, 0);
}
END_TEST

/* Everything of the events that a journal would hold, as one text. */
static char *
contents(const struct events *all)
{
	char *text = arena_strndup(a, "", 0);

	for (size_t i = 0; i < all->count; i++) {
		const struct event *ev = &all->items[i];

		text = arena_printf(a, "%s%zu %s\n", text,
			ev->refused ? ev->line : 0,
			ev->refused ? ev->refused : event_content(a, ev));
	}
	return text;
}

/* The body in pieces that each bring step bytes more; each piece that was
 * taken must say the same again when it is read alone. */
static char *
fed(const char *body, size_t step)
{
	struct feed feed = { .arena = a };
	size_t len = strlen(body), taken = 0, there = 0;
	char *text = arena_strndup(a, "", 0);

	while (!feed.last) {
		struct events piece_events = { 0 };
		struct span piece = { body + taken, 0 };

		there = there + step < len ? there + step : len;
		piece.len = there - taken;
		feed.last = there == len;
		feed.used = 0;
		ck_assert(channel_pos.feed(
			a, &feed, piece, &conf, &piece_events, &err));
		ck_assert_uint_le(feed.used, piece.len);
		text = arena_printf(a, "%s%s", text, contents(&piece_events));
		piece = feed_taken(a, &feed, piece);
		/* Lines are counted from the piece's own start. */
		if (feed.used && parse(span_text(a, piece)))
			ck_assert_uint_eq(events.count, piece_events.count);
		taken += feed.used;
	}
	ck_assert_uint_eq(taken, len);
	return text;
}

START_TEST(pieces)
{
	static const char *const bodies[] = {
		"\xef\xbb\xbf\r\n\nreceipt_id;total;sku;name\r\nA;1,00;s1;"
		"\"x\r\n"
		"y\"\r\nA;;s2;z\r\nbad\r\nA;;s3;\r\nB;2,00;;\r\nC;3;;\"open\r\n"
		"D;4,00;s4;\r\n;5;;\r\nD;4,00;s5;\r\nE;6,00;;last",
		"receipt_id,total\r1,2\r3,4\r\r5,6\r",
		"\n{\"receipt_id\":\"A\",\"total\":1,\"sku\":\"s1\"}\n[]\n\n"
		"{\"receipt_id\":\"A\",\"total\":1,\"sku\":\"s2\"}\n"
		"{\"receipt_id\":\"B\",\"total\":2}\n{\"receipt_id\":\"C\"}",
		"receipt_id;total\n",
	};

	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		char *whole;

		ck_assert(parse(bodies[i]));
		whole = contents(&events);
		for (size_t step = 1; step <= strlen(bodies[i]); step++)
			ck_assert_msg(!strcmp(fed(bodies[i], step), whole),
				"body %zu by %zu bytes:\n%s\nwant\n%s", i, step,
				fed(bodies[i], step), whole);
	}
}
END_TEST

/* A receipt is not waited for for ever: bad rows end it. */
START_TEST(many_bad_rows)
{
	struct feed feed = { .arena = a };
	char *body = arena_printf(a, "receipt_id;total;sku\nA;1;x\n");

	for (int i = 0; i < 200; i++)
		body = arena_printf(a, "%sbad\n", body);
	ck_assert(channel_pos.feed(
		a, &feed, span_of(body), &conf, &events, &err));
	ck_assert_uint_gt(events.count, 190);
	ck_assert_uint_gt(feed.used, strlen(body) - 10);
}
END_TEST

START_TEST(it_keeps_the_headers_it_reads)
{
	assert_keeps(a, &channel_pos, "/", "receipt_id;total\n1;2\n", &conf);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("pos");
	TCase *tc = tcase_create("pos");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, verify);
	tcase_add_test(tc, delimiters);
	tcase_add_test(tc, quotes_bom_latin1);
	tcase_add_test(tc, amounts);
	tcase_add_test(tc, a_receipt_has_an_id_and_a_key);
	tcase_add_test(tc, timestamps);
	tcase_add_test(tc, bad_rows);
	tcase_add_test(tc, open_quote);
	tcase_add_test(tc, columns);
	tcase_add_test(tc, ndjson);
	tcase_add_test(tc, line_items);
	tcase_add_test(tc, cpf);
	tcase_add_test(tc, nothing);
	tcase_add_test(tc, pieces);
	tcase_add_test(tc, many_bad_rows);
	tcase_add_test(tc, it_keeps_the_headers_it_reads);
	suite_add_tcase(s, tc);
	return s;
}
