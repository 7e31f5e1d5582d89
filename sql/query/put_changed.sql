-- Writes whose changes they are. $1 the number, columns as graph_change_rows
-- has them.
INSERT INTO changed (identifier, number, ordinal)
SELECT DISTINCT identifier, $1::bigint, ordinal
FROM unnest($2::uuid[], $3::integer[], $4::text[], $5::text[], $6::jsonb[],
	$7::jsonb[], $8::jsonb[], $9::text[])
	AS given (change, ordinal, kind, profiles, before, after, cause, members),
	unnest(members::uuid[]) AS m (identifier)
ORDER BY 1, 3
