/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mail that came in, whichever way, and the message event that it is. Who
 * wrote it, and on whose word, is mailtrust.h's to say.
 */
#ifndef CORE_MAIL_H
#define CORE_MAIL_H

#include "core/mailtrust.h"

#define MAIL_TEXT 4096 /* bytes of any text that is kept */
#define MAIL_ID 998    /* bytes; no line of a header is longer */

/* Texts are well-formed UTF-8. */
struct mail {
	struct arena *arena;
	struct mail_head head;
	struct span from, from_name;
	bool from_alone;  /* one address, in one header */
	bool vouched;	  /* a border that is believed vouches for from */
	bool report;	  /* a bounce, or a receipt of having been read */
	bool from_nobody; /* says the envelope */
	struct span id, recipient, to, subject, text;
	int64_t date;
};

/* Reads a message of RFC 5322, without its envelope; nobody vouches for it
 * yet. */
bool mail_read(struct arena *a, struct span bytes, struct mail *m,
	struct err *e) MUST_CHECK;
/* The same of a service that took the message apart: what its header says. */
void mail_of_head(struct arena *a, struct mail_head head, struct mail *m);
/* Whose it is, from the value of From; untouched where that is not one
 * mailbox. */
void mail_from(struct mail *m, struct span value);
/* One more of those it is to. The first is whom it is for where no recipient
 * is known before. */
void mail_to(struct mail *m, struct span address);
/* A Date, or CLOCK_NONE. */
int64_t mail_date(struct arena *a, struct span value);
/* Is a Content-Type (without parameters) that of a report? */
bool mail_is_report(struct span type);
/* What is between the first angle brackets, or all where there are none. */
struct span mail_bracketed(struct span s);
/* A copy that is UTF-8 whatever came, and not longer than we keep. */
struct span mail_clean(struct arena *a, struct span s);
/* The same of text in a charset; one that is not known is taken for UTF-8. */
struct span mail_decode(struct arena *a, struct span s, const char *charset);
/* Adds the event. bytes: by which it is known where it has no id. */
struct event *mail_add(
	const struct mail *m, struct span bytes, struct events *events);

/*
 * What became of a message of ours, by the service's word for it. Who opens or
 * clicks is somebody, and who complains or unsubscribes wants no more; a bounce
 * is about a mailbox, and must not make a person.
 */
struct event *mail_status(struct arena *a, struct events *events,
	struct span word, struct span email, int64_t at);

#endif
