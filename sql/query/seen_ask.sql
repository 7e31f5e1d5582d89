-- What is known of these events. $1 the batch, $2 events. A row each: the event,
-- its digest in hex, whether this batch brought it.
SELECT event, encode(digest, 'hex'), batch = $1::uuid
FROM seen
WHERE event = ANY ($2::uuid[])
