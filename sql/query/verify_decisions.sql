-- The first difference between decisions that should be and that are. Columns
-- as graph_decision_rows has them.
WITH want AS (
	SELECT decision, at, same, left_side::uuid[] AS left_side,
		right_side::uuid[] AS right_side, reason, author,
		withdrawn
	FROM unnest($1::uuid[], $2::boolean[], $3::timestamptz[], $4::boolean[],
		$5::text[], $6::text[], $7::text[], $8::text[])
		AS given (decision, withdrawn, at, same, left_side, right_side,
			reason, author)
), have AS (
	SELECT decision, at, same, left_side, right_side, reason, author,
		withdrawn
	FROM live.decision
), want_decided AS (
	SELECT DISTINCT unnest(left_side || right_side) AS identifier, decision
	FROM want
)
SELECT format('decision %s: missing, other or should not be', decision)
FROM (
	SELECT decision FROM (TABLE want EXCEPT TABLE have) AS missing
	UNION ALL
	SELECT decision FROM (TABLE have EXCEPT TABLE want) AS surplus
	UNION ALL
	SELECT decision FROM (TABLE want_decided EXCEPT
		SELECT identifier, decision FROM live.decided) AS unnamed
	UNION ALL
	SELECT decision FROM (SELECT identifier, decision FROM live.decided
		EXCEPT TABLE want_decided) AS misnamed
) AS different
ORDER BY decision
LIMIT 1
