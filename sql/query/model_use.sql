-- SPDX-License-Identifier: Apache-2.0
-- The model that profiles are made by; '' is the shipped one.
WITH gone AS (
	DELETE FROM meta WHERE name = 'model' AND $1 = ''
)
INSERT INTO meta (name, value)
SELECT 'model', $1 WHERE $1 <> ''
ON CONFLICT (name) DO UPDATE SET value = excluded.value
