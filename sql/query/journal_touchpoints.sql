-- All events of touchpoints that were resolved before. $1 touchpoints. Rows as
-- those of journal_read.
WITH waiting AS MATERIALIZED (
	SELECT unnest(events) AS event FROM append
	UNION ALL
	SELECT event FROM parked WHERE reason = 'unresolved'
)
SELECT touchpoint, (extract(epoch FROM occurred_at) * 1000000)::bigint,
	event, source, channel, body
FROM journal
WHERE touchpoint = ANY ($1::uuid[])
	AND event NOT IN (SELECT event FROM waiting)
ORDER BY touchpoint, occurred_at, event
