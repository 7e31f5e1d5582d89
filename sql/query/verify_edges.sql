-- The first edge that should be and is not. Either end, the weight.
SELECT format('alike %s and %s: missing or other', portrait, other)
FROM unnest($1::uuid[], $2::uuid[], $3::integer[])
	AS want (portrait, other, weight)
WHERE NOT EXISTS (
	SELECT FROM live.alike AS have
	WHERE have.portrait = want.portrait AND have.other = want.other
		AND have.weight = want.weight
)
ORDER BY portrait, other
LIMIT 1
