-- What a daemon asks before it serves. $1 the last migration that it knows,
-- $2 the check value of its hash key, which is written down when it is the
-- first. One row: whether that migration is there, whether the key is right.
WITH written AS (
	INSERT INTO meta (name, value) VALUES ('hash_key_check', $2)
	ON CONFLICT DO NOTHING
	RETURNING value
)
SELECT EXISTS (SELECT FROM migration WHERE name = $1),
	coalesce((SELECT value FROM written), (SELECT value FROM meta
		WHERE name = 'hash_key_check')) = $2
