-- The partitions of the journal, but for the one that has the rest.
SELECT c.relname
FROM pg_inherits AS i
JOIN pg_class AS c ON c.oid = i.inhrelid
WHERE i.inhparent = 'journal'::regclass AND c.relname <> 'journal_rest'
