-- Writes changes. $1 the number, columns as graph_change_rows has them.
INSERT INTO change (change, number, ordinal, kind, profiles, before, after,
	cause, at)
SELECT change, $1::bigint, ordinal, kind, profiles::uuid[], before, after,
	cause, now()
FROM unnest($2::uuid[], $3::integer[], $4::text[], $5::text[], $6::jsonb[],
	$7::jsonb[], $8::jsonb[], $9::text[])
	AS given (change, ordinal, kind, profiles, before, after, cause, members)
ORDER BY change
