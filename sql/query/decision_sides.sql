-- The profiles of identifiers, with all that they hold now. $1 identifiers, or
-- tenures of them. A row each, in the order of the ids: that id, its profile
-- and whether it is shared (NULL where there is none), the identifiers of the
-- profile, and the identifier itself (NULL where somebody else has it now).
SELECT a.identifier, i.founder, i.shared, (
	SELECT string_agg(coalesce(m.base, m.identifier)::text, ','
		ORDER BY coalesce(m.base, m.identifier))
	FROM live.identifier AS m
	WHERE m.founder = i.founder AND NOT m.shared AND m.until IS NULL),
	CASE WHEN i.until IS NULL THEN coalesce(i.base, i.identifier) END
FROM (SELECT DISTINCT unnest($1::uuid[]) AS identifier) AS a
LEFT JOIN live.identifier AS i USING (identifier)
ORDER BY a.identifier
