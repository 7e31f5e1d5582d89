-- Writes which touchpoints name which identifiers. $1 a JSON array of rows.
INSERT INTO live.member (identifier, touchpoint)
SELECT identifier, touchpoint
FROM jsonb_to_recordset($1::jsonb) AS given (identifier uuid,
	touchpoint uuid)
ORDER BY identifier, touchpoint
ON CONFLICT DO NOTHING
