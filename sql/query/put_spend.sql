-- Writes orders and refunds; the latest by (at, event) stays. Columns as
-- graph_spend_rows has them, one a key.
INSERT INTO live.spend (touchpoint, stay, purchase, refund, amount, currency,
	at, event)
SELECT touchpoint, stay, purchase, refund, amount::numeric, currency, at,
	event
FROM unnest($1::uuid[], $2::integer[], $3::timestamptz[], $4::uuid[],
	$5::boolean[], $6::text[], $7::text[], $8::timestamptz[], $9::uuid[])
	AS given (touchpoint, stay, first_at, purchase, refund, amount,
		currency, at, event)
ORDER BY touchpoint, stay, purchase
ON CONFLICT (touchpoint, stay, purchase) DO UPDATE
SET refund = excluded.refund, amount = excluded.amount,
	currency = excluded.currency, at = excluded.at, event = excluded.event
WHERE (excluded.at, excluded.event) > (spend.at, spend.event)
