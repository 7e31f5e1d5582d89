-- Writes orders and refunds; the latest by (at, event) stays. $1 a JSON array
-- of rows, one a key.
INSERT INTO live.spend (touchpoint, stay, purchase, refund, amount, currency,
	at, event)
SELECT touchpoint, stay, purchase, refund, amount, currency, at, event
FROM jsonb_to_recordset($1::jsonb) AS given (touchpoint uuid, stay integer,
	purchase uuid, refund boolean, amount numeric, currency text,
	at timestamptz, event uuid)
ORDER BY touchpoint, stay, purchase
ON CONFLICT (touchpoint, stay, purchase) DO UPDATE
SET refund = excluded.refund, amount = excluded.amount,
	currency = excluded.currency, at = excluded.at, event = excluded.event
WHERE (excluded.at, excluded.event) > (spend.at, spend.event)
