-- Brings in whom portraits are alike, into an empty table of the same
-- transaction. Either end, the weight.
COPY live.alike (portrait, other, weight) FROM STDIN (FORMAT binary, FREEZE)
