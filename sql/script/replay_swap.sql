-- Swaps the generations at once, while the lease is still ours: $1 its epoch.
-- $2 the batches whose events the next generation has.
SELECT 1 / count(*) FROM lease WHERE name = 'resolver' AND epoch = $1;
DELETE FROM append WHERE batch = ANY ('$2');
ALTER SCHEMA live RENAME TO old;
ALTER SCHEMA next RENAME TO live;
DROP SCHEMA old CASCADE;
