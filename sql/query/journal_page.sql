-- The journal in the order of its keys. $1, $2, $3 the touchpoint, time and
-- event after which the page begins, or NULL; $4 how many; $5 whether events
-- that wait for the resolver are in it. Parked ones never are.
WITH waiting AS MATERIALIZED (
	SELECT unnest(events) AS event FROM append WHERE NOT $5::boolean
	UNION ALL
	SELECT event FROM parked WHERE reason = 'unresolved'
)
SELECT touchpoint, (extract(epoch FROM occurred_at) * 1000000)::bigint,
	event, source, channel, body, occurred_at
FROM journal
WHERE (touchpoint, occurred_at, event) > (
		coalesce($1::uuid, '00000000-0000-0000-0000-000000000000'),
		coalesce($2::timestamptz, '-infinity'),
		coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))
	AND event NOT IN (SELECT event FROM waiting)
ORDER BY touchpoint, occurred_at, event
LIMIT $4::int
