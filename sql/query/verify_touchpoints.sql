-- The first difference between touchpoints that should be and that are, with
-- who is a member. $1 touchpoints, columns as graph_touchpoint_rows has them,
-- of all of those.
WITH want AS (
	SELECT touchpoint, source, channel, identifiers::uuid[],
		identifiers::uuid[] AS members
	FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[])
		AS given (touchpoint, source, channel, identifiers)
), have AS (
	SELECT t.touchpoint, t.source, t.channel, t.identifiers,
		coalesce((SELECT array_agg(m.identifier ORDER BY m.identifier)
			FROM unnest(t.identifiers) AS i (identifier)
			JOIN live.member AS m ON m.identifier = i.identifier
				AND m.touchpoint = t.touchpoint), '{}')
			AS members
	FROM live.touchpoint AS t
	WHERE t.touchpoint = ANY ($1::uuid[])
)
SELECT format('touchpoint %s: missing or other', touchpoint)
FROM (TABLE want EXCEPT TABLE have) AS different
ORDER BY touchpoint
LIMIT 1
