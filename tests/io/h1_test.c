/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/1 as RFC 9110 and RFC 9112 have it: a table of raw requests and of all
 * that must come back, to the byte. Each is sent at once, a byte at a time,
 * and behind another request of the same connection; then the client shuts its
 * side, so that what is not answered by then never is.
 */
#include "io/http.h"

#include <check.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "client.h"

Suite *suite(void);

#define MAX_BODY 64
#define SAID_MAX 4

/* One answer: its status, whether it is the last of the connection, and its
 * body, or what a problem document says. */
struct said {
	int status;
	bool last;
	const char *text;
	bool bare; /* after HEAD: the length, but no body */
	bool is_10;
};

struct exchange {
	const char *rule; /* document and section, and what it is about */
	const char *bytes;
	size_t len;
	struct said said[SAID_MAX];
};

#define X(rule, bytes, ...)                                                    \
	{                                                                      \
		rule, bytes, sizeof(bytes) - 1,                                \
		{                                                              \
			__VA_ARGS__                                            \
		}                                                              \
	}
/* clang-format off */
#define OK(body) { 200, false, body, false, false }
#define LAST(body) { 200, true, body, false, false }
#define BARE(body) { 200, false, body, true, false }
#define KEPT_10(body) { 200, false, body, false, true }
#define NO(status, why) { status, true, why, false, false }
#define BAD(why) NO(400, why)
#define BAD_CHUNK BAD("expected well-formed chunks with CRLF between")
/* By bytes, the body is waited for: then, and only then, this comes first. */
#define GO_ON { 100, false, NULL, false, false }
#define NOTHING { 0, false, NULL, false, false }

#define H "Host: a\r\n"
#define GET "GET /a HTTP/1.1\r\n" H
#define POST "POST /p HTTP/1.1\r\n" H
#define LENGTH(n) "Content-Length: " n "\r\n"
#define TE(coding) "Transfer-Encoding: " coding "\r\n"
#define CHUNKS POST TE("chunked") "\r\n"
#define END "\r\n"
#define NEXT "GET /next HTTP/1.1\r\n" H END
#define S16 "aaaaaaaaaaaaaaaa"
#define S64 S16 S16 S16 S16

static const struct exchange exchanges[] = {
	/* lines and bytes */
	X("9112 2.1 a head, and no body", GET END, OK("GET /a  ")),
	X("9112 2.1 fields are optional", "GET /a HTTP/1.0\r\n\r\n",
		LAST("GET /a  ")),
	X("9112 2.2 an empty line before", "\r\n" GET END, OK("GET /a  ")),
	X("9112 2.2 two of them", "\r\n\r\n" GET END,
		BAD("expected method, target and version")),
	X("9112 2.2 an empty line behind a body",
		POST LENGTH("1") END "x\r\n" NEXT, OK("POST /p  x"),
		OK("GET /next  ")),
	X("9112 2.2 LF alone ends the first line", "GET /a HTTP/1.1\n" H END,
		BAD("expected CR before LF")),
	X("9112 2.2 LF alone ends a field", GET "X: y\n" END,
		BAD("expected CR before LF")),
	X("9112 2.2 LF alone ends the head", GET "\n",
		BAD("expected CR before LF")),
	X("9112 2.2 LF before", "\n" GET END, BAD("expected CR before LF")),
	X("9112 2.2 CR alone in the first line", "GET /a\rb HTTP/1.1\r\n" H END,
		BAD("expected LF after CR")),
	X("9112 2.2 CR alone in a field", GET "X: y\rz\r\n" END,
		BAD("expected LF after CR")),
	X("9112 2.2 CR twice", GET "X: y\r\r\n" END,
		BAD("expected LF after CR")),
	X("9112 2.2 CR hides a field", GET "X: y\rContent-Length: 5\r\n" END,
		BAD("expected LF after CR")),
	X("9112 2.2 CR hides the end", GET "\r\rX" END,
		BAD("expected LF after CR")),
	X("9112 2.2 blanks before the first field",
		"GET /a HTTP/1.1\r\n " H END, BAD("expected no folded line")),
	X("9112 2.2 a blank before the first line", " " GET END,
		BAD("expected method, target and version")),
	X("9112 2.2 another protocol", "\x16\x03\x01\x02\x00\x01",
		BAD("expected no control bytes")),
	X("9112 2.2 another protocol in words", "EHLO a\r\n",
		BAD("expected method, target and version")),

	/* versions */
	X("9112 2.3 1.1", GET END, OK("GET /a  ")),
	X("9112 2.3 1.0", "GET /a HTTP/1.0\r\n" H END, LAST("GET /a  ")),
	X("9110 2.5 a minor version to come", "GET /a HTTP/1.2\r\n" H END,
		NO(505, "expected version 1.0 or 1.1 of http")),
	X("9110 2.5 a major version to come", "GET /a HTTP/2.0\r\n" H END,
		NO(505, "expected version 1.0 or 1.1 of http")),
	X("9113 3.4 the preface of 2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		NO(505, "expected version 1.0 or 1.1 of http")),
	X("9112 2.3 before 1.0", "GET /a HTTP/0.9\r\n\r\n",
		NO(505, "expected version 1.0 or 1.1 of http")),
	X("9112 2.3 none", "GET /a\r\n\r\n",
		BAD("expected method, target and version")),
	X("9112 2.3 the case counts", "GET /a http/1.1\r\n" H END,
		BAD("expected HTTP/1.0 or HTTP/1.1 after the target")),
	X("9112 2.3 one digit each", "GET /a HTTP/1.10\r\n" H END,
		BAD("expected HTTP/1.0 or HTTP/1.1 after the target")),
	X("9112 2.3 one digit each, before", "GET /a HTTP/01.1\r\n" H END,
		BAD("expected HTTP/1.0 or HTTP/1.1 after the target")),
	X("9112 2.3 no overflow", "GET /a HTTP/4294967297.1\r\n" H END,
		BAD("expected HTTP/1.0 or HTTP/1.1 after the target")),
	X("9112 2.3 a sign", "GET /a HTTP/+1.1\r\n" H END,
		BAD("expected HTTP/1.0 or HTTP/1.1 after the target")),
	X("9112 2.3 no minor", "GET /a HTTP/1\r\n" H END,
		BAD("expected HTTP/1.0 or HTTP/1.1 after the target")),
	X("9112 2.3 another name", "GET /a ICY/1.1\r\n" H END,
		BAD("expected HTTP/1.0 or HTTP/1.1 after the target")),

	/* the first line */
	X("9112 3 two blanks before the target", "GET  /a HTTP/1.1\r\n" H END,
		BAD("expected method, target and version")),
	X("9112 3 two blanks behind it", "GET /a  HTTP/1.1\r\n" H END,
		BAD("expected two spaces in the first line")),
	X("9112 3 a tab for a blank", "GET\t/a HTTP/1.1\r\n" H END,
		BAD("expected a token as the method")),
	X("9112 3 a blank at the end", "GET /a HTTP/1.1 \r\n" H END,
		BAD("expected two spaces in the first line")),
	X("9112 3 a blank in the target", "GET /a b HTTP/1.1\r\n" H END,
		BAD("expected two spaces in the first line")),
	X("9110 9.1 a method nobody knows", "BREW /a HTTP/1.1\r\n" H END,
		NO(501, "expected get, head, post, put, patch, delete or "
			"options")),
	X("9110 9.1 methods have a case", "get /a HTTP/1.1\r\n" H END,
		NO(501, "expected get, head, post, put, patch, delete or "
			"options")),
	X("9110 9.1 one that begins like another", "GETX /a HTTP/1.1\r\n" H END,
		NO(501, "expected get, head, post, put, patch, delete or "
			"options")),
	X("9112 3 a method without end", S64 S64,
		NO(501, "expected a shorter method")),
	X("9110 5.6.2 a method is a token", "G(T /a HTTP/1.1\r\n" H END,
		BAD("expected a token as the method")),
	X("9110 5.6.2 no byte above 127", "G\xc3\x89T /a HTTP/1.1\r\n" H END,
		BAD("expected a token as the method")),
	X("9110 9.3.4 PUT", "PUT /a HTTP/1.1\r\n" H LENGTH("1") END "x",
		OK("PUT /a  x")),
	X("9110 9.3.5 DELETE", "DELETE /a HTTP/1.1\r\n" H END,
		OK("DELETE /a  ")),
	X("5789 2 PATCH", "PATCH /a HTTP/1.1\r\n" H LENGTH("1") END "x",
		OK("PATCH /a  x")),
	X("9110 9.3.6 CONNECT is for proxies", "CONNECT a:80 HTTP/1.1\r\n" H END,
		NO(501, "expected get, head, post, put, patch, delete or "
			"options")),
	X("9110 9.3.8 TRACE would echo credentials",
		"TRACE /a HTTP/1.1\r\n" H END,
		NO(501, "expected get, head, post, put, patch, delete or "
			"options")),

	/* targets */
	X("9112 3.2.1 with a query", "GET /a?b=c&d=?e HTTP/1.1\r\n" H END,
		OK("GET /a b=c&d=?e ")),
	X("9112 3.2.1 an empty query", "GET /a? HTTP/1.1\r\n" H END,
		OK("GET /a  ")),
	X("9112 3.2.1 two slashes are no authority",
		"GET //b/a HTTP/1.1\r\n" H END, OK("GET //b/a  ")),
	X("9112 3.2.1 percent signs stay", "GET /%41%2f HTTP/1.1\r\n" H END,
		OK("GET /%41%2f  ")),
	X("9112 3.2.1 no slash", "GET a HTTP/1.1\r\n" H END,
		BAD("expected a path or an http uri as the target")),
	X("9112 3.2.1 an empty target", "GET  HTTP/1.1\r\n" H END,
		BAD("expected method, target and version")),
	X("9112 3.2 a byte above 127", "GET /\xc3\xa9 HTTP/1.1\r\n" H END,
		BAD("expected visible ascii in the target")),
	X("9112 3.2 a control byte", "GET /\x01 HTTP/1.1\r\n" H END,
		BAD("expected no control bytes")),
	X("9112 3.2 NUL", "GET /\0 HTTP/1.1\r\n" H END,
		BAD("expected no control bytes")),
	X("9112 3.2 DEL", "GET /\x7f HTTP/1.1\r\n" H END,
		BAD("expected no control bytes")),
	X("9112 3.2.2 absolute", "GET http://b/x?y HTTP/1.1\r\n" H END,
		OK("GET /x y ")),
	X("9112 3.2.2 absolute, secure", "GET https://b/x HTTP/1.1\r\n" H END,
		OK("GET /x  ")),
	X("9112 3.2.2 absolute, no path", "GET http://b HTTP/1.1\r\n" H END,
		OK("GET /  ")),
	X("9112 3.2.2 absolute, query alone",
		"GET http://b?y HTTP/1.1\r\n" H END, OK("GET / y ")),
	X("9112 3.2.2 another scheme", "GET ftp://b/x HTTP/1.1\r\n" H END,
		BAD("expected a path or an http uri as the target")),
	X("9112 3.2.2 Host is still asked for", "GET http://b/ HTTP/1.1\r\n\r\n",
		BAD("expected a host field")),
	X("9112 3.2.3 an authority", "GET a:80 HTTP/1.1\r\n" H END,
		BAD("expected a path or an http uri as the target")),
	X("9112 3.2.4 the server as a whole", "OPTIONS * HTTP/1.1\r\n" H END,
		OK("OPTIONS *  ")),
	X("9112 3.2.4 for OPTIONS alone", "GET * HTTP/1.1\r\n" H END,
		BAD("expected a path or an http uri as the target")),
	X("9110 9.3.7 OPTIONS of a path", "OPTIONS /a HTTP/1.1\r\n" H END,
		OK("OPTIONS /a  ")),

	/* Host */
	X("9112 3.2 none", "GET /a HTTP/1.1\r\n\r\n",
		BAD("expected a host field")),
	X("9112 3.2 none in 1.0", "GET /a HTTP/1.0\r\n\r\n", LAST("GET /a  ")),
	X("9112 3.2 two", GET H END, BAD("expected one host field")),
	X("9112 3.2 two in 1.0", "GET /a HTTP/1.0\r\n" H H END,
		BAD("expected one host field")),
	X("9112 3.2 empty", "GET /a HTTP/1.1\r\nHost:\r\n\r\n",
		BAD("expected a valid host")),
	X("9112 3.2 two words", "GET /a HTTP/1.1\r\nHost: a b\r\n\r\n",
		BAD("expected a valid host")),
	X("9112 3.2 a path", "GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n",
		BAD("expected a valid host")),
	X("9110 4.2.4 a user", "GET /a HTTP/1.1\r\nHost: u@a\r\n\r\n",
		BAD("expected a valid host")),
	X("9110 7.2 a port", "GET /a HTTP/1.1\r\nHost: a:80\r\n\r\n",
		OK("GET /a  ")),
	X("9110 7.2 a port in words", "GET /a HTTP/1.1\r\nHost: a:b\r\n\r\n",
		BAD("expected a valid host")),
	X("9110 7.2 an address of IPv6",
		"GET /a HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", OK("GET /a  ")),
	X("9110 7.2 one that does not end",
		"GET /a HTTP/1.1\r\nHost: [::1\r\n\r\n",
		BAD("expected a valid host")),

	/* fields */
	X("9112 5 no blank is needed", "GET /a HTTP/1.1\r\nHost:a\r\n\r\n",
		OK("GET /a  ")),
	X("9112 5 blanks and tabs around", "GET /a HTTP/1.1\r\n"
		"Host: \t a \t \r\n\r\n", OK("GET /a  ")),
	X("9112 5 an empty value", GET "X:\r\n" END, OK("GET /a  ")),
	X("9112 5 a colon in a value", GET "X: a:b\r\n" END, OK("GET /a  ")),
	X("9112 5 names have no case", "GET /a HTTP/1.1\r\nhOsT: a\r\n\r\n",
		OK("GET /a  ")),
	X("9112 5.1 a blank before the colon", GET "X : y\r\n" END,
		BAD("expected a token and a colon in a header field")),
	X("9112 5.1 a tab before the colon", GET "X\t: y\r\n" END,
		BAD("expected a token and a colon in a header field")),
	X("9112 5.1 one that would hide the length",
		POST "Content-Length : 5\r\n" END "hello",
		BAD("expected a token and a colon in a header field")),
	X("9112 5.1 one that would hide the coding",
		POST "Transfer-Encoding : chunked\r\n" END "0\r\n\r\n" NEXT,
		BAD("expected a token and a colon in a header field")),
	X("9112 5.2 a fold", GET "X: y\r\n z\r\n" END,
		BAD("expected no folded line")),
	X("9112 5.2 a fold by a tab", GET "X: y\r\n\tz\r\n" END,
		BAD("expected no folded line")),
	X("9112 5.2 a fold that hides a length",
		POST "X: y\r\n Content-Length: 5\r\n" END "hello",
		BAD("expected no folded line")),
	X("9110 5.1 no name", GET ": y\r\n" END,
		BAD("expected a token and a colon in a header field")),
	X("9110 5.1 no colon", GET "X\r\n" END,
		BAD("expected a token and a colon in a header field")),
	X("9110 5.1 a name is a token", GET "X(y): z\r\n" END,
		BAD("expected a token and a colon in a header field")),
	X("9110 5.1 a name of two words", GET "X y: z\r\n" END,
		BAD("expected a token and a colon in a header field")),
	X("9110 5.1 a name in UTF-8", GET "\xc3\xa9: z\r\n" END,
		BAD("expected a token and a colon in a header field")),
	X("9110 5.6.2 all that a token may have",
		GET "!#$%&'*+-.^_`|~09azAZ: z\r\n" END, OK("GET /a  ")),
	X("9110 5.5 NUL in a value", GET "X: y\0z\r\n" END,
		BAD("expected no control bytes")),
	X("9110 5.5 a control byte", GET "X: \x08\r\n" END,
		BAD("expected no control bytes")),
	X("9110 5.5 DEL", GET "X: \x7f\r\n" END,
		BAD("expected no control bytes")),
	X("9110 5.5 a tab within", GET "X: y\tz\r\n" END, OK("GET /a  ")),
	X("9110 5.5 bytes above 127", GET "X: \xc3\xa9\xff\r\n" END,
		OK("GET /a  ")),
	X("9110 5.3 the same twice", GET "X: y\r\nX: z\r\n" END,
		OK("GET /a  ")),

	/* Transfer-Encoding */
	X("9112 6.1 chunked", CHUNKS "1\r\nx\r\n0\r\n\r\n", OK("POST /p  x")),
	X("9112 6.1 codings have no case",
		POST TE("CHUNKED") END "1\r\nx\r\n0\r\n\r\n",
		OK("POST /p  x")),
	X("9112 6.1 a coding nobody knows",
		POST TE("xchunked") END "0\r\n\r\n" NEXT,
		NO(501, "expected chunked as the transfer-encoding")),
	X("9112 6.1 identity is no more", POST TE("identity") END,
		NO(501, "expected chunked as the transfer-encoding")),
	X("9112 6.1 gzip within", POST TE("gzip, chunked") END "0\r\n\r\n",
		NO(501, "expected chunked as the transfer-encoding")),
	X("9112 6.3 chunked is not the last",
		POST TE("chunked, gzip") END "0\r\n\r\n",
		NO(501, "expected chunked as the transfer-encoding")),
	X("9112 7.1 chunked twice",
		POST TE("chunked, chunked") END "0\r\n\r\n",
		BAD("expected chunked, once, as transfer-encoding")),
	X("9112 7.1 chunked in two fields",
		POST TE("chunked") TE("chunked") END "0\r\n\r\n",
		BAD("expected one transfer-encoding field")),
	X("9110 5.6.1 an empty part of the list",
		POST TE("chunked,") END "0\r\n\r\n",
		BAD("expected chunked, once, as transfer-encoding")),
	X("9112 7 chunked has no parameters",
		POST TE("chunked;a=b") END "0\r\n\r\n",
		BAD("expected chunked, once, as transfer-encoding")),
	X("9112 6.1 an empty field", POST TE("") END "0\r\n\r\n",
		BAD("expected chunked, once, as transfer-encoding")),
	X("9112 6.1 a vertical tab before it",
		POST TE("\vchunked") END "0\r\n\r\n",
		BAD("expected no control bytes")),
	X("9112 6.1 not before 1.1",
		"POST /p HTTP/1.0\r\n" H TE("chunked") END "0\r\n\r\n",
		BAD("expected no transfer-encoding before http 1.1")),
	X("9112 6.1 with a length",
		POST LENGTH("5") TE("chunked") END "0\r\n\r\n" NEXT,
		BAD("expected content-length or transfer-encoding")),
	X("9112 6.1 before a length",
		POST TE("chunked") LENGTH("5") END "0\r\n\r\n" NEXT,
		BAD("expected content-length or transfer-encoding")),

	/* Content-Length */
	X("9112 6.2 a body", POST LENGTH("5") END "hello",
		OK("POST /p  hello")),
	X("9112 6.2 none", POST LENGTH("0") END NEXT, OK("POST /p  "),
		OK("GET /next  ")),
	X("9112 6.3 neither: no body", POST END NEXT, OK("POST /p  "),
		OK("GET /next  ")),
	X("9110 8.6 zeros before", POST LENGTH("005") END "hello",
		OK("POST /p  hello")),
	X("9110 8.6 a plus", POST LENGTH("+5") END "hello",
		BAD("expected 1 to 18 digits as the content-length")),
	X("9110 8.6 a minus", POST LENGTH("-5") END "hello",
		BAD("expected 1 to 18 digits as the content-length")),
	X("9110 8.6 not hexadecimal", POST LENGTH("0x5") END "hello",
		BAD("expected 1 to 18 digits as the content-length")),
	X("9110 8.6 a letter behind", POST LENGTH("5a") END "hello",
		BAD("expected 1 to 18 digits as the content-length")),
	X("9110 8.6 a blank within", POST LENGTH("5 0") END "hello",
		BAD("expected 1 to 18 digits as the content-length")),
	X("9110 8.6 a fraction", POST LENGTH("5.0") END "hello",
		BAD("expected 1 to 18 digits as the content-length")),
	X("9110 8.6 no digit", POST LENGTH("") END,
		BAD("expected 1 to 18 digits as the content-length")),
	X("9110 8.6 what overflows", POST LENGTH("18446744073709551621") END,
		BAD("expected 1 to 18 digits as the content-length")),
	X("9112 6.3 a list of one value", POST LENGTH("5, 5") END "hello",
		BAD("expected 1 to 18 digits as the content-length")),
	X("9112 6.3 the same twice", POST LENGTH("5") LENGTH("5") END "hello",
		BAD("expected one content-length field")),
	X("9112 6.3 two that differ", POST LENGTH("1") LENGTH("0") END "x",
		BAD("expected one content-length field")),
	X("9112 6.3 two, by another case",
		POST LENGTH("1") "content-length: 0\r\n" END "x",
		BAD("expected one content-length field")),
	X("9110 15.5.14 as long as may be", POST LENGTH("64") END S64,
		OK("POST /p  " S64)),
	X("9110 15.5.14 one byte more", POST LENGTH("65") END S64 "a",
		NO(413, "expected a smaller body")),
	X("9110 15.5.14 much more", POST LENGTH("999999999999999999") END,
		NO(413, "expected a smaller body")),
	X("9110 9.3.1 GET with a body", GET LENGTH("1") END "x" NEXT,
		OK("GET /a  x"), OK("GET /next  ")),
	X("9110 9.3.2 HEAD", "HEAD /a HTTP/1.1\r\n" H END NEXT,
		BARE("HEAD /a  "), OK("GET /next  ")),
	X("9110 9.3.2 HEAD with a body", "HEAD /a HTTP/1.1\r\n" H LENGTH("1")
		END "x" NEXT, BARE("HEAD /a  x"), OK("GET /next  ")),
	X("9110 9.3.5 DELETE with a body", "DELETE /a HTTP/1.1\r\n" H
		LENGTH("1") END "x" NEXT, OK("DELETE /a  x"),
		OK("GET /next  ")),

	/* chunks */
	X("9112 7.1 several", CHUNKS "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n" NEXT,
		OK("POST /p  hello"), OK("GET /next  ")),
	X("9112 7.1 none", CHUNKS "0\r\n\r\n" NEXT, OK("POST /p  "),
		OK("GET /next  ")),
	X("9112 7.1 hexadecimal, either case",
		CHUNKS "a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n",
		OK("POST /p  01234567890123456789a")),
	X("9112 7.1 zeros before", CHUNKS "0001\r\nx\r\n000\r\n\r\n",
		OK("POST /p  x")),
	X("9112 7.1 bytes that look like chunks",
		CHUNKS "7\r\n0\r\n\r\nab\r\n0\r\n\r\n",
		OK("POST /p  0\r\n\r\nab")),
	X("9112 7.1 0x", CHUNKS "0x1\r\nx\r\n0\r\n\r\n",
		BAD_CHUNK),
	X("9112 7.1 a plus", CHUNKS "+1\r\nx\r\n0\r\n\r\n",
		BAD_CHUNK),
	X("9112 7.1 a minus", CHUNKS "-0\r\n\r\n",
		BAD_CHUNK),
	X("9112 7.1 an underscore", CHUNKS "1_\r\nx\r\n0\r\n\r\n",
		BAD_CHUNK),
	X("9112 7.1 a blank before", CHUNKS " 1\r\nx\r\n0\r\n\r\n",
		BAD_CHUNK),
	X("9112 7.1 a blank behind", CHUNKS "1 \r\nx\r\n0\r\n\r\n",
		BAD_CHUNK),
	X("9112 7.1 no size", CHUNKS "\r\nx\r\n0\r\n\r\n",
		BAD_CHUNK),
	X("9112 7.1 what overflows",
		CHUNKS "10000000000000001\r\nx\r\n0\r\n\r\n",
		BAD_CHUNK),
	X("9112 7.1 LF alone behind the size", CHUNKS "1\nx\r\n0\r\n\r\n",
		BAD_CHUNK),
	X("9112 7.1 CR alone behind the size", CHUNKS "1\rx\r\n0\r\n\r\n",
		BAD_CHUNK),
	X("9112 7.1 no line end behind the bytes",
		CHUNKS "1\r\nxAB0\r\n\r\n",
		BAD_CHUNK),
	X("9112 7.1 LF alone behind the bytes", CHUNKS "1\r\nx\n0\r\n\r\n",
		BAD_CHUNK),
	X("9112 7.1 more bytes than said", CHUNKS "1\r\nxy\r\n0\r\n\r\n",
		BAD_CHUNK),
	X("9112 7.1 LF alone at the end", CHUNKS "1\r\nx\r\n0\r\n\n",
		BAD_CHUNK),
	X("9112 7.1 as long as may be", CHUNKS "40\r\n" S64 "\r\n0\r\n\r\n",
		OK("POST /p  " S64)),
	X("9112 7.1 one byte more", CHUNKS "40\r\n" S64 "\r\n1\r\na\r\n",
		NO(413, "expected a smaller body")),
	X("9112 7.1.1 an extension", CHUNKS "1;a=b\r\nx\r\n0;c\r\n\r\n",
		OK("POST /p  x")),
	X("9112 7.1.1 one in quotes",
		CHUNKS "1;a=\"b; c\"\r\nx\r\n0\r\n\r\n", OK("POST /p  x")),
	X("9112 7.1.1 LF within", CHUNKS "1;a\nb\r\nx\r\n0\r\n\r\n",
		BAD_CHUNK),
	X("9112 7.1.1 LF within quotes",
		CHUNKS "1;a=\"\n\"\r\nx\r\n0\r\n\r\n",
		BAD_CHUNK),
	X("9112 7.1.2 a trailer is dropped",
		CHUNKS "1\r\nx\r\n0\r\nX: y\r\n\r\n" NEXT, OK("POST /p  x"),
		OK("GET /next  ")),
	X("9110 6.5.1 a trailer says nothing of the framing",
		CHUNKS "1\r\nx\r\n0\r\nContent-Length: 9\r\n\r\n" NEXT,
		OK("POST /p  x"), OK("GET /next  ")),
	X("9112 7.1.2 a trailer without a colon",
		CHUNKS "0\r\nX\r\n\r\n", BAD_CHUNK),
	X("9112 7.1.2 LF alone ends one", CHUNKS "0\r\nX: y\n\r\n",
		BAD_CHUNK),

	/* what does not come whole */
	X("9112 8 nothing at all", "", NOTHING),
	X("9112 8 half a first line", "GET /a HT", NOTHING),
	X("9112 8 half a head", GET, NOTHING),
	X("9112 8 half a body", POST LENGTH("5") END "he", NOTHING),
	X("9112 8 half a chunk", CHUNKS "5\r\nhe", NOTHING),
	X("9112 8 no last chunk", CHUNKS "1\r\nx\r\n", NOTHING),
	X("9112 8 no end of the trailers", CHUNKS "0\r\n", NOTHING),

	/* connections */
	X("9112 9.3 stays open", GET END NEXT, OK("GET /a  "),
		OK("GET /next  ")),
	X("9112 9.3 close", GET "Connection: close\r\n" END NEXT,
		LAST("GET /a  ")),
	X("9110 7.6.1 options have no case", GET "Connection: CLOSE\r\n" END
		NEXT, LAST("GET /a  ")),
	X("9110 7.6.1 one of a list", GET "Connection: TE, close\r\n" END NEXT,
		LAST("GET /a  ")),
	X("9110 7.6.1 one we do not know", GET "Connection: x\r\n" END NEXT,
		OK("GET /a  "), OK("GET /next  ")),
	X("9112 9.3 1.0 closes", "GET /a HTTP/1.0\r\n" H END NEXT,
		LAST("GET /a  ")),
	X("9112 C.2.2 1.0 may ask", "GET /a HTTP/1.0\r\n" H
		"Connection: keep-alive\r\n\r\n" NEXT, KEPT_10("GET /a  "),
		OK("GET /next  ")),
	X("9112 9.3.2 three at once", GET END POST LENGTH("1") END "x" NEXT,
		OK("GET /a  "), OK("POST /p  x"), OK("GET /next  ")),
	X("9112 9.3.2 a bad one in the middle", GET END "GET\r\n" NEXT,
		OK("GET /a  "), BAD("expected method, target and version")),
	X("9110 7.8 an upgrade is not made",
		GET "Connection: upgrade\r\nUpgrade: h2c\r\n" END NEXT,
		OK("GET /a  "), OK("GET /next  ")),
	X("9110 7.8 nor with a body", POST "Connection: upgrade\r\n"
		"Upgrade: websocket\r\n" LENGTH("1") END "x" NEXT,
		OK("POST /p  x"), OK("GET /next  ")),

	/* expectations */
	X("9110 10.1.1 the body comes anyway",
		POST "Expect: 100-continue\r\n" LENGTH("1") END "x" NEXT,
		GO_ON, OK("POST /p  x"), OK("GET /next  ")),
	X("9110 10.1.1 no body", POST "Expect: 100-continue\r\n" END NEXT,
		OK("POST /p  "), OK("GET /next  ")),
	X("9110 10.1.1 1.0 has no such thing", "POST /p HTTP/1.0\r\n" H
		"Expect: 100-continue\r\n" LENGTH("1") END "x",
		LAST("POST /p  x")),
	X("9110 10.1.1 another one", POST "Expect: 200-maybe\r\n"
		LENGTH("0") END,
		NO(417, "expected 100-continue in expect")),
	X("9110 10.1.1 one more", POST "Expect: 100-continue, x\r\n"
		LENGTH("0") END,
		NO(417, "expected 100-continue in expect")),
	X("9110 10.1.1 refused before the body",
		POST "Expect: 100-continue\r\n" LENGTH("65") END,
		NO(413, "expected a smaller body")),

	/* content codings */
	X("9110 8.4 one nobody knows", POST "Content-Encoding: br\r\n"
		LENGTH("1") END "x",
		NO(415, "expected gzip, zstd or no content-encoding")),
	X("9110 8.4.1 identity", POST "Content-Encoding: identity\r\n"
		LENGTH("1") END "x", OK("POST /p  x")),
	X("9110 8.4 two", POST "Content-Encoding: gzip, gzip\r\n"
		LENGTH("1") END "x",
		NO(415, "expected gzip, zstd or no content-encoding")),
};
/* clang-format on */

#define COUNT (int)(sizeof(exchanges) / sizeof(exchanges[0]))

static struct http *http;
static int port;

static void
on_request(struct request *r, void *arg)
{
	(void)arg;
	reply(r, 200, "text/plain",
		span_of(arena_printf(r->arena, "%s %.*s %.*s %.*s", r->method,
			(int)r->path.len, r->path.data, (int)r->query.len,
			r->query.data, (int)r->body.len, r->body.data)),
		NULL);
}

static struct http_body
body_of(const struct request *r, void *arg)
{
	(void)r;
	(void)arg;
	return (struct http_body){ .max = MAX_BODY };
}

static void
setup(void)
{
	struct http_options options = { .body = body_of,
		.limits.max_connections = 3,
		.limits.max_per_address = 3,
		.limits.body_rate = 1,
		.limits.max_coming = 1 << 20,
		.limits.max_held = 1 << 20,
		.limits.head_seconds = 10,
		.limits.body_seconds = 10,
		.limits.idle_seconds = 10 };

	base = event_base_new();
	http = http_create(base, &options, on_request, NULL);
	port = listen_somewhere(http, "127.0.0.1:0");
}

static void
teardown(void)
{
	http_destroy(http);
	event_base_free(base);
}

/* Title, and our own code, of each status that the table has. */
static const struct {
	int status;
	const char *title, *code;
} problems[] = {
	{ 400, "Bad Request", "bad_request" },
	{ 413, "Content Too Large", "too_large" },
	{ 415, "Unsupported Media Type", "unsupported_encoding" },
	{ 417, "Expectation Failed", "bad_request" },
	{ 501, "Not Implemented", "not_implemented" },
	{ 505, "HTTP Version Not Supported", "not_implemented" },
};

static void
add(struct evbuffer *to, const struct said *said)
{
	const char *title = "OK", *type = "text/plain";
	char body[512];

	if (said->status == 100) {
		evbuffer_add_printf(to, "HTTP/1.1 100 Continue\r\n\r\n");
		return;
	}
	snprintf(body, sizeof(body), "%s", said->text);
	for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++) {
		if (problems[i].status != said->status)
			continue;
		title = problems[i].title;
		type = "application/problem+json";
		snprintf(body, sizeof(body),
			"{\"type\":\"about:blank\",\"title\":\"%s\","
			"\"status\":%d,\"detail\":\"%s\",\"code\":\"%s\","
			"\"message\":\"%s\"}\n",
			title, said->status, said->text, problems[i].code,
			said->text);
	}
	evbuffer_add_printf(to,
		"HTTP/1.1 %d %s\r\nDate: \r\nContent-Length: %zu\r\n"
		"Content-Type: %s\r\nCache-Control: no-store\r\n"
		"X-Content-Type-Options: nosniff\r\n%s%s\r\n%s",
		said->status, title, strlen(body), type,
		said->last    ? "Connection: close\r\n"
		: said->is_10 ? "Connection: keep-alive\r\n"
			      : "",
		said->status == 415 ? "Accept-Encoding: gzip, zstd\r\n" : "",
		said->bare ? "" : body);
}

static char *
text_of(struct evbuffer *bytes)
{
	char *text = calloc(1, evbuffer_get_length(bytes) + 1);

	ck_assert_ptr_nonnull(text);
	evbuffer_remove(bytes, text, evbuffer_get_length(bytes));
	return text;
}

/* Takes the times out of the answers; each must have the form of RFC 9110,
 * section 5.6.7. */
static void
forget_dates(char *text)
{
	static const char form[] = "Aaa, 00 Aaa 0000 00:00:00 GMT\r\n";
	char *at = text;

	while ((at = strstr(at, "Date: "))) {
		at += strlen("Date: ");
		for (size_t i = 0; form[i] != '\0'; i++) {
			char c = at[i] >= '0' && at[i] <= '9' ? '0' : at[i];

			if (i < 3 || (i > 7 && i < 11))
				c = form[i]; /* the name of a day or a month */
			ck_assert_msg(c == form[i], "not a date: %.31s", at);
		}
		memmove(at, at + sizeof(form) - 3,
			strlen(at + sizeof(form) - 3) + 1);
	}
}

enum way { AT_ONCE, BY_BYTES, BEHIND_ANOTHER, WAYS };

/* All that comes back, until the server ends the connection. */
static char *
answers_to(const struct exchange *x, enum way way)
{
	struct client c;
	char *got;

	client_open_at(&c, port);
	if (way == BEHIND_ANOTHER)
		puts_to(&c, NEXT);
	if (way == BY_BYTES)
		for (size_t i = 0; i < x->len; i++)
			put(&c, x->bytes + i, 1);
	else
		put(&c, x->bytes, x->len);
	shutdown(c.fd, SHUT_WR);
	wait_eof(&c);
	got = text_of(c.in);
	client_close(&c);
	forget_dates(got);
	return got;
}

START_TEST(answers_to_the_byte)
{
	const struct exchange *x = &exchanges[_i];
	static const struct said before = OK("GET /next  ");

	for (enum way way = AT_ONCE; way < WAYS; way++) {
		struct evbuffer *want = evbuffer_new();
		char *got = answers_to(x, way), *text;

		if (way == BEHIND_ANOTHER)
			add(want, &before);
		for (size_t i = 0; i < SAID_MAX && x->said[i].status; i++)
			if (x->said[i].status != 100 || way == BY_BYTES)
				add(want, &x->said[i]);
		text = text_of(want);
		ck_assert_msg(!strcmp(got, text), "%s, way %d: got\n%swant\n%s",
			x->rule, way, got, text);
		evbuffer_free(want);
		free(text);
		free(got);
	}
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("h1");
	TCase *t = tcase_create("h1");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 20);
	tcase_add_loop_test(t, answers_to_the_byte, 0, COUNT);
	suite_add_tcase(s, t);
	return s;
}
