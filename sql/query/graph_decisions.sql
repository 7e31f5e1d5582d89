-- Decisions that name one of $1, identifiers, and those of $2. A row each: the
-- decision, its time in microseconds since 1970, whether it says the same,
-- whether it is withdrawn, its sides, reason and author.
SELECT decision, (extract(epoch FROM at) * 1000000)::bigint, same, withdrawn,
	array_to_string(left_side, ','), array_to_string(right_side, ','),
	reason, author
FROM (
	SELECT unnest($2::uuid[]) AS decision
	UNION
	SELECT decision FROM live.decided WHERE identifier = ANY ($1::uuid[])
) AS wanted
JOIN live.decision USING (decision)
