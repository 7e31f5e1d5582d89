-- The events that the request $1 brought, in the order of their ids.
SELECT j.event, j.touchpoint,
	(extract(epoch FROM j.occurred_at) * 1000000)::bigint, j.type,
	j.body, encode(s.digest, 'hex')
FROM reparse AS r
JOIN journal AS j USING (touchpoint, occurred_at, event)
JOIN seen AS s ON s.event = j.event
WHERE r.inbound = $1::uuid
ORDER BY j.event
