-- The batches that a snapshot sees waiting: a replay has their events. One
-- row: an array, or NULL.
SELECT array_agg(batch) FROM append
