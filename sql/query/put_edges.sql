-- Writes whom portraits are alike. Either end, the weight.
INSERT INTO live.alike (portrait, other, weight)
SELECT portrait, other, weight
FROM unnest($1::uuid[], $2::uuid[], $3::integer[])
	AS given (portrait, other, weight)
ORDER BY portrait, other
ON CONFLICT (portrait, other) DO UPDATE SET weight = excluded.weight
