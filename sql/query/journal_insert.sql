-- Appends events that are new. $1 a JSON array of the journal's rows.
INSERT INTO journal (touchpoint, occurred_at, event, source, channel, type,
	received_at, clamped, inbound, body)
SELECT touchpoint, occurred_at, event, source, channel, type,
	received_at, clamped, inbound, body
FROM jsonb_to_recordset($1::jsonb) AS given (touchpoint uuid,
	occurred_at timestamptz, event uuid, source text, channel text,
	type text, received_at timestamptz, clamped boolean, inbound uuid,
	body jsonb)
