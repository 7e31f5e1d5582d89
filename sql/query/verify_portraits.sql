-- The first portrait that should be and is not. Columns as
-- likeness_portrait_columns has them. Names no value.
SELECT format('portrait %s: missing or other', portrait)
FROM unnest($1::uuid[], $2::timestamptz[], $3::text[])
	AS want (portrait, first_seen, looks)
WHERE NOT EXISTS (
	SELECT FROM live.portrait AS have
	WHERE have.portrait = want.portrait
		AND have.first_seen = want.first_seen
		AND have.looks = want.looks
)
ORDER BY portrait
LIMIT 1
