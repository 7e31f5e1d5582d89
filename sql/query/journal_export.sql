-- A page of the journal for people and programs, in the order of its keys.
-- $1, $2, $3 the touchpoint, time and event after which it begins, or NULL; $4
-- how many. A row each: the line as JSON, and the key again.
SELECT jsonb_build_object('event', j.event, 'touchpoint', j.touchpoint,
	'source', j.source, 'channel', j.channel, 'type', j.type,
	'occurred_at', to_jsonb(j.occurred_at AT TIME ZONE 'UTC') #>> '{}'
		|| 'Z',
	'received_at', to_jsonb(j.received_at AT TIME ZONE 'UTC') #>> '{}'
		|| 'Z',
	'clamped', j.clamped, 'digest', encode(s.digest, 'hex'),
	'body', j.body)::text,
	j.touchpoint, j.occurred_at, j.event
FROM journal AS j
JOIN seen AS s USING (event)
WHERE (j.touchpoint, j.occurred_at, j.event) > (
	coalesce($1::uuid, '00000000-0000-0000-0000-000000000000'),
	coalesce($2::timestamptz, '-infinity'),
	coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))
ORDER BY j.touchpoint, j.occurred_at, j.event
LIMIT $4::int
