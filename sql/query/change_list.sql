-- Changes after a cursor. $1, $2 its number and ordinal; $3 how many. A row
-- each: the change as JSON, its cursor.
SELECT jsonb_build_object('id', change, 'change', kind, 'profiles', profiles,
	'before', before, 'after', after, 'cause', cause, 'changed_at',
	to_jsonb(at AT TIME ZONE 'UTC') #>> '{}' || 'Z')::text,
	number || '.' || ordinal
FROM change
WHERE (number, ordinal) > ($1::bigint, $2::int)
ORDER BY number, ordinal
LIMIT $3::int
