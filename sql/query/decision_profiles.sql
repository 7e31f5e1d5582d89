-- The profiles in which these identifiers are now. $1 identifiers; those that
-- are shared are in none.
SELECT DISTINCT founder
FROM live.identifier
WHERE (identifier = ANY ($1::uuid[]) OR base = ANY ($1::uuid[]))
	AND until IS NULL AND NOT shared
ORDER BY founder
LIMIT 100
