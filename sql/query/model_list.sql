-- SPDX-License-Identifier: Apache-2.0
-- The shipped one is always there.
WITH used AS (
	SELECT value::bigint AS model FROM meta WHERE name = 'model'
)
SELECT 'shipped' AS model, NULL AS created_at, NULL AS portraits,
	NOT EXISTS (SELECT FROM used) AS used, 0 AS place
UNION ALL
SELECT m.model::text, to_char(m.created_at AT TIME ZONE 'UTC',
		'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
	m.portraits::text, m.model IN (SELECT model FROM used), m.model
FROM model AS m
ORDER BY place
