-- What is known of identifiers. $1 their ids. A row each: the identifier, the
-- profile of who has it now (NULL where it is shared), whether it is shared.
SELECT coalesce(base, identifier), CASE WHEN NOT shared THEN founder END, shared
FROM live.identifier
WHERE (identifier = ANY ($1::uuid[]) OR base = ANY ($1::uuid[]))
	AND until IS NULL
