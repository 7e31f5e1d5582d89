-- The events that say who gave what up. $1 whether those that wait for the
-- resolver are among them. Parked ones never are. Times in microseconds.
WITH waiting AS MATERIALIZED (
	SELECT unnest(events) AS event FROM append WHERE NOT $1::boolean
	UNION ALL
	SELECT event FROM parked WHERE reason = 'unresolved'
)
SELECT (extract(epoch FROM occurred_at) * 1000000)::bigint, body
FROM journal
WHERE type = 'handover' AND body IS NOT NULL
	AND event NOT IN (SELECT event FROM waiting)
ORDER BY occurred_at, event
