-- The first events of touchpoints, as evidence. $1 touchpoints. A row each: the
-- touchpoint, its events as JSON.
SELECT t.touchpoint, (
	SELECT json_agg(json_build_object('event', e.event, 'type', e.type,
		'source', e.source, 'channel', e.channel, 'occurred_at',
		to_jsonb(e.occurred_at AT TIME ZONE 'UTC') #>> '{}' || 'Z')
		ORDER BY e.occurred_at, e.event)
	FROM (
		SELECT event, type, source, channel, occurred_at
		FROM journal
		WHERE touchpoint = t.touchpoint
		ORDER BY occurred_at, event
		LIMIT 3
	) AS e)::text
FROM unnest($1::uuid[]) AS t (touchpoint)
