-- Locks and renews the lease in a resolver's transaction and takes the next
-- number. $1 the epoch, $2 for how long, in ms. No row: somebody else has it.
UPDATE lease
SET number = number + 1,
	held_until = now() + $2::int * interval '1 ms'
WHERE name = 'resolver' AND epoch = $1::bigint
RETURNING number
