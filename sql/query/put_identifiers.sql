-- Writes identifiers. $1 the number, columns as graph_identifier_rows has them.
INSERT INTO live.identifier (identifier, kind, value, first_seen, founder,
	group_founder, shared, base, until, run_at, crowded, number)
SELECT identifier, kind, value, first_seen, founder, group_founder, shared,
	base, until, run_at, crowded, $1::bigint
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::uuid[],
	$7::uuid[], $8::boolean[], $9::uuid[], $10::timestamptz[],
	$11::timestamptz[], $12::boolean[])
	AS given (identifier, kind, value, first_seen, founder, group_founder,
		shared, base, until, run_at, crowded)
ORDER BY identifier
ON CONFLICT (identifier) DO UPDATE
SET first_seen = excluded.first_seen,
	founder = excluded.founder,
	group_founder = excluded.group_founder,
	shared = excluded.shared,
	until = excluded.until,
	run_at = excluded.run_at,
	crowded = excluded.crowded,
	number = excluded.number
