-- The policy that the profiles are made by from now on. $1 its digest.
INSERT INTO meta (name, value) VALUES ('policy', $1)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
