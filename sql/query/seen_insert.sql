-- The events of a batch that are new. $1 the batch, $2 events, $3 digests. In
-- the order of the ids, so that two writers never wait in a ring. One row: how
-- many are new.
WITH put AS (
	INSERT INTO seen (event, digest, batch)
	SELECT event, digest, $1::uuid
	FROM unnest($2::uuid[], $3::bytea[]) AS given (event, digest)
	ORDER BY event
	ON CONFLICT DO NOTHING
	RETURNING 1
)
SELECT count(*) FROM put
