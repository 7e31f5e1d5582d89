-- A decision. $1 its id. One row: whether it is withdrawn, and its identifiers;
-- none where there is no such decision, or nothing is known of it yet.
SELECT withdrawn, array_to_string(left_side || right_side, ',')
FROM live.decision
WHERE decision = $1::uuid AND at IS NOT NULL
