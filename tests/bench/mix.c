/* SPDX-License-Identifier: Apache-2.0 */
#include "mix.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"

/* SplitMix64 (Steele, Lea, Flood 2014): the same everywhere. */
static uint64_t
mixed(uint64_t n)
{
	n += UINT64_C(0x9e3779b97f4a7c15);
	n = (n ^ n >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	n = (n ^ n >> 27) * UINT64_C(0x94d049bb133111eb);
	return n ^ n >> 31;
}

/* An event: who does it, and its number among all of this seed. */
struct act {
	size_t who, number;
	unsigned long seed;
};

#define DAY "2026-%02zu-%02zuT%02zu:%02zu:%02zu"
#define OF(n)                                                                  \
	(n) / 28 % 6 + 1, (n) % 28 + 1, (n) % 24, (n) / 24 % 60, (n) / 1440 % 60

static int
web(char *to, const struct act *a)
{
	return sprintf(to,
		"{\"type\":\"track\",\"event\":\"Product Viewed\","
		"\"messageId\":\"%lu-%zu\",\"anonymousId\":\"browser-%zu\","
		"\"userId\":\"user-%zu\",\"timestamp\":\"" DAY
		"Z\",\"properties\":{\"product_id\":\"P%zu\",\"price\":12.50,"
		"\"currency\":\"BRL\",\"name\":\"A pair of shoes\"}}",
		a->seed, a->number, a->who, a->who, OF(a->number),
		a->number % 5000);
}

static int
pos(char *to, const struct act *a)
{
	return sprintf(to,
		"{\"receipt_id\":\"%lu-%zu\",\"store\":\"%zu\",\"timestamp\":"
		"\"" DAY "-03:00\",\"total\":\"%zu.90\",\"phone\":"
		"\"819%08zu\",\"loyalty\":\"card-%zu\"}",
		a->seed, a->number, a->number % 40, OF(a->number),
		a->number % 500 + 1, 80000000 + a->who, a->who);
}

static int
event(char *to, const struct act *a)
{
	return sprintf(to,
		"{\"specversion\":\"1.0\",\"id\":\"%lu-%zu\",\"source\":"
		"\"/crm\",\"type\":\"contact.updated\",\"time\":\"" DAY
		"Z\",\"data\":{\"user\":\"user-%zu\",\"email\":"
		"\"customer-%zu@mail.example\",\"tier\":\"gold\"}}",
		a->seed, a->number, OF(a->number), a->who, a->who);
}

static int
message(char *to, const struct act *a)
{
	return sprintf(to,
		"{\"from\":\"55819%08zu\",\"id\":\"wamid.%lu-%zu\","
		"\"timestamp\":\"%zu\",\"type\":\"text\",\"text\":{\"body\":"
		"\"Has my order been sent? %zu\"}}",
		80000000 + a->who, a->seed, a->number,
		1767225600 + a->number % 15000000, a->number);
}

static const struct {
	const char *path, *type, *before, *between, *after;
	int (*one)(char *to, const struct act *);
} channels[] = {
	{ "/v1/batch", "application/json", "{\"batch\":[", ",", "]}", web },
	{ "/v1/channels/pos", "application/x-ndjson", "", "\n", "\n", pos },
	{ "/v1/channels/events", "application/cloudevents-batch+json", "[", ",",
		"]", event },
	{ "/v1/channels/whatsapp", "application/json",
		"{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":"
		"\"1\",\"changes\":[{\"field\":\"messages\",\"value\":{"
		"\"messaging_product\":\"whatsapp\",\"metadata\":{"
		"\"phone_number_id\":\"2\"},\"messages\":[",
		",", "]}}]}]}", message },
};
#define CHANNELS (sizeof(channels) / sizeof(*channels))

size_t
mix_request(const struct mix *m, size_t nth, char *out)
{
	size_t at = nth % CHANNELS;
	char *body = out + MIX_HEAD_MAX / 2, *to = body;
	uint8_t digest[DIGEST_SIZE];
	struct arena *arena = arena_create();
	struct span bytes;
	int head;

	to += sprintf(to, "%s", channels[at].before);
	for (size_t i = 0; i < m->batch; i++) {
		size_t number = nth * m->batch + i;
		struct act a = { mixed(number * 1000003 + m->seed) %
					 m->customers,
			number, m->seed };

		if (i)
			to += sprintf(to, "%s", channels[at].between);
		to += channels[at].one(to, &a);
	}
	to += sprintf(to, "%s", channels[at].after);
	bytes = (struct span){ body, (size_t)(to - body) };
	digest_hmac(span_of(m->key), bytes, digest);
	head = snprintf(out, MIX_HEAD_MAX / 2,
		"POST %s HTTP/1.1\r\nHost: localhost\r\n"
		"Authorization: Bearer %s\r\nX-Hub-Signature-256: sha256=%s\r\n"
		"Content-Type: %s\r\nContent-Length: %zu\r\n\r\n",
		channels[at].path, m->key,
		digest_hex(arena, digest, DIGEST_SIZE), channels[at].type,
		bytes.len);
	/* Right before the body, so that both go out in one. */
	memmove(out + head, body, bytes.len);
	arena_destroy(arena);
	return (size_t)head + bytes.len;
}
