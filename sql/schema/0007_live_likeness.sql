-- SPDX-License-Identifier: Apache-2.0
-- What likeness makes of groups. A group is what identifiers join, and is known
-- by its founder; several that are one person are one profile, which founder
-- names. group_founder is NULL where it is the same: nearly everywhere.
ALTER TABLE live.identifier ADD COLUMN group_founder uuid;

-- Family: identifier, that of a group. What it is known by, as portrait_write
-- has it. Groups of which nothing is known have none.
CREATE TABLE live.portrait (
	portrait uuid PRIMARY KEY,
	first_seen timestamptz NOT NULL,
	looks text NOT NULL
);

-- Family: its key, a hash.
CREATE TABLE live.block (
	key bigint NOT NULL,
	portrait uuid NOT NULL,
	PRIMARY KEY (key, portrait)
);

-- Family: portrait. Two that share a key that counts, and weigh enough to be
-- one, or to be looked at; from either side. In thousandths of a bit.
CREATE TABLE live.alike (
	portrait uuid NOT NULL,
	other uuid NOT NULL,
	weight integer NOT NULL,
	PRIMARY KEY (portrait, other)
);
