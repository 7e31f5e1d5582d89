-- Writes portraits. Columns as likeness_portrait_columns has them.
INSERT INTO live.portrait (portrait, first_seen, looks)
SELECT portrait, first_seen, looks
FROM unnest($1::uuid[], $2::timestamptz[], $3::text[])
	AS given (portrait, first_seen, looks)
ORDER BY portrait
ON CONFLICT (portrait) DO UPDATE
SET first_seen = excluded.first_seen, looks = excluded.looks
