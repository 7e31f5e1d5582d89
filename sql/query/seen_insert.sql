-- The events of a batch that are new. $1 events, $2 digests in hex, $3 the
-- batch. In the order of the ids, so that two writers never wait in a ring.
INSERT INTO seen (event, digest, batch)
SELECT event, decode(digest, 'hex'), $3::uuid
FROM unnest($1::uuid[], $2::text[]) AS given (event, digest)
ORDER BY event
ON CONFLICT DO NOTHING
