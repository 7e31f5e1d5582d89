-- Writes stays. $1 the number, columns as graph_stay_rows has them.
INSERT INTO live.stay (touchpoint, stay, owner, first_at, last_at, events,
	assurance, names, number)
SELECT touchpoint, stay, owner, first_at, last_at, events,
	assurance::smallint[], names, $1::bigint
FROM unnest($2::uuid[], $3::integer[], $4::uuid[], $5::timestamptz[],
	$6::timestamptz[], $7::bigint[], $8::text[], $9::text[])
	AS given (touchpoint, stay, owner, first_at, last_at, events, assurance,
		names)
ORDER BY touchpoint, stay
ON CONFLICT (touchpoint, stay) DO UPDATE
SET owner = excluded.owner,
	first_at = excluded.first_at,
	last_at = excluded.last_at,
	events = excluded.events,
	assurance = excluded.assurance,
	names = excluded.names,
	number = excluded.number
