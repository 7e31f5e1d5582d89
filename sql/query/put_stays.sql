-- Writes stays. $1 the number, columns as graph_stay_rows has them.
INSERT INTO live.stay (touchpoint, stay, owner, first_at, last_at, events,
	assurance, called, number)
SELECT touchpoint, stay, owner, first_at, last_at, events,
	assurance::smallint[], called, $1::bigint
FROM unnest($2::uuid[], $3::integer[], $4::uuid[], $5::timestamptz[],
	$6::timestamptz[], $7::bigint[], $8::text[], $9::text[])
	AS given (touchpoint, stay, owner, first_at, last_at, events, assurance,
		called)
ORDER BY touchpoint, stay
ON CONFLICT (touchpoint, stay) DO UPDATE
SET owner = excluded.owner,
	first_at = excluded.first_at,
	last_at = excluded.last_at,
	events = excluded.events,
	assurance = excluded.assurance,
	called = excluded.called,
	number = excluded.number
