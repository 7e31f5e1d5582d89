-- Brings in which touchpoints name which identifiers, into an empty table of the
-- same transaction. Columns as graph_put_members has them.
COPY live.member (identifier, touchpoint) FROM STDIN (FORMAT binary, FREEZE)
