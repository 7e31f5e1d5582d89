-- Brings blocking keys into an empty table of the same transaction. Keys, and
-- whose.
COPY live.block (key, portrait) FROM STDIN (FORMAT binary, FREEZE)
