-- Brings portraits into an empty table of the same transaction. Columns as
-- likeness_portrait_columns has them.
COPY live.portrait (portrait, first_seen, looks)
FROM STDIN (FORMAT binary, FREEZE)
