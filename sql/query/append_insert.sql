-- Appends events that are new, with the requests that they came in, and tells
-- the resolver. $1 the batch, $2 its receipt, $3 to $12 columns as journal_rows
-- has them, $13 to $19 the requests: id, source, receipt, method, path, headers,
-- body.
WITH events AS (
	INSERT INTO journal (touchpoint, occurred_at, event, source, channel,
		type, received_at, clamped, inbound, body)
	SELECT *
	FROM unnest($3::uuid[], $4::timestamptz[], $5::uuid[], $6::text[],
		$7::text[], $8::text[], $9::timestamptz[], $10::boolean[],
		$11::uuid[], $12::jsonb[])
), requests AS (
	INSERT INTO inbound (inbound, source, received_at, method, path,
		headers, body)
	SELECT *
	FROM unnest($13::uuid[], $14::text[], $15::timestamptz[], $16::text[],
		$17::text[], $18::jsonb[], $19::bytea[])
)
INSERT INTO append (batch, received_at, touchpoints, times, events)
VALUES ($1::uuid, $2::timestamptz, $3::uuid[], $4::timestamptz[], $5::uuid[])
