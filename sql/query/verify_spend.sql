-- The first difference between orders and refunds that should be and that are.
-- $1 touchpoints, columns as graph_spend_rows has them, of all of those.
WITH want AS (
	SELECT touchpoint, first_at, purchase, refund,
		amount::numeric, currency, at, event
	FROM unnest($2::uuid[], $3::integer[], $4::timestamptz[], $5::uuid[],
		$6::boolean[], $7::text[], $8::text[], $9::timestamptz[],
		$10::uuid[])
		AS given (touchpoint, stay, first_at, purchase, refund, amount,
			currency, at, event)
), have AS (
	SELECT p.touchpoint, s.first_at, p.purchase, p.refund, p.amount,
		p.currency, p.at, p.event
	FROM live.spend AS p
	LEFT JOIN live.stay AS s USING (touchpoint, stay)
	WHERE p.touchpoint = ANY ($1::uuid[])
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
