/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is at the other end: an address, and whether a proxy that we trust may
 * speak for another. Pure.
 */
#ifndef IO_PEER_H
#define IO_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct sockaddr;

#define PEER_SIZE 16
#define PEER_TEXT 64

/* An address of IPv6, or one of IPv4 as RFC 4291, section 2.5.5.2 maps it.
 * All zero: a unix socket, or nobody knows. */
struct peer {
	uint8_t bytes[PEER_SIZE];
};

/* A network of them. */
struct peer_net {
	struct peer peer;
	unsigned bits; /* that count */
	bool local;    /* the word "local": this machine */
};

struct peer peer_of(const struct sockaddr *from);
bool peer_known(const struct peer *p);
/* An address as fields of proxies have it, "192.0.2.1:80", "[::1]:80" or
 * either without the port. */
bool peer_parse(struct span text, struct peer *out);
/* "192.0.2.0/24", "2001:db8::/32", an address alone, or "local": loopback
 * addresses and unix sockets. */
bool peer_net_parse(const char *text, struct peer_net *out);
bool peer_within(
	const struct peer *p, const struct peer_net *nets, size_t count);
/*
 * Who asks, when from says who that is in X-Forwarded-For: the last of those
 * named there that is not itself within nets. forwarded is believed only
 * where from is; where it cannot be read, what was read of it counts.
 */
struct peer peer_asking(const struct peer *from, struct span forwarded,
	const struct peer_net *nets, size_t count);
/* By what addresses are counted together: an address of IPv4, or the /64 that
 * one customer of IPv6 has at the least. */
struct span peer_key(const struct peer *p);

#endif
