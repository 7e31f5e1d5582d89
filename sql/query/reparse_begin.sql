-- Where the events of each kept request are, for the time of this connection:
-- the journal cannot be asked that by an index.
CREATE TEMP TABLE reparse AS
SELECT inbound, touchpoint, occurred_at, event
FROM journal
WHERE inbound IS NOT NULL AND body IS NOT NULL
