-- Portraits. $1 their ids. Times in microseconds.
SELECT portrait, (extract(epoch FROM first_seen) * 1000000)::bigint, looks
FROM live.portrait
WHERE portrait = ANY ($1::uuid[])
