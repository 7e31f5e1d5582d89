-- The newest events of each of some stays, and events that are named. $1
-- touchpoints, $2 and $3 from when until when, $4 the event that is wanted, or
-- NULL for the ten newest; $5 and $6 within which times all of them are, so
-- that of the journal's partitions the others are not even opened. A row each:
-- its place in $1, id, time, type, name, and of a named one the purchase's id.
SELECT s.place, e.event, e.occurred_at, e.type, e.body -> 'name',
	CASE WHEN s.event IS NOT NULL THEN e.body #> '{purchase,id}' END
FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::uuid[])
	WITH ORDINALITY AS s (touchpoint, first_at, last_at, event, place)
CROSS JOIN LATERAL (
	SELECT event, occurred_at, type, body
	FROM journal
	WHERE touchpoint = s.touchpoint
		AND occurred_at BETWEEN s.first_at AND s.last_at
		AND occurred_at BETWEEN $5::timestamptz AND $6::timestamptz
		AND (s.event IS NULL OR event = s.event)
	ORDER BY occurred_at DESC, event DESC
	LIMIT 10
) AS e
