-- A new API key. $1 its id, $2 name, $3 digest in hex, $4 scopes,
-- $5 when it expires, or NULL.
INSERT INTO api_key (api_key, name, digest, scopes, created_at, expires_at)
VALUES ($1::uuid, $2, decode($3, 'hex'), string_to_array($4, ','), now(),
	$5::timestamptz)
