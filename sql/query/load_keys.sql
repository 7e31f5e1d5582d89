-- The next generation's keys and indexes, which are made when its rows are in. A
-- row each: the table, what drops it, and what makes it again.
SELECT relname,
	format('ALTER TABLE next.%I DROP CONSTRAINT %I', relname, conname),
	format('ALTER TABLE next.%I ADD CONSTRAINT %I %s', relname, conname,
		pg_get_constraintdef(c.oid))
FROM pg_constraint AS c
JOIN pg_class AS t ON t.oid = c.conrelid
WHERE t.relnamespace = 'next'::regnamespace AND contype IN ('p', 'u')
UNION ALL
SELECT t.relname, format('DROP INDEX next.%I', i.relname),
	pg_get_indexdef(i.oid)
FROM pg_index AS x
JOIN pg_class AS i ON i.oid = x.indexrelid
JOIN pg_class AS t ON t.oid = x.indrelid
WHERE t.relnamespace = 'next'::regnamespace
	AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.oid)
ORDER BY 1, 3
