-- How identifiers are grouped now.
COPY live.identifier (identifier, founder, group_founder, shared, first_seen,
	until, number)
TO STDOUT (FORMAT binary)
