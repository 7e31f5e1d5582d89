-- Writes which decisions name which identifiers. Columns as graph_decision_rows
-- has them.
INSERT INTO live.decided (identifier, decision)
SELECT DISTINCT unnest(left_side::uuid[] || right_side::uuid[]) AS identifier,
	decision
FROM unnest($1::uuid[], $2::boolean[], $3::timestamptz[], $4::boolean[],
	$5::text[], $6::text[], $7::text[], $8::text[])
	AS given (decision, withdrawn, at, same, left_side, right_side, reason,
		author)
ORDER BY identifier, decision
ON CONFLICT DO NOTHING
