-- The profiles that groups are in. $1 the groups.
SELECT identifier, founder
FROM live.identifier
WHERE identifier = ANY ($1::uuid[])
