/* SPDX-License-Identifier: Apache-2.0 */
#include "io/peer.h"

#include <arpa/inet.h>
#include <check.h>
#include <string.h>
#include <sys/un.h>

#include "io/crowd.h"

Suite *suite(void);

static struct peer
peer(const char *text)
{
	struct peer p = { 0 };

	ck_assert_msg(!*text || peer_parse(span_of(text), &p), "%s", text);
	return p;
}

START_TEST(addresses)
{
	static const char *const same[][2] = {
		{ "192.0.2.1", "192.0.2.1:8080" },
		{ "192.0.2.1", "::ffff:192.0.2.1" },
		{ "2001:db8::1", "[2001:db8::1]" },
		{ "2001:db8::1", "[2001:DB8:0::1]:443" },
	};
	static const char *const bad[] = { "", "x", "unknown", "_hidden",
		"192.0.2", "192.0.2.256", "192.0.2.1.1", "[2001:db8::1",
		"[2001:db8::1]x", "[]", "2001:db8::1::", "192.0.2.1 ",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaa" };

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct peer a = peer(same[i][0]), b = peer(same[i][1]);

		ck_assert_mem_eq(&a, &b, sizeof(a));
		ck_assert(peer_known(&a));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct peer p;

		ck_assert_msg(!peer_parse(span_of(bad[i]), &p), "%s", bad[i]);
	}
	ck_assert(!peer_parse(
		(struct span){ "1.2.3.4\0", 8 }, &(struct peer){ 0 }));
}
END_TEST

START_TEST(sockets)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct peer p, want;

	inet_pton(AF_INET, "192.0.2.7", &v4.sin_addr);
	p = peer_of((struct sockaddr *)&v4);
	want = peer("192.0.2.7");
	ck_assert_mem_eq(&p, &want, sizeof(p));
	inet_pton(AF_INET6, "2001:db8::7", &v6.sin6_addr);
	p = peer_of((struct sockaddr *)&v6);
	want = peer("2001:db8::7");
	ck_assert_mem_eq(&p, &want, sizeof(p));
	p = peer_of((struct sockaddr *)&un);
	ck_assert(!peer_known(&p));
}
END_TEST

START_TEST(networks)
{
	static const struct {
		const char *net, *in, *out;
	} cases[] = {
		{ "192.0.2.0/24", "192.0.2.255", "192.0.3.0" },
		{ "192.0.2.128/25", "192.0.2.128", "192.0.2.127" },
		{ "192.0.2.1/32", "192.0.2.1", "192.0.2.0" },
		{ "192.0.2.1", "192.0.2.1", "192.0.2.2" },
		{ "0.0.0.0/0", "255.255.255.255", "2001:db8::1" },
		{ "::/0", "192.0.2.1", NULL },
		{ "2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::" },
		{ "2001:db8::1", "2001:db8::1", "2001:db8::2" },
		{ "local", "127.255.0.1", "128.0.0.1" },
		{ "local", "::1", "::2" },
		{ "local", "", "126.0.0.1" },
	};
	static const char *const bad[] = { "", "none", "192.0.2.0/33",
		"192.0.2.0/", "192.0.2.0/x", "192.0.2.0/-1", "2001:db8::/129",
		"localhost", "/8", "192.0.2.0/0008" };
	struct peer_net net;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct peer p = peer(cases[i].in);

		ck_assert_msg(
			peer_net_parse(cases[i].net, &net), "%s", cases[i].net);
		ck_assert_msg(peer_within(&p, &net, 1), "%zu", i);
		ck_assert(!peer_within(&p, &net, 0));
		if (cases[i].out) {
			p = peer(cases[i].out);
			ck_assert_msg(!peer_within(&p, &net, 1), "%zu", i);
		}
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!peer_net_parse(bad[i], &net), "%s", bad[i]);
}
END_TEST

/* What a stranger puts into the field stands before what our proxies add. */
START_TEST(who_asks)
{
	static const struct {
		const char *from, *forwarded, *asking;
	} cases[] = {
		{ "10.0.0.1", "192.0.2.1", "192.0.2.1" },
		{ "10.0.0.1", "198.51.100.1, 192.0.2.1", "192.0.2.1" },
		{ "10.0.0.1", "198.51.100.1,\t192.0.2.1 ,10.0.0.2",
			"192.0.2.1" },
		{ "10.0.0.1", "2001:db8::1", "2001:db8::1" },
		{ "10.0.0.1", "[2001:db8::1]:99, 10.0.0.9:80", "2001:db8::1" },
		{ "192.0.2.9", "198.51.100.1", "192.0.2.9" },
		{ "10.0.0.1", "", "10.0.0.1" },
		{ "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3" },
		{ "10.0.0.1", "192.0.2.1, unknown", "10.0.0.1" },
		{ "10.0.0.1", "192.0.2.1, unknown, 10.0.0.2", "10.0.0.2" },
		{ "10.0.0.1", ",", "10.0.0.1" },
		{ "10.0.0.1", "192.0.2.1,", "10.0.0.1" },
	};
	struct peer_net net;

	ck_assert(peer_net_parse("10.0.0.0/8", &net));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct peer from = peer(cases[i].from),
			    want = peer(cases[i].asking),
			    got = peer_asking(&from,
				    span_of(cases[i].forwarded), &net, 1);

		ck_assert_msg(
			!memcmp(&got, &want, sizeof(got)), "%zu differs", i);
	}
}
END_TEST

START_TEST(counted_together)
{
	struct crowd *c = crowd_create();
	struct crowd_member *m[1000];
	struct peer p;
	size_t count;

	p = peer("2001:db8::1");
	m[0] = crowd_enter(c, peer_key(&p), &count);
	ck_assert_uint_eq(count, 1);
	p = peer("2001:db8::ffff:0:0:1");
	m[1] = crowd_enter(c, peer_key(&p), &count);
	ck_assert_uint_eq(count, 2);
	p = peer("2001:db8:0:1::1");
	m[2] = crowd_enter(c, peer_key(&p), &count);
	ck_assert_uint_eq(count, 1);
	p = peer("192.0.2.1");
	m[3] = crowd_enter(c, peer_key(&p), &count);
	ck_assert_uint_eq(count, 1);
	p = peer("192.0.2.2");
	m[4] = crowd_enter(c, peer_key(&p), &count);
	ck_assert_uint_eq(count, 1);
	crowd_leave(m[0]);
	p = peer("2001:db8::2");
	m[0] = crowd_enter(c, peer_key(&p), &count);
	ck_assert_uint_eq(count, 2);
	for (size_t i = 0; i < 5; i++)
		crowd_leave(m[i]);
	crowd_leave(NULL);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < 1000; i++) {
			p = peer("192.0.2.1");
			p.bytes[14] = (uint8_t)(i >> 8);
			p.bytes[15] = (uint8_t)i;
			m[i] = crowd_enter(c, peer_key(&p), &count);
			ck_assert_uint_eq(count, 1);
		}
		for (size_t i = 0; i < 1000; i++)
			crowd_leave(m[i * 7 % 1000]);
	}
	crowd_destroy(c);
}
END_TEST

Suite *
suite(void)
{
	Suite *s = suite_create("peer");
	TCase *t = tcase_create("peer");

	tcase_add_test(t, addresses);
	tcase_add_test(t, sockets);
	tcase_add_test(t, networks);
	tcase_add_test(t, who_asks);
	tcase_add_test(t, counted_together);
	suite_add_tcase(s, t);
	return s;
}
