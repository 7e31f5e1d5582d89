/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon: reads the configuration, opens the roads, and closes them in
 * order. It serves at once and answers 503 until PostgreSQL is there with the
 * right schema and key.
 */
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>

#include "app/access.h"
#include "app/front.h"
#include "app/listeners.h"
#include "app/model.h"
#include "app/regroup.h"
#include "app/resolver.h"
#include "app/upkeep.h"
#include "base/digest.h"
#include "base/log.h"
#include "io/http.h"
#include "io/limit.h"
#include "io/pool.h"
#include "io/tls.h"
#include "store/journal.h"
#include "store/profile.h"
#include "store/sql.h"
#include "store/start.h"

#ifndef UNIFYD_CONFIG
#define UNIFYD_CONFIG "/etc/unifyd/unifyd.conf"
#endif
#define VERSION "0.1.0"
#define EXIT_USAGE 2
#define EXIT_CONFIG 78

/* Before a connection that does not answer counts as lost. The resolver's
 * statements may move a large profile. */
#define PATIENCE_MS 6000
#define RESOLVING_PATIENCE_MS 30000

struct unifyd {
	struct event_base *base;
	const char *path;    /* of the configuration */
	struct arena *arena; /* of the configuration now in force */
	struct front front;
	struct db *writer, *resolving, *housekeeper;
	struct http *http, *http_ops;
	struct tls *tls; /* NULL where none is spoken */
	struct passed passed;
	int port;		   /* of the front; 0: it has none */
	bool front_role, resolves; /* the roads of this process (--role) */
	/* NULL where another process resolves. */
	struct upkeep *upkeep;
	struct regroup *regroup;
	struct event *check, *watchdog, *drain, *hold;
	bool checked;
	bool resolver_gone;
	int code; /* to exit with */
};

static const char usage[] =
	"usage: unifyd [--config FILE] [--role all|front|resolver]\n"
	"              [--check-config] [--print-config] [--version] "
	"[--help]\n";

static void
quit(struct unifyd *u, int code)
{
	u->code = code;
	event_base_loopbreak(u->base);
}

/* When we can serve, or say that we cannot: a restart shall not be heard of. */
static void
let_in(struct unifyd *u)
{
	if (u->http)
		http_release(u->http);
	if (u->http_ops)
		http_release(u->http_ops);
}

static void
on_held(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	let_in(arg);
}

static void
check_again(struct unifyd *u)
{
	struct timeval soon = { 0, 300000 };

	/* However long PostgreSQL takes to come, the start has not failed. */
	sd_notify(0, "EXTEND_TIMEOUT_USEC=30000000\n"
		     "STATUS=waiting for PostgreSQL");
	event_add(u->check, &soon);
}

static void
on_checked(const struct db_result *result, void *arg)
{
	struct unifyd *u = arg;

	if (!result->ok && strcmp(result->sqlstate, "42P01") != 0) {
		check_again(u);
		return;
	}
	if (!result->ok || db_value(result, 0, 0)[0] != 't') {
		log_error("start",
			"error=\"the database's schema is older "
			"than this program; run: unifyctl migrate\"");
		quit(u, EXIT_CONFIG);
		return;
	}
	if (db_value(result, 0, 1)[0] != 't') {
		log_error("start", "error=\"hash_key is not the one that this "
				   "database was made with\"");
		quit(u, EXIT_CONFIG);
		return;
	}
	u->front.ready = true;
	let_in(u);
	if (u->resolves) {
		u->front.resolver = resolver_create(u->base, u->resolving,
			u->front.config->hash_key, u->front.config->policy);
		u->upkeep = upkeep_create(u->base, u->housekeeper);
		u->regroup = regroup_create(u->base, u->path);
	}
	log_info("start", "version=%s port=%d sources=%zu", VERSION, u->port,
		u->front.config->source_count);
	sd_notify(0, "READY=1\nSTATUS=serving");
}

static void
on_check(evutil_socket_t fd, short what, void *arg)
{
	struct unifyd *u = arg;
	struct arena *a = arena_create();
	const char *params[2];

	(void)fd;
	(void)what;
	start_params(a, u->front.config->hash_key, params);
	db_query(u->housekeeper, sql_start_check, 2, params, on_checked, u);
	arena_destroy(a);
}

static void
on_resolver_gone(void *arg)
{
	struct unifyd *u = arg;

	u->resolver_gone = true;
}

/* Ends when nothing is in hand any more, or the time for it is over. */
static void
on_drain(evutil_socket_t fd, short what, void *arg)
{
	static int turns;
	struct unifyd *u = arg;
	struct timeval soon = { 0, 50000 };

	(void)fd;
	(void)what;
	if ((!(u->http && http_connections(u->http)) && u->resolver_gone) ||
		++turns > 200)
		quit(u, EXIT_SUCCESS);
	else
		event_add(u->drain, &soon);
}

static void
on_stop(evutil_socket_t signal, short what, void *arg)
{
	struct unifyd *u = arg;

	(void)what;
	if (u->front.draining) {
		quit(u, EXIT_FAILURE);
		return;
	}
	log_info("stop", "signal=%d action=draining", (int)signal);
	sd_notify(0, "STOPPING=1");
	u->front.draining = true;
	if (u->http)
		http_drain(u->http);
	if (u->front.resolver)
		resolver_stop(u->front.resolver, on_resolver_gone, u);
	else
		u->resolver_gone = true;
	on_drain(-1, 0, u);
}

/*
 * Half of the memory is for the bodies that are worked on: each of their bytes
 * takes 80 at worst, where events are as short as can be. An eighth is for
 * those that come in. What is left does not grow with the load: the transaction
 * of the resolver, and the one request more that fills the room.
 */
#define MEMORY_PER_HELD 160
#define MEMORY_PER_COMING 8

static struct http_limits
limits_of(const struct config *c)
{
	return (struct http_limits){ .max_connections = c->max_connections,
		.max_per_address = c->max_per_address,
		.head_seconds = (int)c->head_seconds,
		.body_seconds = (int)c->body_seconds,
		.idle_seconds = (int)c->idle_seconds,
		.body_rate = c->body_rate,
		.max_coming = c->max_memory / MEMORY_PER_COMING,
		.max_held = c->max_memory / MEMORY_PER_HELD,
		.trusted = c->trusted,
		.trusted_count = c->trusted_count };
}

static void
set_limits(struct http *http, const struct config *c)
{
	struct http_limits limits = limits_of(c);

	if (http)
		http_set_limits(http, &limits);
}

/* NULL, and true, where the configuration names none. */
static bool
open_tls(const struct config *c, struct tls **tls, struct err *e)
{
	*tls = NULL;
	if (c->tls_certificate)
		*tls = tls_create(c->tls_certificate, c->tls_key, e);
	return !c->tls_certificate || *tls;
}

/* Of connections that come from now on. */
static void
set_tls(struct unifyd *u, struct tls *tls)
{
	if (u->http)
		http_set_tls(u->http, tls);
	if (u->http_ops)
		http_set_tls(u->http_ops, tls);
	tls_destroy(u->tls);
	u->tls = tls;
}

/* All or nothing; what was opened at the start stays as it was opened. */
static void
on_reload(evutil_socket_t signal, short what, void *arg)
{
	struct unifyd *u = arg;
	struct arena *a = arena_create();
	struct err e = { 0 };
	struct config *config = config_load(a, u->path, &e);
	struct tls *tls = NULL;

	(void)signal;
	(void)what;
	if (config && !digest_equal_text(
			      config->hash_key, u->front.config->hash_key)) {
		fail(&e, ERR_INPUT, "hash_key: it is for life");
		config = NULL;
	}
	if (config && !open_tls(config, &tls, &e))
		config = NULL;
	if (config && u->tls && !tls) {
		fail(&e, ERR_INPUT, "tls_certificate: TLS is spoken");
		config = NULL;
	}
	if (!config) {
		log_error("reload", "error=\"%s\" action=\"keeping the old\"",
			e.text);
		arena_destroy(a);
		return;
	}
	/* Old configurations live as long as we: the resolver holds the first
	 * one's key, and a reload is rare. */
	arena_defer(u->arena, (void (*)(void *))arena_destroy, a);
	u->front.config = config;
	if (u->front.resolver) {
		resolver_set_policy(u->front.resolver, config->policy);
		regroup_start(u->regroup);
	}
	set_limits(u->http, config);
	set_limits(u->http_ops, config);
	set_tls(u, tls);
	log_set_level(span_of(config->log_level));
	log_info("reload", "sources=%zu", config->source_count);
}

static void
on_watchdog(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	sd_notify(0, "WATCHDOG=1");
}

static void
write_port(const struct unifyd *u)
{
	const char *path = u->front.config->port_file;
	FILE *file = path ? fopen(path, "w") : NULL;

	if (!path)
		return;
	if (!file || fprintf(file, "%d\n", u->port) < 0 || fclose(file) != 0)
		log_warning("start", "error=\"cannot write port_file\"");
}

#define OWN_FILES 64 /* beside connections: PostgreSQL's, listeners, logs */

/* As many as we may ask for ourselves; what lacks is somebody's to mend. */
static void
allow_files(const struct config *c)
{
	struct rlimit files;
	size_t want = c->max_connections + OWN_FILES;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	if (files.rlim_max < want)
		log_warning("start",
			"files=%llu error=\"max_connections wants %zu open "
			"files\"",
			(unsigned long long)files.rlim_max, want);
}

static struct http *
open_front(struct unifyd *u, const char **texts,
	void (*on_request)(struct request *, void *), int *port, struct err *e)
{
	const struct http_options options = { .body = front_body,
		.limits = limits_of(u->front.config),
		.held = true };
	struct http *http =
		http_create(u->base, &options, on_request, &u->front);

	http_set_tls(http, u->tls);
	if (listeners_open(http, texts, &u->passed, port, e))
		return http;
	http_destroy(http);
	return NULL;
}

static bool
open_roads(struct unifyd *u, struct err *e)
{
	const struct config *c = u->front.config;
	int ops_port;

	u->passed = (struct passed){ SD_LISTEN_FDS_START, sd_listen_fds(1) };
	u->writer = db_create(u->base, c->database,
		c->database_mode == DB_POOLED ? DB_POOLED : DB_WRITING,
		PATIENCE_MS);
	u->resolving = db_create(
		u->base, c->database, c->database_mode, RESOLVING_PATIENCE_MS);
	u->housekeeper =
		db_create(u->base, c->database, c->database_mode, PATIENCE_MS);
	u->front.base = u->base;
	u->front.readers = pool_create(u->base, c->database, c->database_mode,
		PATIENCE_MS, c->database_readers);
	u->front.profiles = profiles_create(u->base, u->front.readers);
	u->front.journal = journal_create(u->base, u->writer);
	u->front.access = access_create(u->base, u->housekeeper);
	u->front.model = model_in_use_create();
	u->front.limit = limit_create();
	if (!open_tls(c, &u->tls, e))
		return false;
	if (u->front_role)
		u->http = open_front(u, c->listen, front_serve, &u->port, e);
	if (c->listen_ops)
		u->http_ops = open_front(
			u, c->listen_ops, front_serve_ops, &ops_port, e);
	return (u->http || !u->front_role) && (u->http_ops || !c->listen_ops);
}

static void
close_roads(struct unifyd *u)
{
	http_destroy(u->http);
	http_destroy(u->http_ops);
	tls_destroy(u->tls);
	resolver_destroy(u->front.resolver);
	access_destroy(u->front.access);
	limit_destroy(u->front.limit);
	pool_destroy(u->front.readers);
	profiles_destroy(u->front.profiles);
	db_destroy(u->housekeeper);
	db_destroy(u->resolving);
	db_destroy(u->writer);
	upkeep_destroy(u->upkeep);
	regroup_destroy(u->regroup);
	journal_destroy(u->front.journal);
	model_in_use_destroy(u->front.model);
}

static struct event *
on_signal(struct unifyd *u, int number, event_callback_fn fn)
{
	struct event *ev = evsignal_new(u->base, number, fn, u);

	if (!ev || event_add(ev, NULL) != 0)
		abort();
	return ev;
}

static bool
take_role(struct unifyd *u, const char *role)
{
	bool all = !strcmp(role, "all");

	u->front_role = all || !strcmp(role, "front");
	u->resolves = all || !strcmp(role, "resolver");
	return u->front_role || u->resolves;
}

static int
serve(struct unifyd *u)
{
	struct timeval second = { 1, 0 };
	struct event *signals[3];
	struct err e = { 0 };
	uint64_t watchdog_us = 0;

	signal(SIGPIPE, SIG_IGN);
	log_set_level(span_of(u->front.config->log_level));
	u->base = event_base_new();
	u->check = event_new(u->base, -1, 0, on_check, u);
	u->drain = event_new(u->base, -1, 0, on_drain, u);
	u->hold = event_new(u->base, -1, 0, on_held, u);
	u->watchdog = event_new(u->base, -1, EV_PERSIST, on_watchdog, u);
	if (!u->base || !u->check || !u->drain || !u->watchdog || !u->hold)
		abort();
	signals[0] = on_signal(u, SIGTERM, on_stop);
	signals[1] = on_signal(u, SIGINT, on_stop);
	signals[2] = on_signal(u, SIGHUP, on_reload);
	allow_files(u->front.config);
	if (open_roads(u, &e)) {
		if (u->http)
			write_port(u);
		event_add(u->hold, &second);
		on_check(-1, 0, u);
		if (sd_watchdog_enabled(0, &watchdog_us) > 0) {
			struct timeval half = { (time_t)(watchdog_us / 2000000),
				(suseconds_t)(watchdog_us / 2 % 1000000) };

			event_add(u->watchdog, &half);
		}
		event_base_dispatch(u->base);
	} else {
		log_error("start", "error=\"%s\"", e.text);
		u->code = EXIT_FAILURE;
	}
	close_roads(u);
	for (int i = 0; i < 3; i++)
		event_free(signals[i]);
	event_free(u->check);
	event_free(u->drain);
	event_free(u->hold);
	event_free(u->watchdog);
	event_base_free(u->base);
	return u->code;
}

int
main(int argc, char **argv)
{
	struct unifyd u = { .path = getenv("UNIFYD_CONFIG"),
		.front_role = true,
		.resolves = true };
	bool check = false, print = false;
	struct err e = { 0 };
	int code = EXIT_SUCCESS;

	if (!u.path)
		u.path = UNIFYD_CONFIG;
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--config") && i + 1 < argc) {
			u.path = argv[++i];
		} else if (!strcmp(argv[i], "--role") && i + 1 < argc &&
			   take_role(&u, argv[i + 1])) {
			i++;
		} else if (!strcmp(argv[i], "--check-config")) {
			check = true;
		} else if (!strcmp(argv[i], "--print-config")) {
			print = true;
		} else if (!strcmp(argv[i], "--version")) {
			puts("unifyd " VERSION);
			return EXIT_SUCCESS;
		} else {
			bool asked = !strcmp(argv[i], "--help");

			fputs(usage, asked ? stdout : stderr);
			return asked ? EXIT_SUCCESS : EXIT_USAGE;
		}
	}
	u.arena = arena_create();
	u.front.config = config_load(u.arena, u.path, &e);
	if (!u.front.config) {
		fprintf(stderr, "unifyd: %s\n", e.text);
		code = EXIT_CONFIG;
	} else if (print) {
		fputs(config_print(u.arena, u.front.config), stdout);
	} else if (!check) {
		code = serve(&u);
	}
	arena_destroy(u.arena);
	return code;
}
