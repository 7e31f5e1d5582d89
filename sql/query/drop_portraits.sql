-- Removes portraits. Columns as graph_gone_rows has them.
DELETE FROM live.portrait WHERE portrait = ANY ($1::uuid[])
