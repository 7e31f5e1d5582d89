-- How identifiers are grouped now. $1 the one after which the page begins, or
-- NULL; $2 how many.
SELECT identifier, founder, shared
FROM live.identifier
WHERE $1::uuid IS NULL OR identifier > $1
ORDER BY identifier
LIMIT $2::int
