-- Parked events, oldest first: event, source, when it was received, the
-- reason, the detail.
SELECT event, source,
	to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
	reason, detail
FROM parked
ORDER BY received_at, event, digest
