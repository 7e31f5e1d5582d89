-- The stays of touchpoints. $1 the touchpoints. Times in microseconds.
SELECT touchpoint, stay, owner,
	(extract(epoch FROM first_at) * 1000000)::bigint,
	(extract(epoch FROM last_at) * 1000000)::bigint,
	events, array_to_string(assurance, ''), called
FROM live.stay
WHERE touchpoint = ANY ($1::uuid[])
