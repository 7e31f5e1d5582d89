-- Swaps the generations at once, while the lease is still ours: $1 its epoch.
-- $2 the batches whose events the next generation has, $3 the digest of the
-- policy that it was made by.
SELECT 1 / count(*) FROM lease WHERE name = 'resolver' AND epoch = $1;
DELETE FROM append WHERE batch = ANY ('$2');
INSERT INTO meta (name, value) VALUES ('policy', '$3')
ON CONFLICT (name) DO UPDATE SET value = excluded.value;
ALTER SCHEMA live RENAME TO old;
ALTER SCHEMA next RENAME TO live;
DROP SCHEMA old CASCADE;
