/* SPDX-License-Identifier: Apache-2.0 */
/* /livez, /readyz, /metrics and /openapi.json. */
#include "app/access.h"
#include "app/front.h"
#include "app/resolver.h"
#include "io/http.h"
#include "io/pool.h"

extern const char openapi_json[];

static void
text(struct front *f, struct request *r, int status, const char *body)
{
	front_reply(f, r, status, "text/plain; charset=utf-8", span_of(body),
		status == 503 ? "Retry-After: 2\r\n" : NULL);
}

static void
ready(struct front *f, struct request *r)
{
	if (f->draining)
		text(f, r, 503, "draining\n");
	else if (!f->ready || !db_ready(pool_db(f->readers)) ||
		 !access_ready(f->access))
		text(f, r, 503, "no connection to PostgreSQL\n");
	else
		text(f, r, 200, "ready\n");
}

#define COUNTER(name, help)                                                    \
	"# HELP unifyd_" name " " help "\n# TYPE unifyd_" name " counter\n"    \
	"unifyd_" name " %llu\n"

static void
metrics(struct front *f, struct request *r)
{
	char *body = arena_printf(r->arena,
		COUNTER("requests_total", "Requests received.") COUNTER(
			"events_accepted_total",
			"Events committed.") COUNTER("events_duplicate_total",
			"Repeats of events.") COUNTER("events_conflict_total",
			"Events with the id of another.") COUNTER("events_"
								  "rejected_"
								  "total",
			"Parts of requests that were refused.")
			COUNTER("events_unknown_total",
				"Events committed of types that their "
				"channel does not know.")
				COUNTER("events_resolved_total",
					"Events that the resolver applied.")
					COUNTER("events_parked_total",
						"Events that could not be "
						"resolved.")
						COUNTER("likeness_compared_"
							"total",
							"Pairs of groups that "
							"likeness weighed."),
		(unsigned long long)f->requests,
		(unsigned long long)f->accepted,
		(unsigned long long)f->duplicates,
		(unsigned long long)f->conflicts,
		(unsigned long long)f->refused, (unsigned long long)f->unknown,
		(unsigned long long)(f->resolver
					     ? resolver_resolved(f->resolver)
					     : 0),
		(unsigned long long)(f->resolver ? resolver_parked(f->resolver)
						 : 0),
		(unsigned long long)(f->resolver
					     ? resolver_compared(f->resolver)
					     : 0));
	char *answers = arena_printf(r->arena,
		"# HELP unifyd_responses_total Answers by class of status.\n"
		"# TYPE unifyd_responses_total counter\n");

	for (int i = 2; i < 6; i++)
		answers = arena_printf(r->arena,
			"%sunifyd_responses_total{class=\"%dxx\"} %llu\n",
			answers, i, (unsigned long long)f->answers[i]);
	body = arena_printf(r->arena,
		"%s%s# HELP unifyd_database_up Whether PostgreSQL answers.\n"
		"# TYPE unifyd_database_up gauge\nunifyd_database_up %d\n",
		body, answers, db_ready(pool_db(f->readers)));
	front_reply(f, r, 200, "text/plain; version=0.0.4; charset=utf-8",
		span_of(body), NULL);
}

void
ops_serve(struct front *f, struct request *r)
{
	if (span_is(r->path, "/livez"))
		text(f, r, 200, "alive\n");
	else if (span_is(r->path, "/readyz"))
		ready(f, r);
	else if (span_is(r->path, "/metrics"))
		metrics(f, r);
	else
		front_reply(f, r, 200, "application/json",
			span_of(openapi_json), NULL);
}
