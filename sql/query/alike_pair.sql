-- Two groups, as likeness sees them. $1 and $2 identifiers. One row: of either
-- side its group, the profile of that, what names it, its looks (NULL: nothing
-- is known of it).
SELECT a.identifier, a.founder, a.kind, a.value, p.looks,
	b.identifier, b.founder, b.kind, b.value, q.looks
FROM (SELECT coalesce(group_founder, founder) AS grp
	FROM live.identifier WHERE identifier = $1::uuid AND NOT shared) AS one
CROSS JOIN (SELECT coalesce(group_founder, founder) AS grp
	FROM live.identifier WHERE identifier = $2::uuid AND NOT shared) AS two
JOIN live.identifier AS a ON a.identifier = one.grp
JOIN live.identifier AS b ON b.identifier = two.grp
LEFT JOIN live.portrait AS p ON p.portrait = one.grp
LEFT JOIN live.portrait AS q ON q.portrait = two.grp
WHERE one.grp <> two.grp
