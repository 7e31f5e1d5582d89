-- The first difference between the instants of handovers that should be and
-- that are. $1 a JSON array of all their rows.
WITH want AS (
	SELECT DISTINCT identifier, at
	FROM jsonb_to_recordset($1::jsonb) AS given (identifier uuid,
		at timestamptz)
)
SELECT format('cut of %s: missing, other or should not be', identifier)
FROM (
	(TABLE want EXCEPT SELECT identifier, at FROM live.cut)
	UNION ALL
	(SELECT identifier, at FROM live.cut EXCEPT TABLE want)
) AS different
ORDER BY identifier
LIMIT 1
