-- SPDX-License-Identifier: Apache-2.0
-- What PostgreSQL itself does on this machine: what every figure of the bench is
-- a ratio to. Never changed with the product. :write and :read are how many rows:
-- 300,000 and 200,000, and fewer for a look.

-- Writing: a plain COPY of them into a table with one primary key. The rows are
-- made first, and read from a file.
CREATE TABLE reference_write (
	id uuid PRIMARY KEY,
	other uuid NOT NULL,
	made_at timestamptz NOT NULL,
	seen_at timestamptz NOT NULL,
	text text NOT NULL
);

COPY (
	SELECT gen_random_uuid(), gen_random_uuid(), now(), now(),
		repeat(md5(n::text), 12) || left(md5(n::text), 16)
	FROM generate_series(1, :write) AS n
) TO :'file';

-- One by one: pgbench, 64 clients, prepared, reference_insert.sql.
CREATE TABLE reference_insert (LIKE reference_write INCLUDING ALL);

-- Reading: pgbench, 64 clients, prepared, reference_select.sql.
CREATE TABLE reference_read (
	id integer PRIMARY KEY,
	text text NOT NULL
);
ALTER TABLE reference_read ALTER COLUMN text SET STORAGE PLAIN;

INSERT INTO reference_read
SELECT n, repeat(md5(n::text), 64) FROM generate_series(1, :read) AS n;

VACUUM ANALYZE reference_read;
