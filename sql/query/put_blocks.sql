-- Writes blocking keys. $1 keys, $2 whose.
INSERT INTO live.block (key, portrait)
SELECT key, portrait
FROM unnest($1::bigint[], $2::uuid[]) AS given (key, portrait)
ORDER BY key, portrait
