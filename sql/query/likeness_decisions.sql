-- Decisions on identifiers of groups. $1 pairs of the group and its profile, side
-- by side with $2. A row each: the group, the identifier, since and until when it
-- was theirs, the decision, its time, whether it says the same, its sides.
SELECT g.grp, coalesce(i.base, i.identifier),
	(extract(epoch FROM i.first_seen) * 1000000)::bigint, i.base IS NOT NULL,
	(extract(epoch FROM i.until) * 1000000)::bigint, d.decision,
	(extract(epoch FROM d.at) * 1000000)::bigint, d.same,
	array_to_string(d.left_side, ','), array_to_string(d.right_side, ',')
FROM unnest($1::uuid[], $2::uuid[]) AS g (grp, profile)
CROSS JOIN LATERAL (
	SELECT identifier, base, first_seen, until
	FROM live.identifier
	WHERE founder = g.profile AND NOT shared
		AND coalesce(group_founder, founder) = g.grp
	OFFSET 0
) AS i
JOIN live.decided AS n ON n.identifier = coalesce(i.base, i.identifier)
JOIN live.decision AS d USING (decision)
WHERE NOT d.withdrawn AND d.at IS NOT NULL
