-- All identifiers of profiles. $1 the profiles. A row each: the identifier, its
-- kind and value, profile and group.
SELECT identifier, kind, value, founder, coalesce(group_founder, founder)
FROM live.identifier
WHERE founder = ANY ($1::uuid[]) AND NOT shared
