-- Writes whose changes they are. $1 a JSON array of changes' rows, $2 the
-- number.
INSERT INTO changed (identifier, number, ordinal)
SELECT DISTINCT identifier::uuid, $2::bigint, ordinal
FROM jsonb_to_recordset($1::jsonb) AS given (ordinal integer, members jsonb),
	jsonb_array_elements_text(members) AS m (identifier)
ORDER BY 1, 3
