-- Writes which decisions name which identifiers. $1 a JSON array of decisions'
-- rows.
INSERT INTO live.decided (identifier, decision)
SELECT DISTINCT unnest(left_side || right_side) AS identifier, decision
FROM jsonb_to_recordset($1::jsonb) AS given (decision uuid, left_side uuid[],
	right_side uuid[])
ORDER BY identifier, decision
ON CONFLICT DO NOTHING
