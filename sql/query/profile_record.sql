-- The 360-degree record of one profile, or of a page of them. $1 an identifier
-- of the profile, or NULL for a page: $2 the founder after which it begins (or
-- NULL), $3 how many. $4 whether it is for comparing: then without version.
-- A row each: the record as JSON, the founder. A shared identifier is no
-- profile's. Everything is in an order of its content. OFFSET 0 keeps the planner
-- at going by keys from one to the next, whatever it believes of their number.
WITH founders AS (
	SELECT founder
	FROM live.identifier
	WHERE identifier = $1::uuid AND NOT shared
	UNION ALL
	(SELECT identifier
	FROM live.identifier
	WHERE $1 IS NULL AND identifier = founder AND NOT shared
		AND identifier > coalesce($2::uuid,
			'00000000-0000-0000-0000-000000000000')
	ORDER BY identifier
	LIMIT $3::int)
)
SELECT record.record, f.founder
FROM founders AS f
CROSS JOIN LATERAL (
WITH ids AS MATERIALIZED (
	SELECT identifier, kind, value, first_seen, number
	FROM live.identifier
	WHERE founder = f.founder AND NOT shared
), stays AS MATERIALIZED (
	SELECT s.*, t.source, t.channel, t.identifiers
	FROM ids
	CROSS JOIN LATERAL (
		SELECT * FROM live.stay WHERE owner = ids.identifier OFFSET 0
	) AS s
	CROSS JOIN LATERAL (
		SELECT source, channel, identifiers
		FROM live.touchpoint
		WHERE touchpoint = s.touchpoint
		OFFSET 0
	) AS t
), named AS (
	SELECT n.identifier, max(n.assurance) AS assurance,
		min(first_at) AS first_at, max(last_at) AS last_at,
		json_agg(DISTINCT source ORDER BY source) AS sources
	FROM stays, unnest(identifiers, assurance)
		AS n (identifier, assurance)
	GROUP BY n.identifier
), listed AS (
	SELECT i.identifier, i.kind, i.value, i.shared, i.until, n.assurance,
		CASE WHEN i.shared THEN n.first_at ELSE i.first_seen END
			AS first_seen, coalesce(n.last_at, i.first_seen)
			AS last_seen, coalesce(n.sources, '[]') AS sources
	FROM live.identifier AS i
	LEFT JOIN named AS n
		ON n.identifier = coalesce(i.base, i.identifier)
	WHERE i.founder = f.founder OR (i.shared AND i.identifier = ANY
		(ARRAY(SELECT identifier FROM named)))
), told AS (
	SELECT r.name, r.value, r.at, r.event, s.source, row_number() OVER
		(PARTITION BY r.name ORDER BY r.at DESC, r.event DESC,
		s.source) AS place
	FROM stays AS s
	CROSS JOIN LATERAL (
		SELECT name, value, at, event
		FROM live.trait
		WHERE touchpoint = s.touchpoint AND stay = s.stay
		OFFSET 0
	) AS r
), bought AS (
	SELECT DISTINCT ON (p.purchase) p.touchpoint, p.purchase, p.refund,
		p.amount, p.currency, p.at, p.event
	FROM stays AS s
	CROSS JOIN LATERAL (
		SELECT touchpoint, purchase, refund, amount, currency, at, event
		FROM live.spend
		WHERE touchpoint = s.touchpoint AND stay = s.stay
		OFFSET 0
	) AS p
	ORDER BY p.purchase, p.at DESC, p.event DESC
), last_order AS (
	SELECT * FROM bought WHERE NOT refund
	ORDER BY at DESC, purchase DESC
	LIMIT 1
), cart_anew AS (
	SELECT at, event FROM told
	WHERE place = 1 AND name = 'cart/'
), latest_stays AS (
	SELECT * FROM stays
	ORDER BY last_at DESC
	FETCH FIRST 10 ROWS WITH TIES
), latest AS (
	SELECT e.*, s.source AS from_source, s.channel AS from_channel
	FROM latest_stays AS s
	CROSS JOIN LATERAL (
		SELECT event, occurred_at, type, body
		FROM journal
		WHERE touchpoint = s.touchpoint
			AND occurred_at BETWEEN s.first_at AND s.last_at
		ORDER BY occurred_at DESC, event DESC
		LIMIT 10
	) AS e
	ORDER BY e.occurred_at DESC, e.event DESC
	LIMIT 10
)
SELECT (jsonb_build_object(
	'id', f.founder,
	'identifiers', (
		SELECT jsonb_agg(jsonb_build_object(
			'id', identifier, 'kind', kind, 'value', value,
			'assurance', (ARRAY['asserted', 'attested',
				'verified'])[assurance],
			'first_seen', to_jsonb(first_seen AT TIME ZONE 'UTC')
				#>> '{}' || 'Z',
			'last_seen', to_jsonb(last_seen AT TIME ZONE 'UTC')
				#>> '{}' || 'Z',
			'sources', sources, 'shared', shared)
			|| CASE WHEN until IS NULL THEN '{}' ELSE
				jsonb_build_object('until', to_jsonb(until
				AT TIME ZONE 'UTC') #>> '{}' || 'Z') END
			ORDER BY shared, kind, value, first_seen)
		FROM listed),
	'traits', coalesce((
		SELECT jsonb_object_agg(w.name, jsonb_build_object(
			'value', w.value, 'source', w.source,
			'at', to_jsonb(w.at AT TIME ZONE 'UTC') #>> '{}'
				|| 'Z',
			'others', coalesce((
				SELECT jsonb_agg(jsonb_build_object(
					'value', o.value, 'source', o.source,
					'at', to_jsonb(o.at AT TIME ZONE 'UTC')
						#>> '{}' || 'Z')
					ORDER BY o.place)
				FROM told AS o
				WHERE o.name = w.name AND o.place > 1), '[]')))
		FROM told AS w
		WHERE w.place = 1 AND w.name NOT LIKE 'cart/%'), '{}'),
	'channels', coalesce((
		SELECT jsonb_object_agg(channel, jsonb_build_object(
			'first', to_jsonb(first_at AT TIME ZONE 'UTC')
				#>> '{}' || 'Z',
			'last', to_jsonb(last_at AT TIME ZONE 'UTC')
				#>> '{}' || 'Z',
			'count', events))
		FROM (SELECT channel, min(first_at) AS first_at,
			max(last_at) AS last_at, sum(events) AS events
			FROM stays GROUP BY channel) AS c), '{}'),
	'commerce', jsonb_build_object(
		'currencies', coalesce((
			SELECT jsonb_object_agg(currency, jsonb_build_object(
				'orders', orders, 'spend', spend::text,
				'refunds', refunds::text))
			FROM (SELECT currency,
				count(*) FILTER (WHERE NOT refund) AS orders,
				coalesce(sum(amount) FILTER
					(WHERE NOT refund), 0) AS spend,
				coalesce(sum(amount) FILTER
					(WHERE refund), 0) AS refunds
				FROM bought GROUP BY currency) AS m), '{}'),
		'last_order', (
			SELECT jsonb_build_object('id', (
				SELECT body #> '{purchase,id}'
				FROM journal AS j
				WHERE j.touchpoint = o.touchpoint
					AND j.occurred_at = o.at
					AND j.event = o.event),
				'at', to_jsonb(at AT TIME ZONE 'UTC')
					#>> '{}' || 'Z',
				'amount', amount::text, 'currency', currency)
			FROM last_order AS o),
		'cart', coalesce((
			SELECT jsonb_agg(value ORDER BY name)
			FROM told
			WHERE place = 1 AND name LIKE 'cart/_%'
				AND NOT coalesce((value ->> 'removed')
					::boolean, false)
				AND (at > coalesce((SELECT at FROM cart_anew),
					'-infinity')
				OR event = (SELECT event FROM cart_anew))),
			'[]')),
	'last_events', coalesce((
		SELECT jsonb_agg(jsonb_build_object(
			'id', event, 'type', type, 'name', body -> 'name',
			'occurred_at', to_jsonb(occurred_at AT TIME ZONE
				'UTC') #>> '{}' || 'Z',
			'source', from_source, 'channel', from_channel)
			ORDER BY occurred_at DESC, event DESC)
		FROM latest), '[]'))
	|| CASE WHEN $4::boolean THEN '{}' ELSE jsonb_build_object('version',
		greatest((SELECT max(number) FROM ids),
			(SELECT max(number) FROM stays))) END)::text AS record
) AS record
ORDER BY f.founder
