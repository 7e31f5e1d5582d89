-- Takes the resolver's lease from whoever has it, for maintenance. $1 the
-- holder, $2 for how long, in ms. One row: the new epoch.
UPDATE lease
SET epoch = epoch + 1,
	holder = $1,
	held_until = now() + $2::int * interval '1 ms'
WHERE name = 'resolver'
RETURNING epoch
