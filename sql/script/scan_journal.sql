-- The journal in the order of its keys. $1 whether events that wait for the
-- resolver are in it. Parked ones never are.
COPY (
	WITH waiting AS MATERIALIZED (
		SELECT unnest(events) AS event FROM append WHERE NOT $1
		UNION ALL
		SELECT event FROM parked WHERE reason = 'unresolved'
	)
	SELECT touchpoint, occurred_at, event, source, channel, body
	FROM journal
	WHERE event NOT IN (SELECT event FROM waiting)
	ORDER BY touchpoint, occurred_at, event
) TO STDOUT (FORMAT binary)
