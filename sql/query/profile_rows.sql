-- What profiles' records are made of, but for their events; $1 identifiers of
-- them. None of a shared one, which is no profile's. A row each for every
-- trait, purchase and shared identifier that a stay of the profile has; one
-- where a stay has none, and one where an identifier of it owns no stay. x.kind
-- tells which: 1 trait, 2 purchase, 3 identifier (never a later tenure, for
-- touchpoints name none). OFFSET 0 keeps the planner at going by keys from one
-- to the next, whatever it believes of their number.
SELECT asked.identifier,
	i.identifier, i.founder, i.base, i.kind, i.value, i.shared, i.number,
	i.first_seen, i.until,
	s.touchpoint, s.stay, s.number, s.first_at, s.last_at, s.events,
	s.assurance, t.identifiers, t.source, t.channel,
	x.kind, x.id, x.name, x.at, x.flag, x.value, x.purchase, x.text
FROM live.identifier AS asked
CROSS JOIN LATERAL (
	SELECT identifier, founder, base, kind, value, shared, number,
		first_seen, until
	FROM live.identifier
	WHERE founder = asked.founder
	OFFSET 0
) AS i
LEFT JOIN LATERAL (
	SELECT touchpoint, stay, number, first_at, last_at, events, assurance
	FROM live.stay
	WHERE owner = i.identifier AND NOT i.shared
	OFFSET 0
) AS s ON true
LEFT JOIN LATERAL (
	SELECT identifiers, source, channel
	FROM live.touchpoint
	WHERE touchpoint = s.touchpoint
	OFFSET 0
) AS t ON true
LEFT JOIN LATERAL (
	SELECT 1 AS kind, event AS id, name, at, CASE WHEN name LIKE 'cart/_%'
			THEN (value ->> 'removed')::boolean END AS flag,
		value, NULL::uuid AS purchase, NULL AS text
	FROM live.trait
	WHERE touchpoint = s.touchpoint AND stay = s.stay
	UNION ALL
	SELECT 2, event, currency, at, refund, NULL, purchase, amount::text
	FROM live.spend
	WHERE touchpoint = s.touchpoint AND stay = s.stay
	UNION ALL
	SELECT 3, o.identifier, o.kind, o.until, true, NULL, NULL, o.value
	FROM unnest(t.identifiers) AS n (identifier)
	CROSS JOIN LATERAL (
		SELECT identifier, kind, until, value
		FROM live.identifier
		WHERE identifier = n.identifier AND shared
		OFFSET 0
	) AS o
	WHERE n.identifier NOT IN (i.identifier, asked.identifier)
) AS x ON true
WHERE asked.identifier = ANY ($1::uuid[]) AND NOT asked.shared
