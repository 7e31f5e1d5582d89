/* SPDX-License-Identifier: Apache-2.0 */
/* The binary header of HAProxy's PROXY protocol, version 2 (its document
 * proxy-protocol.txt, section 2.2). Pure. */
#ifndef IO_PROXY_H
#define IO_PROXY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "io/peer.h"

#define PROXY_FIRST 16 /* bytes that every header has */
#define PROXY_MAX 1024 /* of a whole header, additional fields included */

/*
 * How long the header is, by its first PROXY_FIRST bytes; 0: it is none, or
 * longer than PROXY_MAX.
 */
size_t proxy_len(struct span first);
/* Whom a whole header names. What it does not tell stays in *peer: a check of
 * the proxy's own, or an address of another kind. */
void proxy_peer(struct span header, struct peer *peer);

#endif
