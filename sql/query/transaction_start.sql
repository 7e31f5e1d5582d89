-- When the transaction began, which tells it from any other.
SELECT now()::text
