-- For another connection to see what this transaction does.
SELECT pg_export_snapshot()
