/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The strict gate in front of llhttp; see io/head.h. Where RFC 9110 and 9112
 * let a recipient choose between repairing a message and refusing it, this
 * refuses: two parties that repair differently is how smuggling works.
 * Each call starts afresh; the byte limit bounds what repeated calls cost.
 */
#include "io/head.h"

#include <stdbool.h>
#include <string.h>

/* Longer than any method that we know; RFC 9112 section 3 then asks for 501. */
#define METHOD_MAX 32
/* 18 digits always fit in 63 bits, so nobody behind us can overflow. */
#define LENGTH_DIGITS 18
#define PORT_DIGITS 5

const struct head_limits head_limits_default = {
	.target = 8192, /* RFC 9112 section 3 asks for 8000 at least */
	.bytes = 16384,
	.lines = 100,
};

enum line_state { LINE_PART, LINE_WHOLE, LINE_BAD };

struct gate {
	const struct head_limits *limits;
	bool is_11;
	bool has_host;
	bool has_length;
	bool has_coding;
	size_t lines;
	int status;
	const char *why;
};

static bool
refuse(struct gate *g, int status, const char *why)
{
	g->status = status;
	g->why = why;
	return false;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool
is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* RFC 9110 section 5.6.2. */
static bool
is_token(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum(s.data[i]) &&
			!is_one_of(s.data[i], "!#$%&'*+-.^_`|~"))
			return false;
	return s.len > 0;
}

static bool
is_digits(struct span s, size_t max)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_digit(s.data[i]))
			return false;
	return s.len > 0 && s.len <= max;
}

/* Where the first c is, or s.len; span_cut() cannot tell "a" from "a:". */
static size_t
find(struct span s, char c)
{
	const char *at = s.len ? memchr(s.data, c, s.len) : NULL;

	return at ? (size_t)(at - s.data) : s.len;
}

static struct span
skip(struct span s, size_t n)
{
	return (struct span){ s.data + n, s.len - n };
}

/*
 * Takes one line off *rest, without its CRLF. RFC 9112 section 2.2 would let
 * us take a bare LF for a line end, which is what the next hop may not do.
 */
static enum line_state
next_line(struct gate *g, struct span *rest, struct span *line)
{
	size_t i;

	for (i = 0; i < rest->len; i++) {
		unsigned char c = (unsigned char)rest->data[i];

		if (c == '\r')
			break;
		if (c == '\n') {
			refuse(g, 400, "expected CR before LF");
			return LINE_BAD;
		}
		if ((c < 0x20 && c != '\t') || c == 0x7f) {
			refuse(g, 400, "expected no control bytes");
			return LINE_BAD;
		}
	}
	*line = (struct span){ rest->data, i };
	if (rest->len - i < 2)
		return LINE_PART;
	if (rest->data[i + 1] != '\n') {
		refuse(g, 400, "expected LF after CR");
		return LINE_BAD;
	}
	*rest = skip(*rest, i + 2);
	return LINE_WHOLE;
}

/* The target in any of the forms of RFC 9112 section 3.2 that we serve. */
static bool
check_target(struct gate *g, struct span method, struct span target)
{
	for (size_t i = 0; i < target.len; i++)
		if (target.data[i] < 0x21 || target.data[i] > 0x7e)
			return refuse(
				g, 400, "expected visible ascii in the target");
	if (span_starts(target, "/") || span_starts(target, "http://") ||
		span_starts(target, "https://"))
		return true;
	if (span_is(target, "*") && span_is(method, "OPTIONS"))
		return true;
	return refuse(g, 400, "expected a path or an http uri as the target");
}

/*
 * RFC 9112 section 2.3: one digit, dot, one digit. HTTP/1.2 would have to be
 * read as 1.1, but no client sends it and a smuggler may.
 */
static bool
check_version(struct gate *g, struct span version)
{
	g->is_11 = span_is(version, "HTTP/1.1");
	if (g->is_11 || span_is(version, "HTTP/1.0"))
		return true;
	if (version.len == 8 && span_starts(version, "HTTP/") &&
		is_digit(version.data[5]) && version.data[6] == '.' &&
		is_digit(version.data[7]))
		return refuse(g, 505, "expected version 1.0 or 1.1 of http");
	return refuse(g, 400, "expected HTTP/1.0 or HTTP/1.1 after the target");
}

/*
 * RFC 9110 section 9.1: 501 for what no resource here has. CONNECT and TRACE
 * are left out on purpose: we are no proxy, and echo no credentials.
 */
static bool
check_method(struct gate *g, struct span method)
{
	static const char *const known[] = {
		"GET",
		"HEAD",
		"POST",
		"PUT",
		"PATCH",
		"DELETE",
		"OPTIONS",
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (span_is(method, known[i]))
			return true;
	return refuse(g, 501,
		"expected get, head, post, put, patch, delete or options");
}

/* Cuts the line at its spaces; the sizes are also judged while it grows. */
static bool
check_request_line(struct gate *g, struct span line, bool whole)
{
	size_t n = find(line, ' ');
	struct span method = { line.data, n };
	struct span target;
	struct span version;

	if (n > 0 && !is_token(method))
		return refuse(g, 400, "expected a token as the method");
	if (n > METHOD_MAX)
		return refuse(g, 501, "expected a shorter method");
	if (n == line.len)
		return !whole ||
		       refuse(g, 400, "expected method, target and version");
	target = skip(line, n + 1);
	n = find(target, ' ');
	if (n > g->limits->target)
		return refuse(g, 414, "expected a shorter target");
	if (!whole)
		return true;
	if (n == target.len || n == 0 || method.len == 0)
		return refuse(g, 400, "expected method, target and version");
	version = skip(target, n + 1);
	target.len = n;
	if (find(version, ' ') < version.len)
		return refuse(g, 400, "expected two spaces in the first line");
	return check_version(g, version) && check_method(g, method) &&
	       check_target(g, method, target);
}

/* uri-host of RFC 3986 section 3.2.2; no user part, no path, no space. */
static bool
is_host_name(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.data[i] == '%') {
			if (s.len - i < 3 || !is_hex(s.data[i + 1]) ||
				!is_hex(s.data[i + 2]))
				return false;
		} else if (!is_alnum(s.data[i]) &&
			   !is_one_of(s.data[i], "-._~!$&'()*+,;=")) {
			return false;
		}
	}
	return s.len > 0;
}

static bool
is_host_literal(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_hex(s.data[i]) && !is_one_of(s.data[i], ":."))
			return false;
	return s.len > 1;
}

/* RFC 9110 section 7.2; an empty host is none of an http uri (4.2.1). */
static bool
is_host(struct span s)
{
	size_t n;
	bool good;

	if (span_starts(s, "[")) {
		n = find(s, ']');
		if (n == s.len)
			return false;
		good = is_host_literal((struct span){ s.data + 1, n - 1 });
		n++;
	} else {
		n = find(s, ':');
		good = is_host_name((struct span){ s.data, n });
	}
	if (!good || n == s.len)
		return good;
	return s.data[n] == ':' && is_digits(skip(s, n + 1), PORT_DIGITS);
}

/* RFC 9112 section 3.2: a second Host or a bad one is a 400, always. */
static bool
check_host(struct gate *g, struct span value)
{
	if (g->has_host)
		return refuse(g, 400, "expected one host field");
	g->has_host = true;
	if (!is_host(value))
		return refuse(g, 400, "expected a valid host");
	return true;
}

/*
 * RFC 9112 section 6.3 allows "5, 5" and a repeated field to be folded into
 * one; we refuse both, and with them every question of which one counts.
 */
static bool
check_length(struct gate *g, struct span value)
{
	if (g->has_length)
		return refuse(g, 400, "expected one content-length field");
	g->has_length = true;
	if (!is_digits(value, LENGTH_DIGITS))
		return refuse(g, 400,
			"expected 1 to 18 digits as the content-length");
	return true;
}

/* RFC 9112 section 6.1: 501 for a coding that we do not know. */
static bool
check_coding(struct gate *g, struct span value)
{
	size_t n = find(value, ',');

	if (!g->is_11)
		return refuse(g, 400,
			"expected no transfer-encoding before http 1.1");
	if (g->has_coding)
		return refuse(g, 400, "expected one transfer-encoding field");
	g->has_coding = true;
	if (span_is_nocase(value, "chunked"))
		return true;
	for (;;) {
		struct span coding = span_trim((struct span){ value.data, n });

		if (!is_token(coding))
			break;
		if (!span_is_nocase(coding, "chunked"))
			return refuse(g, 501,
				"expected chunked as the transfer-encoding");
		if (n == value.len)
			break;
		value = skip(value, n + 1);
		n = find(value, ',');
	}
	return refuse(g, 400, "expected chunked, once, as transfer-encoding");
}

/* RFC 9110 section 10.1.1; the caller ignores 100-continue from a 1.0. */
static bool
check_expect(struct gate *g, struct span value)
{
	if (!span_is_nocase(value, "100-continue"))
		return refuse(g, 417, "expected 100-continue in expect");
	return true;
}

static bool
check_field(struct gate *g, struct span name, struct span value)
{
	bool good = true;

	if (span_is_nocase(name, "host"))
		good = check_host(g, value);
	else if (span_is_nocase(name, "content-length"))
		good = check_length(g, value);
	else if (span_is_nocase(name, "transfer-encoding"))
		good = check_coding(g, value);
	else if (span_is_nocase(name, "expect"))
		good = check_expect(g, value);
	if (!good)
		return false;
	/* RFC 9112 section 6.1 would let the coding win; proxies differ. */
	if (g->has_length && g->has_coding)
		return refuse(
			g, 400, "expected content-length or transfer-encoding");
	return true;
}

/*
 * RFC 9112 section 5.1: no white space before the colon; section 5.2: a line
 * that starts with white space is a fold, which only old mail needs.
 */
static bool
check_field_line(struct gate *g, struct span line)
{
	size_t n = find(line, ':');

	if (++g->lines > g->limits->lines)
		return refuse(g, 431, "expected fewer header fields");
	if (line.data[0] == ' ' || line.data[0] == '\t')
		return refuse(g, 400, "expected no folded line");
	if (n == line.len || !is_token((struct span){ line.data, n }))
		return refuse(g, 400,
			"expected a token and a colon in a header field");
	return check_field(
		g, (struct span){ line.data, n }, span_trim(skip(line, n + 1)));
}

static bool
check_end(struct gate *g)
{
	if (g->is_11 && !g->has_host)
		return refuse(g, 400, "expected a host field");
	return true;
}

/* Walks the lines of what there is. */
static enum head_state
walk(struct gate *g, struct span rest, const char **end)
{
	struct span line;
	enum line_state state = next_line(g, &rest, &line);

	/* RFC 9112 section 2.2: old clients send a CRLF after a body. */
	if (state == LINE_WHOLE && line.len == 0)
		state = next_line(g, &rest, &line);
	if (state == LINE_BAD ||
		!check_request_line(g, line, state == LINE_WHOLE))
		return HEAD_BAD;
	while (state == LINE_WHOLE) {
		state = next_line(g, &rest, &line);
		if (state != LINE_WHOLE)
			break;
		if (line.len == 0) {
			*end = rest.data;
			return check_end(g) ? HEAD_OK : HEAD_BAD;
		}
		if (!check_field_line(g, line))
			return HEAD_BAD;
	}
	return state == LINE_PART ? HEAD_MORE : HEAD_BAD;
}

enum head_state
head_check(struct span bytes, const struct head_limits *limits,
	size_t *head_len, int *status, const char **why)
{
	struct gate g = { .limits = limits };
	const char *end = NULL;
	bool full = bytes.len >= limits->bytes;
	enum head_state state;

	if (bytes.len == 0)
		return HEAD_MORE;
	/* A head that has not ended within the limit never will. */
	state = walk(&g,
		(struct span){ bytes.data, full ? limits->bytes : bytes.len },
		&end);
	if (state == HEAD_MORE && full) {
		refuse(&g, 431, "expected a shorter head");
		state = HEAD_BAD;
	}
	if (state == HEAD_OK)
		*head_len = (size_t)(end - bytes.data);
	if (state == HEAD_BAD) {
		*status = g.status;
		*why = g.why;
	}
	return state;
}
