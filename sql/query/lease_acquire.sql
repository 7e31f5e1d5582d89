-- Takes the resolver's lease where nobody holds it. $1 the holder, $2 for how
-- long, in ms. One row, the new epoch, or none. By the database's clock.
UPDATE lease
SET epoch = epoch + 1,
	holder = $1,
	held_until = now() + $2::int * interval '1 ms'
WHERE name = 'resolver' AND held_until < now()
RETURNING epoch
