-- Events by their keys. $1 touchpoints, $2 times, $3 events. Rows in the
-- order of the keys; times in microseconds since 1970.
SELECT touchpoint, (extract(epoch FROM occurred_at) * 1000000)::bigint,
	event, source, channel, body
FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[])
	AS listed (touchpoint, occurred_at, event)
JOIN journal USING (touchpoint, occurred_at, event)
ORDER BY touchpoint, occurred_at, event
