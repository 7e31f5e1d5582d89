/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event: something that happened to somebody, as a channel understood it.
 * Plain values on an arena; channels make them with the functions below.
 * Values are kept as they were sent; normalising is identifier.h's.
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include <jansson.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/span.h"

/* How an event knows an identifier. Ordered: more is better. */
enum assurance { ASSERTED = 1, ATTESTED, VERIFIED };

/* The word for an assurance, and back (0 where there is none). */
const char *assurance_word(enum assurance assurance);
enum assurance assurance_parse(struct span word);

/* An identifier that the event names, as sent. */
struct claim {
	const char *kind; /* "phone", "email", "whatsapp_user", "user_id" ... */
	struct span value;
	enum assurance assurance;
};

/*
 * An order or a refund. Amounts are decimal texts as sent ("119.90"), never
 * doubles. A later event with the same key replaces the earlier.
 */
struct purchase {
	bool refund;
	struct span id;	      /* the sender's order (or refund) id */
	struct span key;      /* what tells it from the source's others, where
				 the id alone does not; empty: the id */
	struct span amount;   /* [-]digits[.digits] */
	const char *currency; /* ISO 4217, upper case */
	json_t *lines;	      /* array (core/commerce.h), or NULL */
};

#define EVENT_CLAIMS 16	 /* identifiers one event may name */
#define EVENT_GIVEN_UP 4 /* and say that their holder gave up, or took over */

struct event {
	struct span
		external_id; /* the sender's own; empty: digest of content */
	const char *type;    /* message status call page screen track identify
				group alias order refund cart checkout consent
				erasure access handover unknown; an erasure or
				an access is somebody's wish to be forgotten or
				to be told what is known, and names who */
	struct span name;    /* the sender's word for it, or empty */
	int64_t occurred_at; /* the sender's own time, or CLOCK_NONE */
	struct claim claims[EVENT_CLAIMS];
	size_t claim_count;
	struct claim given_up[EVENT_GIVEN_UP], taken_over[EVENT_GIVEN_UP];
	size_t given_up_count, taken_over_count;
	json_t *traits; /* object: name, given_name, birth_date, locale ... */
	json_t *body;	/* object: what else is worth keeping and showing */
	struct purchase *purchase; /* or NULL */
	/* Set instead of all that: this part of the input is refused. */
	const char *refused; /* what was expected, or NULL */
	size_t line;	     /* line or index in the request, from 1 */
};

struct events {
	struct event *items;
	size_t count, cap;
};

/* A new, zeroed event at the end; traits and body are empty objects. The
 * pointer holds until the next events_add. */
struct event *events_add(struct arena *a, struct events *events);
/* Names an identifier. Blank values and those beyond EVENT_CLAIMS are left
 * out; a kind and value named before keeps its best assurance. */
void event_claim(struct arena *a, struct event *ev, const char *kind,
	struct span value, enum assurance assurance);
/* Names somebody's account at a platform, which says that it is: "line/P/U1".
 * The id is of a scope, a page or a provider, unless that is blank. A blank id
 * is nobody. */
void event_account(struct arena *a, struct event *ev, const char *platform,
	struct span scope, struct span id);
/* What somebody wants of us, in the words that all channels use. */
enum consent { CONSENT_DENIED, CONSENT_GRANTED, CONSENT_PENDING };
/* Makes the event a consent or its refusal. Its body says for what ("purpose":
 * marketing ...), by which way ("channel": email, sms, whatsapp ...), "status"
 * (denied, granted; pending: asked to confirm it) and, unless it is CLOCK_NONE,
 * since when ("at"). Whose it is, is who the event names. */
void event_consent(struct event *ev, const char *purpose, const char *channel,
	enum consent status, int64_t at);
/* The provider says that whoever had the identifier gave it up: what happens
 * after the event is somebody else's. Makes the event a handover. It should
 * claim the identifier too, for it is still its holder's. */
void event_give_up(
	struct arena *a, struct event *ev, const char *kind, struct span value);
/* The same, but the event itself is its next holder's first: somebody is given
 * a number that others may have had. It should claim that, too. */
void event_take_over(
	struct arena *a, struct event *ev, const char *kind, struct span value);
/* Sets a trait or a body member to text; blank or ill-formed text is left
 * out. */
void event_trait(struct event *ev, const char *name, struct span value);
void event_body(struct event *ev, const char *name, struct span value);
/* Keeps a part of what was sent, unless it is absent, null or empty. */
void event_keep(struct event *ev, const char *name, const json_t *part);
/* Keeps the texts and numbers among these members of an object, under their
 * names; keys end with NULL. */
void event_keep_members(struct arena *a, struct event *ev, const json_t *from,
	const char *const *keys);
/* A part of the input that is refused, with what was expected of it. */
void events_refuse(
	struct arena *a, struct events *events, const char *expected);
/* Canonical JSON of everything but receive time: the content of the event,
 * on which repeats are judged. */
char *event_content(struct arena *a, const struct event *ev);

#endif
