-- Writes stays. $1 a JSON array of rows, $2 the number.
INSERT INTO live.stay (touchpoint, stay, owner, first_at, last_at, events,
	assurance, number)
SELECT touchpoint, stay, owner, first_at, last_at, events, assurance,
	$2::bigint
FROM jsonb_to_recordset($1::jsonb) AS given (touchpoint uuid, stay integer,
	owner uuid, first_at timestamptz, last_at timestamptz, events bigint,
	assurance smallint[])
ORDER BY touchpoint, stay
ON CONFLICT (touchpoint, stay) DO UPDATE
SET owner = excluded.owner,
	first_at = excluded.first_at,
	last_at = excluded.last_at,
	events = excluded.events,
	assurance = excluded.assurance,
	number = excluded.number
