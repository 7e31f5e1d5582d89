-- Parks the one event of a batch that cannot be resolved, with the reason.
-- $1 the batch, as an array of one; $2 what PostgreSQL said.
WITH gone AS (
	DELETE FROM append WHERE batch = ANY ($1::uuid[]) RETURNING *
)
INSERT INTO parked (event, digest, source, received_at, reason, detail,
	inbound, body)
SELECT j.event, sha256(convert_to(j.body::text, 'UTF8')), j.source,
	j.received_at, 'unresolved', $2, j.inbound, j.body
FROM gone, unnest(touchpoints, times, events)
	AS listed (touchpoint, occurred_at, event)
JOIN journal AS j USING (touchpoint, occurred_at, event)
ON CONFLICT DO NOTHING
