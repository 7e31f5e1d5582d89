-- Gives parked events back to the resolver, each as a batch of its own. $1 one
-- event, or NULL for all. Conflicts stay: they would conflict again. One row:
-- how many were given back.
WITH taken AS (
	DELETE FROM parked
	WHERE reason = 'unresolved' AND ($1::uuid IS NULL OR event = $1)
	RETURNING event
), placed AS (
	INSERT INTO append (batch, received_at, touchpoints, times, events)
	SELECT j.event, j.received_at, ARRAY[j.touchpoint],
		ARRAY[j.occurred_at], ARRAY[j.event]
	FROM journal AS j
	WHERE j.event IN (SELECT event FROM taken)
	RETURNING batch
)
SELECT count(*) FROM placed
