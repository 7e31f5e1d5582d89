-- Parks events whose id another event has already. $1 a JSON array of rows.
INSERT INTO parked (event, digest, source, received_at, reason, detail,
	inbound, body)
SELECT event, decode(digest, 'hex'), source, received_at, 'conflict',
	'another event of the same id was there before', NULL, body
FROM jsonb_to_recordset($1::jsonb) AS given (event uuid, digest text,
	source text, received_at timestamptz, body jsonb)
ORDER BY event, digest
ON CONFLICT DO NOTHING
