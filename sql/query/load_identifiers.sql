-- Brings identifiers into an empty table of the same transaction. Columns as
-- graph_identifier_row has them, and the number.
COPY live.identifier (identifier, kind, value, first_seen, founder,
	group_founder, shared, base, until, run_at, crowded, number)
FROM STDIN (FORMAT binary, FREEZE)
