-- Takes events out of the journal. $1 touchpoints, $2 times, $3 events.
DELETE FROM journal AS j
USING unnest($1::uuid[], $2::timestamptz[], $3::uuid[])
	AS given (touchpoint, occurred_at, event)
WHERE j.touchpoint = given.touchpoint
	AND j.occurred_at = given.occurred_at AND j.event = given.event
