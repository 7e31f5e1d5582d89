-- How identifiers are grouped now. $1 the one after which the page begins, or
-- NULL; $2 how many.
SELECT identifier, founder, shared
FROM live.identifier
WHERE identifier > coalesce($1::uuid,
	'00000000-0000-0000-0000-000000000000')
ORDER BY identifier
LIMIT $2::int
