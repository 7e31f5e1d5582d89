/* SPDX-License-Identifier: Apache-2.0 */
#include "app/access.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "io/db.h"
#include "store/sql.h"

struct key {
	uint8_t digest[DIGEST_SIZE];
	const char *name;
	struct span scopes; /* joined by commas */
};

struct access {
	struct db *db;
	struct event *timer;
	struct arena *arena; /* of the keys; NULL before the first look */
	struct key *keys;
	size_t count;
};

static void
look_again(struct access *access)
{
	struct timeval second = { 1, 0 };

	event_add(access->timer, &second);
}

/* The old keys stay in force while PostgreSQL is away. */
static void
on_keys(const struct db_result *result, void *arg)
{
	struct access *access = arg;
	struct arena *a;

	look_again(access);
	if (!result->ok)
		return;
	a = arena_create();
	access->keys =
		arena_array(a, (size_t)result->rows + 1, sizeof(struct key));
	access->count = 0;
	for (int r = 0; r < result->rows; r++) {
		struct key *key = &access->keys[access->count];

		if (!digest_unhex(span_of(db_value(result, r, 1)), key->digest,
			    DIGEST_SIZE))
			continue;
		key->name = span_text(a, span_of(db_value(result, r, 0)));
		key->scopes =
			span_of(span_text(a, span_of(db_value(result, r, 2))));
		access->count++;
	}
	arena_destroy(access->arena);
	access->arena = a;
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct access *access = arg;

	(void)fd;
	(void)what;
	db_query(access->db, sql_key_list, 0, NULL, on_keys, access);
}

struct access *
access_create(struct event_base *base, struct db *db)
{
	struct access *access = calloc(1, sizeof(*access));

	if (!access)
		abort();
	access->db = db;
	access->timer = event_new(base, -1, 0, on_timer, access);
	if (!access->timer)
		abort();
	on_timer(-1, 0, access);
	return access;
}

void
access_destroy(struct access *access)
{
	if (!access)
		return;
	event_free(access->timer);
	arena_destroy(access->arena);
	free(access);
}

static bool
has_scope(struct span scopes, const char *scope)
{
	while (scopes.len)
		if (span_is(span_cut(scopes, ',', &scopes), scope))
			return true;
	return false;
}

bool
access_check(const struct access *access, struct span key, const char *scope,
	const char **name, struct err *e)
{
	uint8_t digest[DIGEST_SIZE];
	const struct key *found = NULL;

	if (!access->arena)
		return fail(e, ERR_BUSY, "keys are not read yet");
	digest_sha256(key, digest);
	/* To the end even after a match: the time tells nothing. */
	for (size_t i = 0; i < access->count; i++)
		if (digest_equal(access->keys[i].digest, digest, DIGEST_SIZE))
			found = &access->keys[i];
	if (!key.len || !found)
		return fail(e, ERR_AUTH,
			"want an API key, as "
			"\"Authorization: Bearer KEY\"");
	if (!has_scope(found->scopes, scope))
		return fail(e, ERR_DENIED, "want a key with the scope \"%s\"",
			scope);
	*name = found->name;
	return true;
}

bool
access_ready(const struct access *access)
{
	return access->arena != NULL;
}
