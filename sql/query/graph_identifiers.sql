-- Identifiers. $1 their ids. Times in microseconds.
SELECT identifier, kind, value,
	(extract(epoch FROM first_seen) * 1000000)::bigint, founder, shared
FROM live.identifier
WHERE identifier = ANY ($1::uuid[])
