/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration file: a table of settings (config.c) and a section for
 * each source, whose keys are the common ones and its channel's own. Loading
 * is all or nothing: a bad file changes nothing and says which line is wrong
 * and what was expected.
 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "core/channel.h"
#include "io/db.h"
#include "io/peer.h"

struct policy;

struct source {
	const struct channel *channel;
	const struct source_conf *conf; /* begins the channel's own conf */
	int64_t floor; /* earlier times are the sender's mistake */
	size_t max_body;
	size_t max_rate; /* requests a second; 0: any */
};

struct config {
	const char **listen;	 /* of the front; as io/listen.h has them */
	const char **listen_ops; /* of /metrics, or NULL: on the front */
	const char *tls_certificate, *tls_key; /* paths, or NULL */
	const char *port_file; /* where the front's port is written; NULL */
	const char *database;  /* libpq connection string */
	const char *database_pooler; /* before it: none or transaction */
	size_t database_readers;     /* connections for reading */
	enum db_mode database_mode;  /* of the daemon's connections */
	struct span hash_key;	     /* 32 to 64 bytes, from hash_key_file */
	const char *policy_path;     /* of the policy's file, or NULL */
	const struct policy *policy;
	size_t max_body;   /* of a request, after decoding */
	size_t max_stream; /* of one that is read piece by piece */
	size_t max_memory; /* bytes of the process */
	size_t max_connections, max_per_address;
	const char **trusted_proxies; /* as written */
	struct peer_net *trusted;     /* as understood */
	size_t trusted_count;
	size_t max_key_rate; /* requests a second of an API key; 0: any */
	size_t max_refusals; /* a minute, of one address; 0: any */
	size_t max_batch;    /* events of one request */
	size_t head_seconds, body_seconds, idle_seconds;
	size_t body_rate;      /* bytes a second */
	const char *log_level; /* error warning info debug */
	struct source *sources;
	size_t source_count;
};

/* On the arena. Values of the form "file:PATH" and "credential:NAME" (below
 * $CREDENTIALS_DIRECTORY) are read from there, without the line end. */
struct config *config_load(
	struct arena *a, const char *path, struct err *e) MUST_CHECK;
/* The source of that name, or NULL. */
const struct source *config_source(
	const struct config *config, struct span name);
/* Every setting with its value as text, secrets masked. */
char *config_print(struct arena *a, const struct config *config);

#endif
