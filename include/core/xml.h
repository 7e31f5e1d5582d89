/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XML that is too large to hold: a document of records, which are the
 * elements of one name. It is read piece by piece, each up to the end of the
 * last record in it, for a channel's feed.
 *
 * A document type is refused, so there are no entities to expand; what is
 * open inside each other, the texts and what stands before the first record
 * are bounded. Names are local names: prefixes go.
 */
#ifndef CORE_XML_H
#define CORE_XML_H

#include "core/channel.h"

#define XML_DEPTH 64  /* elements inside each other */
#define XML_TEXT 1024 /* bytes of an element's text; the rest is left out */
#define XML_NAME 64   /* bytes of a name; a longer one is "" */

struct xml_records {
	const char *root;   /* a document without records is one of these */
	const char *record; /* the name of a record */
	/* An element of a record begins, the record itself first; line is
	 * that of the whole document. Attributes are names and values in
	 * turn, and a NULL; all of it goes when this returns. */
	void (*start)(void *arg, const char *name, const char **attributes,
		size_t line);
	/* It ends. The text is what stands in it alone, trimmed; it goes. */
	void (*end)(void *arg, const char *name, struct span text);
	/* What begins at the line cannot be read, nor what follows it. */
	void (*bad)(void *arg, size_t line, const char *expected);
};

/* The local name of an attribute. */
const char *xml_local(const char *name);
/* As a channel's feed does: reads whole records of the piece, and says what
 * was taken. False where there is nothing to be understood at all. */
bool xml_feed(struct arena *a, struct feed *feed, struct span piece,
	const struct xml_records *records, void *arg, struct err *e) MUST_CHECK;

#endif
