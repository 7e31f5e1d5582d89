/* SPDX-License-Identifier: Apache-2.0 */
/* Which handler answers, who may ask it, and how errors become answers. */
#include "app/front.h"

#include <string.h>

#include "app/access.h"
#include "base/log.h"
#include "io/http.h"
#include "io/limit.h"
#include "io/now.h"
#include "io/pool.h"

#define API_BODY (1 << 20) /* bytes of a request that goes to no source */

struct route {
	const char *method, *path; /* a path that ends in "/" takes a rest */
	const char *scope;	   /* NULL: anybody */
	void (*serve)(struct front *, struct request *);
	void (*serve_rest)(struct front *, struct request *, struct span);
};

/* clang-format off */
static const struct route routes[] = {
	{ "GET",  "/livez",              NULL,   ops_serve, NULL },
	{ "GET",  "/readyz",             NULL,   ops_serve, NULL },
	{ "GET",  "/metrics",            NULL,   ops_serve, NULL },
	{ "GET",  "/openapi.json",       NULL,   ops_serve, NULL },
	{ "POST", "/v1/profiles/lookup", "read", profile_lookup_serve, NULL },
	{ "POST", "/v1/profiles/merge",  "steward", profile_merge_serve, NULL },
	{ "GET",  "/v1/profiles",        "read", profile_list_serve, NULL },
	{ "POST", "/v1/profiles/",       "steward", NULL, profile_split_serve },
	{ "GET",  "/v1/profiles/",       "read", NULL, profile_serve },
	{ "GET",  "/v1/changes",         "read", change_list_serve, NULL },
	{ "GET",  "/v1/decisions",       "steward", decision_list_serve, NULL },
	{ "GET",  "/v1/reviews",         "steward", review_list_serve, NULL },
	{ "GET",  "/v1/reviews/",        "steward", NULL, review_serve },
	{ "POST", "/v1/reviews/",        "steward", NULL, review_answer_serve },
	{ "DELETE", "/v1/decisions/",    "steward", NULL,
		decision_withdraw_serve },
};
/* clang-format on */

void
front_reply(struct front *f, struct request *r, int status,
	const char *content_type, struct span body, const char *extra)
{
	f->answers[status / 100 % 6]++;
	reply(r, status, content_type, body, extra);
}

/* The one place where an error's code becomes a status. */
static int
status_of(enum err_code code)
{
	switch (code) {
	case ERR_INPUT:
		return 400;
	case ERR_AUTH:
		return 401;
	case ERR_DENIED:
		return 403;
	case ERR_MISSING:
		return 404;
	case ERR_CONFLICT:
		return 409;
	case ERR_LIMIT:
		return 413;
	case ERR_FORMAT:
		return 415;
	case ERR_BUSY:
		return 503;
	case ERR_REMOTE:
		return 502;
	default:
		return 500;
	}
}

static const char *
word_of(enum err_code code)
{
	static const char *const words[] = { "error", "invalid", "unauthorized",
		"forbidden", "not_found", "conflict", "too_large", "busy",
		"bad_gateway", "database", "internal", "unsupported_format" };

	return words[code];
}

static void
too_often(struct front *f, struct request *r, unsigned wait)
{
	f->answers[4]++;
	reply_problem(r, 429, "too_many_requests",
		arena_printf(r->arena, "want a request in %u s", wait),
		arena_printf(r->arena, "Retry-After: %u\r\n", wait));
}

bool
front_counts(struct front *f, struct request *r, const char *kind,
	const char *who, size_t per_second)
{
	const char *name = arena_printf(r->arena, "%s %s", kind, who);
	unsigned wait = limit_take(f->limit, span_of(name),
		(struct limit_rate){ per_second, 1 }, now_us());

	if (wait)
		too_often(f, r, wait);
	return !wait;
}

/* Those for whom a proxy of ours asks, without saying who they are, would
 * suffer for each other. */
static struct limit_rate
refusals(const struct front *f, const struct request *r)
{
	const struct config *c = f->config;
	bool ours = peer_within(&r->peer, c->trusted, c->trusted_count);

	return (struct limit_rate){ ours ? 0 : c->max_refusals, 60 };
}

bool
front_listens(struct front *f, struct request *r)
{
	unsigned wait = limit_wait(
		f->limit, peer_key(&r->peer), refusals(f, r), now_us());

	if (wait)
		too_often(f, r, wait);
	return !wait;
}

void
front_problem(struct front *f, struct request *r, const struct err *why)
{
	int status = status_of(why->code);
	const char *extra = NULL, *detail = why->text;

	f->answers[status / 100]++;
	if (status == 401) {
		limit_take(
			f->limit, peer_key(&r->peer), refusals(f, r), now_us());
		extra = "WWW-Authenticate: Basic realm=\"unifyd\"\r\n";
	}
	if (status == 503) {
		extra = "Retry-After: 2\r\n";
		detail = "the database is away; try again";
	}
	if (status == 500) {
		log_error("answer", "status=500 error=\"%s\"", why->text);
		detail = "something went wrong here; it was logged";
	}
	reply_problem(r, status, word_of(why->code), detail, extra);
}

void
front_status(struct front *f, struct request *r, int status, const char *code,
	const char *detail)
{
	f->answers[status / 100]++;
	reply_problem(r, status, code, detail, NULL);
}

/*
 * CORS preflight: any origin may ask, and send any header, for keys decide.
 * Libraries add headers of their own when they try again, so a list would
 * lose what was refused once.
 */
static void
preflight(struct front *f, struct request *r)
{
	struct span asked = request_header(r, "access-control-request-headers");
	const char *lines;

	if (asked.len > 1024 || !span_is_all(asked, "abcdefghijklmnopqrstuvwxyz"
						    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
						    "0123456789-_, "))
		asked = span_of("authorization, content-type");
	lines = ingest_options(f, r);
	/* Some senders of webhooks take no other status for a yes. */
	front_reply(f, r, *lines ? 200 : 204, NULL, (struct span){ NULL, 0 },
		arena_printf(r->arena,
			"Access-Control-Allow-Methods: POST, GET, OPTIONS\r\n"
			"Access-Control-Allow-Headers: %.*s\r\n"
			"Access-Control-Max-Age: 7200\r\n%s",
			(int)asked.len, asked.data, lines));
}

static struct span
bearer(const struct request *r)
{
	struct span rest, value = request_header(r, "authorization");

	if (!span_is_nocase(span_cut(value, ' ', &rest), "bearer"))
		return (struct span){ NULL, 0 };
	return span_trim(rest);
}

static bool
is_method(const struct request *r, const char *method)
{
	return !strcmp(r->method, method) ||
	       (!strcmp(method, "GET") && !strcmp(r->method, "HEAD"));
}

/* False where the request is answered. */
static bool
may_serve(struct front *f, struct request *r, const struct route *route)
{
	struct err e = { 0 };

	if (!front_listens(f, r))
		return false;
	if (access_check(f->access, bearer(r), route->scope, &f->caller, &e))
		return front_counts(
			f, r, "key", f->caller, f->config->max_key_rate);
	front_problem(f, r, &e);
	return false;
}

static void
serve_route(struct front *f, struct request *r, const struct route *route)
{
	size_t len = strlen(route->path);
	struct span rest = { r->path.data + len, r->path.len - len };

	f->caller = "";
	if (route->scope && !may_serve(f, r, route))
		return;
	if (route->serve)
		route->serve(f, r);
	else
		route->serve_rest(f, r, rest);
}

/* Among the routes; ops_only: those that anybody may ask. */
static void
serve(struct front *f, struct request *r, bool ops_only)
{
	const char *allow = NULL;

	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		const char *path = routes[i].path;

		if (ops_only && routes[i].scope)
			continue;
		/* With an address of their own, metrics are nowhere else. */
		if (!ops_only && f->config->listen_ops &&
			!strcmp(path, "/metrics"))
			continue;
		if (path[strlen(path) - 1] == '/' ? !span_starts(r->path, path)
						  : !span_is(r->path, path))
			continue;
		if (is_method(r, routes[i].method)) {
			serve_route(f, r, &routes[i]);
			return;
		}
		allow = routes[i].method;
	}
	f->answers[4]++;
	if (allow)
		reply_problem(r, 405, "method_not_allowed",
			arena_printf(r->arena, "want %s", allow),
			arena_printf(r->arena, "Allow: %s\r\n", allow));
	else
		reply_problem(
			r, 404, "not_found", "there is nothing here", NULL);
}

struct http_body
front_body(const struct request *r, void *arg)
{
	const struct front *f = arg;
	struct http_body body = ingest_body(f, r);

	if (!body.max)
		body.max = f->config->max_body < API_BODY ? f->config->max_body
							  : API_BODY;
	return body;
}

void
front_serve_ops(struct request *r, void *arg)
{
	struct front *f = arg;

	f->requests++;
	serve(f, r, true);
}

void
front_serve(struct request *r, void *arg)
{
	struct front *f = arg;
	struct err away = { .code = ERR_BUSY };

	f->requests++;
	/* At once: a query would wait in line for the next try to connect. */
	if ((!f->ready || !db_ready(pool_db(f->readers))) &&
		(span_starts(r->path, "/v1/") || ingest_has(f, r))) {
		front_problem(f, r, &away);
		return;
	}
	if (!ingest_has(f, r))
		serve(f, r, false);
	else if (!strcmp(r->method, "OPTIONS"))
		preflight(f, r);
	else if (is_method(r, "GET") || is_method(r, "POST"))
		ingest_serve(f, r);
	else {
		f->answers[4]++;
		reply_problem(r, 405, "method_not_allowed", "want POST",
			"Allow: GET, POST, OPTIONS\r\n");
	}
}
