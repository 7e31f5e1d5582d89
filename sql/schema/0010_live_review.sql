-- SPDX-License-Identifier: Apache-2.0
-- What stewards are asked about comes by its weight.
CREATE INDEX alike_weight ON live.alike (weight DESC, portrait, other)
	WHERE portrait < other;
