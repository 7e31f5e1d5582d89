-- Decisions, the newest first. $1, $2 the time and id after which the page
-- begins, or NULL; $3 how many. A row each: the decision as JSON, the cursor.
SELECT jsonb_build_object('id', decision, 'decision',
	CASE WHEN same THEN 'same' ELSE 'not_same' END, 'left', left_side,
	'right', right_side, 'reason', reason, 'author', author,
	'decided_at', to_jsonb(at AT TIME ZONE 'UTC') #>> '{}' || 'Z',
	'withdrawn', withdrawn)::text,
	to_jsonb(at AT TIME ZONE 'UTC') #>> '{}' || 'Z,' || decision
FROM live.decision
WHERE (at, decision) < (coalesce($1::timestamptz, 'infinity'),
	coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
ORDER BY at DESC, decision DESC
LIMIT $3::int
