-- SPDX-License-Identifier: Apache-2.0
-- The next number: $1 its portraits, $2 the model.
INSERT INTO model (model, created_at, portraits, body)
SELECT coalesce(max(model), 0) + 1, now(), $1::bigint, $2::jsonb FROM model
RETURNING model
