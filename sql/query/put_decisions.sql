-- Writes decisions. $1 a JSON array of rows, $2 the number.
INSERT INTO live.decision (decision, at, same, left_side, right_side, reason,
	author, withdrawn,
	number)
SELECT decision, at, same, left_side, right_side, reason,
	author, withdrawn, $2::bigint
FROM jsonb_to_recordset($1::jsonb) AS given (decision uuid, at timestamptz,
	same boolean, left_side uuid[], right_side uuid[], reason text,
	author text, withdrawn boolean)
ORDER BY decision
ON CONFLICT (decision) DO UPDATE
SET at = excluded.at, same = excluded.same, left_side = excluded.left_side,
	right_side = excluded.right_side, reason = excluded.reason,
	author = excluded.author, withdrawn = excluded.withdrawn,
	number = excluded.number
