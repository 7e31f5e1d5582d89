-- SPDX-License-Identifier: Apache-2.0
-- The feed of changes: a log, which no replay makes again.

-- Family: its own id. number is the lease's, which every resolver's transaction
-- takes under the lease's lock: whoever has read up to a number has missed
-- none before it. before and after are the profiles with their identifiers, as
-- far as those changed; cause names events and decisions.
CREATE TABLE change (
	change uuid PRIMARY KEY,
	number bigint NOT NULL,
	ordinal integer NOT NULL,
	kind text COLLATE "C" NOT NULL,
	profiles uuid[] NOT NULL,
	before jsonb,
	after jsonb,
	cause jsonb NOT NULL,
	at timestamptz NOT NULL
);

CREATE UNIQUE INDEX change_number ON change (number, ordinal);

-- Family: identifier. The changes of the groups that it was or is in.
CREATE TABLE changed (
	identifier uuid NOT NULL,
	number bigint NOT NULL,
	ordinal integer NOT NULL,
	PRIMARY KEY (identifier, number, ordinal)
);
