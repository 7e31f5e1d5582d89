/* SPDX-License-Identifier: Apache-2.0 */
/* unifyctl key: API keys. A key is shown once, when it is made. */
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/id.h"
#include "ctl/command.h"
#include "store/sql.h"

extern const struct command command_key;

static bool
is_scope(struct span word)
{
	static const char *const scopes[] = { "ingest", "read", "steward",
		"privacy", "admin" };

	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++)
		if (span_is(word, scopes[i]))
			return true;
	return false;
}

static bool
are_scopes(const char *text)
{
	struct span rest = span_of(text);

	if (!rest.len)
		return false;
	while (rest.len)
		if (!is_scope(span_cut(rest, ',', &rest)))
			return false;
	return true;
}

/* 256 random bits, from two random ids under a hash. */
static char *
make_key(struct arena *a)
{
	struct id halves[3] = { id_random(), id_random(), id_random() };
	uint8_t digest[DIGEST_SIZE];

	digest_sha256(
		(struct span){ (const char *)halves, sizeof(halves) }, digest);
	return arena_printf(a, "uk_%s", digest_hex(a, digest, DIGEST_SIZE));
}

static int
add(struct ctl *ctl, const char *name, const char *scopes)
{
	struct id id = id_random();
	uint8_t digest[DIGEST_SIZE];
	char text[ID_TEXT];
	char *key = make_key(ctl->arena);
	const char *params[5] = { id_format(&id, text), name, NULL, scopes,
		NULL };
	struct ctl_rows rows;
	struct err e;

	if (!are_scopes(scopes)) {
		fail(&e, ERR_INPUT,
			"scopes: want ingest, read, steward, privacy or "
			"admin, joined by commas");
		ctl_fail(&e);
		return CTL_USAGE;
	}
	digest_sha256(span_of(key), digest);
	params[2] = digest_hex(ctl->arena, digest, DIGEST_SIZE);
	if (!ctl_query(ctl, sql_key_add, 5, params, &rows, &e))
		return ctl_fail(&e);
	if (ctl->json)
		printf("{\"id\":\"%s\",\"key\":\"%s\"}\n", text, key);
	else
		puts(key);
	return CTL_OK;
}

static int
list(struct ctl *ctl)
{
	struct ctl_rows rows;
	struct err e;
	json_t *all = json_array();

	if (!ctl_query(ctl, sql_key_list, 0, NULL, &rows, &e)) {
		json_decref(all);
		return ctl_fail(&e);
	}
	for (int r = 0; r < rows.rows; r++) {
		if (!ctl->json)
			printf("%-20s %-30s %s %s\n", ctl_value(&rows, r, 0),
				ctl_value(&rows, r, 2), ctl_value(&rows, r, 4),
				ctl_value(&rows, r, 5));
		json_array_append_new(
			all, json_pack("{s:s,s:s,s:s,s:s}", "id",
				     ctl_value(&rows, r, 3), "name",
				     ctl_value(&rows, r, 0), "scopes",
				     ctl_value(&rows, r, 2), "created_at",
				     ctl_value(&rows, r, 4)));
	}
	if (ctl->json) {
		json_dumpf(all, stdout, JSON_COMPACT);
		putchar('\n');
	}
	json_decref(all);
	return CTL_OK;
}

static int
revoke(struct ctl *ctl, const char *name)
{
	struct ctl_rows rows;
	struct err e;

	if (!ctl_query(ctl, sql_key_revoke, 1, &name, &rows, &e))
		return ctl_fail(&e);
	if (!rows.rows) {
		fail(&e, ERR_MISSING, "no live key of the name \"%s\"", name);
		return ctl_fail(&e);
	}
	printf(ctl->json ? "{\"revoked\":%d}\n" : "revoked %d\n", rows.rows);
	return CTL_OK;
}

static int
key_run(struct ctl *ctl, int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[0], "add"))
		return add(ctl, argv[1], argv[2]);
	if (argc == 1 && !strcmp(argv[0], "list"))
		return list(ctl);
	if (argc == 2 && !strcmp(argv[0], "revoke"))
		return revoke(ctl, argv[1]);
	return ctl_usage(&command_key);
}

const struct command command_key = {
	.name = "key",
	.usage = "add NAME SCOPE[,SCOPE]... | list | revoke NAME",
	.summary = "make, list and revoke API keys",
	.run = key_run,
};
