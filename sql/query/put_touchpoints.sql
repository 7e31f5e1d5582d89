-- Writes touchpoints, which never change. $1 a JSON array of rows.
INSERT INTO live.touchpoint (touchpoint, source, channel, identifiers)
SELECT touchpoint, source, channel, identifiers
FROM jsonb_to_recordset($1::jsonb) AS given (touchpoint uuid, source text,
	channel text, identifiers uuid[])
ORDER BY touchpoint
ON CONFLICT DO NOTHING
