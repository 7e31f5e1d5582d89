/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A channel, by its name in FUZZ_CHANNEL: whole requests as text. Nothing that
 * comes can hurt, what is told can be placed and read back, and pieces give
 * what the whole gives.
 */
#include "core/channel.h"

#include <string.h>

#include "app/config.h"
#include "core/touchpoint.h"
#include "fuzz.h"

#define SOURCE                                                                 \
	"source fuzz { channel = %s secret = \"c2VjcmV0c2VjcmV0\" region = "   \
	"BR %s }"

static struct arena *arena; /* for ever */
static struct config *config;
static const struct source *source;

/* Of the channels that need more than a secret to be read well. */
static const struct {
	const char *channel, *settings;
} more[] = {
	{ "cloudevents",
		"identifiers = { \"email=/data/email\", \"phone=/data/phone\", "
		"\"user_id=/data/old given_up\", \"loyalty=/data/new "
		"taken_over\", \"record=/subject\" } traits = { "
		"\"name=/data/name\" }" },
	{ "line", "nonce = user_id provider = P" },
	{ "meta", "ref = user_id link = loyalty" },
	{ "telegram", "start = user_id" },
	{ "viber", "context = user_id" },
	{ "chatwoot", "identifier = user_id" },
	{ "intercom", "external = user_id" },
	{ "zendesk", "external = user_id" },
	{ "twilio", "url = \"https://a.example/\"" },
	{ "tiktok_shop", "app = A" },
	{ "hubspot",
		"url = \"https://a.example/\" properties = \"n=user_id\"" },
	{ "typeform", "hidden = \"customer=user_id\"" },
	{ "delighted", "properties = \"number=user_id\"" },
	{ "survey", "fields = \"ref=loyalty\"" },
	{ "salesforce", "fields = \"Number__c=user_id\"" },
	{ "adjust", "fields = \"customer=user_id\"" },
};

static const char *
more_of(const char *name)
{
	for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++)
		if (strcmp(more[i].channel, name) == 0)
			return more[i].settings;
	return "";
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct fuzz_file key = fuzz_file(), file = fuzz_file();
	const char *name = getenv("FUZZ_CHANNEL");
	struct err e = { 0 };

	(void)argc;
	(void)argv;
	must(name != NULL, "FUZZ_CHANNEL names a channel");
	arena = arena_create();
	fuzz_write(&key, span_of("0123456789abcdef0123456789abcdef"));
	fuzz_write(&file, span_of(arena_printf(arena,
				  "hash_key_file = \"%s\"\n" SOURCE "\n",
				  key.path, name, more_of(name))));
	config = config_load(arena, file.path, &e);
	must(config != NULL, e.text);
	source = &config->sources[0];
	return 0;
}

static struct inbound
take_apart(struct arena *a, struct span bytes)
{
	struct header *headers = arena_array(a, 64, sizeof(*headers));
	struct inbound in = { .headers = headers };
	struct span line = span_cut(bytes, '\n', &bytes);

	in.method = span_text(a, span_cut(line, ' ', &line));
	in.path = span_cut(span_cut(line, ' ', &line), '?', &in.query);
	while (bytes.len && in.header_count < 64) {
		struct header *h = &headers[in.header_count];

		line = span_trim(span_cut(bytes, '\n', &bytes));
		if (!line.len)
			break;
		h->name = span_cut(line, ':', &h->value);
		h->value = span_trim(h->value);
		in.header_count++;
	}
	if (!bytes.len)
		bytes.data = "";
	in.body = in.raw = bytes;
	in.at = INT64_C(1760000000) * 1000000;
	return in;
}

static void
place(struct arena *a, const struct events *events)
{
	for (size_t i = 0; i < events->count; i++) {
		const struct event *ev = &events->items[i];
		struct placed placed;
		struct told told;
		struct err e = { 0 };

		if (ev->refused)
			continue;
		touchpoint_place(
			a, config->hash_key, source->conf, ev, &placed);
		must(touchpoint_read(a, span_of(placed.body), &told, &e),
			"what was placed is read back");
		must(told.identifier_count == placed.identifier_count,
			"all that it names is read back");
	}
}

/* In pieces of step bytes and more, as the channel asks. */
static bool
read_pieces(
	struct arena *a, struct span body, size_t step, struct events *events)
{
	struct feed feed = { .arena = a };
	size_t at = 0, len = step;
	struct err e = { 0 };

	for (;;) {
		if (len > body.len - at)
			len = body.len - at;
		feed.last = at + len == body.len;
		feed.used = 0;
		if (!source->channel->feed(a, &feed,
			    (struct span){ body.data + at, len }, source->conf,
			    events, &e))
			return false;
		must(feed.used <= len, "no more is taken than there is");
		at += feed.used;
		if (feed.last && at == body.len)
			return true;
		must(!feed.last || feed.used, "the last piece is taken");
		len = feed.used ? step : len * 2;
	}
}

static void
compare(struct arena *a, const struct events *left, const struct events *right)
{
	must(left->count == right->count, "pieces give as many events");
	for (size_t i = 0; i < left->count; i++) {
		const struct event *l = &left->items[i], *r = &right->items[i];

		must(!l->refused == !r->refused, "pieces are refused alike");
		must(l->refused || strcmp(event_content(a, l),
					   event_content(a, r)) == 0,
			"pieces give the events of the whole");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct channel *channel = source->channel;
	struct arena *a = arena_create();
	struct inbound in =
		take_apart(a, (struct span){ (const char *)data, size });
	struct events events = { 0 }, pieces = { 0 };
	struct err e = { 0 };
	struct span answer;
	bool good;

	if (!channel->verify(&in, source->conf, &e))
		must(*e.text, "who is not believed hears why");
	e = (struct err){ 0 };
	if (channel->greet && strcmp(in.method, "GET") == 0 &&
		!channel->greet(a, &in, source->conf, &answer, &e))
		must(*e.text, "who is not greeted hears why");
	if (channel->options)
		channel->options(a, &in, source->conf);
	e = (struct err){ 0 };
	good = channel->parse(a, &in, source->conf, &events, &e);
	must(good || *e.text, "who is not understood hears why");
	place(a, &events);
	if (channel->feed) {
		bool same = read_pieces(a, in.body, 1 + size % 7, &pieces);

		must(same == good, "pieces are understood as the whole is");
		if (good)
			compare(a, &events, &pieces);
	}
	arena_destroy(a);
	return 0;
}
