-- The content of events after a reparse. $1 events, $2 digests in hex, $3 the
-- batch, $4 the events that are no more.
WITH gone AS (
	DELETE FROM seen WHERE event = ANY ($4::uuid[])
)
INSERT INTO seen (event, digest, batch)
SELECT event, decode(digest, 'hex'), $3::uuid
FROM unnest($1::uuid[], $2::text[]) AS given (event, digest)
ORDER BY event
ON CONFLICT (event) DO UPDATE SET digest = excluded.digest
