-- SPDX-License-Identifier: Apache-2.0
-- What is true and cannot be made again: the journal, what judges repeats,
-- and what the resolver has still to take. See sql/README.md for the rules.

-- Names and values fixed for the life of the database, such as the check
-- value of the hash key.
CREATE TABLE meta (
	name text COLLATE "C" PRIMARY KEY,
	value text NOT NULL
);

-- Family: touchpoint. One row an event; body is the event as the channel
-- understood it, with identifiers as sent. A time that the sender did not
-- give, or that is out of range, is the receipt's: then clamped is true.
CREATE TABLE journal (
	touchpoint uuid NOT NULL,
	occurred_at timestamptz NOT NULL,
	event uuid NOT NULL,
	source text COLLATE "C" NOT NULL,
	channel text COLLATE "C" NOT NULL,
	type text COLLATE "C" NOT NULL,
	received_at timestamptz NOT NULL,
	clamped boolean NOT NULL,
	inbound uuid,
	body jsonb,
	PRIMARY KEY (touchpoint, occurred_at, event)
) PARTITION BY RANGE (occurred_at);

-- Months get partitions of their own before their first event; this one
-- makes sure that no event is ever refused for want of a partition.
CREATE TABLE journal_rest PARTITION OF journal DEFAULT;

-- Family: event. The only judge of repeats, for ever, never partitioned by
-- time. batch tells a writer whose COMMIT was cut whether the row is its own.
CREATE TABLE seen (
	event uuid PRIMARY KEY,
	digest bytea NOT NULL CHECK (octet_length(digest) = 32),
	batch uuid NOT NULL
);

-- Family: its own id. One row a committed batch, listing where its events
-- are. The resolver deletes a row in the transaction that applies it, so
-- commits out of order skip nothing.
CREATE TABLE append (
	batch uuid PRIMARY KEY,
	received_at timestamptz NOT NULL,
	touchpoints uuid[] NOT NULL,
	times timestamptz[] NOT NULL,
	events uuid[] NOT NULL,
	CHECK (cardinality(touchpoints) = cardinality(events)
		AND cardinality(times) = cardinality(events))
);

-- Family: its own id. The sender's own bytes, once a request, with the
-- headers that its channel reads: what a channel can be run over again.
CREATE TABLE inbound (
	inbound uuid PRIMARY KEY,
	source text COLLATE "C" NOT NULL,
	received_at timestamptz NOT NULL,
	method text COLLATE "C" NOT NULL,
	path text COLLATE "C" NOT NULL,
	headers jsonb NOT NULL,
	body bytea
);

-- Family: its own id. Events that could not be taken, with the reason.
CREATE TABLE parked (
	event uuid NOT NULL,
	digest bytea NOT NULL,
	source text COLLATE "C" NOT NULL,
	received_at timestamptz NOT NULL,
	reason text COLLATE "C" NOT NULL,
	detail text NOT NULL,
	inbound uuid,
	body jsonb,
	PRIMARY KEY (event, digest)
);

-- Family: its own id. The key itself is never stored, only its SHA-256.
CREATE TABLE api_key (
	api_key uuid PRIMARY KEY,
	name text COLLATE "C" NOT NULL,
	digest bytea NOT NULL CHECK (octet_length(digest) = 32),
	scopes text[] NOT NULL,
	created_at timestamptz NOT NULL,
	expires_at timestamptz,
	revoked_at timestamptz
);

-- Family: its own name. The active resolver holds the row's epoch; every
-- transaction of its locks the row, compares the epoch and takes the next
-- number for what it changes.
CREATE TABLE lease (
	name text COLLATE "C" PRIMARY KEY,
	epoch bigint NOT NULL,
	holder text NOT NULL,
	held_until timestamptz NOT NULL,
	number bigint NOT NULL
);

INSERT INTO lease VALUES ('resolver', 0, '', '-infinity', 0);
