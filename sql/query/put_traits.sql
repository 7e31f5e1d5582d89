-- Writes traits; the latest by (at, event) stays. $1 a JSON array of rows,
-- one a key.
INSERT INTO live.trait (touchpoint, stay, name, value, at, event)
SELECT touchpoint, stay, name, value, at, event
FROM jsonb_to_recordset($1::jsonb) AS given (touchpoint uuid, stay integer,
	name text, value jsonb, at timestamptz, event uuid)
ORDER BY touchpoint, stay, name
ON CONFLICT (touchpoint, stay, name) DO UPDATE
SET value = excluded.value, at = excluded.at, event = excluded.event
WHERE (excluded.at, excluded.event) > (trait.at, trait.event)
