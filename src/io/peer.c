/* SPDX-License-Identifier: Apache-2.0 */
#include "io/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
static const struct peer nobody;

static bool
is_v4(const struct peer *p)
{
	return !memcmp(p->bytes, mapped, sizeof(mapped));
}

static struct peer
peer_v4(const void *address)
{
	struct peer p;

	memcpy(p.bytes, mapped, sizeof(mapped));
	memcpy(p.bytes + sizeof(mapped), address, 4);
	return p;
}

struct peer
peer_of(const struct sockaddr *from)
{
	struct peer p = nobody;

	if (from->sa_family == AF_INET)
		p = peer_v4(&((const struct sockaddr_in *)from)->sin_addr);
	else if (from->sa_family == AF_INET6)
		memcpy(p.bytes, &((const struct sockaddr_in6 *)from)->sin6_addr,
			PEER_SIZE);
	return p;
}

bool
peer_known(const struct peer *p)
{
	return memcmp(p, &nobody, sizeof(nobody)) != 0;
}

static bool
parse_address(struct span text, struct peer *out)
{
	char copy[PEER_TEXT];
	uint8_t bytes[PEER_SIZE];

	if (text.len >= sizeof(copy) || memchr(text.data, '\0', text.len))
		return false;
	memcpy(copy, text.data, text.len);
	copy[text.len] = '\0';
	if (inet_pton(AF_INET, copy, bytes) == 1)
		*out = peer_v4(bytes);
	else if (inet_pton(AF_INET6, copy, bytes) == 1)
		memcpy(out->bytes, bytes, PEER_SIZE);
	else
		return false;
	return true;
}

bool
peer_parse(struct span text, struct peer *out)
{
	struct span rest, host;

	if (span_starts(text, "[")) {
		text.data++;
		text.len--;
		host = span_cut(text, ']', &rest);
		if (host.len == text.len || (rest.len && rest.data[0] != ':'))
			return false;
	} else {
		host = span_cut(text, ':', &rest);
		if (!host.len || !memchr(host.data, '.', host.len))
			host = text; /* of IPv6, without a port */
	}
	return host.len && parse_address(host, out);
}

bool
peer_net_parse(const char *text, struct peer_net *out)
{
	struct span rest, host = span_cut(span_of(text), '/', &rest);
	struct peer_net net = { .bits = 8 * PEER_SIZE };
	unsigned long bits;
	unsigned all;

	if (!strcmp(text, "local")) {
		*out = (struct peer_net){ .local = true };
		return true;
	}
	if (!host.len || !parse_address(host, &net.peer))
		return false;
	if (host.len < strlen(text)) {
		all = is_v4(&net.peer) ? 32 : 8 * PEER_SIZE;
		if (!span_is_all(rest, "0123456789") || rest.len > 3)
			return false;
		bits = strtoul(rest.data, NULL, 10);
		if (bits > all)
			return false;
		net.bits -= all - (unsigned)bits;
	}
	*out = net;
	return true;
}

static bool
is_loopback(const struct peer *p)
{
	static const struct peer one = { .bytes = { [PEER_SIZE - 1] = 1 } };

	return !peer_known(p) || (is_v4(p) && p->bytes[12] == 127) ||
	       !memcmp(p, &one, sizeof(one));
}

static bool
is_in(const struct peer *p, const struct peer_net *net)
{
	size_t whole = net->bits / 8;
	uint8_t mask = (uint8_t)(0xff00 >> net->bits % 8);

	if (net->local)
		return is_loopback(p);
	return !memcmp(p->bytes, net->peer.bytes, whole) &&
	       (!mask || !((p->bytes[whole] ^ net->peer.bytes[whole]) & mask));
}

bool
peer_within(const struct peer *p, const struct peer_net *nets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_in(p, &nets[i]))
			return true;
	return false;
}

struct peer
peer_asking(const struct peer *from, struct span forwarded,
	const struct peer_net *nets, size_t count)
{
	struct peer asking = *from;

	while (forwarded.len && peer_within(&asking, nets, count)) {
		size_t at = forwarded.len;

		while (at && forwarded.data[at - 1] != ',')
			at--;
		if (!peer_parse(span_trim((struct span){ forwarded.data + at,
					forwarded.len - at }),
			    &asking))
			break;
		forwarded.len = at ? at - 1 : 0;
	}
	return asking;
}

struct span
peer_key(const struct peer *p)
{
	return (struct span){ (const char *)p->bytes,
		is_v4(p) ? PEER_SIZE : 8 };
}
