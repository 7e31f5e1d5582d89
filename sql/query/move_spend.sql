-- Gives the orders and refunds of stays that were joined to others to those.
-- Columns as graph_joined_rows has them. The latest of each stays.
WITH moved AS (
	DELETE FROM live.spend AS s
	USING unnest($1::uuid[], $2::integer[], $3::integer[])
		AS given (touchpoint, stay, "into")
	WHERE s.touchpoint = given.touchpoint AND s.stay = given.stay
	RETURNING s.touchpoint, given."into" AS stay, s.purchase, s.refund,
		s.amount, s.currency, s.at, s.event
)
INSERT INTO live.spend (touchpoint, stay, purchase, refund, amount, currency,
	at, event)
SELECT DISTINCT ON (touchpoint, stay, purchase) touchpoint, stay, purchase,
	refund, amount, currency, at, event
FROM moved
ORDER BY touchpoint, stay, purchase, at DESC, event DESC
ON CONFLICT (touchpoint, stay, purchase) DO UPDATE
SET refund = excluded.refund, amount = excluded.amount,
	currency = excluded.currency, at = excluded.at, event = excluded.event
WHERE (excluded.at, excluded.event) > (spend.at, spend.event)
