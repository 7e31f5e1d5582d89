-- SPDX-License-Identifier: Apache-2.0
-- Stewards' decisions, as the journal tells them.

-- Family: its own id, that of its event. Every pair of one from either side is
-- the same person, or is not. A withdrawal may be known before what it
-- withdraws: then the rest is NULL. number is the lease's number at the last
-- change of the row.
CREATE TABLE live.decision (
	decision uuid PRIMARY KEY,
	at timestamptz,
	same boolean,
	left_side uuid[],
	right_side uuid[],
	reason text,
	author text,
	withdrawn boolean NOT NULL,
	number bigint NOT NULL
);

CREATE INDEX decision_at ON live.decision (at, decision);

-- Family: identifier. The decisions that name it.
CREATE TABLE live.decided (
	identifier uuid NOT NULL,
	decision uuid NOT NULL,
	PRIMARY KEY (identifier, decision)
);
