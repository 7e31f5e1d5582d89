-- Gives the lease back. $1 the epoch.
UPDATE lease
SET held_until = '-infinity', holder = ''
WHERE name = 'resolver' AND epoch = $1::bigint
