-- Removes tenures that are none any more. $1 a JSON array of rows.
DELETE FROM live.identifier
WHERE identifier = ANY (ARRAY(
	SELECT identifier
	FROM jsonb_to_recordset($1::jsonb) AS given (identifier uuid)
	ORDER BY identifier))
