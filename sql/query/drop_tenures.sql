-- Removes tenures that are none any more. Columns as graph_gone_rows has them.
DELETE FROM live.identifier
WHERE identifier = ANY ($1::uuid[])
