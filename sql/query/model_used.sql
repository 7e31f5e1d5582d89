-- The model in use. $1 the one that is known already, whose body is then NULL; or
-- NULL. No row: the shipped one.
SELECT m.model,
	CASE WHEN m.model IS DISTINCT FROM $1::bigint THEN m.body END
FROM meta
JOIN model AS m ON m.model = meta.value::bigint
WHERE meta.name = 'model'
