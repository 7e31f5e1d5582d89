/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The web channel: samples of our own, and the captured requests of real
 * libraries where the shared folder is at hand.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/channel.h"
#include "core/json.h"

#include "keeps.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_web;
Suite *suite(void);

static const char *keys[] = { "old", "wk1", NULL };
static const struct source_conf conf = {
	.name = "shop",
	.region = "BR",
	.assurance = ASSERTED,
	.currency = "BRL",
	.secrets = keys,
};

static struct arena *arena;

static void
setup(void)
{
	arena = arena_create();
}

static void
teardown(void)
{
	arena_destroy(arena);
}

static bool
verify(const char *auth, const char *query, const char *body)
{
	struct header header = { span_of("Authorization"), span_of(auth) };
	struct inbound in = {
		.method = "POST",
		.path = span_of("/v1/t"),
		.query = span_of(query),
		.headers = &header,
		.header_count = auth != NULL ? 1 : 0,
		.body = span_of(body),
	};
	struct err e = { .code = ERR_NONE };
	bool known = channel_web.verify(&in, &conf, &e);

	ck_assert_int_eq(e.code, known ? ERR_NONE : ERR_AUTH);
	return known;
}

static bool
parse(const char *path, struct span body, struct events *events, struct err *e)
{
	struct inbound in = {
		.method = "POST",
		.path = span_of(path),
		.body = body,
	};

	*events = (struct events){ .count = 0 };
	*e = (struct err){ .code = ERR_NONE };
	return channel_web.parse(arena, &in, &conf, events, e);
}

/* The one event of a body. */
static struct event *
one(const char *path, const char *body)
{
	struct events events;
	struct err e;
	bool done = parse(path, span_of(body), &events, &e);

	ck_assert_msg(done, "%s", e.text);
	ck_assert_uint_eq(events.count, 1);
	return events.items;
}

static const char *
text(struct span s)
{
	return span_text(arena, s);
}

/* The value of the claim of a kind, or "". */
static const char *
claim(const struct event *ev, const char *kind)
{
	for (size_t i = 0; i < ev->claim_count; i++)
		if (strcmp(ev->claims[i].kind, kind) == 0)
			return text(ev->claims[i].value);
	return "";
}

static const char *
trait(const struct event *ev, const char *name)
{
	return text(json_member(arena, ev->traits, name));
}

START_TEST(keys_are_found_where_libraries_put_them)
{
	ck_assert(verify("Basic d2sxOg==", NULL, NULL)); /* wk1: */
	ck_assert(verify("Basic d2sxOiIi", NULL, NULL)); /* wk1:"" */
	ck_assert(verify("Bearer wk1", NULL, NULL));
	ck_assert(verify(NULL, NULL, "{\"batch\":[],\"writeKey\":\"wk1\"}"));
	ck_assert(verify(NULL, "a=b&writeKey=wk1", "{}"));
	ck_assert(verify(NULL, "writeKey=old", "not json"));
	ck_assert(verify("Bearer oauth", NULL, "{\"writeKey\":\"wk1\"}"));
}
END_TEST

START_TEST(other_keys_are_not_believed)
{
	ck_assert(!verify(NULL, NULL, NULL));
	ck_assert(!verify(NULL, NULL, "{"));
	ck_assert(!verify(NULL, NULL, "{\"writeKey\":\"\"}"));
	ck_assert(!verify(NULL, NULL, "{\"writeKey\":\"wk\"}"));
	ck_assert(!verify(NULL, NULL, "{\"writeKey\":\"wk11\"}"));
	ck_assert(!verify(NULL, "writeKey=nope", "{}"));
	/* "no:", beside the right key: the header decides. */
	ck_assert(!verify("Basic bm86", NULL, "{\"writeKey\":\"wk1\"}"));
}
END_TEST

START_TEST(identify_names_a_person)
{
	struct event *ev = one("/v1/i",
		"{\"type\":\"identify\",\"messageId\":\"m1\","
		"\"userId\":\"u1\",\"anonymousId\":\"a1\","
		"\"timestamp\":\"1970-01-01T00:00:01Z\","
		"\"sentAt\":\"1970-01-01T00:00:09Z\","
		"\"context\":{\"device\":{\"id\":\"d1\"},"
		"\"traits\":{\"phone\":\"+5511987654321\",\"name\":\"M\"}},"
		"\"traits\":{\"email\":\"m@example.com\","
		"\"name\":\"Maria Silva\",\"firstName\":\"Maria\","
		"\"last_name\":\"Silva\",\"birthday\":\"1990-02-03\","
		"\"createdAt\":\"2024\",\"HTTPCode\":7,\"Vip Club\":true,"
		"\"score\":1.50,\"address\":{\"city\":\"X\"},"
		"\"nothing\":null}}");

	ck_assert_ptr_null(ev->refused);
	ck_assert_str_eq(ev->type, "identify");
	ck_assert_str_eq(text(ev->external_id), "m1");
	ck_assert_int_eq(ev->occurred_at, CLOCK_SECOND);
	ck_assert_uint_eq(ev->line, 1);
	ck_assert_uint_eq(ev->claim_count, 5);
	ck_assert_str_eq(claim(ev, "user_id"), "u1");
	ck_assert_str_eq(claim(ev, "anonymous_id"), "a1");
	ck_assert_str_eq(claim(ev, "device"), "d1");
	ck_assert_str_eq(claim(ev, "email"), "m@example.com");
	ck_assert_str_eq(claim(ev, "phone"), "+5511987654321");
	for (size_t i = 0; i < ev->claim_count; i++)
		ck_assert_int_eq(
			ev->claims[i].assurance, i < 3 ? VERIFIED : ASSERTED);
	ck_assert_str_eq(trait(ev, "name"), "Maria Silva");
	ck_assert_str_eq(trait(ev, "given_name"), "Maria");
	ck_assert_str_eq(trait(ev, "family_name"), "Silva");
	ck_assert_str_eq(trait(ev, "birth_date"), "1990-02-03");
	ck_assert_str_eq(trait(ev, "created_at"), "2024");
	ck_assert_str_eq(trait(ev, "http_code"), "7");
	ck_assert_str_eq(trait(ev, "vip_club"), "true");
	ck_assert_str_eq(trait(ev, "score"), "1.50");
	ck_assert_uint_eq(json_object_size(ev->traits), 8);
}
END_TEST

START_TEST(paths_say_the_type_where_the_item_does_not)
{
	static const char *const paths[][2] = {
		{ "/v1/identify", "identify" },
		{ "/v1/i", "identify" },
		{ "/v1/page/", "page" },
		{ "/p", "page" },
		{ "/v1/screen", "screen" },
		{ "s", "screen" },
		{ "/v1/group", "group" },
		{ "/v1/g", "group" },
		{ "/v1/alias", "alias" },
		{ "/v1/a", "alias" },
		{ "/v1/t", "track" },
		{ "/v1/xyz", "unknown" },
	};
	struct event *ev;

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		ev = one(paths[i][0], "{\"userId\":1,\"event\":\"E\"}");
		ck_assert_ptr_null(ev->refused);
		ck_assert_str_eq(ev->type, paths[i][1]);
		ck_assert_str_eq(claim(ev, "user_id"), "1");
		ck_assert_int_eq(ev->occurred_at, CLOCK_NONE);
	}
	ev = one("/v1/t", "{\"type\":\"page\",\"userId\":\"u\","
			  "\"properties\":{\"name\":\"Home\"}}");
	ck_assert_str_eq(ev->type, "page");
	ck_assert_str_eq(text(ev->name), "Home");
}
END_TEST

START_TEST(orders_keep_the_digits_sent)
{
	struct event *ev = one("/v1/track",
		"{\"userId\":\"u\",\"event\":\"Order Completed\","
		"\"originalTimestamp\":\"1970-01-01T00:00:02Z\","
		"\"properties\":{\"order_id\":\"o1\",\"total\":119.90,"
		"\"currency\":\"usd\",\"email\":\"a@example.com\","
		"\"products\":[{\"product_id\":\"p\",\"price\":9.10},"
		"{\"product_id\":\"p\",\"sku\":\"s\",\"name\":\"N\","
		"\"quantity\":2}]}}");

	ck_assert_ptr_null(ev->refused);
	ck_assert_str_eq(ev->type, "order");
	ck_assert_str_eq(text(ev->name), "Order Completed");
	ck_assert_str_eq(claim(ev, "email"), "a@example.com");
	ck_assert_int_eq(ev->occurred_at, 2 * CLOCK_SECOND);
	ck_assert_ptr_nonnull(ev->purchase);
	ck_assert(!ev->purchase->refund);
	ck_assert_str_eq(text(ev->purchase->id), "o1");
	ck_assert_str_eq(text(ev->purchase->amount), "119.90");
	ck_assert_str_eq(ev->purchase->currency, "USD");
	ck_assert_str_eq(json_write(arena, ev->purchase->lines),
		"[{\"price\":\"9.10\",\"sku\":\"p\"},"
		"{\"name\":\"N\",\"quantity\":\"2\",\"sku\":\"s\"}]");

	ev = one("/v1/track",
		"{\"userId\":\"u\",\"event\":\"Order Refunded\","
		"\"properties\":{\"order_id\":7,\"value\":\"5\"}}");
	ck_assert_str_eq(ev->type, "refund");
	ck_assert(ev->purchase->refund);
	ck_assert_str_eq(text(ev->purchase->id), "7");
	ck_assert_str_eq(text(ev->purchase->amount), "5");
	ck_assert_str_eq(ev->purchase->currency, "BRL");
	ck_assert_ptr_null(ev->purchase->lines);

	ev = one("/v1/track", "{\"userId\":\"u\",\"event\":\"Order Updated\","
			      "\"properties\":{\"order_id\":7}}");
	ck_assert_str_eq(ev->type, "order");
	ck_assert_ptr_null(ev->purchase);
	ev = one("/v1/t", "{\"userId\":\"u\",\"event\":\"Cart Viewed\"}");
	ck_assert_str_eq(ev->type, "cart");
	ev = one("/v1/t", "{\"userId\":\"u\",\"event\":\"Checkout Started\"}");
	ck_assert_str_eq(ev->type, "checkout");
	ev = one("/v1/t", "{\"userId\":\"u\",\"event\":\"Order Cancelled\","
			  "\"properties\":{\"order_id\":\"o1\","
			  "\"total\":-119.90}}");
	ck_assert_str_eq(ev->type, "refund");
	ck_assert(ev->purchase->refund);
	ck_assert_str_eq(text(ev->purchase->amount), "119.90");
	ev = one("/v1/t", "{\"userId\":\"u\",\"event\":\"Product Viewed\"}");
	ck_assert_str_eq(ev->type, "track");
	ck_assert_ptr_null(json_object_get(ev->body, "cart"));
}
END_TEST

#define ANEW "{\"all\":true,\"removed\":true}"

/* What each event says of the cart; NULL: nothing. */
static const struct {
	const char *event, *properties, *cart;
} carts[] = {
	{ "Product Added",
		"\"cart_id\":\"c\",\"product_id\":\"p\",\"sku\":\"s\","
		"\"name\":\"N\",\"quantity\":2,\"price\":189.90,"
		"\"currency\":\"eur\"",
		"[{\"currency\":\"EUR\",\"name\":\"N\",\"price\":\"189.90\","
		"\"quantity\":\"2\",\"sku\":\"s\"}]" },
	/* More digits than a double has; the source's currency. */
	{ "product added",
		"\"product_id\":7,\"price\":12345678901234567.10,"
		"\"quantity\":\"0.250\"",
		"[{\"currency\":\"BRL\",\"price\":\"12345678901234567.10\","
		"\"quantity\":\"0.250\",\"sku\":\"7\"}]" },
	/* What is no plain decimal or currency is not guessed at. */
	{ "Product Added",
		"\"sku\":\"s\",\"price\":\"1,000\",\"quantity\":1e3,"
		"\"currency\":\"R$\"",
		"[{\"sku\":\"s\"}]" },
	/* No article: nothing is put in, and nothing emptied. */
	{ "Product Added", "\"name\":\"N\"", NULL },
	{ "Product Removed", "\"name\":\"N\"", NULL },
	{ "Product Removed", "\"sku\":\"s\",\"quantity\":1",
		"[{\"currency\":\"BRL\",\"quantity\":\"1\",\"removed\":true,"
		"\"sku\":\"s\"}]" },
	{ "Cart Viewed",
		"\"currency\":\"usd\",\"products\":[{\"sku\":\"a\"},"
		"{\"product_id\":\"b\",\"currency\":\"EUR\"},7,{}]",
		"[" ANEW ",{\"currency\":\"USD\",\"sku\":\"a\"},"
		"{\"currency\":\"EUR\",\"sku\":\"b\"}]" },
	{ "Cart Viewed", "\"products\":[]", "[" ANEW "]" },
	{ "Cart Viewed", "\"cart_id\":\"c\"", NULL },
	{ "Checkout Started", "\"value\":5,\"products\":[{\"sku\":\"a\"}]",
		"[" ANEW ",{\"currency\":\"BRL\",\"sku\":\"a\"}]" },
	{ "Checkout Started", "\"value\":5", NULL },
	/* Whatever its amount is, what was in the cart is bought. */
	{ "Order Completed", "\"products\":[{\"sku\":\"a\"}]", "[" ANEW "]" },
	{ "Order Updated", "\"order_id\":1,\"products\":[{\"sku\":\"a\"}]",
		"[{\"currency\":\"BRL\",\"removed\":true,\"sku\":\"a\"}]" },
	{ "Order Updated", "\"order_id\":1", NULL },
	{ "Order Refunded", "\"products\":[{\"sku\":\"a\"}]", NULL },
	{ "Order Cancelled", "\"products\":[{\"sku\":\"a\"}]", NULL },
};

START_TEST(what_is_said_of_the_cart)
{
	const struct event *ev = one(
		"/v1/track", arena_printf(arena,
				     "{\"userId\":\"u\",\"event\":\"%s\","
				     "\"properties\":{%s}}",
				     carts[_i].event, carts[_i].properties));
	const json_t *cart = json_object_get(ev->body, "cart");

	ck_assert_ptr_null(ev->refused);
	if (carts[_i].cart == NULL)
		ck_assert_ptr_null(cart);
	else
		ck_assert_str_eq(json_write(arena, cart), carts[_i].cart);
}
END_TEST

START_TEST(an_alias_of_itself_joins_nothing)
{
	struct event *ev =
		one("/v1/a", "{\"userId\":\"u1\",\"previousId\":\"u1\"}");

	ck_assert_ptr_null(ev->refused);
	ck_assert_str_eq(ev->type, "alias");
	ck_assert_uint_eq(ev->claim_count, 1);
	ev = one("/v1/a", "{\"userId\":\"u1\",\"previousId\":\"old\"}");
	ck_assert_uint_eq(ev->claim_count, 2);
	ck_assert_str_eq(claim(ev, "anonymous_id"), "old");
}
END_TEST

START_TEST(traits_of_a_group_are_not_the_persons)
{
	struct event *ev = one("/v1/g",
		"{\"userId\":\"u\",\"groupId\":\"g1\","
		"\"traits\":{\"name\":\"Gold\",\"email\":\"g@example.com\"}}");

	ck_assert_str_eq(trait(ev, "name"), "");
	ck_assert_str_eq(claim(ev, "email"), "");
	ck_assert_str_eq(text(json_member(arena, ev->body, "group_id")), "g1");
	ck_assert_str_eq(text(json_member(arena,
				 json_object_get(ev->body, "group"), "name")),
		"Gold");
}
END_TEST

START_TEST(a_batch_shares_its_context)
{
	struct events events;
	struct err e;
	const struct event *ev;

	ck_assert(parse("/v1/b",
		span_of("{\"batch\":["
			"{\"type\":\"page\",\"anonymousId\":\"a\",\"userId\":"
			"null},"
			"7,{\"type\":\"page\"},{\"userId\":\"u\"},"
			"{\"type\":\"page\",\"userId\":\"u\",\"context\":"
			"{\"campaign\":{\"source\":\"own\"},"
			"\"page\":{\"title\":\"t\"}}}],"
			"\"context\":{\"campaign\":{\"source\":\"all\"},"
			"\"page\":{\"url\":\"https://x\"},"
			"\"consent\":{\"categoryPreferences\":{\"ads\":false}}}"
			","
			"\"writeKey\":\"wk1\"}"),
		&events, &e));
	ck_assert_uint_eq(events.count, 5);
	ev = events.items;
	ck_assert_uint_eq(ev[0].claim_count, 1);
	ck_assert_str_eq(json_write(arena, ev[0].body),
		"{\"campaign\":{\"source\":\"all\"},\"consent\":"
		"{\"categoryPreferences\":{\"ads\":false}},"
		"\"url\":\"https://x\"}");
	ck_assert_str_eq(ev[1].refused, "expected an object");
	ck_assert_str_eq(ev[2].refused, "expected userId or anonymousId");
	ck_assert_uint_eq(ev[2].line, 3);
	ck_assert_ptr_nonnull(strstr(ev[3].refused, "expected type"));
	ck_assert_str_eq(json_write(arena, ev[4].body),
		"{\"campaign\":{\"source\":\"own\"},\"consent\":"
		"{\"categoryPreferences\":{\"ads\":false}},"
		"\"url\":\"https://x\"}");
	ck_assert(parse("/v1/batch", span_of("{\"batch\":[]}"), &events, &e));
	ck_assert_uint_eq(events.count, 0);
}
END_TEST

START_TEST(limits_refuse_the_item_alone)
{
	char *x = arena_alloc(arena, 257);
	static const char form[] = "{\"userId\":\"u\",\"messageId\":\"%.*s\","
				   "\"traits\":{\"email\":\"%.*s\"}}";
	struct event *ev;

	for (int i = 0; i < 256; i++)
		x[i] = 'x';
	ev = one("/v1/i", arena_printf(arena, form, 100, x, 255, x));
	ck_assert_ptr_null(ev->refused);
	ev = one("/v1/i", arena_printf(arena, form, 101, x, 255, x));
	ck_assert_str_eq(
		ev->refused, "expected messageId of at most 100 characters");
	ev = one("/v1/i", arena_printf(arena, form, 100, x, 256, x));
	ck_assert_str_eq(
		ev->refused, "expected email of at most 255 characters");
	ck_assert_uint_eq(ev->claim_count, 0);
	ev = one("/v1/t", "{\"userId\":\"u\"}");
	ck_assert_ptr_nonnull(strstr(ev->refused, "expected event"));
	ev = one("/v1/t",
		"{\"userId\":\"u\",\"event\":\"Order Completed\","
		"\"properties\":{\"order_id\":1,\"total\":\"1,00\"}}");
	ck_assert_ptr_nonnull(strstr(ev->refused, "119.90"));
	ev = one("/v1/t", "{\"userId\":\"u\",\"event\":\"Order Completed\","
			  "\"properties\":{\"order_id\":1,\"total\":1,"
			  "\"currency\":\"R$\"}}");
	ck_assert_ptr_nonnull(strstr(ev->refused, "currency"));
}
END_TEST

START_TEST(what_cannot_be_understood_is_an_error)
{
	static const char *const bad[] = {
		"",
		"{",
		"[]",
		"7",
		"{\"batch\":{}}",
		"{\"batch\":null}",
	};
	struct events events;
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ck_assert(!parse("/v1/t", span_of(bad[i]), &events, &e));
		ck_assert_int_eq(e.code, ERR_INPUT);
		ck_assert_str_ne(e.text, "");
	}
	ck_assert(!parse("/v1/batch", span_of("{}"), &events, &e));
	ck_assert(parse("/v1/m", span_of("{\"series\":[]}"), &events, &e));
	ck_assert_uint_eq(events.count, 0);
}
END_TEST

START_TEST(a_large_context_is_not_multiplied)
{
	static char xs[1 << 20];
	const char *items = "{\"userId\":1}";
	struct events events;
	struct err e;

	for (size_t i = 0; i < sizeof(xs) - 1; i++)
		xs[i] = 'x';
	for (size_t i = 0; i < 99; i++)
		items = arena_printf(arena, "%s,{\"userId\":1}", items);
	ck_assert(!parse("/v1/b",
		span_of(arena_printf(arena,
			"{\"context\":{\"traits\":{\"x\":\"%s\"}},\"batch\":[%"
			"s]}",
			xs, items)),
		&events, &e));
	ck_assert_int_eq(e.code, ERR_LIMIT);
}
END_TEST

static struct span
read_all(const char *path)
{
	size_t cap = 1 << 20;
	char *data = arena_alloc(arena, cap);
	FILE *f = fopen(path, "r");
	size_t n;

	ck_assert_msg(f != NULL, "%s", path);
	n = fread(data, 1, cap, f);
	fclose(f);
	return (struct span){ data, n };
}

static void
captured_json(const char *path)
{
	struct events events;
	struct err e;

	ck_assert_msg(parse("/v1/batch", read_all(path), &events, &e) ||
			      e.code == ERR_INPUT,
		"%s", path);
	/* Single calls do not go to the path of batches. */
	if (e.code != ERR_NONE)
		ck_assert_msg(parse("/v1/x", read_all(path), &events, &e),
			"%s: %s", path, e.text);
	ck_assert_uint_gt(events.count, 0);
	for (size_t i = 0; i < events.count; i++) {
		const struct event *ev = &events.items[i];

		ck_assert_msg(ev->refused == NULL, "%s: %s", path, ev->refused);
		ck_assert_str_ne(ev->type, "unknown");
		ck_assert_uint_gt(ev->claim_count, 0);
		ck_assert_int_ne(ev->occurred_at, CLOCK_NONE);
	}
}

static void
captured_http(const char *path)
{
	struct span rest = read_all(path);
	struct span line = span_cut(rest, '\n', &rest);
	struct header headers[64];
	struct inbound in = { .method = "POST", .headers = headers };

	if (!span_starts(line, "POST "))
		return; /* a preflight carries no key */
	while (rest.len > 0 && in.header_count < 64) {
		struct header *h = &headers[in.header_count];

		line = span_trim(span_cut(rest, '\n', &rest));
		if (line.len == 0)
			break;
		h->name = span_cut(line, ':', &h->value);
		h->value = span_trim(h->value);
		in.header_count++;
	}
	ck_assert_msg(
		span_starts(inbound_key(arena, &in), "wKLoopback"), "%s", path);
}

START_TEST(captured_requests_are_understood)
{
	const char *shared = getenv("UNIFYD_SHARED");
	const char *folder = arena_printf(arena, "%s/payloads/web_segment",
		shared != NULL ? shared : "../shared");
	DIR *dir = opendir(folder);
	const struct dirent *d;

	if (dir == NULL) {
		printf("web_test: %s is absent, captures not read\n", folder);
		return;
	}
	while ((d = readdir(dir)) != NULL) {
		const char *dot = strrchr(d->d_name, '.');
		const char *path =
			arena_printf(arena, "%s/%s", folder, d->d_name);

		if (dot != NULL && strcmp(dot, ".json") == 0)
			captured_json(path);
		else if (dot != NULL && strcmp(dot, ".http") == 0)
			captured_http(path);
	}
	closedir(dir);
}
END_TEST

START_TEST(it_keeps_the_headers_it_reads)
{
	assert_keeps(arena, &channel_web, "/v1/track",
		"{\"userId\":\"u\",\"event\":\"E\"}", &conf);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("channels/web");
	TCase *t = tcase_create("web");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, keys_are_found_where_libraries_put_them);
	tcase_add_test(t, other_keys_are_not_believed);
	tcase_add_test(t, identify_names_a_person);
	tcase_add_test(t, paths_say_the_type_where_the_item_does_not);
	tcase_add_test(t, orders_keep_the_digits_sent);
	tcase_add_loop_test(t, what_is_said_of_the_cart, 0,
		(int)(sizeof(carts) / sizeof(*carts)));
	tcase_add_test(t, an_alias_of_itself_joins_nothing);
	tcase_add_test(t, traits_of_a_group_are_not_the_persons);
	tcase_add_test(t, a_batch_shares_its_context);
	tcase_add_test(t, limits_refuse_the_item_alone);
	tcase_add_test(t, what_cannot_be_understood_is_an_error);
	tcase_add_test(t, a_large_context_is_not_multiplied);
	tcase_add_test(t, captured_requests_are_understood);
	tcase_add_test(t, it_keeps_the_headers_it_reads);
	suite_add_tcase(s, t);
	return s;
}
