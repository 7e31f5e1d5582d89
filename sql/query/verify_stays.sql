-- The first difference between stays that should be and that are. $1
-- touchpoints, columns as graph_stay_rows has them, of all stays of those.
WITH want AS (
	SELECT touchpoint, owner, first_at, last_at, events,
		assurance::smallint[], called
	FROM unnest($2::uuid[], $3::integer[], $4::uuid[], $5::timestamptz[],
		$6::timestamptz[], $7::bigint[], $8::text[], $9::text[])
		AS given (touchpoint, stay, owner, first_at, last_at, events,
			assurance, called)
), have AS (
	SELECT touchpoint, owner, first_at, last_at, events, assurance, called
	FROM live.stay
	WHERE touchpoint = ANY ($1::uuid[])
)
SELECT format('stay of touchpoint %s from %s: %s', touchpoint, first_at, what)
FROM (
	(SELECT *, 'missing or other' AS what
	FROM (TABLE want EXCEPT TABLE have) AS w
	ORDER BY touchpoint, first_at LIMIT 1)
	UNION ALL
	(SELECT *, 'should not be' FROM (TABLE have EXCEPT TABLE want) AS h
	ORDER BY touchpoint, first_at LIMIT 1)
) AS different
LIMIT 1
