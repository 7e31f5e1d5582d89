-- Who has keys. $1 the keys, beside each in $2 how many are wanted at most. A row
-- each: the key, a portrait.
SELECT k.key, b.portrait
FROM unnest($1::bigint[], $2::int[]) AS k (key, most)
CROSS JOIN LATERAL (
	SELECT portrait
	FROM live.block
	WHERE key = k.key
	LIMIT k.most
) AS b
