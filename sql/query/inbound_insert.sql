-- Keeps requests as they came. A column a parameter.
INSERT INTO inbound (inbound, source, received_at, method, path, headers, body)
SELECT *
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[],
	$6::jsonb[], $7::bytea[])
