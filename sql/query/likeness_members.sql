-- Who has keys. $1 the keys, beside each in $2 how many are too many. A row each
-- that several have: the key, their portraits in hex, one after the other, or NULL
-- where they are too many.
SELECT k.key, CASE WHEN m.count < k.most THEN encode(m.portraits, 'hex') END
FROM unnest($1::bigint[], $2::integer[]) AS k (key, most)
CROSS JOIN LATERAL (
	SELECT count(*) AS count, string_agg(uuid_send(portrait), '') AS portraits
	FROM (SELECT portrait FROM live.block WHERE key = k.key LIMIT k.most)
		AS b
) AS m
WHERE m.count > 1
