-- Numbers are a log, not derived: what a replay left as it was keeps its own.
WITH same AS (
	UPDATE next.identifier AS n
	SET number = l.number
	FROM live.identifier AS l
	WHERE l.identifier = n.identifier AND l.kind = n.kind
		AND l.value = n.value AND l.first_seen = n.first_seen
		AND l.founder = n.founder AND l.shared = n.shared
		AND l.group_founder IS NOT DISTINCT FROM n.group_founder
		AND l.until IS NOT DISTINCT FROM n.until
)
UPDATE next.stay AS n
SET number = l.number
FROM live.stay AS l
WHERE l.touchpoint = n.touchpoint AND l.first_at = n.first_at
	AND l.last_at = n.last_at AND l.events = n.events
	AND l.assurance = n.assurance
	AND l.owner IS NOT DISTINCT FROM n.owner
