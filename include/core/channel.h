/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The channel contract: bytes in, events out. A channel is one file with one
 * const struct; the Makefile finds it by its folder. Channels are pure: no
 * socket, database, clock or log.
 */
#ifndef CORE_CHANNEL_H
#define CORE_CHANNEL_H

#include "core/event.h"

struct channel;

struct header {
	struct span name, value;
};

/* A request, as far as a channel sees it. Bytes belong to the caller. */
struct inbound {
	const char *method; /* "GET", "POST" */
	struct span path;   /* without the query */
	struct span query;  /* raw, after the "?" */
	const struct header *headers;
	size_t header_count;
	struct span body; /* after content-decoding */
	struct span raw;  /* as received: what signatures cover */
	int64_t at;	  /* of receipt; 0 where that is not known */
};

/* The value of a header, ASCII case aside; empty where there is none. */
struct span inbound_header(const struct inbound *in, const char *name);
/* The percent-decoded value of a query parameter; empty, and its data NULL,
 * where there is none. */
struct span inbound_query(
	struct arena *a, const struct inbound *in, const char *name);
/* The token of "Authorization: Bearer", or the user name or password of
 * Basic, whichever is not empty; empty where there is none. */
struct span inbound_key(struct arena *a, const struct inbound *in);

/* The same, or else the parameter "key" of the query: for senders that can be
 * given nothing but an address. */
struct span inbound_key_anywhere(struct arena *a, const struct inbound *in);

/* What every source has; a channel's own conf begins with it. */
struct source_conf {
	const char *name;   /* of the source */
	const char *region; /* ISO 3166 of numbers written without a prefix */
	enum assurance assurance; /* of what this source's people type */
	const char *currency;	  /* where the sender names none; may be NULL */
	const char **secrets;	  /* live secrets or keys, NULL-terminated */
};

/* Whether parse is shown a header, or a parameter of the query as "?name". */
bool channel_keeps(const struct channel *channel, struct span name);

/* Is it one of the source's keys? The time does not tell which; an empty key
 * is none. */
bool source_knows(const struct source_conf *conf, struct span key);

/* A verify for senders that show a key as inbound_key has it. */
bool source_verify(const struct inbound *in, const void *conf, struct err *e);
/* The verify of senders that sign nothing: a key wherever they can put it. */
bool source_believes(const struct source_conf *conf, const struct inbound *in,
	struct err *e);

enum setting_type { SETTING_TEXT, SETTING_LIST, SETTING_SIZE, SETTING_BOOL };

/* A row of a settings table; the last has no name. */
struct setting {
	const char *name;
	enum setting_type type; /* const char *, const char **, size_t, bool */
	size_t offset;		/* in the channel's conf */
	const char *initial;	/* the default, as text, or NULL */
	const char *text;	/* a sentence for the manual */
};

/* What became of a request's events, for the answer. */
struct verdicts {
	size_t accepted, duplicate, conflict, refused;
};

/* A channel's own form of success. */
struct answer {
	const char *content_type; /* NULL: no body */
	const char *body;
};

/* The answer to senders that look at the status alone: no body. */
void answer_nothing(struct arena *a, const struct inbound *in, const void *conf,
	const struct verdicts *verdicts, struct answer *answer);

/* A body that is read piece by piece. */
struct feed {
	struct arena *arena; /* lasts as long as the body */
	void *state;	     /* the channel's own, NULL at the first piece */
	bool last;	     /* nothing follows this piece */
	/* Out: how many bytes of the piece were taken. The rest comes again,
	 * with more behind it. */
	size_t used;
	/* Out: what must stand before the bytes taken so that they can be
	 * read alone, such as a header row; on the feed's arena. */
	struct span before;
};

/* The bytes that a feed took of the piece, so that they can be read alone. */
struct span feed_taken(
	struct arena *a, const struct feed *feed, struct span piece);

struct channel {
	const char *name, *summary;
	const char *secret; /* what a source's secret is: "the write key";
			       NULL: a key that its senders show */
	const struct setting *settings;
	size_t conf_size; /* of a struct that begins with source_conf */
	/* May this request be believed? Sees the raw bytes. */
	bool (*verify)(const struct inbound *, const void *conf, struct err *);
	/* Appends what the request says to events. False only where nothing
	 * of it can be understood. */
	bool (*parse)(struct arena *, const struct inbound *, const void *conf,
		struct events *, struct err *);
	/* Optional: the same for a body too large to hold, piece by piece;
	 * verify then sees no bytes. All pieces together give the events that
	 * parse gives of the whole. */
	bool (*feed)(struct arena *, struct feed *, struct span piece,
		const void *conf, struct events *, struct err *);
	/* Optional: whether the settings can be used as they stand; asked when
	 * the configuration is read. */
	bool (*check)(const void *conf, struct err *);
	/* Optional: the answer to a handshake (GET). */
	bool (*greet)(struct arena *, const struct inbound *, const void *conf,
		struct span *, struct err *);
	/* Optional: paths of its own beside /v1/channels/SOURCE, NULL at the
	 * end; one that ends in "/" stands for all below it, and to
	 * any other a slash may be added. The source is
	 * the first of this channel whose verify believes the request. */
	const char *const *paths;
	/* Optional: which of its own paths are pixels, NULL at the end: a GET
	 * there brings events by its query, and is answered with an image. */
	const char *const *pixels;
	/* Optional: what parse reads beside the body, NULL at the end: names
	 * of headers, and of parameters of the query, as "?name". One that
	 * ends in "*" stands for all that begin so, but for those of the rows
	 * before it that begin with "!". Only these are kept with the bytes,
	 * and only these does parse see. */
	const char *const *keeps;
	/* Optional: whole header lines, each ending in CRLF, of the answer to
	 * a handshake by OPTIONS, beside those of CORS; NULL: none. No key is
	 * asked for. */
	const char *(*options)(
		struct arena *, const struct inbound *, const void *conf);
	/* Optional: what its senders must hear when all is well, always with
	 * status 200. Without it they hear the verdicts as JSON. The request
	 * is as parse sees it, without a body that streamed. */
	void (*answer)(struct arena *, const struct inbound *, const void *conf,
		const struct verdicts *, struct answer *);
};

/* Every channel of src/channels, in the order of their names, and a NULL.
 * Made by the Makefile. */
extern const struct channel *const channels[];

#endif
