-- Pairs of groups that are alike, are of two profiles, and of which nobody said
-- that they are not one person; the most alike first. $1, $2, $3 weight and ends
-- after which the page begins, or NULL; $4 how many. Columns as alike_pair has
-- them, then the weight.
SELECT a.identifier, a.founder, a.kind, a.value, p.looks,
	b.identifier, b.founder, b.kind, b.value, q.looks,
	e.weight
FROM live.alike AS e
JOIN live.identifier AS a ON a.identifier = e.portrait
JOIN live.identifier AS b ON b.identifier = e.other
JOIN live.portrait AS p ON p.portrait = e.portrait
JOIN live.portrait AS q ON q.portrait = e.other
WHERE e.portrait < e.other AND a.founder <> b.founder
	AND ($1::int IS NULL OR e.weight < $1 OR (e.weight = $1
		AND (e.portrait, e.other) > ($2::uuid, $3::uuid)))
	AND NOT EXISTS (
		SELECT
		FROM live.decided AS n
		JOIN live.decision AS d USING (decision)
		WHERE n.identifier = coalesce(a.base, a.identifier)
			AND NOT d.withdrawn AND NOT d.same
			AND coalesce(b.base, b.identifier)
				= ANY (d.left_side || d.right_side))
ORDER BY e.weight DESC, e.portrait, e.other
LIMIT $4::int
