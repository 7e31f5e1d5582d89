-- Appends the events of a batch that are new, with the requests that they came in,
-- and tells the resolver: all of it, or nothing. $1 the batch, $2 its receipt, $3
-- for how long to wait for another writer of the same events, who may wait for us
-- in a ring (tables are locked before this begins: that is the connection's); $4 to $13 columns as journal_rows
-- has them, each event once and in the order of their ids, for the same reason; $14
-- their digests; $15 to $21 the requests: id, source, receipt, method, path,
-- headers, body. One row: how many were new.
WITH patience AS MATERIALIZED (
	SELECT set_config('lock_timeout', $3, true)
), put AS (
	INSERT INTO seen (event, digest, batch)
	SELECT event, digest, $1::uuid
	FROM patience, unnest($6::uuid[], $14::bytea[]) AS given (event, digest)
	ORDER BY event
	ON CONFLICT DO NOTHING
	RETURNING event
), fresh AS MATERIALIZED (
	SELECT *
	FROM unnest($4::uuid[], $5::timestamptz[], $6::uuid[], $7::text[],
		$8::text[], $9::text[], $10::timestamptz[], $11::boolean[],
		$12::uuid[], $13::jsonb[])
		AS given (touchpoint, occurred_at, event, source, channel, type,
			received_at, clamped, inbound, body)
	WHERE event IN (SELECT event FROM put)
), events AS (
	INSERT INTO journal (touchpoint, occurred_at, event, source, channel,
		type, received_at, clamped, inbound, body)
	SELECT * FROM fresh
), requests AS (
	INSERT INTO inbound (inbound, source, received_at, method, path,
		headers, body)
	SELECT *
	FROM unnest($15::uuid[], $16::text[], $17::timestamptz[], $18::text[],
		$19::text[], $20::jsonb[], $21::bytea[])
		AS given (inbound, source, received_at, method, path, headers,
			body)
	WHERE inbound IN (SELECT inbound FROM fresh)
), told AS (
	INSERT INTO append (batch, received_at, touchpoints, times, events)
	SELECT $1::uuid, $2::timestamptz, array_agg(touchpoint),
		array_agg(occurred_at), array_agg(event)
	FROM fresh
	HAVING count(*) > 0
)
SELECT count(*) FROM put
