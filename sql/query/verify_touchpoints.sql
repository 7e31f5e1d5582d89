-- The first difference between touchpoints that should be and that are, with
-- who is a member. $1 a JSON array of rows, of all of $2, touchpoints.
WITH want AS (
	SELECT touchpoint, source, channel, identifiers, identifiers AS members
	FROM jsonb_to_recordset($1::jsonb) AS given (touchpoint uuid,
		source text, channel text, identifiers uuid[])
), have AS (
	SELECT t.touchpoint, t.source, t.channel, t.identifiers,
		coalesce((SELECT array_agg(m.identifier ORDER BY m.identifier)
			FROM unnest(t.identifiers) AS i (identifier)
			JOIN live.member AS m ON m.identifier = i.identifier
				AND m.touchpoint = t.touchpoint), '{}')
			AS members
	FROM live.touchpoint AS t
	WHERE t.touchpoint = ANY ($2::uuid[])
)
SELECT format('touchpoint %s: missing or other', touchpoint)
FROM (TABLE want EXCEPT TABLE have) AS different
ORDER BY touchpoint
LIMIT 1
