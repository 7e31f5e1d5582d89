-- Writes identifiers. $1 a JSON array of rows, $2 the number.
INSERT INTO live.identifier (identifier, kind, value, first_seen, founder,
	shared, number)
SELECT identifier, kind, value, first_seen, founder, shared, $2::bigint
FROM jsonb_to_recordset($1::jsonb) AS given (identifier uuid, kind text,
	value text, first_seen timestamptz, founder uuid, shared boolean)
ORDER BY identifier
ON CONFLICT (identifier) DO UPDATE
SET first_seen = excluded.first_seen,
	founder = excluded.founder,
	shared = excluded.shared,
	number = excluded.number
