-- Portraits, with the profiles that they are in. $1 their ids. Times in
-- microseconds.
SELECT p.portrait, (extract(epoch FROM p.first_seen) * 1000000)::bigint, p.looks,
	i.founder
FROM live.portrait AS p
JOIN live.identifier AS i ON i.identifier = p.portrait
WHERE p.portrait = ANY ($1::uuid[])
