/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rows.h"

#include <csv.h>
#include <string.h>

#include "core/json.h"

#define CELL_MAX 1024	 /* bytes of a cell */
#define COLUMNS_MAX 256	 /* of a header */
#define ROW_LINES_MAX 64 /* lines that a row with quoted cells may span */

static const char text_cell[] = "expected cells of at most 1024 bytes";
static const char text_quote[] = "expected a closing quote";
static const char text_count[] = "expected as many cells as the header has";
static const char text_nul[] = "expected text without NUL";

struct rows {
	const char *theirs[ROWS_COLUMNS]; /* the sender's names */
	size_t count;
	bool begun, json;
	unsigned char mark;   /* between cells */
	struct span header;   /* its bytes */
	int map[COLUMNS_MAX]; /* cell to column, or -1 */
	size_t columns;	      /* cells of the header; 0 before it */
	struct rows_mark at, was;
	/* of the piece */
	struct arena *a;
	struct span piece;
	bool last;
	/* of the row */
	size_t cells;
	struct span cell[ROWS_COLUMNS];
	const char *bad; /* what is wrong with the row, or NULL */
	bool ended;	 /* a row ended in the last line read */
	bool is_row;	 /* and it was no blank line */
	bool torn;	 /* and its shape was wrong */
	bool reached;	 /* the end of the piece was looked at */
};

static void
row_clear(struct rows *r)
{
	memset(r->cell, 0, sizeof(r->cell));
	r->cells = 0;
	r->bad = NULL;
	r->ended = r->is_row = r->torn = false;
}

/* What the sender calls each column: ours, unless the settings say. */
struct rows *
rows_create(struct arena *a, const char *const *names, size_t count,
	const char *const *renamed)
{
	struct rows *r = arena_alloc(a, sizeof(*r));

	r->at.line = 1;
	r->count = count < ROWS_COLUMNS ? count : ROWS_COLUMNS;
	for (size_t i = 0; i < r->count; i++)
		r->theirs[i] = names[i];
	for (; renamed && *renamed; renamed++) {
		struct span ours;
		struct span theirs = span_cut(span_of(*renamed), '=', &ours);

		for (size_t i = 0; i < r->count; i++)
			if (span_is_nocase(span_trim(ours), names[i]))
				r->theirs[i] = span_text(a, span_trim(theirs));
	}
	return r;
}

static void
header_cell(struct rows *r, struct span name)
{
	for (size_t i = 0; i < r->count; i++)
		if (span_is_nocase(name, r->theirs[i]))
			r->map[r->cells] = (int)i;
}

/* libcsv: a cell ended. */
static void
on_cell(void *data, size_t len, void *arg)
{
	struct rows *r = arg;
	struct span s = { data ? data : "", data ? len : 0 };
	size_t at = r->cells;

	/* A header that comes piece by piece is read more than once. */
	if (!r->columns && at < COLUMNS_MAX)
		r->map[at] = -1;
	if (s.len > CELL_MAX) {
		r->bad = text_cell;
	} else if (s.len && memchr(s.data, 0, s.len)) {
		r->bad = text_nul;
	} else if (at < COLUMNS_MAX) {
		if (!r->columns)
			header_cell(r, span_trim(span_to_utf8(r->a, s)));
		else if (at < r->columns && r->map[at] >= 0 &&
			 !r->cell[r->map[at]].len)
			r->cell[r->map[at]] = span_trim(span_to_utf8(r->a, s));
	}
	r->cells++;
}

/* libcsv: a row ended. */
static void
on_row(int end, void *arg)
{
	struct rows *r = arg;

	(void)end;
	r->ended = r->is_row = true;
	if (r->columns && !r->bad && r->cells != r->columns)
		r->bad = text_count;
	r->torn = r->columns && r->bad;
}

/* The length of the first line, with its end: \n, \r\n or \r. */
static size_t
line_length(struct span s)
{
	size_t n = 0;

	while (n < s.len && s.data[n] != '\n' && s.data[n] != '\r')
		n++;
	if (n + 1 < s.len && s.data[n] == '\r' && s.data[n + 1] == '\n')
		n++;
	return n < s.len ? n + 1 : n;
}

/* The mark that the header uses most, outside quotes. */
static unsigned char
sniff(struct span header)
{
	static const char marks[4] = { ';', ',', '\t', '|' };
	size_t count[4] = { 0 }, best = 0;
	bool quoted = false;

	for (size_t i = 0; i < header.len; i++) {
		const char *mark = memchr(marks, header.data[i], sizeof(marks));

		if (header.data[i] == '"')
			quoted = !quoted;
		else if (mark && !quoted)
			count[mark - marks]++;
	}
	for (size_t i = 1; i < 4; i++)
		if (count[i] > count[best])
			best = i;
	return (unsigned char)marks[best];
}

/*
 * Reads one row, of one line or more, and gives its bytes. A quote that is
 * never closed, or closed by that of a later row, would swallow good rows:
 * then only the first line is refused, and the next is read afresh. 0: no
 * memory for libcsv.
 */
static size_t
csv_row(struct rows *r, struct span s, size_t *lines)
{
	struct csv_parser p;
	size_t first = line_length(s), used = 0;

	*lines = 0;
	if (csv_init(&p, 0))
		return 0;
	csv_set_delim(&p, r->mark);
	while (!r->ended && used < s.len) {
		struct span rest = { s.data + used, s.len - used };
		size_t n = line_length(rest);

		/* Till names hold stray quotes (a 5" cake), but in a cell that
		 * goes on over lines one means that a quote was left open. */
		if (*lines)
			csv_set_opts(&p, CSV_STRICT);
		if (csv_parse(&p, rest.data, n, on_cell, on_row, r) != n)
			break;
		used += n;
		++*lines;
		if (used == s.len && !r->ended) /* no newline at the end */
			csv_parse(&p, "\n", 1, on_cell, on_row, r);
		/* pstate 0: between rows, so the line was blank */
		if (p.pstate == 0 || p.entry_pos > CELL_MAX ||
			*lines == ROW_LINES_MAX)
			break;
	}
	r->reached = used == s.len;
	if (!r->ended && p.pstate != 0) {
		memset(r->cell, 0, sizeof(r->cell));
		r->bad = text_quote;
		r->is_row = r->columns > 0;
		r->torn = true;
	}
	csv_free(&p);
	if (!*lines || (r->torn && *lines > 1)) {
		used = first;
		*lines = 1;
	}
	return used;
}

static size_t
json_row(struct rows *r, struct span s, size_t *lines)
{
	size_t used = line_length(s);
	struct span line = span_trim((struct span){ s.data, used });
	json_t *object;

	*lines = 1;
	r->reached = used == s.len;
	r->is_row = line.len > 0;
	if (!r->is_row)
		return used;
	object = json_read(r->a, span_to_utf8(r->a, line), NULL);
	if (!json_is_object(object)) {
		r->bad = "expected a JSON object on one line";
		return used;
	}
	for (size_t column = 0; column < r->count; column++) {
		r->cell[column] =
			span_trim(json_member(r->a, object, r->theirs[column]));
		if (r->cell[column].len > CELL_MAX)
			r->bad = text_cell;
	}
	return used;
}

/* Reads a row and goes on behind it. False, and it stays where it was, where
 * more of the body may change what the row is. */
static bool
take_row(struct rows *r)
{
	size_t lines, used;

	row_clear(r);
	used = r->json ? json_row(r, r->at.left, &lines)
		       : csv_row(r, r->at.left, &lines);
	if (!used || (r->reached && !r->last))
		return false;
	r->was = r->at;
	r->at.left.data += used;
	r->at.left.len -= used;
	r->at.line += lines;
	return true;
}

/* Behind what stands before the first row; false where that has not come. */
static bool
begin(struct rows *r)
{
	struct span *s = &r->at.left;

	if (span_starts(*s, "\xef\xbb\xbf")) {
		s->data += 3;
		s->len -= 3;
	}
	while (s->len) {
		size_t n = line_length(*s);

		if (n == s->len && !r->last)
			return false;
		if (span_trim((struct span){ s->data, n }).len)
			break;
		s->data += n;
		s->len -= n;
		r->at.line++;
	}
	r->json = s->len && *span_trim(*s).data == '{';
	r->mark = sniff((struct span){ s->data, line_length(*s) });
	r->begun = s->len > 0;
	return r->begun;
}

bool
rows_open(struct rows *r, struct arena *a, struct feed *feed, struct span piece)
{
	r->a = a;
	r->piece = r->at.left = piece;
	r->last = feed->last;
	feed->before = r->header;
	if (!r->begun && !begin(r)) {
		r->at.left = piece;
		r->at.line = 1;
		return false;
	}
	if (r->json || r->columns)
		return true;
	if (!take_row(r))
		return false;
	/* Of a header that does not end no column is known. */
	r->columns = r->ended ? r->cells : 0;
	r->header = (struct span){ r->was.left.data,
		r->was.left.len - r->at.left.len };
	r->header.data =
		arena_strndup(feed->arena, r->header.data, r->header.len);
	return true;
}

bool
rows_has(const struct rows *r, size_t column)
{
	bool has = r->json;

	for (size_t i = 0; i < r->columns && r->columns <= COLUMNS_MAX; i++)
		has = has || r->map[i] == (int)column;
	return has;
}

bool
rows_next(struct rows *r, struct row *row)
{
	do {
		if (!r->at.left.len || !take_row(r))
			return false;
	} while (!r->is_row);
	*row = (struct row){ r->was.line, r->cell, r->bad };
	return true;
}

struct rows_mark
rows_at(const struct rows *r)
{
	return r->was;
}

void
rows_rewind(struct rows *r, struct rows_mark mark)
{
	r->at = mark;
}

size_t
rows_used(const struct rows *r)
{
	return r->piece.len - r->at.left.len;
}
