/* SPDX-License-Identifier: Apache-2.0 */
#include "io/proxy.h"

#include <netinet/in.h>
#include <string.h>

#define PROXY 0x21 /* version 2, on behalf of another */
#define LOCAL 0x20 /* version 2, the proxy itself */
#define STREAM_4 0x11
#define STREAM_6 0x21

static const unsigned char signature[12] = "\r\n\r\n\0\r\nQUIT\n";

static unsigned char
byte(struct span s, size_t i)
{
	return (unsigned char)s.data[i];
}

size_t
proxy_len(struct span first)
{
	size_t len;

	if (first.len < PROXY_FIRST ||
		memcmp(first.data, signature, sizeof(signature)) != 0 ||
		(byte(first, 12) != PROXY && byte(first, 12) != LOCAL))
		return 0;
	len = PROXY_FIRST + byte(first, 14) * 256u + byte(first, 15);
	return len <= PROXY_MAX ? len : 0;
}

void
proxy_peer(struct span header, struct peer *peer)
{
	if (byte(header, 12) != PROXY)
		return;
	if (byte(header, 13) == STREAM_4 && header.len >= PROXY_FIRST + 12) {
		struct sockaddr_in at = { .sin_family = AF_INET };

		memcpy(&at.sin_addr, header.data + PROXY_FIRST, 4);
		*peer = peer_of((struct sockaddr *)&at);
	} else if (byte(header, 13) == STREAM_6 &&
		   header.len >= PROXY_FIRST + 36) {
		struct sockaddr_in6 at = { .sin6_family = AF_INET6 };

		memcpy(&at.sin6_addr, header.data + PROXY_FIRST, PEER_SIZE);
		*peer = peer_of((struct sockaddr *)&at);
	}
}
