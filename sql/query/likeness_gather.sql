-- What groups are known by. $1 their founders. A row each, the group first, then
-- what it tells: "group": first_seen in microseconds, its profile; "stored": the
-- same of the portrait that is there, its text; "trait": the source of a stay, its
-- traits as an object; "named": the kind and value of an identifier that its stays
-- name, and its id; "own": the same of one of the group's.
WITH groups AS MATERIALIZED (
	SELECT identifier AS grp, founder, first_seen
	FROM live.identifier
	WHERE identifier = ANY ($1::uuid[]) AND NOT shared
		AND coalesce(group_founder, founder) = identifier
), own AS MATERIALIZED (
	SELECT g.grp, i.identifier, i.kind, i.value
	FROM groups AS g
	CROSS JOIN LATERAL (
		SELECT identifier, kind, value
		FROM live.identifier
		WHERE founder = g.founder AND NOT shared
			AND coalesce(group_founder, founder) = g.grp
		OFFSET 0
	) AS i
), stays AS MATERIALIZED (
	SELECT o.grp, s.touchpoint, s.stay, s.assurance, t.source, t.identifiers
	FROM own AS o
	CROSS JOIN LATERAL (
		SELECT touchpoint, stay, assurance
		FROM live.stay
		WHERE owner = o.identifier
		OFFSET 0
	) AS s
	CROSS JOIN LATERAL (
		SELECT source, identifiers
		FROM live.touchpoint
		WHERE touchpoint = s.touchpoint
		OFFSET 0
	) AS t
)
SELECT grp, 'group', (extract(epoch FROM first_seen) * 1000000)::bigint::text,
	founder::text, NULL
FROM groups
UNION ALL
SELECT portrait, 'stored',
	(extract(epoch FROM first_seen) * 1000000)::bigint::text, looks, NULL
FROM live.portrait
WHERE portrait = ANY ($1::uuid[])
UNION ALL
SELECT s.grp, 'trait', s.source, r.traits::text, NULL
FROM stays AS s
CROSS JOIN LATERAL (
	SELECT json_object_agg(name, value) AS traits
	FROM live.trait
	WHERE touchpoint = s.touchpoint AND stay = s.stay
		AND name NOT LIKE 'cart/%'
) AS r
WHERE r.traits IS NOT NULL
UNION ALL
SELECT n.grp, CASE WHEN n.exact THEN 'exact' ELSE 'named' END,
	coalesce(n.kind, i.kind), coalesce(n.value, i.value), n.identifier::text
FROM (
	SELECT DISTINCT s.grp, u.identifier, u.assurance > 1 AS exact, o.kind,
		o.value
	FROM stays AS s
	CROSS JOIN unnest(s.identifiers, s.assurance)
		AS u (identifier, assurance)
	LEFT JOIN own AS o ON o.grp = s.grp AND o.identifier = u.identifier
	WHERE u.assurance > 0
) AS n
LEFT JOIN LATERAL (
	SELECT kind, value
	FROM live.identifier
	WHERE identifier = n.identifier AND n.kind IS NULL
	OFFSET 0
) AS i ON true
UNION ALL
SELECT grp, 'own', kind, value, identifier::text
FROM own
