-- The first difference between identifiers that should be and that are. $1 a
-- JSON array of rows, of all of $2, identifiers. Names no value.
WITH want AS (
	SELECT identifier, kind, value, first_seen, founder, shared,
		base, until, run_at
	FROM jsonb_to_recordset($1::jsonb) AS given (identifier uuid,
		kind text, value text, first_seen timestamptz, founder uuid,
		shared boolean,
		base uuid, until timestamptz, run_at timestamptz)
), have AS (
	SELECT identifier, kind, value, first_seen, founder, shared,
		base, until, run_at
	FROM live.identifier
	WHERE identifier = ANY ($2::uuid[]) OR base = ANY ($2::uuid[])
)
SELECT format('identifier %s (%s): missing or other', identifier, kind)
FROM (TABLE want EXCEPT TABLE have) AS different
ORDER BY identifier
LIMIT 1
