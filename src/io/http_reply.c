/* SPDX-License-Identifier: Apache-2.0 */
/* Answers as bytes: the head fields that all have, and problem documents. */
#include <event2/buffer.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "io/http.h"
#include "io/http_conn.h"

#define DATE_TEXT 48

static const char *
reason(int status)
{
	static const struct {
		int status;
		const char *text;
	} reasons[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 207, "Multi-Status" },
		{ 301, "Moved Permanently" },
		{ 302, "Found" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 307, "Temporary Redirect" },
		{ 308, "Permanent Redirect" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 406, "Not Acceptable" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 410, "Gone" },
		{ 412, "Precondition Failed" },
		{ 413, "Content Too Large" },
		{ 414, "URI Too Long" },
		{ 415, "Unsupported Media Type" },
		{ 417, "Expectation Failed" },
		{ 422, "Unprocessable Content" },
		{ 428, "Precondition Required" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
		{ 505, "HTTP Version Not Supported" },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "Unknown";
}

/* RFC 9110, section 5.6.7; strftime would speak the locale's language. */
static const char *
date(char text[DATE_TEXT])
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	snprintf(text, DATE_TEXT, "%s, %02d %s %d %02d:%02d:%02d GMT",
		days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
		tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
	return text;
}

static void
write_answer(const struct request *r, const struct conn_answer *to, int status,
	const char *content_type, struct span body, const char *extra)
{
	/* RFC 9110, sections 15.3.5 and 15.4.5: these two have no content. */
	bool bare = status == 204 || status == 304;
	struct span origin = request_header(r, "origin");
	char text[DATE_TEXT];

	evbuffer_add_printf(to->out, "HTTP/1.1 %d %s\r\nDate: %s\r\n", status,
		reason(status), date(text));
	if (!bare)
		evbuffer_add_printf(
			to->out, "Content-Length: %zu\r\n", body.len);
	if (content_type && !bare)
		evbuffer_add_printf(
			to->out, "Content-Type: %s\r\n", content_type);
	/* Browsers send beacons with credentials, so never "*"; without it a
	 * page cannot read even why it was refused, and tries again. */
	if (origin.len)
		evbuffer_add_printf(to->out,
			"Access-Control-Allow-Origin: %.*s\r\n"
			"Access-Control-Allow-Credentials: true\r\n"
			"Vary: Origin\r\n",
			(int)origin.len, origin.data);
	evbuffer_add_printf(to->out,
		"Cache-Control: no-store\r\n"
		"X-Content-Type-Options: nosniff\r\n%s%s\r\n",
		!to->keep_alive ? "Connection: close\r\n"
		: to->is_10	? "Connection: keep-alive\r\n"
				: "",
		extra ? extra : "");
	if (!bare && body.len && strcmp(r->method, "HEAD") != 0)
		evbuffer_add(to->out, body.data, body.len);
}

void
reply(struct request *r, int status, const char *content_type, struct span body,
	const char *extra)
{
	if (r->conn) {
		struct conn_answer to = conn_answer(r->conn);

		write_answer(r, &to, status, content_type, body, extra);
	}
	arena_destroy(r->arena);
}

/* As it stands in a JSON string. Not UTF-8: then ASCII is what is left. */
static const char *
escape(struct arena *a, const char *text)
{
	bool utf8 = span_is_utf8(span_of(text));
	char *out = arena_array(a, strlen(text) + 1, 6);
	char *p = out;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c == 0x7f)
			p += snprintf(p, 7, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			p += snprintf(p, 3, "\\%c", c);
		else
			*p++ = (char)(c >= 0x80 && !utf8 ? '?' : c);
	}
	*p = '\0';
	return out;
}

void
reply_problem(struct request *r, int status, const char *code,
	const char *detail, const char *extra)
{
	struct arena *a = r->arena;
	const char *text = escape(a, detail ? detail : "");
	const char *body = arena_printf(a,
		"{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,"
		"\"detail\":\"%s\",\"code\":\"%s\",\"message\":\"%s\"}\n",
		reason(status), status, text, escape(a, code), text);

	reply(r, status, "application/problem+json", span_of(body), extra);
}

struct span
request_header(const struct request *r, const char *name)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (span_is_nocase(r->headers[i].name, name))
			return r->headers[i].value;
	return (struct span){ NULL, 0 };
}
