-- SPDX-License-Identifier: Apache-2.0
SELECT model, body FROM model WHERE model = $1::bigint
