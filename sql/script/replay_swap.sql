-- Swaps the generations at once, while the lease is still ours: $1 its epoch.
-- $2 the batches whose events the next generation has, $3 the digest of the
-- policy that it was made by, $4
-- what it changes, a JSON array of changes' rows, $5 their number.
SELECT 1 / count(*) FROM lease WHERE name = 'resolver' AND epoch = $1;
DELETE FROM append WHERE batch = ANY ('$2');
INSERT INTO meta (name, value) VALUES ('policy', '$3')
ON CONFLICT (name) DO UPDATE SET value = excluded.value;
INSERT INTO changed (identifier, number, ordinal)
SELECT DISTINCT identifier::uuid, $5::bigint, ordinal
FROM jsonb_to_recordset('$4') AS given (ordinal integer, members jsonb),
	jsonb_array_elements_text(members) AS m (identifier);
INSERT INTO change (change, number, ordinal, kind, profiles, before, after,
	cause, at)
SELECT change, $5, ordinal, kind, profiles, before, after, cause, now()
FROM jsonb_to_recordset('$4') AS given (change uuid, ordinal integer,
	kind text, profiles uuid[], before jsonb, after jsonb, cause jsonb);
ALTER SCHEMA live RENAME TO old;
ALTER SCHEMA next RENAME TO live;
DROP SCHEMA old CASCADE;
