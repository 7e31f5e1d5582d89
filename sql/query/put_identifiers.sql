-- Writes identifiers. $1 a JSON array of rows, $2 the number.
INSERT INTO live.identifier (identifier, kind, value, first_seen, founder,
	shared, base, until, run_at, number)
SELECT identifier, kind, value, first_seen, founder, shared, base, until,
	run_at, $2::bigint
FROM jsonb_to_recordset($1::jsonb) AS given (identifier uuid, kind text,
	value text, first_seen timestamptz, founder uuid, shared boolean,
	base uuid, until timestamptz, run_at timestamptz)
ORDER BY identifier
ON CONFLICT (identifier) DO UPDATE
SET first_seen = excluded.first_seen,
	founder = excluded.founder,
	shared = excluded.shared,
	until = excluded.until,
	run_at = excluded.run_at,
	number = excluded.number
