-- Brings traits into an empty table of the same transaction. Columns as
-- graph_put_traits has them, one a key.
COPY live.trait (touchpoint, stay, name, value, at, event)
FROM STDIN (FORMAT binary, FREEZE)
