-- The first difference between decisions that should be and that are. $1 a JSON
-- array of all their rows.
WITH want AS (
	SELECT decision, at, same, left_side, right_side, reason, author,
		withdrawn
	FROM jsonb_to_recordset($1::jsonb) AS given (decision uuid,
		at timestamptz, same boolean, left_side uuid[],
		right_side uuid[], reason text, author text,
		withdrawn boolean)
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
