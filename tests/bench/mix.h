/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the customers of a retailer do on four channels, as requests: the web
 * in Segment's form, tills as NDJSON, CloudEvents, and WhatsApp. Of a seed and
 * a number each request is always the same; each channel has a quarter of
 * them. A customer has a number, a mail address, a user id, a loyalty card and
 * a browser of his own, and a request of a channel names some of them. mix.conf
 * has the sources, with the key "bench".
 */
#ifndef TESTS_BENCH_MIX_H
#define TESTS_BENCH_MIX_H

#include <stddef.h>

#define MIX_EVENT_MAX 512  /* bytes of one event */
#define MIX_HEAD_MAX 1024  /* and of all around them */
#define MIX_CUSTOMERS 200000

struct mix {
	const char *key; /* of all four sources */
	unsigned long seed;
	size_t customers, batch; /* events of a request */
};

/* The nth request, whole; returns its length. out has room for batch *
 * MIX_EVENT_MAX + MIX_HEAD_MAX bytes. */
size_t mix_request(const struct mix *m, size_t nth, char *out);

#endif
