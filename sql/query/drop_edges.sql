-- Removes pairs that are not alike any more. Either end.
DELETE FROM live.alike AS a
USING unnest($1::uuid[], $2::uuid[]) AS given (portrait, other)
WHERE a.portrait = given.portrait AND a.other = given.other
