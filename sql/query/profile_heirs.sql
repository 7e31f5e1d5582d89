-- Who has what a shared identifier was named with. $1 the identifier. One row:
-- {"shared":true,"heirs":[ids of profiles]}; none where it is not shared.
SELECT json_build_object('shared', true, 'heirs', coalesce((
	SELECT json_agg(DISTINCT o.founder ORDER BY o.founder)
	FROM live.member AS m
	JOIN live.stay AS s USING (touchpoint)
	JOIN live.identifier AS o ON o.identifier = s.owner AND NOT o.shared
	WHERE m.identifier = i.identifier), '[]'))::text
FROM live.identifier AS i
WHERE i.identifier = $1::uuid AND i.shared
