-- Parks events whose id another event has already. $1 events, $2 digests, $3
-- sources, $4 times of receipt, $5 bodies.
INSERT INTO parked (event, digest, source, received_at, reason, detail,
	inbound, body)
SELECT event, digest, source, received_at, 'conflict',
	'another event of the same id was there before', NULL, body
FROM unnest($1::uuid[], $2::bytea[], $3::text[], $4::timestamptz[], $5::jsonb[])
	AS given (event, digest, source, received_at, body)
ORDER BY event, digest
ON CONFLICT DO NOTHING
