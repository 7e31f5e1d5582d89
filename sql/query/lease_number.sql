-- Locks and renews the lease in a resolver's transaction and takes the next
-- number. $1 the epoch, $2 for how long, in ms. No row: somebody else has it.
-- A holder that falls asleep with the lock loses both after that time.
-- The second column is the digest of the policy that the profiles are made by,
-- or NULL; the third the model of likeness that they are made by, or NULL: the
-- shipped one.
UPDATE lease
SET number = number + 1,
	held_until = now() + $2::text::int * interval '1 ms'
WHERE name = 'resolver' AND epoch = $1::bigint
RETURNING number, (SELECT value FROM meta WHERE meta.name = 'policy'),
	(SELECT value FROM meta WHERE meta.name = 'model'),
	set_config('idle_in_transaction_session_timeout', $2::text, true)
