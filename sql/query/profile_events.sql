-- A page of a profile's events, newest first. $1 an identifier of it; $2, $3
-- the time and id before which it begins, or NULL; $4 channel, $5 type, or
-- NULL; $6 how many. A row each: the event as JSON, the cursor of the next
-- page. The stays give the bounds of time, so that few partitions are read.
WITH ids AS (
	SELECT o.identifier
	FROM live.identifier AS i
	JOIN live.identifier AS o USING (founder)
	WHERE i.identifier = $1::uuid AND NOT i.shared AND NOT o.shared
), stays AS (
	SELECT s.touchpoint, s.first_at, s.last_at, t.channel, t.source
	FROM ids
	CROSS JOIN LATERAL (
		SELECT touchpoint, first_at, last_at
		FROM live.stay
		WHERE owner = ids.identifier
		OFFSET 0
	) AS s
	CROSS JOIN LATERAL (
		SELECT source, channel
		FROM live.touchpoint
		WHERE touchpoint = s.touchpoint
		OFFSET 0
	) AS t
	WHERE ($4::text IS NULL OR t.channel = $4)
		AND ($2::timestamptz IS NULL OR s.first_at <= $2)
), page AS (
	SELECT e.*, s.channel, s.source
	FROM stays AS s
	CROSS JOIN LATERAL (
		SELECT event, occurred_at, received_at, clamped, type, body
		FROM journal
		WHERE touchpoint = s.touchpoint
			AND occurred_at BETWEEN s.first_at AND s.last_at
			AND ($2::timestamptz IS NULL
				OR (occurred_at, event) < ($2, $3::uuid))
			AND ($5::text IS NULL OR type = $5)
		ORDER BY occurred_at DESC, event DESC
		LIMIT $6::int
	) AS e
	ORDER BY e.occurred_at DESC, e.event DESC
	LIMIT $6::int
)
SELECT jsonb_build_object('id', event,
	'occurred_at', to_jsonb(occurred_at AT TIME ZONE 'UTC') #>> '{}'
		|| 'Z',
	'received_at', to_jsonb(received_at AT TIME ZONE 'UTC') #>> '{}'
		|| 'Z',
	'clamped', clamped, 'source', source, 'channel', channel,
	'type', type, 'name', body -> 'name', 'traits', body -> 'traits',
	'purchase', body -> 'purchase', 'body', body -> 'body')::text,
	(to_jsonb(occurred_at AT TIME ZONE 'UTC') #>> '{}') || 'Z,' || event
FROM page
ORDER BY occurred_at DESC, event DESC
