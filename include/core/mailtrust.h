/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who wrote a message, and on whose word. Anybody can write anything into a
 * message, so From is believed only where the border that took it in vouches
 * for it (RFC 8601), and lists, machines and senders that say two things at
 * once name nobody.
 */
#ifndef CORE_MAILTRUST_H
#define CORE_MAILTRUST_H

#include "core/channel.h"

/* The header of a message (RFC 5322), the topmost field first. Values are as
 * sent: unfolded, and not decoded, so that words cannot become syntax. */
struct mail_head {
	const struct header *fields;
	size_t count;
};

/* The value of the topmost field of a name, ASCII case aside; empty where
 * there is none. */
struct span mail_head_value(const struct mail_head *head, const char *name);
/* How many fields have the name. */
size_t mail_head_count(const struct mail_head *head, const char *name);

/*
 * Does the border authserv_id vouch for the address from, by dmarc=pass for
 * its domain, or by dkim=pass of its domain or one above it? Only the topmost
 * Authentication-Results is read, and comments and quoted strings in it are
 * no verdict. The border must strip forged ones. NULL or "" for authserv_id
 * trusts nobody. Domains are compared as identifier_domain gives them.
 */
bool mailtrust_vouches(struct arena *a, const struct mail_head *head,
	struct span from, const char *authserv_id);
/* Is a good signature of domain one for the address from: of its own domain, or
 * of one above that? */
bool mailtrust_aligned(struct arena *a, struct span domain, struct span from);
/* Was this sent by a list or a machine (List-*, Precedence, RFC 3834's
 * Auto-Submitted and what came before it, a Return-Path to nobody) rather
 * than by somebody? */
bool mailtrust_automatic(const struct mail_head *head);
/* Does a return path lead to nobody: "<>", or as Postfix's pipes write that,
 * MAILER-DAEMON? One that is not there ("") says nothing. */
bool mailtrust_null_path(struct span path);
/* Does a display name show an address that is not this one? A name such as
 * "boss@shop.example" before another address is a trick. */
bool mailtrust_names_another(struct span name, struct span address);
/* Has it the shape of an address: something@something in UTF-8, at most 320
 * bytes, no controls? */
bool mailtrust_is_address(struct span s);

#endif
