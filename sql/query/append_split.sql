-- Makes two batches of one that cannot be resolved as a whole, so that the
-- event to blame is found. $1 the batch, as an array of one; $2 the id of the
-- second half.
WITH whole AS (
	SELECT *, cardinality(events) / 2 AS half
	FROM append
	WHERE batch = ANY ($1::uuid[])
), cut AS (
	UPDATE append AS a
	SET touchpoints = a.touchpoints[:half], times = a.times[:half],
		events = a.events[:half]
	FROM whole
	WHERE a.batch = whole.batch
)
INSERT INTO append (batch, received_at, touchpoints, times, events)
SELECT $2::uuid, received_at, touchpoints[half + 1:], times[half + 1:],
	events[half + 1:]
FROM whole
