-- Writes which touchpoints name which identifiers. Columns as graph_member_rows
-- has them.
INSERT INTO live.member (identifier, touchpoint)
SELECT identifier, touchpoint
FROM unnest($1::uuid[], $2::uuid[])
	AS given (identifier, touchpoint)
ORDER BY identifier, touchpoint
ON CONFLICT DO NOTHING
