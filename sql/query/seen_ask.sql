-- What is known of these events. $1 events, $2 the batch. A row each: the
-- event, its digest in hex, whether this batch brought it.
SELECT event, encode(digest, 'hex'), batch = $2::uuid
FROM seen
WHERE event = ANY ($1::uuid[])
