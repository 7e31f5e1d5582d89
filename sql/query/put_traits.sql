-- Writes traits; the latest by (at, event) stays. Columns as graph_trait_rows
-- has them, one a key.
INSERT INTO live.trait (touchpoint, stay, name, value, at, event)
SELECT touchpoint, stay, name, value, at, event
FROM unnest($1::uuid[], $2::integer[], $3::timestamptz[], $4::text[], $5::jsonb[],
	$6::timestamptz[], $7::uuid[])
	AS given (touchpoint, stay, first_at, name, value, at, event)
ORDER BY touchpoint, stay, name
ON CONFLICT (touchpoint, stay, name) DO UPDATE
SET value = excluded.value, at = excluded.at, event = excluded.event
WHERE (excluded.at, excluded.event) > (trait.at, trait.event)
