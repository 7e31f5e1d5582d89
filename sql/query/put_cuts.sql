-- Writes instants at which identifiers were given up. $1 a JSON array of rows.
INSERT INTO live.cut (identifier, at)
SELECT identifier, at
FROM jsonb_to_recordset($1::jsonb) AS given (identifier uuid, at timestamptz)
ORDER BY identifier, at
ON CONFLICT DO NOTHING
