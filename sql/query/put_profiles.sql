-- Puts groups into profiles. $1 the number; beside each other the groups, the
-- profiles that they are in and those that they are in from now on. What a profile
-- lost or got is its founder's news, too.
WITH given AS MATERIALIZED (
	SELECT grp, was, profile
	FROM unnest($2::uuid[], $3::uuid[], $4::uuid[])
		AS given (grp, was, profile)
), moved AS (
	UPDATE live.identifier AS i
	SET founder = g.profile, group_founder = nullif(g.grp, g.profile),
		number = $1::bigint
	FROM given AS g
	WHERE i.founder = g.was AND NOT i.shared
		AND coalesce(i.group_founder, i.founder) = g.grp
	RETURNING i.identifier
)
UPDATE live.identifier
SET number = $1::bigint
WHERE identifier IN (SELECT was FROM given UNION SELECT profile FROM given)
	AND identifier NOT IN (SELECT identifier FROM moved)
