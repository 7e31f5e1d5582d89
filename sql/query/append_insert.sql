-- Tells the resolver of a batch. $1 the batch, $2 receipt, $3 touchpoints,
-- $4 times, $5 events.
INSERT INTO append (batch, received_at, touchpoints, times, events)
VALUES ($1::uuid, $2::timestamptz, $3::uuid[], $4::timestamptz[], $5::uuid[])
