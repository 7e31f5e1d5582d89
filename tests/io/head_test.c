/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the gate: tables of heads and the status that each must get. */
#include "io/head.h"

#include <check.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *suite(void);

#define HOST "Host: a\r\n"
#define END "\r\n"
#define GET "GET / HTTP/1.1\r\n"
#define POST "POST / HTTP/1.1\r\n" HOST
#define CASE(text, status)                                                     \
	{                                                                      \
		text, sizeof(text) - 1, status                                 \
	}
#define GOOD_HEAD                                                              \
	"\r\nPOST /v1/events?a=%20 HTTP/1.1\r\nhost: [::1]:80\r\n"             \
	"Content-Length:\t12 \r\nExpect: 100-Continue\r\nX-Empty:\r\n\r\n"

struct head_case {
	const char *text;
	size_t len;
	int status; /* 200 is HEAD_OK, 100 is HEAD_MORE */
};

static const struct head_case line_cases[] = {
	CASE("", 100), CASE("\r", 100), CASE("\r\n", 100), CASE("G", 100),
	CASE("GET / HTTP/1.1\r", 100), CASE(GET HOST "\r", 100),
	CASE(GET HOST END, 200), CASE("\r\n" GET HOST END, 200),
	CASE("\r\n\r\n", 400), CASE("\r\n\r\n" GET HOST END, 400),
	CASE("\n" GET HOST END, 400), CASE(" " GET HOST END, 400),
	CASE("GET /\r\n", 400), CASE("GET\r\n", 400), CASE("GET / \r\n", 400),
	CASE("GET  HTTP/1.1\r\n", 400), CASE("GET  / HTTP/1.1\r\n", 400),
	CASE("GET /  HTTP/1.1\r\n", 400), CASE("GET / HTTP/1.1 \r\n", 400),
	CASE("GET /a b HTTP/1.1\r\n", 400), CASE("GET\t/ HTTP/1.1\r\n", 400),
	CASE("G(T / HTTP/1.1\r\n", 400), CASE("G\x80T / HTTP/1.1\r\n", 400),
	CASE("GET /\x80 HTTP/1.1\r\n", 400), CASE("GET /\t HTTP/1.1\r\n", 400),
	CASE("GET /\x7f", 400), CASE("GET /\0", 400),
	CASE("GET x HTTP/1.1\r\n", 400), CASE("GET * HTTP/1.1\r\n", 400),
	CASE("GET ftp://a/ HTTP/1.1\r\n", 400),
	CASE("GET http://a/x HTTP/1.1\r\n" HOST END, 200),
	CASE("GET https://a/x HTTP/1.1\r\n" HOST END, 200),
	CASE("OPTIONS * HTTP/1.1\r\n" HOST END, 200),
	CASE("PATCH / HTTP/1.1\r\n" HOST END, 200),
	CASE("GET / HTTP/1.0\r\n" END, 200),
	CASE("GET / HTTP/1.0\r\n" HOST END, 200),
	CASE("GET / HTTP/1.2\r\n", 505), CASE("GET / HTTP/0.9\r\n", 505),
	CASE("GET / HTTP/2.0\r\n", 505),
	CASE("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
	CASE("GET / HTTP/1.10\r\n", 400), CASE("GET / HTTP/01.1\r\n", 400),
	CASE("GET / HTTP/2\r\n", 400), CASE("GET / HTTP/1,1\r\n", 400),
	CASE("GET / http/1.1\r\n", 400),
	CASE("GET / HTTP/4294967297.1\r\n", 400),
	CASE("GET / ICY/1.1\r\n", 400), CASE("FOO / HTTP/1.1\r\n", 501),
	CASE("get / HTTP/1.1\r\n", 501), CASE("TRACE / HTTP/1.1\r\n", 501),
	CASE("CONNECT a:80 HTTP/1.1\r\n", 501),
	CASE("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG", 501),
	CASE("\x16\x03\x01\x02", 400), /* TLS on the plain port */
};

static const struct head_case field_cases[] = {
	CASE(GET HOST "X: \x01", 400),
	CASE(GET HOST "X: \x7f", 400),
	CASE(GET HOST "X: a\0b\r\n", 400),
	CASE(GET HOST "X: a\x1b[31m\r\n", 400),
	CASE(GET HOST "X: a\tb\r\n" END, 200),
	CASE(GET HOST "X: caf\xc3\xa9\r\n" END, 200),
	CASE(GET HOST "X: a\n", 400),
	CASE(GET HOST "X: a\rb", 400),
	CASE(GET HOST "X: a\r\r\n", 400),
	CASE(GET HOST "\n", 400),
	CASE(GET HOST "X: a\r\n b\r\n", 400),
	CASE(GET HOST "X: a\r\n\tb: c\r\n", 400),
	CASE(GET " Host: a\r\n", 400),
	CASE(GET HOST "X : a\r\n", 400),
	CASE(GET HOST "X\t: a\r\n", 400),
	CASE(GET HOST "X\r\n", 400),
	CASE(GET HOST ": a\r\n", 400),
	CASE(GET HOST "X Y: a\r\n", 400),
	CASE(GET HOST "X(: a\r\n", 400),
	CASE(GET HOST "\xc3\xa9: a\r\n", 400),
	CASE(GET HOST "!#$%&'*+-.^_`|~: a\r\n" END, 200),
	CASE(GET HOST "X::a\r\n" END, 200),
	CASE(GET HOST "Expect: 100-continue\r\n" END, 200),
	CASE(GET HOST "Expect: 200-maybe\r\n", 417),
	CASE(GET HOST "expect: 100-continue, x\r\n", 417),
	CASE(GET HOST "Expect:\r\n", 417),
	CASE(GET END, 400),
	CASE(GET "X-Host: a\r\n" END, 400),
	CASE(GET HOST HOST, 400),
	CASE(GET HOST "hOST: b\r\n", 400),
	CASE("GET / HTTP/1.0\r\n" HOST HOST, 400),
	CASE(GET "Host:\r\n", 400),
	CASE(GET "Host: a b\r\n", 400),
	CASE(GET "Host: a/b\r\n", 400),
	CASE(GET "Host: u@a\r\n", 400),
	CASE(GET "Host: a:b\r\n", 400),
	CASE(GET "Host: a:\r\n", 400),
	CASE(GET "Host: :80\r\n", 400),
	CASE(GET "Host: a:80:80\r\n", 400),
	CASE(GET "Host: a:123456\r\n", 400),
	CASE(GET "Host: \xc3\xa9\r\n", 400),
	CASE(GET "Host: a%2\r\n", 400),
	CASE(GET "Host: a%2g\r\n", 400),
	CASE(GET "Host: [::1\r\n", 400),
	CASE(GET "Host: []\r\n", 400),
	CASE(GET "Host: [::g]\r\n", 400),
	CASE(GET "Host: [::1]80\r\n", 400),
	CASE(GET "Host: [::1]:\r\n", 400),
	CASE(GET "Host: [::1]\r\n" END, 200),
	CASE(GET "Host: [::ffff:127.0.0.1]:8080\r\n" END, 200),
	CASE(GET "Host: a%2d.example_1:65535\r\n" END, 200),
	CASE(GET "Host:\t127.0.0.1 \t\r\n" END, 200),
};

static const struct head_case framing_cases[] = {
	CASE(POST "Content-Length: 0\r\n" END, 200),
	CASE(POST "content-length:5\r\n" END "hello", 200),
	CASE(POST "Content-Length: 999999999999999999\r\n" END, 200),
	CASE(POST "Content-Length: 1000000000000000000\r\n", 400),
	CASE(POST "Content-Length:\r\n", 400),
	CASE(POST "Content-Length: +5\r\n", 400),
	CASE(POST "Content-Length: -1\r\n", 400),
	CASE(POST "Content-Length: 0x5\r\n", 400),
	CASE(POST "Content-Length: 1Z\r\n", 400),
	CASE(POST "Content-Length: 5 5\r\n", 400),
	CASE(POST "Content-Length: 5, 5\r\n", 400),
	CASE(POST "Content-Length: 5\r\nContent-Length: 5\r\n", 400),
	CASE(POST "Content-Length: 1\r\nCONTENT-LENGTH: 0\r\n", 400),
	CASE(POST "Content-Length : 5\r\n", 400),
	CASE(POST "Transfer-Encoding: chunked\r\n" END "0\r\n\r\n", 200),
	CASE(POST "transfer-encoding:\tCHUNKED \r\n" END, 200),
	CASE(POST "Transfer-Encoding: xchunked\r\n", 501),
	CASE(POST "Transfer-Encoding: identity\r\n", 501),
	CASE(POST "Transfer-Encoding: gzip, chunked\r\n", 501),
	CASE(POST "Transfer-Encoding: chunked, gzip\r\n", 501),
	CASE(POST "Transfer-Encoding: chunked, chunked\r\n", 400),
	CASE(POST "Transfer-Encoding: chunked,\r\n", 400),
	CASE(POST "Transfer-Encoding: ,chunked\r\n", 400),
	CASE(POST "Transfer-Encoding: \"chunked\"\r\n", 400),
	CASE(POST "Transfer-Encoding: chunked;q=1\r\n", 400),
	CASE(POST "Transfer-Encoding:\r\n", 400),
	CASE(POST "Transfer-Encoding: \x0b"
		  "chunked\r\n",
		400),
	CASE(POST "Transfer-Encoding: chunked\r\n"
		  "Transfer-Encoding: chunked\r\n",
		400),
	CASE(POST "Transfer-Encoding : chunked\r\n", 400),
	CASE(POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", 400),
	CASE(POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400),
	CASE("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n", 400),
	CASE("POST / HTTP/1.0\r\nTransfer-Encoding: gzip\r\n", 400),
};

/* Runs on an exact copy, so that a sanitizer sees a read past the end. */
static int
status_of(const char *text, size_t len, const struct head_limits *limits,
	size_t *head_len)
{
	char *copy = malloc(len ? len : 1);
	const char *why = NULL;
	int status = 0;
	enum head_state state;

	ck_assert_ptr_nonnull(copy);
	if (len)
		memcpy(copy, text, len);
	*head_len = 0;
	state = head_check(
		(struct span){ copy, len }, limits, head_len, &status, &why);
	free(copy);
	if (state == HEAD_BAD) {
		ck_assert_ptr_nonnull(why);
		ck_assert_int_ge(status, 400);
		ck_assert_uint_eq(*head_len, 0);
		return status;
	}
	ck_assert_ptr_null(why);
	ck_assert_int_eq(status, 0);
	return state == HEAD_OK ? 200 : 100;
}

static void
run_cases(const struct head_case *cases, size_t n)
{
	size_t len;

	for (size_t i = 0; i < n; i++) {
		int got = status_of(cases[i].text, cases[i].len,
			&head_limits_default, &len);

		ck_assert_msg(got == cases[i].status, "%zu: %d not %d: %s", i,
			got, cases[i].status, cases[i].text);
		/* What is wrong stays wrong, whatever the stranger adds. */
		for (size_t k = 0; k < cases[i].len; k++) {
			int part = status_of(
				cases[i].text, k, &head_limits_default, &len);

			ck_assert_msg(part == 100 || part == got,
				"%zu: %d after %zu bytes, then %d", i, part, k,
				got);
		}
	}
}

START_TEST(judges_request_lines)
{
	run_cases(line_cases, sizeof(line_cases) / sizeof(line_cases[0]));
}
END_TEST

START_TEST(judges_fields)
{
	run_cases(field_cases, sizeof(field_cases) / sizeof(field_cases[0]));
}
END_TEST

START_TEST(judges_framing)
{
	run_cases(framing_cases,
		sizeof(framing_cases) / sizeof(framing_cases[0]));
}
END_TEST

START_TEST(waits_for_every_prefix)
{
	static const char head[] = GOOD_HEAD;
	size_t size = sizeof(head) - 1;
	size_t len;

	for (size_t k = 0; k < size; k++)
		ck_assert_int_eq(
			status_of(head, k, &head_limits_default, &len), 100);
	ck_assert_int_eq(
		status_of(head, size, &head_limits_default, &len), 200);
	ck_assert_uint_eq(len, size);
}
END_TEST

START_TEST(stops_at_the_end_of_the_head)
{
	static const char two[] = GET HOST END "\0\n\r\x01 anything";
	size_t len;

	ck_assert_int_eq(
		status_of(two, sizeof(two) - 1, &head_limits_default, &len),
		200);
	ck_assert_uint_eq(len, sizeof(GET HOST END) - 1);
}
END_TEST

START_TEST(sets_nothing_before_the_end)
{
	const char *why = "kept";
	size_t len = 7;
	int status = 7;

	ck_assert_int_eq(head_check(span_of("GET / H"), &head_limits_default,
				 &len, &status, &why),
		HEAD_MORE);
	ck_assert_int_eq(head_check(span_of(NULL), &head_limits_default, &len,
				 &status, &why),
		HEAD_MORE);
	ck_assert_uint_eq(len, 7);
	ck_assert_int_eq(status, 7);
	ck_assert_str_eq(why, "kept");
}
END_TEST

START_TEST(keeps_to_the_limits)
{
	static const char head[] = "GET /345 HTTP/1.1\r\n" HOST "B: b\r\n" END;
	static const char more[] = "GET /3456";
	size_t size = sizeof(head) - 1;
	struct head_limits l = { .target = 4, .bytes = size, .lines = 2 };
	size_t len;

	ck_assert_int_eq(status_of(head, size, &l, &len), 200);
	ck_assert_int_eq(status_of(head, size - 1, &l, &len), 100);
	ck_assert_int_eq(status_of(more, sizeof(more) - 1, &l, &len), 414);
	l.lines = 1;
	ck_assert_int_eq(status_of(head, size, &l, &len), 431);
	l.lines = 2;
	l.bytes = size - 1;
	ck_assert_int_eq(status_of(head, size, &l, &len), 431);
	ck_assert_int_eq(status_of(head, size - 1, &l, &len), 431);
	ck_assert_int_eq(status_of(head, size - 2, &l, &len), 100);
}
END_TEST

START_TEST(keeps_to_the_default_limits)
{
	static char big[65536];
	size_t len;
	int n;

	memset(big, 'a', sizeof(big));
	memcpy(big, "GET /", 5);
	ck_assert_int_eq(
		status_of(big, 4 + 8192, &head_limits_default, &len), 100);
	ck_assert_int_eq(
		status_of(big, 20000, &head_limits_default, &len), 414);
	n = sprintf(big, "%s%sX: ", GET, HOST);
	big[n] = 'a';
	ck_assert_int_eq(
		status_of(big, sizeof(big), &head_limits_default, &len), 431);
	n = sprintf(big, "%s%s", GET, HOST);
	for (int i = 0; i < 99; i++)
		n += sprintf(big + n, "X: %d\r\n", i);
	ck_assert_int_eq(
		status_of(big, (size_t)n, &head_limits_default, &len), 100);
	n += sprintf(big + n, "X: y\r\n");
	ck_assert_int_eq(
		status_of(big, (size_t)n, &head_limits_default, &len), 431);
}
END_TEST

/* One byte changed anywhere: any answer, but no crash and a right length. */
START_TEST(survives_any_byte_anywhere)
{
	char head[] = GOOD_HEAD;
	size_t size = sizeof(head) - 1;
	size_t len;

	for (size_t i = 0; i < size; i++) {
		char kept = head[i];

		for (int c = 0; c < 256; c++) {
			head[i] = (char)c;
			if (status_of(head, size, &head_limits_default, &len) ==
				200)
				ck_assert_uint_le(len, size);
		}
		head[i] = kept;
	}
}
END_TEST

/* The file keeps bytes as the code points below 256 of a JSON string. */
static char *
bytes_of(const json_t *text, size_t *len)
{
	const unsigned char *in =
		(const unsigned char *)json_string_value(text);
	size_t size = json_string_length(text);
	char *out = malloc(size + 1);
	size_t n = 0;

	ck_assert_ptr_nonnull(out);
	for (size_t i = 0; i < size; i++) {
		int c = in[i];

		if (c >= 0xc2 && i + 1 < size)
			c = ((c & 3) << 6) | (in[++i] & 0x3f);
		out[n++] = (char)c;
	}
	*len = n;
	return out;
}

static bool
is_accepted(const json_t *ranges, int status)
{
	size_t i;
	json_t *range;

	json_array_foreach(ranges, i,
		range) if (status >= json_integer_value(json_array_get(range,
					     0)) &&
			   status <= json_integer_value(json_array_get(
					     range, 1))) return true;
	return false;
}

static bool
run_shared_case(const json_t *item)
{
	const char *name = json_string_value(json_object_get(item, "name"));
	struct span label = span_of(name);
	size_t len;
	size_t head_len;
	char *text = bytes_of(json_object_get(item, "request_latin1"), &len);
	bool whole = json_integer_value(json_object_get(item, "len")) ==
		     (json_int_t)len;
	/* Wrong in the body only: the head must pass. */
	bool body = span_starts(label, "chunk ") ||
		    span_starts(label, "body over limit");
	int got;

	/* The longest are cut in the file; our own tables have them. */
	if (whole) {
		got = status_of(text, len, &head_limits_default, &head_len);
		ck_assert_msg(
			body ? got == 200
			     : is_accepted(
				       json_object_get(item, "accept"), got),
			"%s: %d", name, got);
	}
	free(text);
	return whole;
}

START_TEST(agrees_with_the_shared_cases)
{
	const char *shared = getenv("UNIFYD_SHARED");
	char path[4096];
	json_error_t error;
	json_t *all;
	json_t *item;
	size_t i;
	size_t run = 0;

	snprintf(path, sizeof(path), "%s/facts/http-framing-cases.json",
		shared ? shared : "../shared");
	all = json_load_file(path, JSON_ALLOW_NUL, &error);
	if (!all) {
		printf("head_test: shared cases left out: %s\n", error.text);
		return;
	}
	json_array_foreach(all, i, item) run += run_shared_case(item);
	ck_assert_uint_gt(run, 0);
	json_decref(all);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("io/head");
	TCase *t = tcase_create("gate");

	tcase_add_test(t, judges_request_lines);
	tcase_add_test(t, judges_fields);
	tcase_add_test(t, judges_framing);
	tcase_add_test(t, waits_for_every_prefix);
	tcase_add_test(t, stops_at_the_end_of_the_head);
	tcase_add_test(t, sets_nothing_before_the_end);
	tcase_add_test(t, keeps_to_the_limits);
	tcase_add_test(t, keeps_to_the_default_limits);
	tcase_add_test(t, survives_any_byte_anywhere);
	tcase_add_test(t, agrees_with_the_shared_cases);
	suite_add_tcase(s, t);
	return s;
}
