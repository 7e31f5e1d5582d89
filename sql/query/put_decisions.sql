-- Writes decisions. $1 the number, columns as graph_decision_rows has them.
INSERT INTO live.decision (decision, at, same, left_side, right_side, reason,
	author, withdrawn, number)
SELECT decision, at, same, left_side::uuid[], right_side::uuid[], reason,
	author, withdrawn, $1::bigint
FROM unnest($2::uuid[], $3::boolean[], $4::timestamptz[], $5::boolean[],
	$6::text[], $7::text[], $8::text[], $9::text[])
	AS given (decision, withdrawn, at, same, left_side, right_side, reason,
		author)
ORDER BY decision
ON CONFLICT (decision) DO UPDATE
SET at = excluded.at, same = excluded.same, left_side = excluded.left_side,
	right_side = excluded.right_side, reason = excluded.reason,
	author = excluded.author, withdrawn = excluded.withdrawn,
	number = excluded.number
