-- The first difference between the instants of handovers that should be and
-- that are. Columns as graph_cut_rows has them.
WITH want AS (
	SELECT DISTINCT identifier, at
	FROM unnest($1::uuid[], $2::timestamptz[])
		AS given (identifier, at)
)
SELECT format('cut of %s: missing, other or should not be', identifier)
FROM (
	(TABLE want EXCEPT SELECT identifier, at FROM live.cut)
	UNION ALL
	(SELECT identifier, at FROM live.cut EXCEPT TABLE want)
) AS different
ORDER BY identifier
LIMIT 1
