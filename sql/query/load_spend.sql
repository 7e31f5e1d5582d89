-- Brings orders and refunds into an empty table of the same transaction. Columns
-- as graph_put_spend has them, one a key.
COPY live.spend (touchpoint, stay, purchase, refund, amount, currency, at,
	event)
FROM STDIN (FORMAT binary, FREEZE)
