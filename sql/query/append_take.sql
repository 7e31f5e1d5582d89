-- What is to be resolved next, oldest first. $1 how many batches at most, $2 how
-- many events, though always one batch. One row: the batches, beside each other
-- the touchpoints, times and events that they list (NULL where there are none),
-- and how many batches and events.
SELECT array_agg(DISTINCT batch), array_agg(touchpoint), array_agg(at),
	array_agg(event), count(DISTINCT batch), count(*)
FROM (
	SELECT batch, touchpoints, times, events,
		sum(cardinality(events)) OVER oldest AS sum,
		row_number() OVER oldest AS row
	FROM (
		SELECT batch, received_at, touchpoints, times, events
		FROM append
		ORDER BY received_at, batch
		LIMIT $1::int
	) AS first
	WINDOW oldest AS (ORDER BY received_at, batch)
) AS taken, unnest(touchpoints, times, events) AS listed (touchpoint, at,
	event)
WHERE sum <= $2::int OR row = 1
