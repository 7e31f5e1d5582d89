-- The model in use. No row: the shipped one.
SELECT m.model, m.body
FROM meta
JOIN model AS m ON m.model = meta.value::bigint
WHERE meta.name = 'model'
