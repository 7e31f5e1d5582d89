/* SPDX-License-Identifier: Apache-2.0 */
/* Heads and bodies as bytes, whole and one at a time; no socket. */
#include "io/message.h"

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

Suite *suite(void);

#define MAX_BODY 10000
#define POST "POST /p HTTP/1.1\r\nHost: a\r\n"
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

static struct message m;

static void
teardown(void)
{
	message_discard(&m);
}

static bool
head(const char *text)
{
	message_discard(&m);
	return message_head(&m, span_of(text)) &&
	       message_expect(&m, MAX_BODY, false);
}

/* In steps of so many bytes; *used counts what was taken. */
static bool
body(const char *bytes, size_t len, size_t step, size_t *used)
{
	*used = 0;
	while (!m.whole && *used < len) {
		size_t n = len - *used < step ? len - *used : step;

		if (!message_body(&m, (struct span){ bytes + *used, n }, &n))
			return false;
		*used += n;
	}
	return true;
}

START_TEST(targets)
{
	static const char *const cases[][4] = {
		{ "GET http://b/x?y=?z HTTP/1.1", "GET", "/x", "y=?z" },
		{ "GET http://b?y HTTP/1.1", "GET", "/", "y" },
		{ "GET https://b HTTP/1.1", "GET", "/", "" },
		{ "GET /? HTTP/1.1", "GET", "/", "" },
		{ "GET /http://b HTTP/1.1", "GET", "/http://b", "" },
		{ "OPTIONS * HTTP/1.1", "OPTIONS", "*", "" },
		{ "\r\nDELETE /d HTTP/1.1", "DELETE", "/d", "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[128] = "";

		strcat(strcat(text, cases[i][0]),
			"\r\nHost: a\r\nX-A:  b c \r\nX-Empty:\r\n\r\n");
		ck_assert(head(text));
		ck_assert(m.whole);
		ck_assert_str_eq(m.request->method, cases[i][1]);
		ck_assert(span_is(m.request->path, cases[i][2]));
		ck_assert(span_is(m.request->query, cases[i][3]));
		ck_assert_uint_eq(m.request->header_count, 3);
		ck_assert(span_is(request_header(m.request, "x-a"), "b c"));
		ck_assert(span_is(m.request->headers[2].name, "X-Empty"));
		ck_assert_uint_eq(m.request->headers[2].value.len, 0);
	}
}
END_TEST

START_TEST(good_chunks)
{
	static const char text[] = "3\r\nhel\r\n02;x=\"q\"\r\nlo\r\n"
				   "0\r\nX-Trailer: 1\r\n\r\n";
	size_t used;

	for (size_t step = 1; step <= sizeof(text); step++) {
		ck_assert(head(CHUNKED));
		/* With a byte of the next request behind it. */
		ck_assert(body(text, sizeof(text), step, &used));
		ck_assert_uint_eq(used, sizeof(text) - 1);
		ck_assert(message_decode(&m));
		ck_assert(span_is(m.request->body, "hello"));
		ck_assert(span_is(m.request->raw_body, "hello"));
		ck_assert_uint_eq(m.request->header_count, 2);
	}
}
END_TEST

START_TEST(bad_chunks)
{
	static const char *const cases[] = {
		"x\r\n",
		"-1\r\n",
		"0x1\r\n",
		"ffffffffffffffffff\r\n",
		"1\r\nab\r\n",
		"1\r\naXY0\r\n\r\n",
		"2\r\naa\n\r0\r\n\r\n",
		"1\nab",
		"1 \r\n",
		"1\ra\r\n",
		"1\r\na\n0\r\n\r\n",
		"1\r\na\rX0\r\n\r\n",
		"1\r\na\r\n0\r\n\n",
		"0\r\n\rX",
		"0\n\r\n",
		"1\r\na\r\n0\r\nX: y\n\r\n",
		"1\r\na\r\n0\r\nX: y\rZ: 1\r\n\r\n",
		"1;a\nb\r\na\r\n",
		"1;a=\"\n\"\r\na\r\n",
	};
	size_t used;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len = strlen(cases[i]);

		for (size_t step = 1; step <= len; step++) {
			ck_assert(head(CHUNKED));
			ck_assert_msg(!body(cases[i], len, step, &used),
				"taken: %s", cases[i]);
			ck_assert_int_eq(m.status, 400);
		}
	}
}
END_TEST

/* Junk between small chunks ends; small chunks as such are no junk. */
START_TEST(endless_framing)
{
	size_t used, n = 0;

	ck_assert(head(CHUNKED));
	ck_assert(body("1;", 2, 2, &used));
	while (body("x", 1, 1, &used))
		ck_assert_uint_lt(n++, 70000);
	ck_assert_int_eq(m.status, 400);
	ck_assert(head(CHUNKED));
	for (n = 0; n < MAX_BODY; n++)
		ck_assert(body("1\r\nx\r\n", 6, 6, &used));
	ck_assert(body("0\r\n\r\n", 5, 5, &used));
	ck_assert(m.whole);
	ck_assert_uint_eq(m.len, MAX_BODY);
	ck_assert(head(CHUNKED));
	for (n = 0; n < MAX_BODY; n++)
		ck_assert(body("1\r\nx\r\n", 6, 6, &used));
	ck_assert(!body("1\r\nx\r\n", 6, 6, &used));
	ck_assert_int_eq(m.status, 413);
}
END_TEST

static size_t
gzip(const char *text, size_t len, char *out, size_t room)
{
	z_stream z = { 0 };

	ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 31, 9, 0), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)text;
	z.avail_in = (uInt)len;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)room;
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return room - z.avail_out;
}

/* The status for a body of that many bytes; 200 where it decodes. */
static int
decode(enum coding coding, const char *packed, size_t len)
{
	char text[8] = { 0 };
	size_t used;

	ck_assert(head(CHUNKED));
	m.coding = coding;
	for (size_t i = 0; i < len; i++) {
		memcpy(text, "1\r\nx\r\n", 6);
		text[3] = packed[i];
		ck_assert(body(text, 6, 6, &used));
	}
	ck_assert(body("0\r\n\r\n", 5, 5, &used));
	return message_decode(&m) ? 200 : m.status;
}

START_TEST(gzip_bodies)
{
	static char zeros[1000000];
	char packed[4096];
	size_t len = gzip("hello", 5, packed, sizeof(packed));
	size_t two = len + gzip(" you", 4, packed + len, sizeof(packed) - len);

	ck_assert_int_eq(decode(CODING_GZIP, packed, len), 200);
	ck_assert(span_is(m.request->body, "hello"));
	ck_assert_uint_eq(m.request->raw_body.len, len);
	ck_assert_int_eq(decode(CODING_GZIP, packed, two), 200);
	ck_assert(span_is(m.request->body, "hello you"));
	for (size_t i = 1; i < two; i++)
		if (i != len)
			ck_assert_int_eq(decode(CODING_GZIP, packed, i), 400);
	packed[len] = 'x';
	ck_assert_int_eq(decode(CODING_GZIP, packed, two), 400);
	packed[len - 6] ^= 1; /* the checksum */
	ck_assert_int_eq(decode(CODING_GZIP, packed, len), 400);
	ck_assert_int_eq(decode(CODING_GZIP, packed, 0), 200);
	ck_assert_uint_eq(m.request->body.len, 0);
	len = gzip(zeros, MAX_BODY, packed, sizeof(packed));
	ck_assert_int_eq(decode(CODING_GZIP, packed, len), 200);
	ck_assert_uint_eq(m.request->body.len, MAX_BODY);
	len = gzip(zeros, MAX_BODY + 1, packed, sizeof(packed));
	ck_assert_int_eq(decode(CODING_GZIP, packed, len), 413);
	len = gzip(zeros, sizeof(zeros), packed, sizeof(packed));
	ck_assert_int_eq(decode(CODING_GZIP, packed, len), 413);
}
END_TEST

static size_t
zstd(const char *text, size_t len, char *out, size_t room)
{
	size_t made = ZSTD_compress(out, room, text, len, 9);

	ck_assert(!ZSTD_isError(made));
	return made;
}

START_TEST(zstd_bodies)
{
	static char zeros[1000000];
	char packed[4096];
	size_t len = zstd("hello", 5, packed, sizeof(packed));
	size_t two = len + zstd(" you", 4, packed + len, sizeof(packed) - len);

	ck_assert_int_eq(decode(CODING_ZSTD, packed, len), 200);
	ck_assert(span_is(m.request->body, "hello"));
	ck_assert_uint_eq(m.request->raw_body.len, len);
	ck_assert_int_eq(decode(CODING_ZSTD, packed, two), 200);
	ck_assert(span_is(m.request->body, "hello you"));
	for (size_t i = 1; i < two; i++)
		if (i != len)
			ck_assert_int_eq(decode(CODING_ZSTD, packed, i), 400);
	packed[len] = 'x';
	ck_assert_int_eq(decode(CODING_ZSTD, packed, two), 400);
	ck_assert_int_eq(decode(CODING_GZIP, packed, len), 400);
	len = zstd(zeros, MAX_BODY, packed, sizeof(packed));
	ck_assert_int_eq(decode(CODING_ZSTD, packed, len), 200);
	ck_assert_uint_eq(m.request->body.len, MAX_BODY);
	len = zstd(zeros, MAX_BODY + 1, packed, sizeof(packed));
	ck_assert_int_eq(decode(CODING_ZSTD, packed, len), 413);
	len = zstd(zeros, sizeof(zeros), packed, sizeof(packed));
	ck_assert_int_eq(decode(CODING_ZSTD, packed, len), 413);
}
END_TEST

/* RFC 8878, section 3.1.1.1.2: 10 and the upper five bits are the window's
 * logarithm. */
START_TEST(zstd_windows)
{
	char frame[] = "\x28\xb5\x2f\xfd\0\x68\x09\0\0x";

	ck_assert_int_eq(decode(CODING_ZSTD, frame, 10), 200);
	ck_assert(span_is(m.request->body, "x"));
	frame[5]++;
	ck_assert_int_eq(decode(CODING_ZSTD, frame, 10), 400);
}
END_TEST

START_TEST(codings)
{
	static const struct {
		const char *lines;
		int status;
	} cases[] = {
		{ "Content-Encoding: gzip\r\n", 200 },
		{ "content-encoding: X-GZIP\r\n", 200 },
		{ "Content-Encoding: Zstd\r\n", 200 },
		{ "Content-Encoding: zstd, gzip\r\n", 415 },
		{ "Content-Encoding: zstd\r\nContent-Encoding: gzip\r\n", 415 },
		{ "Content-Encoding: identity\r\n", 200 },
		{ "Content-Encoding:\r\n", 200 },
		{ "Content-Encoding: br\r\n", 415 },
		{ "Content-Encoding: gzip, gzip\r\n", 415 },
		{ "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n", 415 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[256] = POST "Content-Length: 1\r\n";

		strcat(strcat(text, cases[i].lines), "\r\n");
		ck_assert_msg(head(text) == (cases[i].status == 200), "%s",
			cases[i].lines);
		if (cases[i].status != 200)
			ck_assert_int_eq(m.status, cases[i].status);
	}
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("message");
	TCase *t = tcase_create("message");

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, targets);
	tcase_add_test(t, good_chunks);
	tcase_add_test(t, bad_chunks);
	tcase_add_test(t, endless_framing);
	tcase_add_test(t, gzip_bodies);
	tcase_add_test(t, zstd_bodies);
	tcase_add_test(t, zstd_windows);
	tcase_add_test(t, codings);
	suite_add_tcase(s, t);
	return s;
}
