-- The profiles of identifiers, with all that they hold. $1 identifiers. A row
-- each, in the order of the ids: the identifier, its profile and whether it is
-- shared (NULL where there is none), and the identifiers of the profile.
SELECT a.identifier, i.founder, i.shared, (
	SELECT string_agg(m.identifier::text, ',' ORDER BY m.identifier)
	FROM live.identifier AS m
	WHERE m.founder = i.founder AND NOT m.shared)
FROM (SELECT DISTINCT unnest($1::uuid[]) AS identifier) AS a
LEFT JOIN live.identifier AS i USING (identifier)
ORDER BY a.identifier
