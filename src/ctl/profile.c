/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unifyctl profile: one as a card for people, or all as canonical NDJSON,
 * which two databases of the same events have in common to the byte.
 */
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "core/identifier.h"
#include "core/json.h"
#include "ctl/command.h"
#include "store/sql.h"

#define PAGE "500"

extern const struct command command_profile;

static const char *
text(struct ctl *ctl, const json_t *object, const char *name)
{
	return span_text(ctl->arena, json_member(ctl->arena, object, name));
}

/* "2026-11-20T13:02:11Z" as "2026-11-20 13:02". */
static const char *
when(struct ctl *ctl, const json_t *object, const char *name)
{
	const char *at = text(ctl, object, name);

	return strlen(at) < 16
		       ? at
		       : arena_printf(ctl->arena, "%.10s %.5s", at, at + 11);
}

static void
card_identifiers(struct ctl *ctl, const json_t *record)
{
	const json_t *list = json_object_get(record, "identifiers");
	json_t *item;
	size_t i;

	puts("\n  known by");
	json_array_foreach(list, i, item)
	{
		printf("    %-14s %-32s %s%s\n", text(ctl, item, "kind"),
			text(ctl, item, "value"), text(ctl, item, "assurance"),
			json_is_true(json_object_get(item, "shared"))
				? ", shared with others"
				: "");
	}
}

static void
card_channels(struct ctl *ctl, json_t *record)
{
	const char *name;
	json_t *channel;

	puts("\n  seen on");
	json_object_foreach(json_object_get(record, "channels"), name, channel)
		printf("    %-14s %s to %s, %s events\n", name,
			when(ctl, channel, "first"), when(ctl, channel, "last"),
			text(ctl, channel, "count"));
}

static void
card_commerce(struct ctl *ctl, json_t *record)
{
	json_t *commerce = json_object_get(record, "commerce"), *money, *line;
	json_t *cart = json_object_get(commerce, "cart");
	const char *currency;
	size_t i;

	json_object_foreach(
		json_object_get(commerce, "currencies"), currency, money)
		printf("\n  bought\n    %s orders for %s %s, refunds %s\n",
			text(ctl, money, "orders"), text(ctl, money, "spend"),
			currency, text(ctl, money, "refunds"));
	if (json_array_size(cart))
		puts("\n  in the cart");
	json_array_foreach(cart, i, line) printf("    %s x %s\n",
		text(ctl, line, "quantity"), text(ctl, line, "name"));
}

static void
card_events(struct ctl *ctl, const json_t *record)
{
	const json_t *list = json_object_get(record, "last_events");
	json_t *item;
	size_t i;

	puts("\n  last");
	json_array_foreach(list, i, item) printf("    %s  %-10s %-10s %s\n",
		when(ctl, item, "occurred_at"), text(ctl, item, "channel"),
		text(ctl, item, "type"), text(ctl, item, "name"));
}

static void
card(struct ctl *ctl, json_t *record)
{
	json_t *name =
		json_object_get(json_object_get(record, "traits"), "name");
	const char *called = text(ctl, name, "value");

	printf("%s\n  profile %s\n", called[0] ? called : "(no name)",
		text(ctl, record, "id"));
	card_identifiers(ctl, record);
	card_channels(ctl, record);
	card_commerce(ctl, record);
	card_events(ctl, record);
}

/* The id asked for: a UUID, or a kind and a value as people write it. */
static bool
asked_id(
	struct ctl *ctl, int argc, char **argv, char id[ID_TEXT], struct err *e)
{
	const struct config *c = ctl->config;
	struct span value;
	struct id found;

	if (argc == 1) {
		if (!id_parse(span_of(argv[0]), &found))
			return fail(e, ERR_INPUT,
				"want a profile's UUID, or KIND VALUE");
	} else {
		if (!identifier_normalise(ctl->arena, argv[0], span_of(argv[1]),
			    c->source_count ? c->sources[0].conf->region : NULL,
			    &value, e))
			return false;
		found = identifier_id(c->hash_key, argv[0], value);
	}
	id_format(&found, id);
	return true;
}

static int
show(struct ctl *ctl, int argc, char **argv)
{
	char id[ID_TEXT];
	const char *params[4] = { id, NULL, "1", "false" };
	struct ctl_rows rows;
	json_t *record;
	struct err e;

	if (!asked_id(ctl, argc, argv, id, &e)) {
		ctl_fail(&e);
		return CTL_USAGE;
	}
	if (!ctl_query(ctl, sql_profile_record, 4, params, &rows, &e))
		return ctl_fail(&e);
	if (!rows.rows) {
		fail(&e, ERR_MISSING, "no profile has that");
		return ctl_fail(&e);
	}
	if (ctl->json) {
		puts(ctl_value(&rows, 0, 0));
		return CTL_OK;
	}
	record = json_read(ctl->arena, span_of(ctl_value(&rows, 0, 0)), &e);
	if (!record)
		return ctl_fail(&e);
	card(ctl, record);
	return CTL_OK;
}

/* Every page in turn; each line goes out, or into a digest of digests, so
 * that a database of any size fits. */
static int export(struct ctl *ctl, bool digest)
{
	const char *params[4] = { NULL, NULL, PAGE, "true" };
	uint8_t sum[2 * DIGEST_SIZE] = { 0 };
	struct ctl_rows rows = { .rows = 1 };
	long count = 0;
	struct err e;

	while (rows.rows) {
		struct arena *whole = ctl->arena;
		bool ok;

		ctl->arena = arena_create();
		ok = ctl_query(ctl, sql_profile_record, 4, params, &rows, &e);
		for (int r = 0; ok && r < rows.rows; r++) {
			struct span line = span_of(ctl_value(&rows, r, 0));

			count++;
			if (!digest) {
				puts(line.data);
				continue;
			}
			digest_sha256(line, sum + DIGEST_SIZE);
			digest_sha256(
				(struct span){ (const char *)sum, sizeof(sum) },
				sum);
		}
		if (ok && rows.rows)
			params[1] = arena_printf(whole, "%s",
				ctl_value(&rows, rows.rows - 1, 1));
		arena_destroy(ctl->arena);
		ctl->arena = whole;
		if (!ok)
			return ctl_fail(&e);
	}
	if (digest)
		printf("%s %ld profiles\n",
			digest_hex(ctl->arena, sum, DIGEST_SIZE), count);
	return CTL_OK;
}

static int
profile_run(struct ctl *ctl, int argc, char **argv)
{
	if ((argc == 2 || argc == 3) && !strcmp(argv[0], "show"))
		return show(ctl, argc - 1, argv + 1);
	if (argc == 1 && !strcmp(argv[0], "export"))
		return export(ctl, false);
	if (argc == 2 && !strcmp(argv[0], "export") &&
		!strcmp(argv[1], "--digest"))
		return export(ctl, true);
	return ctl_usage(&command_profile);
}

const struct command command_profile = {
	.name = "profile",
	.usage = "show ID | show KIND VALUE | export [--digest]",
	.summary = "show one profile, or export all",
	.run = profile_run,
};
