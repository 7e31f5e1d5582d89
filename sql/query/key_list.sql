-- The API keys that are live: name, digest in hex, scopes joined by commas.
SELECT name, encode(digest, 'hex'), array_to_string(scopes, ','), api_key,
	to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
	coalesce(to_char(expires_at AT TIME ZONE 'UTC',
		'YYYY-MM-DD"T"HH24:MI:SS"Z"'), '')
FROM api_key
WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
ORDER BY name, api_key
