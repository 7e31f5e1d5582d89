-- What is known of identifiers. $1 their ids. A row each: the identifier, its
-- profile (NULL where it is shared), whether it is shared.
SELECT identifier, CASE WHEN NOT shared THEN founder END, shared
FROM live.identifier
WHERE identifier = ANY ($1::uuid[])
