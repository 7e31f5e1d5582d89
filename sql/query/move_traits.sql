-- Gives the traits of stays that were joined to others to those. Columns as
-- graph_joined_rows has them. The latest of each name stays.
WITH moved AS (
	DELETE FROM live.trait AS t
	USING unnest($1::uuid[], $2::integer[], $3::integer[])
		AS given (touchpoint, stay, "into")
	WHERE t.touchpoint = given.touchpoint AND t.stay = given.stay
	RETURNING t.touchpoint, given."into" AS stay, t.name, t.value, t.at,
		t.event
)
INSERT INTO live.trait (touchpoint, stay, name, value, at, event)
SELECT DISTINCT ON (touchpoint, stay, name) touchpoint, stay, name, value,
	at, event
FROM moved
ORDER BY touchpoint, stay, name, at DESC, event DESC
ON CONFLICT (touchpoint, stay, name) DO UPDATE
SET value = excluded.value, at = excluded.at, event = excluded.event
WHERE (excluded.at, excluded.event) > (trait.at, trait.event)
