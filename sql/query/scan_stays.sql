-- The stays that there are now, and whose they are.
COPY live.stay (touchpoint, first_at, last_at, events, owner, assurance, number)
TO STDOUT (FORMAT binary)
