-- Kept requests in the order of their ids. $1 the one after which the page
-- begins, or NULL; $2 how many.
SELECT inbound, source, (extract(epoch FROM received_at) * 1000000)::bigint,
	method, path, headers, encode(body, 'hex')
FROM inbound
WHERE inbound > coalesce($1::uuid,
		'00000000-0000-0000-0000-000000000000')
	AND body IS NOT NULL
ORDER BY inbound
LIMIT $2::int
