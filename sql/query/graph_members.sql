-- Which touchpoints name these identifiers. $1 the identifiers.
SELECT DISTINCT touchpoint
FROM live.member
WHERE identifier = ANY ($1::uuid[])
