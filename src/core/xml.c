/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A piece is given to a parser of its own, behind the bytes that stand before
 * the first record of the document. So what is taken of a piece can be read
 * alone, and a parser never outlives a piece.
 */
#include "core/xml.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

#define BEFORE_MAX ((size_t)64 << 10) /* bytes before the first record */

/* What is kept between two pieces. */
struct document {
	struct span before; /* what stands before the first record */
	size_t lines;	    /* line ends of what was taken behind it */
	bool root;	    /* it is a document of records */
	bool begun;	    /* there was a record */
	bool broken;	    /* nothing behind it can be read */
};

struct reading {
	const struct xml_records *records;
	void *arg;
	struct arena *a;
	struct document *document;
	XML_Parser parser;
	int depth, record; /* record: the depth of the one at hand, or 0 */
	size_t record_line;
	struct text {
		char *data; /* XML_TEXT bytes */
		size_t len;
	} texts[XML_DEPTH];
	char names[XML_DEPTH][XML_NAME];
	bool root, begun; /* begun: there was a record */
	XML_Index first, taken;
	size_t first_line;
	const char *stopped; /* why we ended it */
};

const char *
xml_local(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

static void
stop(struct reading *r, const char *expected)
{
	if (!r->stopped)
		r->stopped = expected;
	XML_StopParser(r->parser, XML_FALSE);
}

/* The line of the whole document, from 1. */
static size_t
line_now(const struct reading *r)
{
	size_t line = XML_GetCurrentLineNumber(r->parser);

	return line + r->document->lines;
}

static void XMLCALL
on_doctype(void *data, const char *name, const char *system, const char *public,
	int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	stop(data, "expected XML without a document type");
}

static void XMLCALL
on_start(void *data, const char *qualified, const char **attributes)
{
	struct reading *r = data;
	const char *name = xml_local(qualified);
	char *own;

	if (r->depth == XML_DEPTH) {
		stop(r, "expected at most 64 elements inside each other");
		return;
	}
	own = r->names[r->depth];
	own[0] = '\0';
	if (strlen(name) < XML_NAME)
		memcpy(own, name, strlen(name) + 1);
	r->root = r->root || !strcmp(own, r->records->root);
	r->texts[r->depth++].len = 0;
	if (!r->record && !strcmp(own, r->records->record)) {
		r->record = r->depth;
		r->record_line = line_now(r);
		if (!r->begun) {
			r->begun = true;
			r->first = XML_GetCurrentByteIndex(r->parser);
			r->first_line = XML_GetCurrentLineNumber(r->parser) - 1;
		}
	}
	if (r->record)
		r->records->start(r->arg, own, attributes, line_now(r));
}

static void XMLCALL
on_text(void *data, const char *text, int len)
{
	struct reading *r = data;
	struct text *to;
	size_t n = (size_t)len;

	if (!r->record || r->depth > XML_DEPTH)
		return;
	to = &r->texts[r->depth - 1];
	if (!to->data)
		to->data = arena_alloc(r->a, XML_TEXT);
	if (n > XML_TEXT - to->len)
		n = XML_TEXT - to->len;
	memcpy(to->data + to->len, text, n);
	to->len += n;
}

/* Without the character that its end cut in two. */
static struct span
whole_text(const struct text *text)
{
	struct span s = { text->data, text->len };

	for (int i = 0; i < 4 && s.len && !span_is_utf8(s); i++)
		s.len--;
	return span_trim(s);
}

static void XMLCALL
on_end(void *data, const char *qualified)
{
	struct reading *r = data;

	(void)qualified;
	r->depth--;
	if (!r->record)
		return;
	r->records->end(
		r->arg, r->names[r->depth], whole_text(&r->texts[r->depth]));
	if (r->depth + 1 > r->record)
		return;
	r->record = 0;
	r->taken = XML_GetCurrentByteIndex(r->parser) +
		   XML_GetCurrentByteCount(r->parser);
}

static XML_Parser
parser_create(struct reading *r)
{
	XML_Parser parser = XML_ParserCreate(NULL);

	if (!parser)
		abort();
	XML_SetUserData(parser, r);
	XML_SetStartDoctypeDeclHandler(parser, on_doctype);
	XML_SetElementHandler(parser, on_start, on_end);
	XML_SetCharacterDataHandler(parser, on_text);
	return parser;
}

/* Line ends between two bytes of the piece. */
static size_t
count_lines(struct span s)
{
	size_t lines = 0;

	for (size_t i = 0; i < s.len; i++)
		lines += s.data[i] == '\n' ||
			 (s.data[i] == '\r' &&
				 (i + 1 == s.len || s.data[i + 1] != '\n'));
	return lines;
}

/* After an error, or at an end that comes too early. */
static bool
break_off(struct reading *r, bool good, struct err *e)
{
	const char *expected = r->stopped;
	size_t line = r->record ? r->record_line : line_now(r);

	r->document->broken = true;
	if (!expected)
		expected = arena_printf(r->a, "expected well-formed XML: %s",
			good ? "no end"
			     : XML_ErrorString(XML_GetErrorCode(r->parser)));
	if (!r->document->begun && !r->begun)
		return fail(e, ERR_INPUT, "%s", expected);
	r->records->bad(r->arg, line, expected);
	return true;
}

/* What was understood; how much of the piece is taken. */
static bool
settle(struct reading *r, struct feed *feed, struct span piece, bool good,
	struct err *e)
{
	struct document *d = r->document;
	size_t before = feed->before.len;

	if (!good || (feed->last && r->record)) {
		if (!break_off(r, good, e))
			return false;
		feed->used = piece.len;
	} else if (feed->last) {
		feed->used = piece.len;
	} else if (r->taken) {
		feed->used = (size_t)r->taken - before;
	}
	if (!before && r->begun && feed->used) {
		size_t len = (size_t)r->first;

		/* From the next piece on; this one has it itself. Its lines
		 * are counted by every parser that reads it. */
		d->before = (struct span){
			arena_strndup(feed->arena, piece.data, len), len
		};
		d->lines -= r->first_line;
	}
	d->root = d->root || r->root;
	d->begun = d->begun || r->begun;
	d->lines += count_lines((struct span){ piece.data, feed->used });
	return true;
}

bool
xml_feed(struct arena *a, struct feed *feed, struct span piece,
	const struct xml_records *records, void *arg, struct err *e)
{
	struct reading *r = arena_alloc(a, sizeof(*r));
	bool good, done;

	if (!feed->state)
		feed->state = arena_alloc(feed->arena, sizeof(struct document));
	*r = (struct reading){
		.records = records, .arg = arg, .a = a, .document = feed->state
	};
	feed->before = r->document->before;
	if (r->document->broken) {
		feed->used = piece.len;
		return true;
	}
	r->parser = parser_create(r);
	good = XML_Parse(r->parser, feed->before.data, (int)feed->before.len,
		       XML_FALSE) == XML_STATUS_OK &&
	       XML_Parse(r->parser, piece.data, (int)piece.len, XML_FALSE) ==
		       XML_STATUS_OK;
	if (r->begun && !feed->before.len && (size_t)r->first > BEFORE_MAX)
		done = fail(e, ERR_LIMIT,
			"expected at most %zu bytes before the first %s",
			BEFORE_MAX, records->record);
	else
		done = settle(r, feed, piece, good, e);
	if (done && !r->document->root && !r->document->begun && !r->begun &&
		(feed->last || piece.len > BEFORE_MAX))
		done = fail(e, ERR_INPUT, "expected %s, XML of %ss",
			records->root, records->record);
	XML_ParserFree(r->parser);
	return done;
}
