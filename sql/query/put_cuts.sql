-- Writes instants at which identifiers were given up. Columns as graph_cut_rows
-- has them.
INSERT INTO live.cut (identifier, at)
SELECT identifier, at
FROM unnest($1::uuid[], $2::timestamptz[])
	AS given (identifier, at)
ORDER BY identifier, at
ON CONFLICT DO NOTHING
