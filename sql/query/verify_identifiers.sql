-- The first difference between identifiers that should be and that are. $1
-- identifiers, columns as graph_identifier_rows has them, of all of those.
-- Names no value.
WITH want AS (
	SELECT identifier, kind, value, first_seen, founder, group_founder,
		shared, base, until, run_at
	FROM unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[],
		$6::uuid[], $7::uuid[], $8::boolean[], $9::uuid[],
		$10::timestamptz[], $11::timestamptz[],
		$12::boolean[])
		AS given (identifier, kind, value, first_seen, founder,
			group_founder, shared, base, until, run_at, crowded)
), have AS (
	SELECT identifier, kind, value, first_seen, founder, group_founder,
		shared, base, until, run_at
	FROM live.identifier
	WHERE identifier = ANY ($1::uuid[]) OR base = ANY ($1::uuid[])
)
SELECT format('identifier %s (%s): missing or other', identifier, kind)
FROM (TABLE want EXCEPT TABLE have) AS different
ORDER BY identifier
LIMIT 1
