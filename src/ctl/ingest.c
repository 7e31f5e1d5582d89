/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unifyctl ingest: a file takes the road of a request to the source, from the
 * channel to the COMMIT. Who can read the configuration needs no key.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/intake.h"
#include "ctl/append.h"
#include "ctl/recount.h"
#include "io/now.h"

struct ingesting {
	struct ctl *ctl;
	const struct source *source;
	struct journal *journal;
	struct tally tally;
	struct progress progress;
	FILE *file;
	char *buffer;
	size_t len, cap;
	struct feed feed;
};

/* Reads until want bytes are there, or the end. */
static bool
read_more(struct ingesting *g, size_t want, struct err *e)
{
	if (want > g->cap) {
		char *more = realloc(g->buffer, want);

		if (!more)
			abort();
		g->buffer = more;
		g->cap = want;
	}
	while (g->len < want && !feof(g->file)) {
		g->len += fread(g->buffer + g->len, 1, want - g->len, g->file);
		if (ferror(g->file))
			return fail(e, ERR_MISSING, "%s", strerror(errno));
	}
	return true;
}

static bool
append(struct ingesting *g, struct intake *t, const struct inbound *in,
	struct span body, struct err *e)
{
	size_t rows = t->events.count;

	intake_place(t, g->ctl->config->hash_key, now_wall(),
		intake_keep(t->arena, in, body));
	if (t->count && !ctl_append(g->ctl, g->journal, t->arena, t->entries,
				t->count, e))
		return false;
	tally_add(&g->tally, t);
	progress_add(&g->progress, rows);
	return true;
}

/* One piece. */
static bool
take_piece(struct ingesting *g, const struct inbound *in, struct err *e)
{
	struct intake t = { .arena = arena_create(), .source = g->source };
	struct span piece = { g->buffer, g->len };
	bool ok;

	g->feed.last = feof(g->file);
	ok = intake_feed(&t, &g->feed, piece, e) &&
	     append(g, &t, in, feed_taken(t.arena, &g->feed, piece), e);
	arena_destroy(t.arena);
	if (!ok)
		return false;
	g->len -= g->feed.used;
	if (g->len)
		memmove(g->buffer, g->buffer + g->feed.used, g->len);
	return true;
}

static bool
take_whole(struct ingesting *g, struct inbound *in, struct err *e)
{
	struct intake t = { .arena = g->ctl->arena, .source = g->source };

	in->body = in->raw = (struct span){ g->buffer, g->len };
	return intake_parse(&t, in, g->ctl->config->max_batch, e) &&
	       append(g, &t, in, in->body, e);
}

static bool
take_file(struct ingesting *g, struct err *e)
{
	struct arena *a = g->ctl->arena;
	const char *path =
		arena_printf(a, "/v1/channels/%s", g->source->conf->name);
	struct inbound in = { .method = "POST", .path = span_of(path) };

	in = intake_inbound(a, g->source->channel, &in);
	g->feed.arena = a;
	if (!g->source->channel->feed)
		return read_more(g, g->source->max_body + 1, e) &&
		       take_whole(g, &in, e);
	do {
		if (!read_more(g, g->len + INTAKE_PIECE, e) ||
			!take_piece(g, &in, e))
			return false;
	} while (!g->feed.last);
	return true;
}

static void
print_rejected(const struct tally *tally)
{
	json_t *item;
	size_t i;

	json_array_foreach(tally->list, i, item)
	{
		json_t *reason = json_object_get(item, "reason");

		if (reason)
			fprintf(stderr, "line %lld: %s\n",
				(long long)json_integer_value(
					json_object_get(item, "line")),
				json_string_value(reason));
	}
}

static int
report(struct ctl *ctl, const struct tally *tally)
{
	const struct verdicts *v = &tally->sums;

	if (ctl->json) {
		puts(tally_json(ctl->arena, tally));
	} else {
		print_rejected(tally);
		printf("%zu accepted, %zu duplicate, %zu conflict, "
		       "%zu rejected\n",
			v->accepted, v->duplicate, v->conflict, v->refused);
	}
	return v->refused || v->conflict ? CTL_FAILED : CTL_OK;
}

extern const struct command command_ingest;

static int
ingest_run(struct ctl *ctl, int argc, char **argv)
{
	struct ingesting g = { .ctl = ctl };
	struct err e = { 0 }, why = { 0 };
	int code;

	if (argc != 2)
		return ctl_usage(&command_ingest);
	g.source = config_source(ctl->config, span_of(argv[0]));
	if (!g.source) {
		fprintf(stderr,
			"unifyctl: no source \"%s\" in the "
			"configuration\n",
			argv[0]);
		return CTL_USAGE;
	}
	if (!ctl_start(ctl, &e))
		return ctl_fail(&e);
	g.file = strcmp(argv[1], "-") ? fopen(argv[1], "rb") : stdin;
	if (!g.file) {
		fail(&e, ERR_MISSING, "%s: %s", argv[1], strerror(errno));
		return ctl_fail(&e);
	}
	g.journal = journal_create(ctl->base, ctl->db);
	tally_start(&g.tally);
	progress_start(&g.progress, ctl, "ingest", 0);
	if (take_file(&g, &why)) {
		progress_end(&g.progress);
		code = report(ctl, &g.tally);
	} else {
		fail(&e, why.code, "%s: %s%s", argv[1], why.text,
			g.tally.count ? "; what came before it is in the "
					"journal"
				      : "");
		code = ctl_fail(&e);
	}
	tally_end(&g.tally);
	journal_destroy(g.journal);
	free(g.buffer);
	if (g.file != stdin)
		(void)fclose(g.file);
	return code;
}

const struct command command_ingest = {
	.name = "ingest",
	.usage = "SOURCE FILE",
	.summary = "take a file in as if the source had sent it",
	.run = ingest_run,
};
