-- The state of a database, for the operator. One row: batches that wait,
-- events in the journal, parked events, profiles, the server's version.
SELECT (SELECT count(*) FROM append), (SELECT count(*) FROM seen),
	(SELECT count(*) FROM parked),
	(SELECT count(*) FROM live.identifier
		WHERE identifier = founder AND NOT shared),
	current_setting('server_version')
