-- Keeps requests as they came. $1 a JSON array of rows; headers is JSON text,
-- body hex.
INSERT INTO inbound (inbound, source, received_at, method, path, headers, body)
SELECT inbound, source, received_at, method, path, headers::jsonb,
	decode(body, 'hex')
FROM jsonb_to_recordset($1::jsonb) AS given (inbound uuid, source text,
	received_at timestamptz, method text, path text, headers text, body text)
