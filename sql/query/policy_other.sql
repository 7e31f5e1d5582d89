-- Whether the profiles are made by another policy than the one of digest $1.
SELECT coalesce((SELECT value <> $1 FROM meta WHERE name = 'policy'), false)
