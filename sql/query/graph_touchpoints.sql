-- Touchpoints. $1 their ids.
SELECT touchpoint, source, channel, array_to_string(identifiers, ',')
FROM live.touchpoint
WHERE touchpoint = ANY ($1::uuid[])
