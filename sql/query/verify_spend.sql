-- The first difference between orders and refunds that should be and that are.
-- $1 a JSON array of rows, of all of $2, touchpoints.
WITH want AS (
	SELECT touchpoint, first_at, purchase, refund, amount, currency, at,
		event
	FROM jsonb_to_recordset($1::jsonb) AS given (touchpoint uuid,
		first_at timestamptz, purchase uuid, refund boolean,
		amount numeric, currency text, at timestamptz, event uuid)
), have AS (
	SELECT p.touchpoint, s.first_at, p.purchase, p.refund, p.amount,
		p.currency, p.at, p.event
	FROM live.spend AS p
	LEFT JOIN live.stay AS s USING (touchpoint, stay)
	WHERE p.touchpoint = ANY ($2::uuid[])
)
SELECT format('spend %s of touchpoint %s: %s', purchase, touchpoint, what)
FROM (
	(SELECT *, 'missing or other' AS what
	FROM (TABLE want EXCEPT TABLE have) AS w
	ORDER BY touchpoint, purchase LIMIT 1)
	UNION ALL
	(SELECT *, 'should not be' FROM (TABLE have EXCEPT TABLE want) AS h
	ORDER BY touchpoint, purchase LIMIT 1)
) AS different
LIMIT 1
