-- Appends events that take the place of others, which the resolver is not to
-- hear of. Columns as journal_rows has them.
INSERT INTO journal (touchpoint, occurred_at, event, source, channel, type,
	received_at, clamped, inbound, body)
SELECT *
FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[],
	$6::text[], $7::timestamptz[], $8::boolean[], $9::uuid[], $10::jsonb[])
