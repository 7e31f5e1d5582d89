-- The first difference between traits that should be and that are. $1
-- touchpoints, columns as graph_trait_rows has them, of all traits of those. A
-- row: what differs; none where nothing does. Stays are known by when they
-- began: numbers tell nothing.
WITH want AS (
	SELECT touchpoint, first_at, name, value, at, event
	FROM unnest($2::uuid[], $3::integer[], $4::timestamptz[], $5::text[],
		$6::jsonb[], $7::timestamptz[], $8::uuid[])
		AS given (touchpoint, stay, first_at, name, value, at, event)
), have AS (
	SELECT t.touchpoint, s.first_at, t.name, t.value, t.at, t.event
	FROM live.trait AS t
	LEFT JOIN live.stay AS s USING (touchpoint, stay)
	WHERE t.touchpoint = ANY ($1::uuid[])
)
SELECT format('trait %s of touchpoint %s: %s', name, touchpoint, what)
FROM (
	(SELECT *, 'missing or other' AS what
	FROM (TABLE want EXCEPT TABLE have) AS w
	ORDER BY touchpoint, name LIMIT 1)
	UNION ALL
	(SELECT *, 'should not be' FROM (TABLE have EXCEPT TABLE want) AS h
	ORDER BY touchpoint, name LIMIT 1)
) AS different
LIMIT 1
