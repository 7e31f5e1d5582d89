-- The changes of membership of the group of an identifier, the newest first.
-- $1 the identifier; $2, $3 the number and ordinal before which the page
-- begins; $4 how many. A row each: the change as JSON, its cursor.
SELECT jsonb_build_object('id', c.change, 'change', c.kind, 'profiles',
	c.profiles, 'before', c.before, 'after', c.after, 'cause', c.cause,
	'changed_at', to_jsonb(c.at AT TIME ZONE 'UTC') #>> '{}' || 'Z')::text,
	c.number || '.' || c.ordinal
FROM changed AS d
JOIN change AS c USING (number, ordinal)
WHERE d.identifier = $1::uuid AND (c.number, c.ordinal) < ($2::bigint, $3::int)
ORDER BY c.number DESC, c.ordinal DESC
LIMIT $4::int
