-- Whom the groups of a profile are alike, the most alike first; pairs within it
-- once. $1 an identifier of it, $2 how many at most. Columns as alike_pair has
-- them.
SELECT a.identifier, a.founder, a.kind, a.value, p.looks,
	b.identifier, b.founder, b.kind, b.value, q.looks
FROM live.identifier AS i
JOIN live.identifier AS a ON a.founder = i.founder AND NOT a.shared
JOIN live.alike AS e ON e.portrait = a.identifier
JOIN live.identifier AS b ON b.identifier = e.other
JOIN live.portrait AS p ON p.portrait = e.portrait
JOIN live.portrait AS q ON q.portrait = e.other
WHERE i.identifier = $1::uuid AND NOT i.shared
	AND (a.founder <> b.founder OR e.portrait < e.other)
ORDER BY e.weight DESC, e.portrait, e.other
LIMIT $2::int
