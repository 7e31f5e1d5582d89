-- Brings touchpoints into an empty table of the same transaction. Columns as
-- graph_touchpoint_row has them.
COPY live.touchpoint (touchpoint, source, channel, identifiers)
FROM STDIN (FORMAT binary, FREEZE)
