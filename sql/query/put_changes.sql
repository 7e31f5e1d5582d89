-- Writes changes. $1 a JSON array of rows, $2 the number.
INSERT INTO change (change, number, ordinal, kind, profiles, before, after,
	cause, at)
SELECT change, $2::bigint, ordinal, kind, profiles, before, after, cause, now()
FROM jsonb_to_recordset($1::jsonb) AS given (change uuid, ordinal integer,
	kind text, profiles uuid[], before jsonb, after jsonb, cause jsonb)
ORDER BY change
