-- The first difference between stays that should be and that are. $1 a JSON
-- array of rows, of all stays of $2, touchpoints.
WITH want AS (
	SELECT touchpoint, owner, first_at, last_at, events, assurance
	FROM jsonb_to_recordset($1::jsonb) AS given (touchpoint uuid,
		owner uuid, first_at timestamptz, last_at timestamptz,
		events bigint, assurance smallint[])
), have AS (
	SELECT touchpoint, owner, first_at, last_at, events, assurance
	FROM live.stay
	WHERE touchpoint = ANY ($2::uuid[])
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
