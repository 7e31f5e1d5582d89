-- The first blocking key that should be and is not. $1 keys, $2 whose.
SELECT format('block %s of portrait %s: missing', key, portrait)
FROM unnest($1::bigint[], $2::uuid[]) AS want (key, portrait)
WHERE NOT EXISTS (
	SELECT FROM live.block AS have
	WHERE have.key = want.key AND have.portrait = want.portrait
)
ORDER BY portrait, key
LIMIT 1
