/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the libraries of Segment and RudderStack, and a browser's beacons,
 * really sent, where the shared folder is. Handshakes and gzip are io's and
 * app's, and are sent whole by tests/whole.
 */
#include "core/channel.h"

#include "say.h"

#include <check.h> /* last: it has a macro called fail */

extern const struct channel channel_web;
Suite *suite(void);

static const struct {
	const char *file, *said;
} recorded[] = {
	{ "web_beacon/browser-chromium__001_POST_beacon_string.http",
		"refused: expected userId or anonymousId" },
	{ "web_beacon/browser-chromium__002_POST_beacon_blob-text.http",
		"refused: expected userId or anonymousId" },
	{ "web_beacon/browser-chromium__003_POST_fetch_keepalive-text.http",
		"refused: expected userId or anonymousId" },
	{ "web_beacon/browser-chromium__004_POST_beacon_formdata.http",
		"refused: expected userId or anonymousId" },
	{ "web_beacon/browser-chromium__005_POST_beacon_urlsearchparams.http",
		"1 json: line 1: invalid token" },
	{ "web_beacon/browser-chromium__008_POST_fetch_json.http",
		"refused: expected userId or anonymousId" },
	{ "web_beacon/browser-chromium__010_POST_fetch_json-auth-cred.http",
		"refused: expected userId or anonymousId" },
	{ "web_beacon/browser-chromium__011_POST_beacon_blob-json.http",
		"refused: expected userId or anonymousId" },
	{ "web_rudderstack/"
	  "browser-chromium-analytics-js-3.34.1-useBeacon__003_POST_beacon_v1_"
	  "batch.http",
		"page \"Product 42\" id=0b0f9890-ecf2-4be7-8d3d-8710a3ea7ddd "
		"at=2026-11-22T22:01:08.888000Z "
		"anonymous_id=b86efe1d-9322-43f7-ae2e-7319bf22e3e4/verified\n"
		"track \"Product Viewed\" "
		"id=c1faecff-553a-4bad-8c62-72ec26a1d466 "
		"at=2026-11-22T22:01:08.898000Z "
		"anonymous_id=b86efe1d-9322-43f7-ae2e-7319bf22e3e4/verified\n"
		"identify id=f9055b38-1da8-4153-863a-79331be02f2b "
		"at=2026-11-22T22:01:08.907000Z user_id=cust-10042/verified "
		"anonymous_id=b86efe1d-9322-43f7-ae2e-7319bf22e3e4/verified "
		"email=maria.silva@example.com.br/asserted" },
	{ "web_rudderstack/"
	  "browser-chromium-analytics-js-3.34.1__004_POST_v1_page.http",
		"page \"Product 42\" id=d1a4a57f-1f9e-4de5-a0f6-3d31246e2877 "
		"at=2026-11-22T22:00:57.235000Z "
		"anonymous_id=abd9deaf-2bca-4233-9f4d-976480098804/verified" },
	{ "web_rudderstack/"
	  "browser-chromium-analytics-js-3.34.1__006_POST_v1_track.http",
		"track \"Product Viewed\" "
		"id=86d317c8-ebd0-4870-8adb-52dc653836b0 "
		"at=2026-11-22T22:00:57.246000Z "
		"anonymous_id=abd9deaf-2bca-4233-9f4d-976480098804/verified" },
	{ "web_rudderstack/"
	  "browser-chromium-analytics-js-3.34.1__008_POST_v1_identify.http",
		"identify id=b8b2882f-8127-401a-8301-900ee2d537e8 "
		"at=2026-11-22T22:00:57.259000Z user_id=cust-10042/verified "
		"anonymous_id=abd9deaf-2bca-4233-9f4d-976480098804/verified "
		"email=maria.silva@example.com.br/asserted" },
	{ "web_rudderstack/rudder-sdk-node-3.0.13-gzip__001_batch.json",
		"identify id=c43bbd68-2dba-4664-96e1-95265419d2fd "
		"at=2026-11-22T21:37:04.537000Z user_id=cust-10042/verified "
		"email=maria.silva@example.com.br/asserted "
		"phone=+5511987654321/asserted" },
	{ "web_rudderstack/rudder-sdk-node-3.0.13-gzip__002_batch.json",
		"order \"Order Completed\" "
		"id=124357d4-474a-4f7b-8f52-600bdb1f670a "
		"at=2026-11-22T21:37:04.541000Z user_id=cust-10042/verified "
		"27.5 BRL\n"
		"alias id=f8f9d8dd-8fb1-4160-ba29-b537f4974d59 "
		"at=2026-11-22T21:37:04.541000Z user_id=cust-10042/verified "
		"anonymous_id=anon-1/verified" },
	{ "web_rudderstack/rudder-sdk-node-3.0.13-plain__001_batch.http",
		"identify id=60120c88-05f6-4180-b3ea-0da32a34dc77 "
		"at=2026-11-22T21:37:07.228000Z user_id=cust-10042/verified "
		"email=maria.silva@example.com.br/asserted "
		"phone=+5511987654321/asserted" },
	{ "web_rudderstack/rudder-sdk-node-3.0.13-plain__001_batch.json",
		"identify id=60120c88-05f6-4180-b3ea-0da32a34dc77 "
		"at=2026-11-22T21:37:07.228000Z user_id=cust-10042/verified "
		"email=maria.silva@example.com.br/asserted "
		"phone=+5511987654321/asserted" },
	{ "web_rudderstack/rudder-sdk-node-3.0.13-plain__002_batch.http",
		"order \"Order Completed\" "
		"id=b7df60c2-1982-4e1e-ae6a-bd6ef9f81a7d "
		"at=2026-11-22T21:37:07.230000Z user_id=cust-10042/verified "
		"27.5 BRL\n"
		"alias id=6beb5ce2-3f5e-4bd1-8b22-79a1092186fa "
		"at=2026-11-22T21:37:07.231000Z user_id=cust-10042/verified "
		"anonymous_id=anon-1/verified" },
	{ "web_rudderstack/rudder-sdk-node-3.0.13-plain__002_batch.json",
		"order \"Order Completed\" "
		"id=b7df60c2-1982-4e1e-ae6a-bd6ef9f81a7d "
		"at=2026-11-22T21:37:07.230000Z user_id=cust-10042/verified "
		"27.5 BRL\n"
		"alias id=6beb5ce2-3f5e-4bd1-8b22-79a1092186fa "
		"at=2026-11-22T21:37:07.231000Z user_id=cust-10042/verified "
		"anonymous_id=anon-1/verified" },
	{ "web_segment/analytics-next-1.84.3-batching__001_b.http",
		"page \"Product 42\" "
		"id=ajs-next-1795383421791-08a31784-31fa-4c69-8a22-"
		"8303a1cb6d45 "
		"at=2026-11-22T21:37:01.791000Z "
		"anonymous_id=a3178431-faec-490a-a283-03a1cb6d459c/verified\n"
		"track \"Product Viewed\" "
		"id=ajs-next-1795383421811-8431faec-690a-4283-83a1-"
		"cb6d459cff5e "
		"at=2026-11-22T21:37:01.811000Z "
		"anonymous_id=a3178431-faec-490a-a283-03a1cb6d459c/verified\n"
		"identify "
		"id=ajs-next-1795383421815-faec690a-2283-43a1-8b6d-"
		"459cff5e8314 "
		"at=2026-11-22T21:37:01.815000Z user_id=cust-10042/verified "
		"anonymous_id=a3178431-faec-490a-a283-03a1cb6d459c/verified "
		"email=maria.silva@example.com.br/asserted "
		"phone=+5511987654321/asserted\n"
		"group "
		"id=ajs-next-1795383421819-690a2283-03a1-4b6d-859c-"
		"ff5e8314e64c "
		"at=2026-11-22T21:37:01.819000Z user_id=cust-10042/verified "
		"anonymous_id=a3178431-faec-490a-a283-03a1cb6d459c/verified\n"
		"alias "
		"id=ajs-next-1795383421822-228303a1-cb6d-459c-bf5e-"
		"8314e64cfc24 "
		"at=2026-11-22T21:37:01.822000Z user_id=cust-10042/verified "
		"anonymous_id=a3178431-faec-490a-a283-03a1cb6d459c/verified\n"
		"screen \"Cart\" "
		"id=ajs-next-1795383421826-03a1cb6d-459c-4f5e-8314-"
		"e64cfc241f9b "
		"at=2026-11-22T21:37:01.826000Z user_id=cust-10042/verified "
		"anonymous_id=a3178431-faec-490a-a283-03a1cb6d459c/verified" },
	{ "web_segment/analytics-next-1.84.3-batching__001_b.json",
		"page \"Product 42\" "
		"id=ajs-next-1795383421791-08a31784-31fa-4c69-8a22-"
		"8303a1cb6d45 "
		"at=2026-11-22T21:37:01.791000Z "
		"anonymous_id=a3178431-faec-490a-a283-03a1cb6d459c/verified\n"
		"track \"Product Viewed\" "
		"id=ajs-next-1795383421811-8431faec-690a-4283-83a1-"
		"cb6d459cff5e "
		"at=2026-11-22T21:37:01.811000Z "
		"anonymous_id=a3178431-faec-490a-a283-03a1cb6d459c/verified\n"
		"identify "
		"id=ajs-next-1795383421815-faec690a-2283-43a1-8b6d-"
		"459cff5e8314 "
		"at=2026-11-22T21:37:01.815000Z user_id=cust-10042/verified "
		"anonymous_id=a3178431-faec-490a-a283-03a1cb6d459c/verified "
		"email=maria.silva@example.com.br/asserted "
		"phone=+5511987654321/asserted\n"
		"group "
		"id=ajs-next-1795383421819-690a2283-03a1-4b6d-859c-"
		"ff5e8314e64c "
		"at=2026-11-22T21:37:01.819000Z user_id=cust-10042/verified "
		"anonymous_id=a3178431-faec-490a-a283-03a1cb6d459c/verified\n"
		"alias "
		"id=ajs-next-1795383421822-228303a1-cb6d-459c-bf5e-"
		"8314e64cfc24 "
		"at=2026-11-22T21:37:01.822000Z user_id=cust-10042/verified "
		"anonymous_id=a3178431-faec-490a-a283-03a1cb6d459c/verified\n"
		"screen \"Cart\" "
		"id=ajs-next-1795383421826-03a1cb6d-459c-4f5e-8314-"
		"e64cfc241f9b "
		"at=2026-11-22T21:37:01.826000Z user_id=cust-10042/verified "
		"anonymous_id=a3178431-faec-490a-a283-03a1cb6d459c/verified" },
	{ "web_segment/analytics-next-1.84.3__001_p.http",
		"page \"Product 42\" "
		"id=ajs-next-1795383418336-baa834f5-ab0d-494d-9c1f-"
		"9dcda61e3b03 "
		"at=2026-11-22T21:36:58.336000Z "
		"anonymous_id=a834f5ab-0db9-4d5c-9f9d-cda61e3b036b/verified" },
	{ "web_segment/analytics-next-1.84.3__001_p.json",
		"page \"Product 42\" "
		"id=ajs-next-1795383418336-baa834f5-ab0d-494d-9c1f-"
		"9dcda61e3b03 "
		"at=2026-11-22T21:36:58.336000Z "
		"anonymous_id=a834f5ab-0db9-4d5c-9f9d-cda61e3b036b/verified" },
	{ "web_segment/analytics-next-1.84.3__002_t.http",
		"track \"Product Viewed\" "
		"id=ajs-next-1795383418395-f5ab0db9-4d5c-4f9d-8da6-"
		"1e3b036bcf2f "
		"at=2026-11-22T21:36:58.395000Z "
		"anonymous_id=a834f5ab-0db9-4d5c-9f9d-cda61e3b036b/verified" },
	{ "web_segment/analytics-next-1.84.3__002_t.json",
		"track \"Product Viewed\" "
		"id=ajs-next-1795383418395-f5ab0db9-4d5c-4f9d-8da6-"
		"1e3b036bcf2f "
		"at=2026-11-22T21:36:58.395000Z "
		"anonymous_id=a834f5ab-0db9-4d5c-9f9d-cda61e3b036b/verified" },
	{ "web_segment/analytics-next-1.84.3__003_i.http",
		"identify "
		"id=ajs-next-1795383418405-0db94d5c-1f9d-4da6-9e3b-"
		"036bcf2f00fa "
		"at=2026-11-22T21:36:58.405000Z user_id=cust-10042/verified "
		"anonymous_id=a834f5ab-0db9-4d5c-9f9d-cda61e3b036b/verified "
		"email=maria.silva@example.com.br/asserted "
		"phone=+5511987654321/asserted" },
	{ "web_segment/analytics-next-1.84.3__003_i.json",
		"identify "
		"id=ajs-next-1795383418405-0db94d5c-1f9d-4da6-9e3b-"
		"036bcf2f00fa "
		"at=2026-11-22T21:36:58.405000Z user_id=cust-10042/verified "
		"anonymous_id=a834f5ab-0db9-4d5c-9f9d-cda61e3b036b/verified "
		"email=maria.silva@example.com.br/asserted "
		"phone=+5511987654321/asserted" },
	{ "web_segment/analytics-next-1.84.3__004_g.http",
		"group "
		"id=ajs-next-1795383418413-4d5c1f9d-cda6-4e3b-836b-"
		"cf2f00fa3f5a "
		"at=2026-11-22T21:36:58.413000Z user_id=cust-10042/verified "
		"anonymous_id=a834f5ab-0db9-4d5c-9f9d-cda61e3b036b/verified" },
	{ "web_segment/analytics-next-1.84.3__004_g.json",
		"group "
		"id=ajs-next-1795383418413-4d5c1f9d-cda6-4e3b-836b-"
		"cf2f00fa3f5a "
		"at=2026-11-22T21:36:58.413000Z user_id=cust-10042/verified "
		"anonymous_id=a834f5ab-0db9-4d5c-9f9d-cda61e3b036b/verified" },
	{ "web_segment/analytics-next-1.84.3__005_a.http",
		"alias "
		"id=ajs-next-1795383418430-1f9dcda6-1e3b-436b-8f2f-"
		"00fa3f5af937 "
		"at=2026-11-22T21:36:58.430000Z user_id=cust-10042/verified "
		"anonymous_id=a834f5ab-0db9-4d5c-9f9d-cda61e3b036b/verified" },
	{ "web_segment/analytics-next-1.84.3__005_a.json",
		"alias "
		"id=ajs-next-1795383418430-1f9dcda6-1e3b-436b-8f2f-"
		"00fa3f5af937 "
		"at=2026-11-22T21:36:58.430000Z user_id=cust-10042/verified "
		"anonymous_id=a834f5ab-0db9-4d5c-9f9d-cda61e3b036b/verified" },
	{ "web_segment/analytics-next-1.84.3__006_s.http",
		"screen \"Cart\" "
		"id=ajs-next-1795383418445-cda61e3b-036b-4f2f-80fa-"
		"3f5af9375423 "
		"at=2026-11-22T21:36:58.445000Z user_id=cust-10042/verified "
		"anonymous_id=a834f5ab-0db9-4d5c-9f9d-cda61e3b036b/verified" },
	{ "web_segment/analytics-next-1.84.3__006_s.json",
		"screen \"Cart\" "
		"id=ajs-next-1795383418445-cda61e3b-036b-4f2f-80fa-"
		"3f5af9375423 "
		"at=2026-11-22T21:36:58.445000Z user_id=cust-10042/verified "
		"anonymous_id=a834f5ab-0db9-4d5c-9f9d-cda61e3b036b/verified" },
	{ "web_segment/analytics-node-3.1.0__001_batch.http",
		"identify "
		"id=node-next-1795383416289-0ed01903-36d5-41eb-b478-"
		"ed1b1f2944de "
		"at=2026-11-22T21:36:56.289000Z user_id=cust-10042/verified "
		"email=maria.silva@example.com.br/asserted "
		"phone=+5511987654321/asserted\n"
		"order \"Order Completed\" "
		"id=node-next-1795383416289-190336d5-81eb-4478-ad1b-"
		"1f2944dedce8 "
		"at=2026-11-22T21:36:56.289000Z user_id=cust-10042/verified "
		"27.5 BRL\n"
		"page \"Home\" "
		"id=node-next-1795383416289-36d581eb-3478-4d1b-9f29-"
		"44dedce88978 "
		"at=2026-11-22T21:36:56.289000Z "
		"anonymous_id=23adfd82-aa0f-45a7-a756-24f2a7a4c895/verified\n"
		"screen \"Cart\" "
		"id=node-next-1795383416289-81eb3478-ed1b-4f29-84de-"
		"dce8897870d1 "
		"at=2026-11-22T21:36:56.289000Z "
		"user_id=cust-10042/verified\n"
		"group "
		"id=node-next-1795383416290-3478ed1b-1f29-44de-9ce8-"
		"897870d1925c "
		"at=2026-11-22T21:36:56.290000Z "
		"user_id=cust-10042/verified\n"
		"alias "
		"id=node-next-1795383416290-ed1b1f29-44de-4ce8-8978-"
		"70d1925c14c4 "
		"at=2026-11-22T21:36:56.290000Z user_id=cust-10042/verified "
		"anonymous_id=23adfd82-aa0f-45a7-a756-24f2a7a4c895/verified" },
	{ "web_segment/analytics-node-3.1.0__001_batch.json",
		"identify "
		"id=node-next-1795383416289-0ed01903-36d5-41eb-b478-"
		"ed1b1f2944de "
		"at=2026-11-22T21:36:56.289000Z user_id=cust-10042/verified "
		"email=maria.silva@example.com.br/asserted "
		"phone=+5511987654321/asserted\n"
		"order \"Order Completed\" "
		"id=node-next-1795383416289-190336d5-81eb-4478-ad1b-"
		"1f2944dedce8 "
		"at=2026-11-22T21:36:56.289000Z user_id=cust-10042/verified "
		"27.5 BRL\n"
		"page \"Home\" "
		"id=node-next-1795383416289-36d581eb-3478-4d1b-9f29-"
		"44dedce88978 "
		"at=2026-11-22T21:36:56.289000Z "
		"anonymous_id=23adfd82-aa0f-45a7-a756-24f2a7a4c895/verified\n"
		"screen \"Cart\" "
		"id=node-next-1795383416289-81eb3478-ed1b-4f29-84de-"
		"dce8897870d1 "
		"at=2026-11-22T21:36:56.289000Z "
		"user_id=cust-10042/verified\n"
		"group "
		"id=node-next-1795383416290-3478ed1b-1f29-44de-9ce8-"
		"897870d1925c "
		"at=2026-11-22T21:36:56.290000Z "
		"user_id=cust-10042/verified\n"
		"alias "
		"id=node-next-1795383416290-ed1b1f29-44de-4ce8-8978-"
		"70d1925c14c4 "
		"at=2026-11-22T21:36:56.290000Z user_id=cust-10042/verified "
		"anonymous_id=23adfd82-aa0f-45a7-a756-24f2a7a4c895/verified" },
	{ "web_segment/"
	  "browser-chromium-analytics-next-1.84.3-batching-unload__002_POST_v1_"
	  "b.http",
		"page \"Product 42\" "
		"id=ajs-next-1795384842602-d62377f5-8cd6-498f-9234-"
		"624651834496 "
		"at=2026-11-22T22:00:42.602000Z "
		"anonymous_id=2377f58c-d6f9-4f12-b462-46518344960c/verified\n"
		"track \"Product Viewed\" "
		"id=ajs-next-1795384842714-f58cd6f9-8f12-4462-8651-"
		"8344960c967b "
		"at=2026-11-22T22:00:42.714000Z "
		"anonymous_id=2377f58c-d6f9-4f12-b462-46518344960c/verified\n"
		"identify "
		"id=ajs-next-1795384842721-d6f98f12-3462-4651-8344-"
		"960c967b528b "
		"at=2026-11-22T22:00:42.721000Z user_id=cust-10042/verified "
		"anonymous_id=2377f58c-d6f9-4f12-b462-46518344960c/verified "
		"email=maria.silva@example.com.br/asserted" },
	{ "web_segment/"
	  "browser-chromium-analytics-next-1.84.3__002_POST_v1_p.http",
		"page \"Product 42\" "
		"id=ajs-next-1795384834737-05197fff-8121-4a60-959f-"
		"eaa25b35d4f0 "
		"at=2026-11-22T22:00:34.737000Z "
		"anonymous_id=197fff81-215a-4055-9fea-a25b35d4f03e/verified" },
	{ "web_segment/"
	  "browser-chromium-analytics-next-1.84.3__004_POST_v1_t.http",
		"track \"Product Viewed\" "
		"id=ajs-next-1795384834810-ff81215a-6055-4fea-a25b-"
		"35d4f03eccf4 "
		"at=2026-11-22T22:00:34.810000Z "
		"anonymous_id=197fff81-215a-4055-9fea-a25b35d4f03e/verified" },
	{ "web_segment/"
	  "browser-chromium-analytics-next-1.84.3__006_POST_v1_i.http",
		"identify "
		"id=ajs-next-1795384834831-215a6055-9fea-425b-b5d4-"
		"f03eccf44321 "
		"at=2026-11-22T22:00:34.831000Z user_id=cust-10042/verified "
		"anonymous_id=197fff81-215a-4055-9fea-a25b35d4f03e/verified "
		"email=maria.silva@example.com.br/asserted" },
};

/* A body alone is of the path that is the last word of its name. */
static struct inbound
request_of(struct arena *a, const char *file, struct span bytes)
{
	const char *word = strrchr(file, '_') + 1;

	if (!strstr(file, ".json"))
		return say_request(a, bytes);
	return (struct inbound){ .method = "POST",
		.path = span_of(arena_printf(a, "/v1/%.*s",
			(int)(strlen(word) - strlen(".json")), word)),
		.body = bytes,
		.raw = bytes };
}

START_TEST(recorded_requests)
{
	static const struct source_conf conf = { .name = "web",
		.region = "BR",
		.assurance = ASSERTED,
		.currency = "BRL" };
	struct arena *a = arena_create();
	struct span bytes = say_recorded(a, recorded[_i].file);
	struct events events = { 0 };
	struct err e = { 0 };
	struct inbound in;

	if (bytes.len) {
		in = request_of(a, recorded[_i].file, bytes);
		ck_assert_str_eq(
			channel_web.parse(a, &in, &conf, &events, &e)
				? say_events(a, &events)
				: arena_printf(a, "%d %s", e.code, e.text),
			recorded[_i].said);
	}
	arena_destroy(a);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("web_recorded");
	TCase *t = tcase_create("web_recorded");

	tcase_add_loop_test(t, recorded_requests, 0,
		(int)(sizeof(recorded) / sizeof(*recorded)));
	suite_add_tcase(s, t);
	return s;
}
