-- Removes blocking keys. $1 keys, $2 whose.
DELETE FROM live.block AS b
USING unnest($1::bigint[], $2::uuid[]) AS given (key, portrait)
WHERE b.key = given.key AND b.portrait = given.portrait
