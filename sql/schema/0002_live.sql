-- SPDX-License-Identifier: Apache-2.0
-- What the resolver makes from the journal and could make again. It lives in
-- a schema of its own, so that a replay can build the next generation beside
-- it and swap the two by renaming.
CREATE SCHEMA live;

-- Family: identifier. founder is the profile: the identifier of the group
-- with the smallest (first_seen, identifier). number is the lease's number
-- at the last change of the row.
CREATE TABLE live.identifier (
	identifier uuid PRIMARY KEY,
	kind text COLLATE "C" NOT NULL,
	value text COLLATE "C" NOT NULL,
	first_seen timestamptz NOT NULL,
	founder uuid NOT NULL,
	shared boolean NOT NULL,
	number bigint NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX identifier_founder ON live.identifier (founder);

-- Family: identifier. Which touchpoints name it.
CREATE TABLE live.member (
	identifier uuid NOT NULL,
	touchpoint uuid NOT NULL,
	PRIMARY KEY (identifier, touchpoint)
);

-- Family: touchpoint. Its identifiers in the order of their ids; never
-- changed.
CREATE TABLE live.touchpoint (
	touchpoint uuid PRIMARY KEY,
	source text COLLATE "C" NOT NULL,
	channel text COLLATE "C" NOT NULL,
	identifiers uuid[] NOT NULL
);

-- Family: touchpoint. stay is a small number within the touchpoint, for
-- keys only; it is not derived and never shown. assurance stands beside the
-- touchpoint's identifiers: 1 asserted, 2 attested, 3 verified.
CREATE TABLE live.stay (
	touchpoint uuid NOT NULL,
	stay integer NOT NULL,
	owner uuid,
	first_at timestamptz NOT NULL,
	last_at timestamptz NOT NULL,
	events bigint NOT NULL,
	assurance smallint[] NOT NULL,
	number bigint NOT NULL,
	PRIMARY KEY (touchpoint, stay)
) WITH (fillfactor = 80);

CREATE INDEX stay_owner ON live.stay (owner);

-- Family: touchpoint. The latest value, by (at, event), of each trait. The
-- lines of a cart are traits too, named cart/SKU; cart/ alone says that the
-- cart begins anew, with the lines of the same event.
CREATE TABLE live.trait (
	touchpoint uuid NOT NULL,
	stay integer NOT NULL,
	name text COLLATE "C" NOT NULL,
	value jsonb NOT NULL,
	at timestamptz NOT NULL,
	event uuid NOT NULL,
	PRIMARY KEY (touchpoint, stay, name)
) WITH (fillfactor = 80);

-- Family: touchpoint. The latest word, by (at, event), on each order and
-- refund. One order that two touchpoints report is counted once on reading,
-- by purchase.
CREATE TABLE live.spend (
	touchpoint uuid NOT NULL,
	stay integer NOT NULL,
	purchase uuid NOT NULL,
	refund boolean NOT NULL,
	amount numeric NOT NULL,
	currency text COLLATE "C" NOT NULL,
	at timestamptz NOT NULL,
	event uuid NOT NULL,
	PRIMARY KEY (touchpoint, stay, purchase)
);
