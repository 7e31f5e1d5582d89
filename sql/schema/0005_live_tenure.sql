-- SPDX-License-Identifier: Apache-2.0
-- Who had a recycled number after whom. A later tenure is a row of its own,
-- with the kind and the value of its identifier, which base names; the tables
-- of members and decisions name identifiers alone. A tenure ends where the
-- next begins. run_at: as the resolver needs it (struct tenure).
ALTER TABLE live.identifier
	ADD COLUMN base uuid,
	ADD COLUMN until timestamptz,
	ADD COLUMN run_at timestamptz;

-- Family: identifier. The instants at which providers say that identifiers were
-- given up: what happens then or later is the next holder's.
CREATE TABLE live.cut (
	identifier uuid NOT NULL,
	at timestamptz NOT NULL,
	PRIMARY KEY (identifier, at)
);

CREATE INDEX identifier_base ON live.identifier (base) WHERE base IS NOT NULL;
