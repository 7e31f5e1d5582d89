-- Brings stays into an empty table of the same transaction. Columns as
-- graph_stay_row has them, and the number.
COPY live.stay (touchpoint, stay, owner, first_at, last_at, events, assurance,
	called, number)
FROM STDIN (FORMAT binary, FREEZE)
