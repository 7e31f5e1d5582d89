-- Revokes the live keys of a name. $1 the name. A row each: the id.
UPDATE api_key
SET revoked_at = now()
WHERE name = $1 AND revoked_at IS NULL
RETURNING api_key
