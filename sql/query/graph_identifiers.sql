-- Identifiers, with their tenures. $1 their ids. A row without a kind is an
-- instant at which the identifier was given up. Times in microseconds. The fifth
-- column is the founder of the group, the tenth that of the profile.
SELECT identifier, kind, value,
	(extract(epoch FROM first_seen) * 1000000)::bigint,
	coalesce(group_founder, founder), shared,
	base, (extract(epoch FROM until) * 1000000)::bigint,
	(extract(epoch FROM run_at) * 1000000)::bigint, founder, crowded
FROM live.identifier
WHERE identifier = ANY ($1::uuid[]) OR base = ANY ($1::uuid[])
UNION ALL
SELECT identifier, NULL, NULL, (extract(epoch FROM at) * 1000000)::bigint,
	NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM live.cut
WHERE identifier = ANY ($1::uuid[])
